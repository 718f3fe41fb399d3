"""Tasks as somebody may see them: rows for commands, JSON text for answers."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    func,
    insert,
    literal_column,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.sql.dml import ReturningInsert

from headway.db import prepared
from headway.events.queries import revision_of, topic_of
from headway.projects.models import Label, Project, State
from headway.projects.queries import (
    EMPTY,
    OUTSIDE,
    Columns,
    label_json,
    mine,
    my_role,
    only_visible,
    people_json,
    project_json,
    project_revision,
    restricted,
    state_json,
)
from headway.tasks.models import Task, TaskAssignee, TaskLabel

CLOSED = ("done", "cancelled")
DONE: ColumnElement[Any] = literal_column("'$[*] ? (@.done == true)'::jsonpath")
MOST_WORDS = 10
TASK = cast(Table, Task.__table__)
GIVEN = [column for column in TASK.columns if column.name != "number"]
human_id = func.concat(Project.key, "-", Task.number)


def called(name: str) -> ColumnElement[bool] | None:
    """The condition that a task is the one that people call so, in any case; None where nothing could be."""
    key, _, number = name.rpartition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10 and key.isascii() and key.isalnum()):
        return None
    return and_(Project.key == key.upper(), Task.number == int(number))


def is_seen() -> ColumnElement[bool]:
    """That whoever asks sees this task of a project they see: all of them do, or it is assigned to them."""
    theirs = select(TaskAssignee.task_id).where(
        TaskAssignee.task_id == Task.id, TaskAssignee.person_id == mine.person_id
    )
    return or_(not_(restricted), theirs.correlate(Task, *OUTSIDE).exists())


def only_seen(statement: Select[*Columns], person_id: UUID | ColumnElement[UUID]) -> Select[*Columns]:
    """Keeps the rows of tasks that this person may see, deleted ones too. It selects from `Task` and `Project`."""
    return only_visible(statement, person_id).where(is_seen())


def visible_tasks(person_id: UUID) -> Select[Task, str]:
    """(task, my role in its project) of every task this person may see."""
    statement = select(Task, my_role.label("my_role")).join(Project, Project.id == Task.project_id)
    return only_seen(statement, person_id).where(Task.deleted_at.is_(None))


def deleted_tasks(person_id: UUID) -> Select[Task, str]:
    """(task, my role in its project) of what has been deleted where this person sees the project."""
    statement = select(Task, my_role.label("my_role")).join(Project, Project.id == Task.project_id)
    return only_seen(statement, person_id).where(Task.deleted_at.is_not(None))


def ids_json(column: SQLColumnExpression[UUID], task_id: SQLColumnExpression[UUID]) -> ColumnElement[Any]:
    """A task's labels or assignees as a sorted JSON array of ids."""
    ids = select(func.json_agg(aggregate_order_by(column, column))).where(task_id == Task.id).correlate(Task)
    return func.coalesce(ids.scalar_subquery(), EMPTY)


def row_fields() -> list[Any]:
    """A task's names and columns on boards and in lists. Needs `Task` and `Project`."""
    return [
        "id", Task.id,
        "project_id", Task.project_id,
        "number", Task.number,
        "human_id", human_id,
        "title", Task.title,
        "state_id", Task.state_id,
        "priority", Task.priority,
        "rank", Task.rank,
        "parent_id", Task.parent_id,
        "start_on", Task.start_on,
        "due_on", Task.due_on,
        "estimate", Task.estimate,
        "checklist_total", func.jsonb_array_length(Task.checklist),
        "checklist_done", func.jsonb_array_length(func.jsonb_path_query_array(Task.checklist, DONE)),
        "blocked_by_ids", Task.blocked_by_ids,
        "duplicate_of_id", Task.duplicate_of_id,
        "related_ids", Task.related_ids,
        "label_ids", ids_json(TaskLabel.label_id, TaskLabel.task_id),
        "assignee_ids", ids_json(TaskAssignee.person_id, TaskAssignee.task_id),
        "created_by", Task.created_by,
        "created_at", Task.created_at,
        "updated_at", Task.updated_at,
        "completed_at", Task.completed_at,
        "version", Task.version,
    ]  # fmt: skip


