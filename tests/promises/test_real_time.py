"""Every event reaches every subscriber once and in order, however often they are cut off; none reaches the shut out."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from itertools import cycle
from typing import Any

import pytest

from tests.live.subscribers import Partial, Subscriber
from tests.processes import Headway
from tests.promises.stage import WHOLE, Client, Stage, report, stage

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600 if WHOLE else 300)]

SUBSCRIBERS, EVENTS, CUTS, WRITERS = (200, 5_000, 20, 8) if WHOLE else (20, 500, 20, 4)
LEAVERS = PARTIAL = SUBSCRIBERS // 10


async def write(setting: Stage, tasks: list[str], writer: int, partial: list[str]) -> None:
    """One writer's share: changes; now and then a task that comes and goes, for all or in somebody's sight."""
    dice, n = random.Random(writer), 0
    while n < EVENTS // WRITERS:
        if n % 25 == 24:
            path = f"/api/projects/{setting.project_id}/tasks"
            made = await setting.owner.once("POST", path, {"title": f"Extra {writer}.{n}"})
            gone = await setting.owner.once("DELETE", f"/api/tasks/{made.body['id']}")
            assert (made.status, gone.status) == (201, 204)
            n += 2
        else:
            body: dict[str, Any] = {"title": f"Title {writer}.{n}", "description": f"Text {n}"}
            if n % 5 == 0:
                body["assignees"] = {dice.choice(["add", "remove"]): [dice.choice(partial)]}
            changed = await setting.owner.once("PATCH", f"/api/tasks/{dice.choice(tasks)}", body, **{"If-Match": "*"})
            assert changed.status == 200, changed
            n += 1


def partial_look(guest: Client, path: str) -> Callable[[], Awaitable[Any]]:
    """What somebody sees of the board by now."""
    return lambda: guest.get(path)


async def shut_out(setting: Stage, leavers: list[Client], watchers: list[Subscriber], first: int) -> dict[str, int]:
    """Takes people out of the workspace, spread over the writing. What was committed later has a later revision."""
    last = {}
    for number, leaver in enumerate(leavers, 1):
        while watchers[0].taken < EVENTS * number // (2 * len(leavers)):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await setting.owner.once("DELETE", f"/api/workspaces/{setting.workspace_id}/members/{leaver.user.id}")
        page = await setting.owner.get(f"/api/projects/{setting.project_id}/board")
        last[leaver.user.id] = page["revision"]
        assert page["revision"] > first
    return last


async def test_subscribers_cut_again_and_again_get_every_event_once_in_order(server: Headway) -> None:
    """P8 of the promises."""
    async with stage(server) as setting:
        people = [await setting.member(n) for n in range(2 * LEAVERS)]
        stayers, leavers = people[:LEAVERS], people[LEAVERS:]
        guests = [await setting.member(len(people) + n) for n in range(2)]
        for guest in guests:
            role = {"role": "viewer", "only_assigned": True}
            await setting.owner.once("PUT", f"/api/projects/{setting.project_id}/members/{guest.user.id}", role)
        path = f"/api/projects/{setting.project_id}/tasks"
        tasks = [(await setting.owner.once("POST", path, {"title": f"Task {n}"})).body["id"] for n in range(20)]
        board = await setting.owner.get(f"/api/projects/{setting.project_id}/board")
        stride = 2 * EVENTS // (CUTS + 12)
        staying = [
            Subscriber(stayers[n % LEAVERS].user, [board], n, events_a_cut=stride) for n in range(SUBSCRIBERS - LEAVERS)
        ]
        leaving = [Subscriber(one.user, [board], n, events_a_cut=stride) for n, one in enumerate(leavers)]
        board_path = f"/api/projects/{setting.project_id}/board"
        partial = [
            Partial(guest.user, await guest.get(board_path), n, partial_look(guest, board_path))
            for n, guest in zip(range(PARTIAL), cycle(guests), strict=False)
        ]
        done, goal, began = asyncio.Event(), dict[str, int](), time.monotonic()
        async with asyncio.timeout(3_000 if WHOLE else 240), asyncio.TaskGroup() as group:
            for watcher in staying + leaving + partial:
                group.create_task(watcher.watch([setting.address], done, goal))
            shutting = group.create_task(shut_out(setting, leavers, staying, board["revision"]))
            async with asyncio.TaskGroup() as writers:
                for writer in range(WRITERS):
                    writers.create_task(write(setting, tasks, writer, [one.user.id for one in guests]))
            written = time.monotonic() - began
            newest = (await setting.owner.get(f"/api/projects/{setting.project_id}/board"))["revision"]
            goal[setting.topic] = newest + 1
            done.set()
            await setting.owner.once("PATCH", f"/api/tasks/{tasks[0]}", {"title": "Last"}, **{"If-Match": "*"})
            last = await shutting
        fresh = await setting.owner.get(f"/api/projects/{setting.project_id}/board")
        events = newest + 1 - board["revision"]
        assert fresh["revision"] == newest + 1
        assert events > EVENTS
        for watcher in staying:
            assert watcher.taken == events
            watcher.shows([fresh])
        for one in partial:
            one.shows([await one.look()])
            assert one.passed and one.taken
        for watcher in leaving:
            assert watcher.gone
            assert watcher.revision[setting.topic] <= last[watcher.user.id]
        cuts = [watcher.cuts for watcher in staying]
        report(
            "P8",
            subscribers=len(staying),
            shut_out=len(leaving),
            seeing_a_part=len(partial),
            looks=sum(one.looks for one in partial),
            events=events,
            delivered=sum(watcher.taken for watcher in staying + leaving),
            cuts_each=f"{min(cuts)} to {max(cuts)}",
            written_in=f"{written:.0f} s",
            all_there_after=f"{time.monotonic() - began:.0f} s",
        )
        assert sum(cuts) / len(cuts) >= CUTS
