"""Going round: what has to be done now and then, by one worker at a time, beside the requests."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import time

import asyncpg
import structlog

from headway.chores.chores import CHORES, Chore
from headway.clock import now
from headway.db import Database
from headway.settings import Settings

log = structlog.get_logger()

LOST = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

# Seconds: between rounds; until a chore that failed is tried again, if it would not be due sooner.
ROUND, RETRY = 10.0, 60.0
# The advisory lock that whoever goes round holds. A number of our own, the same for every process.
LOCK = 0x68656164  # "head"


class Rounds:
    """The loop of one web worker. When each chore was last done is only known here: doing it twice does no harm."""

    def __init__(self, database: Database, settings: Settings, chores: Sequence[Chore] = CHORES) -> None:
        self.database, self.settings, self.chores = database, settings, chores
        self._due_at = {chore.name: 0.0 for chore in chores}
        self.done_at: dict[str, float] = {}  # by this process, in seconds since the epoch
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to go round; the first time after a while, so that starting up has the machine to itself."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stops at once. What a chore was in the middle of rolls back, and is done another time."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(ROUND)
            try:
                await self.go_round()
            except LOST as lost:
                log.warning("chores.no_database", error=type(lost).__name__)

    async def go_round(self) -> list[str]:
        """Does what is due, unless another worker is at it. The names of the chores that were done."""
        loop = asyncio.get_running_loop()
        due = [chore for chore in self.chores if self._due_at[chore.name] <= loop.time()]
        done: list[str] = []
        if not due:
            return done
        async with mine_alone(self.settings) as mine:
            for chore in due if mine else ():
                self._due_at[chore.name] = loop.time() + chore.every
                try:
                    await chore.do(self.database, self.settings, now())
                    done.append(chore.name)
                    self.done_at[chore.name] = time()
                except Exception:  # whatever it is, the other chores are not to wait for it
                    log.exception("chores.failed", chore=chore.name)
                    self._due_at[chore.name] = loop.time() + min(chore.every, RETRY)
        return done


@asynccontextmanager
async def mine_alone(settings: Settings) -> AsyncIterator[bool]:
    """Whether no other worker on this database is inside.

    On a connection of its own, which the settings count with: the pool may have only one. The lock belongs to a
    transaction, which holds no snapshot, so that it works behind PgBouncer too and goes when the process does.
    """
    arguments = settings.asyncpg_arguments
    arguments.pop("prepared_statement_cache_size", None)
    connection = await asyncpg.connect(settings.plain_url, **arguments)
    try:
        async with connection.transaction():
            await connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield bool(await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", LOCK))
    finally:
        await connection.close(timeout=1)
