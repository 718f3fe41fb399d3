"""The app itself, made in this process on the installation's database, and real requests to it.

They are asked as somebody who has an account here, through the app's own dependency; nothing of theirs is changed.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
from fastapi import FastAPI
from sqlalchemy import event, func, select
from starlette.requests import Request

from headway.accounts.asker import Asker
from headway.accounts.session import Me, get_me
from headway.clock import new_id, now
from headway.db import Database, Db
from headway.errors import Conflict
from headway.routing import Router
from headway.settings import Settings
from headway.workspaces.models import Workspace

Create = Callable[[Settings], FastAPI]
PREFIX = "/api/doctor"
# Somebody who sees the project with the most tasks.
SOMEBODY = """
    SELECT person.id, person.name, person.email, person.is_admin, project.workspace_id, project.id AS project_id
      FROM project
      JOIN membership ON membership.workspace_id = project.workspace_id AND membership.role = 'owner'
      JOIN person ON person.id = membership.person_id
     WHERE project.deleted_at IS NULL
     ORDER BY project.last_number DESC LIMIT 1
"""
router = Router(prefix=PREFIX)


@router.get("/wait")
@router.post("/wait")
async def wait(seconds: float, db: Db) -> dict[str, float]:
    """Takes a while, inside the request's session."""
    await db.execute(select(func.pg_sleep(seconds)))
    return {"seconds": seconds}


@router.post("/fail")
async def fail(how: str, mark: UUID, db: Db) -> None:
    """Writes a row and fails."""
    at = now()
    row = {"slug": f"doctor-{mark}", "name": "doctor", "name_key": "doctor", "created_at": at, "updated_at": at}
    db.add(Workspace(id=mark, **row))
    await db.flush()
    if how == "constraint":
        db.add(Workspace(id=new_id(), **row))
        await db.flush()
    elif how == "refusal":
        raise Conflict("doctor", "The doctor refuses, to see what is left.")
    raise RuntimeError("The doctor makes a request fail, to see what is left.")


@router.post("/commit")
async def commit(request: Request, db: Db) -> None:
    """Has its commit noted in the list that came with the request."""
    event.listen(db.sync_session, "after_commit", lambda _: request.state.order.append("commit"))
    await db.execute(select(1))


@dataclass
class Trial:
    """The started app, a client, and addresses that are worth reading here."""

    app: FastAPI
    http: httpx2.AsyncClient
    reads: list[str]

    @property
    def database(self) -> Database:
        database: Database = self.app.state.database
        return database

    @property
    def checked_out(self) -> int:
        """Connections that somebody holds."""
        return int(self.database.engine.sync_engine.pool.checkedout())  # type: ignore[attr-defined]

    async def quiet(self, seconds: float) -> bool:
        """Whether every session that was opened is closed within so long, and every connection back."""
        return await self.until(
            lambda: self.database.opened == self.database.closed and not self.checked_out, seconds=seconds
        )

    async def until(self, condition: Callable[[], bool], seconds: float = 5.0) -> bool:
        """Whether something comes to be within so long."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not condition():
            if asyncio.get_running_loop().time() > deadline:
                return False
            await asyncio.sleep(0.005)
        return True


@asynccontextmanager
async def trial(settings: Settings, db: Any, create: Create) -> AsyncIterator[Trial]:
    """The app as it ships, with the doctor's two routes beside its own.

    Args:
        settings: with the database's address.
        db: an asyncpg connection, to find somebody to ask as.
        create: makes the app.
    """
    # A crowd of the doctor's own is no overload: all of it may wait.
    app = create(settings.model_copy(update={"queue_seconds": 0}))
    app.include_router(router, include_in_schema=False)
    somebody = await db.fetchrow(SOMEBODY)
    if somebody:
        me = Asker(somebody["id"], somebody["name"], somebody["email"], somebody["is_admin"], "api")
        app.dependency_overrides[get_me] = asked_as(me)
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url=settings.public_url, timeout=60) as http,
    ):
        yield Trial(app, http, await worth_reading(http, somebody))


def asked_as(me: Asker) -> Callable[..., Any]:
    """In the place of `get_me`: on the request's own session too, but without a token."""

    async def get(db: Db) -> Me:
        return me

    return get


async def worth_reading(http: httpx2.AsyncClient, somebody: Any) -> list[str]:
    """Addresses of every kind of read that this installation has something for."""
    reads = ["/health", "/openapi.json", "/api/setup"]
    if not somebody:
        return reads
    workspace, project = f"/api/workspaces/{somebody['workspace_id']}", f"/api/projects/{somebody['project_id']}"
    reads += ["/api/me", f"{workspace}/projects", f"{workspace}/search?q=a", f"{workspace}/my-work"]
    reads += [f"{project}/board", f"{project}/history", f"{project}/tasks?limit=50"]
    page = await http.get(reads[-1])
    if page.status_code == 200 and page.json()["items"]:
        task = f"/api/tasks/{page.json()['items'][0]['id']}"
        reads[-1:-1] = [task, f"{task}/comments", f"{task}/history"]
    return reads
