"""Jobs that nobody could do: seen, tried again, or given up, by whoever runs this server."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import delete, func, update
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.asker import Asker
from headway.accounts.session import Me
from headway.answers import refusals
from headway.audit.record import audit
from headway.db import Db
from headway.errors import Forbidden, NotFound
from headway.jobs.models import Job
from headway.jobs.queries import counts, dead_jobs
from headway.routing import Router

router = Router(tags=["administration"], prefix="/administration/jobs", responses=refusals(401))
MOST = 200


class DeadJobOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str = Field(description="What it was to do: letter, password_reset, address_proof, invitation, …")
    attempts: int
    error: str | None = Field(description="Why the last try failed, for people.")
    created_at: datetime
    dead_at: datetime


class JobsOut(BaseModel):
    """What waits to be done, and what nobody could do. What a job is about is not shown: it may be anybody's."""

    waiting: int = Field(description="Not begun yet.")
    trying: int = Field(description="Being done, or to be tried again.")
    overdue_seconds: int = Field(description="For how long the longest due one has waited. Large: nobody does jobs.")
    dead_count: int
    dead: list[DeadJobOut] = Field(description=f"The latest first, {MOST} at most.")


def must_run_the_server(me: Asker) -> None:
    """Lets pass who administers this server.

    Raises:
        Forbidden: everybody else.
    """
    if not me.is_admin:
        raise Forbidden("administration.admins", "Only administrators of this server may do this.")


@router.get("", responses=refusals(403))
async def list_jobs(db: Db, me: Me) -> JobsOut:
    """What waits to be done, and what nobody could do after ten tries in some eight hours."""
    must_run_the_server(me)
    waiting, trying, dead_count, overdue = (await db.execute(counts())).one()
    dead = [DeadJobOut.model_validate(job) for job in await db.scalars(dead_jobs(MOST))]
    return JobsOut(waiting=waiting, trying=trying, overdue_seconds=overdue, dead_count=dead_count, dead=dead)


@router.post("/{job_id}/retry", status_code=204, responses=refusals(403, 404))
async def retry_job(job_id: UUID, db: Db, me: Me) -> None:
    """Has a dead job tried again, ten times as a new one."""
    must_run_the_server(me)
    # Without its key: another of that key may wait already, and one of the two is enough for whoever wants it.
    again = update(Job).values(dead_at=None, attempts=0, key=None, run_after=func.clock_timestamp())
    await tell(db, me, "job.retried", job_id, again)


@router.delete("/{job_id}", status_code=204, responses=refusals(403, 404))
async def remove_job(job_id: UUID, db: Db, me: Me) -> None:
    """Gives a dead job up for good."""
    must_run_the_server(me)
    await tell(db, me, "job.removed", job_id, delete(Job))


async def tell(db: AsyncSession, me: Asker, act: str, job_id: UUID, statement: Any) -> None:
    """Does it to a job that is dead, and keeps who did it."""
    name = await db.scalar(statement.where(Job.id == job_id, Job.dead_at.is_not(None)).returning(Job.name))
    if name is None:
        raise NotFound("job.not_found", "There is no such job, or it is not dead (any more).")
    await audit(db, act, by=me.person_id, means=me.means, about_id=job_id, name=name)
