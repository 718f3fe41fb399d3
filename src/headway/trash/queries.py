"""What lies in the trash, for somebody who may see it: rows for commands, JSON text for answers."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    BigInteger,
    DateTime,
    FromClause,
    Interval,
    Row,
    Select,
    Text,
    Uuid,
    bindparam,
    column,
    func,
    literal,
    select,
    text,
    true,
)

from headway.accounts.models import Person
from headway.comments.models import Comment
from headway.events.models import ChangeSet
from headway.events.past import happened
from headway.events.queries import topic_of
from headway.projects.models import Project
from headway.projects.queries import deleted_projects, my_role, only_visible, sight
from headway.tasks.models import Task
from headway.tasks.queries import only_seen

Line = tuple[str, datetime | None, UUID | None, UUID | None, str | None]
TIME = DateTime(timezone=True)
COLUMNS = (
    column("kind", Text),
    column("id", Uuid),
    column("task_id", Uuid),
    column("human_id", Text),
    column("title", Text),
    column("deleted_at", TIME),
    column("deleted_by", Uuid),
    column("with", BigInteger),
)
# What was deleted together with a task above it is counted there, not listed.
IN_PROJECT = text(
    """
    SELECT * FROM (
        (SELECT 'task' AS kind, task.id, NULL::uuid AS task_id, concat(project.key, '-', task.number) AS human_id,
                task.title, task.deleted_at,
                (SELECT c.person_id FROM happened h JOIN change_set c ON c.id = h.change_set_id
                 WHERE h.entity_id = task.id AND h.topic = :topic AND h.kind = 'task.deleted'
                 ORDER BY h.revision DESC LIMIT 1) AS deleted_by,
                (WITH RECURSIVE below AS (
                    SELECT t.id, t.deleted_at FROM task t WHERE t.parent_id = task.id
                    UNION SELECT t.id, t.deleted_at FROM task t JOIN below ON t.parent_id = below.id
                 ) SELECT count(*) FROM below WHERE below.deleted_at = task.deleted_at) AS "with"
         FROM task JOIN project ON project.id = task.project_id
         WHERE task.project_id = :project_id AND task.deleted_at IS NOT NULL
           AND (NOT sight.restricted OR EXISTS (
                SELECT FROM task_assignee a WHERE a.task_id = task.id AND a.person_id = sight.person_id))
           AND (task.deleted_at, task.id) < (:before, :before_id)
           AND NOT EXISTS (
                WITH RECURSIVE above AS (
                    SELECT t.id, t.parent_id, t.deleted_at FROM task t WHERE t.id = task.parent_id
                    UNION SELECT t.id, t.parent_id, t.deleted_at FROM task t JOIN above ON t.id = above.parent_id
                ) SELECT FROM above WHERE above.deleted_at = task.deleted_at)
         ORDER BY task.deleted_at DESC, task.id DESC LIMIT :n)
        UNION ALL
        (SELECT 'comment', comment.id, comment.task_id, concat(project.key, '-', task.number),
                left(regexp_replace(btrim(comment.body), '\\s+', ' ', 'g'), 200), comment.deleted_at,
                (SELECT c.person_id FROM happened h JOIN change_set c ON c.id = h.change_set_id
                 WHERE h.entity_id = comment.id AND h.topic = :topic AND h.kind = 'comment.deleted'
                 ORDER BY h.revision DESC LIMIT 1), 0
         FROM comment JOIN task ON task.id = comment.task_id JOIN project ON project.id = comment.project_id
         WHERE comment.project_id = :project_id AND comment.deleted_at IS NOT NULL AND task.deleted_at IS NULL
           AND (NOT sight.restricted OR EXISTS (
                SELECT FROM task_assignee a WHERE a.task_id = task.id AND a.person_id = sight.person_id))
           AND (comment.deleted_at, comment.id) < (:before, :before_id)
         ORDER BY comment.deleted_at DESC, comment.id DESC LIMIT :n)
    ) either ORDER BY deleted_at DESC, id DESC LIMIT :n
    """
).bindparams(
    bindparam("project_id", type_=Uuid),
    bindparam("topic", type_=Text),
    bindparam("before", type_=TIME),
    bindparam("before_id", type_=Uuid),
    bindparam("n", type_=BigInteger),
)
# Later than anything: where the first page begins.
END = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))


def trash_of(
    person_id: UUID, project_id: UUID, days: int, after: tuple[datetime, UUID] | None, n: int
) -> Select[*Line]:
    """(JSON text, deleted_at, id, person_id, name) of the next `n` things; one row of nulls where there is none.

    No row where the project is not theirs to see.
    """
    before, before_id = after or END
    found = IN_PROJECT.bindparams(
        project_id=project_id, topic=f"project:{project_id}", before=before, before_id=before_id, n=n
    )
    rows = found.columns(*COLUMNS).lateral("rows")
    statement = items(rows, Project.id, days).select_from(Project)
    return (
        only_visible(statement, person_id)
        .join(sight, true())
        .outerjoin(rows, true())
        .outerjoin(Person, Person.id == rows.c.deleted_by)
        .where(Project.id == project_id)
        .order_by(rows.c.deleted_at.desc(), rows.c.id.desc())
    )


def trash_of_workspace(person_id: UUID, workspace_id: UUID, days: int) -> Select[*Line]:
    """The same of deleted projects that this person may restore; no row where there is none."""
    topic = topic_of("project", Project.id)
    whose = (
        select(ChangeSet.person_id)
        .select_from(happened)
        .join(ChangeSet, ChangeSet.id == happened.c.change_set_id)
        .where(happened.c.entity_id == Project.id, happened.c.topic == topic, happened.c.kind == "project.deleted")
        .order_by(happened.c.revision.desc())
        .limit(1)
        .correlate(Project)
        .scalar_subquery()
    )
    tasks = select(func.count()).select_from(Task).where(Task.project_id == Project.id, Task.deleted_at.is_(None))
    rows = (
        deleted_projects(person_id)
        .with_only_columns(
            literal("project").label("kind"),
            Project.id.label("id"),
            literal(None, Uuid).label("task_id"),
            Project.key.label("human_id"),
            Project.name.label("title"),
            Project.deleted_at.label("deleted_at"),
            whose.label("deleted_by"),
            tasks.correlate(Project).scalar_subquery().label("with"),
            maintain_column_froms=True,
        )
        .where(Project.workspace_id == workspace_id, my_role == "admin")
        .order_by(Project.deleted_at.desc(), Project.id.desc())
        .subquery("rows")
    )
    return (
        items(rows, rows.c.id, days)
        .select_from(rows)
        .outerjoin(Person, Person.id == rows.c.deleted_by)
        .order_by(rows.c.deleted_at.desc(), rows.c.id.desc())
    )


def items(rows: FromClause, project_id: Any, days: int) -> Select[*Line]:
    """(JSON text, deleted_at, id, person_id, name) of each row."""
    gone_at = rows.c.deleted_at + literal(timedelta(days=days), Interval) if days else literal(None, TIME)
    data = func.json_build_object(
        "kind", rows.c.kind,
        "id", rows.c.id,
        "project_id", project_id,
        "task_id", rows.c.task_id,
        "human_id", rows.c.human_id,
        "title", rows.c.title,
        "deleted_at", rows.c.deleted_at,
        "deleted_by", rows.c.deleted_by,
        "gone_at", gone_at,
        "with", rows.c["with"],
    )  # fmt: skip
    return select(data.cast(Text), rows.c.deleted_at, rows.c.id, Person.id, Person.name)


def answer(rows: Sequence[Row[*Line]], days: int, cursor: str | None = None) -> str:
    """The answer's JSON from the rows of either; `cursor` is its own JSON."""
    found = [row for row in rows if row[2] is not None]
    people = {row[3]: row[4] for row in found if row[3] is not None}
    named = orjson.dumps([{"person_id": str(person), "name": name} for person, name in people.items()]).decode()
    page = "" if cursor is None else f'"next_cursor":{cursor},'
    return f'{{"items":[{",".join(row[0] for row in found)}],{page}"days":{days},"people":{named}}}'


def deleted_comment(person_id: UUID, comment_id: UUID) -> Select[Comment, str]:
    """(comment, my role in its project), whether or not its task is there."""
    statement = (
        select(Comment, my_role).join(Project, Project.id == Comment.project_id).join(Task, Task.id == Comment.task_id)
    )
    return only_seen(statement, person_id).where(Comment.id == comment_id, Comment.deleted_at.is_not(None))
