"""Everything that can happen to a project's labels."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.asker import Asker
from headway.clock import new_id
from headway.db import fetch, picture
from headway.events.record import record, record_change
from headway.merging import IfMatch, merge
from headway.projects.access import Right, require
from headway.projects.commands import project_i_may, topic_of
from headway.projects.models import Label
from headway.projects.queries import label_json, visible_labels
from headway.projects.schemas import LabelChange, NewLabel
from headway.text import sort_key

NOT_FOUND = ("label.not_found", "There is no such label.")


async def create_label(db: AsyncSession, me: Asker, project_id: UUID, new: NewLabel) -> UUID:
    """Adds a word to sort tasks by."""
    project = await project_i_may(db, me, project_id, "edit")
    label = Label(id=new_id(), project_id=project.id, name=new.name, name_key=sort_key(new.name), color=new.color)
    db.add(label)
    after = await picture(db, select(label_json()).where(Label.id == label.id))
    record(db, topic_of(project.id), "label.created", label.id, None, after)
    return label.id


async def change_label(db: AsyncSession, me: Asker, label_id: UUID, change: LabelChange, match: IfMatch) -> None:
    """Renames or recolours it, on every task at once."""
    label = await label_i_may(db, me, label_id, "edit")
    before = await picture(db, select(label_json()).where(Label.id == label_id))
    wanted = change.model_dump(mode="json", exclude_unset=True, exclude={"version"})
    await merge(db, topic_of(label.project_id), before, wanted, change.version, match)
    if any(before[field] != value for field, value in wanted.items()):
        for field, value in wanted.items():
            setattr(label, field, value)
        label.name_key = sort_key(label.name)
        label.version += 1
        after = await picture(db, select(label_json()).where(Label.id == label_id))
        record_change(db, topic_of(label.project_id), "label.changed", before, after)


async def label_i_may(db: AsyncSession, me: Asker, label_id: UUID, right: Right) -> Label:
    """The label, locked, if I may use it so."""
    statement = visible_labels(me.person_id).where(Label.id == label_id).with_for_update(of=Label, key_share=True)
    label, role = await fetch(db, statement.execution_options(populate_existing=True), *NOT_FOUND)
    require(role, right)
    return label


async def delete_label(db: AsyncSession, me: Asker, label_id: UUID) -> None:
    """Takes a label away that no task carries; `tasks.clearing.remove_label` takes it off them first."""
    label = await label_i_may(db, me, label_id, "edit")
    before = await picture(db, select(label_json()).where(Label.id == label_id))
    await db.delete(label)
    await db.flush()
    record(db, topic_of(label.project_id), "label.deleted", label_id, before, None)
