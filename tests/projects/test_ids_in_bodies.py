"""Every id inside a body or query is checked: another project's, another team's and nobody's are refused alike."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.factories import Team, User, new_workspace


@dataclass
class Ids:
    """One id of each kind, all of one project."""

    state: str
    label: str
    task: str
    person: str


async def ids_of(by: User, workspace_id: str) -> tuple[Any, Ids]:
    """A project of somebody's own and what is in it."""
    key = f"P{uuid4().hex[:7]}".upper()
    project = await by.post(
        f"/api/workspaces/{workspace_id}/projects", {"name": "Own", "key": key, "visibility": "private"}
    )
    path = f"/api/projects/{project['id']}"
    state = (await by.get(f"{path}/board"))["states"][0]["id"]
    label = (await by.post(f"{path}/labels", {"name": "label"}))["id"]
    task = (await by.post(f"{path}/tasks", {"title": "task"}))["id"]
    return project, Ids(state, label, task, by.id)


async def test_an_id_from_elsewhere_is_refused_like_one_that_is_nobodys(team: Team) -> None:
    project, own = await ids_of(team.owner, team.workspace_id)
    _, same_workspace = await ids_of(team.owner, team.workspace_id)
    _, elsewhere = await ids_of(team.stranger, str(await new_workspace(team.app, {"owner": team.stranger})))
    nobodys = Ids(*(str(uuid4()) for _ in range(4)))
    task, path = f"/api/tasks/{own.task}", f"/api/projects/{project['id']}"
    board = await team.owner.get(f"{path}/board")

    def requests(ids: Ids) -> list[tuple[str, str, str, Any]]:
        """(field, method, path, body), each with one foreign id."""
        new = {"title": "New"}
        return [
            ("state_id", "POST", f"{path}/tasks", {**new, "state_id": ids.state}),
            ("parent_id", "POST", f"{path}/tasks", {**new, "parent_id": ids.task}),
            ("labels", "POST", f"{path}/tasks", {**new, "label_ids": [own.label, ids.label]}),
            ("assignees", "POST", f"{path}/tasks", {**new, "assignee_ids": [own.person, ids.person]}),
            ("after_id", "POST", f"{path}/tasks", {**new, "after_id": ids.task}),
            ("state_id", "PATCH", task, {"version": 1, "state_id": ids.state}),
            ("parent_id", "PATCH", task, {"version": 1, "parent_id": ids.task}),
            ("labels", "PATCH", task, {"version": 1, "labels": {"add": [ids.label]}}),
            ("assignees", "PATCH", task, {"version": 1, "assignees": {"add": [ids.person]}}),
            ("state_id", "POST", f"{task}/move", {"state_id": ids.state}),
            ("after_id", "POST", f"{task}/move", {"after_id": ids.task}),
            ("before_id", "POST", f"{task}/move", {"before_id": ids.task}),
            ("after_id", "POST", f"{path}/states", {"name": "New", "category": "doing", "after_id": ids.state}),
            ("after_id", "PATCH", f"/api/states/{own.state}", {"version": 1, "after_id": ids.state}),
        ]

    for ids in (same_workspace, elsewhere, nobodys):
        if ids is same_workspace:
            ids.person = team.stranger.id
        for (field, method, address, body), theirs in zip(requests(ids), requests(nobodys), strict=True):
            answer = await team.owner.http.request(method, address, json=body)
            assert answer.status_code == 422, (field, method, address, answer.text)
            assert answer.json()["code"] == field
            missing = (await team.owner.http.request(method, address, json=theirs[3])).text
            for one, other in zip(vars(ids).values(), vars(nobodys).values(), strict=True):
                missing = missing.replace(other, one)
            assert answer.text == missing
    assert await team.owner.get(f"{path}/board") == board


async def test_a_state_cannot_be_emptied_into_another_projects(team: Team) -> None:
    project, own = await ids_of(team.owner, team.workspace_id)
    _, other = await ids_of(team.owner, team.workspace_id)
    state = (await team.owner.get(f"/api/tasks/{own.task}"))["state_id"]
    for foreign in (other.state, str(uuid4())):
        refused = await team.owner.delete(f"/api/states/{state}?move_to={foreign}", 422)
        assert refused["code"] == "move_to"
    for same in ("", f"?move_to={state}"):
        assert (await team.owner.delete(f"/api/states/{state}{same}", 409))["code"] == "state.in_use"
    assert (await team.board(project))["tasks"][0]["state_id"] == state


async def test_filters_by_foreign_ids_find_nothing(team: Team) -> None:
    project, _ = await ids_of(team.owner, team.workspace_id)
    _, other = await ids_of(team.owner, team.workspace_id)
    filters = {"state_id": other.state, "label_id": other.label, "assignee_id": team.stranger.id}
    for name, foreign in filters.items():
        assert (await team.owner.get(f"/api/projects/{project['id']}/tasks", **{name: foreign}))["items"] == []


async def test_work_is_given_only_to_those_who_see_the_project(team: Team) -> None:
    private = await team.project(visibility="private")
    body = {"title": "New", "assignee_ids": [team.member.id]}
    assert (await team.owner.post(f"/api/projects/{private['id']}/tasks", body, 422))["code"] == "assignees"
    await team.owner.put(f"/api/projects/{private['id']}/members/{team.member.id}", {"role": "viewer"})
    task = await team.owner.post(f"/api/projects/{private['id']}/tasks", body)
    assert task["assignee_ids"] == [team.member.id]
    await team.owner.delete(f"/api/projects/{private['id']}/members/{team.member.id}")
    kept = await team.owner.patch(f"/api/tasks/{task['id']}", {"version": 1, "title": "Still theirs"})
    assert kept["assignee_ids"] == [team.member.id]
    freed = await team.owner.patch(
        f"/api/tasks/{task['id']}", {"version": 2, "assignees": {"remove": [team.member.id]}}
    )
    assert freed["assignee_ids"] == []
