"""Undo: what a change set did, taken back by whoever may make that change by hand now, as a change set of its own.

What nobody has changed since goes back; the rest is said, not overwritten. Things come back first, then fields, then
what was made goes. Taking back an undo is the redo.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.asker import Asker
from headway.comments.undoing import COMMENT
from headway.errors import Conflict, Forbidden, NotFound
from headway.events.models import Event
from headway.events.past import details_of
from headway.events.record import change_of
from headway.history.queries import hides_nothing
from headway.history.undo_answer import answer
from headway.history.undo_schemas import UndoOut, UndoWanted
from headway.markdown import rendered
from headway.projects.models import Project
from headway.projects.queries import my_role, only_theirs
from headway.projects.undoing import LABEL, PROJECT, STATE
from headway.tasks.undoing import TASK
from headway.undoing import Did, Kind, Undo, all_in_all, plan
from headway.workspaces.queries import visible_workspaces

# Each kind of thing says itself how it goes back; here is only in which order.
LOCKED = (PROJECT, TASK, COMMENT, STATE, LABEL)
COMES_BACK = (PROJECT, STATE, LABEL, TASK, COMMENT)
MAY_GO = (COMMENT, TASK, PROJECT, LABEL, STATE)
GOES = (COMMENT, TASK, LABEL, STATE, PROJECT)
KINDS = {kind.noun: kind for kind in LOCKED}

# Very many things are gone through in parts, so that others on this event loop get their turn.
AT_ONCE = 1_000
NOT_FOUND = ("change.not_found", "There is no such change.")
NEVER = {
    "member": "Members and roles are not taken back. Change them by hand.",
    "invitation": "Invitations are not taken back.",
    "workspace": "A workspace's settings are not taken back. Change them by hand.",
    "person": "Names of people are not taken back.",
    "reload": "This change was made before Headway kept the details of very large changes.",
}
UNKNOWN = "Undo does not reach this kind of thing."


@dataclass
class Part:
    """What a change set did in one project."""

    project: Project
    role: str
    did: dict[UUID, Did]
    left: list[tuple[str, str]] = field(default_factory=list)


async def undo_change(db: AsyncSession, me: Asker, change_set_id: UUID, wanted: UndoWanted) -> UndoOut:
    """Takes back what a change set did, as far as that is still there and this person may.

    Raises:
        NotFound: there is no such change, or nothing of it is theirs to see.
        Forbidden: they see it, but may take none of it back.
        Conflict: there was something to take back, and others have changed all of it since.
    """
    parts, left = await parts_of(db, me, change_set_id)
    only = set(wanted.only or ())
    undos: list[Undo] = []
    for part in parts:
        did = {one: it for one, it in part.did.items() if not only or one in only}
        undo = await undo_part(db, me, part, change_set_id, did, wanted.preview)
        if undo:
            undos.append(undo)
        left += part.left
    if not parts and not left:
        raise NotFound(*NOT_FOUND)
    change = change_of(db)
    if change.events:
        change.undoes = change_set_id
    out = await answer(db, undos, left, KINDS, wanted.preview, change_set_id, change.id if change.events else None)
    if out.refused and not out.undone and not out.conflicts:
        raise Forbidden(out.refused[0].code, out.refused[0].detail)
    if out.conflicts and not out.undone and not wanted.preview:
        detail = "All that this change did has been changed since. Nothing was taken back."
        raise Conflict("undo.conflicts", detail, **out.model_dump(mode="json"))
    return out


async def parts_of(db: AsyncSession, me: Asker, change_set_id: UUID) -> tuple[list[Part], list[tuple[str, str]]]:
    """(what the change set did, by project that this person sees; what it did elsewhere that they see).

    Topics of workspaces and people only repeat what a project's says, or tell of what is never taken back.
    """
    events = select(Event.topic, Event.kind).where(Event.change_set_id == change_set_id).distinct()
    kinds: dict[str, set[str]] = {}
    for topic, kind in await db.execute(events):
        kinds.setdefault(topic, set()).add(kind.partition(".")[0])
    parts, left = [], []
    for topic in sorted(kinds):
        sort, _, about = topic.partition(":")
        if sort == "project":
            part = await part_of(db, me, change_set_id, UUID(about))
            if part:
                parts.append(part)
        elif sort == "workspace":
            others = sorted(kinds[topic] & NEVER.keys())
            mine = {workspace.id for workspace, _ in await db.execute(visible_workspaces(me.person_id))}
            left += [(noun, NEVER[noun]) for noun in others if UUID(about) in mine]
    return parts, left


async def part_of(db: AsyncSession, me: Asker, change_set_id: UUID, project_id: UUID) -> Part | None:
    """What the change set did in a project; None where this person does not see it."""
    row = (await db.execute(home(me, change_set_id, project_id))).one_or_none()
    if row is None:
        return None
    project, role = row
    topic = f"project:{project_id}"
    happened: list[Any] = []
    for some in (await db.execute(details_of(change_set_id, topic))).partitions(AT_ONCE):
        happened += some
        await asyncio.sleep(0)
    part = Part(project, role, {})
    part.did = all_in_all(row for row in happened if row.kind.partition(".")[0] in KINDS)
    if project.deleted_at and not any(did.noun == "project" for did in part.did.values()):
        return None
    others = {row.kind.partition(".")[0] for row in happened} - KINDS.keys() or (set() if happened else {"reload"})
    part.left = [(noun, NEVER.get(noun, UNKNOWN)) for noun in sorted(others)]
    return part


def home(me: Asker, change_set_id: UUID, project_id: UUID) -> Any:
    """(project, my role in it), in the trash or not, if I see all that the change did there."""
    statement = only_theirs(select(Project, my_role.label("my_role")), me.person_id)
    return statement.where(Project.id == project_id, hides_nothing(change_set_id))


async def undo_part(
    db: AsyncSession, me: Asker, part: Part, change_set_id: UUID, did: dict[UUID, Did], preview: bool
) -> Undo | None:
    """Takes back what the change set did in one project: plans it with all of it locked, then writes."""
    if not did:
        return None
    undo = Undo(
        person_id=me.person_id,
        role=part.role,
        project_id=part.project.id,
        preview=preview,
        change_set_id=change_set_id,
        revision=max(one.revision for one in part.did.values()),
    )
    if not preview:
        undo.texts = await render_texts(did.values())  # before anything is locked
        locked = home(me, change_set_id, undo.project_id).with_for_update(of=Project, key_share=True)
        row = (await db.execute(locked.execution_options(populate_existing=True))).one_or_none()
        if row is None:
            raise NotFound(*NOT_FOUND)
        undo.role = row.my_role
    for kind in LOCKED:
        await plan_steps(db, undo, kind, [one for one in did.values() if one.noun == kind.noun])
    await check(db, undo)
    if not preview:
        await write(db, undo)
    return undo


async def render_texts(did: Any) -> dict[str, str]:
    """Texts that may go back, as HTML."""
    texts = {
        text
        for one in did
        if one.was_there
        for name in KINDS[one.noun].texts
        if (text := one.before.get(name)) is not None and text != one.after.get(name)
    }
    return {text: await rendered(text) for text in texts}


async def plan_steps(db: AsyncSession, undo: Undo, kind: Kind, did: Sequence[Did]) -> None:
    """A step for each thing of a kind: what would take it back, or why that is not theirs to do."""
    if not did:
        return
    now = await kind.look(db, undo, [one.id for one in did])
    steps = undo.steps[kind.noun] = {}
    for place, one in enumerate(did):
        step = steps[one.id] = plan(one, now.get(one.id), kind.rules)
        if (step.did.was_there or step.did.is_there) and not step.did.purged:
            step.refused = kind.refusal(undo, step)
        if step.refused:
            step.do_nothing()
        if place % AT_ONCE == 0:
            await asyncio.sleep(0)


async def check(db: AsyncSession, undo: Undo) -> None:
    """Has each kind take out of the plan what cannot be."""
    for kind in COMES_BACK:
        await kind.check_return(db, undo)
    for kind in MAY_GO:
        # With its project goes all that is in it, whatever uses what.
        if kind not in (LABEL, STATE) or not undo.goes("project", undo.project_id):
            await kind.check_removal(db, undo)
    for kind in MAY_GO:
        await kind.go_along(db, undo)


async def write(db: AsyncSession, undo: Undo) -> None:
    """Does what is planned, in an order in which nothing ever points to what is not there."""
    for kind in COMES_BACK:
        if undo.doing(kind.noun, "restored"):
            await kind.bring_back(db, undo)
    for kind in COMES_BACK:
        if undo.doing(kind.noun, "changed"):
            await kind.change(db, undo)
    gone_with_it = undo.goes("project", undo.project_id)
    for kind in (PROJECT,) if gone_with_it else GOES:
        if undo.doing(kind.noun, "deleted"):
            await kind.remove(db, undo)
