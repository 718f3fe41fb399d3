"""A change of very many things: viewers get one reload, history gets each of them."""

from collections import Counter

from sqlalchemy import insert, select, text

from headway.clock import new_id, now
from headway.events import past
from headway.events.record import RELOAD_BEYOND
from headway.tasks.models import Task, TaskLabel
from tests.factories import Team

MANY = RELOAD_BEYOND + 1


async def test_what_a_big_change_did_to_each_thing_is_kept(team: Team) -> None:
    project = await team.project()
    path, topic = f"/api/projects/{project['id']}", f"project:{project['id']}"
    label = await team.owner.post(f"{path}/labels", {"name": "old", "color": "red"})
    first = await team.task(project, "One", label_ids=[label["id"]])
    row = {
        **{name: first[name] for name in ("project_id", "state_id", "rank")},
        **dict.fromkeys(("created_at", "updated_at"), now()),
    }
    tasks = [row | {"id": new_id(), "number": n, "title": f"Task {n}", "version": 1} for n in range(2, MANY + 1)]
    async with team.app.state.database.unit_of_work() as db:
        await db.execute(insert(Task), tasks)
        labels = [{"task_id": t["id"], "label_id": label["id"], "project_id": project["id"]} for t in tasks]
        await db.execute(insert(TaskLabel), labels)
    before = (await team.board(project))["revision"]
    await team.owner.delete(f"/api/labels/{label['id']}")

    events = (await team.owner.get("/api/events", topic=topic, after=before))["events"]
    assert [(event["kind"], event["revision"]) for event in events] == [("reload", before + 1)]
    async with team.app.state.database.reading() as db:
        told = (await db.execute(select(past.happened).where(past.happened.c.topic == topic))).all()
        told = [one for one in told if one.revision > before]
        changed = [one for one in told if one.kind == "task.changed"]
        assert Counter(one.kind for one in told) == {"task.changed": MANY, "label.deleted": 1}
        assert {one.change_set_id for one in told} == {changed[0].change_set_id}
        assert all(one.before["label_ids"] == [label["id"]] and one.after["label_ids"] == [] for one in changed)
        assert sorted(one.position for one in told) == list(range(1, MANY + 2))
        left = await db.scalar(text("SELECT count(*) FROM change_detail WHERE before ? 'description_html'"))
    assert left == 0
