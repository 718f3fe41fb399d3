"""What can happen to a workspace and the people in it."""

from dataclasses import replace
from secrets import token_hex
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from headway.accounts.asker import Asker
from headway.accounts.models import Person
from headway.audit.record import audit
from headway.clock import new_id, now
from headway.db import fetch
from headway.errors import Conflict, Forbidden
from headway.events.record import record, record_change
from headway.merging import IfMatch, merge
from headway.text import sort_key
from headway.workspaces.access import MAY, Right, require, require_power_over
from headway.workspaces.models import Invitation, Membership, Workspace, WorkspaceRole
from headway.workspaces.naming import slug_of
from headway.workspaces.queries import (
    member,
    owners,
    owns_any,
    places_of,
    topic_of,
    unused_invitations_of,
    visible_workspace,
)
from headway.workspaces.schemas import InvitationOut, MemberOut, WorkspaceChange, WorkspaceOut

NOT_FOUND = ("workspace.not_found", "There is no such workspace.")


def workspace_data(workspace: Workspace) -> dict[str, Any]:
    """A workspace as events show it: without anybody's role."""
    shown = WorkspaceOut.model_construct(
        **{field: getattr(workspace, field) for field in WorkspaceOut.model_fields if field != "role"}
    )
    return shown.model_dump(mode="json")


def member_data(person: Person, role: str | None) -> dict[str, Any]:
    """A member as the list of members shows them."""
    shown = MemberOut(
        person_id=person.id,
        name=person.name,
        email=person.email,
        role=None if role is None else WorkspaceRole(role),
        placeholder=person.placeholder,
        suspended=person.suspended_at is not None,
    )
    return shown.model_dump(mode="json")


async def workspace_i_may(
    db: AsyncSession, me: Asker, workspace_id: UUID, right: Right, lock: bool = False
) -> tuple[Workspace, str]:
    """(workspace, my role), if I belong to it and have the right; locked, changes of roles wait for this one."""
    statement = visible_workspace(me.person_id, workspace_id)
    if lock:
        await fetch(db, statement.with_for_update(of=Workspace, key_share=True), *NOT_FOUND)
    # Whoever waited for the lock must see what the one before did, so the role is read after it.
    workspace, role = await fetch(db, statement.execution_options(populate_existing=True), *NOT_FOUND)
    require(role, right)
    return workspace, role


async def make_workspace(db: AsyncSession, me: Asker, name: str, sign_up: str) -> Workspace:
    """A workspace of my own.

    Raises:
        Forbidden: sign-up is by invitation. Who was only let in must not let others in by a room of their own.
    """
    if sign_up != "open" and not me.is_admin and not await db.scalar(owns_any(me.person_id)):
        raise Forbidden("workspace.create", "Only those who own a workspace on this server may make another.")
    return await create_workspace(db, me, name)


async def create_workspace(db: AsyncSession, me: Asker, name: str) -> Workspace:
    """The workspace, with me as its owner."""
    at = now()
    workspace = Workspace(
        id=new_id(), slug=slug_of(name), name=name, name_key=sort_key(name), created_at=at, updated_at=at, version=1
    )
    while not await added(db, workspace):
        workspace.slug = f"{slug_of(name)}-{token_hex(2)}"
    db.add(Membership(workspace_id=workspace.id, person_id=me.person_id, role=WorkspaceRole.owner, joined_at=at))
    record(db, topic_of(workspace.id), "workspace.created", workspace.id, None, workspace_data(workspace))
    person = await db.get_one(Person, me.person_id)
    tell_role(db, workspace.id, person, None, WorkspaceRole.owner)
    await audit(db, "workspace.created", by=me.person_id, means=me.means, workspace_id=workspace.id)
    return workspace


async def added(db: AsyncSession, workspace: Workspace) -> bool:
    """Whether the slug was free."""
    values = {column.key: getattr(workspace, column.key) for column in Workspace.__table__.columns}
    statement = insert(Workspace).values(values).on_conflict_do_nothing(index_elements=[Workspace.slug])
    return await db.scalar(statement.returning(Workspace.id)) is not None


async def change_workspace(
    db: AsyncSession, me: Asker, workspace_id: UUID, change: WorkspaceChange, match: IfMatch
) -> tuple[Workspace, str]:
    """Renames it. Its slug stays, so that links keep working."""
    workspace, role = await workspace_i_may(db, me, workspace_id, "own", lock=True)
    before = workspace_data(workspace)
    await merge(db, topic_of(workspace_id), before, {"name": change.name}, change.version, match)
    if workspace.name != change.name:
        workspace.name, workspace.name_key = change.name, sort_key(change.name)
        workspace.version += 1
        workspace.updated_at = now()
        record_change(db, topic_of(workspace_id), "workspace.changed", before, workspace_data(workspace))
    return workspace, role


