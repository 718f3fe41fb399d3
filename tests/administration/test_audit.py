"""What is done with a privilege leaves a row that nobody can change, and only the right people read it."""

import ast
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

import headway
from headway.accounts.models import Person
from headway.trash.purging import purge
from tests.accounts.conftest import HASH, PASSWORD, client_of
from tests.administration.conftest import make_admin
from tests.factories import Team, User

AUDIT = "/api/administration/audit"


async def acts(boss: User, **wanted: Any) -> list[str]:
    """Acts as they stand in the log, the oldest first."""
    return [one["act"] for one in (await boss.get(AUDIT, **wanted))["items"]][::-1]


@pytest.fixture
async def auditor(app: FastAPI, team: Team) -> AsyncIterator[User]:
    """An admin of the server who does nothing but read."""
    await make_admin(app, team.stranger)
    yield team.stranger


async def test_what_is_done_with_ones_own_account(app: FastAPI, team: Team, auditor: User) -> None:
    me = team.member
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(Person).where(Person.id == UUID(me.id)).values(password_hash=HASH))
    token = await me.post("/api/tokens", {"name": "nightly", "scopes": ["read"], "expires_in_days": 30})
    await me.delete(f"/api/tokens/{token['id']}")
    async with client_of(app) as browser:
        await browser.post("/api/sessions", json={"email": me.email, "password": PASSWORD})
    other = next(one for one in await me.get("/api/sessions") if not one["current"])
    await me.delete(f"/api/sessions/{other['id']}")
    await me.put("/api/me/password", {"current": PASSWORD, "new": "a new and long one"})
    items = (await auditor.get(AUDIT, by=me.id))["items"][::-1]
    assert [one["act"] for one in items] == [
        "token.created",
        "token.removed",
        "session.created",
        "session.ended",
        "password.changed",
    ]
    made = items[0]
    assert (made["by"], made["about_id"], made["means"]) == ({"id": me.id, "name": "Member"}, token["id"], "web")
    assert made["address"] == "127.0.0.1"
    assert made["details"] == {"name": "nightly", "scopes": ["read"], "expires_at": token["expires_at"]}
    assert token["token"] not in str(items)


async def test_what_is_done_with_a_workspace_its_people_and_projects(app: FastAPI, team: Team, auditor: User) -> None:
    workspace = f"/api/workspaces/{team.workspace_id}"
    project = await team.project(by=team.owner)
    task = await team.task(project)
    invited = await team.owner.post(f"{workspace}/invitations", {"role": "viewer"})
    link = await team.owner.post(f"{workspace}/invitations", {"role": "member"})
    await team.owner.delete(f"{workspace}/invitations/{invited['id']}")
    await team.stranger.post("/api/invitations/accept", {"token": link["url"].partition("#")[2]}, status=200)
    await team.owner.patch(f"{workspace}/members/{team.viewer.id}", {"role": "member"})
    await team.owner.put(f"/api/projects/{project['id']}/members/{team.viewer.id}", {"role": "viewer"})
    await team.owner.delete(f"/api/projects/{project['id']}/members/{team.viewer.id}")
    await team.owner.delete(f"{workspace}/members/{team.viewer.id}")
    await team.member.delete(f"{workspace}/members/{team.member.id}")
    await team.owner.delete(f"/api/tasks/{task['id']}")
    await team.owner.delete(f"/api/trash/tasks/{task['id']}")
    await team.owner.delete(f"/api/projects/{project['id']}")
    await team.owner.delete(f"/api/trash/projects/{project['id']}")
    items = (await auditor.get(AUDIT, workspace_id=team.workspace_id, limit=100))["items"][::-1]
    assert [one["act"] for one in items] == [
        "invitation.created",
        "invitation.created",
        "invitation.revoked",
        "invitation.accepted",
        "member.role_changed",
        "project_member.set",
        "project_member.removed",
        "member.removed",
        "member.left",
        "task.purged",
        "project.deleted",
        "project.purged",
    ]
    changed = items[4]
    assert (changed["about"], changed["workspace"]) == ("Viewer", "Team")
    assert changed["details"] == {"role": "member", "before": "viewer"}
    # What was deleted for good is not told of here again.
    assert "Write the plan" not in str(items)
    assert "Launch" not in str(items)


