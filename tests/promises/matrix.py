"""The authorization matrix: what a policy says somebody gets, and asking the app for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from string import Formatter
from typing import Any
from uuid import UUID, uuid4

from fastapi import FastAPI
from sqlalchemy import delete, insert, literal, select

from headway.accounts.scopes import needed_for
from headway.tasks.models import Task, TaskAssignee
from tests.doors import House
from tests.factories import Team, User
from tests.promises.asking import Answer, ask
from tests.promises.checksum import checksum, differing
from tests.promises.every_route import Found, every_route
from tests.promises.people import PROJECT_ROLES, WORKSPACE_ROLES, Principal, cookie, everybody, restrict
from tests.promises.policy import POLICY, Policy
from tests.promises.sampling import chosen, known
from tests.promises.things import Place, things_for

MAY, FORBIDDEN, UNSEEN, UNKNOWN = "may", 403, 404, 401
# What no two answers share, and says nothing about what was asked for.
PASSING_HEADERS = {b"date", b"x-request-id", b"content-length"}
EDGE, SHARE = ("nobody", "stranger", "outsider", "server admin", "only assigned"), 0.25
ONLY_PRIVATE = ("spare_project", "deleted_project")
# What is a task, or hangs on one: who sees only what is assigned to them does not find it.
OF_TASKS = {"task_id", "human_id", "comment_id", "change_id", "deleted_task", "deleted_comment", "others_comment"}


@dataclass
class World:
    """A workspace with a private project and an open one, and one of everybody."""

    app: FastAPI
    team: Team
    private: House
    open: House
    people: list[Principal]
    somebody: User  # none of these people: what is theirs is nobody else's
    wrong: list[Any] = field(default_factory=list)
    asked: int = 0

    @classmethod
    async def of(cls, team: Team) -> World:
        """A fresh one."""
        private = await House.of(team)
        public = House(team, await team.project(), {}, private.outsider)
        people = await everybody(team, private)
        for one in people:
            if one.only_assigned and one.user:
                await restrict(team, public.project, one.user)
        return cls(team.app, team, private, public, people, await team.user("other"))

    def named(self, name: str) -> Principal:
        """The principal of that name."""
        return next(one for one in self.people if one.name == name)

    async def ask(
        self, route: Found, policy: Policy, by: Principal, values: dict[str, str], body: Any = None
    ) -> Answer:
        """The answer of a route to somebody, with these things in its path and query."""
        self.asked += 1
        path = re.sub(r"{(\w+):\w+}", r"{\1}", route.path).format(**{"path": "", **values})
        target = path + (f"?{policy.query}".format(**values) if policy.query else "")
        body = policy.body if body is None else body
        return await ask(self.app, policy.method or route.method or "GET", target, headers=by.headers, json=body)


def routes_of(app: FastAPI) -> dict[str, Found]:
    """Every route by its name, which no two share."""
    found = every_route(app)
    by_name = {route.name: route for route in found}
    assert len(by_name) == len(found), "two routes of one name would share a policy"
    return by_name


def unclassified(app: FastAPI) -> list[str]:
    """Routes without a policy, and policies without a route."""
    return sorted(routes_of(app).keys() ^ POLICY.keys())


def verdict(
    name: str, policy: Policy, by: Principal, *, private: bool = True, owner: bool = False, hidden: bool = False
) -> str | int:
    """MAY, or the status of their refusal.

    Args:
        private: the thing is of the private project, not of the open one.
        owner: the thing is theirs, where it is one person's.
        hidden: it is a task, or hangs on one, that is not assigned to them.
    """
    if policy.kind == "public":
        return MAY
    if by.user is None:
        return UNKNOWN
    if by.scopes is not None and needed_for(name) not in by.scopes:
        return FORBIDDEN
    if policy.kind == "signed_in":
        return MAY
    if policy.kind == "own":
        return MAY if owner else UNSEEN
    if policy.kind == "server_admin":
        return MAY if by.is_admin and (by.scopes is None or "admin" in by.scopes) else FORBIDDEN
    if policy.kind == "room":
        return ranked(by.workspace, policy.least, WORKSPACE_ROLES)
    role = by.private if private else by.open
    if by.only_assigned and (hidden or policy.at in ONLY_PRIVATE):  # those projects are not theirs
        return UNSEEN
    if by.only_assigned and policy.whole:
        return FORBIDDEN
    if policy.least == "author":
        return UNSEEN if role is None else MAY if by.name == "project commenter" else FORBIDDEN
    return ranked(role, policy.least, PROJECT_ROLES)


def ranked(role: str | None, least: str, roles: tuple[str, ...]) -> str | int:
    """What somebody gets by their role, where `least` is needed."""
    if role is None:
        return UNSEEN
    return MAY if roles.index(role) >= roles.index(least) else FORBIDDEN


def parameters_of(route: Found, policy: Policy) -> list[str]:
    """What is named in a route's path and in the query that its policy asks with."""
    named = [name for _, name, _, _ in Formatter().parse(policy.query) if name]
    return [name for name in route.parameters if name != "path"] + named


def seen(answer: Answer) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
    """What somebody can tell two answers apart by."""
    headers = sorted(pair for pair in answer.headers if pair[0] not in PASSING_HEADERS)
    return answer.status, answer.body, headers


