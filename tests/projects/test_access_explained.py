"""The explainer says what really happens: every combination of roles, visibility and sight, asked and then tried."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert

from headway.accounts.models import Person, SignIn
from headway.accounts.secrets import hashed, new_secret
from headway.accounts.session import COOKIE
from headway.clock import new_id, now
from headway.projects.models import ProjectMember
from headway.tasks.models import TaskAssignee
from headway.workspaces.models import Membership
from tests.doors import House
from tests.factories import Team
from tests.promises.asking import Answer, ask

# A role of their own in the project, whether it is from an earlier stay, and whether it is only for what is theirs.
OWN: list[tuple[str | None, bool, bool]] = [
    (None, False, False),
    *((role, False, only) for role in ("viewer", "commenter", "member") for only in (False, True)),
    ("admin", False, False),
    *(("member", True, only) for only in (False, True)),
]
IN_WORKSPACE = ("owner", "admin", "member", "viewer", "left", "suspended")
GIVES_SIGHT = {"workspace_owner", "workspace_admin", "own_role", "open_to_member", "open_to_viewer"}


@dataclass
class Case:
    """Somebody, and what they are."""

    in_workspace: str
    visibility: str
    own: str | None
    earlier: bool
    only_assigned: bool
    assigned: bool
    id: UUID = field(default_factory=new_id)
    secret: str = field(default_factory=new_secret)

    def __str__(self) -> str:
        own = f"{'once ' * self.earlier}{self.own}{', only assigned' * self.only_assigned}"
        return f"{self.in_workspace}, {self.visibility} project, {own}, {'' if self.assigned else 'not '}assigned"

    @property
    def headers(self) -> dict[str, str]:
        return {"cookie": f"{COOKIE}={self.secret}"}


@dataclass
class Town:
    """A project of each visibility with one task, somebody of each combination, and a guest to give roles to."""

    team: Team
    projects: dict[str, Any]
    tasks: dict[str, Any]
    cases: list[Case]
    guest: str
    wrong: list[Any] = field(default_factory=list)

    @classmethod
    async def of(cls, team: Team) -> Town:
        projects = {one: await team.project(visibility=one) for one in ("workspace", "private")}
        tasks = {one: await team.task(project) for one, project in projects.items()}
        cases = [
            Case(where, visibility, own, earlier, only, assigned)
            for where, visibility, (own, earlier, only), assigned in product(IN_WORKSPACE, projects, OWN, (False, True))
        ]
        town = cls(team, projects, tasks, cases, (await team.user("guest")).id)
        await town.move_in()
        return town

    async def move_in(self) -> None:
        """Everybody's rows, a table at a time."""
        at, before = now(), now() - timedelta(days=9)
        ids = {one: (UUID(self.projects[one]["id"]), UUID(self.tasks[one]["id"])) for one in self.projects}
        async with self.team.app.state.database.unit_of_work() as db:
            people = [
                {"id": one.id, "name": f"N{i}", "name_key": f"n{i}", "email": f"{one.id}@example.org", "created_at": at}
                | {"suspended_at": at if one.in_workspace == "suspended" else None}
                for i, one in enumerate(self.cases)
            ]
            times = {"created_at": at, "last_seen_at": at, "expires_at": at + timedelta(days=1), "user_agent": ""}
            sign_ins = [
                {"id": new_id(), "person_id": one.id, "secret_hash": hashed(one.secret), **times} for one in self.cases
            ]
            places = [
                {"workspace_id": UUID(self.team.workspace_id), "person_id": one.id, "joined_at": at}
                | {"role": {"left": None, "suspended": "member"}.get(one.in_workspace, one.in_workspace)}
                for one in self.cases
            ]
            roles = [
                {"project_id": ids[one.visibility][0], "person_id": one.id, "role": one.own}
                | {"only_assigned": one.only_assigned, "since": before if one.earlier else at}
                for one in self.cases
                if one.own
            ]
            assigned = [{"task_id": ids[one.visibility][1], "person_id": one.id} for one in self.cases if one.assigned]
            for table, rows in ((Person, people), (SignIn, sign_ins), (Membership, places), (ProjectMember, roles)):
                await db.execute(insert(table), rows)
            await db.execute(insert(TaskAssignee), assigned)

    async def ask(self, case: Case, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        return await ask(self.team.app, method, path, headers={**case.headers, **headers}, json=body)

    async def explain(self, case: Case) -> Any:
        project, task = self.projects[case.visibility], self.tasks[case.visibility]
        return await self.team.owner.get(f"/api/projects/{project['id']}/access/{case.id}?task={task['human_id']}")

    def expect(self, case: Case, what: str, got: Any, expected: Any) -> None:
        if got != expected:
            self.wrong.append((str(case), what, "expected", expected, "got", got))


@pytest.fixture
async def town(team: Team) -> AsyncIterator[Town]:
    yield await Town.of(team)


async def test_it_says_what_really_happens_in_every_combination(town: Town) -> None:
    answers: dict[UUID, Any] = {}
    for case in town.cases:
        said = answers[case.id] = await town.explain(case)
        await tried(town, case, said)
        in_words(town, case, said)
    assert len(town.cases) == 240
    assert not town.wrong, "\n".join(map(str, town.wrong[:40]))
    for project in town.projects.values():
        listed = (await town.team.owner.get(f"/api/projects/{project['id']}/access"))["items"]
        mine = [one for one in listed if UUID(one["person_id"]) in answers and one["project_id"] == project["id"]]
        of_this = [one for one in mine if answers[UUID(one["person_id"])]["project_id"] == project["id"]]
        assert len(mine) == 200  # all but those who have left
        assert of_this == [{**answers[UUID(one["person_id"])], "task": None} for one in of_this]
        assert len(of_this) == 100


async def tried(town: Town, case: Case, said: Any) -> None:
    """What somebody gets at the doors, beside what was said about them."""
    project, task = town.projects[case.visibility], town.tasks[case.visibility]
    path, rights, sees = f"/api/projects/{project['id']}", said["rights"], said["task"]["sees"]
    unseen = 401 if case.in_workspace == "suspended" else 404
    town.expect(case, "rights of who sees nothing", any(rights.values()), said["sees"])
    got = await town.ask(case, "GET", path)
    town.expect(case, "see", got.status, 200 if said["sees"] and rights["see"] else unseen)
    if got.status == 200:
        shown = got.json()
        town.expect(case, "role", (shown["role"], shown["only_assigned"]), (said["role"], said["only_assigned"]))
        board = (await town.ask(case, "GET", f"{path}/board")).json()
        town.expect(case, "board", [one["id"] for one in board["tasks"]], [task["id"]] * sees)
    whole = await town.ask(case, "GET", f"{path}/timeline")
    town.expect(case, "whole", whole.status, unseen if not said["sees"] else 403 if said["only_assigned"] else 200)

    def may(right: str, there: bool, done: int) -> int:
        return unseen if not there else done if rights[right] else 403

    at = f"/api/tasks/{task['id']}"
    got = await town.ask(case, "GET", at)
    town.expect(case, "task", got.status, 200 if sees else unseen)
    got = await town.ask(case, "POST", f"{at}/comments", {"body": "Hello"})
    town.expect(case, "comment", got.status, may("comment", sees, 201))
    got = await town.ask(case, "PATCH", at, {"priority": 1}, **{"if-match": "*"})
    town.expect(case, "edit", got.status, may("edit", sees, 200))
    got = await town.ask(case, "PUT", f"{path}/members/{town.guest}", {"role": "viewer"})
    town.expect(case, "manage", got.status, may("manage", said["sees"], 204))
    # They are told the same about themselves, as far as they are told anything.
    own = await town.ask(case, "GET", f"{path}/access/{case.id}?task={task['id']}")
    town.expect(case, "own", own.status, 200 if sees else unseen)
    if own.status == 200:
        town.expect(case, "own words", own.json(), said)
    other = await town.ask(case, "GET", f"{path}/access/{town.guest}")
    town.expect(case, "others", other.status, may("manage", said["sees"], 200))


def in_words(town: Town, case: Case, said: Any) -> None:
    """That the reasons are those of this combination, and of what was found."""
    codes = [one["code"] for one in said["reasons"]]
    runs_it = case.in_workspace == "owner" or (case.in_workspace == "admin" and case.visibility == "workspace")
    there = case.in_workspace != "left"
    town.expect(case, "what gives sight", bool(GIVES_SIGHT & set(codes)), said["role"] is not None)
    facts = {
        "suspended": case.in_workspace == "suspended",
        "left": not there,
        "only_assigned": said["only_assigned"],
        "own_role": there and not runs_it and bool(case.own) and not case.earlier,
        "own_role_unused": runs_it and bool(case.own) and not case.earlier,
        "earlier_stay": there and not runs_it and case.earlier,
        "workspace_viewer": case.in_workspace == "viewer" and not case.earlier and case.own not in (None, "viewer"),
        "no_role": there and said["role"] is None,
    }
    town.expect(case, "reasons", {code: code in codes for code in facts}, facts)
    town.expect(
        case, "names them", all(said["name"] in one["text"] or "Their" in one["text"] for one in said["reasons"]), True
    )


async def test_who_may_ask_about_whom(team: Team) -> None:
    house = await House.of(team)
    path, guest = f"/api/projects/{house.project['id']}/access", house.people["viewer"]
    for role, person in house.people.items():
        assert (await person.get(f"{path}/{person.id}"))["role"] == role
        if role != "admin":
            assert (await person.http.get(path)).json()["code"] == "role.manage"
            refused = await person.http.get(f"{path}/{house.people['admin'].id}")
            assert (refused.status_code, refused.json()["code"]) == (403, "role.manage")
            # Nor do they learn who is there.
            assert (await person.http.get(f"{path}/{uuid4()}")).json()["code"] == "role.manage"
    for person in (house.outsider, team.admin, team.stranger):
        for about in ("", f"/{guest.id}", f"/{person.id}"):
            assert (await person.http.get(path + about)).json()["code"] == "project.not_found"
    admin = house.people["admin"]
    assert (await admin.get(f"{path}/{house.outsider.id}"))["reasons"] == [
        {"code": "no_role", "text": "Outsider has no role in this private project. Give one under People."}
    ]
    for nobody in (team.stranger.id, str(uuid4())):
        assert (await admin.http.get(f"{path}/{nobody}")).json()["code"] == "person.not_found"
    await team.owner.delete(f"/api/projects/{house.project['id']}")
    assert (await team.owner.http.get(f"{path}/{guest.id}")).status_code == 404
    assert (await team.owner.http.get(path)).status_code == 404


async def test_a_task_that_is_not_there_for_who_asks_is_not_there(team: Team) -> None:
    house = await House.of(team)
    path = f"/api/projects/{house.project['id']}/access"
    theirs, hidden, foreign = [
        await team.task(house.project, assignee_ids=[house.people["member"].id]),
        await team.task(house.project),
        await team.task(await team.project()),
    ]
    deleted = await house.deleted_task()
    member = house.people["member"]
    body = {"role": "member", "only_assigned": True}
    await team.owner.put(f"/api/projects/{house.project['id']}/members/{member.id}", body)
    admin = house.people["admin"]
    said = await admin.get(f"{path}/{member.id}", task=hidden["human_id"].lower())
    assert (said["sees"], said["task"]["sees"], said["task"]["human_id"]) == (True, False, hidden["human_id"])
    assert said["task"]["text"].startswith(f"Member does not see {hidden['human_id']}: it is not assigned to them.")
    assert (await member.get(f"{path}/{member.id}", task=theirs["id"]))["task"]["sees"] is True
    missing = await member.http.get(f"{path}/{member.id}", params={"task": str(uuid4())})
    assert (missing.status_code, missing.json()["code"]) == (404, "task.not_found")
    for words in (hidden["id"], hidden["human_id"]):
        answer = await member.http.get(f"{path}/{member.id}", params={"task": words})
        assert (answer.status_code, answer.content) == (404, missing.content)
    for words in (foreign["id"], foreign["human_id"], deleted, "NONE-1", "HW", "-", "HW-0x1", "1" * 99, "\x00"):
        answer = await admin.http.get(f"{path}/{member.id}", params={"task": words})
        assert (answer.status_code, answer.content) == (404, missing.content), words


async def test_a_name_from_an_import_sees_nothing(team: Team) -> None:
    project = await team.project()
    person = Person(id=new_id(), name="Old Ed", name_key="old ed", placeholder=True, created_at=now())
    async with team.app.state.database.unit_of_work() as db:
        db.add(person)
        await db.flush()
        db.add(Membership(workspace_id=UUID(team.workspace_id), person_id=person.id, role=None, joined_at=now()))
    said = await team.owner.get(f"/api/projects/{project['id']}/access/{person.id}")
    assert (said["role"], said["sees"], any(said["rights"].values())) == (None, False, False)
    assert [one["code"] for one in said["reasons"]] == ["placeholder"]
