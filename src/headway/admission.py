"""Admission control: so many requests at work, the others in a line that stays short, and who comes too late is told.

A request waits here instead of at the pool, where newcomers overtake and those who wait longest time out. It has its
place from the moment its body is whole until its answer begins to leave: nobody keeps one by being slow.
"""

import asyncio
from collections import deque
from contextvars import ContextVar
from functools import lru_cache
from math import ceil

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

GUARDED = "/api/"
# How much the newest request's time counts in the average, and what the average begins with, in seconds.
WEIGHT, FIRST_GUESS = 1 / 32, 0.02
# A line this short is always let in: a handful of slow requests is no overload.
SHORT_LINE = 8
# Who shows nothing is refused at this share of either: a flood of sign-ins is not to keep out who works here.
STRANGERS_SHARE = 1 / 4
SIGNED = frozenset({b"cookie", b"authorization"})
FULL = "The server has more to do than it can at this moment. Nothing was saved; try again in a moment."

Waiting = asyncio.Future[float]


class Gate:
    """`places` requests at a time, first come, first served; every other place goes to one that others wait for too.

    Args:
        places: how many at once; as many as there are connections in the pool.
        longest_wait: seconds. A request that would have to wait longer, as things go, is refused; 0 is no limit.
        patience: seconds after which one that does wait is given up: things went worse than they looked.
    """

    def __init__(self, places: int, longest_wait: float, patience: float) -> None:
        self.places, self.longest_wait, self.patience = places, longest_wait, patience
        self.active = self.queued = 0
        self.refused_total = self.gone_total = 0
        # All requests, and those that others wait for too: whoever is next comes from the one and then from the other.
        self._lines: tuple[deque[Waiting], deque[Waiting]] = deque(), deque()
        self._whose = False
        self._held = FIRST_GUESS
        # When the last places were given up, in the loop's time, since there is a line; before them, when it began.
        self._left: deque[float] = deque(maxlen=places)

    def wait_ahead(self) -> float:
        """Seconds until whoever comes now would have a place, going by how fast places became free lately."""
        return 0.0 if self.active < self.places else (self.queued + 1) * self._pace()

    def _pace(self) -> float:
        """Seconds from one place that becomes free to the next.

        By the average, or by the last so many where those took longer: while everything stands still nobody leaves, and
        the average would not know.
        """
        usual = self._held / self.places
        if not self._left:
            return usual
        lately = asyncio.get_running_loop().time() - self._left[0]
        return max(usual, lately / len(self._left))

    def is_full(self, share: float = 1.0) -> bool:
        """Whether whoever comes now would wait too long, if this share of the line is theirs."""
        return self.queued >= SHORT_LINE * share and 0 < self.longest_wait * share < self.wait_ahead()

    def refuses(self, scope: Scope) -> bool:
        """Whether this request is one too many. Nearly always no, so that is found out first."""
        if not self.is_full(STRANGERS_SHARE):
            return False
        return self.is_full() or not any(name in SIGNED for name, _ in scope["headers"])

    def turn_away(self, scope: Scope) -> tuple[bytes, bytes] | None:
        """The refusal of a request that is one too many, as it goes over the wire: the head's lines, and the body."""
        if not scope["path"].startswith(GUARDED) or not self.refuses(scope):
            return None
        self.refused_total += 1
        return written_refusal(self._seconds_to_wait())

    async def refuse(self, send: Send) -> None:
        """503 to one that was let into the line, with the seconds after which it is worth another try."""
        self.refused_total += 1
        headers, body = refusal(self._seconds_to_wait())
        # A list of this answer's own: layers further out add to it.
        await send({"type": "http.response.start", "status": 503, "headers": [*headers]})
        await send({"type": "http.response.body", "body": body})

    def _seconds_to_wait(self) -> int:
        return max(1, ceil(self.wait_ahead()))

    async def enter(self, for_many: bool = False) -> float:
        """Waits for a place.

        Args:
            for_many: others wait for this one.

        Returns:
            When it was given, in the loop's time. A busy loop takes a while to come to whom it was given to: counted
            from there, places would seem to be held for half as long as they are.

        Raises:
            TimeoutError: there was none for too long.
        """
        loop = asyncio.get_running_loop()
        if self.active < self.places and not self.queued:
            self.active += 1
            return loop.time()
        turn: Waiting = loop.create_future()
        if not self.queued:
            self._left.append(loop.time())
        self.queued += 1
        self._lines[for_many].append(turn)
        try:
            async with asyncio.timeout(self.patience):
                return await turn
        except BaseException:
            if turn.done() and not turn.cancelled():  # it was given in the very moment
                self.leave()
            else:
                turn.cancel()
                self.queued -= 1
                self._hand_on()  # whoever came after it may wait for nothing but its leaving the line
            raise

    def leave(self, seconds: float | None = None) -> None:
        """Hands the place to who waits longest. `seconds`: for how long it was held, if it was used."""
        if seconds is not None:
            self._held += (seconds - self._held) * WEIGHT
        self.active -= 1
        self._hand_on()

    def _hand_on(self) -> None:
        """Gives what places there are to who waits longest."""
        while self.active < self.places and (turn := self._next()) is not None:
            self.queued -= 1
            self.active += 1
            now = turn.get_loop().time()
            self._left.append(now)
            turn.set_result(now)
        if not self.queued:
            self._left.clear()

    def _next(self) -> Waiting | None:
        """Whoever has waited longest, of the two lines in turn. None too where all have just given up."""
        self._whose = not self._whose
        for line in (self._lines[self._whose], self._lines[not self._whose]):
            while line:
                turn = line.popleft()
                if not turn.done():
                    return turn
        return None


