"""The layer by itself: whose page is new enough for whom, and what a request has to show."""

import asyncio
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
from starlette.types import Message, Receive, Scope, Send

from headway.accounts.secrets import TOKEN_PREFIX
from headway.accounts.session import COOKIE
from headway.admission import Gate
from headway.answers import revision_etag
from headway.app import create_app
from headway.hot.kept import Answer, Kept
from headway.hot.layer import HotReads, Key, is_as_new, presented
from headway.settings import Settings

# No session is ever asked for anything here.
DATABASE: Any = SimpleNamespace(reading=nullcontext)
KEY = Key("/api/projects/x/tasks", b"", "")


@pytest.mark.parametrize(
    ("built", "wanted", "is_enough"),
    [
        ((5,), (5,), True),
        ((6,), (5,), True),
        ((10,), (9,), True),
        ((5,), (6,), False),
        ((5, 3, "member"), (5, 3, "member"), True),
        ((6, 4, "member"), (5, 3, "member"), True),
        ((6, 2, "member"), (5, 3, "member"), False),
        ((4, 4, "member"), (5, 3, "member"), False),
        ((6, 4, "viewer"), (5, 3, "member"), False),
    ],
)
def test_a_page_is_enough_if_it_shows_as_much(built: Any, wanted: Any, is_enough: bool) -> None:
    assert is_as_new(revision_etag(*built).encode(), revision_etag(*wanted).encode()) is is_enough


async def test_who_needs_more_than_is_being_built_has_it_built_again() -> None:
    revision, waits, asked = 1, [asyncio.Event(), asyncio.Event()], 0

    async def read(_: object) -> Answer:
        nonlocal asked
        shown, wait = revision, waits[asked]
        asked += 1
        await wait.wait()
        return Answer(revision_etag(shown).encode(), str(shown).encode())

    layer = layer_with()

    def page(least: int) -> "asyncio.Task[Any]":
        return asyncio.create_task(layer._as_new_as(revision_etag(least).encode(), KEY, read))

    first, alike = page(1), page(1)
    await asyncio.sleep(0)
    revision = 2
    more = page(2)
    waits[0].set()
    assert [(await first).body, (await alike).body] == [b"1", b"1"]
    assert not more.done()
    waits[1].set()
    assert (await more).body == b"2"
    assert asked == 2
    assert not layer.building


async def test_those_for_whom_it_was_too_old_have_one_more_built_between_them() -> None:
    revision, asked, go = 1, 0, asyncio.Event()

    async def read(_: object) -> Answer:
        nonlocal asked
        asked, shown = asked + 1, revision
        await go.wait()
        await asyncio.sleep(0.01)  # what a statement takes
        return Answer(revision_etag(shown).encode(), b"")

    layer = layer_with()
    pages = []
    for least in (1, 2, 2, 2):
        page = layer._as_new_as(revision_etag(least).encode(), KEY, read)
        pages.append(asyncio.create_task(page))
        await asyncio.sleep(0)
        revision = 2
    go.set()
    assert [one.etag for one in await asyncio.gather(*pages) if one] == [b'W/"1"'] + [b'W/"2"'] * 3
    assert asked == 2


async def test_who_reads_slowly_keeps_no_place() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 401, "headers": []})

    line, ends = Gate(1, 1, 1), asyncio.Event()
    layer = layer_with(app, line)
    layer.sights = cast(Any, SimpleNamespace(find=nobody))

    async def stuck(message: Message) -> None:
        await ends.wait()

    asking = asyncio.create_task(layer(request(f"{COOKIE}={SECRET}"), cast(Any, None), stuck))
    for _ in range(5):
        await asyncio.sleep(0)
    assert (line.active, asking.done()) == (0, False)
    ends.set()
    await asking
    assert line.active == 0


