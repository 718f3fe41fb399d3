"""Mailing an invitation. Its link is made when the letter is written, so that only the reader of the mailbox has it."""

from uuid import UUID

from sqlalchemy import select, update

from headway.accounts.models import Person
from headway.accounts.secrets import hashed, new_secret
from headway.clock import now
from headway.db import Database
from headway.jobs.kinds import Work
from headway.letters import texts
from headway.letters.sending import send
from headway.settings import Settings
from headway.workspaces.invitation_commands import LASTS
from headway.workspaces.models import Invitation, Workspace


async def mail_invitation(database: Database, settings: Settings, work: Work) -> None:
    """Mails the link, unless the invitation was used or taken back meanwhile. The link before it stops working."""
    invitation_id, secret = UUID(work.payload["id"]), new_secret()
    renewed = (
        update(Invitation)
        .where(Invitation.id == invitation_id, Invitation.accepted_by.is_(None), Invitation.email.is_not(None))
        .values(secret_hash=hashed(secret), expires_at=now() + LASTS)
        .returning(Invitation)
    )
    async with database.unit_of_work() as db:
        invitation = await db.scalar(renewed)
        if invitation is None or invitation.email is None:
            return
        inviter = Person.id == invitation.created_by
        names = select(Workspace.name, Person.name).join(Person, inviter).where(Workspace.id == invitation.workspace_id)
        workspace, invited_by = (await db.execute(names)).one()
        to = invitation.email
    letter = texts.invitation(workspace=workspace, invited_by=invited_by, token=secret, days=LASTS.days)
    await send(settings, letter, to=to, message_id=f"{work.id}.{work.attempts}")
    async with database.unit_of_work() as db:
        await db.execute(update(Invitation).where(Invitation.id == invitation_id).values(mailed_at=now()))
