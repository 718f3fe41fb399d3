"""What can happen to people, their sessions and their tokens."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from headway.accounts.asker import Asker
from headway.accounts.models import ApiToken, Person, SignIn, Tries
from headway.accounts.passwords import tries_of
from headway.accounts.queries import all_tokens, claimed, instance, other_sign_ins
from headway.accounts.schemas import SessionOut, TokenOut
from headway.accounts.scopes import EVERYTHING, Scope
from headway.accounts.secrets import TOKEN_PREFIX, hashed, new_secret
from headway.audit.record import audit
from headway.clock import new_id, now
from headway.errors import Conflict, Forbidden, NotFound, Unauthenticated
from headway.events.record import begin_change, record
from headway.letters.commands import send_letter
from headway.text import sort_key

LASTS = timedelta(days=30)
MOST_TOKENS = 100
SUSPENDED = ("account.suspended", "Your account is suspended. Ask whoever runs this server.")


async def create_person(
    db: AsyncSession, *, name: str, email: str, password_hash: str | None, is_admin: bool = False
) -> Person:
    """An account for somebody new, on whose behalf the rest of this unit of work is done.

    Raises:
        Conflict: the address has an account.
    """
    person = Person(
        id=new_id(),
        name=name,
        name_key=sort_key(name),
        email=email,
        password_hash=password_hash,
        is_admin=is_admin,
        placeholder=False,
        created_at=now(),
    )
    values = {column.key: getattr(person, column.key) for column in Person.__table__.columns}
    added = insert(Person).values(values).on_conflict_do_nothing(index_elements=[Person.email]).returning(Person.id)
    if await db.scalar(added) is None:
        raise Conflict("account.exists", "There is an account with this e-mail address already. Sign in with it.")
    begin_change(db, "web", person.id)
    await audit(db, "account.created", by=person.id, means="web", about_id=person.id)
    return person


async def sign_up(db: AsyncSession, *, name: str, email: str, password_hash: str | None) -> Person:
    """An account for whoever asks, once the server has an owner; until then the first visit is the owner's."""
    await db.execute(instance().with_for_update(read=True))
    if not await db.scalar(claimed()):
        raise Forbidden("setup.first", "This server has no owner yet. Open its first page to set it up.")
    return await create_person(db, name=name, email=email, password_hash=password_hash)


async def begin_session(db: AsyncSession, person: Person, user_agent: str) -> tuple[Asker, str]:
    """Signs somebody in: who they now are, and the secret for their cookie.

    Raises:
        Forbidden: they are suspended. Whoever calls this knows that it is them, so they may hear it.
    """
    if person.suspended_at is not None:
        raise Forbidden(*SUSPENDED)
    at, secret = now(), new_secret()
    sign_in = SignIn(
        id=new_id(),
        person_id=person.id,
        secret_hash=hashed(secret),
        user_agent=user_agent.replace("\x00", "")[:300],
        created_at=at,
        last_seen_at=at,
        expires_at=at + LASTS,
    )
    db.add(sign_in)
    await db.execute(delete(SignIn).where(SignIn.person_id == person.id, SignIn.expires_at < at))
    after = SessionOut.model_validate(sign_in).model_dump(mode="json", exclude={"current"})
    record(db, f"person:{person.id}", "session.created", sign_in.id, None, after)
    await audit(db, "session.created", by=person.id, means="web", about_id=sign_in.id)
    return Asker(person.id, person.name, person.email, person.is_admin, "web", session_id=sign_in.id), secret


async def end_session(db: AsyncSession, me: Asker, session_id: UUID) -> None:
    """Signs one of one's own browsers out: from its next request on, and its open streams at once."""
    ended = delete(SignIn).where(SignIn.id == session_id, SignIn.person_id == me.person_id).returning(SignIn.id)
    if await db.scalar(ended) is None:
        raise NotFound("session.not_found", "There is no such session, or it has ended.")
    session_ended(db, me.person_id, session_id, None)
    await audit(db, "session.ended", by=me.person_id, means=me.means, about_id=session_id)


async def end_other_sessions(db: AsyncSession, me: Asker) -> None:
    """Signs one's other browsers out: from their next request on, and their open streams at once."""
    ended = list(await db.scalars(other_sign_ins(me.person_id, me.session_id).returning(SignIn.id)))
    if ended:
        session_ended(db, me.person_id, None, me.session_id)
        await audit(db, "session.others_ended", by=me.person_id, means=me.means, count=len(ended))


