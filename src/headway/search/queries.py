"""Finding tasks by their words, wherever in a workspace they are."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, case, exists, false, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from headway.comments.models import Comment
from headway.projects.models import Project, State
from headway.projects.queries import EMPTY, only_visible
from headway.tasks.models import Task
from headway.tasks.queries import CLOSED, called, elsewhere_json, is_seen

# The indexes are of trigrams: a shorter word would walk the whole of each, and reading the tasks is faster.
SHORTEST_INDEXED = 3


def found(person_id: UUID, workspace_id: UUID, words: str, limit: int) -> Select[str]:
    """JSON text of the tasks that hold every word in title, description or comments.

    An id such as HW-42 comes first, then titles, then open tasks before closed ones, the latest changed first.
    """
    wanted = words.split()[:10]
    by_words = select(Task.id).where(*map(mentions, wanted))
    called_so = called(words.strip())
    # A union, not an OR: the words are looked up in their indexes, which an OR across tables cannot use.
    candidates = by_words if called_so is None else by_words.union(select(Task.id).join(Project).where(called_so))
    in_title = and_(*(Task.title.icontains(word, autoescape=True) for word in wanted))
    place = case(
        (false() if called_so is None else called_so, 0),
        (and_(in_title, State.category.not_in(CLOSED)), 1),
        (in_title, 2),
        else_=3,
    )
    rows = (
        only_visible(
            select(elsewhere_json().label("data"), place.label("place"), Task.updated_at, Task.id).select_from(Project),
            person_id,
        )
        .join(Task, Task.project_id == Project.id)
        .join(State, State.id == Task.state_id)
        .where(Project.workspace_id == workspace_id, Task.deleted_at.is_(None), is_seen(), Task.id.in_(candidates))
        .order_by(place, Task.updated_at.desc(), Task.id)
        .limit(limit)
        .subquery()
    )
    in_order = aggregate_order_by(rows.c.data, rows.c.place, rows.c.updated_at.desc(), rows.c.id)
    items = select(func.coalesce(func.json_agg(in_order), EMPTY)).select_from(rows).scalar_subquery()
    return select(func.json_build_object("items", items).cast(Text))


def mentions(word: str) -> ColumnElement[bool]:
    """That a task has the word in its title, description or comments."""
    text = or_(Task.title.icontains(word, autoescape=True), Task.description.icontains(word, autoescape=True))
    said = and_(Comment.deleted_at.is_(None), Comment.body.icontains(word, autoescape=True))
    if len(word) < SHORTEST_INDEXED:
        return or_(text, exists().where(Comment.task_id == Task.id, said))
    task = aliased(Task)
    text = or_(task.title.icontains(word, autoescape=True), task.description.icontains(word, autoescape=True))
    return Task.id.in_(select(task.id).where(text).union(select(Comment.task_id).where(said)))
