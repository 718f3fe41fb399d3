"""Who may use this server, and who runs it."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from headway.accounts.asker import Asker
from headway.accounts.commands import session_ended
from headway.accounts.factors_models import Ticket
from headway.accounts.models import Person, SignIn
from headway.accounts.queries import instance
from headway.administration.people_queries import other_admins
from headway.audit.record import audit
from headway.clock import now
from headway.db import fetch
from headway.errors import Conflict
from headway.events.record import record
from headway.workspaces.commands import take_back_invitations
from headway.workspaces.queries import places_of, topic_of

NOT_FOUND = ("person.not_found", "Nobody here is that.")
LAST_ADMIN = ("admin.last", "This server needs an admin. Make somebody else one first.")


async def somebody(db: AsyncSession, person_id: UUID) -> Person:
    """Whose standing is about to change. One such change at a time, so that an admin is always left."""
    await db.execute(instance().with_for_update())
    statement = select(Person).where(Person.id == person_id, ~Person.placeholder).with_for_update()
    return (await fetch(db, statement.execution_options(populate_existing=True), *NOT_FOUND))[0]


async def suspend_person(db: AsyncSession, me: Asker, person_id: UUID) -> None:
    """Shuts somebody out, from their next request on; their open streams end at once.

    Sessions and the invitations they made are gone; API tokens stay and are refused, so that their scripts go on where
    they stopped if they come back.

    Raises:
        Conflict: it is me, or the last admin.
    """
    if person_id == me.person_id:
        raise Conflict("person.self", "You cannot suspend yourself. Ask another admin of this server.")
    person = await somebody(db, person_id)
    if person.suspended_at is not None:
        return
    if person.is_admin and not await db.scalar(other_admins(person_id)):
        raise Conflict(*LAST_ADMIN)
    person.suspended_at = now()
    await db.flush()
    # After the row, which signing in locks: a session made in this moment is seen here, or is not made.
    await db.execute(delete(SignIn).where(SignIn.person_id == person_id))
    await db.execute(delete(Ticket).where(Ticket.person_id == person_id))
    places = (await db.scalars(places_of(person_id))).all()
    for workspace_id in places:
        await take_back_invitations(db, workspace_id, person_id, None)
    tell_standing(db, person_id, list(places), suspended=True)
    await audit(db, "person.suspended", by=me.person_id, means=me.means, about_id=person_id)


async def reinstate_person(db: AsyncSession, me: Asker, person_id: UUID) -> None:
    """Lets somebody in again, with the roles they had."""
    person = await somebody(db, person_id)
    if person.suspended_at is None:
        return
    person.suspended_at = None
    tell_standing(db, person_id, list(await db.scalars(places_of(person_id))), suspended=False)
    await audit(db, "person.reinstated", by=me.person_id, means=me.means, about_id=person_id)


async def set_admin(db: AsyncSession, me: Asker, person_id: UUID, is_admin: bool) -> None:
    """Has somebody run this server, or no longer.

    Raises:
        Conflict: nobody would run it any more, or they are suspended.
    """
    person = await somebody(db, person_id)
    if person.is_admin == is_admin:
        return
    if is_admin and person.suspended_at is not None:
        raise Conflict("person.suspended", "They are suspended. Reinstate them first.")
    if not is_admin and not await db.scalar(other_admins(person_id)):
        raise Conflict(*LAST_ADMIN)
    person.is_admin = is_admin
    tell_admin(db, person_id, is_admin)
    act = "admin.granted" if is_admin else "admin.revoked"
    await audit(db, act, by=me.person_id, means=me.means, about_id=person_id)


def tell_standing(db: AsyncSession | Session, person_id: UUID, places: list[UUID], *, suspended: bool) -> None:
    """Ends their streams, and tells those they work with."""
    if suspended:
        session_ended(db, person_id, None, None)
    for workspace_id in places:
        before, after = {"suspended": not suspended}, {"suspended": suspended}
        record(db, topic_of(workspace_id), "member.changed", person_id, before, after)


def tell_admin(db: AsyncSession | Session, person_id: UUID, is_admin: bool) -> None:
    """Has their own screens look again at what they may see."""
    before, after = {"is_admin": not is_admin}, {"is_admin": is_admin}
    record(db, f"person:{person_id}", "access.changed", person_id, before, after)
