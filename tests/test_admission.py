"""The line in front of the pool: its order, its length, and who is let go."""

import asyncio
from typing import Any

import orjson
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from headway.admission import SHORT_LINE, Gate, Place, TakePlace, step_aside
from headway.errors import AGAIN, Again
from headway.middleware import OnceMore, WholeBody


def scope(method: str = "GET", path: str = "/api/things", **headers: str) -> Scope:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": method, "path": path, "headers": raw}


class Client:
    """What somebody sends, message by message, and what they hear."""

    def __init__(self, *messages: Message) -> None:
        self.heard: list[Message] = []
        self.messages: asyncio.Queue[Message] = asyncio.Queue()
        for message in messages or ({"type": "http.request", "body": b"", "more_body": False},):
            self.messages.put_nowait(message)

    async def receive(self) -> Message:
        return await self.messages.get()

    async def send(self, message: Message) -> None:
        self.heard.append(message)

    def hang_up(self) -> None:
        self.messages.put_nowait({"type": "http.disconnect"})

    @property
    def status(self) -> int | None:
        return self.heard[0]["status"] if self.heard else None

    def ask(self, app: ASGIApp, about: Scope) -> "asyncio.Task[None]":
        async def asking() -> None:
            await app(about, self.receive, self.send)

        return asyncio.create_task(asking())


