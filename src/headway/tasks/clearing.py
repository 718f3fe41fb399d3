"""States and labels that go away: their tasks are looked after first, so that history says what happened to each."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.asker import Asker
from headway.errors import Conflict
from headway.projects import label_commands
from headway.projects.commands import lock_project_of, refuse_restricted
from headway.projects.label_commands import delete_label, label_i_may
from headway.projects.models import Label
from headway.projects.queries import visible_labels
from headway.projects.state_commands import delete_state, state_i_may_manage
from headway.tasks.commands import pictures, put_into, settle, state_of
from headway.tasks.models import Task, TaskLabel


async def remove_state(db: AsyncSession, me: Asker, state_id: UUID, move_to: UUID | None) -> None:
    """Deletes a state after moving its tasks, deleted ones too, to another one."""
    state = await state_i_may_manage(db, me, state_id)
    rows = select(Task).where(Task.state_id == state.id).order_by(Task.id).with_for_update(key_share=True)
    tasks = (await db.scalars(rows)).all()
    if tasks:
        if move_to is None or move_to == state.id:
            raise Conflict("state.in_use", "There are tasks in this state. Say with move_to which state they go to.")
        target, category = await state_of(db, state.project_id, move_to, "move_to")
        before = await pictures(db, tasks)
        for task in tasks:
            put_into(task, target, category)
        await settle(db, tasks, before)
    await delete_state(db, me, state.id)


async def remove_label(db: AsyncSession, me: Asker, label_id: UUID) -> None:
    """Deletes a label after taking it off its tasks."""
    await lock_project_of(db, visible_labels(me.person_id).where(Label.id == label_id), label_commands.NOT_FOUND)
    label = await label_i_may(db, me, label_id, "edit")
    await refuse_restricted(db, me.person_id, label.project_id)
    carrying = select(Task).where(Task.id.in_(select(TaskLabel.task_id).where(TaskLabel.label_id == label.id)))
    tasks = (await db.scalars(carrying.order_by(Task.id).with_for_update(key_share=True))).all()
    before = await pictures(db, tasks)
    await db.execute(delete(TaskLabel).where(TaskLabel.label_id == label.id))
    await settle(db, tasks, before)
    await delete_label(db, me, label.id)
