"""A big import holds nobody up who works in the same project, or in another."""

import asyncio
import json
import random
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.processes import Headway
from tests.promises.stage import WHOLE, Client, Stage, report, spread, stage

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600 if WHOLE else 300)]

CARDS, WITHOUT = (100_000, 30.0) if WHOLE else (3_000, 4.0)
PEOPLE = 10
LONGEST = 5.0  # seconds for one request while the import runs
Times = dict[str, list[float]]


def board(cards: int) -> dict[str, Any]:
    """A Trello export with so many cards in two lists."""
    lists = [{"id": f"{n:024x}", "name": name, "closed": False, "pos": n} for n, name in enumerate(("Open", "Done"))]
    made = [
        {"id": f"{n + 16:024x}", "name": f"Card {n}", "idList": lists[n % 2]["id"], "pos": n, "idShort": n}
        for n in range(1, cards + 1)
    ]
    return {
        "id": "f" * 24,
        "name": "Big board",
        "prefs": {"permissionLevel": "org"},
        "lists": lists,
        "cards": made,
        "labels": [],
        "members": [],
        "checklists": [],
        "actions": [],
    }


def bring_in(server: Headway, folder: Path, cards: int) -> str:
    """Runs the command, as its users do; what it said."""
    file = folder / "board.json"
    file.write_text(json.dumps(board(cards)))
    command = Headway("import", "trello", str(file), "--key", "BIG", home=server.home)
    assert command.process.wait(3_000) == 0, command.errors
    command.finish()
    return "\n".join(command.lines)


async def work(client: Client, projects: list[str], number: int, stop: asyncio.Event, times: Times) -> None:
    """Edits, creates and moves, until told to stop; notes how long each took."""
    dice = random.Random(number)
    mine = {}
    for project in projects:
        made = await client.once("POST", f"/api/projects/{project}/tasks", {"title": f"Of {number}"})
        assert made.status == 201, made
        mine[project] = made.body["id"]
    count = 0
    while not stop.is_set():
        project, what, count = dice.choice(projects), dice.choice(["edit", "create", "move"]), count + 1
        title = {"title": f"Said {count} by {number}"}
        if what == "edit":
            answer = await client.once("PATCH", f"/api/tasks/{mine[project]}", title, **{"If-Match": "*"})
        elif what == "create":
            answer = await client.once("POST", f"/api/projects/{project}/tasks", title)
        else:
            answer = await client.once("POST", f"/api/tasks/{mine[project]}/move", {})
        assert answer.status < 300, (what, answer)
        times[f"{what} {'here' if project == projects[0] else 'elsewhere'}"].append(answer.seconds)
        await asyncio.sleep(dice.random() * 0.2)


async def working(people: list[Client], projects: list[str], while_: asyncio.Task[Any]) -> Times:
    """Has everybody work for as long as something else takes."""
    stop, times = asyncio.Event(), defaultdict[str, list[float]](list)
    while_.add_done_callback(lambda _: stop.set())
    async with asyncio.TaskGroup() as group:
        for number, client in enumerate(people):
            group.create_task(work(client, projects, number, stop, times))
    return times


async def other_project(setting: Stage) -> str:
    path = f"/api/workspaces/{setting.workspace_id}/projects"
    return str((await setting.owner.once("POST", path, {"name": "Other", "key": "OTHER"})).body["id"])


async def test_nobody_waits_for_a_big_import(server: Headway, tmp_path: Path) -> None:
    async with stage(server) as setting:
        people = [await setting.member(n) for n in range(PEOPLE)]
        await asyncio.to_thread(bring_in, server, tmp_path, 10)
        listed = await setting.owner.get(f"/api/workspaces/{setting.workspace_id}/projects")
        here = next(project["id"] for project in listed["projects"] if project["key"] == "BIG")
        projects = [here, await other_project(setting)]
        before = await working(people, projects, asyncio.create_task(asyncio.sleep(WITHOUT)))
        began = time.monotonic()
        importing = asyncio.create_task(asyncio.to_thread(bring_in, server, tmp_path, CARDS))
        during = await working(people, projects, importing)
        lasted = time.monotonic() - began
        for what in sorted(during):
            report(
                f"While {CARDS} cards come in", request=what, without=spread(before[what]), with_=spread(during[what])
            )
        print(f"the import took {lasted:.1f} s; {await importing}")
        numbers = [task["number"] for task in (await setting.owner.get(f"/api/projects/{here}/board"))["tasks"]]
        assert len(numbers) == len(set(numbers)) >= CARDS
        assert sum(map(len, during.values())) > PEOPLE * 5
        assert max(max(seconds) for seconds in during.values()) < LONGEST
