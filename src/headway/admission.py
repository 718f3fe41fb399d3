"""Admission control: so many requests at work, the others in a line that stays short, and who comes too late is told.

A request waits here instead of at the pool, where newcomers overtake and those who wait longest time out. It has its
place from the moment its whole body is here until its answer begins to leave: nobody who sends or reads slowly keeps one.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from math import ceil

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

GUARDED = "/api/"
# How much the newest request's time counts in the average, and what the average begins with, in seconds.
WEIGHT, FIRST_GUESS = 1 / 64, 0.02
# A line this short is always let in: a handful of slow requests is no overload.
SHORT_LINE = 32
FULL = "The server has more to do than it can at this moment. Nothing was saved; try again in a moment."

Waiting = asyncio.Future[None]


class Gate:
    """`places` requests at a time, first come, first served.

    Args:
        places: how many at once; as many as there are connections in the pool.
        longest_wait: seconds. A request that would have to wait longer, as things go, is refused; 0 is no limit.
        patience: seconds after which one that does wait is given up: things went worse than they looked.
    """

    def __init__(self, places: int, longest_wait: float, patience: float) -> None:
        self.places, self.longest_wait, self.patience = places, longest_wait, patience
        self.active = self.queued = 0
        self.refused_total = self.gone_total = 0
        self._line: deque[Waiting] = deque()
        self._held = FIRST_GUESS

    def wait_ahead(self) -> float:
        """Seconds until whoever comes now would have a place, going by how long places were held lately."""
        return 0.0 if self.active < self.places else (self.queued + 1) * self._held / self.places

    def is_full(self) -> bool:
        """Whether whoever comes now would wait too long."""
        return self.queued >= SHORT_LINE and 0 < self.longest_wait < self.wait_ahead()

    async def enter(self, *, ahead: bool = False) -> None:
        """Waits for a place. `ahead`: of all others, for who had one before.

        Raises:
            TimeoutError: there was none for too long.
        """
        if self.active < self.places and not self.queued:
            self.active += 1
            return
        turn: Waiting = asyncio.get_running_loop().create_future()
        self.queued += 1
        (self._line.appendleft if ahead else self._line.append)(turn)
        try:
            async with asyncio.timeout(self.patience):
                await turn
        except BaseException:
            if turn.done() and not turn.cancelled():  # it was given in the very moment
                self.leave()
            else:
                turn.cancel()
                self.queued -= 1
            raise

    def leave(self, seconds: float | None = None) -> None:
        """Hands the place to who waits longest. `seconds`: for how long it was held, if it was used."""
        if seconds is not None:
            self._held += (seconds - self._held) * WEIGHT
        self.active -= 1
        while self._line and self.active < self.places:
            turn = self._line.popleft()
            if not turn.done():
                self.queued -= 1
                self.active += 1
                turn.set_result(None)


class Place:
    """One request's place, from its turn on."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self._since: float | None = None
        self._used = 0.0

    async def take(self, *, ahead: bool = False) -> None:
        """Waits for it; see `Gate.enter`."""
        await self.gate.enter(ahead=ahead)
        self._since = asyncio.get_running_loop().time()

    def give_up(self, *, finished: bool = True) -> None:
        """Lets it go, if it is held."""
        if self._since is not None:
            self._used += asyncio.get_running_loop().time() - self._since
            self._since = None
            self.gate.leave(self._used if finished else None)


_place: ContextVar[Place | None] = ContextVar("place", default=None)


@asynccontextmanager
async def aside() -> AsyncIterator[None]:
    """Lets others work while this request waits for something that is not the database, like a password's hash."""
    place = _place.get()
    if place is None:
        yield
        return
    place.give_up(finished=False)
    try:
        yield
    finally:
        await place.take(ahead=True)


class TurnAway:
    """The outermost layer: answers 503 at once while the line is full. It has to cost next to nothing."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self.app, self.gate = app, gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.gate.is_full() and scope["path"].startswith(GUARDED):
            self.gate.refused_total += 1
            await refuse(self.gate, send)
            return
        await self.app(scope, receive, send)


class TakePlace:
    """Has each request of the API wait for its turn; work that nobody waits for any more is not begun."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self.app, self.gate = app, gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(GUARDED):
            await self.app(scope, receive, send)
            return
        place, at_once = Place(self.gate), self.gate.active < self.gate.places
        try:
            await place.take()
        except TimeoutError:
            self.gate.refused_total += 1
            await refuse(self.gate, send)
            return

        async def send_and_let_go(message: Message) -> None:
            # The unit of work has ended, and what is left is the client's pace: here a stream begins, too.
            place.give_up()
            await send(message)

        token = _place.set(place)
        try:
            replay = receive
            if not at_once:
                gone, replay = await looked_at(receive)
                if gone:
                    self.gate.gone_total += 1
                    return
            await self.app(scope, replay, send_and_let_go)
        finally:
            place.give_up()
            _place.reset(token)


async def looked_at(receive: Receive) -> tuple[bool, Receive]:
    """Whether the client has hung up, and a `receive` that begins where this one was before the look."""
    seen: list[Message] = []

    async def again() -> Message:
        return seen.pop(0) if seen else await receive()

    while True:
        peek = asyncio.ensure_future(receive())
        await asyncio.sleep(0)
        if not peek.done():
            peek.cancel()
            await asyncio.wait([peek])
            if peek.cancelled():
                return False, again
        message = peek.result()
        if message["type"] == "http.disconnect":
            return True, again
        seen.append(message)


async def refuse(gate: Gate, send: Send) -> None:
    """503 with the seconds after which it is worth another try."""
    wait = max(1, ceil(gate.wait_ahead()))
    body = orjson.dumps(
        {
            "type": "about:blank",
            "title": "Service Unavailable",
            "status": 503,
            "code": "overloaded",
            "detail": FULL,
            "retry_after": wait,
        }
    )
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"retry-after", str(wait).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})
