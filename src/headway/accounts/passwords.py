"""Checking a password: every try is counted first, and no connection is held while it is hashed."""

from datetime import timedelta
from hashlib import sha256
from math import ceil
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.limits import forgive_address, limit_address
from headway.accounts.models import Person, Tries
from headway.accounts.queries import another_try, old_tries, password_of
from headway.accounts.secrets import password_matches, refuse_when_full
from headway.clock import now
from headway.db import Database
from headway.errors import Forbidden, TooMany, Unauthenticated

TRIES = 10
WINDOW = timedelta(minutes=15)


def tries_at(email: str) -> str:
    """The counter of an address, known or not. Hashed: what strangers type is not worth keeping."""
    return f"sign_in:{sha256(email.strip().lower().encode()).hexdigest()}"


def tries_of(person_id: UUID) -> str:
    """The counter of somebody who is signed in and proves it is still them; strangers cannot run it up."""
    return f"password:{person_id}"


async def count_try(db: AsyncSession, about: str) -> None:
    """Takes one of the tries that are left. `db` must commit by itself, like `Database.reading`.

    Raises:
        TooMany: none is left.
        Busy: there is no room to check a password now; nothing was counted.
    """
    refuse_when_full()  # or a try would be lost on a password that nobody has looked at
    at = now()
    await db.execute(old_tries(at - WINDOW))
    if (await db.execute(another_try(about, at, TRIES, at - WINDOW))).one_or_none():
        return
    last_at = await db.scalar(select(Tries.last_at).where(Tries.about == about)) or at
    seconds = max(1, ceil(min(WINDOW, last_at + WINDOW - at).total_seconds()))  # others may have tried since `at`
    minutes = ceil(seconds / 60)
    raise TooMany(
        "password.tries",
        f"The password was wrong too often. Try again in {minutes} minute{'s' if minutes > 1 else ''}, "
        "or ask whoever runs this server to reset it.",
        retry_after=seconds,
    )


async def prove(database: Database, email: str, password: str) -> tuple[UUID, str]:
    """(id, password hash) of the person whose address and password these are.

    Raises:
        Unauthenticated: they are nobody's; whether the address is known cannot be told from the answer or its time.
        TooMany: see `count_try`.
    """
    refuse_when_full()
    limit_address("password")
    async with database.reading() as db:
        await count_try(db, tries_at(email))
        known = (await db.execute(password_of(email))).one_or_none()
    person_id, password_hash = known if known else (None, None)
    if not await password_matches(password, password_hash) or person_id is None or password_hash is None:
        raise Unauthenticated("credentials", "This e-mail address and password do not belong together.")
    forgive_address("password")
    return person_id, password_hash


async def prove_again(database: Database, person_id: UUID, password: str) -> str:
    """The password hash of somebody signed in, who typed their password once more.

    Raises:
        Forbidden: it is not their password.
        TooMany: see `count_try`.
    """
    refuse_when_full()
    limit_address("password")
    async with database.reading() as db:
        await count_try(db, tries_of(person_id))
        password_hash = await db.scalar(select(Person.password_hash).where(Person.id == person_id))
    if not await password_matches(password, password_hash) or password_hash is None:
        raise Forbidden("password.wrong", "That is not your present password.")
    forgive_address("password")
    return password_hash


async def forgive_tries(db: AsyncSession, person_id: UUID) -> None:
    """Gives all tries back to somebody signed in, who has proved that it is still them."""
    await db.execute(delete(Tries).where(Tries.about == tries_of(person_id)))
