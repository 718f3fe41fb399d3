"""Everybody with an account: who sees them, who runs the server, who is shut out of it."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import update

from headway.accounts.models import Person
from tests.administration.conftest import make_admin
from tests.factories import Team, User

PEOPLE = "/api/administration/people"
NOBODY = str(uuid4())


async def only_admins(app: FastAPI, *users: User) -> None:
    """Has these run the server and nobody else: tests share one database."""
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(Person).values(is_admin=False))
    for user in users:
        await make_admin(app, user)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", PEOPLE, None),
        ("POST", f"{PEOPLE}/{{id}}/suspend", None),
        ("POST", f"{PEOPLE}/{{id}}/reinstate", None),
        ("PUT", f"{PEOPLE}/{{id}}/admin", {"is_admin": True}),
        ("GET", "/api/administration/audit", None),
    ],
)
async def test_only_admins_of_the_server_get_in_and_nobody_else_learns_who_is_there(
    team: Team, method: str, path: str, body: Any
) -> None:
    answers = [
        await user.http.request(method, path.format(id=who), json=body)
        for user in (team.owner, team.stranger)
        for who in (team.member.id, NOBODY)
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.content for answer in answers}) == 1
    anybody = await team.owner.http.request(method, path.format(id=NOBODY), json=body, headers={"cookie": "x=y"})
    assert anybody.status_code == 401


async def test_the_list_is_everybody_by_name_in_pages(boss: User, team: Team) -> None:
    everybody: list[Any] = []
    cursor: str | None = None
    while True:
        page = await boss.get(PEOPLE, limit=3, **({"cursor": cursor} if cursor else {}))
        everybody += page["items"]
        cursor = page["next_cursor"]
        assert cursor is None or len(page["items"]) == 3
        if cursor is None:
            break
    whole = (await boss.get(PEOPLE, limit=200))["items"]
    assert [one["id"] for one in everybody][: len(whole)] == [one["id"] for one in whole]
    assert len({one["id"] for one in everybody}) == len(everybody)
    (member,) = [one for one in everybody if one["id"] == team.member.id]
    assert (member["email"], member["workspaces"], member["is_admin"]) == (team.member.email, 1, False)
    assert member["suspended_at"] is None
    assert member["last_seen_at"] is not None


async def test_people_are_found_by_name_and_address(boss: User, team: Team) -> None:
    async def found(q: str) -> set[str]:
        return {one["id"] for one in (await boss.get(PEOPLE, q=q, limit=200))["items"]}

    assert await found(team.viewer.email.upper()) == {team.viewer.id}
    assert {team.stranger.id} <= await found("STRÄNGER")
    assert await found("%") == await found("_-x-") == set()


async def test_an_admin_makes_another_and_takes_it_back(team: Team, boss: User) -> None:
    shown = await boss.put(f"{PEOPLE}/{team.member.id}/admin", {"is_admin": True}, status=200)
    assert shown["is_admin"] is True
    assert (await team.member.get("/api/me"))["is_admin"] is True
    await team.member.get(PEOPLE)
    await boss.put(f"{PEOPLE}/{team.member.id}/admin", {"is_admin": False}, status=200)
    await team.member.http.get(PEOPLE)
    assert (await team.member.http.get(PEOPLE)).status_code == 403
    events = (await team.member.get("/api/events", topic=f"person:{team.member.id}"))["events"]
    assert [event["kind"] for event in events][-2:] == ["access.changed"] * 2


async def test_the_last_admin_stays_and_nobody_suspends_themselves(app: FastAPI, team: Team, boss: User) -> None:
    await only_admins(app, boss)
    refused = await boss.put(f"{PEOPLE}/{boss.id}/admin", {"is_admin": False}, status=409)
    assert refused["code"] == "admin.last"
    assert (await boss.post(f"{PEOPLE}/{boss.id}/suspend", status=409))["code"] == "person.self"
    await make_admin(app, team.admin)
    await boss.post(f"{PEOPLE}/{team.admin.id}/suspend", status=200)
    # Who is shut out runs nothing, so the other one is the last again.
    assert (await boss.put(f"{PEOPLE}/{boss.id}/admin", {"is_admin": False}, status=409))["code"] == "admin.last"
    again = await boss.put(f"{PEOPLE}/{team.admin.id}/admin", {"is_admin": True}, status=200)
    assert again["suspended_at"] is not None  # they are one already, and stay suspended


@pytest.mark.pool
async def test_two_admins_who_unmake_each_other_leave_one(app: FastAPI, team: Team, boss: User) -> None:
    one, other = boss, team.admin
    for _ in range(10):
        await only_admins(app, one, other)
        both = [
            mine.http.put(f"{PEOPLE}/{theirs.id}/admin", json={"is_admin": False})
            for mine, theirs in ((one, other), (other, one))
        ]
        answers = await asyncio.gather(*both)
        assert sorted(answer.status_code == 200 for answer in answers) == [False, True]
    await only_admins(app, one, other)
    suspensions = [
        one.http.post(f"{PEOPLE}/{other.id}/suspend"),
        other.http.post(f"{PEOPLE}/{one.id}/suspend"),
    ]
    assert sorted(answer.status_code == 200 for answer in await asyncio.gather(*suspensions)) == [False, True]


async def test_who_is_suspended_cannot_be_made_an_admin(team: Team, boss: User) -> None:
    await boss.post(f"{PEOPLE}/{team.viewer.id}/suspend", status=200)
    refused = await boss.put(f"{PEOPLE}/{team.viewer.id}/admin", {"is_admin": True}, status=409)
    assert refused["code"] == "person.suspended"


async def test_what_is_nobody_is_not_found(boss: User) -> None:
    for path in ("suspend", "reinstate"):
        await boss.post(f"{PEOPLE}/{NOBODY}/{path}", status=404)
    await boss.put(f"{PEOPLE}/{NOBODY}/admin", {"is_admin": True}, status=404)