def row_json() -> ColumnElement[Any]:
    """A task as boards and lists show it."""
    return func.json_build_object(*row_fields())


def task_json() -> ColumnElement[Any]:
    """A task, whole."""
    return func.json_build_object(
        *row_fields(),
        "description", Task.description,
        "description_html", Task.description_html,
        "checklist", Task.checklist,
    )  # fmt: skip


def elsewhere_json() -> ColumnElement[Any]:
    """A task outside its project's screens. Needs `State` too."""
    return func.json_build_object(
        *row_fields(),
        "project_key", Project.key,
        "project_name", Project.name,
        "state_name", State.name,
        "state_category", State.category,
    )  # fmt: skip


@prepared
def task_picture(task_id: UUID) -> Select[Any]:
    """A task as events show it."""
    return select(task_json()).join(Project, Project.id == Task.project_id).where(Task.id == task_id)


@prepared
def task_pictures(task_ids: Sequence[UUID]) -> Select[Any]:
    """Tasks as events show them: the same statement for one or a thousand."""
    return select(task_json()).join(Project, Project.id == Task.project_id).where(Task.id == func.any(task_ids))


def task_answers(person_id: UUID) -> Select[str, int]:
    """(JSON text, version) of tasks this person may see."""
    statement = select(task_json().cast(Text), Task.version).join(Project, Project.id == Task.project_id)
    return only_seen(statement, person_id).where(Task.deleted_at.is_(None))


@prepared
def task_answer(person_id: UUID, task_id: UUID) -> Select[str, int]:
    """The same of one task."""
    return task_answers(person_id).where(Task.id == task_id)


@prepared
def task_to_change(person_id: UUID, task_id: UUID) -> Select[Task, str]:
    """(task, my role in its project), locked until commit and as it is by then."""
    statement = visible_tasks(person_id).where(Task.id == task_id).with_for_update(of=Task, key_share=True)
    return statement.execution_options(populate_existing=True)


@prepared
def state_to_enter(project_id: UUID, state_id: UUID) -> Select[UUID, str]:
    """(state, its category), where the project has it; it cannot go away until the commit."""
    states = select(State.id, State.category).where(State.project_id == project_id, State.id == state_id)
    return states.with_for_update(read=True)


def places(project_id: UUID | ColumnElement[UUID]) -> Select[UUID, str, str | None]:
    """(state, its category, the last rank in the project) of each state."""
    ranks = select(Task.rank).where(Task.project_id == project_id).order_by(Task.rank.desc()).correlate(Project)
    return select(State.id, State.category, ranks.limit(1).scalar_subquery()).where(State.project_id == project_id)


@prepared
def place_in(project_id: UUID, state_id: UUID) -> Select[UUID, str, str | None]:
    """The same of one state, where the project has it."""
    return places(project_id).where(State.id == state_id)


def usual_places(project_id: UUID | ColumnElement[UUID]) -> Select[UUID, str, str | None]:
    """The same of the state that new tasks start in."""
    return places(project_id).order_by(State.category != "todo", State.category != "backlog", State.rank).limit(1)


@prepared
def usual_place(project_id: UUID) -> Select[UUID, str, str | None]:
    """The same, built once."""
    return usual_places(project_id)


@cache
def insert_numbered() -> ReturningInsert[int]:
    """Adds a task with the next number of its project, which is locked from then on; nothing where that is gone.

    It takes `given_values(task)` and returns the number.
    """
    number = (
        update(Project)
        .where(Project.id == bindparam("the_project_id", type_=Uuid()), Project.deleted_at.is_(None))
        .values(last_number=Project.last_number + 1)
        .returning(Project.last_number)
        .cte("number")
    )
    given = (bindparam(f"the_{column.name}", type_=column.type) for column in GIVEN)
    names = ["number", *(column.name for column in GIVEN)]
    return insert(TASK).from_select(names, select(number.c.last_number, *given)).returning(TASK.c.number)


