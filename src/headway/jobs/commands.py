"""Writing a job down."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from headway.clock import new_id
from headway.jobs.queries import added

# Under this name a process that does jobs leaves, in every session, whom to wake.
WAKE = "wake_jobs"


async def enqueue(
    db: AsyncSession,
    name: str,
    payload: dict[str, Any],
    run_after: timedelta | None = None,
    key: str | None = None,
) -> None:
    """Has something done after this unit of work, and only if it commits.

    Args:
        name: one of those in `headway.worker`.
        payload: what it needs to know, as JSON. No secrets: it is kept until the job is done, and in backups.
        run_after: not before so long from now.
        key: a job of the same name and key that nobody has begun yet stands for this one too.
    """
    await db.execute(added(new_id(), name, payload, key, run_after or timedelta()))
    # NOTIFY would queue every commit for one lock. The process that wrote it down is woken by itself, which is
    # nearly always enough; others look once a second.
    wake: Callable[[], None] | None = db.info.get(WAKE)
    if wake is not None:
        event.listen(db.sync_session, "after_commit", lambda _: wake(), once=True)