async def test_a_page_that_cannot_be_read_is_nothing_to_wait_for() -> None:
    asked, go = 0, asyncio.Event()

    async def read(_: object) -> Answer:
        nonlocal asked
        asked += 1
        await go.wait()
        raise OSError

    gate = Gate(2, 1, 1)
    layer = layer_with(gate=gate)
    pages = [asyncio.create_task(layer._as_new_as(b'W/"1"', KEY, read)) for _ in range(3)]
    await asyncio.sleep(0)
    go.set()
    assert await asyncio.gather(*pages) == [None] * 3
    assert (asked, gate.active, layer.building, len(layer.kept)) == (3, 0, {}, 0)


async def test_who_finds_no_place_to_read_a_page_is_told_and_holds_nothing() -> None:
    gate = Gate(1, 1, 0.01)
    await gate.enter()
    layer = layer_with(gate=gate)
    with pytest.raises(TimeoutError):
        await layer._as_new_as(b'W/"1"', KEY, cast(Any, None))
    assert (gate.active, gate.queued, layer.building) == (1, 0, {})


def layer_with(app: Any = None, line: Gate | None = None, gate: Gate | None = None) -> HotReads:
    return HotReads(app, DATABASE, {}, Kept(), line or Gate(1, 1, 1), gate or Gate(2, 1, 1), 1)


async def nobody(_: object) -> None:
    return None


SECRET = "s" * 43
PAGE = f"/api/projects/{UUID(int=1)}/tasks"


def request(cookie: str = "", query: bytes = b"", path: str = PAGE, method: str = "GET") -> Scope:
    headers = [(b"cookie", cookie.encode())] if cookie else []
    return {"type": "http", "method": method, "path": path, "query_string": query, "headers": headers}


@pytest.mark.parametrize(
    ("asked", "is_its"),
    [
        (request(f"{COOKIE}={SECRET}"), True),
        (request(f"{COOKIE}={SECRET}", b"q=mend"), True),
        (request(f"{COOKIE}={SECRET}", path=f"/api/tasks/{UUID(int=1)}"), True),
        (request(), False),
        (request("theme=dark"), False),
        (request(f"{COOKIE}={SECRET}", b"as_of=12"), False),
        (request(f"{COOKIE}={SECRET}", b"x=" + b"y" * 2_000), False),
        (request(f"{COOKIE}={SECRET}", method="POST"), False),
        (request(f"{COOKIE}={SECRET}", path="/api/tasks/nope"), False),
    ],
)
def test_what_it_does_not_answer_waits_in_the_other_line(settings: Settings, asked: Scope, is_its: bool) -> None:
    app = create_app(settings)
    # The line in front of the pool is full, and nobody is in the other one.
    app.state.admission.active, app.state.admission.queued = settings.pool_size, 1_000_000
    assert (app.state.turn_away(asked) is None) is is_its


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ([("cookie", f"{COOKIE}={SECRET}")], "session"),
        ([("cookie", f"theme=dark; {COOKIE}={SECRET}; a=b")], "session"),
        ([("authorization", f"Bearer {TOKEN_PREFIX}{SECRET}")], "token"),
        ([("cookie", f"{COOKIE}={SECRET}"), ("authorization", f"Bearer {TOKEN_PREFIX}{SECRET}")], "token"),
        ([("cookie", f"{COOKIE}={SECRET}"), ("authorization", "Basic eDp5")], None),
        ([("authorization", f"Bearer {SECRET}")], None),
        ([("cookie", f"{COOKIE}={SECRET}; {COOKIE}={SECRET[1:]}")], None),
        ([("cookie", f"{COOKIE}={SECRET}"), ("cookie", f"{COOKIE}={SECRET}")], None),
        ([("cookie", f'{COOKIE}="{SECRET}"')], None),
        ([("cookie", f"{COOKIE}_old={SECRET}")], None),
        ([], None),
    ],
)
def test_only_what_can_be_read_in_one_way_is_read_here(headers: list[tuple[str, str]], kind: str | None) -> None:
    found = presented([(name.encode(), value.encode()) for name, value in headers])
    assert (found and ("token" if found[1] else "session")) == kind
