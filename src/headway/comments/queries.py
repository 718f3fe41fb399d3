"""Comments as somebody may see them: whoever sees the task sees what is said about it."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from headway.comments.models import Comment
from headway.db import prepared
from headway.projects.models import Project
from headway.projects.queries import EMPTY, my_role, project_revision
from headway.tasks.models import Task
from headway.tasks.queries import only_seen


def visible_comments(person_id: UUID) -> Select[Comment, str]:
    """(comment, my role in its project)."""
    statement = (
        select(Comment, my_role.label("my_role"))
        .join(Task, Task.id == Comment.task_id)
        .join(Project, Project.id == Comment.project_id)
    )
    return only_seen(statement, person_id).where(Comment.deleted_at.is_(None), Task.deleted_at.is_(None))


def deleted_comments(person_id: UUID) -> Select[Comment, str]:
    """(comment, my role in its project) of what has been deleted from tasks that this person may see."""
    statement = (
        select(Comment, my_role.label("my_role"))
        .join(Task, Task.id == Comment.task_id)
        .join(Project, Project.id == Comment.project_id)
    )
    return only_seen(statement, person_id).where(Comment.deleted_at.is_not(None), Task.deleted_at.is_(None))


def comment_json() -> ColumnElement[Any]:
    """A comment as the API shows it."""
    return func.json_build_object(
        "id", Comment.id,
        "task_id", Comment.task_id,
        "project_id", Comment.project_id,
        "author_id", Comment.author_id,
        "body", Comment.body,
        "body_html", Comment.body_html,
        "created_at", Comment.created_at,
        "updated_at", Comment.updated_at,
        "version", Comment.version,
    )  # fmt: skip


@prepared
def comment_picture(comment_id: UUID) -> Select[Any]:
    """A comment as events show it."""
    return select(comment_json()).where(Comment.id == comment_id)


@prepared
def comments_of(person_id: UUID, task_id: UUID) -> Select[str]:
    """JSON text of a task's comments, with the revision they show; no row where the task is not theirs to see."""
    in_order = aggregate_order_by(comment_json(), Comment.created_at, Comment.id)
    items = (
        select(func.coalesce(func.json_agg(in_order), EMPTY))
        .where(Comment.task_id == Task.id, Comment.deleted_at.is_(None))
        .correlate(Task)
        .scalar_subquery()
    )
    whole = func.json_build_object("items", items, "revision", project_revision()).cast(Text)
    statement = select(whole).select_from(Task).join(Project, Project.id == Task.project_id)
    return only_seen(statement, person_id).where(Task.id == task_id, Task.deleted_at.is_(None))
