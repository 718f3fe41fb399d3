"""Who is asking: people by sign-in, by token, by address."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select

from headway.accounts.models import ApiToken, Instance, Person, SignIn


def person_signed_in(secret_hash: bytes, at: datetime) -> Select[tuple[Person, SignIn]]:
    """The person behind a session cookie, while it lasts."""
    return (
        select(Person, SignIn)
        .join(SignIn, SignIn.person_id == Person.id)
        .where(SignIn.secret_hash == secret_hash, SignIn.expires_at > at)
    )


def person_with_token(secret_hash: bytes) -> Select[tuple[Person, ApiToken]]:
    """The person behind an API token."""
    return (
        select(Person, ApiToken)
        .join(ApiToken, ApiToken.person_id == Person.id)
        .where(ApiToken.secret_hash == secret_hash)
    )


def person_by_email(email: str) -> Select[tuple[Person]]:
    """An address belongs to one account, whatever its letters' case."""
    return select(Person).where(Person.email == email.strip().lower())


def own_sign_ins(person_id: UUID, at: datetime) -> Select[tuple[SignIn]]:
    """Where somebody is signed in, the latest first."""
    return (
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.expires_at > at)
        .order_by(SignIn.last_seen_at.desc(), SignIn.id)
    )


def own_tokens(person_id: UUID) -> Select[tuple[ApiToken]]:
    """Somebody's API tokens, the newest first."""
    return select(ApiToken).where(ApiToken.person_id == person_id).order_by(ApiToken.created_at.desc())


def instance() -> Select[tuple[Instance]]:
    """The one row about this installation."""
    return select(Instance)
