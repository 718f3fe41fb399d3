"""Headway as shipped, with a router that only the lab adds: the requests that Headway itself has no use for."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import FastAPI, Request
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource
from sqlalchemy import Select, Text, func, select
from starlette.responses import Response

from headway.accounts.scopes import Scope, open_also
from headway.accounts.session import Me
from headway.answers import json_answer
from headway.app import create_app
from headway.db import Db, fetch, prepared
from headway.errors import Invalid
from headway.lab import shapes, statements
from headway.lab.models import LabPerson
from headway.lab.stacks.options import Options
from headway.lab.stacks.work import compute
from headway.routing import Route, Router
from headway.settings import Settings
from headway.tasks.commands import create_task
from headway.tasks.schemas import NewTask

router = Router(prefix="/lab")


def told(person_id: UUID) -> Select[str]:
    """Somebody as JSON text: what Headway's own routes are answered with."""
    shown = func.json_build_object("id", LabPerson.id, "name", LabPerson.name)
    return select(shown.cast(Text)).where(LabPerson.id == person_id)


@prepared
def person(person_id: UUID) -> Select[str]:
    """The same, built once."""
    return told(person_id)


@prepared
def slow_person(person_id: UUID, sleep: float) -> Select[str, None]:
    """The same, and the statement takes `sleep` seconds in the database."""
    return told(person_id).add_columns(func.pg_sleep(sleep).label("slept"))


@router.get("/people/{person_id}", response_model=shapes.PersonOut)
async def get_person(person_id: UUID, db: Db, me: Me, sleep: float = 0) -> Response:
    """Somebody, by a statement that takes its time; on the request's own session, after the look-up of who asks."""
    statement: Any = slow_person(person_id, sleep) if sleep else person(person_id)
    return json_answer((await fetch(db, statement, "person.not_found", "There is nobody of that id."))[0])


@router.post("/projects/{project_id}/rollback")
async def roll_back(project_id: UUID, db: Db, me: Me) -> None:
    """Adds a task and fails, so that the unit of work rolls back."""
    await create_task(db, me, project_id, NewTask(title="Never to be seen"))
    await db.flush()
    raise Invalid("on_purpose", "This request fails on purpose; nothing is saved.")


@router.get("/several", response_model=shapes.Several)
async def several(calls: int, sleep: float, how: str, db: Db, me: Me, request: Request) -> Any:
    """That many slow statements: on the request's session, or each on a session of its own."""

    async def apart() -> None:
        async with request.app.state.database.reading() as own:
            await own.execute(statements.sleep(sleep))

    if how == "parallel":
        await asyncio.gather(*(apart() for _ in range(calls)))
    else:
        for _ in range(calls):
            await db.execute(statements.sleep(sleep))
    return {"calls": calls, "how": how}


@router.get("/cpu", response_model=shapes.Sum)
async def cpu(rounds: int) -> Any:
    """Keeps the loop busy."""
    return {"sum": compute(rounds)}


class AsShipped(Settings):
    """Settings that nobody's HEADWAY_… variables change: a run measures what everybody gets."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def create(options: Options) -> FastAPI:
    # As shipped it refuses who would wait for more than half a second; the other stacks let everybody wait.
    patient = AsShipped(database_url=options.database_url, pool_size=options.pool, pool_timeout=60, queue_seconds=0)
    app = create_app(patient)
    app.include_router(router, prefix="/api")
    open_also(Scope.write, *(route.name for route in router.routes if isinstance(route, Route)))
    return app
