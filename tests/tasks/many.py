"""Many tasks, and edits of them."""

from typing import Any
from uuid import UUID

from fractional_indexing import generate_n_keys_between
from sqlalchemy import insert, text

from headway.clock import new_id, now
from headway.tasks.models import Task
from tests.factories import Team, User


def path_of(project: Any, rest: str = "") -> str:
    return f"/api/projects/{project['id']}{rest}"


async def bulk(by: User, project: Any, items: Any, status: int = 200, **what: Any) -> Any:
    """The answer to one edit of tasks, given as tasks or as `{id, version}`."""
    listed = [{name: item[name] for name in ("id", "version") if name in item and len(item) <= 2} for item in items]
    listed = [one or {"id": item["id"]} for one, item in zip(listed, items, strict=True)]
    return await by.post(path_of(project, "/tasks/bulk"), {"items": listed, **what}, status)


async def many(team: Team, project: Any, count: int) -> list[dict[str, Any]]:
    """So many tasks, in order, put there behind the API's back."""
    state = (await team.board(project))["states"][1]["id"]
    ranks = generate_n_keys_between(None, None, count)
    common = {"project_id": UUID(project["id"]), "state_id": UUID(state), "created_at": now(), "updated_at": now()}
    rows = [common | {"id": new_id(), "number": n + 1, "title": f"Task {n}", "rank": ranks[n]} for n in range(count)]
    async with team.app.state.database.unit_of_work() as db:
        await db.execute(insert(Task), [row | {"version": 1} for row in rows])
        await db.execute(text("UPDATE project SET last_number = :n WHERE id = :id"), {"n": count, "id": project["id"]})
    team.app.state.kept.clear()  # nothing has told of them
    return [{"id": str(row["id"])} for row in rows]


def statuses(answer: Any) -> list[str]:
    return [item["status"] for item in answer["items"]]