def session_ended(db: AsyncSession | Session, person_id: UUID, session_id: UUID | None, keep: UUID | None) -> None:
    """Tells open streams: that session's, or, without one, all of the person's but `keep`'s."""
    after = {"session_id": session_id, "except": keep}
    record(db, f"person:{person_id}", "session.ended", session_id or person_id, None, after)


async def change_password(db: AsyncSession, me: Asker, old_hash: str, new_hash: str) -> None:
    """Ends every other session and every token: whoever knew the old password keeps nothing.

    Raises:
        Conflict: it was changed elsewhere in the same moment.
    """
    changed = (
        update(Person)
        .where(Person.id == me.person_id, Person.password_hash == old_hash)
        .values(password_hash=new_hash)
        .returning(Person.id)
    )
    if await db.scalar(changed) is None:
        raise Conflict("password.changed", "Your password was just changed elsewhere. Sign in with the new one.")
    await db.execute(other_sign_ins(me.person_id, me.session_id))
    await db.execute(all_tokens(me.person_id))
    await db.execute(delete(Tries).where(Tries.about == tries_of(me.person_id)))
    session_ended(db, me.person_id, None, me.session_id)
    if me.email is not None:
        await send_letter(db, to=me.email, kind="password_changed", name=me.name)
    await audit(db, "password.changed", by=me.person_id, means=me.means, about_id=me.person_id)


async def make_token(
    db: AsyncSession, me: Asker, name: str, scopes: Collection[Scope], lasts: timedelta | None
) -> tuple[ApiToken, str]:
    """A new API token and its secret, which is not kept. `lasts`: None for one without an end.

    Raises:
        Forbidden: a token asks. A stolen one must not be able to outlive its own end. Or it is to run the server, which
            I do not.
        Conflict: there are very many already.
    """
    if me.token_id is not None:
        raise Forbidden("token.session", "Tokens are made in a signed-in browser, not with another token.")
    if Scope.admin in scopes and not me.is_admin:
        raise Forbidden("token.admin", "Only admins of this server can make tokens that administer it.")
    # A change of password waits for us or we for it: no token may come out of a session that it has ended.
    await db.execute(select(Person.id).where(Person.id == me.person_id).with_for_update(read=True))
    if not await db.scalar(select(exists().where(SignIn.id == me.session_id))):
        raise Unauthenticated("signed_out", "You were signed out in this moment. Sign in and try again.")
    has = await db.scalar(select(func.count()).select_from(ApiToken).where(ApiToken.person_id == me.person_id))
    if has is not None and has >= MOST_TOKENS:
        raise Conflict("token.many", f"You have {MOST_TOKENS} tokens. Remove those you no longer use first.")
    token, secret = new_token(me.person_id, name, scopes, lasts)
    db.add(token)
    record(db, f"person:{me.person_id}", "token.created", token.id, None, token_data(token))
    await audit(db, "token.created", by=me.person_id, means=me.means, about_id=token.id, **told(token))
    return token, secret


def new_token(person_id: UUID, name: str, scopes: Collection[Scope], lasts: timedelta | None) -> tuple[ApiToken, str]:
    """The row, and the secret of which it holds the hash."""
    at, secret = now(), TOKEN_PREFIX + new_secret()
    token = ApiToken(
        id=new_id(),
        person_id=person_id,
        name=name,
        secret_hash=hashed(secret),
        created_at=at,
        last_used_at=None,
        expires_at=None if lasts is None else at + lasts,
        scopes=[scope.value for scope in EVERYTHING if scope in scopes],
    )
    return token, secret


async def remove_token(db: AsyncSession, me: Asker, token_id: UUID) -> None:
    """Revokes one of one's own tokens, from the next request on."""
    removed = delete(ApiToken).where(ApiToken.id == token_id, ApiToken.person_id == me.person_id).returning(ApiToken)
    token = await db.scalar(removed)
    if token is None:
        raise NotFound("token.not_found", "There is no such token, or it was removed.")
    record(db, f"person:{me.person_id}", "token.removed", token.id, token_data(token), None)
    await audit(db, "token.removed", by=me.person_id, means=me.means, about_id=token.id, **told(token))


def token_data(token: ApiToken) -> dict[str, object]:
    """A token as its owner sees it, without its secret."""
    return TokenOut.model_validate(token).model_dump(mode="json")


def told(token: ApiToken) -> dict[str, Any]:
    """What the audit log keeps of a token."""
    data = token_data(token)
    return {field: data[field] for field in ("name", "scopes", "expires_at")}