def no_such(name: str) -> str:
    """What a parameter may name although nothing has that name."""
    return "NONE-1" if name == "human_id" else "20200101T000000Z-000000" if name == "run_id" else str(uuid4())


def asks(name: str, policy: Policy, by: Principal) -> bool:
    """Whether this run has somebody ask: who stands at the edge of what is allowed always does, others by sample."""
    if f"{name} request" not in known() or by.name in EDGE:
        return True
    roles = {"room": WORKSPACE_ROLES, "project": PROJECT_ROLES}.get(policy.kind, ())
    at = roles.index(policy.least) if policy.least in roles else 0
    whose = "workspace" if policy.kind == "room" else "project"
    return by.name in {f"{whose} {role}" for role in roles[max(at - 1, 0) : at + 1]} or chosen(SHARE, name, by.name)


async def knock_everywhere(world: World, route: Found, policy: Policy) -> None:
    """Has everybody ask one route for a thing that is there; notes what is not as the policy has it."""
    needs = parameters_of(route, policy)
    in_project = policy.kind == "project" and policy.least != "author" and policy.at not in ONLY_PRIVATE
    for private in (True, False) if in_project else (True,):
        at = Place(world.private if private else world.open, world.somebody)
        values = await things_for(needs, policy.at, at)
        before = await checksum(world.app)
        hidden = not OF_TASKS.isdisjoint((policy.at,) if policy.at else needs)
        for by in world.people:
            expected = verdict(route.name, policy, by, private=private, hidden=hidden)
            if expected != MAY and asks(route.name, policy, by):
                await refused(world, route, policy, by, values, int(expected))
        if changed := differing(before, await checksum(world.app)):
            world.wrong.append((route.name, "a refused request changed", changed))
        await let_in(world, route, policy, private=private)


async def refused(
    world: World, route: Found, policy: Policy, by: Principal, values: dict[str, str], expected: int
) -> None:
    """One refusal; where the thing is not theirs to see, it has to read like one for a thing that is not there."""
    answer = await world.ask(route, policy, by, values)
    if answer.status != expected:
        world.wrong.append((route.name, by.name, "expected", expected, "got", answer.status, answer.body[:200]))
    # Only whoever sees a thing may learn that it is there: the other refusals are the same for what is not.
    narrow = by.scopes is not None and needed_for(route.name) not in by.scopes
    if expected == FORBIDDEN and policy.kind != "server_admin" and not narrow:
        return
    # Before anybody is known nothing is looked up: one of them is enough.
    if expected == UNKNOWN and by.name != "nobody":
        return
    for name in values:
        # Whoever may see the workspace sees that it is there; then the missing one is the thing in it.
        missing = await world.ask(route, policy, by, {**values, name: no_such(name)})
        if seen(missing) != seen(answer):
            world.wrong.append((route.name, by.name, "tells a thing from a missing", name, seen(answer), seen(missing)))


async def let_in(world: World, route: Found, policy: Policy, *, private: bool) -> None:
    """Everybody who may, does, each with a thing that nobody has used."""
    needs = parameters_of(route, policy)
    values: dict[str, str] = {}
    house = world.private if private else world.open
    # What is open to anybody looks at nobody.
    people = world.people[:1] if policy.kind == "public" else world.people
    for one in people:
        by = one
        if verdict(route.name, policy, by, private=private, owner=True) != MAY or not asks(route.name, policy, by):
            continue
        if policy.alone:
            user = await world.team.user("alone")
            by = Principal(by.name, cookie(user.cookie), user) if by.scopes is None else by
        if by.user is not None or not values:
            values = await things_for(needs, policy.at, Place(house, by.user or world.team.owner))
        if by.only_assigned and by.user:
            await assign_all(world, by.user)
            if "change_id" in values:  # one that nobody has changed anything of since
                values["change_id"] = await change_by(by.user, house)
        body = policy.body
        if isinstance(body, dict) and "key" in body:
            body = {**body, "key": f"K{uuid4().hex[:7]}".upper()}
        if isinstance(body, dict) and "name" in body:
            body = {**body, "name": f"{body['name']} {uuid4()}"}
        answer = await world.ask(route, policy, by, values, body)
        if by.only_assigned and by.user:
            await assign_all(world, by.user, away=True)
        if answer.status not in (policy.status if isinstance(policy.status, tuple) else (policy.status,)):
            world.wrong.append((route.name, by.name, "may, and got", answer.status, answer.body[:200]))


async def assign_all(world: World, user: User, *, away: bool = False) -> None:
    """Assigns every task of both projects to somebody, or takes all away, without a word to anybody."""
    homes = [UUID(house.project["id"]) for house in (world.private, world.open)]
    async with world.app.state.database.unit_of_work() as db:
        await db.execute(delete(TaskAssignee).where(TaskAssignee.person_id == UUID(user.id)))
        if not away:
            ids = select(Task.id, literal(UUID(user.id))).where(Task.project_id.in_(homes))
            await db.execute(insert(TaskAssignee).from_select(["task_id", "person_id"], ids))


async def change_by(user: User, house: House) -> str:
    """The change set in which somebody made a task."""
    task = await house.team.task(house.project, by=user)
    return str((await user.get(f"/api/tasks/{task['id']}/history"))["items"][0]["id"])
