"""P2, where an id stands elsewhere than last in a path: in a body, in a query, under another parent, in a cursor."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from headway.comments.models import Comment
from headway.tasks.models import Task, TaskAssignee
from tests.factories import Team, User
from tests.promises.checksum import checksum, differing
from tests.promises.foreign import ALLOWED_TO, ASKED, ELSEWHERE, TASKS, Others, named_elsewhere, put_in
from tests.promises.matrix import MAY, World, no_such, parameters_of, routes_of, seen, verdict
from tests.promises.policy import POLICY
from tests.promises.spots import every_spot
from tests.promises.things import Place, things_for


@pytest.fixture
async def world(own_app: FastAPI) -> AsyncIterator[World]:
    async with Team.of(own_app) as team:
        yield await World.of(team)


async def test_every_field_that_names_something_is_asked(own_app: FastAPI) -> None:
    spots = named_elsewhere(list(every_spot(own_app.openapi())))
    assert spots ^ (ASKED.keys() | ELSEWHERE.keys()) == set(), "one line each in tests/promises/foreign.py"


async def test_a_foreign_id_in_a_body_or_a_query_is_like_one_that_is_not_there(world: World) -> None:
    others = await Others.of(world)
    for name, asked in ASKED.items():
        await put_in(world, others, name, asked, world.named(ALLOWED_TO.get(name.partition(" ")[0], "project admin")))
        if asked.kind in TASKS:
            await put_in(world, others, name, asked, world.named("only assigned"))
    print(f"foreign ids: {len(ASKED)} fields, {world.asked} requests")
    assert world.wrong == [], "\n".join(map(str, world.wrong[:40]))


async def test_a_child_under_another_parent_is_not_there(world: World) -> None:
    elsewhere = (await Others.of(world)).elsewhere
    found = 0
    for name, route in routes_of(world.app).items():
        policy = POLICY[name]
        needs = parameters_of(route, policy)
        if route.kind != "http" or len(needs) != 2:
            continue
        found += 1
        parent, child = needs
        here = await things_for(needs, policy.at, Place(world.private, world.somebody))
        there = await things_for(needs, policy.at, Place(elsewhere, world.somebody))
        before = await checksum(world.app)
        # The owner may do everything in both; the others know nothing of the second workspace.
        insider = world.named("project admin" if policy.kind == "project" else "workspace admin")
        for by, asked, missing in (
            (world.named("workspace owner"), {**here, child: there[child]}, {**here, child: no_such(child)}),
            (world.named("workspace owner"), {**there, child: here[child]}, {**there, child: no_such(child)}),
            (insider, {**here, parent: there[parent]}, {**here, parent: no_such(parent)}),
            (insider, there, {**there, parent: no_such(parent)}),
        ):
            got = await world.ask(route, policy, by, asked)
            assert got.status == 404, (name, by.name, got.body)
            assert seen(got) == seen(await world.ask(route, policy, by, missing)), (name, by.name)
        assert differing(before, await checksum(world.app)) == [], name
    assert found >= 8


PAGES = {
    "list_tasks": ["limit=1&sort=" + sort for sort in ("rank", "-updated", "due", "-priority", "number")],
    "list_trash": ["limit=1"],
    "get_project_history": ["limit=1"],
    "get_task_history": ["limit=1"],
    "get_comment_history": ["limit=1"],
    "get_change": ["limit=1"],
    "get_project_diff": ["from=1&limit=1"],
    "list_workspace_audit": ["limit=1"],
}


async def fill(team: Team, project: Any, by: User, **fields: Any) -> dict[str, str]:
    """A project with more than one page of everything: what its paths are called after."""
    tasks = [await team.task(project, f"secret {n}", by=by, **fields) for n in range(3)]
    for n in range(3):
        gone = await team.task(project, f"secret gone {n}", by=by, **fields)
        await by.delete(f"/api/tasks/{gone['id']}")
    bulk = {"items": [{"id": one["id"]} for one in tasks], "change": {"priority": 2}}
    change = (await by.post(f"/api/projects/{project['id']}/tasks/bulk", bulk, 200))["change"]
    comment = await by.post(f"/api/tasks/{tasks[0]['id']}/comments", {"body": "secret"})
    for version in (1, 2):
        await by.patch(f"/api/comments/{comment['id']}", {"version": version, "body": f"secret {version}"})
    ids = {"project_id": project["id"], "task_id": tasks[0]["id"], "comment_id": comment["id"], "change_id": change}
    return {**ids, "workspace_id": project["workspace_id"]}


async def test_a_cursor_of_somebody_elses_page_shows_nothing_of_it(world: World) -> None:
    team, routes, wrong = world.team, routes_of(world.app), list[Any]()
    elsewhere = (await Others.of(world)).elsewhere
    guest, stranger = world.named("only assigned").user, elsewhere.people["admin"]
    assert guest is not None
    theirs = await fill(team, world.private.project, team.owner, assignee_ids=[guest.id])
    hidden = await fill(team, world.private.project, team.owner)
    foreign = await fill(elsewhere.team, elsewhere.project, stranger)
    secret = await ids_of(world, hidden["project_id"])
    unseen = secret - await ids_of(world, hidden["project_id"], guest)
    for name, query in ((name, query) for name, queries in PAGES.items() for query in queries):
        path = f"{routes[name].path}?{query}"
        cursor = (await team.owner.get(path.format(**hidden)))["next_cursor"]
        assert cursor, name
        path = f"{path.replace('limit=1', 'limit=50')}&cursor={cursor}"
        # Somebody of another workspace on what is their own, and somebody who sees a part of it, on their part.
        for by, at, never in ((stranger, foreign, secret), (guest, theirs, unseen)):
            answer = await by.http.get(path.format(**at))
            wrong += [(name, by.name, "is shown", one) for one in never if one in answer.text]
            assert answer.status_code < 500, (name, answer.text)
        # Somebody who sees nothing of it: like what is not there.
        nowhere = {what: str(uuid4()) for what in hidden}
        for by in (stranger, world.private.outsider) if "project_id" in path else (stranger,):
            answer, missing = await by.http.get(path.format(**hidden)), await by.http.get(path.format(**nowhere))
            if (answer.status_code, answer.content) != (404, missing.content):
                wrong.append((name, by.name, "is told what is there", answer.text))
    assert not wrong, wrong[:20]


async def test_no_answer_tells_somebody_of_what_is_not_assigned_to_them(world: World) -> None:
    team, guest = world.team, world.named("only assigned")
    assert guest.user is not None
    theirs = await fill(team, world.private.project, team.owner, assignee_ids=[guest.user.id])
    hidden = await fill(team, world.private.project, team.owner)
    unseen = await ids_of(world, hidden["project_id"])
    unseen -= await ids_of(world, hidden["project_id"], guest.user)
    one = await team.owner.get(f"/api/tasks/{theirs['task_id']}")
    values = {**theirs, "human_id": one["human_id"], "person_id": guest.user.id}
    asked, wrong = [], list[Any]()
    for name, route in routes_of(world.app).items():
        policy = POLICY[name]
        if route.kind == "http" and route.method == "GET" and policy.kind in ("room", "project"):
            if verdict(name, policy, guest) != MAY:
                continue
            answer = await world.ask(route, policy, guest, values)
            assert answer.status == 200, (name, answer.body)
            wrong += [(name, id) for id in unseen if id.encode() in answer.body]
            asked.append(name)
    assert {"get_board", "list_tasks", "search_tasks", "list_trash", "list_events", "get_my_work"} <= set(asked)
    assert not wrong, wrong[:20]


async def ids_of(world: World, project_id: str, assigned_to: User | None = None) -> set[str]:
    """The ids of a project's tasks and comments, or of those on tasks that somebody is assigned to."""
    tasks = select(Task.id).where(Task.project_id == UUID(project_id))
    if assigned_to:
        tasks = tasks.join(TaskAssignee).where(TaskAssignee.person_id == UUID(assigned_to.id))
    async with world.app.state.database.reading() as db:
        found = (await db.scalars(tasks)).all()
        said = (await db.scalars(select(Comment.id).where(Comment.task_id.in_(found)))).all()
    return {str(one) for one in (*found, *said)}