class Place:
    """One request's place, from its turn on."""

    def __init__(self, gate: Gate, for_many: bool = False) -> None:
        self.gate, self.for_many = gate, for_many
        self._since: float | None = None

    async def take(self) -> None:
        """Waits for it; see `Gate.enter`."""
        self._since = await self.gate.enter(self.for_many)

    def give_up(self) -> None:
        """Lets it go, if it is held."""
        if self._since is not None:
            self.gate.leave(asyncio.get_running_loop().time() - self._since)
            self._since = None


_place: ContextVar[Place | None] = ContextVar("place", default=None)


def at_work() -> Place | None:
    """The place of the request that this is part of; None outside of requests."""
    return _place.get()


def step_aside() -> None:
    """Gives this request's place to others, for good: it waits for something that is not the database.

    What it does afterwards is little, and comes no faster than what it waits for lets it.
    """
    place = at_work()
    if place is not None:
        place.give_up()


class TakePlace:
    """Has each request of the API wait for its turn; work that nobody waits for any more is not begun."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self.app, self.gate = app, gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(GUARDED):
            await self.app(scope, receive, send)
            return
        place = Place(self.gate)
        try:
            await place.take()
        except TimeoutError:
            await self.gate.refuse(send)
            return

        async def send_and_let_go(message: Message) -> None:
            # The unit of work has ended, and what is left is the client's pace: here a stream begins, too.
            place.give_up()
            await send(message)

        token = _place.set(place)
        try:
            gone, replay = looked_at(receive)
            if gone:
                self.gate.gone_total += 1
                return
            await self.app(scope, replay, send_and_let_go)
        finally:
            place.give_up()
            _place.reset(token)


def looked_at(receive: Receive) -> tuple[bool, Receive]:
    """Whether the client has hung up, and a `receive` that begins where this one was before the look.

    Each look takes one step of a `receive()`: it returns with what is there already, or has to wait and is dropped.
    """
    seen: list[Message] = []

    async def again() -> Message:
        return seen.pop(0) if seen else await receive()

    while True:
        look = receive().__await__()
        try:
            next(look)
        except StopIteration as there:
            message: Message = there.value
        else:
            look.close()
            return False, again
        if message["type"] == "http.disconnect":
            return True, again
        seen.append(message)


@lru_cache(maxsize=64)
def refusal(wait: int) -> tuple[tuple[tuple[bytes, bytes], ...], bytes]:
    """The answer's headers and body."""
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
    headers = (
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"retry-after", str(wait).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    )
    return headers, body


@lru_cache(maxsize=64)
def written_refusal(wait: int) -> tuple[bytes, bytes]:
    """The same as `refusal`, as it goes over the wire: whoever floods is to cost as little as can be."""
    headers, body = refusal(wait)
    return b"HTTP/1.1 503 Service Unavailable\r\n" + b"".join(b"%b: %b\r\n" % header for header in headers), body
