"""Which second factors somebody has, and what lies ready for a moment."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Delete, Select, delete, exists, func, select

from headway.accounts.factors_models import Challenge, CodeApp, Passkey, RecoveryCode, Ticket
from headway.accounts.models import Person


def factors_of(person_id: UUID) -> Select[bool, bool, int]:
    """(has an app, has a passkey, how many recovery codes are left)."""
    return select(
        exists().where(CodeApp.person_id == person_id, CodeApp.confirmed_at.is_not(None)).label("app"),
        exists().where(Passkey.person_id == person_id).label("passkey"),
        select(func.count()).where(RecoveryCode.person_id == person_id).scalar_subquery().label("codes"),
    )


def own_passkeys(person_id: UUID) -> Select[Passkey]:
    """Somebody's passkeys, the oldest first."""
    return select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.created_at, Passkey.id)


def own_app(person_id: UUID) -> Select[CodeApp]:
    """Somebody's app, set up or about to be."""
    return select(CodeApp).where(CodeApp.person_id == person_id)


def valid_ticket(secret_hash: bytes, at: datetime) -> Select[Ticket, Person]:
    """A ticket that still may be used, and whose it is."""
    return (
        select(Ticket, Person)
        .join(Person, Person.id == Ticket.person_id)
        .where(Ticket.secret_hash == secret_hash, Ticket.expires_at > at, Person.suspended_at.is_(None))
    )


def old_challenges(at: datetime) -> Delete:
    """Clears challenges whose time is over: a few at a time, leaving those that somebody holds."""
    old = select(Challenge.value).where(Challenge.expires_at < at).limit(100).with_for_update(skip_locked=True)
    return delete(Challenge).where(Challenge.value.in_(old))
