"""Headway with coalesced reads for the 50 ms call: callers who ask at the same time share a statement.

What `headway.hot` does for tasks, pages and boards, done for a request that only the lab has. The other stacks make a
call for each request; this one does not, and its line in a report says what sharing comes to.
"""

import asyncio
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from fastapi import FastAPI
from sqlalchemy import Select, Text, func, select, true
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import aliased
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from headway.db import Database
from headway.hot.kept import Answer
from headway.hot.layer import ID, HotReads, answer, presented
from headway.hot.shared import Shared
from headway.hot.statements import Asked, askers, look_up
from headway.lab.models import LabPerson
from headway.lab.stacks import headway
from headway.lab.stacks.options import Options

PATH: Final = re.compile(rf"/api/lab/people/({ID})")
SLEEP: Final = re.compile(rb"sleep=(\d(?:\.\d{1,6})?)")


class Wanted(NamedTuple):
    """Who asks for whom, and the seconds that it has to take in the database."""

    asked: Asked
    sleep: float


class Found(NamedTuple):
    """Who asks for somebody, and that somebody as JSON text."""

    person_id: UUID
    text: str


class CoalescedPeople:
    """Answers `GET /api/lab/people/{id}?sleep=…` by shared statements; what they do not find goes on to the route.

    Args:
        route: that one; logs and metrics call a request after it.
        at_once: statements under way. Nobody joins one that was sent, so few would have newcomers wait for its end.
    """

    def __init__(self, app: ASGIApp, database: Database, route: BaseRoute, at_once: int) -> None:
        self.app, self.database, self.route = app, database, route
        self.at_once, self.is_warm = at_once, False
        self.people = Shared(self._look_up, at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wanted = wanted_by(scope) if scope["type"] == "http" else None
        found = await self._found(wanted) if wanted else None
        if found is None:
            await self.app(scope, receive, send)
            return
        scope["route"] = self.route
        scope.setdefault("state", {})["person_id"] = found.person_id
        await answer(scope, send, Answer(b"", found.text.encode()))

    async def _found(self, wanted: Wanted) -> Found | None:
        """None also where the database let the statement down: the route says so, or tries again."""
        try:
            return await self.people.find(wanted)
        except (SQLAlchemyError, OSError, TimeoutError):
            return None

    async def _look_up(self, wanted: Sequence[Wanted]) -> dict[Wanted, Found]:
        if not self.is_warm:
            # The lab's warm-up opens a pool by so many requests at once. Here they share one connection.
            self.is_warm = True
            await asyncio.gather(*(self._look_up(wanted) for _ in range(self.at_once)))
        longest = max(one.sleep for one in wanted)
        async with self.database.reading() as db:
            rows = await look_up(db, slow_people(longest), [one.asked for one in wanted])
        return {one: Found(*rows[one.asked]) for one in wanted if one.asked in rows}


def wanted_by(scope: Scope) -> Wanted | None:
    """What a request asks for; None of any that asks for something else, or shows no token that is one."""
    person = PATH.fullmatch(scope["path"]) if scope["method"] == "GET" else None
    sleep = SLEEP.fullmatch(scope["query_string"]) if person else None
    secret = presented(scope["headers"]) if sleep else None
    return Wanted(Asked(*secret, UUID(person[1])), float(sleep[1])) if person and sleep and secret else None


@lru_cache(maxsize=8)
def slow_people(sleep: float) -> Select[Any]:
    """(n, *Found) of people, by a statement that takes `sleep` seconds once, however many they are."""
    somebody = aliased(LabPerson, name="somebody")
    statement, asked = askers(func.json_build_object("id", somebody.id, "name", somebody.name).cast(Text))
    # What calls something volatile stays a CTE, and a CTE is worked out once.
    slept = select(func.pg_sleep(sleep).label("slept")).cte("slept")
    return statement.join(somebody, somebody.id == asked.c.thing_id).join(slept, true())


def create(options: Options) -> FastAPI:
    """The application as shipped, with the layer beside that of the hot reads."""
    app = headway.create(options)
    route = next(one for one in headway.router.routes if getattr(one, "name", "") == "get_person")
    # Of 2, 5, 10 and 20 statements at once 10 were quickest; the other connections are for requests that are passed on.
    layer = Middleware(CoalescedPeople, database=app.state.database, route=route, at_once=options.pool // 2)
    # There it is inside of what every answer passes through, and before a request would take a place in line.
    layers: list[Any] = [one.cls for one in app.user_middleware]
    app.user_middleware.insert(layers.index(HotReads), layer)
    return app
