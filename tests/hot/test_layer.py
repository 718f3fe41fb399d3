"""The layer by itself: whose page is new enough for whom, and what a request has to show."""

import asyncio
from typing import Any, cast

import pytest
from starlette.types import Message, Receive, Scope, Send

from headway.accounts.secrets import TOKEN_PREFIX
from headway.accounts.session import COOKIE
from headway.admission import Gate
from headway.answers import revision_etag
from headway.hot.kept import Kept
from headway.hot.layer import HotReads, Key, is_as_new, presented

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

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal asked
        shown, wait = revision, waits[asked]
        asked += 1
        await wait.wait()
        tag = (b"etag", revision_etag(shown).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [tag]})
        await send({"type": "http.response.body", "body": str(shown).encode()})

    layer = HotReads(app, cast(Any, None), {}, Kept(), Gate(1, 1, 1), 1)
    scope: Scope = {"type": "http", "headers": []}

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        raise AssertionError(message)

    def page(least: int) -> "asyncio.Task[Any]":
        return asyncio.create_task(layer._as_new_as(revision_etag(least).encode(), KEY, scope, receive, send))

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


SECRET = "s" * 43


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