async def test_what_fails_leaves_no_row(team: Team, auditor: User) -> None:
    path = f"/api/workspaces/{team.workspace_id}/members/{team.owner.id}"
    await team.owner.patch(path, {"role": "member"}, status=409)
    await team.member.patch(path, {"role": "member"}, status=403)
    assert await acts(auditor, workspace_id=team.workspace_id) == []


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET act = 'nothing.happened'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"]
)
async def test_a_row_is_never_changed_or_removed(app: FastAPI, team: Team, auditor: User, statement: str) -> None:
    await team.owner.post("/api/tokens", {"name": "one act"})
    before = await acts(auditor, by=team.owner.id)
    with pytest.raises(DBAPIError, match="rows of audit_entry are only ever added"):
        async with app.state.database.unit_of_work() as db:
            await db.execute(text(statement))
    assert await acts(auditor, by=team.owner.id) == before == ["token.created"]


async def test_pages_follow_each_other_and_filters_narrow(app: FastAPI, team: Team, auditor: User) -> None:
    for number in range(5):
        await team.owner.post("/api/tokens", {"name": f"token {number}"})
    await team.owner.delete(f"/api/tokens/{(await team.owner.get('/api/tokens'))[0]['id']}")
    seen: list[Any] = []
    cursor = None
    while True:
        page = await auditor.get(AUDIT, by=team.owner.id, limit=2, **({"cursor": cursor} if cursor else {}))
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert [one["act"] for one in seen] == ["token.removed", *["token.created"] * 5]
    assert [one["details"]["name"] for one in seen[1:]] == [f"token {number}" for number in (4, 3, 2, 1, 0)]
    assert await acts(auditor, by=team.owner.id, act="token.removed") == ["token.removed"]
    assert (await auditor.http.get(AUDIT, params={"act": "x' OR 1=1"})).status_code == 422
    assert (await auditor.http.get(AUDIT, params={"cursor": "bm8"})).status_code == 422


async def test_owners_read_their_workspaces_part_without_addresses_and_nobody_else_does(
    app: FastAPI, team: Team
) -> None:
    path = f"/api/workspaces/{team.workspace_id}/audit"
    await team.owner.patch(f"/api/workspaces/{team.workspace_id}/members/{team.viewer.id}", {"role": "member"})
    await team.owner.post("/api/tokens", {"name": "not the workspace's business"})
    page = await team.owner.get(path)
    assert [(one["act"], one["address"]) for one in page["items"]] == [("member.role_changed", None)]
    for user in (team.admin, team.member, team.viewer):
        assert (await user.http.get(path)).status_code == 403
    assert (await team.stranger.http.get(path)).status_code == 404
    nowhere = await team.owner.http.get(path.replace(team.workspace_id, team.owner.id))
    assert nowhere.content == (await team.stranger.http.get(path)).content


async def test_what_the_server_ends_by_itself_is_told_too(app: FastAPI, team: Team, auditor: User) -> None:
    project = await team.project()
    task = await team.task(project)
    await team.owner.delete(f"/api/tasks/{task['id']}")
    async with app.state.database.unit_of_work() as db:
        old = text("UPDATE task SET deleted_at = deleted_at - interval '40 days' WHERE id = :id RETURNING now()")
        at = await db.scalar(old, {"id": UUID(task["id"])})
    await purge(app.state.database, 30, at)
    (emptied,) = (await auditor.get(AUDIT, about=project["id"]))["items"]
    assert (emptied["act"], emptied["by"], emptied["means"]) == ("trash.emptied", None, "server")
    assert emptied["details"] == {"kind": "task", "things": 1}


def acts_in_the_source() -> set[str]:
    """What every `audit(…)` there is calls its act: given at the call, or put into a variable `act` before."""
    found = set()
    for path in Path(headway.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in (
                "audit",
                "audit_now",
                "note",
                "note_member",
            ):
                found |= {one.value for given in node.args for one in ast.walk(given) if isinstance(one, ast.Constant)}
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "act":
                found |= {one.value for one in ast.walk(node.value) if isinstance(one, ast.Constant)}
    return {act for act in found if isinstance(act, str) and re.fullmatch(r"[a-z_]+\.[a-z_]+", act)}


def test_the_page_has_words_for_every_act() -> None:
    root = Path(__file__).parents[2]
    page = set(re.findall(r'^  "([a-z_.]+)": \{', (root / "web/src/features/audit/audit.ts").read_text(), re.MULTILINE))
    assert len(page) > 25
    assert acts_in_the_source() - page == set()
