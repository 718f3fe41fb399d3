"""The one way in for whoever has an account already: straight, or past their second factor.

Every interactive door (password, OIDC, and what may come) proves who somebody is in its own way and then calls `enter`.
Who was made in the same unit of work has no second factor yet; such doors call `commands.begin_session`.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.asker import Asker
from headway.accounts.commands import SUSPENDED, begin_session
from headway.accounts.factors_models import Ticket
from headway.accounts.factors_queries import factors_of, valid_ticket
from headway.accounts.models import Person, Tries
from headway.accounts.passwords import tries_at
from headway.accounts.queries import person_with_password
from headway.accounts.secrets import hashed, new_secret
from headway.clock import new_id, now
from headway.errors import Forbidden, Unauthenticated
from headway.events.record import begin_change

TICKET_LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Entered:
    """They are signed in: who they now are, and the secret for their cookie."""

    me: Asker
    secret: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A second factor is wanted: what they come back with, and which kinds they have (totp, passkey, recovery)."""

    ticket: str
    kinds: list[str]


async def kinds_of(db: AsyncSession, person: Person) -> list[str]:
    """The second factors that somebody can show; recovery codes alone are none."""
    has = (await db.execute(factors_of(person.id))).one()
    kinds = [kind for kind, there in (("totp", has.app), ("passkey", has.passkey)) if there]
    return [*kinds, "recovery"] if kinds and has.codes else kinds


async def sign_in(db: AsyncSession, person_id: UUID, password_hash: str, user_agent: str) -> Entered | Wanted:
    """Lets in whoever has just proved their password, unless it was changed in that moment. See `enter`."""
    person = await db.scalar(person_with_password(person_id, password_hash))
    if person is None or person.email is None:
        raise Unauthenticated("credentials", "This e-mail address and password do not belong together.")
    await db.execute(delete(Tries).where(Tries.about == tries_at(person.email)))
    return await enter(db, person, user_agent)


async def enter(db: AsyncSession, person: Person, user_agent: str) -> Entered | Wanted:
    """Signs in somebody who has just proved who they are, or says what they still have to show.

    Wanted is an answer, no error: the unit of work must commit, or the ticket would not be there.

    Args:
        person: read in this unit of work, and better locked, so that their password stays what was proved.

    Raises:
        Forbidden: they are suspended. Whoever calls this knows that it is them, so they may hear it.
    """
    if person.suspended_at is not None:
        raise Forbidden(*SUSPENDED)
    begin_change(db, "web", person.id)
    kinds = await kinds_of(db, person)
    if not kinds:
        return Entered(*await begin_session(db, person, user_agent))
    secret, at = new_secret(), now()
    await db.execute(delete(Ticket).where(Ticket.person_id == person.id, Ticket.expires_at < at))
    db.add(
        Ticket(
            id=new_id(),
            person_id=person.id,
            secret_hash=hashed(secret),
            password_mark=mark_of(person),
            expires_at=at + TICKET_LASTS,
        )
    )
    return Wanted(secret, kinds)


def mark_of(person: Person) -> bytes:
    """What changes with the password, and tells nothing of it."""
    return hashed(person.password_hash or "")


def no_such_ticket() -> Unauthenticated:
    """One answer for what was used, is too old, was overtaken, or never was."""
    return Unauthenticated("ticket", "That took too long, or something changed meanwhile. Sign in once more.")


async def look_at_ticket(db: AsyncSession, secret: str) -> Ticket:
    """A ticket that is worth looking at a code for. It is not used by this.

    Raises:
        Unauthenticated: there is no such ticket (any more).
    """
    row = (await db.execute(valid_ticket(hashed(secret), now()))).one_or_none()
    if row is None or mark_of(row[1]) != row[0].password_mark:
        raise no_such_ticket()
    return row[0]


async def use_ticket(db: AsyncSession, secret: str) -> Person:
    """Whose ticket it is; both are theirs until the transaction ends. Of two who use it, one is too late.

    Raises:
        Unauthenticated: see `look_at_ticket`.
    """
    statement = valid_ticket(hashed(secret), now()).with_for_update(of=Person, read=True)
    row = (await db.execute(statement.execution_options(populate_existing=True))).one_or_none()
    if row is None or mark_of(row[1]) != row[0].password_mark:
        raise no_such_ticket()
    ticket, person = row
    if await db.scalar(delete(Ticket).where(Ticket.id == ticket.id).returning(Ticket.id)) is None:
        raise no_such_ticket()
    begin_change(db, "web", person.id)
    return person
