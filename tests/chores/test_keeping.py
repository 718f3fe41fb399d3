"""History that is kept for so many months: what is older goes, what is asked of it is told so, states stay exact."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from headway.chores.keeping import keep
from headway.clock import months_before, new_id, now
from headway.events import past
from tests.factories import Team
from tests.live.tabs import serving, tab


async def execute(team: Team, statement: str, **values: Any) -> None:
    async with team.app.state.database.unit_of_work() as db:
        await db.execute(text(statement), values)


async def scalar(team: Team, statement: str, **values: Any) -> Any:
    async with team.app.state.database.reading() as db:
        return await db.scalar(text(statement), values)


async def then(team: Team, topic: str, revision: int) -> dict[str, Any]:
    """Tasks and their texts at a revision."""
    statement = select(text("*")).select_from(past.state_at(topic, revision, "task", "text", "comment", "state"))
    async with team.app.state.database.reading() as db:
        return {f"{row.noun} {row.entity_id}": row.data for row in await db.execute(statement)}


class Story:
    """A project with a past: some of it is from two years ago."""

    def __init__(self, team: Team, project: Any, task: Any) -> None:
        self.team, self.project, self.task = team, project, task
        self.topic = f"project:{project['id']}"
        self.path = f"/api/tasks/{task['id']}"

    @classmethod
    async def of(cls, team: Team) -> "Story":
        project = await team.project()
        story = cls(team, project, await team.task(project, "One", description="First words"))
        await story.change(title="Two")
        return story

    async def change(self, **fields: Any) -> Any:
        current = await self.team.owner.get(self.path)
        return await self.team.owner.patch(self.path, {"version": current["version"], **fields})

    async def revision(self) -> int:
        return int((await self.team.board(self.project))["revision"])

    async def age(self) -> int:
        """Makes all that has happened two years old. The last revision of it."""
        topics = [self.topic, f"workspace:{self.team.workspace_id}"]
        await execute(self.team, "UPDATE event SET at = at - interval '2 years' WHERE topic = ANY(:t)", t=topics)
        return await self.revision()

    async def keep(self, months: int = 12) -> None:
        await keep(self.team.app.state.database, months, now())


async def test_old_events_go_and_states_since_then_stay_exact(team: Team) -> None:
    story = await Story.of(team)
    gone = await team.task(story.project, "Gone")
    await team.owner.delete(f"/api/tasks/{gone['id']}")
    boundary = await story.age()
    await story.change(title="Three", description="Other words")
    newest = await story.revision()
    states = {revision: await then(team, story.topic, revision) for revision in range(boundary, newest + 1)}
    await story.keep()
    await story.keep()
    assert {revision: await then(team, story.topic, revision) for revision in states} == states
    assert await scalar(team, "SELECT min(revision) FROM event WHERE topic = :t", t=story.topic) == boundary + 1
    row = "SELECT told_from = :r AND kept_from = :r AND told_until >= :r FROM timeline WHERE topic = :t"
    assert await scalar(team, row, t=story.topic, r=boundary)
    assert (
        await scalar(team, "SELECT count(*) FROM span WHERE topic = :t AND until <= :r", t=story.topic, r=boundary) == 0
    )
    lost = """SELECT count(*) FROM change_set c WHERE NOT EXISTS (SELECT FROM event e WHERE e.change_set_id = c.id)
              AND NOT EXISTS (SELECT FROM change_detail d WHERE d.change_set_id = c.id)"""
    assert await scalar(team, lost) == 0


async def test_the_oldest_state_is_not_dated_as_the_newest(team: Team) -> None:
    story = await Story.of(team)
    boundary = await story.age()
    await story.change(title="Three")
    await story.change(title="Four")
    await story.keep()
    path = f"/api/projects/{story.project['id']}"
    oldest = await team.owner.get(f"{path}/board", as_of=str(boundary))
    first = await team.owner.get(f"{path}/board", as_of=str(boundary + 1))
    assert oldest["revision"] == boundary
    assert oldest["at"] == first["at"]
    difference = await team.owner.get(f"{path}/diff", **{"from": str(boundary)})
    assert difference["from"] == {"revision": boundary, "at": first["at"]}


async def test_details_of_an_old_big_change_go_too(team: Team) -> None:
    story = await Story.of(team)
    label = await team.owner.post(f"/api/projects/{story.project['id']}/labels", {"name": "big"})
    for n in range(201):
        await team.task(story.project, f"Task {n}", label_ids=[label["id"]])
    await team.owner.delete(f"/api/labels/{label['id']}")
    details = "SELECT count(*) FROM change_detail WHERE topic = :t"
    assert await scalar(team, details, t=story.topic) > 200
    boundary = await story.age()
    await story.keep()
    assert await scalar(team, details, t=story.topic) == 0
    assert len(await then(team, story.topic, boundary)) == 202 * 2 + 5


async def test_whoever_resumes_from_before_is_told_that_it_is_gone(team: Team) -> None:
    story = await Story.of(team)
    boundary = await story.age()
    await story.change(title="Three")
    await story.keep()
    params: dict[str, str | int] = {"topic": story.topic, "after": boundary - 1}
    answer = await team.viewer.http.get("/api/events", params=params)
    assert (answer.status_code, answer.json()["code"]) == (410, "history.gone")
    first = await scalar(team, "SELECT min(at) FROM event WHERE topic = :t", t=story.topic)
    assert datetime.fromisoformat(answer.json()["oldest"]) == first
    page = await team.viewer.get("/api/events", topic=story.topic, after=boundary)
    assert [event["after"]["title"] for event in page["events"]] == ["Three"]
    from_the_first = await team.viewer.get("/api/events", topic=story.topic)
    assert from_the_first["events"] == page["events"]


async def test_where_nothing_is_left_whoever_is_up_to_date_still_is(team: Team) -> None:
    story = await Story.of(team)
    boundary = await story.age()
    await story.keep()
    page = await team.viewer.get("/api/events", topic=story.topic, after=boundary)
    assert (page["events"], page["revision"], page["more"]) == ([], boundary, False)
    answer = await team.viewer.http.get("/api/events", params={"topic": story.topic, "after": 1})
    assert (answer.status_code, answer.json()["code"]) == (410, "history.gone")
    assert (await story.change(title="Four"))["version"] == 3
    assert await story.revision() == boundary + 1


async def test_a_socket_that_resumes_from_before_is_told_to_reload(team: Team) -> None:
    story = await Story.of(team)
    boundary = await story.age()
    await story.change(title="Three")
    await story.keep()
    newest = await story.revision()
    async with serving(team.app) as address, tab(address, team.viewer) as viewer:
        await viewer.say(type="follow", topics={story.topic: boundary - 2})
        assert await viewer.read() == {"type": "reload", "topic": story.topic, "revision": newest}
        assert await viewer.read() == {"type": "following", "topic": story.topic, "revision": newest}
        assert viewer.revisions(story.topic) == []
        await viewer.follow(story.topic, boundary)
        assert viewer.revisions(story.topic) == [boundary + 1]


async def test_merging_beyond_what_is_kept_is_a_conflict_without_a_base(team: Team) -> None:
    story = await Story.of(team)
    await story.age()
    await story.keep()
    answer = await team.member.http.patch(story.path, json={"version": 1, "title": "Mine"})
    (conflict,) = answer.json()["conflicts"]
    assert (answer.status_code, conflict["base"], conflict["theirs"]) == (409, None, "Two")


async def test_a_change_from_before_is_gone_and_cannot_be_undone(team: Team) -> None:
    team.app.state.settings = team.app.state.settings.model_copy(update={"history_months": 12})
    for years, status, code in ((2, 410, "history.gone"), (0, 404, "change.not_found")):
        moment = int((now() - timedelta(days=365 * years)).timestamp() * 1_000)
        change = UUID(int=moment << 80 | new_id().int & ((1 << 80) - 1))
        asked = await team.owner.http.get(f"/api/changes/{change}")
        undone = await team.owner.http.post(f"/api/changes/{change}/undo", json={})
        for answer in (asked, undone):
            assert (answer.status_code, answer.json()["code"]) == (status, code)
            assert ("oldest" in answer.json()) == (status == 410)


async def test_without_the_setting_everything_stays(team: Team) -> None:
    story = await Story.of(team)
    boundary = await story.age()
    await story.keep(months=36)
    assert await scalar(team, "SELECT count(*) FROM event WHERE topic = :t", t=story.topic) == boundary


@pytest.mark.parametrize(
    ("at", "months", "then"),
    [("2026-11-22", 1, "2026-10-22"), ("2026-03-31", 1, "2026-02-28"), ("2024-03-31", 1, "2024-02-29"),
     ("2026-01-15", 1, "2025-12-15"), ("2026-12-31", 12, "2025-12-31"), ("2026-05-31", 27, "2024-02-29")],
)  # fmt: skip
def test_months_before(at: str, months: int, then: str) -> None:
    moments = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (at, then))
    assert months_before(next(moments), months) == next(moments)
