"""Who is here: told at once, gone at once, gone by itself, and never to anybody who may not know."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, update

from headway.clock import new_id, now
from headway.events.models import Event
from headway.live.models import Presence
from headway.settings import Settings
from tests.factories import Team, User
from tests.live.tabs import PATIENCE, Tab, another_process, tab, topic_of, write
from tests.live.test_access import sign_out, take_out

Project = dict[str, Any]


async def shown(viewer: Tab, topic: str, *wanted: tuple[str, str | None, bool]) -> list[dict[str, Any]]:
    """Reads on to the list that shows these (person, task, typing) and nobody else; the list."""
    while True:
        message = await viewer.until(type="presence", topic=topic)
        people: list[dict[str, Any]] = message["people"]
        if sorted(map(str, of(people))) == sorted(map(str, wanted)):
            return people


def of(people: list[dict[str, Any]]) -> list[tuple[str, str | None, bool]]:
    return [(one["person_id"], one["task_id"], one["typing"]) for one in people]


async def here(viewer: Tab, topic: str, task_id: str | None = None, typing: bool = False) -> None:
    await viewer.say(type="here", topic=topic, task_id=task_id, typing=typing)


async def test_others_are_shown_who_comes_opens_a_task_types_and_goes(
    app: FastAPI, address: str, team: Team, project: Project
) -> None:
    topic, task = topic_of(project), (await team.task(project))["id"]
    me, other = team.viewer.id, team.member.id
    async with tab(address, team.viewer) as viewer:
        await viewer.follow(topic)
        assert await shown(viewer, topic) == []  # the list comes at first, though nobody is there
        await here(viewer, topic)
        assert (await shown(viewer, topic, (me, None, False)))[0]["connection"]
        revision = (await team.board(project))["revision"]
        async with tab(address, team.member) as member:
            await member.follow(topic)
            before = asyncio.get_running_loop().time()
            await here(member, topic)
            came = await shown(viewer, topic, (me, None, False), (other, None, False))
            await here(member, topic, task)
            await shown(viewer, topic, (me, None, False), (other, task, False))
            await here(member, topic, task, typing=True)
            typing = await shown(viewer, topic, (me, None, False), (other, task, True))
            assert asyncio.get_running_loop().time() - before < 5
            assert [one["since"] for one in typing] == [one["since"] for one in came]
            await shown(member, topic, (me, None, False), (other, task, True))
        await shown(viewer, topic, (me, None, False))
        assert (await team.board(project))["revision"] == revision
        assert viewer.events.get(topic) is None
        await viewer.say(type="away")
        await shown(viewer, topic)


async def test_who_is_there_is_known_across_processes_and_over_http(
    app: FastAPI, address: str, settings: Settings, team: Team, project: Project
) -> None:
    topic = topic_of(project)
    async with (
        another_process(settings) as (_, elsewhere),
        tab(address, team.viewer) as near,
        tab(elsewhere, team.member) as far,
    ):
        for one in (near, far):
            await one.follow(topic)
            await here(one, topic)
        both = [(team.viewer.id, None, False), (team.member.id, None, False)]
        for one in (near, far):
            people = await shown(one, topic, *both)
        answer = await team.owner.get(f"/api/projects/{project['id']}/presence")
        assert answer == {"people": people}
        assert [one["person_id"] for one in people] == [team.viewer.id, team.member.id]
    assert (await team.owner.get(f"/api/projects/{project['id']}/presence")) == {"people": []}


async def test_a_server_that_stops_takes_its_viewers_along(
    app: FastAPI, address: str, settings: Settings, team: Team, project: Project
) -> None:
    topic = topic_of(project)
    async with tab(address, team.viewer) as near:
        await near.follow(topic)
        async with another_process(settings) as (_, elsewhere), tab(elsewhere, team.member) as far:
            await far.follow(topic)
            await here(far, topic)
            await shown(near, topic, (team.member.id, None, False))
        await shown(near, topic)


async def test_a_lease_that_is_not_renewed_runs_out(app: FastAPI, address: str, team: Team, project: Project) -> None:
    topic = topic_of(project)
    async with tab(address, team.viewer) as viewer:
        await viewer.follow(topic)
        async with app.state.database.unit_of_work() as db:
            ghost = Presence(
                connection_id=new_id(),
                person_id=UUID(team.member.id),
                topic=topic,
                task_id=None,
                typing=False,
                since=now(),
                expires_at=func.now() + func.make_interval(0, 0, 0, 0, 0, 0, 5.0),
            )
            db.add(ghost)
        await shown(viewer, topic, (team.member.id, None, False))
        await shown(viewer, topic)


async def test_leases_are_renewed_while_the_socket_lives(
    app: FastAPI, address: str, team: Team, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headway.live.presence.RENEW", 0.2)
    topic = topic_of(project)
    expires = select(Presence.expires_at).where(Presence.topic == topic)
    async with tab(address, team.viewer) as viewer:
        await viewer.follow(topic)
        await here(viewer, topic)
        await shown(viewer, topic, (team.viewer.id, None, False))
        async with app.state.database.reading() as db, asyncio.timeout(PATIENCE):
            first = await db.scalar(expires)
        async with asyncio.timeout(PATIENCE):
            while True:
                async with app.state.database.reading() as db:
                    if await db.scalar(expires) > first:
                        break
                await asyncio.sleep(0.05)


async def test_somebody_restless_writes_no_more_than_their_share(
    app: FastAPI, address: str, team: Team, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic, tasks = topic_of(project), [(await team.task(project))["id"] for _ in range(2)]
    written = 0
    keep = app.state.hub.roll.__class__._write

    async def counted(roll: Any, time: float) -> None:
        nonlocal written
        before = {spot: spot.written_at for spot in roll.spots.values()}
        await keep(roll, time)
        written += sum(spot.written_at != before.get(spot, 0.0) for spot in roll.spots.values())

    monkeypatch.setattr("headway.live.presence.Roll._write", counted)
    monkeypatch.setattr("headway.live.presence.PER_WRITE", 0.5)
    async with tab(address, team.viewer) as viewer:
        await viewer.follow(topic)
        started = asyncio.get_running_loop().time()
        while (lasted := asyncio.get_running_loop().time() - started) < 2:
            for task in tasks:
                await here(viewer, topic, task, typing=True)
                await asyncio.sleep(0.02)
        assert 3 <= written <= 3 + lasted / 0.5
        # What was said last is what is shown in the end.
        await here(viewer, topic, tasks[0])
        await shown(viewer, topic, (team.viewer.id, tasks[0], False))


@pytest.mark.parametrize("how", [take_out, sign_out])
async def test_who_lost_access_is_no_longer_shown(
    how: Any, app: FastAPI, address: str, team: Team, project: Project
) -> None:
    topic = topic_of(project)
    async with tab(address, team.viewer) as viewer, tab(address, team.member) as member:
        await viewer.follow(topic)
        await member.follow(topic)
        await here(member, topic)
        await shown(viewer, topic, (team.member.id, None, False))
        await how(team, team.member)
        await shown(viewer, topic)


async def test_a_row_of_somebody_who_may_not_see_the_project_is_shown_to_nobody(
    app: FastAPI, address: str, team: Team, project: Project
) -> None:
    """Their own process may be the one that has not heard of it yet."""
    topic = topic_of(project)
    async with tab(address, team.viewer) as viewer:
        await viewer.follow(topic)
        async with app.state.database.unit_of_work() as db:
            for user in (team.stranger, team.member):
                row = Presence(
                    connection_id=new_id(),
                    person_id=UUID(user.id),
                    topic=topic,
                    task_id=None,
                    typing=False,
                    since=now(),
                    expires_at=func.now() + func.make_interval(0, 0, 0, 0, 0, 1),
                )
                db.add(row)
        people = await shown(viewer, topic, (team.member.id, None, False))
        assert (await team.owner.get(f"/api/projects/{project['id']}/presence")) == {"people": people}


async def test_a_viewer_who_lost_access_is_shown_no_list_from_later(
    app: FastAPI, address: str, team: Team, project: Project
) -> None:
    topic = topic_of(project)
    async with tab(address, team.member) as leaver, tab(address, team.viewer) as viewer:
        for one in (leaver, viewer):
            await one.follow(topic)
        await take_out(team, team.member)
        await here(viewer, topic)
        await shown(viewer, topic, (team.viewer.id, None, False))
        await leaver.until(type="gone", topic=topic)
        await leaver.say(type="ping")
        while (message := await leaver.read_any())["type"] != "pong":
            assert message["type"] != "presence" or not message["people"]


async def test_one_is_there_only_where_one_may_look(app: FastAPI, address: str, team: Team, project: Project) -> None:
    private = topic_of(await team.project(by=team.owner, visibility="private"))
    async with tab(address, team.viewer) as viewer:
        for topic in (private, topic_of(project), f"person:{team.viewer.id}", "nonsense", f"project:{new_id()}"):
            await here(viewer, topic)
            assert (await viewer.read())["code"] == "not_followed"
        await viewer.follow(topic_of(project))
        await here(viewer, topic_of(project))
        await shown(viewer, topic_of(project), (team.viewer.id, None, False))
        await viewer.say(type="leave", topics=[topic_of(project)])
        await until_nobody(team.owner, project)


async def until_nobody(user: User, project: Project) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await user.get(f"/api/projects/{project['id']}/presence"))["people"]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_a_task_of_elsewhere_is_not_named(app: FastAPI, address: str, team: Team, project: Project) -> None:
    secret = await team.task(await team.project(by=team.owner, visibility="private"))
    topic = topic_of(project)
    async with tab(address, team.viewer) as viewer:
        await viewer.follow(topic)
        await here(viewer, topic, secret["id"], typing=True)
        await shown(viewer, topic, (team.viewer.id, None, False))


async def test_following_again_keeps_the_place_and_shows_the_list_again(
    app: FastAPI, address: str, team: Team, project: Project
) -> None:
    topic = topic_of(project)
    async with tab(address, team.viewer) as viewer:
        await viewer.follow(topic)
        await here(viewer, topic)
        first = await shown(viewer, topic, (team.viewer.id, None, False))
        await viewer.follow(topic)
        assert await shown(viewer, topic, (team.viewer.id, None, False)) == first


async def test_presence_goes_on_when_the_database_has_failed(
    app: FastAPI, address: str, team: Team, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headway.live.presence.RETRY", 0.01)
    topic, unit, failures = topic_of(project), app.state.database.unit_of_work, iter(range(3))

    def unreachable() -> Any:
        if next(failures, None) is not None:
            raise ConnectionRefusedError
        return unit()

    async with tab(address, team.viewer) as viewer:
        await viewer.follow(topic)
        monkeypatch.setattr(app.state.database, "unit_of_work", unreachable)
        await here(viewer, topic)
        await shown(viewer, topic, (team.viewer.id, None, False))
        assert next(failures, None) is None


async def test_presence_is_no_event(app: FastAPI, address: str, team: Team, project: Project) -> None:
    topic = topic_of(project)
    async with app.state.database.reading() as db:
        events = await db.scalar(select(func.count()).select_from(Event).where(Event.topic == topic))
    async with tab(address, team.viewer) as viewer:
        start = (await viewer.follow(topic))["revision"]
        await here(viewer, topic)
        await shown(viewer, topic, (team.viewer.id, None, False))
        await write(app.state.database, topic, {"n": 1})
        await viewer.event(topic, start + 1)
    async with app.state.database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Event).where(Event.topic == topic)) == events + 1


async def test_what_was_left_behind_is_tidied_away(app: FastAPI, address: str, team: Team, project: Project) -> None:
    topic = topic_of(project)
    async with tab(address, team.viewer) as viewer:
        await viewer.follow(topic)
        for seconds in (-3_600, 60):
            async with app.state.database.unit_of_work() as db:
                await db.execute(update(Presence).where(Presence.topic == topic).values(typing=False))
                row = Presence(
                    connection_id=new_id(),
                    person_id=UUID(team.member.id),
                    topic=topic,
                    task_id=None,
                    typing=False,
                    since=now(),
                    expires_at=func.now() + func.make_interval(0, 0, 0, 0, 0, 0, float(seconds)),
                )
                db.add(row)
        app.state.hub.roll._tidy_at = 0.0
        await here(viewer, topic)
        await shown(viewer, topic, (team.viewer.id, None, False), (team.member.id, None, False))
        async with app.state.database.reading() as db:
            left = await db.scalar(select(func.count()).select_from(Presence).where(Presence.topic == topic))
        assert left == 2
