"""Workspaces as somebody may see them: who may see is part of the statement."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Delete, Select, Text, and_, delete, exists, func, or_, select, type_coerce
from sqlalchemy.orm import aliased

from headway.accounts.models import Person
from headway.events.queries import revision_of
from headway.workspaces.models import Invitation, Membership, Workspace, WorkspaceRole

mine = aliased(Membership, name="my_membership")


def visible_workspaces(person_id: UUID) -> Select[Workspace, str]:
    """(workspace, my role) of every workspace this person belongs to, by name."""
    return (
        select(Workspace, type_coerce(mine.role, Text).label("my_role"))
        .join(mine, and_(mine.workspace_id == Workspace.id, mine.person_id == person_id))
        .where(mine.role.is_not(None))
        .order_by(Workspace.name_key, Workspace.id)
    )


def visible_workspace(person_id: UUID, workspace_id: UUID) -> Select[Workspace, str]:
    """(workspace, my role), or nothing."""
    return visible_workspaces(person_id).where(Workspace.id == workspace_id)


def topic_of(workspace_id: UUID) -> str:
    """The topic of all that happens in a workspace outside its projects."""
    return f"workspace:{workspace_id}"


def visible_members(person_id: UUID, workspace_id: UUID) -> Select[int, Person, str | None]:
    """(revision, person, role) of everybody there, by name; placeholders have no role. No rows: not there, or not seen.

    One statement, so that the revision is exactly what the rows show.
    """
    return (
        select(revision_of(topic_of(workspace_id)).label("revision"), Person, Membership.role)
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .join(mine, and_(mine.workspace_id == Membership.workspace_id, mine.person_id == person_id))
        .where(
            Membership.workspace_id == workspace_id,
            mine.role.is_not(None),
            or_(Membership.role.is_not(None), Person.placeholder),
        )
        .order_by(Person.name_key, Person.id)
    )


def member(workspace_id: UUID, person_id: UUID) -> Select[Person, Membership]:
    """(person, membership) of somebody who belongs to the workspace now."""
    return (
        select(Person, Membership)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.workspace_id == workspace_id, Membership.role.is_not(None), Person.id == person_id)
    )


def owners(workspace_id: UUID) -> Select[int]:
    """How many owners there are."""
    return select(func.count()).where(Membership.workspace_id == workspace_id, Membership.role == WorkspaceRole.owner)


def places_of(person_id: UUID) -> Select[UUID]:
    """Every workspace that knows this person's name, those they have left included."""
    return select(Membership.workspace_id).where(Membership.person_id == person_id)


def owns_any(person_id: UUID) -> Select[bool]:
    """Whether somebody is an owner anywhere."""
    return select(exists().where(Membership.person_id == person_id, Membership.role == WorkspaceRole.owner))


def open_invitations(workspace_id: UUID, at: datetime) -> Select[Invitation]:
    """Links that would still let somebody in, the newest first."""
    return (
        select(Invitation)
        .where(Invitation.workspace_id == workspace_id, Invitation.accepted_by.is_(None), Invitation.expires_at > at)
        .order_by(Invitation.created_at.desc(), Invitation.id)
    )


def invitation_with(secret_hash: bytes) -> Select[Invitation, Workspace, str]:
    """(invitation, workspace, who made it) behind a link, whatever has become of it."""
    return (
        select(Invitation, Workspace, Person.name)
        .join(Workspace, Workspace.id == Invitation.workspace_id)
        .join(Person, Person.id == Invitation.created_by)
        .where(Invitation.secret_hash == secret_hash)
    )


def unused_invitations_by(person_id: UUID) -> Delete:
    """Takes back links that somebody made and nobody has used, wherever they lead."""
    return delete(Invitation).where(Invitation.created_by == person_id, Invitation.accepted_by.is_(None))


def unused_invitations_of(workspace_id: UUID, person_id: UUID) -> Delete:
    """Takes back those of one workspace."""
    return unused_invitations_by(person_id).where(Invitation.workspace_id == workspace_id)
