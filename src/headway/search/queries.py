"""Finding tasks with a filter, wherever in a workspace they are."""

from uuid import UUID

from sqlalchemy import Select, Text, and_, case, false, func, null, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by

from headway.projects.models import Project, State
from headway.projects.queries import EMPTY, only_visible
from headway.search.conditions import Asker, condition, mentions
from headway.search.tree import AllOf, Filter, Words
from headway.tasks.models import Task
from headway.tasks.queries import CLOSED, called, elsewhere_json, is_seen, revisions


def found(asker: Asker, workspace_id: UUID, tree: Filter, limit: int, *, follow: bool) -> Select[str]:
    """JSON text of the tasks that the filter means.

    An id such as HW-42 comes first, then titles, then open tasks before closed ones, the latest changed first.
    """
    parts = tree.parts if isinstance(tree, AllOf) else (tree,)
    words = [part.text for part in parts if isinstance(part, Words)]
    rest = AllOf(tuple(part for part in parts if not isinstance(part, Words)))
    called_so = called(words[0]) if len(words) == len(parts) == 1 else None
    in_title = and_(true(), *(Task.title.icontains(word, autoescape=True) for word in words))
    place = case(
        (false() if called_so is None else called_so, 0),
        (and_(in_title, State.category.not_in(CLOSED)), 1),
        (in_title, 2),
        else_=3,
    )
    statement = (
        only_visible(
            select(elsewhere_json().label("data"), place.label("place"), Task.updated_at, Task.id).select_from(Project),
            asker.person_id,
        )
        .join(Task, Task.project_id == Project.id)
        .join(State, State.id == Task.state_id)
        .where(Project.workspace_id == workspace_id, Task.deleted_at.is_(None), is_seen(), condition(rest, asker))
    )
    if words:
        by_words = select(Task.id).where(*map(mentions, words))
        # A union, not an OR: the words are looked up in their indexes, which an OR across tables cannot use.
        named = by_words if called_so is None else by_words.union(select(Task.id).join(Project).where(called_so))
        statement = statement.where(Task.id.in_(named))
    rows = statement.order_by(place, Task.updated_at.desc(), Task.id).limit(limit).subquery()
    in_order = aggregate_order_by(rows.c.data, rows.c.place, rows.c.updated_at.desc(), rows.c.id)
    items = select(func.coalesce(func.json_agg(in_order), EMPTY)).select_from(rows).scalar_subquery()
    shown = revisions(asker.person_id, workspace_id) if follow else null()
    return select(func.json_build_object("items", items, "revisions", shown).cast(Text))