def given_values(task: Task) -> dict[str, Any]:
    """A task's columns as parameters. Not called like them, or SQLAlchemy would take them for the project's as well."""
    return {f"the_{column.name}": getattr(task, column.name) for column in GIVEN}


@prepared
def board(person_id: UUID, project_id: UUID) -> Select[str, bool, int, int, str]:
    """A project's whole board as JSON text, with the revision it shows: one statement, so one moment.

    (text, whether it is only what is assigned to them, the project's revision, its workspace's, my role): what the
    text depends on.
    """
    states = select(func.coalesce(func.json_agg(aggregate_order_by(state_json(), State.rank, State.id)), EMPTY))
    labels = select(func.coalesce(func.json_agg(aggregate_order_by(label_json(), Label.name_key, Label.id)), EMPTY))
    tasks = select(func.coalesce(func.json_agg(aggregate_order_by(row_json(), Task.rank, Task.id)), EMPTY))
    whole = func.json_build_object(
        "revision", project_revision(),
        "project", project_json(),
        "states", states.where(State.project_id == Project.id).correlate(Project).scalar_subquery(),
        "labels", labels.where(Label.project_id == Project.id).correlate(Project).scalar_subquery(),
        "people", people_json(),
        "tasks", tasks.where(Task.project_id == Project.id, Task.deleted_at.is_(None), is_seen())
        .correlate(*OUTSIDE).scalar_subquery(),
    )  # fmt: skip
    workspace_revision = revision_of(topic_of("workspace", Project.workspace_id))
    shown = select(whole.cast(Text), restricted, project_revision(), workspace_revision, my_role.label("my_role"))
    return only_visible(shown, person_id).where(Project.id == project_id)


def my_work(person_id: UUID, workspace_id: UUID) -> Select[str]:
    """Open tasks assigned to this person, by due date, and the revisions of all projects they could come from."""
    rows = (
        only_visible(
            select(elsewhere_json().label("data"), Task.due_on, Task.priority, Task.id).select_from(Project), person_id
        )
        .join(Task, Task.project_id == Project.id)
        .join(State, State.id == Task.state_id)
        .join(TaskAssignee, and_(TaskAssignee.task_id == Task.id, TaskAssignee.person_id == person_id))
        .where(Project.workspace_id == workspace_id, Task.deleted_at.is_(None), State.category.not_in(CLOSED))
        .order_by(Task.due_on.nulls_last(), Task.priority.desc(), Task.id)
        .limit(1_000)
        .subquery()
    )
    in_order = aggregate_order_by(rows.c.data, rows.c.due_on.nulls_last(), rows.c.priority.desc(), rows.c.id)
    return select(
        func.json_build_object(
            "items", select(func.coalesce(func.json_agg(in_order), EMPTY)).scalar_subquery(),
            "revisions", revisions(person_id, workspace_id),
        ).cast(Text)
    )  # fmt: skip


def revisions(person_id: UUID, workspace_id: UUID) -> ColumnElement[Any]:
    """JSON of the revision of each project that this person sees in a workspace, by topic."""
    topic = topic_of("project", Project.id)
    seen = (
        only_visible(select(topic.label("topic"), revision_of(topic).label("revision")).select_from(Project), person_id)
        .where(Project.workspace_id == workspace_id)
        .subquery()
    )
    found = select(func.coalesce(func.json_object_agg(seen.c.topic, seen.c.revision), func.json_build_object()))
    return found.scalar_subquery()


def containing(words: int) -> ColumnElement[bool]:
    """Tasks whose title or description has every one of so many words, whatever their case. See `given_words`."""
    each = (bindparam(f"word_{n}", type_=Text) for n in range(words))
    return and_(*(or_(*(where.ilike(one, escape="/") for where in (Task.title, Task.description))) for one in each))


def given_words(words: str) -> dict[str, str]:
    """The parameters of `containing`: what is not letters is what it is."""
    plain = (re.sub(r"([/%_])", r"/\1", word) for word in words.split()[:MOST_WORDS])
    return {f"word_{n}": f"%{word}%" for n, word in enumerate(plain)}
