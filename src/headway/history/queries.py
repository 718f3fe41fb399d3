"""Where things are at home, those in the trash too: whoever sees the project now sees what happened there."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, Uuid, and_, cast, func, not_, or_, select

from headway.comments.models import Comment
from headway.events.models import Event
from headway.events.past import happened
from headway.events.queries import topic_of
from headway.projects.models import Project
from headway.projects.queries import OUTSIDE, mine, only_visible, restricted
from headway.tasks.models import Task, TaskAssignee
from headway.tasks.queries import only_seen


def home_of_task(person_id: UUID, task_id: UUID) -> Select[UUID]:
    """The project of a task."""
    statement = select(Project.id).join(Task, Task.project_id == Project.id).where(Task.id == task_id)
    return only_seen(statement, person_id)


def home_of_comment(person_id: UUID, comment_id: UUID) -> Select[UUID]:
    """The project of a comment."""
    statement = (
        select(Project.id)
        .join(Comment, Comment.project_id == Project.id)
        .join(Task, Task.id == Comment.task_id)
        .where(Comment.id == comment_id)
    )
    return only_seen(statement, person_id)


def home_of_change(person_id: UUID, change_set_id: UUID) -> Select[Any]:
    """(project, last revision there) of a change set: of the projects that it touched, the first that they see."""
    here = (
        select(cast(func.split_part(Event.topic, ":", 2), Uuid).label("id"), func.max(Event.revision).label("revision"))
        .where(Event.change_set_id == change_set_id, cast(Event.topic, Text).like("project:%"))
        .group_by(Event.topic)
        .subquery()
    )
    statement = select(Project.id, here.c.revision).join(here, here.c.id == Project.id)
    return only_visible(statement, person_id).where(hides_nothing(change_set_id)).order_by(Project.id).limit(1)


def hides_nothing(change_set_id: UUID) -> ColumnElement[bool]:
    """That whoever asks sees all that a change set did in `Project`: a part of a change is not told, nor undone."""
    did = happened.alias("did")
    assigned = select(TaskAssignee.task_id).where(TaskAssignee.person_id == mine.person_id).correlate(*OUTSIDE)
    said = select(Comment.id).where(Comment.task_id.in_(assigned)).correlate(*OUTSIDE)
    hidden = (
        select(did.c.entity_id)
        .where(
            did.c.change_set_id == change_set_id,
            did.c.topic == topic_of("project", Project.id),
            or_(
                and_(did.c.kind.startswith("task."), did.c.entity_id.not_in(assigned)),
                and_(did.c.kind.startswith("comment."), did.c.entity_id.not_in(said)),
            ),
        )
        .correlate(*OUTSIDE)
    )
    return or_(not_(restricted), not_(hidden.exists()))
