"""States and labels that go away: their tasks are looked after first, so that history says what happened to each."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.session import Person as Asker
from headway.db import picture
from headway.errors import Conflict
from headway.projects.label_commands import delete_label, label_i_may
from headway.projects.state_commands import delete_state, state_i_may_manage
from headway.tasks.commands import change_labels, set_fields, settle
from headway.tasks.models import Task, TaskLabel
from headway.tasks.queries import task_picture
from headway.tasks.schemas import AddRemove


async def remove_state(db: AsyncSession, me: Asker, state_id: UUID, move_to: UUID | None) -> None:
    """Deletes a state after moving its tasks, deleted ones too, to another one."""
    state = await state_i_may_manage(db, me, state_id)
    inhabited = await db.scalar(select(exists().where(Task.state_id == state.id)))
    if inhabited and (move_to is None or move_to == state.id):
        raise Conflict("state.in_use", "There are tasks in this state. Say with move_to which state they go to.")
    if inhabited:
        tasks = await db.scalars(select(Task).where(Task.state_id == state.id).order_by(Task.id).with_for_update())
        for task in tasks.all():
            before = await picture(db, task_picture(task.id))
            await set_fields(db, task, {"state_id": move_to})
            await settle_quietly(db, task, before)
    await delete_state(db, me, state.id)


async def settle_quietly(db: AsyncSession, task: Task, before: dict[str, object]) -> None:
    """Like `settle`, but viewers hear nothing of a task they believe gone."""
    if task.deleted_at is None:
        await settle(db, task, before)


async def remove_label(db: AsyncSession, me: Asker, label_id: UUID) -> None:
    """Deletes a label after taking it off its tasks."""
    label = await label_i_may(db, me, label_id, "edit")
    carrying = select(Task).where(Task.id.in_(select(TaskLabel.task_id).where(TaskLabel.label_id == label.id)))
    for task in (await db.scalars(carrying.order_by(Task.id).with_for_update())).all():
        before = await picture(db, task_picture(task.id))
        await change_labels(db, task, AddRemove(remove=[label.id]))
        await settle_quietly(db, task, before)
    await delete_label(db, me, label.id)
