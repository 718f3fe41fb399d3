"""Where things are at home, those in the trash too: whoever sees the project now sees what happened there."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, Uuid, cast, func, select

from headway.comments.models import Comment
from headway.events.models import Event
from headway.projects.models import Project
from headway.projects.queries import only_visible
from headway.tasks.models import Task


def home_of_task(person_id: UUID, task_id: UUID) -> Select[UUID]:
    """The project of a task."""
    statement = select(Project.id).join(Task, Task.project_id == Project.id).where(Task.id == task_id)
    return only_visible(statement, person_id)


def home_of_comment(person_id: UUID, comment_id: UUID) -> Select[UUID]:
    """The project of a comment."""
    statement = select(Project.id).join(Comment, Comment.project_id == Project.id).where(Comment.id == comment_id)
    return only_visible(statement, person_id)


def home_of_change(person_id: UUID, change_set_id: UUID) -> Select[Any]:
    """(project, last revision there) of a change set: of the projects that it touched, the first that they see."""
    here = (
        select(cast(func.split_part(Event.topic, ":", 2), Uuid).label("id"), func.max(Event.revision).label("revision"))
        .where(Event.change_set_id == change_set_id, cast(Event.topic, Text).like("project:%"))
        .group_by(Event.topic)
        .subquery()
    )
    statement = select(Project.id, here.c.revision).join(here, here.c.id == Project.id)
    return only_visible(statement, person_id).order_by(Project.id).limit(1)
