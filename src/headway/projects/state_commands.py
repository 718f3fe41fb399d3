"""Everything that can happen to a project's states, the columns of its board."""

from typing import Any
from uuid import UUID

from fractional_indexing import generate_key_between
from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.asker import Asker
from headway.clock import new_id
from headway.db import fetch, picture
from headway.errors import Conflict, Invalid
from headway.events.record import record, record_change
from headway.merging import IfMatch, merge
from headway.projects.access import require
from headway.projects.commands import lock_project_of, project_i_may, topic_of
from headway.projects.models import State
from headway.projects.queries import state_json, visible_states
from headway.projects.schemas import NewState, StateChange

NOT_FOUND = ("state.not_found", "There is no such state.")


async def create_state(db: AsyncSession, me: Asker, project_id: UUID, new: NewState) -> UUID:
    """Adds a column to the project's board."""
    project = await project_i_may(db, me, project_id, "manage", lock=True)
    state = State(id=new_id(), project_id=project.id, name=new.name, category=new.category, rank="")
    last = await db.scalar(
        select(State.rank).where(State.project_id == project.id).order_by(State.rank.desc()).limit(1)
    )
    state.rank = await rank_after(db, project.id, new.after_id) if new.after_id else generate_key_between(last, None)
    db.add(state)
    await record_state(db, state, "state.created", None)
    return state.id


async def change_state(db: AsyncSession, me: Asker, state_id: UUID, change: StateChange, match: IfMatch) -> None:
    """Renames it, gives it another meaning, or puts it elsewhere on the board."""
    state = await state_i_may_manage(db, me, state_id)
    before = await picture(db, select(state_json()).where(State.id == state_id))
    wanted = change.model_dump(mode="json", exclude_unset=True, exclude={"version", "after_id"})
    await merge(db, topic_of(state.project_id), before, wanted, change.version, match)
    if "after_id" in change.model_fields_set and change.after_id != state_id:
        wanted["rank"] = await rank_after(db, state.project_id, change.after_id, moving=state)
    if any(before[field] != value for field, value in wanted.items()):
        for field, value in wanted.items():
            setattr(state, field, value)
        state.version += 1
        await record_state(db, state, "state.changed", before)


async def delete_state(db: AsyncSession, me: Asker, state_id: UUID) -> None:
    """Takes an empty column away. Tasks are moved out of it first, by `tasks.clearing.remove_state`."""
    state = await state_i_may_manage(db, me, state_id)
    before = await picture(db, select(state_json()).where(State.id == state_id))
    others = await db.scalar(
        select(
            exists().where(State.project_id == state.project_id, State.id != state_id, State.category != "cancelled")
        )
    )
    if not others:
        raise Conflict("state.last", "A project needs at least one state besides cancelled. Add another one first.")
    await db.delete(state)
    await db.flush()
    record(db, topic_of(state.project_id), "state.deleted", state_id, before, None)


async def state_i_may_manage(db: AsyncSession, me: Asker, state_id: UUID) -> State:
    """The state, with its project locked, so that states keep their order and a task cannot slip into a dying one."""
    statement = visible_states(me.person_id).where(State.id == state_id)
    await lock_project_of(db, statement, NOT_FOUND)
    state, role = await fetch(db, statement, *NOT_FOUND)
    require(role, "manage")
    return state


async def rank_after(db: AsyncSession, project_id: UUID, after_id: UUID | None, moving: State | None = None) -> str:
    """A key right behind another state of the project, or before all of them. Who is there already stays."""
    ranks = select(State.rank).where(State.project_id == project_id)
    if moving is not None:
        ranks = ranks.where(State.id != moving.id)
    before = None
    if after_id is not None:
        before = await db.scalar(ranks.where(State.id == after_id))
        if before is None:
            raise Invalid("after_id", "after_id: there is no such state in this project.")
    following = ranks.order_by(State.rank).limit(1)
    after = await db.scalar(following.where(State.rank > before) if before else following)
    if moving is not None and (before or "") < moving.rank and (after is None or moving.rank < after):
        return moving.rank
    return str(generate_key_between(before, after))


async def record_state(db: AsyncSession, state: State, kind: str, before: dict[str, Any] | None) -> None:
    """Records a state as created or changed."""
    after = await picture(db, select(state_json()).where(State.id == state.id))
    if before is None:
        record(db, topic_of(state.project_id), kind, state.id, None, after)
    else:
        record_change(db, topic_of(state.project_id), kind, before, after)
