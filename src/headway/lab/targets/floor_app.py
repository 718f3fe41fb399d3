"""Headway's floor: bare Starlette and raw asyncpg behind the same addresses, with the same statements and answers.

It looks up who asks, keeps the same permissions and writes the same rows. It keeps no answers, shares no look-ups,
and does without the rest: no validation, no limits, no safety headers, no log.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headway.clock import new_id, now
from headway.database_url import parse_database_url
from headway.lab.stacks.floor import Sql, leave
from headway.lab.stacks.options import Options
from headway.tasks.ranking import key_behind

EDITORS = ("member", "admin")
NOT_THERE = Response('{"detail":"There is no such thing."}', 404, media_type="application/json")
NOBODY = Response('{"detail":"Nobody is signed in."}', 401, media_type="application/json")
NOT_YOURS = Response('{"detail":"Not yours to change."}', 403, media_type="application/json")


def told(text: str | bytes, tag: str | None, status: int = 200) -> Response:
    return Response(text, status, {"etag": tag} if tag else {}, media_type="application/json")


class Floor:
    """The endpoints, on one pool."""

    pool: asyncpg.Pool

    def __init__(self, options: Options) -> None:
        self.options = options
        self.sql = {name: Sql(*one) for name, one in options.sql.items()}

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        url = parse_database_url(self.options.database_url).plain_url()
        self.pool = await asyncpg.create_pool(url, min_size=1, max_size=self.options.pool, reset=leave)
        yield
        self.pool.terminate()

    async def asker(self, db: asyncpg.Connection, request: Request, scope: str = "read") -> tuple[UUID, UUID] | None:
        """(person, token) behind the request's token."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        row = await db.fetchrow(*self.sql["asker"](secret_hash=sha256(token.encode()).digest(), scope=scope))
        return None if row is None else (row[0], row[1])

    async def get_task(self, request: Request) -> Response:
        async with self.pool.acquire() as db:
            me = await self.asker(db, request)
            if me is None:
                return NOBODY
            row = await db.fetchrow(*self.sql["task"](person_id=me[0], task_id=UUID(request.path_params["id"])))
        return NOT_THERE if row is None else told(row[0], f'"v{row[1]}"')

    async def get_board(self, request: Request) -> Response:
        async with self.pool.acquire() as db:
            me = await self.asker(db, request)
            if me is None:
                return NOBODY
            row = await db.fetchrow(*self.sql["board"](person_id=me[0], project_id=UUID(request.path_params["id"])))
        if row is None:
            return NOT_THERE
        text, in_part, revision, workspace_revision, role = row
        return told(text, None if in_part else f'W/"{revision}.{workspace_revision}.{role}"')

    async def list_tasks(self, request: Request) -> Response:
        name, sort, limit, given = page_of(request.query_params)
        async with self.pool.acquire() as db:
            me = await self.asker(db, request)
            if me is None:
                return NOBODY
            project_id = UUID(request.path_params["id"])
            rows = await db.fetch(*self.sql[name](person_id=me[0], project_id=project_id, limit=limit, **given))
        if not rows:
            return NOT_THERE
        return told(page_json(rows, sort, limit), None if rows[0]["restricted"] else f'W/"{rows[0][0]}"')

    async def create_task(self, request: Request) -> Response:
        new, project_id, at = orjson.loads(await request.body()), UUID(request.path_params["id"]), now()
        async with self.pool.acquire() as db:
            me = await self.asker(db, request, "write")
            if me is None:
                return NOBODY
            async with db.transaction():
                place = await db.fetchrow(*self.sql["place"](person_id=me[0], project_id=project_id))
                if place is None:
                    return NOT_THERE
                role, state_id, last = place
                if role not in EDITORS:
                    return NOT_YOURS
                task_id = new_id()
                given = {"project_id": project_id, "id": task_id, "title": new["title"], "state_id": state_id}
                text = await db.fetchval(*self.sql["create"](**given, rank=key_behind(last), person_id=me[0], at=at))
                await self.happened(db, me, project_id, "task.created", task_id, None, orjson.loads(text))
        return told(text, '"v1"', 201)

    async def change_task(self, request: Request) -> Response:
        change, task_id, at = orjson.loads(await request.body()), UUID(request.path_params["id"]), now()
        async with self.pool.acquire() as db:
            me = await self.asker(db, request, "write")
            if me is None:
                return NOBODY
            async with db.transaction():
                found = await db.fetchrow(*self.sql["before"](person_id=me[0], task_id=task_id))
                if found is None:
                    return NOT_THERE
                if found[2] not in EDITORS:
                    return NOT_YOURS
                before = orjson.loads(found[0])
                text = await db.fetchval(*self.sql["retitle"](task_id=task_id, new_title=change["title"], at=at))
                task = orjson.loads(text)
                after = {name: task[name] for name in before}
                await self.happened(db, me, found[1], "task.changed", task_id, before, after)
        return told(text, f'"v{task["version"]}"')

    async def happened(
        self,
        db: asyncpg.Connection,
        me: tuple[UUID, UUID],
        project_id: UUID,
        kind: str,
        task_id: UUID,
        before: dict[str, Any] | None,
        after: dict[str, Any],
    ) -> None:
        """The change set, the topic's next revision and the event, by the statement that Headway has for them."""
        rows = [{"kind": kind, "entity_id": task_id, "before": before, "after": after}]
        about = {"topic": f"project:{project_id}", "n": 1, "rows": orjson.dumps(rows, default=str).decode()}
        change = {"change_set_id": new_id(), "means": "api", "why": None, "undoes": None, "created_at": now()}
        await db.execute(*self.sql["happened"](**about, **change, person_id=me[0], token_id=me[1]))


def page_of(query: Any) -> tuple[str, str, int, dict[str, Any]]:
    """(statement, sort order, limit, arguments) of a page. Knows those pages that are measured."""
    sort, limit, given = query.get("sort", "rank"), int(query.get("limit", "50")), {}
    if "cursor" in query:
        _, given["key"], last = cursor_of(query["cursor"])
        given["last"] = UUID(last)
    if "priority" in query:
        return "page_priority", sort, limit, {**given, "priority": int(query["priority"])}
    if "q" in query:
        return "page_words", sort, limit, {"word_0": f"%{query['q']}%"}
    return "page_after" if given else "page", sort, limit, given


def cursor_of(text: str) -> list[Any]:
    found: list[Any] = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


def page_json(rows: Sequence[Any], sort: str, limit: int) -> str:
    """The page from its rows and the one after them, as Headway spells it."""
    found = [row for row in rows if row["data"] is not None]
    last, more = found[:limit][-1:], "null"
    if len(found) > limit:
        key = orjson.dumps((sort, last[0]["key"], last[0]["id"]), default=str)
        more = '"' + urlsafe_b64encode(key).decode().rstrip("=") + '"'
    items = ",".join(row["data"] for row in found[:limit])
    return f'{{"items":[{items}],"next_cursor":{more},"revision":{rows[0][0]}}}'


def create(options: Options) -> Starlette:
    floor = Floor(options)
    return Starlette(
        routes=[
            Route("/api/tasks/{id}", floor.get_task),
            Route("/api/tasks/{id}", floor.change_task, methods=["PATCH"]),
            Route("/api/projects/{id}/tasks", floor.list_tasks),
            Route("/api/projects/{id}/tasks", floor.create_task, methods=["POST"]),
            Route("/api/projects/{id}/board", floor.get_board),
        ],
        lifespan=floor.lifespan,
    )
