"""What one process knows of itself, and what all of them know together."""

import asyncio
import os
from collections import deque
from collections.abc import Callable, Collection
from importlib.metadata import version
from pathlib import Path
from time import perf_counter, time
from typing import Any

import psutil
import structlog

from headway.operations.board import Board
from headway.operations.lag import Lag
from headway.operations.probe import Probe
from headway.operations.tally import LATELY, Tally
from headway.settings import Settings

log = structlog.get_logger()

EVERY = 2.0  # seconds between looks
KEPT = 150  # looks: five minutes

Figures = dict[str, Any]


class Operations:
    """The figures of one process. `parts` say how the pool, the line, the hub and the chores are, by name."""

    def __init__(
        self, settings: Settings, known: Collection[str], newest: str, parts: dict[str, Callable[[], Figures]]
    ) -> None:
        self.settings, self.parts = settings, parts
        self.probe = Probe(settings, known, newest)
        self.tally, self.lag, self.board = Tally(), Lag(), Board(None)
        self.started_at = time()
        self.version = version("headway")
        self.history: deque[Figures] = deque(maxlen=KEPT)
        self._process = psutil.Process()
        self._before = (0, 0, 0.0, 0.0)  # requests, errors, seconds, CPU seconds at the last look
        self._tasks: list[asyncio.Task[None]] = []

    def share(self, folder: Path) -> None:
        """Has this process tell the others of its server how it is, before it starts."""
        self.board = Board(folder)

    async def start(self) -> None:
        """Begins to look."""
        await asyncio.to_thread(self.board.take_place)
        self._tasks = [asyncio.create_task(self.lag.sample()), asyncio.create_task(self._look_on())]

    async def stop(self) -> None:
        """Stops looking, and takes this process off the board."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.probe.close()
        await asyncio.to_thread(self.board.leave)

    async def _look_on(self) -> None:
        while True:
            try:
                process = await asyncio.to_thread(self._of_process)
                self.history.append(self._sample(process))
                await asyncio.to_thread(self.board.write, self._told(process))
            except Exception:  # an odd figure must not end all the others
                log.exception("operations.look_failed")
            # Everybody at the same moments, so that their figures can be added up.
            await asyncio.sleep(EVERY - time() % EVERY)

    def _of_process(self) -> Figures:
        with self._process.oneshot():
            cpu = self._process.cpu_times()
            return {
                "memory": self._process.memory_info().rss,
                "files": self._process.num_fds(),
                "threads": self._process.num_threads(),
                "cpu": cpu.user + cpu.system,
            }

    def _sample(self, process: Figures) -> Figures:
        """What happened since the last look."""
        tally = self.tally
        requests, errors, seconds, cpu = self._before
        self._before = tally.requests, tally.errors, tally.seconds, process["cpu"]
        answered = tally.requests - requests
        parts = {name: part() for name, part in self.parts.items()}
        return {
            "at": round(time() / EVERY),
            "requests": answered,
            "errors": tally.errors - errors,
            "seconds": round(tally.seconds - seconds, 6),
            "cpu": round(max(0.0, process["cpu"] - cpu), 3) if cpu else 0.0,
            "lag": round(self.lag.take_worst(), 4),
            "memory": process["memory"],
            "pool": parts.get("pool", {}).get("checked_out", 0),
            "queued": parts.get("admission", {}).get("queued", 0),
            "viewers": parts.get("hub", {}).get("viewers", 0),
        }

    def _told(self, process: Figures) -> Figures:
        return {
            "worker": self.board.worker,
            "pid": os.getpid(),
            "version": self.version,
            "started_at": self.started_at,
            "process": process,
            "loop": self.lag.told(),
            "requests": self.tally.told(),
            "requests_total": self.tally.requests,
            "errors_total": self.tally.errors,
            "errors_lately": self.tally.errors_since(perf_counter() - LATELY),
            "history": list(self.history),
            **{name: part() for name, part in self.parts.items()},
        }

    async def mine(self) -> Figures:
        """How this process is right now."""
        return self._told(await asyncio.to_thread(self._of_process))

    async def workers(self) -> list[Figures]:
        """How every process of this server is: this one now, the others up to two seconds ago. By number."""
        others = await asyncio.to_thread(self.board.others)
        return sorted([await self.mine(), *others], key=lambda one: one["worker"])
