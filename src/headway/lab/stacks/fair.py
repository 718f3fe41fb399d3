"""The sync Session as it is meant under FastAPI: def endpoints that open and close it, a connection for each thread."""

from typing import Any
from uuid import UUID

from fastapi import FastAPI

from headway.lab import shapes
from headway.lab.stacks import sync_work
from headway.lab.stacks.options import Options
from headway.lab.stacks.threads import with_threads
from headway.lab.stacks.work import compute


def create(options: Options) -> FastAPI:
    app = FastAPI(lifespan=with_threads(options.threads))
    sessions = sync_work.sessions_of(options.database_url, options.pool)

    @app.get("/projects/{project_id}/tasks", response_model=shapes.TaskPage)
    def list_tasks(project_id: UUID, limit: int = 50) -> Any:
        with sessions() as db:
            return {"items": sync_work.list_tasks(db, project_id, limit)}

    @app.get("/tasks/{task_id}", response_model=shapes.TaskOut)
    def get_task(task_id: UUID) -> Any:
        with sessions() as db:
            return sync_work.get_task(db, task_id)

    @app.post("/projects/{project_id}/tasks", response_model=shapes.TaskOut, status_code=201)
    def create_task(project_id: UUID, new: shapes.NewTask) -> Any:
        with sessions() as db:
            return sync_work.create_task(db, project_id, new.title)

    @app.patch("/tasks/{task_id}", response_model=shapes.TaskOut)
    def change_task(task_id: UUID, change: shapes.TaskChange) -> Any:
        with sessions() as db:
            return sync_work.change_task(db, task_id, change)

    @app.get("/people/{person_id}", response_model=shapes.PersonOut)
    def get_person(person_id: UUID, sleep: float = 0) -> Any:
        with sessions() as db:
            return sync_work.get_person(db, person_id, sleep)

    @app.post("/projects/{project_id}/rollback")
    def roll_back(project_id: UUID) -> None:
        with sessions() as db:
            sync_work.roll_back(db, project_id)

    @app.get("/several", response_model=shapes.Several)
    def several(calls: int, sleep: float, how: str) -> Any:
        with sessions() as db:
            sync_work.several(db, calls, sleep, how)
        return {"calls": calls, "how": how}

    @app.get("/cpu", response_model=shapes.Sum)
    def cpu(rounds: int) -> Any:
        return {"sum": compute(rounds)}

    return app
