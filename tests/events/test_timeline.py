"""Spans say what the events say: at any revision, built or not yet."""

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from headway.db import Database
from headway.events import past, timeline
from headway.settings import Settings
from tests.factories import Team

pytestmark = pytest.mark.anyio


async def then(db: AsyncSession, topic: str, revision: int, *nouns: str) -> dict[str, Any]:
    rows = await db.execute(select("*").select_from(past.state_at(topic, revision, *nouns)))
    return {str(row.entity_id): row.data for row in rows}


async def rows_then(db: AsyncSession, topic: str, revision: int) -> dict[str, Any]:
    """Tasks as boards showed them."""
    tasks = await then(db, topic, revision, "task")
    return {key: {name: data[name] for name in data if name != "checklist"} for key, data in tasks.items()}


async def test_a_things_state_can_be_told_at_every_revision(settings: Settings, team: Team) -> None:
    ada, project = team.owner, await team.project()
    topic = f"project:{project['id']}"
    task = await team.task(project, "One", description="First words")
    snapshots = {}
    for number in range(8):
        board = await ada.get(f"/api/projects/{project['id']}/board")
        snapshots[board["revision"]] = {one["id"]: one for one in board["tasks"]}
        if number == 5:
            await ada.delete(f"/api/tasks/{task['id']}")
        elif number == 6:
            await ada.post(f"/api/tasks/{task['id']}/restore", status=200)
        else:
            current = await ada.get(f"/api/tasks/{task['id']}")
            await ada.patch(f"/api/tasks/{task['id']}", {"version": current["version"], "title": f"Title {number}"})
    database = Database(settings)
    try:
        for step in range(3):
            async with database.reading() as db:
                for revision, tasks in snapshots.items():
                    assert await rows_then(db, topic, revision) == tasks, (step, revision)
                texts = await then(db, topic, max(snapshots), "text")
                assert texts == {task["id"]: {"description": "First words"}}
            async with database.unit_of_work() as db:
                if step == 0:  # half of it
                    await db.execute(timeline.PROGRESS, {"topic": topic})
                    middle = sorted(snapshots)[4]
                    values = {"topic": topic, "since": 0, "until": middle, "still": timeline.STILL}
                    await db.execute(timeline.BUILD, values)
                    await db.execute(timeline.DONE, {"topic": topic, "until": middle})
                else:
                    assert not await timeline.build(db, topic)
            async with database.reading() as db:
                at = (
                    await db.execute(text("SELECT at FROM event WHERE topic=:t AND revision=5"), {"t": topic})
                ).scalar_one()
                assert await db.scalar(select(past.revision_at(topic, at))) == 5
    finally:
        await database.close()
