"""The doorbell: tells every process on this database that something was committed. It carries no data."""

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg
import structlog

from headway.settings import Settings

log = structlog.get_logger()

CHANNEL = "headway"
# Seconds. A lost bell costs a viewer at most the hub's poll, so the bell itself may take its time.
HEARTBEAT, ANSWER, FIRST_PAUSE, LONGEST_PAUSE = 5.0, 5.0, 0.1, 5.0
# Everything committed within this shares one NOTIFY.
GATHER = 0.005
LOST = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class Bell:
    """One connection outside the pool that listens and rings.

    NOTIFY inside the writers' transactions would make their commits queue for one lock, and LISTEN needs a connection
    of its own. Each ring is also heard by its ringer, which proves that the connection still delivers.
    """

    def __init__(self, settings: Settings, on_ring: Callable[[], None]) -> None:
        arguments = settings.asyncpg_arguments
        arguments.pop("prepared_statement_cache_size", None)  # SQLAlchemy's own, unknown to asyncpg
        self._url, self._arguments = settings.plain_url, arguments
        self._on_ring = on_ring
        self._struck = asyncio.Event()
        self._echo = asyncio.Event()
        self._pause = FIRST_PAUSE
        self.pid: int | None = None
        self.listening = asyncio.Event()

    def ring(self) -> None:
        """Something was committed. Wakes this process at once, the others soon; never waits."""
        self._on_ring()
        self._struck.set()

    async def run(self) -> None:
        """Listens for ever, over as many connections as it takes."""
        while True:
            try:
                connection = await asyncpg.connect(self._url, **self._arguments)
                try:
                    await self._listen(connection)
                finally:
                    self.pid = None
                    self.listening.clear()
                    await connection.close(timeout=1)
            except LOST as lost:
                log.warning("bell.lost", error=type(lost).__name__, retry_in=self._pause)
            await asyncio.sleep(self._pause)
            self._pause = min(self._pause * 2, LONGEST_PAUSE)

    async def _listen(self, connection: Any) -> None:
        # A NOTIFY is a commit; without this it would wait for the disk, for nothing.
        await connection.execute("SET synchronous_commit = off")
        await connection.add_listener(CHANNEL, self._heard)
        connection.add_termination_listener(lambda _: self._struck.set())
        self.pid = connection.get_server_pid()
        self.listening.set()
        self._struck.set()
        self._on_ring()  # whatever was rung while nobody listened
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT):
                    await self._struck.wait()
            except TimeoutError:
                pass
            self._struck.clear()
            self._echo.clear()
            async with asyncio.timeout(ANSWER):
                await connection.execute(f"NOTIFY {CHANNEL}")
                await self._echo.wait()
            self._pause = FIRST_PAUSE
            await asyncio.sleep(GATHER)

    def _heard(self, _: object, pid: int, channel: str, payload: object) -> None:
        if pid == self.pid:
            self._echo.set()
        else:
            self._on_ring()
