"""Random commands by several people, then undo of random changes, against a model; and every moment told again.

More of it by hand: HEADWAY_TEST_MODEL=200 .venv/bin/pytest tests/history/test_model.py
"""

import os
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from headway.comments.models import Comment
from headway.comments.queries import comment_json
from headway.db import Database
from headway.events import timeline
from headway.events.past import state_at
from headway.history.undo_answer import CHANGED_SINCE
from headway.projects.models import Label, Project, State
from headway.projects.queries import label_json, project_fields, state_json
from headway.tasks.models import Task
from headway.tasks.queries import task_json
from tests.events.fold import View, fold
from tests.events.test_every_command import assert_same
from tests.events.viewer import look as look_at_screens
from tests.factories import Team, User
from tests.history.model import Asker, Did, Look, Prediction, differences, seen

EXAMPLES = int(os.environ.get("HEADWAY_TEST_MODEL", "6"))
STEPS = 40
# Making a failure smaller takes minutes, so that is done by hand: HEADWAY_TEST_MODEL=51.
PHASES = [phase for phase in Phase if EXAMPLES > 50 or phase not in (Phase.shrink, Phase.explain)]
HIDDEN = {"version", "updated_at", "description_html", "body_html"}

PEOPLE = ("owner", "member", "other", "viewer")
# What may happen, the more often it is named.
KINDS = [
    *["create_task"] * 3,
    *["change_task"] * 6,
    *["move_task"] * 2,
    *["bulk"] * 3,
    *["delete_task"] * 2,
    "restore_task",
    *["create_comment"] * 2,
    "change_comment",
    "delete_comment",
    "restore_comment",
    "create_label",
    "change_label",
    "delete_label",
    "create_state",
    "change_state",
    "delete_state",
    "change_project",
    "build_timeline",
    *["undo"] * 10,
]
# Who takes something back: mostly somebody who may.
UNDOERS = [*["owner"] * 7, *["member"] * 3, "other", "viewer"]


@dataclass
class World:
    """A project, the people in it, all that was done in it and everything as it was after each change."""

    team: Team
    project: Any
    people: dict[str, User]
    now: Look = field(default_factory=dict)
    done: list[Did] = field(default_factory=list)
    looks: dict[int, Look] = field(default_factory=dict)
    names: int = 0

    @property
    def database(self) -> Database:
        database: Database = self.team.app.state.database
        return database

    def path(self, rest: str = "") -> str:
        return f"/api/projects/{self.project['id']}{rest}"

    def name(self) -> str:
        self.names += 1
        return f"Name {self.names}"

    def ids(self, noun: str, there: bool = True) -> list[str]:
        return [one for (kind, one), picture in self.now.items() if kind == noun and picture["there"] == there]

    def one(self, noun: str, choice: int, there: bool = True) -> str | None:
        # Of the tasks the same few again and again, so that people get in each other's way.
        ids = self.ids(noun, there)[: 4 if noun == "task" else None]
        return ids[choice % len(ids)] if ids else None

    async def look(self) -> Look:
        """Everything there is, with what is in the trash."""
        project_id = UUID(self.project["id"])
        named = {
            "task": select(task_json(), Task.deleted_at).join(Project, Project.id == Task.project_id),
            "comment": select(comment_json(), Comment.deleted_at).join(Project, Project.id == Comment.project_id),
            "state": select(state_json(), Project.deleted_at).join(Project, Project.id == State.project_id),
            "label": select(label_json(), Project.deleted_at).join(Project, Project.id == Label.project_id),
            "project": select(func.json_build_object(*project_fields()), Project.deleted_at),
        }
        look: Look = {}
        async with self.database.reading() as db:
            for noun, rows in named.items():
                for data, deleted_at in await db.execute(rows.where(Project.id == project_id)):
                    picture = {name: value for name, value in data.items() if name not in HIDDEN}
                    look[noun, data["id"]] = {**picture, "there": deleted_at is None}
        return dict(sorted(look.items()))


def asker(world: World, who: str) -> Asker:
    roles = {"owner": "admin", "viewer": "viewer"}
    return Asker(world.people[who].id, roles.get(who, "member"))


