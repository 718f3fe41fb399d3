"""The dead list: seen, tried again and given up by whoever runs the server, and by nobody else."""

from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select, text, update

from headway.accounts.models import Person
from headway.audit.models import AuditEntry
from headway.clock import new_id, now
from headway.jobs.models import Job
from tests.factories import Team, User

pytestmark = pytest.mark.anyio

PATH = "/api/administration/jobs"


@pytest.fixture
async def boss(team: Team) -> User:
    """Who runs this server."""
    async with team.app.state.database.unit_of_work() as db:
        await db.execute(delete(Job))
        await db.execute(update(Person).where(Person.id == team.owner.id).values(is_admin=True))
    return team.owner


async def dead_job(team: Team) -> str:
    values = {"name": "letter", "payload": {"to": "ada@example.org"}, "error": "No.", "attempts": 10, "dead_at": now()}
    job_id = new_id()
    async with team.app.state.database.unit_of_work() as db:
        await db.execute(insert(Job).values(id=job_id, key="k", run_after=now(), created_at=now(), **values))
    return str(job_id)


async def acts(team: Team, job_id: str) -> list[tuple[str, UUID | None]]:
    async with team.app.state.database.reading() as db:
        found = select(AuditEntry.act, AuditEntry.person_id).where(AuditEntry.about_id == job_id)
        return [(act, person) for act, person in await db.execute(found)]


async def test_dead_jobs_are_seen_without_what_they_are_about(team: Team, boss: User) -> None:
    job = await dead_job(team)
    seen = await boss.get(PATH)
    assert (seen["waiting"], seen["trying"], seen["dead_count"]) == (0, 0, 1)
    [one] = seen["dead"]
    assert (one["id"], one["name"], one["error"], one["attempts"]) == (job, "letter", "No.", 10)
    assert "payload" not in one


async def test_a_dead_job_is_tried_again(team: Team, boss: User) -> None:
    job = await dead_job(team)
    await boss.post(f"{PATH}/{job}/retry", status=204)
    seen = await boss.get(PATH)
    assert (seen["waiting"], seen["dead"]) == (1, [])
    assert await acts(team, job) == [("job.retried", UUID(boss.id))]
    await boss.post(f"{PATH}/{job}/retry", status=404)
    await boss.delete(f"{PATH}/{job}", 404)  # it is alive


async def test_a_dead_job_is_given_up(team: Team, boss: User) -> None:
    job = await dead_job(team)
    await boss.delete(f"{PATH}/{job}")
    assert (await boss.get(PATH))["dead"] == []
    assert await acts(team, job) == [("job.removed", UUID(boss.id))]


async def test_how_long_jobs_wait_is_told(team: Team, boss: User) -> None:
    job = await dead_job(team)
    async with team.app.state.database.unit_of_work() as db:
        past = text("clock_timestamp() - interval '90 seconds'")
        await db.execute(update(Job).where(Job.id == job).values(dead_at=None, attempts=0, run_after=past))
    assert 90 <= (await boss.get(PATH))["overdue_seconds"] < 120


async def test_nobody_else_sees_or_touches_jobs(team: Team, boss: User) -> None:
    job = await dead_job(team)
    for user in (team.admin, team.member, team.viewer, team.stranger):
        assert (await user.http.get(PATH)).status_code == 403
        assert (await user.http.post(f"{PATH}/{job}/retry")).status_code == 403
        assert (await user.http.delete(f"{PATH}/{job}")).status_code == 403
    assert len((await boss.get(PATH))["dead"]) == 1
