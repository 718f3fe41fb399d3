"""AsyncSession in the idiomatic style: ORM entities, selectinload, response_model, one session a request.

Shared by both drivers, which differ in the engine only.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from headway.clock import now
from headway.lab import shapes, statements
from headway.lab.models import LabTask
from headway.lab.stacks.work import compute, new_task


async def find_task(db: AsyncSession, task_id: UUID) -> LabTask:
    task: LabTask | None = (await db.scalars(statements.one(task_id).options(*statements.WITH_ALL))).one_or_none()
    if task is None:
        raise HTTPException(404, "There is no such task.")
    return task


async def add_task(db: AsyncSession, project_id: UUID, title: str) -> UUID:
    number = (await db.execute(statements.next_number(project_id))).scalar_one()
    state_id = (await db.execute(statements.first_state(project_id))).scalar_one()
    task = LabTask(**new_task(project_id, number, state_id, title))
    db.add(task)
    await db.flush()
    made: UUID = task.id
    return made


def create_on(engine: AsyncEngine) -> FastAPI:
    """The application on an engine that it disposes of at the end."""
    sessions = async_sessionmaker(engine, expire_on_commit=False)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    app = FastAPI(lifespan=lifespan)

    async def get_async_db() -> AsyncIterator[AsyncSession]:
        async with sessions() as db:
            try:
                yield db
            except BaseException:
                await asyncio.shield(db.rollback())
                raise

    Db = Annotated[AsyncSession, Depends(get_async_db, scope="function")]

    @app.get("/projects/{project_id}/tasks", response_model=shapes.TaskPage)
    async def list_tasks(project_id: UUID, db: Db, limit: int = 50) -> Any:
        return {"items": (await db.scalars(statements.page(project_id, limit).options(*statements.WITH_ALL))).all()}

    @app.get("/tasks/{task_id}", response_model=shapes.TaskOut)
    async def get_task(task_id: UUID, db: Db) -> Any:
        return await find_task(db, task_id)

    @app.post("/projects/{project_id}/tasks", response_model=shapes.TaskOut, status_code=201)
    async def create_task(project_id: UUID, new: shapes.NewTask, db: Db) -> Any:
        made = await add_task(db, project_id, new.title)
        await db.commit()
        db.expire_all()
        return await find_task(db, made)

    @app.patch("/tasks/{task_id}", response_model=shapes.TaskOut)
    async def change_task(task_id: UUID, change: shapes.TaskChange, db: Db) -> Any:
        task = await find_task(db, task_id)
        for name, value in change.model_dump(exclude_unset=True).items():
            setattr(task, name, value)
        task.version += 1
        task.updated_at = now()
        await db.commit()
        return task

    @app.get("/people/{person_id}", response_model=shapes.PersonOut)
    async def get_person(person_id: UUID, db: Db, sleep: float = 0) -> Any:
        if sleep:
            row = (await db.execute(statements.slow_person(person_id, sleep))).one_or_none()
            person = row[0] if row else None
        else:
            person = (await db.scalars(statements.person(person_id))).one_or_none()
        if person is None:
            raise HTTPException(404, "There is nobody of that id.")
        return person

    @app.post("/projects/{project_id}/rollback")
    async def roll_back(project_id: UUID, db: Db) -> None:
        await add_task(db, project_id, "Never to be seen")
        await db.rollback()
        raise HTTPException(400, "This request fails on purpose; nothing is saved.")

    async def sleep_apart(seconds: float) -> None:
        async with sessions() as own:
            await own.execute(statements.sleep(seconds))

    @app.get("/several", response_model=shapes.Several)
    async def several(calls: int, sleep: float, how: str, db: Db) -> Any:
        if how == "parallel":
            await asyncio.gather(*(sleep_apart(sleep) for _ in range(calls)))
        else:
            for _ in range(calls):
                await db.execute(statements.sleep(sleep))
        return {"calls": calls, "how": how}

    @app.get("/cpu", response_model=shapes.Sum)
    async def cpu(rounds: int) -> Any:
        return {"sum": compute(rounds)}

    return app
