"""The sync Session as a dependency, with the defaults of FastAPI and SQLAlchemy: 40 threads, 5 connections and 10 more.

A request takes its connection in the endpoint and keeps it until the dependency ends. Before that FastAPI wants a
thread again, to validate the answer; where all forty wait for a connection, neither comes.
"""

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI
from sqlalchemy.orm import Session

from headway.lab import shapes
from headway.lab.stacks import sync_work
from headway.lab.stacks.options import Options
from headway.lab.stacks.work import compute


def create(options: Options) -> FastAPI:
    app = FastAPI()
    # What create_engine takes by itself.
    sessions = sync_work.sessions_of(options.database_url, 5, overflow=10)

    def get_db() -> Iterator[Session]:
        with sessions() as db:
            try:
                yield db
            except Exception:
                db.rollback()
                raise

    Db = Annotated[Session, Depends(get_db)]

    @app.get("/projects/{project_id}/tasks", response_model=shapes.TaskPage)
    def list_tasks(project_id: UUID, db: Db, limit: int = 50) -> Any:
        return {"items": sync_work.list_tasks(db, project_id, limit)}

    @app.get("/tasks/{task_id}", response_model=shapes.TaskOut)
    def get_task(task_id: UUID, db: Db) -> Any:
        return sync_work.get_task(db, task_id)

    @app.post("/projects/{project_id}/tasks", response_model=shapes.TaskOut, status_code=201)
    def create_task(project_id: UUID, new: shapes.NewTask, db: Db) -> Any:
        return sync_work.create_task(db, project_id, new.title)

    @app.patch("/tasks/{task_id}", response_model=shapes.TaskOut)
    def change_task(task_id: UUID, change: shapes.TaskChange, db: Db) -> Any:
        return sync_work.change_task(db, task_id, change)

    @app.get("/people/{person_id}", response_model=shapes.PersonOut)
    def get_person(person_id: UUID, db: Db, sleep: float = 0) -> Any:
        return sync_work.get_person(db, person_id, sleep)

    @app.post("/projects/{project_id}/rollback")
    def roll_back(project_id: UUID, db: Db) -> None:
        sync_work.roll_back(db, project_id)

    @app.get("/several", response_model=shapes.Several)
    def several(calls: int, sleep: float, how: str, db: Db) -> Any:
        sync_work.several(db, calls, sleep, how)
        return {"calls": calls, "how": how}

    @app.get("/cpu", response_model=shapes.Sum)
    def cpu(rounds: int) -> Any:
        return {"sum": compute(rounds)}

    return app
