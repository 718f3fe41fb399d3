"""P17: memory, descriptors and connections stay flat under half an hour of mixed load. By hand: `just soak`."""

import asyncio
import json
import os
import statistics
import threading
import time
from contextlib import ExitStack, suppress

import psutil
import psycopg
import pytest
import websockets

from headway.lab.load.process import Generator
from tests.faults.hammer import Client, set_up
from tests.processes import Headway, home_folder
from tests.promises.stage import WHOLE, report
from tests.promises.test_overload import job, mix

MINUTES = float(os.environ.get("HEADWAY_SOAK_MINUTES", "30"))
EVERY = 10.0
SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"


class Sampling(threading.Thread):
    """(resident MB, descriptors, connections) of the one worker, every ten seconds."""

    def __init__(self, server: Headway) -> None:
        super().__init__(daemon=True)
        self.worker = psutil.Process(server.workers()[0])
        self.address = server.database_address()
        self.samples: list[tuple[float, int, int]] = []
        self.over = threading.Event()

    def run(self) -> None:
        with psycopg.connect(self.address, autocommit=True) as db:
            while not self.over.wait(EVERY):
                row = db.execute(SESSIONS).fetchone()
                assert row is not None
                self.samples.append((self.worker.memory_info().rss / 1e6, self.worker.num_fds(), row[0]))


async def come_and_go(server: Headway, cookie: str, project: str, until: float) -> None:
    """Viewers who follow the project for some seconds, and are gone without a word."""
    address = f"ws://127.0.0.1:{server.port}/api/live"
    follow = json.dumps({"type": "follow", "topics": {f"project:{project}": None}})

    async def one() -> None:
        while time.monotonic() < until:
            with suppress(OSError, websockets.WebSocketException):
                async with websockets.connect(address, additional_headers={"Cookie": cookie}) as socket:
                    await socket.send(follow)
                    with suppress(TimeoutError):
                        async with asyncio.timeout(3):
                            async for _ in socket:
                                pass
                    socket.transport.abort()

    async with asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(one())


@pytest.mark.timeout(0)
@pytest.mark.skipif(not WHOLE, reason="by hand: half an hour, HEADWAY_SOAK=1")
def test_half_an_hour_of_mixed_load_leaves_nothing_growing() -> None:
    with home_folder() as home, ExitStack() as stack:
        server = Headway(home=home).ready()
        stack.callback(server.stop)
        cookie, project = set_up(server)
        with Client(server, cookie) as client:
            for number in range(60):
                client.send("POST", f"/api/projects/{project}/tasks", {"title": f"Task {number}"})
        generator = stack.enter_context(Generator())
        # What grows on purpose is the data: no tasks are created.
        requests = [one for one in mix(server, cookie, project) if one.name != "create"]
        sampling = Sampling(server)
        sampling.start()
        ends = time.monotonic() + MINUTES * 60
        viewers = threading.Thread(target=lambda: asyncio.run(come_and_go(server, cookie, project, ends)))
        viewers.start()
        answered = 0
        while time.monotonic() < ends:
            answered += generator.run(job(server, cookie, requests, how="closed", users=10)).answered
        viewers.join()
        sampling.over.set()
        sampling.join()
    # The first third warms the caches up; the second and the last have to be alike.
    third = len(sampling.samples) // 3
    middle, last = sampling.samples[third : 2 * third], sampling.samples[2 * third :]
    for name, n, room in (("resident_mb", 0, 5.0), ("descriptors", 1, 5), ("connections", 2, 1)):
        then, now = (statistics.median(one[n] for one in part) for part in (middle, last))
        report(f"{MINUTES:g} minutes", answered=answered, **{name: f"{then:.1f} -> {now:.1f}"})
        assert now <= then * 1.03 + room, name
