"""What an undo says it did: what went back, and of the rest who changed it when."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from headway.events.models import ChangeSet
from headway.events.past import happened
from headway.history.undo_schemas import (
    LISTED,
    UndoBy,
    UndoConflict,
    UndoCounts,
    UndoLeft,
    UndoneThing,
    UndoOut,
    UndoRefused,
)
from headway.merging import names_of
from headway.undoing import Clash, Kind, Step, Undo

Found = tuple[Undo, Step, Clash]
CHANGED_SINCE = "Somebody changed it since."


async def answer(
    db: AsyncSession,
    undos: list[Undo],
    left: list[tuple[str, str]],
    kinds: Mapping[str, Kind],
    preview: bool,
    undoes: UUID,
    change: UUID | None,
) -> UndoOut:
    """All that was done, would be done, and was not."""
    steps = [(undo, step) for undo in undos for things in undo.steps.values() for step in things.values()]
    undone = [step for _, step in steps if step.what]
    refused = [step for _, step in steps if step.refused]
    clashes = [(undo, step, clash) for undo, step in steps if not step.refused for clash in step.clashes]
    left = left + [(step.did.noun, detail) for _, step in steps if not step.refused for detail in step.left]
    return UndoOut(
        preview=preview,
        change=change,
        undoes=undoes,
        counts=UndoCounts(undone=len(undone), conflicts=len(clashes), refused=len(refused), left=len(left)),
        undone=[undone_thing(step, kinds) for step in undone[:LISTED]],
        conflicts=await conflicts(db, clashes[:LISTED], kinds),
        refused=[
            UndoRefused(**named(step, kinds), code=step.refused.code, detail=step.refused.detail)
            for step in refused[:LISTED]
            if step.refused
        ],
        left=[UndoLeft(kind=kind, detail=detail) for kind, detail in left[:LISTED]],
    )


def named(step: Step, kinds: Mapping[str, Kind]) -> dict[str, Any]:
    """What a thing is and what people call it."""
    return {
        "kind": step.did.noun,
        "id": step.id,
        "title": (step.now and step.now.title) or kinds[step.did.noun].title(step.data),
        "human_id": (step.now and step.now.human_id) or step.data.get("human_id"),
    }


def undone_thing(step: Step, kinds: Mapping[str, Kind]) -> UndoneThing:
    assert step.what
    fields = step.touched() if step.what == "changed" else []
    return UndoneThing(**named(step, kinds), fields=fields, what=step.what)


async def conflicts(db: AsyncSession, clashes: list[Found], kinds: Mapping[str, Kind]) -> list[UndoConflict]:
    """Each with who changed it last, and when."""
    latest: dict[tuple[UUID, str | None], Any] = {}
    for undo in {id(undo): undo for undo, _, _ in clashes}.values():
        about = {clash.about or step.id for one, step, clash in clashes if one is undo}
        for row in await db.execute(changes_since(undo, about)):
            for name in [None, *(row.after or {})]:
                latest[row.entity_id, name] = row
    people = await names_of(db, {row.person_id for row in latest.values() if row.person_id})
    return [
        conflict(step, clash, kinds, latest.get((clash.about or step.id, None if clash.about else clash.field)), people)
        for _, step, clash in clashes
    ]


def changes_since(undo: Undo, about: Iterable[UUID]) -> Any:
    """What others did to these things since, in order."""
    ids = literal(list(about), ARRAY(Uuid))
    return (
        select(happened.c.entity_id, happened.c.after, happened.c.at, ChangeSet.person_id)
        .join(ChangeSet, ChangeSet.id == happened.c.change_set_id)
        .where(
            happened.c.entity_id == func.any(ids),
            happened.c.topic == f"project:{undo.project_id}",
            happened.c.revision > undo.revision,
            happened.c.change_set_id != undo.change_set_id,
        )
        .order_by(happened.c.revision, happened.c.position)
    )


def conflict(
    step: Step, clash: Clash, kinds: Mapping[str, Kind], row: Any, people: dict[UUID, dict[str, str]]
) -> UndoConflict:
    by = people.get(row.person_id) if row else None
    return UndoConflict(
        **named(step, kinds),
        field=clash.field,
        wanted=clash.wanted,
        current=clash.current,
        detail=clash.detail or CHANGED_SINCE,
        by=UndoBy(person_id=UUID(by["person_id"]), name=by["name"]) if by else None,
        at=row.at.isoformat() if row else None,
    )
