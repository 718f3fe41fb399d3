"""Me: the dependency that says who is asking, from a session cookie or an API token."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from headway.accounts.models import ApiToken, SignIn
from headway.accounts.queries import person_signed_in, person_with_token
from headway.accounts.secrets import TOKEN_PREFIX, hashed
from headway.clock import now
from headway.db import Db
from headway.errors import Unauthenticated
from headway.events.record import begin_change

COOKIE = "headway_session"
SEEN_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever is asking, and how: `means` is web, api or cli."""

    person_id: UUID
    name: str
    email: str | None
    is_admin: bool
    means: str
    session_id: UUID | None = None
    token_id: UUID | None = None


async def who_is_asking(db: AsyncSession, connection: HTTPConnection) -> Person:
    """The signed-in person.

    Raises:
        Unauthenticated: no cookie and no token, or one that has ended.
    """
    scheme, _, bearer = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and bearer.startswith(TOKEN_PREFIX):
        row = (await db.execute(person_with_token(hashed(bearer)))).one_or_none()
        if row is None:
            raise Unauthenticated("token", "This token is not valid (any more). Make a new one in your account settings.")
        person, token = row
        if token.last_used_at is None or now() - token.last_used_at > SEEN_EVERY:
            await db.execute(update(ApiToken).where(ApiToken.id == token.id).values(last_used_at=now()))
        means = "cli" if connection.headers.get("headway-client") == "cli" else "api"
        return Person(person.id, person.name, person.email, person.is_admin, means, token_id=token.id)

    secret = connection.cookies.get(COOKIE)
    row = (await db.execute(person_signed_in(hashed(secret), now()))).one_or_none() if secret else None
    if row is None:
        raise Unauthenticated("signed_out", "You are signed out. Sign in and try again; what you typed is kept.")
    person, sign_in = row
    if now() - sign_in.last_seen_at > SEEN_EVERY:
        await db.execute(update(SignIn).where(SignIn.id == sign_in.id).values(last_seen_at=now()))
    return Person(person.id, person.name, person.email, person.is_admin, "web", session_id=sign_in.id)


async def get_me(connection: HTTPConnection, db: Db) -> Person:
    """Who is asking, for routes; what they change from here on is on their account."""
    me = await who_is_asking(db, connection)
    begin_change(db, me.means, me.person_id, me.token_id)
    return me


Me = Annotated[Person, Depends(get_me, scope="function")]
