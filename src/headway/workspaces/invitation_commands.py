"""Links that let one person in, once."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.asker import Asker
from headway.accounts.models import Person
from headway.accounts.reset_limits import count_invitation
from headway.accounts.secrets import hashed, new_secret
from headway.audit.record import audit
from headway.clock import new_id, now
from headway.errors import Conflict, Gone, NotFound
from headway.events.record import record
from headway.jobs.commands import enqueue
from headway.workspaces.access import require_power_over
from headway.workspaces.commands import tell_role, workspace_i_may
from headway.workspaces.models import Invitation, Membership, Workspace, WorkspaceRole
from headway.workspaces.queries import invitation_with, open_invitations, topic_of
from headway.workspaces.schemas import InvitationOut

LASTS = timedelta(days=14)
MOST = 200
INVITATION = "invitation"  # the job that mails one


async def invite(
    db: AsyncSession,
    me: Asker,
    workspace_id: UUID,
    role: WorkspaceRole,
    email: str | None = None,
    by_mail: bool = False,
) -> tuple[Invitation, str]:
    """A link and its secret, which is not kept. Nobody can let others in as more than they may make of them.

    By mail, the secret returned is of no use: the letter's own is made when it is written, and only its reader has it.
    """
    _, mine = await workspace_i_may(db, me, workspace_id, "invite", lock=True)
    require_power_over(mine, role)
    secret, at = new_secret(), now()
    has = await db.scalar(select(func.count()).select_from(open_invitations(workspace_id, at).subquery()))
    if has is not None and has >= MOST:
        raise Conflict("invitation.many", f"There are {MOST} open invitations. Take back those nobody will use first.")
    invitation = Invitation(
        id=new_id(),
        workspace_id=workspace_id,
        role=role,
        email=email,
        mailed_at=None,
        secret_hash=hashed(new_secret() if by_mail else secret),
        created_by=me.person_id,
        created_at=at,
        expires_at=at + LASTS,
        accepted_by=None,
    )
    db.add(invitation)
    record(db, topic_of(workspace_id), "invitation.created", invitation.id, None, told(invitation))
    await note(db, "invitation.created", me, invitation)
    if email is not None and by_mail:
        await count_invitation(db, me.person_id, email)
        await enqueue(db, INVITATION, {"id": str(invitation.id)})
    return invitation, secret


async def resend_invitation(db: AsyncSession, me: Asker, workspace_id: UUID, invitation_id: UUID) -> None:
    """Has the letter sent once more, with a new link.

    Raises:
        Conflict: there is no address to send it to.
    """
    _, mine = await workspace_i_may(db, me, workspace_id, "invite")
    unused = select(Invitation).where(
        Invitation.id == invitation_id, Invitation.workspace_id == workspace_id, Invitation.accepted_by.is_(None)
    )
    invitation = await db.scalar(unused.with_for_update(key_share=True))
    if invitation is None:
        raise NotFound("invitation.not_found", "There is no such invitation, or it has been used.")
    require_power_over(mine, invitation.role)
    if invitation.email is None:
        raise Conflict("invitation.no_address", "This link was made to be passed on by you; there is nobody to mail.")
    await count_invitation(db, me.person_id, invitation.email)
    await enqueue(db, INVITATION, {"id": str(invitation.id)}, key=str(invitation.id))


def told(invitation: Invitation) -> dict[str, object]:
    """What everybody in the workspace may hear of an invitation: not whom it is for, which is between two people."""
    return InvitationOut.model_validate(invitation).model_dump(mode="json", exclude={"email", "mailed_at"})


async def take_back_invitation(db: AsyncSession, me: Asker, workspace_id: UUID, invitation_id: UUID) -> None:
    """Makes a link useless before anybody has used it."""
    _, mine = await workspace_i_may(db, me, workspace_id, "invite")
    unused = delete(Invitation).where(
        Invitation.id == invitation_id, Invitation.workspace_id == workspace_id, Invitation.accepted_by.is_(None)
    )
    invitation = await db.scalar(unused.returning(Invitation))
    if invitation is None:
        raise NotFound("invitation.not_found", "There is no such invitation, or it has been used.")
    require_power_over(mine, invitation.role)
    record(db, topic_of(workspace_id), "invitation.removed", invitation.id, told(invitation), None)
    await note(db, "invitation.revoked", me, invitation)


async def note(db: AsyncSession, act: str, me: Asker, invitation: Invitation) -> None:
    """The row that an act on an invitation leaves."""
    about = {"about_id": invitation.id, "workspace_id": invitation.workspace_id}
    await audit(db, act, by=me.person_id, means=me.means, **about, role=invitation.role)


async def look_at(db: AsyncSession, token: str) -> tuple[Invitation, Workspace, str]:
    """(invitation, workspace, who made it) behind a link that still lets somebody in.

    Raises:
        NotFound: no such link was ever made, or it was taken back.
        Gone: it has been used, or is too old.
    """
    row = (await db.execute(invitation_with(hashed(token)))).one_or_none()
    if row is None:
        raise NotFound("invitation.not_found", "This invitation does not exist (any more). Ask for a new link.")
    invitation, workspace, inviter = row
    if invitation.accepted_by is not None:
        raise Gone("invitation.used", "Somebody has used this invitation already; it works once. Ask for a new link.")
    if invitation.expires_at <= now():
        raise Gone("invitation.expired", "This invitation has expired. Ask for a new link.")
    return invitation, workspace, inviter


async def accept_invitation(db: AsyncSession, me: Asker, token: str) -> None:
    """Joins the workspace. Of two people with one link, the first to get here wins.

    Raises:
        Conflict: I am in this workspace already; the link stays good for somebody else.
    """
    at = now()
    taken = (
        update(Invitation)
        .where(Invitation.secret_hash == hashed(token), Invitation.accepted_by.is_(None), Invitation.expires_at > at)
        .values(accepted_by=me.person_id)
        .returning(Invitation)
    )
    invitation = await db.scalar(taken)
    if invitation is None:
        await look_at(db, token)  # says why
        raise Gone("invitation.used", "Somebody has used this invitation already; it works once. Ask for a new link.")
    if invitation.email is not None:
        await prove_address(db, me, invitation)
    joining = insert(Membership).values(
        workspace_id=invitation.workspace_id, person_id=me.person_id, role=invitation.role, joined_at=at
    )
    # Somebody who has left gets a role again; somebody who is here keeps theirs.
    joined = joining.on_conflict_do_update(
        index_elements=[Membership.workspace_id, Membership.person_id],
        set_={"role": invitation.role, "joined_at": at},
        where=Membership.role.is_(None),
    )
    if await db.scalar(joined.returning(Membership.person_id)) is None:
        raise Conflict("invitation.member", "You are in this workspace already.")
    record(db, topic_of(invitation.workspace_id), "invitation.removed", invitation.id, told(invitation), None)
    await note(db, "invitation.accepted", me, invitation)
    tell_role(db, invitation.workspace_id, await db.get_one(Person, me.person_id), None, invitation.role)


async def prove_address(db: AsyncSession, me: Asker, invitation: Invitation) -> None:
    """Lets pass whom the invitation is for. Who has its link from their mailbox has proved that it is theirs.

    Raises:
        Conflict: it is for somebody else's address.
    """
    if me.email != invitation.email:
        detail = (
            f"This invitation is for {invitation.email}, and your account has another address. "
            "Sign out and open the link again, or ask for an invitation to your own address."
        )
        raise Conflict("invitation.address", detail)
    if invitation.mailed_at is not None:
        await db.execute(update(Person).where(Person.id == me.person_id).values(email_proved_at=now()))
