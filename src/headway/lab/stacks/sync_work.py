"""The requests on a sync Session. Who calls these, and from which thread, is what tells the sync stacks apart."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import HTTPException
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

from headway.clock import now
from headway.database_url import parse_database_url
from headway.lab import statements
from headway.lab.models import LabPerson, LabTask
from headway.lab.shapes import TaskChange
from headway.lab.stacks.work import new_task


def sessions_of(database_url: str, pool: int, overflow: int = 0) -> sessionmaker[Session]:
    """Sessions on a pool of their own."""
    engine = create_engine(parse_database_url(database_url).psycopg_url(), pool_size=pool, max_overflow=overflow)
    return sessionmaker(engine, expire_on_commit=False)


def list_tasks(db: Session, project_id: UUID, limit: int) -> Sequence[LabTask]:
    return db.scalars(statements.page(project_id, limit).options(*statements.WITH_ALL)).all()


def get_task(db: Session, task_id: UUID) -> LabTask:
    task: LabTask | None = db.scalars(statements.one(task_id).options(*statements.WITH_ALL)).one_or_none()
    if task is None:
        raise HTTPException(404, "There is no such task.")
    return task


def add_task(db: Session, project_id: UUID, title: str) -> UUID:
    number = db.execute(statements.next_number(project_id)).scalar_one()
    state_id = db.execute(statements.first_state(project_id)).scalar_one()
    task = LabTask(**new_task(project_id, number, state_id, title))
    db.add(task)
    db.flush()
    made: UUID = task.id
    return made


def create_task(db: Session, project_id: UUID, title: str) -> LabTask:
    made = add_task(db, project_id, title)
    db.commit()
    db.expire_all()
    return get_task(db, made)


def change_task(db: Session, task_id: UUID, change: TaskChange) -> LabTask:
    task = get_task(db, task_id)
    for name, value in change.model_dump(exclude_unset=True).items():
        setattr(task, name, value)
    task.version += 1
    task.updated_at = now()
    db.commit()
    return task


def get_person(db: Session, person_id: UUID, sleep: float) -> LabPerson:
    if sleep:
        row = db.execute(statements.slow_person(person_id, sleep)).one_or_none()
        person = row[0] if row else None
    else:
        person = db.scalars(statements.person(person_id)).one_or_none()
    if person is None:
        raise HTTPException(404, "There is nobody of that id.")
    found: LabPerson = person
    return found


def roll_back(db: Session, project_id: UUID) -> None:
    try:
        add_task(db, project_id, "Never to be seen")
        raise ValueError("This request fails on purpose.")
    except ValueError as error:
        db.rollback()
        raise HTTPException(400, "This request fails on purpose; nothing is saved.") from error


def several(db: Session, calls: int, sleep: float, how: str) -> None:
    if how != "one-by-one":
        raise HTTPException(422, "A sync Session does one thing after another.")
    for _ in range(calls):
        db.execute(statements.sleep(sleep))
