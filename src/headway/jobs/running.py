"""Doing jobs: each worker takes what is due, a few at a time, and whatever dies with one gives it back."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import asyncpg
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.sql import ClauseElement

from headway.db import Database
from headway.jobs.commands import WAKE
from headway.jobs.kinds import Failed, Hopeless, Inside, Kinds, Outside, Work
from headway.jobs.queries import TAKE, buried, done, given_back, put_back
from headway.settings import Settings

log = structlog.get_logger()

AT_ONCE = 4  # of one process; they share its pool with the requests
POLL = 1.0  # seconds: for what other processes wrote down, and for what was put off
FINISH = 5.0  # seconds that a stopping process waits for what it is doing
# A lease outlasts the time limit of a try, so that nobody takes over what is still being done.
SPARE = 5.0
# Pauses of 5 s, 15 s, 45 s, … 4 h: ten tries take some eight hours, which is a mail server's bad night.
FIRST_PAUSE, LONGEST_PAUSE, TRIES = 5.0, 4 * 3_600.0, 10
AWAY = (
    OSError,
    TimeoutError,
    DBAPIError,
    PoolTimeout,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many tries."""
    return timedelta(seconds=min(FIRST_PAUSE * 3 ** (attempts - 1), LONGEST_PAUSE))


class Runner:
    """The jobs of one process."""

    def __init__(self, database: Database, settings: Settings, kinds: Kinds, poll: float = POLL) -> None:
        self.database, self.settings, self.kinds = database, settings, kinds
        self._leases = {name: kind.seconds + SPARE for name, kind in kinds.items()}
        self._poll = poll
        self._awake = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self._busy: dict[asyncio.Task[None], Work] = {}

    def start(self) -> None:
        """Begins to do jobs; sessions of this process wake it with their commits from now on."""
        self.database.writes.configure(info={WAKE: self._awake.set})
        self._loop = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Takes nothing more and waits a little for what it is doing. The rest is given back, untried."""
        if self._loop:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        if not self._busy:
            return
        _, unfinished = await asyncio.wait(self._busy, timeout=FINISH)
        given = [self._busy[task] for task in unfinished]
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
        for work in given:
            with suppress(*AWAY):
                await self._say(given_back(work.id, work.attempts))

    async def _run(self) -> None:
        while True:
            self._awake.clear()
            try:
                taken = await self._take(AT_ONCE - len(self._busy))
            except AWAY as error:
                log.warning("jobs.no_database", error=type(error).__name__)
                taken = []
            for work in taken:
                task = asyncio.create_task(self.do(work))
                self._busy[task] = work
                task.add_done_callback(self._finished)
            if not taken:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._poll):
                        await self._awake.wait()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._busy.pop(task)
        self._awake.set()

    async def _take(self, most: int) -> list[Work]:
        if most <= 0:
            return []
        async with self.database.reading() as db:
            rows = (await db.execute(TAKE, {"leases": self._leases, "n": most})).all()
        return [Work(*row) for row in rows]

    async def do_all(self) -> int:
        """Does what is due, one after the other, until nothing is. How many tries that were."""
        tries = 0
        while taken := await self._take(1):
            await self.do(taken[0])
            tries += 1
        return tries

    async def do(self, work: Work) -> None:
        """One try. Whatever comes of it is written down, or the lease runs out and somebody else tries."""
        log_this = log.bind(job=str(work.id), name=work.name, attempt=work.attempts)
        try:
            if work.attempts > TRIES:
                raise Hopeless("The process that tried it died or was cut off, every time.")
            await self._try(work)
            log_this.info("job.done")
        except Failed as error:
            hopeless = isinstance(error, Hopeless) or work.attempts >= TRIES
            log_this.warning("job.dead" if hopeless else "job.failed", error=str(error))
            await self._failed(work, str(error), hopeless)
        except TimeoutError:
            log_this.warning("job.slow")
            await self._failed(work, "It took too long.", work.attempts >= TRIES)
        except Exception as error:  # the edge: whatever it is, the next job is not to suffer for it
            log_this.exception("job.broke")
            told = f"{type(error).__name__}. The log has the rest, under job={work.id}."
            await self._failed(work, told, work.attempts >= TRIES)

    async def _try(self, work: Work) -> None:
        kind = self.kinds[work.name]
        async with asyncio.timeout(kind.seconds):
            if isinstance(kind, Outside):
                await kind.run(self.database, self.settings, work)
                await self._say(done(work.id, work.attempts))
            else:
                await self._inside(kind, work)

    async def _inside(self, kind: Inside, work: Work) -> None:
        async with self.database.unit_of_work() as db:
            # First, so that the row stays ours while the effect is made: who else wants it waits, and finds it gone.
            if await db.scalar(done(work.id, work.attempts)) is not None:
                await kind.run(db, self.settings, work.payload)

    async def _failed(self, work: Work, told: str, hopeless: bool) -> None:
        end = buried(work.id, work.attempts, told)
        again = put_back(work.id, work.attempts, pause_after(work.attempts), told)
        try:
            await self._say(end if hopeless else again)
        except AWAY as error:  # then the lease will bring it back
            log.warning("jobs.no_database", error=type(error).__name__)

    async def _say(self, statement: ClauseElement) -> None:
        async with self.database.unit_of_work() as db:
            await db.execute(statement)  # type: ignore[call-overload]
