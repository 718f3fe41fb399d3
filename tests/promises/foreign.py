"""Ids of others where a body or a query names something: one that is there and not theirs against one that is not.

`ASKED` has a line for each such field of the API; test_foreign.py holds the app's own OpenAPI document to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from tests.doors import House
from tests.factories import Team, User, new_workspace
from tests.promises.asking import Answer, ask
from tests.promises.checksum import checksum, differing
from tests.promises.matrix import MAY, World, routes_of, verdict
from tests.promises.people import Principal
from tests.promises.policy import POLICY
from tests.promises.spots import Spot

ID = "{id}"  # where the id goes
# Relations reach into every project that one sees; all else stays within one.
TASKS = ("task", "seen task")


@dataclass(frozen=True)
class Asked:
    """What kind of thing a field names, and the request around it."""

    kind: str
    body: Any = None
    query: str = ""


def in_bulk(what: str, **fields: Any) -> dict[str, Any]:
    """One task of many, changed or moved so."""
    return {"items": [{"id": "{task_id}"}], what: fields}


ASKED: dict[str, Asked] = {
    "create_state body after_id": Asked("state", {"name": "New {id}", "category": "doing", "after_id": ID}),
    "change_state body after_id": Asked("state", {"after_id": ID}),
    "delete_state query move_to": Asked("state", query=f"move_to={ID}"),
    "list_tasks query state_id": Asked("state", query=f"state_id={ID}"),
    "list_tasks query assignee_id": Asked("person", query=f"assignee_id={ID}"),
    "list_tasks query label_id": Asked("label", query=f"label_id={ID}"),
    "create_task body state_id": Asked("state", {"title": "New", "state_id": ID}),
    "create_task body parent_id": Asked("task", {"title": "New", "parent_id": ID}),
    "create_task body label_ids.[]": Asked("label", {"title": "New", "label_ids": [ID]}),
    "create_task body assignee_ids.[]": Asked("person", {"title": "New", "assignee_ids": [ID]}),
    "create_task body after_id": Asked("task", {"title": "New", "after_id": ID}),
    "change_task body state_id": Asked("state", {"state_id": ID}),
    "change_task body parent_id": Asked("task", {"parent_id": ID}),
    "change_task body labels.add.[]": Asked("label", {"labels": {"add": [ID]}}),
    "change_task body labels.remove.[]": Asked("label", {"labels": {"remove": [ID]}}),
    "change_task body assignees.add.[]": Asked("person", {"assignees": {"add": [ID]}}),
    "change_task body assignees.remove.[]": Asked("person", {"assignees": {"remove": [ID]}}),
    "change_task body blocked_by.add.[]": Asked("seen task", {"blocked_by": {"add": [ID]}}),
    "change_task body blocked_by.remove.[]": Asked("seen task", {"blocked_by": {"remove": [ID]}}),
    "change_task body related.add.[]": Asked("seen task", {"related": {"add": [ID]}}),
    "change_task body related.remove.[]": Asked("seen task", {"related": {"remove": [ID]}}),
    "change_task body duplicate_of_id": Asked("seen task", {"duplicate_of_id": ID}),
    "move_task body state_id": Asked("state", {"state_id": ID}),
    "move_task body after_id": Asked("task", {"after_id": ID}),
    "move_task body before_id": Asked("task", {"before_id": ID}),
    "get_access query task": Asked("task", query=f"task={ID}"),
    "edit_tasks body items.[].id": Asked("task", {"items": [{"id": ID}], "delete": True}),
    "edit_tasks body change.state_id": Asked("state", in_bulk("change", state_id=ID)),
    "edit_tasks body change.parent_id": Asked("task", in_bulk("change", parent_id=ID)),
    "edit_tasks body change.labels.add.[]": Asked("label", in_bulk("change", labels={"add": [ID]})),
    "edit_tasks body change.labels.remove.[]": Asked("label", in_bulk("change", labels={"remove": [ID]})),
    "edit_tasks body change.assignees.add.[]": Asked("person", in_bulk("change", assignees={"add": [ID]})),
    "edit_tasks body change.assignees.remove.[]": Asked("person", in_bulk("change", assignees={"remove": [ID]})),
    "edit_tasks body move.state_id": Asked("state", in_bulk("move", state_id=ID)),
    "edit_tasks body move.after_id": Asked("task", in_bulk("move", after_id=ID)),
    "edit_tasks body move.before_id": Asked("task", in_bulk("move", before_id=ID)),
    "get_project_history query by": Asked("person", query=f"by={ID}"),
    "undo_change body only.[]": Asked("task", {"only": [ID]}),
    "list_workspace_audit query by": Asked("person", query=f"by={ID}"),
    "list_workspace_audit query about": Asked("person", query=f"about={ID}"),
}

# Not asked here, and why.
ELSEWHERE = {
    "list_audit query by": "admins of the server read all of it",
    "list_audit query about": "admins of the server read all of it",
    "list_audit query workspace_id": "admins of the server read all of it",
    **dict.fromkeys(
        (
            "create_task body checklist.[].id",
            "create_task body checklist.[].after_id",
            "change_task body checklist.add.[].id",
            "change_task body checklist.add.[].after_id",
            "change_task body checklist.change.[].id",
            "change_task body checklist.change.[].after_id",
            "change_task body checklist.remove.[]",
        ),
        "a step of the task's own list, which is a value: no other list is looked at",
    ),
}
ALLOWED_TO = {"list_workspace_audit": "workspace owner"}  # everything else is asked by an admin of the project


def named_elsewhere(spots: list[Spot]) -> set[str]:
    """The fields of the API that name something outside of the path."""
    return {spot.name for spot in spots if spot.where != "path" and (spot.is_id or spot.field == "task")}


@dataclass
class Others:
    """Things by kind that are there: of a private project beside, of an open one, and of another workspace."""

    things: dict[str, list[str]]
    elsewhere: House  # in the other workspace
    hidden: str  # a task of the project that is asked about

    @classmethod
    async def of(cls, world: World) -> Others:
        """They belong to nobody who asks; the open project is seen by all of its workspace."""
        team = world.team
        beside = House(team, await team.project(visibility="private"), {}, world.private.outsider)
        elsewhere = await another_workspace(team)
        houses = beside, world.open, elsewhere
        things = {kind: [await thing(house, kind) for house in houses] for kind in ("task", "state", "label")}
        things["seen task"] = [
            task for task, house in zip(things["task"], houses, strict=True) if house is not world.open
        ]
        return cls({**things, "person": [elsewhere.people["member"].id]}, elsewhere, await thing(world.private, "task"))


async def another_workspace(team: Team) -> House:
    """A private project in another workspace, which the same person owns."""
    second = await new_workspace(team.app, {"owner": team.owner})
    return await House.of(replace(team, workspace_id=str(second)))


async def thing(house: House, kind: str, by: User | None = None) -> str:
    """A fresh one in a project; a task is assigned to whoever `by` is."""
    if kind in TASKS:
        return await house.task(assignee_ids=[by.id] if by else [])
    if kind == "person":
        return house.people["member"].id
    return await {"state": house.state, "label": house.label}[kind]()


def filled(template: Any, values: dict[str, str]) -> Any:
    """A body with ids in it."""
    if isinstance(template, str):
        return template.format(**values)
    if isinstance(template, dict):
        return {name: filled(value, values) for name, value in template.items()}
    return [filled(one, values) for one in template] if isinstance(template, list) else template


async def targets(house: House, by: User) -> dict[str, str]:
    """What is named in paths, and what bodies around the id name: fresh things that are theirs."""
    task = await thing(house, "task", by)
    state = await house.state()
    await house.task(state_id=state)
    made = await house.team.task(house.project, by=by)
    change = (await by.get(f"/api/tasks/{made['id']}/history"))["items"][0]["id"]
    ids = {"project_id": house.project["id"], "task_id": task, "state_id": state, "change_id": change}
    return {**ids, "person_id": by.id, "workspace_id": house.team.workspace_id, "own_change": made["id"]}


async def put_in(world: World, others: Others, name: str, asked: Asked, by: Principal) -> None:
    """Asks with each foreign id, with one that is not there, and with a good one; notes what does not fit."""
    user = by.user
    assert user is not None
    values = await targets(world.private, user)
    operation = name.partition(" ")[0]
    route = routes_of(world.app)[operation]

    async def answer(one: str) -> Answer:
        world.asked += 1
        at = {**values, "id": one}
        path = route.path.format(**at) + (f"?{asked.query.format(**at)}" if asked.query else "")
        headers = {**by.headers, "if-match": "*"} if route.method == "PATCH" else by.headers
        return await ask(world.app, route.method, path, headers=headers, json=filled(asked.body, at))

    def told(got: Answer, one: str) -> tuple[int, bytes]:
        return got.status, got.body.replace(one.encode(), b"ID")

    foreign = others.things[asked.kind] + ([others.hidden] if by.only_assigned else [])
    before = await checksum(world.app)
    nowhere = str(uuid4())
    missing = told(await answer(nowhere), nowhere)
    for one in foreign:
        if (said := told(await answer(one), one)) != missing:
            world.wrong.append((name, by.name, "tells a thing from a missing one", said, missing))
    if changed := differing(before, await checksum(world.app)):
        world.wrong.append((name, by.name, "foreign ids changed", changed))
    if verdict(operation, POLICY[operation], by) == MAY:
        good = values["own_change"] if operation == "undo_change" else await thing(world.private, asked.kind, user)
        got = await answer(good)
        if got.status >= 300 or b'"status":"refused"' in got.body:
            world.wrong.append((name, by.name, "refuses a good id", got.body[:200]))
