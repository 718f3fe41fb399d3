"""A task's checklist: small steps that need no task of their own. Pure; the list is a value of the task."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from headway.clock import new_id
from headway.errors import Invalid
from headway.projects.schemas import ABSENT
from headway.text import Input, Storable

MOST = 200
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), Storable]
Items = list[dict[str, Any]]


class ChecklistItem(BaseModel):
    """A step, and whether it is done."""

    id: UUID
    text: str
    done: bool


class NewChecklistItem(Input):
    """A step to add. With an id of your own, it is added once, however often it is sent."""

    id: UUID = ABSENT
    text: Words
    done: bool = False
    after_id: UUID | None = Field(default=None, description="The step to put it behind; without one it goes last.")


class ChecklistItemChange(Input):
    """What to change about a step. `after_id` moves it behind another one; null puts it first."""

    id: UUID
    text: Words = ABSENT
    done: bool = ABSENT
    after_id: UUID | None = None


class ChecklistChange(Input):
    """Steps to add, change and remove. The rest of the list stays, whoever else changes it meanwhile."""

    add: Annotated[list[NewChecklistItem], Field(max_length=MOST)] = []
    change: Annotated[list[ChecklistItemChange], Field(max_length=MOST)] = []
    remove: Annotated[list[UUID], Field(max_length=MOST)] = []


def changed(items: Items, change: ChecklistChange) -> Items:
    """The list as the change leaves it. What is gone already is fine.

    Raises:
        Invalid: it would be too long.
    """
    left = [dict(item) for item in items]
    for new in change.add:
        key = str(new.id or new_id())
        if any(item["id"] == key for item in left):
            continue
        put(left, {"id": key, "text": new.text, "done": new.done}, len(left) if new.after_id is None else new.after_id)
    for one in change.change:
        item = next((item for item in left if item["id"] == str(one.id)), None)
        if item is None:
            continue
        item |= one.model_dump(include={"text", "done"}, exclude_unset=True)
        if "after_id" in one.model_fields_set and one.after_id != one.id:
            left.remove(item)
            put(left, item, one.after_id or 0)
    gone = {str(one) for one in change.remove}
    left = [item for item in left if item["id"] not in gone]
    if len(left) > MOST:
        raise Invalid("checklist", f"checklist: it would have {len(left)} steps; {MOST} are the most.")
    return left


def put(items: Items, item: dict[str, Any], where: UUID | int) -> None:
    """Behind another item, or at a place; last where that other one is gone."""
    if isinstance(where, UUID):
        places = [place for place, other in enumerate(items, start=1) if other["id"] == str(where)]
        where = places[0] if places else len(items)
    items.insert(where, item)
