"""Whatever two and more people change at once, each change that was acknowledged is there, or was changed by name."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import Team, User

FIELDS = ("title", "description", "priority", "due_on")
EDITS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(FIELDS), st.integers(1, 4), st.booleans()), min_size=4, max_size=14
)


def value_of(field: str, number: int) -> Any:
    return {"title": f"t{number}", "description": f"d{number}", "priority": number, "due_on": f"2026-12-0{number}"}[
        field
    ]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
async def test_whoever_is_refused_is_shown_why_and_nothing_accepted_is_overwritten_unseen(
    team: Team, edits: list[tuple[int, str, int, bool]]
) -> None:
    # Three people with their own idea of the task; each edit is based on what its author last saw.
    project = await team.project()
    task = await team.task(project, "t0")
    path = f"/api/tasks/{task['id']}"
    people = [team.owner, team.admin, team.member]
    seen = [task] * 3
    truth = dict(task)
    for who, field, number, refresh in edits:
        if refresh:
            seen[who] = await people[who].get(path)
        value, base = value_of(field, number), seen[who][field]
        answer = await people[who].http.patch(path, json={"version": seen[who]["version"], field: value})
        clash = truth[field] not in (value, base)
        assert answer.status_code == (409 if clash else 200), answer.text
        if clash:
            (conflict,) = answer.json()["conflicts"]
            assert (conflict["field"], conflict["base"]) == (field, base)
            assert (conflict["yours"], conflict["theirs"]) == (value, truth[field])
            seen[who] = answer.json()["current"]
        else:
            truth[field] = value
            seen[who] = answer.json()
        assert {f: seen[who][f] for f in FIELDS} == {f: truth[f] for f in FIELDS}


@pytest.mark.pool
async def test_many_who_add_a_line_each_all_find_their_line_in_the_end(team: Team) -> None:
    task = await team.task(await team.project(), description="")
    path = f"/api/tasks/{task['id']}"
    refused = 0

    async def add(by: User, line: str) -> None:
        nonlocal refused
        current = await by.get(path)
        for _ in range(100):
            body = {"version": current["version"], "description": current["description"] + line}
            answer = await by.http.patch(path, json=body)
            if answer.status_code == 200:
                return
            assert answer.status_code == 409, answer.text
            refused += 1
            current = answer.json()["current"]
        raise AssertionError("never got through")

    people = [team.owner, team.admin, team.member]
    await asyncio.gather(*(add(people[n % 3], f"line {n}\n") for n in range(12)))
    text = (await team.owner.get(path))["description"]
    assert sorted(text.splitlines()) == sorted(f"line {n}" for n in range(12))
    assert refused


@pytest.mark.pool
async def test_many_who_change_different_things_at_once_are_all_heard(team: Team) -> None:
    project = await team.project()
    labels = [
        (await team.owner.post(f"/api/projects/{project['id']}/labels", {"name": f"l{n}"}))["id"] for n in range(4)
    ]
    states = (await team.board(project))["states"]
    task = await team.task(project)
    path = f"/api/tasks/{task['id']}"
    bodies: list[dict[str, Any]] = [
        {"title": "New"},
        {"description": "New"},
        {"priority": 4},
        {"due_on": "2026-12-24"},
        {"start_on": "2026-12-01"},
        {"state_id": states[2]["id"]},
        *({"labels": {"add": [label]}} for label in labels),
        {"assignees": {"add": [team.member.id]}},
        {"assignees": {"add": [team.owner.id]}},
    ]
    await asyncio.gather(*(team.member.patch(path, {"version": 1, **body}) for body in bodies))
    last = await team.owner.get(path)
    assert last["version"] == 1 + len(bodies)
    assert (last["title"], last["description"], last["priority"], last["state_id"]) == (
        "New",
        "New",
        4,
        states[2]["id"],
    )
    assert (last["start_on"], last["due_on"]) == ("2026-12-01", "2026-12-24")
    assert last["label_ids"] == sorted(labels)
    assert last["assignee_ids"] == sorted([team.member.id, team.owner.id])
