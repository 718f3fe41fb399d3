"""The layer: one shared look-up for each request, and bytes that are kept for as long as that says they hold."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from headway.accounts.secrets import TOKEN_PREFIX
from headway.accounts.session import COOKIE
from headway.admission import Gate, Place
from headway.answers import etag, revision_etag
from headway.db import Database
from headway.errors import Problem
from headway.hot import statements
from headway.hot.kept import Answer, Kept
from headway.hot.shared import Shared
from headway.hot.statements import Asked, Seen, Sight
from headway.tasks import listing
from headway.tasks.queries import board
from headway.tasks.schemas import PageAsked

ID: Final = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
PATH: Final = re.compile(rf"/api/(?:tasks/({ID})|projects/({ID})/(tasks|board))")
# Only what can be read in one way; anything else goes to the route.
SESSION: Final = re.compile(rf"(?:^|; ?){COOKIE}=([A-Za-z0-9_-]{{20,100}})(?=;|$)".encode())
TOKEN: Final = re.compile(rf"Bearer ({TOKEN_PREFIX}[A-Za-z0-9_-]{{20,90}})".encode())
JSON: Final = (b"content-type", b"application/json")
PACKED: Final = (b"content-encoding", b"gzip")
VARIES: Final = (b"vary", b"Accept-Encoding")
# Pages of the past do not change with the project, and are not kept.
AS_OF: Final = b"as_of"
# Parameters that the routes see to.
PARAMETERS: Final = frozenset({"as_of", "per_state"})
# No page's address is longer, whatever it is filtered by. Parameters that no route knows are not refused, but a key
# that somebody makes up takes room.
LONGEST_QUERY: Final = 2_000
# What it answers for.
NAMES: Final = frozenset({"get_task", "list_tasks", "get_board"})

Found = TypeVar("Found")
Read = Callable[[AsyncSession], Awaitable[Answer | None]]


class Key(NamedTuple):
    """What two people would be answered alike: the role is in a board."""

    path: str
    query: bytes
    role: str


class HotReads:
    """Answers tasks, pages and boards with what is known to be the present state of things, or passes them on.

    Args:
        routes: those it answers for, by name: logs and metrics call a request after its route.
        kept: pages that were answered before.
        line: where they wait when there are too many; not in the line in front of the pool, of which they use little.
        gate: the line in front of the pool, for those that read a page anew.
        at_once: statements under way for each of the two kinds of look-up.
    """

    def __init__(
        self,
        app: ASGIApp,
        database: Database,
        routes: Mapping[str, Any],
        kept: Kept,
        line: Gate,
        gate: Gate,
        at_once: int,
    ) -> None:
        self.app, self.database, self.routes, self.kept = app, database, routes, kept
        self.line, self.gate = line, gate
        self.tasks = Shared(partial(statements.found_by, database, Seen, statements.tasks), at_once)
        self.sights = Shared(partial(statements.found_by, database, Sight, statements.sights), at_once)
        self.building: dict[Key, asyncio.Future[Answer | None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = hot(scope) if scope["type"] == "http" else None
        if asked is None:
            await self.app(scope, receive, send)
            return
        (task_id, project_id, what), secret = asked
        place = Place(self.line)
        try:
            await place.take()
        except TimeoutError:
            await self.line.refuse(send)
            return

        async def send_and_let_go(message: Message) -> None:
            # From here on it goes at the client's pace, which may be none.
            place.give_up()
            await send(message)

        try:
            if task_id:
                await self._task(secret, UUID(task_id), scope, receive, send_and_let_go)
            else:
                await self._page(secret, UUID(project_id), what, scope, receive, send_and_let_go)
        finally:
            place.give_up()

    async def _task(self, secret: "Secret", task_id: UUID, scope: Scope, receive: Receive, send: Send) -> None:
        seen: Seen | None = None
        if not scope["query_string"]:
            seen = await found_of(self.tasks, Asked(*secret, task_id))
        if seen is None:
            await self.app(scope, receive, send)
            return
        self._note(scope, "get_task", seen.person_id)
        await answer(scope, send, Answer(etag(seen.version).encode(), seen.text.encode()))

    async def _page(
        self, secret: "Secret", project_id: UUID, what: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        sight = await found_of(self.sights, Asked(*secret, project_id))
        if sight is None or sight.restricted:
            await self.app(scope, receive, send)
            return
        is_board = what == "board"
        more = (sight.workspace_revision, sight.role) if is_board else ()
        wanted = revision_etag(sight.revision, *more).encode()
        key = Key(scope["path"], scope["query_string"], sight.role if is_board else "")
        kept = self.kept.get(key)
        if kept is not None and is_as_new(kept.etag, wanted):
            self.kept.used_total += 1
        else:
            read = partial(read_board if is_board else read_page, sight.person_id, project_id, key.query)
            try:
                kept = await self._as_new_as(wanted, key, read)
            except TimeoutError:
                await self.gate.refuse(send)
                return
        if kept is None:
            await self.app(scope, receive, send)
            return
        self._note(scope, "get_board" if is_board else "list_tasks", sight.person_id)
        await answer(scope, send, kept)

    async def _as_new_as(self, wanted: bytes, key: Key, read: Read) -> Answer | None:
        """The page as it is now: read for somebody else who asks at the same time, or for this request.

        None: it takes the route to say what there is to say.

        Raises:
            TimeoutError: there was no place for it, for too long.
        """
        while (building := self.building.get(key)) is not None:
            built = await asyncio.shield(building)
            if built is None:
                break  # it is nothing to wait for again
            if is_as_new(built.etag, wanted):
                return built
        mine: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        self.building[key] = mine
        built = None
        try:
            built = await self._built(read)
            if built is not None:
                self.kept.put(key, built)
        finally:
            mine.set_result(built)
            if self.building.get(key) is mine:
                del self.building[key]
        return built

    async def _built(self, read: Read) -> Answer | None:
        place = Place(self.gate, for_many=True)
        await place.take()
        try:
            async with self.database.reading() as db:
                built = await read(db)
        except (Problem, SQLAlchemyError, OSError):
            return None
        finally:
            place.give_up()
        self.kept.built_total += built is not None
        return built

    def _note(self, scope: Scope, name: str, person_id: UUID) -> None:
        """What logs and metrics want to know."""
        scope["route"] = self.routes[name]
        scope.setdefault("state", {})["person_id"] = person_id


Secret = tuple[bytes, bool]


def hot(scope: Scope) -> tuple[tuple[str, str, str], Secret] | None:
    """((task, project, what of it), secret) of a request that the layer may answer; None of any other."""
    found = PATH.fullmatch(scope["path"]) if scope["method"] == "GET" else None
    if found is None or AS_OF in scope["query_string"] or len(scope["query_string"]) > LONGEST_QUERY:
        return None
    secret = presented(scope["headers"])
    return (found.groups(default=""), secret) if secret else None  # type: ignore[return-value]


def presented(headers: Sequence[tuple[bytes, bytes]]) -> Secret | None:
    """(hash, whether a token) of the one secret that a request shows; None where it is not that simple."""
    found: Secret | None = None
    for name, value in headers:
        if name == b"authorization":
            token = TOKEN.fullmatch(value)
            return (sha256(token[1]).digest(), True) if token else None
        if name == b"cookie":
            if found is not None or value.count(COOKIE.encode()) != 1 or not (session := SESSION.search(value)):
                return None
            found = sha256(session[1]).digest(), False
    return found


async def found_of(shared: Shared[Asked, Found], asked: Asked) -> Found | None:
    """What the look-up finds; None also where the database let it down: the route says so, or tries again."""
    try:
        return await shared.find(asked)
    except (SQLAlchemyError, OSError, TimeoutError):
        return None


def is_as_new(built: bytes, wanted: bytes) -> bool:
    """Whether a page with the one ETag shows all that one with the other has to: each revision at least, the same role.

    They are W/"12" or, of boards, W/"12.34.member".
    """
    if built == wanted:
        return True
    (*mine, my_role), (*theirs, their_role) = revisions(built), revisions(wanted)
    return my_role == their_role and all(one >= other for one, other in zip(mine, theirs, strict=True))


def revisions(tag: bytes) -> tuple[Any, ...]:
    """The revisions in an ETag, and what comes after them."""
    revision, *more = tag[3:-1].split(b".")
    return (int(revision), int(more[0]), more[1]) if more else (int(revision), b"")


async def read_board(person_id: UUID, project_id: UUID, query: bytes, db: AsyncSession) -> Answer | None:
    """A board, if it is one of the present and they see all of it."""
    if PARAMETERS.intersection(QueryParams(query)):
        return None
    row = (await db.execute(*board(person_id, project_id))).one_or_none()
    if row is None:
        return None
    text, in_part, revision, *more = row
    return None if in_part else Answer(revision_etag(revision, *more).encode(), text.encode())


async def read_page(person_id: UUID, project_id: UUID, query: bytes, db: AsyncSession) -> Answer | None:
    """A page of tasks, if it is one of the present and they see all of it."""
    given = QueryParams(query)
    try:
        asked = PageAsked.model_validate(dict(given))
    except ValidationError:
        return None
    if PARAMETERS.intersection(given):
        return None
    rows = (await db.execute(*listing.page(person_id, project_id, asked))).all()
    if not rows or rows[0].restricted:
        return None
    return Answer(revision_etag(rows[0][0]).encode(), listing.page_json(rows, asked).encode())


async def answer(scope: Scope, send: Send, kept: Answer) -> None:
    """Sends it, or 304 to who has it."""
    headers = [VARIES]
    if kept.etag:
        headers.append((b"etag", kept.etag))
    takes_gzip = False
    for name, value in scope["headers"]:
        if name == b"if-none-match" and kept.etag.startswith(b"W/") and kept.etag in value:
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        if name == b"accept-encoding":
            takes_gzip |= b"gzip" in value
    body, packed = kept.for_client(takes_gzip)
    headers += [JSON, (b"content-length", str(len(body)).encode())]
    if packed:
        headers.append(PACKED)
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
