"""How often a code may be wrong. Counted in PostgreSQL before it is looked at, and committed on its own."""

from math import ceil
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.models import Tries
from headway.accounts.passwords import TRIES, WINDOW
from headway.accounts.queries import another_try, old_tries
from headway.clock import now
from headway.errors import TooMany


def tries_at_door(person_id: UUID) -> str:
    """The counter of codes by whoever has somebody's password, or says so by another door."""
    return f"code:{person_id}"


def tries_with(ticket_id: UUID) -> str:
    """The counter of one ticket."""
    return f"ticket:{ticket_id}"


def tries_inside(person_id: UUID) -> str:
    """The counter of somebody who is signed in; strangers cannot run it up."""
    return f"new_app:{person_id}"


async def count_code(db: AsyncSession, about: str) -> None:
    """Takes one of the ten tries in a quarter of an hour. `db` must commit by itself, like `Database.reading`.

    Raises:
        TooMany: none is left. Sessions that are there go on.
    """
    at = now()
    await db.execute(old_tries(at - WINDOW))
    if (await db.execute(another_try(about, at, TRIES, at - WINDOW))).one_or_none():
        return
    last_at = await db.scalar(select(Tries.last_at).where(Tries.about == about)) or at
    seconds = max(1, ceil(min(WINDOW, last_at + WINDOW - at).total_seconds()))
    minutes = ceil(seconds / 60)
    detail = f"The code was wrong too often. Try again in {minutes} minute{'s' if minutes > 1 else ''}."
    raise TooMany("code.tries", detail, retry_after=seconds)


async def forget_codes(db: AsyncSession, *about: str) -> None:
    """Whoever got it right starts anew."""
    await db.execute(delete(Tries).where(Tries.about.in_(about)))