async def change_role(
    db: AsyncSession, me: Asker, workspace_id: UUID, person_id: UUID, role: WorkspaceRole
) -> MemberOut:
    """Makes somebody more or less in a workspace, from their next request on."""
    _, mine = await workspace_i_may(db, me, workspace_id, "manage", lock=True)
    person, membership = await fetch(db, member(workspace_id, person_id), "member.not_found", "Nobody here is that.")
    require_power_over(mine, membership.role)
    require_power_over(mine, role)
    if membership.role != role:
        before = membership.role
        await take_role(db, workspace_id, person, membership, role)
        await audit(
            db,
            "member.role_changed",
            by=me.person_id,
            means=me.means,
            about_id=person_id,
            workspace_id=workspace_id,
            role=role,
            before=before,
        )
    return MemberOut.model_validate(member_data(person, role))


async def remove_member(db: AsyncSession, me: Asker, workspace_id: UUID, person_id: UUID) -> None:
    """Takes somebody's access away, or one's own: from the next request on, and open streams at once."""
    _, mine = await workspace_i_may(db, me, workspace_id, "see", lock=True)
    person, membership = await fetch(db, member(workspace_id, person_id), "member.not_found", "Nobody here is that.")
    if person_id != me.person_id:
        require_power_over(mine, membership.role)
    before = membership.role
    await take_role(db, workspace_id, person, membership, None)
    act = "member.left" if person_id == me.person_id else "member.removed"
    about = {"about_id": person_id, "workspace_id": workspace_id}
    await audit(db, act, by=me.person_id, means=me.means, **about, before=before)


async def take_role(
    db: AsyncSession, workspace_id: UUID, person: Person, membership: Membership, role: WorkspaceRole | None
) -> None:
    """Puts another role, or none, in place of somebody's. The workspace is locked, so that the last owner stays."""
    before = membership.role
    assert before is not None
    if before == WorkspaceRole.owner and await db.scalar(owners(workspace_id)) == 1:
        raise Conflict("workspace.last_owner", "A workspace needs an owner. Make somebody else an owner first.")
    membership.role = role
    await take_back_invitations(db, workspace_id, person.id, role)
    tell_role(db, workspace_id, person, before, role)


async def take_back_invitations(
    db: AsyncSession, workspace_id: UUID, person_id: UUID, role: WorkspaceRole | None
) -> None:
    """Removes the unused links that somebody could no longer make, or they could let themselves in again."""
    statement = unused_invitations_of(workspace_id, person_id)
    if role is not None and "invite" in MAY[role]:
        statement = statement.where(Invitation.role == WorkspaceRole.owner)
    for invitation in await db.scalars(statement.returning(Invitation)):
        tell_taken_back(db, invitation)


def tell_taken_back(db: AsyncSession | Session, invitation: Invitation) -> None:
    """Tells the workspace that a link works no longer; not whom it was for, which is between two people."""
    shown = InvitationOut.model_validate(invitation).model_dump(mode="json", exclude={"email", "mailed_at"})
    record(db, topic_of(invitation.workspace_id), "invitation.removed", invitation.id, shown, None)


def tell_role(db: AsyncSession, workspace_id: UUID, person: Person, before: str | None, after: str | None) -> None:
    """Tells the workspace who is what now, and the person's own screens and streams to look again."""
    topic = topic_of(workspace_id)
    if before is None:
        record(db, topic, "member.joined", person.id, None, member_data(person, after))
    elif after is None:
        record(db, topic, "member.removed", person.id, member_data(person, before), None)
    else:
        record(db, topic, "member.changed", person.id, {"role": before}, {"role": after})
    old, new = ({"workspace_id": str(workspace_id), "role": role} for role in (before, after))
    record(db, f"person:{person.id}", "access.changed", workspace_id, old, new)


async def tell_address(db: AsyncSession, me: Asker, change: tuple[str | None, str]) -> Asker:
    """Me, with another e-mail address, told wherever people may see it."""
    old, new = change
    if old != new:
        before, after = {"email": old}, {"email": new}
        record(db, f"person:{me.person_id}", "person.changed", me.person_id, before, after)
        for workspace_id in await db.scalars(places_of(me.person_id)):
            record(db, topic_of(workspace_id), "person.changed", me.person_id, before, after)
    return replace(me, email=new)


async def rename_me(db: AsyncSession, me: Asker, name: str) -> Asker:
    """Me, with another name, told wherever people may see it."""
    statement = select(Person).where(Person.id == me.person_id).with_for_update(key_share=True)
    person = (await db.scalars(statement.execution_options(populate_existing=True))).one()
    if person.name == name:
        return me
    before, after = {"name": person.name}, {"name": name}
    person.name, person.name_key = name, sort_key(name)
    record(db, f"person:{me.person_id}", "person.changed", me.person_id, before, after)
    for workspace_id in await db.scalars(places_of(me.person_id)):
        record(db, topic_of(workspace_id), "person.changed", me.person_id, before, after)
    return replace(me, name=name)
