"""Somebody who sees only what is assigned to them: at every door, what is hidden is not there."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.doors import DOORS, House
from tests.factories import Team, User

# What these doors take is a task, or hangs on one.
OF_TASKS = {
    name
    for name, door in DOORS.items()
    if door.target in (House.task, House.deleted_task, House.comment, House.deleted_comment, House.change)
}
OF_THE_WHOLE = {"get_project_history", "get_project_timeline", "get_project_diff", "export_project"}


@dataclass
class Guesthouse:
    """A house where a member sees only what is assigned to them: one task of two."""

    house: House
    guest: User
    theirs: Any
    hidden: Any

    @classmethod
    async def of(cls, team: Team, role: str = "member") -> "Guesthouse":
        """Both tasks have the word "secret", a comment with it, and a deleted comment."""
        house = await House.of(team)
        guest = await team.user("guest")
        body = {"role": role, "only_assigned": True}
        await team.owner.put(f"/api/projects/{house.project['id']}/members/{guest.id}", body)
        theirs, hidden = [
            await team.task(house.project, f"secret {name}", assignee_ids=[who])
            for name, who in (("to share", guest.id), ("of ours", team.owner.id))
        ]
        for task in (theirs, hidden):
            for word in ("kept", "taken back"):
                comment = await team.owner.post(f"/api/tasks/{task['id']}/comments", {"body": f"secret and {word}"})
            await team.owner.delete(f"/api/comments/{comment['id']}")
        return cls(house, guest, theirs, hidden)

    @property
    def path(self) -> str:
        return f"/api/projects/{self.house.project['id']}"

    async def assign(self, add: bool, task: Any = None) -> None:
        """Gives the guest the hidden task, or another one; or takes it from them."""
        change = {"assignees": {"add" if add else "remove": [self.guest.id]}}
        path, anyhow = f"/api/tasks/{(task or self.hidden)['id']}", {"If-Match": "*"}
        assert (await self.house.team.owner.http.patch(path, json=change, headers=anyhow)).status_code == 200


async def test_what_is_not_assigned_answers_like_what_is_not_there(team: Team) -> None:
    for role in ("viewer", "commenter", "member"):
        guesthouse = await Guesthouse.of(team, role)
        house, wrong = guesthouse.house, list[Any]()
        for name in OF_TASKS:
            door = DOORS[name]
            target = await door.target(house)
            before = await house.revision()
            missing = await door.knock(team.owner, str(uuid4()), house)
            answer = await door.knock(guesthouse.guest, target, house)
            if (answer.status_code, answer.content) != (404, missing.content):
                wrong.append((name, role, answer.status_code, answer.text))
            assert await house.revision() == before, name
        assert not wrong


async def test_no_answer_about_the_project_tells_of_it(team: Team) -> None:
    guesthouse = await Guesthouse.of(team)
    guest, path = guesthouse.guest, guesthouse.path
    hidden = guesthouse.hidden
    workspace = f"/api/workspaces/{team.workspace_id}"
    whole = [door for door in DOORS.values() if door.method == "GET" and door.target is House.project_id]
    asked = [
        *(door.address(guesthouse.house.project["id"], guesthouse.house) for door in whole),
        *(f"{path}/tasks?sort={sort}" for sort in ("rank", "updated", "due", "priority", "number")),
        f"{path}/tasks?q=secret",
        f"{path}/tasks?assignee_id={team.owner.id}",
        f"{path}/board?as_of=2",
        f"{path}/tasks?as_of=2",
        f"{workspace}/search?q=secret",
        f"{workspace}/search?q={hidden['human_id']}",
        f"{workspace}/tasks/{hidden['human_id']}",
        f"{workspace}/my-work",
        f"/api/tasks/{hidden['id']}?as_of=100",
        f"/api/tasks/{hidden['id']}/comments?as_of=100",
    ]  # fmt: skip
    for address in asked:
        answer = await guest.http.get(address)
        # A problem names the address it is about.
        assert hidden["id"] not in answer.text.replace(address.partition("?")[0], ""), address
        assert "of ours" not in answer.text, address
    board = await guest.get(f"{path}/board")
    assert [task["id"] for task in board["tasks"]] == [guesthouse.theirs["id"]]
    assert board["project"]["only_assigned"] is True
    assert [one["id"] for one in (await guest.get(f"{path}/tasks"))["items"]] == [guesthouse.theirs["id"]]
    assert [one["id"] for one in (await guest.get(f"{workspace}/search", q="secret"))["items"]] == [
        guesthouse.theirs["id"]
    ]
    assert [one["task_id"] for one in (await guest.get(f"{path}/trash"))["items"]] == [guesthouse.theirs["id"]]
    # To everybody else it is all there.
    assert len((await team.board(guesthouse.house.project))["tasks"]) == 2
    assert len((await guesthouse.house.people["viewer"].get(f"{path}/trash"))["items"]) == 2


async def test_what_is_about_the_whole_project_is_refused_in_words(team: Team) -> None:
    guesthouse = await Guesthouse.of(team)
    for name in OF_THE_WHOLE:
        door = DOORS[name]
        answer = await door.knock(guesthouse.guest, guesthouse.house.project["id"], guesthouse.house)
        assert (answer.status_code, answer.json()["code"]) == (403, "restricted"), name
    for address in ("board", "tasks"):
        answer = await guesthouse.guest.http.get(f"{guesthouse.path}/{address}?as_of=3")
        assert (answer.status_code, answer.json()["code"]) == (403, "restricted"), address
    look = await guesthouse.guest.put(f"{guesthouse.path}/last-look", {"revision": 1})
    assert look is None
    assert (await guesthouse.guest.get(f"{guesthouse.path}/last-look"))["changes"] == 0


async def test_what_is_assigned_is_theirs_with_its_past(team: Team) -> None:
    guesthouse = await Guesthouse.of(team)
    guest, hidden = guesthouse.guest, guesthouse.hidden
    await guesthouse.assign(True)
    seen = await guest.get(f"/api/tasks/{hidden['id']}")
    assert seen["title"] == "secret of ours"
    assert len((await guest.get(f"/api/tasks/{hidden['id']}/comments"))["items"]) == 1
    history = await guest.get(f"/api/tasks/{hidden['id']}/history")
    assert [one["events"][0]["kind"] for one in history["items"]] == ["task.changed", "task.created"]
    assert (await guest.get(f"/api/tasks/{hidden['id']}", as_of="100"))["id"] == hidden["id"]
    await guesthouse.assign(False)
    assert (await guest.http.get(f"/api/tasks/{hidden['id']}")).status_code == 404
    assert (await guest.http.get(f"/api/tasks/{hidden['id']}", params={"as_of": "100"})).status_code == 404


async def test_what_they_make_is_theirs_and_may_be_given_away(team: Team) -> None:
    guesthouse = await Guesthouse.of(team)
    guest = guesthouse.guest
    made = await guest.post(f"{guesthouse.path}/tasks", {"title": "New", "assignee_ids": [team.owner.id]})
    assert sorted(made["assignee_ids"]) == sorted([guest.id, team.owner.id])
    # The answer to what takes it out of their sight is the last they see of it.
    away = {"version": made["version"], "assignees": {"remove": [guest.id]}}
    assert (await guest.patch(f"/api/tasks/{made['id']}", away))["assignee_ids"] == [team.owner.id]
    assert (await guest.http.get(f"/api/tasks/{made['id']}")).status_code == 404


async def test_hidden_ids_in_bodies_are_unknown(team: Team) -> None:
    guesthouse = await Guesthouse.of(team)
    guest, hidden, theirs = guesthouse.guest, guesthouse.hidden["id"], guesthouse.theirs
    for unknown in (hidden, str(uuid4())):
        answers = [
            await guest.post(f"{guesthouse.path}/tasks", {"title": "New", "parent_id": unknown}, 422),
            await guest.post(f"{guesthouse.path}/tasks", {"title": "New", "after_id": unknown}, 422),
            await guest.post(f"/api/tasks/{theirs['id']}/move", {"before_id": unknown}, 422),
            await guest.patch(f"/api/tasks/{theirs['id']}", {"version": 1, "parent_id": unknown}, 422),
        ]
        assert [one["detail"].partition(": ")[2] for one in answers] == ["there is no such task in this project."] * 4
        bulk = {"items": [{"id": unknown}, {"id": theirs["id"]}], "change": {"priority": 2}}
        done = await guest.post(f"{guesthouse.path}/tasks/bulk", bulk, 200)
        assert [one["code"] for one in done["items"]] == ["task.not_found", None]
    assert (await team.owner.get(f"/api/tasks/{hidden}"))["priority"] == 0


async def test_nothing_hidden_goes_along(team: Team) -> None:
    guesthouse = await Guesthouse.of(team)
    guest, theirs = guesthouse.guest, guesthouse.theirs["id"]
    label = await team.owner.post(f"{guesthouse.path}/labels", {"name": "bug"})
    await team.task(guesthouse.house.project, "secret below", parent_id=theirs, label_ids=[label["id"]])
    refused = [
        await guest.delete(f"/api/tasks/{theirs}", 403),
        await guest.post(f"{guesthouse.path}/tasks/bulk", {"items": [{"id": theirs}], "delete": True}, 403),
        await guest.delete(f"/api/labels/{label['id']}", 403),
    ]
    assert [one["code"] for one in refused] == ["restricted"] * 3
    assert len((await team.board(guesthouse.house.project))["tasks"]) == 3


async def test_a_change_is_told_and_undone_only_where_they_see_all_of_it(team: Team) -> None:
    guesthouse = await Guesthouse.of(team)
    guest, theirs, hidden = guesthouse.guest, guesthouse.theirs["id"], guesthouse.hidden["id"]
    path = f"{guesthouse.path}/tasks/bulk"
    own = await guest.post(path, {"items": [{"id": theirs}], "change": {"priority": 1}}, 200)
    both = await team.owner.post(path, {"items": [{"id": theirs}, {"id": hidden}], "change": {"priority": 3}}, 200)
    assert (await guest.get(f"/api/changes/{own['change']}"))["id"] == own["change"]
    assert (await guest.http.get(f"/api/changes/{both['change']}")).status_code == 404
    await guest.post(f"/api/changes/{both['change']}/undo", {}, 404)
    assert (await team.owner.get(f"/api/tasks/{hidden}"))["priority"] == 3
    # What happened to their own task is told, and of that change only that.
    told = (await guest.get(f"/api/tasks/{theirs}/history"))["items"][0]
    assert told["id"] == both["change"]
    assert hidden not in str(told)
    assert [one["id"] for one in told["events"]] == [theirs]
    # Seen whole, it may be taken back.
    await guesthouse.assign(True)
    assert (await guest.post(f"/api/changes/{both['change']}/undo", {}, 200))["undone"]


async def test_only_an_admin_gives_and_lifts_it_and_nobody_leaves_it_by_themselves(team: Team) -> None:
    project = await team.project()
    path = f"/api/projects/{project['id']}"
    guest = await team.user("guest")
    body = {"role": "member", "only_assigned": True}
    assert (await team.member.put(f"{path}/members/{guest.id}", body, 403))["code"] == "role.manage"
    await team.owner.put(f"{path}/members/{guest.id}", {**body, "role": "admin"}, 422)
    await team.owner.put(f"{path}/members/{guest.id}", body)
    assert (await team.owner.get(f"{path}/members"))[-1] == {
        "project_id": project["id"], "person_id": guest.id, "role": "member", "only_assigned": True,
    }  # fmt: skip
    assert (await guest.get(path))["only_assigned"] is True
    # In an open project they would see everything without it.
    await guest.delete(f"{path}/members/{guest.id}", 403)
    await guest.put(f"{path}/members/{guest.id}", {"role": "member"}, 403)
    await team.owner.delete(f"{path}/members/{guest.id}")
    assert (await guest.get(path))["only_assigned"] is False


async def test_owners_and_admins_of_the_workspace_see_everything_whatever_a_project_says(team: Team) -> None:
    project = await team.project()
    await team.task(project)
    for person in (team.owner, team.admin):
        body = {"role": "viewer", "only_assigned": True}
        await team.owner.put(f"/api/projects/{project['id']}/members/{person.id}", body)
        assert len((await team.board(project, by=person))["tasks"]) == 1
        assert (await person.get(f"/api/projects/{project['id']}"))["only_assigned"] is False


async def test_leaving_is_free_where_it_shows_nothing_more(team: Team) -> None:
    house = await House.of(team)
    person = house.people["viewer"]
    await person.delete(f"/api/projects/{house.project['id']}/members/{person.id}")
    open_one = await team.project()
    path = f"/api/projects/{open_one['id']}/members/{team.member.id}"
    await team.owner.put(path, {"role": "viewer"})
    # Without that role they would be members again.
    assert (await team.member.delete(path, 403))["code"] == "role.manage"
    await team.owner.put(path, {"role": "admin"})
    await team.member.delete(path)
