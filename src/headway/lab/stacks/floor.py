"""Bare Starlette and raw asyncpg, with the statements that the others send: the limit that a framework can approach."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headway.clock import now
from headway.database_url import parse_database_url
from headway.lab.stacks.options import Options
from headway.lab.stacks.work import compute, new_task

FIELDS = (
    "id", "project_id", "number", "title", "state_id", "priority", "rank", "due_on", "created_at", "updated_at",
    "version",
)  # fmt: skip
GONE = {"detail": "There is no such task."}


class Sql:
    """A statement as SQLAlchemy sends it, filled in by name."""

    def __init__(self, text: str, names: list[str], fixed: dict[str, Any]) -> None:
        self.text, self.names, self.fixed = text, names, fixed

    def __call__(self, **given: Any) -> tuple[Any, ...]:
        """Arguments of asyncpg's fetch and execute."""
        return self.text, *({**self.fixed, **given}[name] for name in self.names)


async def leave(connection: asyncpg.Connection) -> None:
    """Does nothing."""


def answer(data: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(data, default=str), status, media_type="application/json")


class Floor:
    """The endpoints, on one pool."""

    pool: asyncpg.Pool

    def __init__(self, options: Options) -> None:
        self.options = options
        self.sql = {name: Sql(*one) for name, one in options.sql.items()}

    async def tasks(self, db: asyncpg.Connection, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Rows of tasks with their people and labels, by two more statements, as selectinload has it."""
        found = {row["id"]: {name: row[name] for name in FIELDS} | {"assignees": [], "labels": []} for row in rows}
        for task, person, name in await db.fetch(*self.sql["assignees"](ids=list(found))):
            found[task]["assignees"].append({"id": person, "name": name})
        for task, label, name, color in await db.fetch(*self.sql["labels"](ids=list(found))):
            found[task]["labels"].append({"id": label, "name": name, "color": color})
        return list(found.values())

    async def add_task(self, db: asyncpg.Connection, project_id: UUID, title: str) -> UUID:
        number = await db.fetchval(*self.sql["number"](project=project_id))
        state_id = await db.fetchval(*self.sql["state"](project=project_id))
        row = new_task(project_id, number, state_id, title)
        await db.execute(*self.sql["insert"](**row))
        made: UUID = row["id"]
        return made

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        url = parse_database_url(self.options.database_url).plain_url()
        # Without the statements that clean a connection for whoever takes it next: nothing here leaves anything behind.
        self.pool = await asyncpg.create_pool(url, min_size=1, max_size=self.options.pool, reset=leave)
        yield
        # What hangs on a cut connection is not waited for.
        self.pool.terminate()

    async def list_tasks(self, request: Request) -> Response:
        async with self.pool.acquire() as db:
            rows = await db.fetch(
                *self.sql["page"](
                    project=UUID(request.path_params["id"]), param_1=int(request.query_params.get("limit", "50"))
                )
            )
            return answer({"items": await self.tasks(db, rows)})

    async def get_task(self, request: Request) -> Response:
        async with self.pool.acquire() as db:
            return await self.told(db, UUID(request.path_params["id"]))

    async def told(self, db: asyncpg.Connection, task_id: UUID, status: int = 200) -> Response:
        rows = await db.fetch(*self.sql["one"](id=task_id))
        return answer((await self.tasks(db, rows))[0], status) if rows else answer(GONE, 404)

    async def create_task(self, request: Request) -> Response:
        new = orjson.loads(await request.body())
        async with self.pool.acquire() as db:
            async with db.transaction():
                made = await self.add_task(db, UUID(request.path_params["id"]), str(new["title"]))
            return await self.told(db, made, 201)

    async def change_task(self, request: Request) -> Response:
        change, task_id = orjson.loads(await request.body()), UUID(request.path_params["id"])
        fields = tuple(name for name in ("title", "priority") if name in change)
        async with self.pool.acquire() as db:
            async with db.transaction():
                row = await db.fetchrow(*self.sql["one"](id=task_id))
                if row is None:
                    return answer(GONE, 404)
                for name in fields:
                    given = {name: change[name], "version": row["version"] + 1, "updated_at": now()}
                    await db.execute(*self.sql[f"change_{name}"](task=task_id, **given))
            return await self.told(db, task_id)

    async def get_person(self, request: Request) -> Response:
        person_id, sleep = UUID(request.path_params["id"]), float(request.query_params.get("sleep", "0"))
        async with self.pool.acquire() as db:
            row = await db.fetchrow(
                *(self.sql["slow_person"](id=person_id, sleep=sleep) if sleep else self.sql["person"](id=person_id))
            )
        if row is None:
            return answer({"detail": "There is nobody of that id."}, 404)
        return answer({"id": row["id"], "name": row["name"]})

    async def roll_back(self, request: Request) -> Response:
        async with self.pool.acquire() as db:
            transaction = db.transaction()
            await transaction.start()
            await self.add_task(db, UUID(request.path_params["id"]), "Never to be seen")
            await transaction.rollback()
        return answer({"detail": "This request fails on purpose; nothing is saved."}, 400)

    async def several(self, request: Request) -> Response:
        calls, how = int(request.query_params["calls"]), request.query_params["how"]
        sleep = float(request.query_params["sleep"])
        if how == "parallel":
            await asyncio.gather(*(self.pool.fetchval(*self.sql["sleep"](sleep=sleep)) for _ in range(calls)))
        else:
            async with self.pool.acquire() as db:
                for _ in range(calls):
                    await db.fetchval(*self.sql["sleep"](sleep=sleep))
        return answer({"calls": calls, "how": how})

    async def cpu(self, request: Request) -> Response:
        return answer({"sum": compute(int(request.query_params["rounds"]))})


def create(options: Options) -> Starlette:
    floor = Floor(options)
    return Starlette(
        routes=[
            Route("/projects/{id}/tasks", floor.list_tasks),
            Route("/projects/{id}/tasks", floor.create_task, methods=["POST"]),
            Route("/projects/{id}/rollback", floor.roll_back, methods=["POST"]),
            Route("/tasks/{id}", floor.get_task),
            Route("/tasks/{id}", floor.change_task, methods=["PATCH"]),
            Route("/people/{id}", floor.get_person),
            Route("/several", floor.several),
            Route("/cpu", floor.cpu),
        ],
        lifespan=floor.lifespan,
    )
