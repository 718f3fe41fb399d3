"""Checklists: steps of a task that need no task of their own. Two people change different ones at once."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from headway.clock import new_id
from headway.tasks.checklist import ChecklistChange, changed
from tests.factories import Team

KNOWN = [new_id() for _ in range(5)]
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8).filter(str.strip)
ID = st.sampled_from(KNOWN)
CHANGE = st.builds(
    lambda add, change, remove: ChecklistChange.model_validate({"add": add, "change": change, "remove": remove}),
    add=st.lists(st.fixed_dictionaries({"text": TEXT}, optional={"id": ID, "done": st.booleans(), "after_id": ID})),
    change=st.lists(
        st.fixed_dictionaries({"id": ID}, optional={"text": TEXT, "done": st.booleans(), "after_id": st.none() | ID})
    ),
    remove=st.lists(ID, max_size=2),
)


@given(st.lists(CHANGE, max_size=4))
def test_whatever_is_done_to_a_list_every_step_is_there_once(changes: list[ChecklistChange]) -> None:
    items: list[dict[str, Any]] = []
    for change in changes:
        before = [dict(item) for item in items]
        after = changed(items, change)
        assert items == before, "the list that was given is left alone"
        ids = [item["id"] for item in after]
        assert len(ids) == len(set(ids))
        new = {str(one.id) for one in change.add if one.id}
        gone = {str(one) for one in change.remove}
        assert {item["id"] for item in before} | new <= set(ids) | gone
        assert not gone & set(ids)
        items = after


async def test_steps_are_added_ticked_moved_and_taken_out(team: Team) -> None:
    task = await team.task(await team.project(), checklist=[{"text": "Flour"}, {"text": "Eggs", "done": True}])
    path = f"/api/tasks/{task['id']}"
    assert [(one["text"], one["done"]) for one in task["checklist"]] == [("Flour", False), ("Eggs", True)]
    assert (task["checklist_total"], task["checklist_done"]) == (2, 1)
    flour, eggs = (one["id"] for one in task["checklist"])

    change = {"add": [{"text": "Milk", "after_id": flour}], "change": [{"id": flour, "done": True}]}
    task = await team.member.patch(path, {"version": 1, "checklist": change})
    assert [(one["text"], one["done"]) for one in task["checklist"]] == [
        ("Flour", True),
        ("Milk", False),
        ("Eggs", True),
    ]

    change = {"change": [{"id": eggs, "after_id": None, "text": "Six eggs"}], "remove": [flour]}
    task = await team.member.patch(path, {"version": 2, "checklist": change})
    assert [one["text"] for one in task["checklist"]] == ["Six eggs", "Milk"]
    assert (await team.member.get(path))["checklist"] == task["checklist"]


async def test_two_people_tick_different_steps_at_once(team: Team) -> None:
    task = await team.task(await team.project(), checklist=[{"text": "Flour"}, {"text": "Eggs"}])
    path = f"/api/tasks/{task['id']}"
    for person, step in ((team.member, 0), (team.owner, 1)):
        tick = {"change": [{"id": task["checklist"][step]["id"], "done": True}]}
        await person.patch(path, {"version": 1, "checklist": tick})
    assert (await team.member.get(path))["checklist_done"] == 2


async def test_what_is_gone_already_is_fine(team: Team) -> None:
    task = await team.task(await team.project(), checklist=[{"text": "Flour"}])
    path, step = f"/api/tasks/{task['id']}", task["checklist"][0]["id"]
    await team.member.patch(path, {"version": 1, "checklist": {"remove": [step]}})
    late = {"change": [{"id": step, "done": True}], "remove": [step], "add": [{"text": "Last", "after_id": step}]}
    task = await team.owner.patch(path, {"version": 1, "checklist": late})
    assert [one["text"] for one in task["checklist"]] == ["Last"]


async def test_a_list_has_an_end(team: Team) -> None:
    task = await team.task(await team.project(), checklist=[{"text": f"Step {n}"} for n in range(200)])
    answer = await team.member.http.patch(
        f"/api/tasks/{task['id']}", json={"version": 1, "checklist": {"add": [{"text": "One more"}]}}
    )
    assert (answer.status_code, answer.json()["detail"]) == (
        422,
        "checklist: it would have 201 steps; 200 are the most.",
    )


async def test_a_ticked_step_is_undone_and_the_history_says_what_it_was(team: Team) -> None:
    project = await team.project()
    task = await team.task(project, checklist=[{"text": "Flour"}])
    path = f"/api/tasks/{task['id']}"
    tick = {"change": [{"id": task["checklist"][0]["id"], "done": True}]}
    await team.member.patch(path, {"version": 1, "checklist": tick})
    history = await team.member.get(f"/api/projects/{project['id']}/history")
    undone = await team.member.http.post(f"/api/changes/{history['items'][0]['id']}/undo", json={})
    assert undone.json()["counts"]["undone"] == 1
    back = await team.member.get(path)
    assert (back["checklist"], back["checklist_done"]) == (task["checklist"], 0)
