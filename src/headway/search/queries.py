"""Finding tasks by their words, wherever in a workspace they are."""

from uuid import UUID

from sqlalchemy import Select, Text, and_, case, exists, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from headway.comments.models import Comment
from headway.projects.models import Project, State
from headway.projects.queries import EMPTY, only_visible
from headway.tasks.models import Task
from headway.tasks.queries import CLOSED, elsewhere_json, human_id


def found(person_id: UUID, workspace_id: UUID, words: str, limit: int) -> Select[str]:
    """JSON text of the tasks that hold every word in title, description or comments.

    An id such as HW-42 comes first, then titles, then open tasks before closed ones, the latest changed first.
    """
    wanted = words.split()[:10]
    each = [
        or_(
            Task.title.icontains(word, autoescape=True),
            Task.description.icontains(word, autoescape=True),
            exists().where(
                Comment.task_id == Task.id, Comment.deleted_at.is_(None), Comment.body.icontains(word, autoescape=True)
            ),
        )
        for word in wanted
    ]
    is_id = human_id == words.strip().upper()
    in_title = and_(*(Task.title.icontains(word, autoescape=True) for word in wanted))
    place = case((is_id, 0), (and_(in_title, State.category.not_in(CLOSED)), 1), (in_title, 2), else_=3)
    rows = (
        only_visible(
            select(elsewhere_json().label("data"), place.label("place"), Task.updated_at, Task.id).select_from(Project),
            person_id,
        )
        .join(Task, Task.project_id == Project.id)
        .join(State, State.id == Task.state_id)
        .where(Project.workspace_id == workspace_id, Task.deleted_at.is_(None), or_(is_id, and_(*each)))
        .order_by(place, Task.updated_at.desc(), Task.id)
        .limit(limit)
        .subquery()
    )
    in_order = aggregate_order_by(rows.c.data, rows.c.place, rows.c.updated_at.desc(), rows.c.id)
    items = select(func.coalesce(func.json_agg(in_order), EMPTY)).select_from(rows).scalar_subquery()
    return select(func.json_build_object("items", items).cast(Text))
