"""Every door of projects, tasks, comments and search: what it takes, and the least role that opens it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2

from tests.factories import Team, User

# What somebody has to be in a project, from the least to the most.
ROLES = ("viewer", "commenter", "member", "admin")


NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


@dataclass
class House:
    """A private project with one person in each role, and somebody of the workspace who is not in it."""

    team: Team
    project: Any
    people: dict[str, User]
    outsider: User

    @classmethod
    async def of(cls, team: Team, **fields: Any) -> "House":
        """A house; the project's maker is the workspace's owner."""
        project = await team.project(visibility="private", **fields)
        people = {role: await team.user(role) for role in ROLES}
        for role, person in people.items():
            await team.owner.put(f"/api/projects/{project['id']}/members/{person.id}", {"role": role})
        return cls(team, project, people, await team.user("outsider"))

    async def task(self, **fields: Any) -> str:
        """A fresh task's id."""
        return str((await self.team.task(self.project, **fields))["id"])

    async def deleted_task(self) -> str:
        task = await self.task()
        await self.team.owner.delete(f"/api/tasks/{task}")
        return task

    async def comment(self, by: User | None = None) -> str:
        """A fresh comment's id, by the project's maker or `by`."""
        path = f"/api/tasks/{await self.task()}/comments"
        return str((await (by or self.team.owner).post(path, {"body": "Hello"}))["id"])

    async def deleted_comment(self) -> str:
        comment = await self.comment()
        await self.team.owner.delete(f"/api/comments/{comment}")
        return comment

    async def deleted_project(self) -> str:
        project = await self.spare_project()
        await self.team.owner.delete(f"/api/projects/{project}")
        return project

    async def label(self) -> str:
        name = f"Label {await self.revision()}"
        return str((await self.team.owner.post(f"/api/projects/{self.project['id']}/labels", {"name": name}))["id"])

    async def state(self) -> str:
        body = {"name": f"State {await self.revision()}", "category": "doing"}
        return str((await self.team.owner.post(f"/api/projects/{self.project['id']}/states", body))["id"])

    async def change(self) -> str:
        """A fresh task's making, as a change set's id."""
        history = await self.team.owner.get(f"/api/tasks/{await self.task()}/history")
        return str(history["items"][0]["id"])

    async def guest(self) -> str:
        """Somebody with a role of their own that may be changed or taken away."""
        person = await self.team.user("guest")
        await self.team.owner.put(f"/api/projects/{self.project['id']}/members/{person.id}", {"role": "viewer"})
        return person.id

    async def project_id(self) -> str:
        return str(self.project["id"])

    async def spare_project(self) -> str:
        """Another project of the same people, to be deleted."""
        project = await self.team.project(visibility="private")
        for role, person in self.people.items():
            await self.team.owner.put(f"/api/projects/{project['id']}/members/{person.id}", {"role": role})
        return str(project["id"])

    async def revision(self) -> int:
        return int((await self.team.board(self.project))["revision"])


@dataclass(frozen=True)
class Door:
    """One route. `target` makes the id in its path; `least` is the least role it opens for."""

    method: str
    path: str
    target: Callable[[House], Awaitable[str]]
    least: str
    body: Any = None
    status: int = 200

    def address(self, target: str, house: House) -> str:
        """The path as it is asked for."""
        return "/api" + self.path.format(id=target, person=house.outsider.id)

    async def knock(self, by: User, target: str, house: House) -> httpx2.Response:
        """The answer. A new thing's name is one that nobody has used."""
        body = self.body
        if body and self.method == "POST" and "name" in body:
            body = {**body, "name": f"{body['name']} {uuid4()}"}
        return await by.http.request(self.method, self.address(target, house), json=body)


