"""Me: the dependency that says who is asking, from a session cookie or an API token."""

from datetime import timedelta
from typing import Annotated

from fastapi import Depends
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection
from starlette.responses import Response

from headway.accounts.asker import Asker
from headway.accounts.commands import LASTS, SUSPENDED
from headway.accounts.limits import limit_address
from headway.accounts.models import ApiToken, SignIn
from headway.accounts.queries import person_signed_in, person_with_token
from headway.accounts.scopes import Scope, require_scope
from headway.accounts.secrets import TOKEN_PREFIX, hashed
from headway.clock import now
from headway.db import Db
from headway.errors import Forbidden, Unauthenticated
from headway.events.record import begin_change
from headway.idempotency.commands import claim
from headway.idempotency.keys import GivenKey
from headway.settings import Settings

COOKIE = "headway_session"
SEEN_EVERY = timedelta(minutes=10)
LONGEST = 100  # characters of a token; ours have 46


Person = Asker  # what the dependency gives to routes and commands


async def who_is_asking(db: AsyncSession, connection: HTTPConnection) -> Person:
    """The signed-in person.

    Raises:
        Unauthenticated: no cookie and no token, or one that has ended.
        Forbidden: a token that was not made for this.
    """
    scheme, _, bearer = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        means = "cli" if connection.headers.get("headway-client") == "cli" else "api"
        return await bearer_of(db, connection, bearer.strip(), means)
    return await holder_of(db, connection.cookies.get(COOKIE, ""))


async def bearer_of(db: AsyncSession, connection: HTTPConnection, secret: str, means: str) -> Person:
    """The person whose API token this is, if it was made for what it asks.

    Raises:
        Unauthenticated: it is nobody's, too old, or its owner is suspended.
        TooMany: very many that were nobody's came from this address.
        Forbidden: see `require_scope`.
    """
    # What cannot be a token is not worth a look into the database.
    may_be = secret.startswith(TOKEN_PREFIX) and len(secret) < LONGEST
    row = (await db.execute(*person_with_token(hashed(secret)))).one_or_none() if may_be else None
    if row is None:
        # Only wrong ones count: a script with an old token must not lock out whoever shares its address.
        limit_address("token")
        raise Unauthenticated("token", "This token is not valid (any more). Make a new one in your account settings.")
    person_id, name, email, is_admin, suspended_at, token_id, scopes, expires_at, last_used_at = row
    if suspended_at is not None:
        raise Unauthenticated(*SUSPENDED)
    if expires_at is not None and expires_at <= now():
        raise Unauthenticated("token.expired", "This token has expired. Make a new one in your account settings.")
    require_scope(frozenset(scopes), connection)
    if last_used_at is None or now() - last_used_at > SEEN_EVERY:
        await db.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now()))
    return Person(person_id, name, email, is_admin and Scope.admin in scopes, means, token_id=token_id)


async def holder_of(db: AsyncSession, secret: str) -> Person:
    """The person whose session's cookie this is."""
    row = (await db.execute(*person_signed_in(hashed(secret), now()))).one_or_none() if secret else None
    if row is None:
        raise Unauthenticated("signed_out", "You are signed out. Sign in and try again; what you typed is kept.")
    person_id, name, email, is_admin, session_id, last_seen_at = row
    if now() - last_seen_at > SEEN_EVERY:
        await db.execute(update(SignIn).where(SignIn.id == session_id).values(last_seen_at=now()))
    return Person(person_id, name, email, is_admin, "web", session_id=session_id)


async def who_if_anyone(db: AsyncSession, connection: HTTPConnection) -> Person | None:
    """The signed-in person, or None where there is no cookie or an old one. A token that is no good is an error."""
    try:
        return await who_is_asking(db, connection)
    except Unauthenticated:
        if "authorization" in connection.headers:
            raise
        return None


async def get_me(connection: HTTPConnection, db: Db, key: GivenKey = None) -> Person:
    """Who is asking, for routes; what they change from here on is on their account.

    What they have sent before under the same Idempotency-Key goes no further.
    """
    me = await who_is_asking(db, connection)
    connection.state.person_id = me.person_id  # for the request's line in the log
    if key is not None:
        await claim(db, me.person_id, key)
    begin_change(db, me.means, me.person_id, me.token_id)
    return me


def keep_session(response: Response, settings: Settings, secret: str) -> None:
    """Gives the browser its session's cookie. No script reads it, and no other site's form sends it along."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(LASTS.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings.public_url.startswith("https:"),
    )


def drop_session(response: Response, settings: Settings) -> None:
    """Has the browser forget its cookie."""
    secure = settings.public_url.startswith("https:")
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=secure)


Me = Annotated[Person, Depends(get_me, scope="function")]


async def get_server_admin(me: Me) -> Person:
    """Whoever is asking, if they run this server.

    Raises:
        Forbidden: they do not, or came with a token that lacks the scope for it. Said before anything is looked up.
    """
    if not me.is_admin:
        raise Forbidden("admin.only", "This is for admins of this server. Ask one of them.")
    return me


ServerAdmin = Annotated[Person, Depends(get_server_admin, scope="function")]
