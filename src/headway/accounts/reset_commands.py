"""Setting a new password by a link that was mailed, and proving an address by one."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.asker import Asker
from headway.accounts.commands import session_ended
from headway.accounts.entering import mark_of
from headway.accounts.models import Person, Tries
from headway.accounts.passwords import tries_at, tries_of
from headway.accounts.queries import all_tokens, other_sign_ins
from headway.accounts.reset_models import MailedLink
from headway.accounts.secrets import hashed, new_secret
from headway.audit.record import audit
from headway.clock import new_id, now
from headway.errors import Conflict, Gone
from headway.events.record import begin_change
from headway.letters.commands import send_letter

LASTS = {"password": timedelta(hours=1), "address": timedelta(days=1)}


def no_such_link() -> Gone:
    """One answer for what was used, is too old, was overtaken, or never was."""
    return Gone("link.gone", "This link was used already, is too old, or was never made. Ask for a new one.")


async def make_link(db: AsyncSession, person: Person, kind: str, email: str) -> str:
    """A new link's secret, which is not kept."""
    secret, at = new_secret(), now()
    await db.execute(delete(MailedLink).where(MailedLink.person_id == person.id, MailedLink.expires_at < at))
    db.add(
        MailedLink(
            id=new_id(),
            kind=kind,
            person_id=person.id,
            email=email,
            secret_hash=hashed(secret),
            password_mark=mark_of(person),
            created_at=at,
            expires_at=at + LASTS[kind],
        )
    )
    return secret


async def look_at(db: AsyncSession, kind: str, token: str) -> None:
    """Lets pass what is worth hashing a password for.

    Raises:
        Gone: there is no such link (any more).
    """
    there = (MailedLink.kind == kind, MailedLink.secret_hash == hashed(token), MailedLink.expires_at > now())
    if await db.scalar(select(MailedLink.id).where(*there)) is None:
        raise no_such_link()


async def use_link(db: AsyncSession, kind: str, token: str) -> tuple[MailedLink, Person]:
    """(the link, whose it is), which is theirs until the transaction ends. Of two who use it, one is too late.

    Raises:
        Gone: it is used or too old, their password was changed since, or they are suspended.
    """
    used = delete(MailedLink).where(
        MailedLink.kind == kind, MailedLink.secret_hash == hashed(token), MailedLink.expires_at > now()
    )
    link = await db.scalar(used.returning(MailedLink))
    if link is None:
        raise no_such_link()
    statement = select(Person).where(Person.id == link.person_id).with_for_update()
    person = (await db.scalars(statement.execution_options(populate_existing=True))).one()
    if mark_of(person) != link.password_mark or person.suspended_at is not None:
        raise no_such_link()
    return link, person


async def reset_password(db: AsyncSession, token: str, password_hash: str) -> None:
    """Gives the person behind a mailed link a new password. All their sessions, tokens and open streams end.

    Nobody is signed in by it: whoever reads somebody's mail still lacks their second factor.

    Raises:
        Gone: see `use_link`, or the account has another address by now.
    """
    link, person = await use_link(db, "password", token)
    if person.email != link.email:
        raise no_such_link()
    begin_change(db, "web", person.id)
    person.password_hash, person.email_proved_at = password_hash, now()
    await db.execute(delete(MailedLink).where(MailedLink.person_id == person.id))
    await db.execute(other_sign_ins(person.id, None))
    await db.execute(all_tokens(person.id))
    await db.execute(delete(Tries).where(Tries.about.in_([tries_at(link.email), tries_of(person.id)])))
    session_ended(db, person.id, None, None)
    await audit(db, "password.reset", by=person.id, means="web", about_id=person.id)
    await send_letter(db, to=link.email, kind="password_changed", name=person.name)


async def change_address(db: AsyncSession, me: Asker, token: str) -> tuple[str | None, str]:
    """Uses the address that a link was mailed to, and tells the one before. (the one before, the one now).

    Raises:
        Gone: the link is somebody else's, or see `use_link`.
        Conflict: another account has got the address meanwhile.
    """
    link, person = await use_link(db, "address", token)
    if person.id != me.person_id:
        raise no_such_link()
    before = person.email
    if await db.scalar(select(Person.id).where(Person.email == link.email, Person.id != person.id)):
        raise Conflict("account.exists", "Another account uses this e-mail address by now.")
    person.email, person.email_proved_at = link.email, now()
    await db.execute(delete(MailedLink).where(MailedLink.person_id == person.id))
    await audit(db, "address.changed", by=me.person_id, means=me.means, about_id=person.id)
    if before is not None and before != link.email:
        await send_letter(db, to=before, kind="address_changed", name=person.name, new=link.email)
    return before, link.email


async def person_of(db: AsyncSession, person_id: UUID) -> Person | None:
    """Somebody with an account in good standing, locked so that their password stays until the link is stored."""
    alive = select(Person).where(Person.id == person_id, ~Person.placeholder, Person.suspended_at.is_(None))
    return await db.scalar(alive.with_for_update(read=True))