DOORS = {
    "get_project": Door("GET", "/projects/{id}", House.project_id, "viewer"),
    "change_project": Door("PATCH", "/projects/{id}", House.project_id, "admin", {"name": "New"}, 428),
    "delete_project": Door("DELETE", "/projects/{id}", House.spare_project, "admin", status=204),
    "list_project_members": Door("GET", "/projects/{id}/members", House.project_id, "viewer"),
    "set_project_member": Door(
        "PUT", "/projects/{id}/members/{person}", House.spare_project, "admin", {"role": "viewer"}, 204
    ),
    "remove_project_member": Door("DELETE", "/projects/{id}/members/{person}", House.project_id, "admin", status=404),
    "list_access": Door("GET", "/projects/{id}/access", House.project_id, "admin"),
    "get_access": Door("GET", "/projects/{id}/access/{person}", House.project_id, "admin"),
    "create_state": Door(
        "POST", "/projects/{id}/states", House.project_id, "admin", {"name": "Review", "category": "doing"}, 201
    ),
    "change_state": Door("PATCH", "/states/{id}", House.state, "admin", {"version": 1, "name": "Renamed"}),
    "delete_state": Door("DELETE", "/states/{id}", House.state, "admin", status=204),
    "create_label": Door("POST", "/projects/{id}/labels", House.project_id, "member", {"name": "New label"}, 201),
    "change_label": Door("PATCH", "/labels/{id}", House.label, "member", {"version": 1, "color": "red"}),
    "delete_label": Door("DELETE", "/labels/{id}", House.label, "member", status=204),
    "get_board": Door("GET", "/projects/{id}/board", House.project_id, "viewer"),
    "list_tasks": Door("GET", "/projects/{id}/tasks", House.project_id, "viewer"),
    "create_task": Door("POST", "/projects/{id}/tasks", House.project_id, "member", {"title": "New"}, 201),
    "get_task": Door("GET", "/tasks/{id}", House.task, "viewer"),
    "change_task": Door("PATCH", "/tasks/{id}", House.task, "member", {"version": 1, "title": "New"}),
    "move_task": Door("POST", "/tasks/{id}/move", House.task, "member", {}),
    "edit_tasks": Door(
        "POST", "/projects/{id}/tasks/bulk", House.project_id, "member", {"items": [{"id": NOBODY}], "delete": True}
    ),
    "delete_task": Door("DELETE", "/tasks/{id}", House.task, "member", status=204),
    "restore_task": Door("POST", "/tasks/{id}/restore", House.deleted_task, "member"),
    "list_relations": Door("GET", "/tasks/{id}/relations", House.task, "viewer"),
    "list_comments": Door("GET", "/tasks/{id}/comments", House.task, "viewer"),
    "create_comment": Door("POST", "/tasks/{id}/comments", House.task, "commenter", {"body": "Hello"}, 201),
    "change_comment": Door("PATCH", "/comments/{id}", House.comment, "author", {"version": 1, "body": "New"}),
    "delete_comment": Door("DELETE", "/comments/{id}", House.comment, "admin", status=204),
    "restore_comment": Door("POST", "/comments/{id}/restore", House.deleted_comment, "admin"),
    "restore_project": Door("POST", "/projects/{id}/restore", House.deleted_project, "admin"),
    "list_trash": Door("GET", "/projects/{id}/trash", House.project_id, "viewer"),
    "end_task": Door("DELETE", "/trash/tasks/{id}", House.deleted_task, "admin", status=204),
    "end_comment": Door("DELETE", "/trash/comments/{id}", House.deleted_comment, "admin", status=204),
    "end_project": Door("DELETE", "/trash/projects/{id}", House.deleted_project, "admin", status=204),
    "get_project_history": Door("GET", "/projects/{id}/history", House.project_id, "viewer"),
    "get_task_history": Door("GET", "/tasks/{id}/history", House.deleted_task, "viewer"),
    "get_comment_history": Door("GET", "/comments/{id}/history", House.comment, "viewer"),
    "get_project_timeline": Door("GET", "/projects/{id}/timeline", House.project_id, "viewer"),
    "get_project_diff": Door("GET", "/projects/{id}/diff?from=1", House.project_id, "viewer"),
    "export_project": Door("GET", "/projects/{id}/export", House.project_id, "viewer"),
    "get_last_look": Door("GET", "/projects/{id}/last-look", House.project_id, "viewer"),
    "set_last_look": Door("PUT", "/projects/{id}/last-look", House.project_id, "viewer", {"revision": 1}, 204),
    "get_presence": Door("GET", "/projects/{id}/presence", House.project_id, "viewer"),
    "get_change": Door("GET", "/changes/{id}", House.change, "viewer"),
    "undo_change": Door("POST", "/changes/{id}/undo", House.change, "member", {}),
}

# These take a workspace, and show of it what somebody may see.
OF_WORKSPACES = {
    "list_projects": ("GET", "/workspaces/{id}/projects", None),
    "create_project": ("POST", "/workspaces/{id}/projects", {"name": "New", "key": "NEW"}),
    "get_task_by_human_id": ("GET", "/workspaces/{id}/tasks/HW-1", None),
    "get_my_work": ("GET", "/workspaces/{id}/my-work", None),
    "list_deleted_projects": ("GET", "/workspaces/{id}/trash", None),
    "search_tasks": ("GET", "/workspaces/{id}/search?q=secret", None),
    "complete_search": ("GET", "/workspaces/{id}/search/completions?q=secret&at=6", None),
}
