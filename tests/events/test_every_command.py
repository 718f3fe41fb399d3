"""State + events == fresh state, for every command there is and for everybody who looks."""

import inspect
import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest

import headway
from tests.events.fold import View
from tests.events.viewer import follow, look
from tests.factories import Team, User

# These open doors for the commands; they change nothing themselves.
NO_COMMANDS = {
    "projects.commands.project_i_may",
    "projects.commands.project_and_sight",
    "projects.label_commands.label_i_may",
    "projects.state_commands.state_i_may_manage",
    "tasks.commands.task_i_may",
    "tasks.commands.lock_home",
    "tasks.commands.set_fields",
    "tasks.commands.set_members",
    "tasks.commands.enter_state",
    "tasks.commands.check_parent",
    "tasks.commands.with_ancestors",
    "tasks.commands.refuse_unseen",
    "tasks.bulk.those_seen",
    "tasks.bulk.blocked_of",
    "tasks.bulk.change_all",
    "tasks.bulk.move_all",
    "tasks.bulk.delete_all",
    "comments.commands.comment_i_may",
    "workspaces.commands.workspace_i_may",
    "workspaces.commands.tell_address",
    "workspaces.invitation_commands.prove_address",
    "workspaces.invitation_commands.resend_invitation",  # a letter goes; what changes is when, which is not told
    "trash.commands.note",
}
# Signing in and out, passwords, tokens and linked sign-ins are one's own: nobody else's screen shows them. What the
# server's admins do to people has tests of its own, in tests/administration and tests/accounts/test_suspension.py.
PRIVATE = {"accounts", "setup", "oidc", "administration"}
# Only who manages invitations may hear these; their screens ask for them.
NOT_TOLD = {"email", "mailed_at"}


@dataclass
class Scene:
    """A project with something of everything in it."""

    team: Team
    project: Any
    states: list[Any]
    labels: list[str]
    task: Any
    child: Any
    other: Any
    third: Any
    fourth: Any
    gone: Any
    comment: Any
    guest: User
    private: Any

    @classmethod
    async def of(cls, team: Team) -> "Scene":
        project = await team.project(key="HW")
        path = f"/api/projects/{project['id']}"
        states = (await team.board(project))["states"]
        labels = [(await team.owner.post(f"{path}/labels", {"name": name}))["id"] for name in ("bug", "idea")]
        task = await team.task(project, "task", label_ids=labels, assignee_ids=[team.member.id])
        child = await team.task(project, "child", parent_id=task["id"], label_ids=labels[:1])
        other = await team.task(project, "other", state_id=states[3]["id"])
        third = await team.task(project, "third")
        await team.task(project, "below", parent_id=third["id"], assignee_ids=[team.owner.id])
        fourth = await team.task(project, "fourth", parent_id=third["id"])
        comment = await team.owner.post(f"/api/tasks/{task['id']}/comments", {"body": "Hello"})
        await team.member.post(f"/api/tasks/{child['id']}/comments", {"body": "Below"})
        gone = await team.task(project, "gone", parent_id=other["id"], label_ids=labels)
        await team.task(project, "gone with it", parent_id=gone["id"])
        await team.owner.delete(f"/api/tasks/{gone['id']}")
        guest = await team.user("guest")
        await team.owner.put(f"{path}/members/{guest.id}", {"role": "commenter"})
        private = await team.project(by=team.member, visibility="private")
        return cls(team, project, states, labels, task, child, other, third, fourth, gone, comment, guest, private)

    def path(self, rest: str = "") -> str:
        return f"/api/projects/{self.project['id']}{rest}"

    def room(self, rest: str = "") -> str:
        return f"/api/workspaces/{self.team.workspace_id}{rest}"

    async def bulk(self, of: tuple[Any, ...], **what: Any) -> None:
        """One edit of several tasks, which has to change each of them."""
        body = {"items": [{"id": task["id"]} for task in of], **what}
        answer = await self.team.member.post(self.path("/tasks/bulk"), body, 200)
        assert {item["status"] for item in answer["items"]} == {"changed"}, answer


Act = Callable[[Scene], Awaitable[Any]]