class Work:
    """An app that begins, waits to be told, and answers."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.go = asyncio.Event()

    async def __call__(self, about: Scope, receive: Receive, send: Send) -> None:
        self.begun.append(about["path"])
        await self.go.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def settle() -> None:
    """Lets every task come to where it waits."""
    for _ in range(20):
        await asyncio.sleep(0)


def gate(places: int = 1, longest_wait: float = 0.5, patience: float = 10) -> Gate:
    return Gate(places, longest_wait, patience)


async def test_places_go_in_the_order_of_arrival() -> None:
    one, work = gate(), Work()
    app = TakePlace(work, one)
    asking = [Client().ask(app, scope(path=f"/api/{n}")) for n in range(5)]
    await settle()
    assert (work.begun, one.active, one.queued) == (["/api/0"], 1, 4)
    work.go.set()
    await asyncio.gather(*asking)
    assert work.begun == [f"/api/{n}" for n in range(5)]
    assert (one.active, one.queued) == (0, 0)


async def test_one_that_others_wait_for_goes_ahead_but_has_every_other_place_at_most() -> None:
    one, begun, go = gate(), [], asyncio.Event()

    async def work(name: str, for_many: bool = False) -> None:
        place = Place(one, for_many)
        await place.take()
        begun.append(name)
        await go.wait()
        place.give_up()

    asking = [asyncio.create_task(work(f"{n}")) for n in range(4)]
    asking += [asyncio.create_task(work(f"many/{n}", for_many=True)) for n in range(3)]
    await settle()
    go.set()
    await asyncio.gather(*asking)
    assert begun == ["0", "many/0", "1", "many/1", "2", "many/2", "3"]
    assert (one.active, one.queued) == (0, 0)


async def test_who_hangs_up_in_the_line_is_not_served() -> None:
    one, work = gate(), Work()
    app, gone = TakePlace(work, one), Client()
    asking = [Client().ask(app, scope(path="/api/first")), gone.ask(app, scope(path="/api/gone"))]
    await settle()
    gone.hang_up()
    work.go.set()
    await asyncio.gather(*asking)
    assert work.begun == ["/api/first"]
    assert (one.gone_total, one.active) == (1, 0)


async def test_a_body_is_still_there_after_the_wait() -> None:
    one, heard = gate(), []

    async def reads(_: Scope, receive: Receive, send: Send) -> None:
        heard.append((await receive())["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})

    await one.enter()
    client = Client({"type": "http.request", "body": b"all of it", "more_body": False})
    asking = client.ask(TakePlace(reads, one), scope("POST"))
    await settle()
    one.leave()
    await asking
    assert heard == [b"all of it"]


async def test_a_long_line_is_refused_at_once_and_a_short_one_never() -> None:
    one = gate()
    one._held, one.active = 10.0, 1
    mine = {"cookie": "headway_session=x"}
    one.queued = SHORT_LINE - 1
    assert one.turn_away(scope(**mine)) is None
    one.queued = SHORT_LINE
    assert one.turn_away(scope(path="/health")) is None
    refusal = one.turn_away(scope(**mine))
    assert refusal is not None
    head, body = refusal
    assert head.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert b"retry-after: 90\r\n" in head
    assert orjson.loads(body)["code"] == "overloaded"
    assert one.refused_total == 1


async def test_a_line_that_stands_still_is_long_however_fast_it_was_before(monkeypatch: pytest.MonkeyPatch) -> None:
    one = gate(places=2)
    one._held = 0.001
    waiting = [asyncio.create_task(one.enter()) for _ in range(2 + SHORT_LINE)]
    await settle()
    assert not one.is_full()
    began, loop = asyncio.get_running_loop().time(), asyncio.get_running_loop()
    monkeypatch.setattr(loop, "time", lambda: began + 1)
    assert one.is_full()
    assert one.wait_ahead() > SHORT_LINE
    monkeypatch.undo()
    for _ in waiting:
        one.leave()
    await asyncio.gather(*waiting)
    assert (one.active, one.queued, one.wait_ahead()) == (0, 0, 0.0)


async def test_a_place_counts_from_when_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    one = gate()
    first, second = Place(one), Place(one)
    await first.take()
    waiting = asyncio.create_task(second.take())
    await settle()
    first.give_up()
    given, loop = asyncio.get_running_loop().time(), asyncio.get_running_loop()
    monkeypatch.setattr(loop, "time", lambda: given + 64)
    await waiting
    before = one._held
    second.give_up()
    assert one._held - before > 1


async def test_strangers_are_refused_while_others_may_still_wait() -> None:
    one = gate()
    one._held, one.active, one.queued = 10.0, 1, SHORT_LINE // 2
    assert one.turn_away(scope("POST", path="/api/sessions")) is not None
    assert one.turn_away(scope(cookie="a=b")) is None
    assert one.turn_away(scope(authorization="Bearer hw_x")) is None


async def test_no_limit_lets_everybody_wait() -> None:
    one = gate(longest_wait=0)
    one._held, one.active, one.queued = 1_000.0, 1, 10_000
    assert not one.is_full()


async def test_what_layers_outside_add_to_one_refusal_is_not_in_the_next() -> None:
    one = gate(patience=0.01)
    await one.enter()
    for _ in range(3):
        client = Client()
        await client.ask(TakePlace(Work(), one), scope())
        assert client.status == 503
        assert len(client.heard[0]["headers"]) == len({name for name, _ in client.heard[0]["headers"]})
        # As Starlette's own middleware does.
        client.heard[0]["headers"].append((b"retry-after", b"again"))


async def test_a_place_is_free_for_the_next_when_all_who_waited_give_up_in_that_moment() -> None:
    one = gate()
    await one.enter()
    waiting = [asyncio.create_task(one.enter(for_many)) for for_many in (False, True)]
    await settle()
    # It comes to the line before those two hear that they have been cancelled.
    next_one = asyncio.create_task(one.enter())
    for one_of_them in waiting:
        one_of_them.cancel()
    one.leave()
    async with asyncio.timeout(1):
        await asyncio.gather(next_one, *waiting, return_exceptions=True)
    assert (one.active, one.queued) == (1, 0)


async def test_patience_ends_and_the_place_goes_to_the_next() -> None:
    one = gate(patience=0.01)
    await one.enter()
    with pytest.raises(TimeoutError):
        await one.enter()
    assert one.queued == 0
    one.leave()
    await one.enter()
    assert one.active == 1


async def test_a_place_given_to_somebody_cancelled_in_that_moment_is_not_lost() -> None:
    one = gate()
    await one.enter()
    waiting = asyncio.create_task(one.enter())
    await settle()
    one.leave()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert (one.active, one.queued) == (0, 0)


async def test_an_answer_that_leaves_slowly_keeps_no_place() -> None:
    one, ended = gate(), asyncio.Event()

    async def streams(_: Scope, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await ended.wait()

    streaming = Client().ask(TakePlace(streams, one), scope())
    await settle()
    assert one.active == 0
    ended.set()
    await streaming
    assert one.active == 0


async def test_who_steps_aside_lets_the_next_one_in() -> None:
    one, hashed, seen = gate(), asyncio.Event(), []

    async def hashes(_: Scope, __: Receive, send: Send) -> None:
        step_aside()
        seen.append(one.active)
        await hashed.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})

    asking = [Client().ask(TakePlace(hashes, one), scope()) for _ in range(3)]
    await settle()
    assert seen == [0, 0, 0]
    hashed.set()
    await asyncio.gather(*asking)
    assert one.active == 0


@pytest.mark.parametrize(
    ("headers", "messages", "status"),
    [
        ({"content_length": "11"}, [], 413),
        ({"content_length": "9" * 30}, [], 413),
        ({"transfer_encoding": "chunked"}, [(b"123456", True), (b"789012", True)], 413),
        ({"transfer_encoding": "chunked"}, [(b"123456", True), (b"78", False)], 200),
        ({"content_length": "4"}, [(b"12", True)], 408),
    ],
    ids=["told", "told very much", "as it comes", "in parts", "never whole"],
)
async def test_a_body_is_whole_in_time_and_not_too_large(
    headers: dict[str, str], messages: list[tuple[bytes, bool]], status: int
) -> None:
    async def echo(_: Scope, receive: Receive, send: Send) -> None:
        assert await receive() == {"type": "http.request", "body": b"12345678", "more_body": False}
        await send({"type": "http.response.start", "status": 200, "headers": []})

    sent: list[Any] = [{"type": "http.request", "body": body, "more_body": more} for body, more in messages]
    client = Client(*sent)
    await client.ask(WholeBody(echo, limit=10, seconds=0.05), scope("POST", **headers))
    assert client.status == status


async def test_who_hangs_up_in_the_middle_of_the_body_is_not_answered() -> None:
    async def never(*_: Any) -> None:
        raise AssertionError("begun without its body")

    client = Client({"type": "http.request", "body": b"12", "more_body": True}, {"type": "http.disconnect"})
    await client.ask(WholeBody(never, limit=10, seconds=5), scope("POST", content_length="4"))
    assert client.heard == []


async def test_a_second_run_hears_the_whole_request_again() -> None:
    runs: list[tuple[bytes, bool, Any]] = []

    async def fails_once(about: Scope, receive: Receive, send: Send) -> None:
        runs.append(((await receive())["body"], AGAIN in about, about.get("route")))
        about["route"] = "the first run's"
        if len(runs) == 1:
            raise Again("a deadlock")
        await send({"type": "http.response.start", "status": 200, "headers": []})

    client, about = Client({"type": "http.request", "body": b"once", "more_body": False}), scope("POST")
    await client.ask(OnceMore(fails_once), about)
    assert runs == [(b"once", False, None), (b"once", True, None)]
    assert client.status == 200