async def request(world: World, kind: str, who: str, choices: tuple[int, ...]) -> tuple[str, str, Any] | None:
    """What somebody asks for, in the world as it is."""
    a, b, c, d = choices
    task, other = world.one("task", a), world.one("task", b)
    state, label = world.one("state", b), world.one("label", c)
    comment = world.one("comment", a)
    some = world.ids("task")[a % 3 :: 1 + b % 3]
    person = world.people[PEOPLE[b % 3]].id
    edits: list[dict[str, Any]] = [
        {"title": f"Title {c % 3}"},
        {"priority": c % 5},
        {"description": f"Words {c}", "due_on": f"2026-12-{d + 1:02}"},
        {"state_id": state},
        {"parent_id": other if d % 3 else None},
        {"labels": {"add" if d % 2 else "remove": [label]}} if label else {"priority": 1},
        {"assignees": {"add" if d % 2 else "remove": [person]}},
        {"title": f"Title {c % 3}", "priority": c % 5, "state_id": state},
    ]
    bulks: list[dict[str, Any]] = [
        {"change": {"priority": c % 5, "state_id": state}},
        {"change": {"labels": {"add" if d % 2 else "remove": [label]}} if label else {"priority": 2}},
        {"change": {"parent_id": other}},
        {"move": {"state_id": state, "after_id": other}},
        {"delete": True},
    ]
    match kind:
        case "create_task":
            new = {"title": world.name(), "state_id": state, "label_ids": [label] if label and c % 2 else []}
            return "POST", world.path("/tasks"), {**new, "parent_id": task if d % 3 == 0 else None}
        case "change_task" if task:
            return "PATCH", f"/api/tasks/{task}", edits[(c + d) % len(edits)]
        case "move_task" if task and other:
            place = {"after_id": other} if c % 2 else {"before_id": other}
            return "POST", f"/api/tasks/{task}/move", {**place, **({"state_id": state} if d % 2 else {})}
        case "bulk" if some:
            what = bulks[(c + d) % len(bulks)]
            return "POST", world.path("/tasks/bulk"), {"items": [{"id": one} for one in some], **what}
        case "delete_task" if task:
            return "DELETE", f"/api/tasks/{task}", None
        case "restore_task" if gone := world.one("task", a, there=False):
            return "POST", f"/api/tasks/{gone}/restore", None
        case "create_comment" if task:
            return "POST", f"/api/tasks/{task}/comments", {"body": f"Words {c}"}
        case "change_comment" if comment:
            return "PATCH", f"/api/comments/{comment}", {"body": f"Other words {c}"}
        case "delete_comment" if comment:
            return "DELETE", f"/api/comments/{comment}", None
        case "restore_comment" if gone := world.one("comment", a, there=False):
            return "POST", f"/api/comments/{gone}/restore", None
        case "create_label":
            return "POST", world.path("/labels"), {"name": world.name(), "color": "red"}
        case "change_label" if label:
            return "PATCH", f"/api/labels/{label}", {"name": world.name()} if d % 2 else {"color": "teal"}
        case "delete_label" if label:
            return "DELETE", f"/api/labels/{label}", None
        case "create_state":
            category = ("todo", "doing", "done")[c % 3]
            return "POST", world.path("/states"), {"name": world.name(), "category": category, "after_id": state}
        case "change_state" if state:
            changes = ({"name": world.name()}, {"category": "done"}, {"after_id": world.one("state", c)})
            return "PATCH", f"/api/states/{state}", changes[d % 3]
        case "delete_state" if state and len(world.ids("state")) > 3:
            return "DELETE", f"/api/states/{state}?move_to={world.one('state', c)}", None
        case "change_project":
            return "PATCH", world.path(), {"name": world.name()} if d % 2 else {"description": f"Words {c}"}
    return None


async def act(world: World, kind: str, who: str, choices: tuple[int, ...]) -> None:
    """One command over HTTP. What it changed is seen, not asked."""
    asked = await request(world, kind, who, choices)
    if asked is None:
        return
    method, path, body = asked
    answer = await world.people[who].http.request(method, path, json=body, headers={"If-Match": "*"})
    note(f"{who}: {method} {path} {body} -> {answer.status_code}")
    assert answer.status_code < 500, answer.text
    after = await world.look()
    change = answer.headers.get("headway-change")
    if change is None:
        assert after == world.now, "nothing happened, or there is a change set"
    await happened(world, change, after)


async def happened(world: World, change: str | None, after: Look) -> None:
    """Remembers a change and everything as it is now."""
    if change:
        world.done.append(seen(change, len(world.done), world.now, after))
        revision = (await world.team.owner.get(world.path("/board")))["revision"]
        world.looks[revision] = after
    world.now = after


async def take_back(world: World, who: str, choice: int) -> None:
    """An undo of any change there was: what it does, and what it says of the rest, is what the model says."""
    if not world.done:
        return
    # Rather one of the newest; of the oldest too.
    did = world.done[-1 - choice] if choice < len(world.done) else world.done[choice % len(world.done)]
    since = [other for other in world.done if other.number > did.number]
    expected = Prediction(world.now, did, since, asker(world, who)).expected()
    preview = await world.people[who].http.post(f"/api/changes/{did.id}/undo", json={"preview": True})
    answer = await world.people[who].http.post(f"/api/changes/{did.id}/undo", json={})
    out = answer.json()
    note(f"{who}: undo of {did.number} {sorted(did.things)} -> {answer.status_code} {out.get('counts')}")
    after = await world.look()
    nothing = not expected.undone
    if nothing and expected.refused and not expected.conflicts:
        assert (answer.status_code, preview.status_code) == (403, 403), out
    else:
        assert answer.status_code == (409 if nothing and expected.conflicts else 200), (out, expected.conflicts)
        assert {(one["kind"], one["id"]) for one in out["undone"]} == expected.undone
        assert {(one["kind"], one["id"], one["field"]) for one in out["conflicts"]} == expected.conflicts
        assert {(one["kind"], one["id"]) for one in out["refused"]} == expected.refused
        for name in ("counts", "undone", "conflicts", "refused", "left"):
            assert preview.json()[name] == out[name], "the preview says what then happens"
        changed = [one for one in out["conflicts"] if one["field"] and one["detail"] == CHANGED_SINCE]
        assert all(one["by"] and one["at"] for one in changed), "who changed it, and when"
    assert not differences(expected.look, after)
    assert answer.headers.get("headway-change") == (out.get("change") if answer.status_code == 200 else None)
    assert (out.get("change") is None) == nothing
    await happened(world, out.get("change"), after)


