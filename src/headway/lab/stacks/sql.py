"""The shared statements as the SQL that SQLAlchemy sends to asyncpg, for the floor."""

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Float, Uuid, bindparam, insert, update
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from headway.lab import statements
from headway.lab.stacks.work import new_task
from headway.tasks.models import Task

ID, PROJECT = bindparam("id", type_=Uuid()), bindparam("project", type_=Uuid())
IDS, SLEEP = bindparam("ids", type_=ARRAY(Uuid())), bindparam("sleep", type_=Float())
ROW = new_task(UUID(int=0), 0, UUID(int=0), "")
STATEMENTS: dict[str, Any] = {
    "page": statements.page(PROJECT),
    "one": statements.one(ID),
    "assignees": statements.assignees_of(IDS),
    "labels": statements.labels_of(IDS),
    "person": statements.person(ID),
    "slow_person": statements.slow_person(ID, SLEEP),
    "sleep": statements.sleep(SLEEP),
    "number": statements.next_number(PROJECT),
    "state": statements.first_state(PROJECT),
    "insert": insert(Task).values({name: bindparam(name) for name in ROW}),
    "change_priority": update(Task)
    .where(Task.id == bindparam("task"))
    .values({name: bindparam(name) for name in ("priority", "version", "updated_at")}),
    "change_title": update(Task)
    .where(Task.id == bindparam("task"))
    .values({name: bindparam(name) for name in ("title", "version", "updated_at")}),
}


def spelled() -> dict[str, Any]:
    """Name -> [text with $1, $2, …, names of the arguments in order, values of those that are fixed]."""
    compiled = {name: one.compile(dialect=dialect()) for name, one in STATEMENTS.items()}  # type: ignore[no-untyped-call]
    return {
        name: [
            str(one),
            list(one.positiontup),
            {key: value for key, value in one.params.items() if value is not None},
        ]
        for name, one in compiled.items()
    }
