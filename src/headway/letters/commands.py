"""Having a letter sent."""

from sqlalchemy.ext.asyncio import AsyncSession

from headway.jobs.commands import enqueue
from headway.letters.texts import KINDS

JOB = "letter"


async def send_letter(db: AsyncSession, *, to: str, kind: str, **fields: str | int) -> None:
    """Has a letter sent after this unit of work, and only if it commits. Without a mail server nothing is sent.

    Args:
        kind: one of `letters.texts`, with its fields. Not those that carry a token: what a job knows is kept and
            backed up, so a job of its own makes the token at the moment it writes the letter (`letters.sending.send`).
    """
    assert kind in KINDS and "token" not in fields
    await enqueue(db, JOB, {"to": to, "kind": kind, "fields": fields})
