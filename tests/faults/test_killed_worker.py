"""One of two web processes killed while people look: they come back, miss nothing, and are shown once again."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from headway.live.presence import LEASE
from tests.faults.test_several import sockets_of
from tests.live.tabs import tab
from tests.processes import Headway, home_folder
from tests.promises.stage import Client, Stage, report, stage

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
PEOPLE, SLACK = 6, 5


@pytest.fixture
def home() -> Iterator[Path]:
    with home_folder() as folder:
        yield folder


class Looker:
    """Somebody with the project open, who comes back when cut off."""

    def __init__(self, setting: Stage, client: Client, revision: int) -> None:
        self.setting, self.user, self.revision = setting, client.user, revision
        self.revisions: list[int] = []
        self.opened = 0
        self.there = asyncio.Event()

    async def look(self, goal: asyncio.Future[int]) -> None:
        """Looks until the goal is known and reached."""
        while not goal.done() or self.revision < goal.result():
            try:
                async with tab(self.setting.address, self.user) as viewer:
                    await viewer.say(type="follow", topics={self.setting.topic: self.revision})
                    await viewer.until(type="following", topic=self.setting.topic)
                    self.take(viewer.revisions(self.setting.topic))
                    await viewer.say(type="here", topic=self.setting.topic)
                    self.opened += 1
                    self.there.set()
                    while not goal.done() or self.revision < goal.result():
                        message = await viewer.read()
                        if message["type"] == "event" and message["topic"] == self.setting.topic:
                            self.take([message["revision"]])
            except (ConnectionClosed, OSError):
                self.there.clear()
                await asyncio.sleep(0.2)

    def take(self, revisions: list[int]) -> None:
        self.revisions += revisions
        self.revision = max([self.revision, *revisions])


async def present(setting: Stage) -> dict[str, Any]:
    """Who is there, by connection."""
    answer = await setting.owner.get(f"/api/projects/{setting.project_id}/presence")
    return {one["connection"]: one["person_id"] for one in answer["people"]}


async def until_there(setting: Stage, people: set[str], without: set[str], seconds: float) -> dict[str, Any]:
    """Waits until these people are shown, each once, and none of these connections."""
    async with asyncio.timeout(seconds):
        while True:
            shown = await present(setting)
            if sorted(shown.values()) == sorted(people) and not without & shown.keys():
                return shown
            await asyncio.sleep(0.1)


async def test_viewers_of_a_killed_worker_resume_and_are_shown_once(home: Path) -> None:
    server = await asyncio.to_thread(Headway("--workers", "2", home=home).ready)
    try:
        async with stage(server) as setting:
            await scene(setting)
    finally:
        await asyncio.to_thread(server.stop)


async def scene(setting: Stage) -> None:
    clients = [await setting.member(n) for n in range(PEOPLE)]
    start = (await setting.owner.get(f"/api/projects/{setting.project_id}/board"))["revision"]
    lookers = [Looker(setting, client, start) for client in clients]
    goal: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    done = asyncio.Event()
    everybody = {client.user.id for client in clients}
    before = {pid: sockets_of(pid) for pid in setting.server.workers()}

    async def keep_writing() -> None:
        n = 0
        while not done.is_set():
            n += 1
            await setting.owner.post_once(f"/api/projects/{setting.project_id}/tasks", {"title": f"Task {n}"})
            await asyncio.sleep(0.05)

    async with asyncio.TaskGroup() as group:
        for looker in lookers:
            group.create_task(looker.look(goal))
        writing = group.create_task(keep_writing())
        old = await until_there(setting, everybody, set(), 60)
        victim = max(before, key=lambda pid: sockets_of(pid) - before[pid])
        os.kill(victim, signal.SIGKILL)
        killed_at = time.monotonic()
        async with asyncio.timeout(60):
            while not any(looker.opened > 1 for looker in lookers):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        back = time.monotonic() - killed_at
        cut = {looker.user.id for looker in lookers if looker.opened > 1 or not looker.there.is_set()}
        dead = {connection for connection, person in old.items() if person in cut}
        await until_there(setting, everybody, dead, SLACK * LEASE)
        cleared = time.monotonic() - killed_at
        done.set()
        await writing
        goal.set_result((await setting.owner.get(f"/api/projects/{setting.project_id}/board"))["revision"])
        # For those who have read everything and wait.
        await setting.owner.post_once(f"/api/projects/{setting.project_id}/tasks", {"title": "Last"})
    for looker in lookers:
        assert looker.revisions[: goal.result() - start] == list(range(start + 1, goal.result() + 1))
        assert len(looker.revisions) == len(set(looker.revisions))
    report(
        "A killed worker",
        viewers=PEOPLE,
        cut_off=len(cut),
        first_back_after=f"{back:.1f} s",
        old_places_gone_after=f"{cleared:.1f} s",
        lease=f"{LEASE:.0f} s",
        events=goal.result() - start,
    )