async def begin(team: Team) -> World:
    """A project with a few things in it. Its maker is an admin, two are members, one only looks."""
    other = await team.user("other")
    project = await team.project()
    people = {"owner": team.owner, "member": team.member, "other": other, "viewer": team.viewer}
    world = World(team, project, people)
    await team.owner.post(world.path("/labels"), {"name": "bug"})
    await team.task(project, "first")
    await team.task(project, "second", by=team.member)
    world.now = await world.look()
    return world


@pytest.mark.timeout(180 if EXAMPLES <= 8 else 0)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=PHASES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(luck=st.integers(0, 2**64 - 1), length=st.integers(STEPS // 2, STEPS))
async def test_undo_and_time_travel_keep_what_they_promise(team: Team, luck: int, length: int) -> None:
    world, dice = await begin(team), Random(luck)
    began = await look_at_screens(team.owner, team.workspace_id, world.project["id"])
    for _ in range(length):  # a failure is made smaller by taking fewer of the same steps
        kind, choices = dice.choice(KINDS), tuple(dice.randrange(60) for _ in range(4))
        if kind == "undo":
            await take_back(world, dice.choice(UNDOERS), choices[0] % 8)
        elif kind == "build_timeline":
            async with world.database.unit_of_work() as db:
                await timeline.build(db, f"project:{world.project['id']}")
        else:
            # The viewer may do nothing, which others test.
            await act(world, kind, dice.choice(PEOPLE[:3]), choices)
    moments = [dice.randrange(1_000) for _ in range(5)]
    await check_every_moment(world, began, moments)


async def check_every_moment(world: World, began: View, moments: list[int]) -> None:
    """Snapshot, replay of the events and spans say the same of any moment; and now is what screens show."""
    views = await replay(world, began)
    last = max(views)
    fresh = await look_at_screens(world.team.owner, world.team.workspace_id, world.project["id"])
    assert_same(("model", "owner"), began, only_project(views[last]), only_project(fresh))
    wanted = {last, min(views), *(min(views) + moment % len(views) for moment in moments)}
    wanted |= set(list(world.looks)[:: max(1, len(world.looks) // 4)])
    for revision in wanted:
        told = await told_at(world, revision)
        assert told == replayed(views[revision]), f"the events to {revision} make what the spans tell"
        if revision in world.looks:
            assert told == remembered(world.looks[revision]), f"at {revision} it was so"


def only_project(view: View) -> View:
    """What a project's own topic tells of it."""
    things = {kind: view.things[kind] for kind in ("states", "labels", "tasks", "comments")}
    return View(things, {topic: r for topic, r in view.revisions.items() if topic.startswith("project:")})


async def replay(world: World, began: View) -> dict[int, View]:
    """The view after each event."""
    topic = f"project:{world.project['id']}"
    view = View(began.things, {topic: began.revisions[topic]})
    views, more = {view.revisions[topic]: view}, True
    while more:
        page = await world.team.owner.get("/api/events", topic=topic, after=view.revisions[topic], limit=200)
        for event in page["events"]:
            view = fold(view, event, world.team.owner.id)
            views[event["revision"]] = view
        more = page["more"]
    return views


Told = dict[tuple[str, str], dict[str, Any]]
LEFT_OUT = {"version", "updated_at", "checklist", "description", "description_html", "body_html"}


def plain(picture: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in picture.items() if name not in LEFT_OUT and name != "there"}


async def told_at(world: World, revision: int) -> Told:
    then = state_at(f"project:{world.project['id']}", revision, "task", "state", "label", "comment")
    async with world.database.reading() as db:
        rows = (await db.execute(select(then))).all()
    return {(row.noun, str(row.entity_id)): plain(row.data) for row in rows}


def replayed(view: View) -> Told:
    kinds = ("task", "state", "label", "comment")
    return {(kind, one): plain(picture) for kind in kinds for one, picture in view.things[f"{kind}s"].items()}


def remembered(look: Look) -> Told:
    return {thing: plain(p) for thing, p in look.items() if p["there"] and thing[0] != "project"}
