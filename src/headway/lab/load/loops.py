"""The three ways to send load, and the open loop beside them."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator
from dataclasses import asdict

import aiohttp
from yarl import URL

from headway.lab.load.jobs import Answer, Job
from headway.lab.load.sending import Sender, limit_to, new_session
from headway.lab.load.tally import OwnLoad, Tally, Window

# More connections than this at the same moment, and what is measured is the length of the listen queue.
OPENED_AT_ONCE = 100
# A user whose server is gone tries again like a person does, not like a loop.
PAUSE_AFTER_LOSS = 0.1
# uvloop's timers have a grain of a millisecond: what is due within half of one is due.
GRAIN = 0.0005


async def run_job(job: Job) -> Answer:
    return await (_open(job) if job.how == "open" else _users(job))


async def _users(job: Job) -> Answer:
    """burst and closed: everybody has a connection."""
    async with contextlib.AsyncExitStack() as stack:
        sessions = [await stack.enter_async_context(new_session(1)) for _ in range(job.users)]
        note = await _open_connections(job, sessions)
        run = _Run(job)
        async with run.beside():
            await (_burst(run, sessions) if job.how == "burst" else _closed(run, sessions))
        return run.answer(note)


async def _open_connections(job: Job, sessions: list[aiohttp.ClientSession]) -> str | None:
    """Each session's connection, by a ping; gives up at the first hundred of which none was answered."""
    opened = 0
    for start in range(0, len(sessions), OPENED_AT_ONCE):
        some = sessions[start : start + OPENED_AT_ONCE]
        answered = sum(await asyncio.gather(*(_ping(session, job) for session in some)))
        opened += answered
        if not answered:
            break
    if opened == len(sessions):
        return None
    return f"{opened} of {len(sessions)} connections answered a ping before the requests were sent."


async def _ping(session: aiohttp.ClientSession, job: Job) -> bool:
    url = URL(job.address + job.ping, encoded=True)
    limit = limit_to(job.time_limit)
    try:
        async with session.get(url, headers=job.headers, timeout=limit, allow_redirects=False) as response:
            await response.read()
            return response.ok
    except (TimeoutError, aiohttp.ClientError, OSError):
        return False


class _Run:
    """What the loops share: who sends, what counts when, and the figures."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.sender = Sender(job.address, job.requests, job.headers, job.seed)
        self.window, self.tally, self.own = Window(), Tally(), OwnLoad()
        self._beside_tally = Tally()

    def set_window(self) -> None:
        start = time.perf_counter() + self.job.warm_up
        self.window.start, self.window.end = start, start + self.job.seconds

    async def watch_window(self) -> None:
        """Returns at its end."""
        await asyncio.sleep(self.window.start - time.perf_counter())
        self.own.start()
        await asyncio.sleep(self.window.end - time.perf_counter())
        self.own.stop()

    @contextlib.asynccontextmanager
    async def beside(self) -> AsyncIterator[None]:
        if self.job.beside is None:
            yield
            return
        sender = Sender(self.job.address, [self.job.beside.request], self.job.headers, self.job.seed)
        async with new_session() as session:
            beside = asyncio.create_task(
                _arrivals(self, sender, session, self.job.beside.rate, self._beside_tally, self.job.seed + 1)
            )
            try:
                yield
                await beside
            finally:
                beside.cancel()

    def answer(self, note: str | None = None) -> Answer:
        seconds = self.window.seconds
        summary = self.tally.summary(seconds)
        return Answer(
            **{**asdict(summary), "latency": summary.latency},
            by_request=self.tally.parts(),
            beside=self._beside_tally.summary(seconds) if self.job.beside else None,
            generator_busy=self.own.busy,
            generator_lag_p99=self.own.lag_p99,
            bytes=self.tally.bytes,
            note=note,
        )


async def _burst(run: _Run, sessions: list[aiohttp.ClientSession]) -> None:
    run.own.start()
    run.window.start = time.perf_counter()
    await asyncio.gather(*(_burst_one(run, session) for session in sessions))
    run.window.end = time.perf_counter()
    run.own.stop()


async def _burst_one(run: _Run, session: aiohttp.ClientSession) -> None:
    outcome = await run.sender.send(session, run.job.time_limit)
    run.tally.note(outcome, outcome.sent, run.window)


async def _closed(run: _Run, sessions: list[aiohttp.ClientSession]) -> None:
    heard = _Heard(len(sessions))
    run.window.start = time.perf_counter() + run.job.warm_up
    users = [asyncio.create_task(_user(run, number, session, heard)) for number, session in enumerate(sessions)]
    await asyncio.sleep(run.job.warm_up)
    run.own.start()
    await asyncio.sleep(run.job.seconds)
    # A crowd needs longer than a few: cut off before everybody had their turn, a window would be about its own length.
    await heard.everybody_within(run.job.time_limit - run.job.seconds)
    run.window.end = time.perf_counter()
    run.own.stop()
    for user in users:
        user.cancel()
    for ended in await asyncio.gather(*users, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended
    run.tally.unanswered += len(heard.missing)


class _Heard:
    """Who has not had an answer in the window yet."""

    def __init__(self, users: int) -> None:
        self.missing = set(range(users))
        self._everybody = asyncio.Event()

    def note(self, user: int) -> None:
        self.missing.discard(user)
        if not self.missing:
            self._everybody.set()

    async def everybody_within(self, seconds: float) -> None:
        """Returns when nobody is missing, and after that time in any case."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._everybody.wait(), max(0.0, seconds))


async def _user(run: _Run, number: int, session: aiohttp.ClientSession, heard: _Heard) -> None:
    while True:
        outcome = await run.sender.send(session, run.job.time_limit)
        if run.window.holds(outcome.ended):
            run.tally.note(outcome, outcome.sent, run.window)
            heard.note(number)
        if outcome.failure is not None and not outcome.failure.isdigit():
            await asyncio.sleep(PAUSE_AFTER_LOSS)


async def _open(job: Job) -> Answer:
    run = _Run(job)
    async with new_session() as session, run.beside():
        run.set_window()
        watching = asyncio.create_task(run.watch_window())
        await _arrivals(run, run.sender, session, job.users, run.tally, job.seed)
        await watching
    return run.answer()


async def _arrivals(
    run: _Run, sender: Sender, session: aiohttp.ClientSession, rate: float, tally: Tally, seed: int
) -> None:
    """Sends at random moments that are fixed beforehand; waits for the answers to all of them."""
    moments = random.Random(seed)  # noqa: S311
    due = time.perf_counter()
    async with asyncio.TaskGroup() as under_way:
        while True:
            due += moments.expovariate(rate)
            delay = due - time.perf_counter()
            # Late or not, the loop has answers to read as well.
            await asyncio.sleep(delay if delay > GRAIN else 0)
            if due >= run.window.end:
                return
            under_way.create_task(_arrive(run, sender, session, due, tally))


async def _arrive(run: _Run, sender: Sender, session: aiohttp.ClientSession, due: float, tally: Tally) -> None:
    patience = due + run.job.time_limit - time.perf_counter()
    outcome = await sender.send(session, patience)
    # It waited since it was due, even if the one who sends it was late.
    since = min(due, outcome.sent)
    if run.window.holds(since):
        tally.note(outcome, since, run.window)
