"""Tasks through the API: create, change, move, delete, and who may not."""

from tests.factories import Team


async def test_a_task_gets_the_next_number_and_the_first_todo_state(team: Team) -> None:
    project = await team.project(key="HW")
    first = await team.task(project, "Write the plan")
    second = await team.task(project, "Read the plan")
    states = {s["id"]: s["category"] for s in (await team.board(project))["states"]}
    assert (first["human_id"], second["human_id"]) == ("HW-1", "HW-2")
    assert states[first["state_id"]] == "todo"
    assert first["rank"] < second["rank"]


async def test_patch_changes_what_was_sent_and_nothing_else(team: Team) -> None:
    project = await team.project()
    task = await team.task(project, due_on="2026-12-24", description="**Soon**")
    changed = await team.member.patch(f"/api/tasks/{task['id']}", {"version": 1, "title": "New title"})
    assert changed["title"] == "New title"
    assert changed["due_on"] == "2026-12-24"
    assert changed["description_html"] == "<p><strong>Soon</strong></p>\n"
    emptied = await team.member.patch(f"/api/tasks/{task['id']}", {"version": 2, "due_on": None})
    assert emptied["due_on"] is None
    assert emptied["version"] == 3
