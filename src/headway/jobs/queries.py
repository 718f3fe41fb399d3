"""Statements on the queue."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Integer,
    Interval,
    Select,
    Update,
    bindparam,
    cast,
    delete,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.sql.dml import Insert, ReturningDelete

from headway.jobs.models import Job

# Takes what is due and nobody is at, and moves its next time to when the lease runs out: whoever dies with it gives
# it back by that. One statement, so it needs no transaction around it. `leases` is {name: seconds}; a name that this
# version does not know is left to one that does. No two leases of one moment end together: what a job that kills its
# process takes down with it would come back beside it every time, and look like poison too.
TAKE = text(
    """
    WITH due AS MATERIALIZED (
        SELECT id FROM job
        WHERE dead_at IS NULL AND run_after <= clock_timestamp() AND jsonb_exists(:leases, name)
        ORDER BY run_after, id LIMIT :n FOR UPDATE SKIP LOCKED
    )
    UPDATE job SET attempts = attempts + 1,
                   run_after = clock_timestamp()
                       + make_interval(secs => (:leases ->> name)::float8 * (1 + random() / 2))
    FROM due WHERE job.id = due.id
    RETURNING job.id, job.name, job.payload, job.attempts
    """
).bindparams(bindparam("leases", type_=JSONB))


def later(pause: timedelta) -> Any:
    """A moment from now, by the database's clock."""
    return func.clock_timestamp() + literal(pause, Interval)


def added(job_id: UUID, name: str, payload: dict[str, Any], key: str | None, pause: timedelta) -> Insert:
    """A new job, unless one of that name and key waits already."""
    values = {
        "id": job_id,
        "name": name,
        "payload": payload,
        "key": key,
        "run_after": later(pause),
        "attempts": 0,
        "created_at": func.clock_timestamp(),
    }
    return (
        insert(Job)
        .values(values)
        .on_conflict_do_nothing(
            index_elements=[Job.name, Job.key], index_where=text("attempts = 0 AND key IS NOT NULL")
        )
    )


def mine(job_id: UUID, attempts: int) -> Any:
    """Whether the job is still in the hands of who took it so many tries ago: the number is the fence."""
    return (Job.id == job_id) & (Job.attempts == attempts) & Job.dead_at.is_(None)


def done(job_id: UUID, attempts: int) -> ReturningDelete[UUID]:
    """Takes the job off the list. No row: somebody else has it."""
    return delete(Job).where(mine(job_id, attempts)).returning(Job.id)


def put_back(job_id: UUID, attempts: int, pause: timedelta, error: str) -> Update:
    """Has it tried again after a pause."""
    return update(Job).where(mine(job_id, attempts)).values(run_after=later(pause), error=error)


def given_back(job_id: UUID, attempts: int) -> Update:
    """As if it had never been taken: a worker that stops has not tried."""
    return update(Job).where(mine(job_id, attempts)).values(run_after=func.clock_timestamp(), attempts=Job.attempts - 1)


def buried(job_id: UUID, attempts: int, error: str) -> Update:
    """No more tries; it stays where people see it."""
    return update(Job).where(mine(job_id, attempts)).values(dead_at=func.clock_timestamp(), error=error)


def dead_jobs(limit: int) -> Select[Job]:
    """What nobody could do, the latest first."""
    return select(Job).where(Job.dead_at.is_not(None)).order_by(Job.dead_at.desc(), Job.id).limit(limit)


def counts() -> Select[int, int, int, int]:
    """(new, begun or to be tried again, dead, for how many seconds the longest due one has waited)."""
    alive = Job.dead_at.is_(None)
    overdue = func.extract("epoch", func.clock_timestamp() - func.min(Job.run_after).filter(alive))
    return select(
        func.count().filter(alive & (Job.attempts == 0)),
        func.count().filter(alive & (Job.attempts > 0)),
        func.count().filter(Job.dead_at.is_not(None)),
        cast(func.greatest(0, func.coalesce(func.floor(overdue), 0)), Integer),
    )
