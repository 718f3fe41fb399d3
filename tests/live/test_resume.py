"""After a cut: what was missed comes, once, in order, whoever writes meanwhile."""

import asyncio
import random
from typing import Any

import pytest
from fastapi import FastAPI

from headway.settings import Settings
from tests.factories import Team
from tests.live.subscribers import Subscriber
from tests.live.tabs import another_process, tab, topic_of, write

Project = dict[str, Any]


async def test_what_was_missed_comes_after_a_cut(app: FastAPI, address: str, team: Team, project: Project) -> None:
    topic = topic_of(project)
    async with tab(address, team.viewer) as before:
        start = (await before.follow(topic))["revision"]
        await write(app.state.database, topic, {"n": 1})
        await before.event(topic, start + 1)
        before.socket.transport.abort()
    await write(app.state.database, topic, {"n": 2}, {"n": 3})
    async with tab(address, team.viewer) as after:
        following = await after.follow(topic, start + 1)
        assert following == {"type": "following", "topic": topic, "revision": start + 3}
        assert after.revisions(topic) == [start + 2, start + 3]
        await write(app.state.database, topic, {"n": 4})
        await after.event(topic, start + 4)
        assert after.revisions(topic) == [start + 2, start + 3, start + 4]


async def test_somebody_too_far_behind_is_told_to_reload_and_then_is_live(
    app: FastAPI, address: str, team: Team, project: Project
) -> None:
    topic = topic_of(project)
    for _ in range(6):
        await write(app.state.database, topic, *({"n": n} for n in range(200)))
    async with tab(address, team.viewer) as viewer:
        await viewer.say(type="follow", topics={topic: 0})
        told = await viewer.until(type="reload", topic=topic)
        newest = told["revision"]
        assert newest >= 1_200
        assert (await viewer.read())["type"] == "following"
        assert viewer.revisions(topic) == []
        await write(app.state.database, topic, {"n": 1})
        await viewer.event(topic, newest + 1)
        # Near enough: everything is replayed, over several pages.
        await viewer.follow(topic, newest - 900)
        assert viewer.revisions(topic)[1:] == list(range(newest - 899, newest + 2))


async def test_a_cursor_from_before_a_restore_is_told_to_reload(address: str, team: Team, project: Project) -> None:
    async with tab(address, team.viewer) as viewer:
        await viewer.say(type="follow", topics={topic_of(project): 2**62})
        told = await viewer.until(type="reload")
        assert told["revision"] < 1_000


async def test_following_again_goes_back_to_the_given_revision(
    app: FastAPI, address: str, team: Team, project: Project
) -> None:
    topic = topic_of(project)
    async with tab(address, team.viewer) as viewer:
        start = (await viewer.follow(topic))["revision"]
        await write(app.state.database, topic, {"n": 1})
        await viewer.event(topic, start + 1)
        await viewer.follow(topic, start)
        assert viewer.revisions(topic) == [start + 1, start + 1]


@pytest.mark.pool
async def test_ten_viewers_cut_again_and_again_miss_nothing_while_five_write(
    app: FastAPI, address: str, settings: Settings, team: Team
) -> None:
    projects = [await team.project(), await team.project()]
    tasks = [await team.task(project) for project in projects for _ in range(3)]
    boards = [await team.board(project) for project in projects]
    done, goal = asyncio.Event(), dict[str, int]()

    async def keep_writing(writer: int) -> None:
        dice = random.Random(writer)
        for n in range(40):
            task = dice.choice(tasks)
            if n % 10 == 9:
                extra = await team.task(dice.choice(projects), f"Task {writer}.{n}", by=team.member)
                await team.member.delete(f"/api/tasks/{extra['id']}")
            else:
                body = {"title": f"Title {writer}.{n}", "priority": dice.randint(0, 4)}
                await team.member.http.patch(f"/api/tasks/{task['id']}", json=body, headers={"If-Match": "*"})

    async with another_process(settings) as (_, elsewhere), asyncio.TaskGroup() as group:
        watchers = [Subscriber(team.viewer, boards, seed) for seed in range(10)]
        for watcher in watchers:
            group.create_task(watcher.watch([address, elsewhere], done, goal))
        async with asyncio.TaskGroup() as writers:
            for writer in range(5):
                writers.create_task(keep_writing(writer))
        fresh = [await team.board(project) for project in projects]
        goal |= {topic_of(board["project"]): board["revision"] + 1 for board in fresh}
        done.set()
        for topic in goal:  # for those who have read everything and wait
            await write(app.state.database, topic, {}, kind="project.changed")

    for watcher in watchers:
        assert watcher.cuts >= 3
        watcher.shows(fresh)
