"""The layer for the two writes that there are most of: a new task, and new words in one, by two statements each.

The first says who asks and what there is, for all who ask at the same time; the second does it and records it. What is
not that simple goes on to its route, and so does everything that has to be refused: the route finds the words for it.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import exists, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from headway.answers import etag, json_answer
from headway.clock import new_id
from headway.db import Database
from headway.errors import AGAIN, COMMITTING, ENDED, lost_in_the_middle, on_database_error
from headway.events.models import ChangeSet
from headway.events.record import Change
from headway.hot import statements
from headway.hot.layer import ID, found_of, presented
from headway.hot.shared import Shared
from headway.hot.statements import Adding, Asked, Changing
from headway.idempotency.keys import HEADER
from headway.middleware import beginning_with
from headway.projects.access import may
from headway.routing import CHANGE_HEADER
from headway.tasks import one_statement
from headway.tasks.schemas import NewTask, TaskChange

PATHS: Final = {
    "PATCH": re.compile(rf"/api/tasks/({ID})"),
    "POST": re.compile(rf"/api/projects/({ID})/tasks"),
}
# What it answers for.
NAMES: Final = frozenset({"change_task", "create_task"})

KEY: Final = HEADER.lower().encode()

Body = TypeVar("Body", NewTask, TaskChange)
Write = Callable[[AsyncSession, Change], Awaitable[one_statement.Picture | None]]


class HotWrites:
    """Does simple writes, and passes all else on. It comes after everything that guards a route.

    Args:
        routes: those it answers for, by name: logs and metrics call a request after its route.
        at_once: statements under way for each of the two kinds of look-up.
    """

    def __init__(self, app: ASGIApp, database: Database, routes: Mapping[str, Any], at_once: int) -> None:
        self.app, self.database, self.routes = app, database, routes
        self.adding = Shared(partial(statements.found_by, database, Adding, statements.adding), at_once)
        self.changing = Shared(partial(statements.found_by, database, Changing, statements.changing), at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = simple(scope) if scope["type"] == "http" else None
        if asked is None:
            await self.app(scope, receive, send)
            return
        message = await receive()
        if message["type"] != "http.request":
            return  # the client hung up
        body: bytes = message.get("body", b"")  # all of it: see `middleware.WholeBody`
        answer = await (self._add if scope["method"] == "POST" else self._change)(scope, asked, body)
        if answer is None:
            await self.app(scope, beginning_with(body, receive), send)
        else:
            await answer(scope, receive, send)

    async def _add(self, scope: Scope, asked: Asked, body: bytes) -> Response | None:
        new = read(NewTask, body)
        if new is None or not one_statement.is_simple(new):
            return None
        to = await found_of(self.adding, asked)
        if to is None or to.restricted or not may(to.role, "edit"):
            return None
        add = partial(one_statement.add_task, task_id=new_id(), project_id=asked.thing_id, place=to.place, new=new)
        return await self._do(scope, "create_task", to, add, 201)

    async def _change(self, scope: Scope, asked: Asked, body: bytes) -> Response | None:
        change = read(TaskChange, body)
        if change is None or not change.model_fields_set <= one_statement.SIMPLE:
            return None
        found = await found_of(self.changing, asked)
        if found is None or not may(found.role, "edit"):
            return None
        before = orjson.loads(found.text)
        match = Headers(scope=scope).get("if-match")
        if match not in (None, "*", etag(before["version"])):
            return None
        words = one_statement.new_words(change, before, anything=match is not None)
        change_words = partial(one_statement.change_words, before=before, words=words)
        return await self._do(scope, "change_task", found, change_words) if words else None

    async def _do(
        self, scope: Scope, name: str, who: Adding | Changing, write: Write, status: int = 200
    ) -> Response | None:
        """What there is to say when it is done; None where nothing was, and the route may see why."""
        by_cli = Headers(scope=scope).get("headway-client") == "cli"
        means = ("cli" if by_cli else "api") if who.token_id else "web"
        change = Change(means, who.person_id, who.token_id)
        scope["route"] = self.routes[name]
        scope.setdefault("state", {})["person_id"] = who.person_id
        try:
            task = await self._write(scope, write, change)
        except IntegrityError:
            return None
        except (DBAPIError, PoolTimeout, OSError) as error:
            if not is_cut_off(error):
                return await on_database_error(Request(scope), error)
            # Once more, with the same ids: whatever becomes of the first, only one of the two can be saved.
            try:
                task = await self._write(scope, write, change)
                unsure = task is None and await self._is_done(change.id)
            except (DBAPIError, PoolTimeout, OSError):
                unsure = True
            if unsure:
                return lost_in_the_middle()
        if task is None:
            return None
        self.database.after_commit()
        answer = json_answer(orjson.dumps(task), status, task["version"])
        answer.headers[CHANGE_HEADER] = str(change.id)
        return answer

    async def _write(self, scope: Scope, write: Write, change: Change) -> one_statement.Picture | None:
        async with self.database.reading() as db:
            # It is its own transaction: a connection lost from here on may have saved it.
            scope["state"]["db"] = db
            db.info[COMMITTING] = True
            return await write(db, change)

    async def _is_done(self, change_id: UUID) -> bool:
        async with self.database.reading() as db:
            return bool(await db.scalar(select(exists().where(ChangeSet.id == change_id))))


def is_cut_off(error: Exception) -> bool:
    """Whether the connection was lost: in the middle, or while nobody used it."""
    ended = getattr(getattr(error, "orig", None), "sqlstate", None) in ENDED
    return ended or getattr(error, "connection_invalidated", False)


def simple(scope: Scope) -> Asked | None:
    """Who asks for what, of a request that the layer may answer; None of any other."""
    path = PATHS.get(scope["method"])
    found = path.fullmatch(scope["path"]) if path is not None else None
    if found is None or scope["query_string"] or AGAIN in scope:
        return None
    names = dict(scope["headers"])
    is_json = names.get(b"content-type", b"").partition(b";")[0] == b"application/json"
    if not is_json or KEY in names:
        return None
    secret = presented(scope["headers"])
    return Asked(*secret, UUID(found[1])) if secret else None


def read(kind: type[Body], body: bytes) -> Body | None:
    """The body, as FastAPI reads it; None where it is not as it should be."""
    try:
        return kind.model_validate(json.loads(body))
    except (ValueError, RecursionError):
        return None
