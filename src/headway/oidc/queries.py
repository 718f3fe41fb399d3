"""Identities, and sign-ins under way."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Delete, Select, delete, select
from sqlalchemy.sql.dml import ReturningDelete

from headway.accounts.models import Person
from headway.oidc.models import Identity, SignInUnderWay


def own_identities(person_id: UUID) -> Select[Identity]:
    """What somebody has linked, the oldest first."""
    return select(Identity).where(Identity.person_id == person_id).order_by(Identity.created_at, Identity.id)


def whose(issuer: str, subject: str) -> Select[Person, Identity]:
    """The person who is this somebody at the provider."""
    return (
        select(Person, Identity)
        .join(Identity, Identity.person_id == Person.id)
        .where(Identity.issuer == issuer, Identity.subject == subject)
    )


def taking_out(state_hash: bytes, browser_hash: bytes, at: datetime) -> ReturningDelete[SignInUnderWay]:
    """The sign-in under way that this browser began, which nobody can then take out again."""
    return (
        delete(SignInUnderWay)
        .where(
            SignInUnderWay.state_hash == state_hash,
            SignInUnderWay.browser_hash == browser_hash,
            SignInUnderWay.expires_at > at,
        )
        .returning(SignInUnderWay)
    )


def lapsed(at: datetime) -> Delete:
    """Clears those that nobody has come back from: a few at a time, leaving those that somebody holds."""
    old = select(SignInUnderWay.state_hash).where(SignInUnderWay.expires_at < at)
    return delete(SignInUnderWay).where(SignInUnderWay.state_hash.in_(old.limit(100).with_for_update(skip_locked=True)))
