"""What people do most, as one statement that is a transaction of its own: a new task, and new words in one.

Whatever is not that simple (states, parents, labels, people, edits that meet others) goes the way of `commands`, and so
does what has changed since it was looked at.
"""

from datetime import date
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Date, DateTime, SmallInteger, Text, TextClause, Uuid, bindparam
from sqlalchemy.ext.asyncio import AsyncSession

from headway.clock import in_json, now
from headway.events.record import Change, done_and_recorded, values_at_once
from headway.markdown import rendered
from headway.projects.commands import topic_of
from headway.tasks.queries import CLOSED
from headway.tasks.ranking import key_behind
from headway.tasks.schemas import NewTask, TaskChange

WORDS = frozenset({"title", "description", "priority", "start_on", "due_on"})
SIMPLE = WORDS | {"version"}
Picture = dict[str, Any]


class Place(NamedTuple):
    """Where a new task goes: its project's key, a state, that one's category, and the last rank."""

    key: str
    state_id: UUID
    category: str
    last: str | None


def new_words(change: TaskChange, before: Picture, anything: bool) -> Picture:
    """The fields that a simple change sets to something else, as JSON; none where it would be wrong to.

    Args:
        change: of `SIMPLE` fields.
        before: the task as it is.
        anything: whether to overwrite what others have written since.
    """
    wanted = change.model_dump(mode="json", exclude_unset=True)
    version = wanted.pop("version", None)
    if not (anything or version == before["version"]):
        return {}
    after = before | wanted
    return {} if ends_early(after) else {field: value for field, value in wanted.items() if value != before[field]}


def ends_early(task: Picture) -> bool:
    """Whether it would be due before it starts. As JSON, days sort as they follow each other."""
    return bool(task["start_on"] and task["due_on"] and task["start_on"] > task["due_on"])


async def change_words(db: AsyncSession, change: Change, before: Picture, words: Picture) -> Picture | None:
    """Saves and records the new words of a task. As it is then; None, with nothing done, if it was not as before.

    Args:
        db: without a transaction.
    """
    at = now()
    changed = {**words, "updated_at": in_json(at), "version": before["version"] + 1}
    if "description" in words:
        changed["description_html"] = await rendered(words["description"])
    after = before | changed
    given = {
        "task_id": UUID(before["id"]),
        "known": before["version"],
        "at": at,
        **{name: changed.get(name) for name in ("title", "description", "description_html", "priority")},
        **{name: day_of(after[name]) for name in ("start_on", "due_on")},
    }
    event = {
        "kind": "task.changed",
        "entity_id": before["id"],
        "before": {field: before[field] for field in changed},
        "after": changed,
    }
    about = values_at_once(change, topic_of(UUID(before["project_id"])), [event])
    return after if (await db.execute(changing(), given | about)).one_or_none() else None


def day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def changing() -> TextClause:
    """Null leaves a text or priority as it is; days are always given."""
    done = """
        UPDATE task SET
            title = coalesce(:title, title),
            description = coalesce(:description, description),
            description_html = coalesce(:description_html, description_html),
            priority = coalesce(:priority, priority),
            start_on = :start_on, due_on = :due_on, updated_at = :at, version = version + 1
        WHERE id = :task_id AND version = :known AND deleted_at IS NULL
        RETURNING version
    """
    return done_and_recorded(done, "(SELECT version FROM done)").bindparams(
        *OF_WORDS, bindparam("known", type_=BigInteger)
    )


def is_simple(new: NewTask) -> bool:
    """Whether nothing about it has to be looked up first, and its days are in order."""
    in_order = not (new.start_on and new.due_on and new.start_on > new.due_on)
    return new.model_fields_set <= WORDS and in_order


async def add_task(
    db: AsyncSession, change: Change, task_id: UUID, project_id: UUID, place: Place, new: NewTask
) -> Picture | None:
    """Adds and records a task, last in its project. As it is then; None, with nothing done, if the project is gone.

    Args:
        db: without a transaction.

    Raises:
        IntegrityError: the state is gone, or there is such a task or change set already.
    """
    at, html = now(), await rendered(new.description)
    rank = key_behind(place.last)
    completed_at = at if place.category in CLOSED else None
    # In the order in which `queries.task_json` has them.
    task: Picture = {
        "id": str(task_id),
        "project_id": str(project_id),
        "number": None,
        "human_id": None,
        "title": new.title,
        "state_id": str(place.state_id),
        "priority": new.priority,
        "rank": rank,
        "parent_id": None,
        "start_on": new.start_on and new.start_on.isoformat(),
        "due_on": new.due_on and new.due_on.isoformat(),
        "estimate": None,
        "checklist_total": 0,
        "checklist_done": 0,
        "blocked_by_ids": [],
        "duplicate_of_id": None,
        "related_ids": [],
        "label_ids": [],
        "assignee_ids": [],
        "created_by": str(change.person_id),
        "created_at": in_json(at),
        "updated_at": in_json(at),
        "completed_at": completed_at and in_json(completed_at),
        "version": 1,
        "description": new.description,
        "description_html": html,
        "checklist": [],
    }
    given = {
        **{name: getattr(new, name) for name in WORDS},
        "description_html": html,
        "task_id": task_id,
        "project_id": project_id,
        "state_id": place.state_id,
        "rank": rank,
        "completed_at": completed_at,
        "at": at,
    }
    event = {"kind": "task.created", "entity_id": task["id"], "before": None, "after": task}
    about = values_at_once(change, topic_of(project_id), [event])
    number: int | None = await db.scalar(adding(), given | about)
    return None if number is None else task | {"number": number, "human_id": f"{place.key}-{number}"}


@cache
def adding() -> TextClause:
    """The project is locked from here on: its number goes to nobody else."""
    numbered = """
        numbered AS (
            UPDATE project SET last_number = last_number + 1 WHERE id = :project_id AND deleted_at IS NULL
            RETURNING id, last_number, key
        ),
    """
    done = """
        INSERT INTO task (
            id, project_id, number, title, description, description_html, state_id, priority, rank, start_on, due_on,
            created_by, created_at, updated_at, completed_at, version
        )
        SELECT :task_id, id, last_number, :title, :description, :description_html, :state_id, :priority, :rank,
               :start_on, :due_on, :person_id, :at, :at, :completed_at, 1
        FROM numbered
        RETURNING number, (SELECT key FROM numbered) || '-' || number AS human_id
    """
    names = "(SELECT jsonb_build_object('number', number, 'human_id', human_id) FROM done)"
    return done_and_recorded(done, "(SELECT number FROM done)", after=names, first=numbered).bindparams(
        *OF_WORDS,
        bindparam("project_id", type_=Uuid),
        bindparam("state_id", type_=Uuid),
        bindparam("rank", type_=Text),
        bindparam("completed_at", type_=DateTime(timezone=True)),
    )


OF_WORDS: tuple[Any, ...] = (
    bindparam("task_id", type_=Uuid),
    bindparam("title", type_=Text), bindparam("description", type_=Text), bindparam("description_html", type_=Text),
    bindparam("priority", type_=SmallInteger), bindparam("start_on", type_=Date), bindparam("due_on", type_=Date),
    bindparam("at", type_=DateTime(timezone=True)),
)  # fmt: skip
