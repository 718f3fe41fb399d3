"""A rank key between the neighbours as they are now. The project's lock is held, so nobody moves in between."""

from collections.abc import Mapping
from itertools import pairwise
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, all_, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.asker import Asker
from headway.errors import Invalid
from headway.projects.models import Project
from headway.tasks.models import Task
from headway.tasks.queries import only_seen
from headway.tasks.ranking import key_between, keys_between


async def rank_at(
    db: AsyncSession,
    me: Asker,
    project_id: UUID,
    after_id: UUID | None,
    before_id: UUID | None,
    moving: Task | None = None,
) -> str:
    """A key right behind `after_id`, else right before `before_id`, else behind everything.

    A neighbour that has been deleted meanwhile still marks its place.
    """
    ranks = select(Task.rank).where(Task.project_id == project_id)
    if moving is not None:
        if moving.id in (after_id, before_id):
            return moving.rank
        ranks = ranks.where(Task.id != moving.id)
    lower: str | None = None
    upper: str | None = None
    if after_id:
        lower = await neighbour(db, me, project_id, after_id, "after_id")
        upper = await db.scalar(ranks.where(Task.rank > lower).order_by(Task.rank).limit(1))
    elif before_id:
        upper = await neighbour(db, me, project_id, before_id, "before_id")
        lower = await db.scalar(ranks.where(Task.rank < upper).order_by(Task.rank.desc()).limit(1))
    else:
        lower = await db.scalar(ranks.order_by(Task.rank.desc()).limit(1))
    if moving is not None and (lower or "") < moving.rank and (upper is None or moving.rank < upper):
        return moving.rank  # it is there already
    return key_between(lower, upper)


async def ranks_at(
    db: AsyncSession,
    me: Asker,
    project_id: UUID,
    after_id: UUID | None,
    before_id: UUID | None,
    moving: Mapping[UUID, str],
) -> list[str]:
    """Keys for many tasks in a row, in the order of `moving` (id: rank now), at the place that `rank_at` describes.

    One of them may be the neighbour too: it marks the place where it stands now.
    """
    others = select(Task.rank).where(Task.project_id == project_id, Task.id != all_(literal(list(moving), ARRAY(Uuid))))
    downwards, upwards = others.order_by(Task.rank.desc()).limit(1), others.order_by(Task.rank).limit(1)
    upper: str | None = None
    if after_id:
        at = await neighbour(db, me, project_id, after_id, "after_id")
        lower = await db.scalar(downwards.where(Task.rank <= at))
        upper = await db.scalar(upwards.where(Task.rank > at))
    elif before_id:
        at = await neighbour(db, me, project_id, before_id, "before_id")
        lower = await db.scalar(downwards.where(Task.rank < at))
        upper = await db.scalar(upwards.where(Task.rank >= at))
    else:
        lower = await db.scalar(downwards)
    ranks = [lower or "", *moving.values(), *([upper] if upper else [])]
    if all(one < next_ for one, next_ in pairwise(ranks)):
        return list(moving.values())  # they are there already
    return keys_between(lower, upper, len(moving))


async def neighbour(db: AsyncSession, me: Asker, project_id: UUID, task_id: UUID, field: str) -> str:
    """The rank of a task of the same project, if I see it."""
    ranks = select(Task.rank).join(Project, Project.id == Task.project_id)
    rank = await db.scalar(only_seen(ranks, me.person_id).where(Project.id == project_id, Task.id == task_id))
    if rank is None:
        raise Invalid(field, f"{field}: there is no such task in this project.")
    return rank
