"""How many letters may be asked for. Counted in PostgreSQL per mailbox and per person, per address in `limits`."""

from datetime import timedelta
from hashlib import sha256
from math import ceil
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.limits import limit_address
from headway.accounts.models import Tries
from headway.accounts.queries import another_try, old_tries
from headway.clock import now
from headway.errors import TooMany

WINDOW = timedelta(minutes=15)
INVITATIONS, LETTERS, QUESTIONS = 50, 3, 20


async def count(db: AsyncSession, about: str, limit: int, sentence: str) -> None:
    """Counts one of a few, in the transaction that has the letter sent: what is not sent is not counted.

    Raises:
        TooMany: there were `limit` of them in the last quarter of an hour.
    """
    at = now()
    await db.execute(old_tries(at - WINDOW))
    if (await db.execute(another_try(about, at, limit, at - WINDOW))).one_or_none():
        return
    last_at = await db.scalar(select(Tries.last_at).where(Tries.about == about)) or at
    seconds = max(1, ceil((last_at + WINDOW - at).total_seconds()))
    minutes = ceil(seconds / 60)
    detail = f"{sentence} Try again in {minutes} minute{'s' if minutes > 1 else ''}."
    raise TooMany("mail.many", detail, retry_after=seconds)


async def count_question(db: AsyncSession, email: str) -> None:
    """Counts a letter that a stranger asks for, to an address known or not: what is refused tells nothing of it."""
    limit_address("mail", QUESTIONS)
    await count_letter(db, "reset", email)


async def count_invitation(db: AsyncSession, by: UUID, email: str) -> None:
    """Counts a letter to somebody who has not asked for it."""
    await count(db, f"invites:{by}", INVITATIONS, "You have invited very many people by mail just now.")
    await count_letter(db, "invited", email)


async def count_letter(db: AsyncSession, what: str, email: str) -> None:
    """Counts a letter to one mailbox, so that nobody fills it."""
    sentence = "A few letters are on their way to this address already. Look there, in the spam folder too."
    await count(db, f"{what}:{sha256(email.encode()).hexdigest()}", LETTERS, sentence)
