"""Who is asking: people by sign-in, by token, by address."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Delete, Select, case, delete, exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert

from headway.accounts.models import ApiToken, Instance, Person, SignIn, Tries
from headway.db import prepared


@prepared
def person_signed_in(secret_hash: bytes, at: datetime) -> Select[UUID, str, str | None, bool, UUID, datetime]:
    """(id, name, address, whether an admin, session, last seen) of whoever is behind a session cookie, while it lasts.

    Columns, not objects: every request asks this.
    """
    return (
        select(Person.id, Person.name, Person.email, Person.is_admin, SignIn.id, SignIn.last_seen_at)
        .join(SignIn, SignIn.person_id == Person.id)
        .where(SignIn.secret_hash == secret_hash, SignIn.expires_at > at, Person.suspended_at.is_(None))
    )


@prepared
def person_with_token(
    secret_hash: bytes,
) -> "Select[UUID, str, str | None, bool, datetime | None, UUID, list[str], datetime | None, datetime | None]":
    """The person behind an API token, whatever has become of either.

    (id, name, address, whether an admin, suspended; token, its scopes, its end, last used)
    """
    owner = Person.id, Person.name, Person.email, Person.is_admin, Person.suspended_at
    return (
        select(*owner, ApiToken.id, ApiToken.scopes, ApiToken.expires_at, ApiToken.last_used_at)
        .join(ApiToken, ApiToken.person_id == Person.id)
        .where(ApiToken.secret_hash == secret_hash)
    )


def person_by_email(email: str) -> Select[Person]:
    """An address belongs to one account, whatever its letters' case."""
    return select(Person).where(Person.email == email.strip().lower())


def password_of(email: str) -> Select[UUID, str | None]:
    """(id, password hash) of whoever has this address."""
    return select(Person.id, Person.password_hash).where(Person.email == email.strip().lower())


def person_with_password(person_id: UUID, password_hash: str) -> Select[Person]:
    """The person, if that is still their password; it stays so until the transaction ends."""
    return (
        select(Person).where(Person.id == person_id, Person.password_hash == password_hash).with_for_update(read=True)
    )


def own_sign_ins(person_id: UUID, at: datetime) -> Select[SignIn]:
    """Where somebody is signed in, the latest first."""
    return (
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.expires_at > at)
        .order_by(SignIn.last_seen_at.desc(), SignIn.id)
    )


def own_tokens(person_id: UUID) -> Select[ApiToken]:
    """Somebody's API tokens, the newest first."""
    return select(ApiToken).where(ApiToken.person_id == person_id).order_by(ApiToken.created_at.desc())


def other_sign_ins(person_id: UUID, keep: UUID | None) -> Delete:
    """Ends somebody's sessions, all but one."""
    statement = delete(SignIn).where(SignIn.person_id == person_id)
    return statement if keep is None else statement.where(SignIn.id != keep)


def all_tokens(person_id: UUID) -> Delete:
    """Revokes somebody's API tokens."""
    return delete(ApiToken).where(ApiToken.person_id == person_id)


def claimed() -> Select[bool]:
    """Whether anybody has an account here yet."""
    return select(exists().where(~Person.placeholder))


def another_try(about: str, at: datetime, limit: int, since: datetime) -> ReturningInsert[int]:
    """Counts a try in one statement, so that parallel ones cannot slip through together. No row: that was too many."""
    fresh = insert(Tries).values(about=about, count=1, last_at=at)
    quiet = Tries.last_at < since
    return fresh.on_conflict_do_update(
        index_elements=[Tries.about],
        set_={"count": case((quiet, 1), else_=Tries.count + 1), "last_at": at},
        where=or_(quiet, Tries.count < limit),
    ).returning(Tries.count)


def old_tries(since: datetime) -> Delete:
    """Clears counters nobody has touched since: a few at a time, leaving those that somebody holds."""
    old = select(Tries.about).where(Tries.last_at < since).limit(100).with_for_update(skip_locked=True)
    return delete(Tries).where(Tries.about.in_(old))


def instance() -> Select[Instance]:
    """The one row about this installation."""
    return select(Instance)