def everything_about(s: Scene) -> dict[str, Any]:
    """A change of everything that many tasks can be changed in at once."""
    return {
        "state_id": s.states[3]["id"],
        "priority": 3,
        "parent_id": s.fourth["id"],
        "start_on": "2026-12-02",
        "due_on": "2026-12-23",
        "estimate": 8,
        "labels": {"add": s.labels[1:], "remove": s.labels[:1]},
        "assignees": {"add": [s.team.owner.id], "remove": [s.team.member.id]},
    }


async def change(by: User, path: str, body: Any) -> None:
    """A change on purpose, whatever the version."""
    answer = await by.http.patch(path, json=body, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text


async def change_task(s: Scene) -> None:
    body = {
        "title": "New",
        "description": "**New**",
        "state_id": s.states[3]["id"],
        "priority": 4,
        "parent_id": s.other["id"],
        "start_on": "2026-12-01",
        "due_on": "2026-12-24",
        "estimate": 2.5,
        "duplicate_of_id": s.other["id"],
        "blocked_by": {"add": [s.fourth["id"]]},
        "related": {"add": [s.fourth["id"], s.other["id"]]},
        "checklist": {"add": [{"text": "One", "done": True}, {"text": "Two"}]},
        "labels": {"remove": s.labels[:1]},
        "assignees": {"add": [s.team.owner.id], "remove": [s.team.member.id]},
    }
    await change(s.team.member, f"/api/tasks/{s.task['id']}", body)


async def accept(s: Scene) -> None:
    url = (await s.team.owner.post(s.room("/invitations"), {"role": "member"}))["url"]
    await s.team.stranger.post("/api/invitations/accept", {"token": url.rpartition("#")[2]}, 200)


async def take_back(s: Scene) -> None:
    made = await s.team.owner.post(s.room("/invitations"), {"role": "member"})
    await s.team.owner.delete(s.room(f"/invitations/{made['id']}"))


async def close_and_open(s: Scene) -> None:
    await change(s.team.owner, s.path(), {"visibility": "private", "name": "Closed"})
    await change(s.team.owner, s.path(), {"visibility": "workspace"})


async def clear_label(s: Scene) -> None:
    """One that two tasks carry, and a deleted one."""
    await s.team.member.delete(f"/api/labels/{s.labels[0]}")


async def clear_state(s: Scene) -> None:
    """One that two tasks are in, and deleted ones."""
    await s.team.owner.delete(f"/api/states/{s.states[1]['id']}?move_to={s.states[3]['id']}")


async def restore_comment(s: Scene) -> None:
    made = await s.team.member.post(f"/api/tasks/{s.child['id']}/comments", {"body": "Again"})
    await s.team.member.delete(f"/api/comments/{made['id']}")
    await s.team.member.post(f"/api/comments/{made['id']}/restore", status=200)


async def restore_project(s: Scene) -> None:
    for by, project in ((s.team.member, s.private), (s.team.owner, s.project)):
        await by.delete(f"/api/projects/{project['id']}")
        await by.post(f"/api/projects/{project['id']}/restore", status=200)


async def end_comment(s: Scene) -> None:
    await s.team.owner.delete(f"/api/comments/{s.comment['id']}")
    await s.team.owner.delete(f"/api/trash/comments/{s.comment['id']}")


async def end_project(s: Scene) -> None:
    for by, project in ((s.team.member, s.private), (s.team.owner, s.project)):
        await by.delete(f"/api/projects/{project['id']}")
        await by.delete(f"/api/trash/projects/{project['id']}")


# In this order, each domain in a scene of its own: what comes last takes most away.
COMMANDS: dict[str, list[Act]] = {
    "projects.state_commands.create_state": [
        lambda s: s.team.owner.post(s.path("/states"), {"name": "Last", "category": "doing"}),
        lambda s: s.team.owner.post(
            s.path("/states"), {"name": "Second", "category": "doing", "after_id": s.states[0]["id"]}
        ),
    ],
    "projects.state_commands.change_state": [
        lambda s: change(
            s.team.owner,
            f"/api/states/{s.states[1]['id']}",
            {"name": "New", "category": "done", "after_id": s.states[3]["id"]},
        ),
    ],
    "projects.state_commands.delete_state": [lambda s: s.team.owner.delete(f"/api/states/{s.states[0]['id']}")],
    "projects.label_commands.create_label": [lambda s: s.team.member.post(s.path("/labels"), {"name": "New"})],
    "projects.label_commands.change_label": [
        lambda s: change(s.team.member, f"/api/labels/{s.labels[0]}", {"name": "Changed", "color": "red"}),
    ],
    "projects.label_commands.delete_label": [lambda s: s.team.member.delete(f"/api/labels/{s.labels[1]}")],
    "projects.commands.set_member": [
        lambda s: s.team.owner.put(s.path(f"/members/{s.team.member.id}"), {"role": "viewer"}),
        lambda s: s.team.owner.put(s.path(f"/members/{s.guest.id}"), {"role": "admin"}),
        lambda s: s.team.owner.put(s.path(f"/members/{s.guest.id}"), {"role": "member", "only_assigned": True}),
    ],
    "projects.commands.remove_member": [lambda s: s.team.owner.delete(s.path(f"/members/{s.guest.id}"))],
    "projects.commands.create_project": [
        lambda s: s.team.project(by=s.team.member),
        lambda s: s.team.project(by=s.team.member, visibility="private"),
    ],
    "projects.commands.change_project": [
        lambda s: change(s.team.owner, s.path(), {"name": "New", "description": "New"}),
        close_and_open,
        lambda s: change(s.team.member, f"/api/projects/{s.private['id']}", {"name": "Renamed"}),
        lambda s: change(s.team.owner, s.path(), {"visibility": "private"}),
    ],
    "projects.commands.restore_project": [restore_project],
    "projects.commands.delete_project": [
        lambda s: s.team.member.delete(f"/api/projects/{s.private['id']}"),
        lambda s: s.team.owner.delete(s.path()),
    ],
    "tasks.commands.create_task": [
        lambda s: s.team.task(s.project, "New"),
        lambda s: s.team.task(s.project, "New", parent_id=s.task["id"], label_ids=s.labels, after_id=s.task["id"]),
    ],
    "tasks.commands.change_task": [change_task],
    "tasks.commands.move_task": [
        lambda s: s.team.member.post(
            f"/api/tasks/{s.task['id']}/move", {"state_id": s.states[1]["id"], "after_id": s.other["id"]}, 200
        ),
    ],
    "tasks.bulk.edit_tasks": [
        lambda s: s.bulk(change=everything_about(s), of=(s.other, s.child, s.task)),
        lambda s: s.bulk(move={"state_id": s.states[2]["id"], "after_id": s.other["id"]}, of=(s.child, s.task)),
        lambda s: s.bulk(change={"parent_id": None, "start_on": None}, of=(s.fourth, s.other)),
        lambda s: s.bulk(delete=True, of=(s.third,)),
    ],
    "tasks.commands.restore_task": [lambda s: s.team.member.post(f"/api/tasks/{s.gone['id']}/restore", status=200)],
    "tasks.clearing.remove_state": [clear_state],
    "tasks.clearing.remove_label": [clear_label],
    "tasks.commands.delete_task": [lambda s: s.team.member.delete(f"/api/tasks/{s.task['id']}")],
    "comments.commands.create_comment": [
        lambda s: s.team.member.post(f"/api/tasks/{s.child['id']}/comments", {"body": "_New_"}),
    ],
    "comments.commands.change_comment": [
        lambda s: change(s.team.owner, f"/api/comments/{s.comment['id']}", {"body": "_New_"}),
    ],
    "comments.commands.restore_comment": [restore_comment],
    "comments.commands.delete_comment": [lambda s: s.team.owner.delete(f"/api/comments/{s.comment['id']}")],
    "trash.commands.end_task": [lambda s: s.team.owner.delete(f"/api/trash/tasks/{s.gone['id']}")],
    "trash.commands.end_comment": [end_comment],
    "trash.commands.end_project": [end_project],
    "workspaces.commands.make_workspace": [lambda s: s.team.owner.post("/api/workspaces", {"name": "New"})],
    "workspaces.commands.create_workspace": [lambda s: s.team.owner.post("/api/workspaces", {"name": "New"})],
    "workspaces.commands.change_workspace": [lambda s: change(s.team.owner, s.room(), {"name": "New name"})],
    "workspaces.commands.rename_me": [lambda s: s.guest.patch("/api/me", {"name": "New name"})],
    "workspaces.invitation_commands.invite": [
        lambda s: s.team.owner.post(s.room("/invitations"), {"role": "viewer"}),
    ],
    "workspaces.invitation_commands.take_back_invitation": [take_back],
    "workspaces.invitation_commands.accept_invitation": [accept],
    "workspaces.commands.change_role": [
        lambda s: s.team.owner.patch(s.room(f"/members/{s.team.member.id}"), {"role": "viewer"}),
        lambda s: s.team.owner.patch(s.room(f"/members/{s.guest.id}"), {"role": "admin"}),
    ],
    "workspaces.commands.remove_member": [
        lambda s: s.guest.delete(s.room(f"/members/{s.guest.id}")),
        lambda s: s.team.owner.delete(s.room(f"/members/{s.team.member.id}")),
    ],
}


def commands_there_are() -> set[str]:
    """Every function of a commands module that acts for somebody."""
    found = set()
    for module in pkgutil.walk_packages(headway.__path__):
        name = module.name
        if not module.ispkg or name in PRIVATE:
            continue
        for inside in pkgutil.iter_modules(import_module(f"headway.{name}").__path__):
            if inside.name.endswith("commands") or inside.name in ("clearing", "bulk"):
                home = import_module(f"headway.{name}.{inside.name}")
                for function_name, function in inspect.getmembers(home, inspect.iscoroutinefunction):
                    takes = list(inspect.signature(function).parameters)[:2]
                    if function.__module__ == home.__name__ and takes == ["db", "me"]:
                        found.add(f"{name}.{inside.name}.{function_name}")
    return found


def test_every_command_is_in_the_table() -> None:
    assert commands_there_are() == COMMANDS.keys() | NO_COMMANDS


@pytest.mark.parametrize("domain", sorted({name.split(".")[0] for name in COMMANDS}))
async def test_state_and_events_make_the_fresh_state(team: Team, domain: str) -> None:
    scene = await Scene.of(team)
    viewers = (team.owner, team.member, team.viewer)
    where = team.workspace_id, scene.project["id"]
    cached = [await look(viewer, *where) for viewer in viewers]
    for name in [name for name in COMMANDS if name.startswith(f"{domain}.")]:
        for act in COMMANDS[name]:
            await act(scene)
            followed = [await follow(viewer, before) for viewer, before in zip(viewers, cached, strict=True)]
            fresh = [await look(viewer, *where) for viewer in viewers]
            for viewer, before, after, now in zip(viewers, cached, followed, fresh, strict=True):
                assert_same((name, viewer.name), before, after, now)
            assert [view.revisions for view in fresh] != [view.revisions for view in cached], (name, "told nobody")
            cached = fresh


def assert_same(who: tuple[str, str], before: View, after: View, fresh: View) -> None:
    """Nothing is missing, doubled or different. What the events said has to be fetched again, is."""
    assert after.revisions == fresh.revisions, who
    assert after.things.keys() == fresh.things.keys(), who
    stale = {"projects", "workspaces", "board"} if "lists" in after.stale else set()
    for kind in after.things.keys() - stale:
        mine, theirs = after.things[kind], fresh.things[kind]
        if kind == "comments":
            # Those of a deleted task stay where they are cached; those of one that came back are fetched on opening it.
            known = before.things["tasks"].keys() & fresh.things["tasks"].keys()
            mine, theirs = ({k: c for k, c in all_.items() if c["task_id"] in known} for all_ in (mine, theirs))
        if kind == "invitations":
            mine, theirs = (
                {k: {f: v for f, v in one.items() if f not in NOT_TOLD} for k, one in all_.items()}
                for all_ in (mine, theirs)
            )
        assert mine == theirs, (*who, kind)
