"""Invitation links: who makes them, and that each lets in one person, once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import update

from headway.clock import new_id, now
from headway.workspaces.models import Invitation
from tests.accounts.conftest import client_of
from tests.factories import Team, User


@pytest.fixture
async def guest(team: Team) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(team.app) as client:
        yield client


def path(team: Team) -> str:
    return f"/api/workspaces/{team.workspace_id}/invitations"


async def link(team: Team, role: str = "member", by: User | None = None) -> str:
    """The secret of a fresh link."""
    made = await (by or team.owner).post(path(team), {"role": role})
    return str(made["url"].partition("#")[2])


def account(token: str) -> dict[str, Any]:
    email = f"new-{new_id().hex[-12:]}@example.org"
    return {"token": token, "name": "Nadia", "email": email, "password": "long enough to do"}


async def role_of(team: Team, person_id: str) -> str | None:
    listed = await team.owner.get(f"/api/workspaces/{team.workspace_id}/members")
    return next((one["role"] for one in listed["members"] if one["person_id"] == person_id), None)


async def test_somebody_new_gets_an_account_a_session_and_the_role(team: Team, guest: httpx2.AsyncClient) -> None:
    token = await link(team, "viewer")
    preview = await guest.post("/api/invitations/preview", json={"token": token})
    assert preview.json() == {"workspace": "Team", "role": "viewer", "invited_by": "Owner", "email": None}
    body = account(token)
    accepted = await guest.post("/api/invitations/accept", json=body)
    assert accepted.status_code == 200
    me = accepted.json()
    assert (me["name"], me["email"], me["is_admin"]) == ("Nadia", body["email"], False)
    assert [(one["id"], one["role"]) for one in me["workspaces"]] == [(team.workspace_id, "viewer")]
    assert (await guest.get("/api/me")).json() == me
    again = await guest.post("/api/sessions", json={"email": body["email"], "password": body["password"]})
    assert again.status_code == 201


async def test_somebody_signed_in_joins_with_the_token_alone(team: Team) -> None:
    token = await link(team, "admin")
    me = await team.stranger.post("/api/invitations/accept", {"token": token}, status=200)
    assert [(one["id"], one["role"]) for one in me["workspaces"]] == [(team.workspace_id, "admin")]


async def test_somebody_signed_in_does_not_get_a_second_account_by_accident(team: Team) -> None:
    token = await link(team)
    refused = await team.stranger.post("/api/invitations/accept", account(token), status=409)
    assert refused["code"] == "invitation.signed_in"
    await team.stranger.post("/api/invitations/accept", {"token": token}, status=200)


async def test_somebody_new_is_told_what_is_missing(team: Team, guest: httpx2.AsyncClient) -> None:
    refused = await guest.post("/api/invitations/accept", json={"token": await link(team), "name": "Nadia"})
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == ["email", "password"]


async def test_an_address_that_has_an_account_signs_in_first(team: Team, guest: httpx2.AsyncClient) -> None:
    token = await link(team)
    body = account(token) | {"email": team.stranger.email.upper()}
    refused = await guest.post("/api/invitations/accept", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "account.exists")
    assert (await guest.post("/api/invitations/preview", json={"token": token})).status_code == 200


async def test_a_link_works_once(team: Team, guest: httpx2.AsyncClient) -> None:
    token = await link(team)
    await team.stranger.post("/api/invitations/accept", {"token": token}, status=200)
    for question in (
        await guest.post("/api/invitations/accept", json=account(token)),
        await guest.post("/api/invitations/preview", json={"token": token}),
    ):
        assert (question.status_code, question.json()["code"]) == (410, "invitation.used")


@pytest.mark.pool
async def test_of_two_who_accept_at_once_one_gets_in(team: Team) -> None:
    token = await link(team)
    people = [await team.user(f"p{n}", role=None) for n in range(4)]
    answers = await asyncio.gather(*(one.http.post("/api/invitations/accept", json={"token": token}) for one in people))
    assert sorted(answer.status_code for answer in answers) == [200, 410, 410, 410]
    inside = [bool(one) for one in [await role_of(team, person.id) for person in people]]
    assert inside.count(True) == 1


@pytest.mark.pool
async def test_of_two_new_people_who_accept_at_once_the_loser_has_no_account(team: Team) -> None:
    token = await link(team)
    bodies = [account(token), account(token)]
    async with client_of(team.app) as one, client_of(team.app) as other:
        answers = await asyncio.gather(
            *(who.post("/api/invitations/accept", json=body) for who, body in zip((one, other), bodies, strict=True))
        )
        assert sorted(answer.status_code for answer in answers) == [200, 410]
        lost = [answer.status_code for answer in answers].index(410)
        body = {"email": bodies[lost]["email"], "password": bodies[lost]["password"]}
        assert (await one.post("/api/sessions", json=body)).status_code == 401


async def test_a_link_ends_after_fourteen_days(team: Team, guest: httpx2.AsyncClient) -> None:
    made = await team.owner.post(path(team), {"role": "member"})
    lasts = timedelta(days=14)
    assert made["expires_at"][:10] == (now() + lasts).isoformat()[:10]
    async with team.app.state.database.unit_of_work() as db:
        old = update(Invitation).where(Invitation.id == UUID(made["id"])).values(expires_at=now())
        await db.execute(old)
    token = made["url"].partition("#")[2]
    refused = await team.stranger.post("/api/invitations/accept", {"token": token}, status=410)
    assert refused["code"] == "invitation.expired"
    assert await team.owner.get(path(team)) == []


async def test_nonsense_opens_nothing(guest: httpx2.AsyncClient, team: Team) -> None:
    for token in ("x", "0" * 43, "' OR 1=1 --", "🚲"):
        assert (await guest.post("/api/invitations/preview", json={"token": token})).status_code == 404
        assert (await guest.post("/api/invitations/accept", json=account(token))).status_code == 404
    for nonsense in ("", None, 1, "x" * 1001, "a\x00"):
        assert (await guest.post("/api/invitations/preview", json={"token": nonsense})).status_code == 422


async def test_the_link_is_shown_once_and_never_told(team: Team) -> None:
    made = await team.owner.post(path(team), {"role": "member"})
    assert made["url"].startswith("http://127.0.0.1:8000/join#")
    secret = made["url"].partition("#")[2]
    assert len(secret) >= 43
    (listed,) = await team.owner.get(path(team))
    assert listed == {key: value for key, value in made.items() if key != "url"}
    events = await team.owner.get("/api/events", topic=f"workspace:{team.workspace_id}", after=0)
    assert [event["kind"] for event in events["events"]] == ["invitation.created"]
    assert secret not in str(events)


@pytest.mark.parametrize(
    ("who", "role", "status"),
    [
        ("owner", "owner", 201),
        ("owner", "viewer", 201),
        ("admin", "admin", 201),
        ("admin", "owner", 403),
        ("member", "viewer", 403),
        ("viewer", "viewer", 403),
        ("stranger", "viewer", 404),
    ],
)
async def test_nobody_lets_others_in_as_more_than_they_may_make_of_them(
    team: Team, who: str, role: str, status: int
) -> None:
    await getattr(team, who).post(path(team), {"role": role}, status=status)


@pytest.mark.parametrize("who", ["member", "viewer"])
async def test_only_who_may_invite_sees_and_takes_back_links(team: Team, who: str) -> None:
    made = await team.owner.post(path(team), {"role": "member"})
    user: User = getattr(team, who)
    assert (await user.http.get(path(team))).status_code == 403
    await user.delete(f"{path(team)}/{made['id']}", status=403)
    assert len(await team.owner.get(path(team))) == 1


async def test_an_admin_does_not_take_back_an_owners_link_for_an_owner(team: Team) -> None:
    made = await team.owner.post(path(team), {"role": "owner"})
    await team.admin.delete(f"{path(team)}/{made['id']}", status=403)
    assert len(await team.owner.get(path(team))) == 1


async def test_a_link_that_was_taken_back_opens_nothing(team: Team) -> None:
    made = await team.admin.post(path(team), {"role": "member"})
    await team.owner.delete(f"{path(team)}/{made['id']}")
    await team.owner.delete(f"{path(team)}/{made['id']}", status=404)
    token = made["url"].partition("#")[2]
    await team.stranger.post("/api/invitations/accept", {"token": token}, status=404)


async def test_a_link_of_another_workspace_is_not_taken_back_through_this_one(team: Team) -> None:
    elsewhere = await team.owner.post("/api/workspaces", {"name": "Elsewhere"})
    made = await team.owner.post(f"/api/workspaces/{elsewhere['id']}/invitations", {"role": "member"})
    await team.owner.delete(f"{path(team)}/{made['id']}", status=404)
    await team.admin.delete(f"{path(team)}/{made['id']}", status=404)


async def test_whoever_is_removed_cannot_come_back_by_a_link_they_made(team: Team) -> None:
    token = await link(team, "admin", by=team.admin)
    kept = await link(team, "member", by=team.owner)
    await team.owner.delete(f"/api/workspaces/{team.workspace_id}/members/{team.admin.id}")
    await team.admin.post("/api/invitations/accept", {"token": token}, status=404)
    assert await role_of(team, team.admin.id) is None
    await team.stranger.post("/api/invitations/accept", {"token": kept}, status=200)


async def test_an_owner_who_becomes_an_admin_loses_only_the_links_for_owners(team: Team) -> None:
    await team.owner.patch(f"/api/workspaces/{team.workspace_id}/members/{team.admin.id}", {"role": "owner"})
    for_owner, for_member = await link(team, "owner", by=team.admin), await link(team, "member", by=team.admin)
    await team.owner.patch(f"/api/workspaces/{team.workspace_id}/members/{team.admin.id}", {"role": "admin"})
    await team.stranger.post("/api/invitations/accept", {"token": for_owner}, status=404)
    await team.stranger.post("/api/invitations/accept", {"token": for_member}, status=200)


async def test_somebody_who_left_comes_back_with_the_links_role(team: Team) -> None:
    await team.member.delete(f"/api/workspaces/{team.workspace_id}/members/{team.member.id}")
    await team.member.post("/api/invitations/accept", {"token": await link(team, "viewer")}, status=200)
    assert await role_of(team, team.member.id) == "viewer"


async def test_somebody_who_is_there_keeps_their_role_and_the_link_stays_good(team: Team) -> None:
    token = await link(team, "admin")
    refused = await team.viewer.post("/api/invitations/accept", {"token": token}, status=409)
    assert refused["code"] == "invitation.member"
    assert await role_of(team, team.viewer.id) == "viewer"
    await team.stranger.post("/api/invitations/accept", {"token": token}, status=200)


async def test_an_unknown_role_or_field_is_refused(team: Team) -> None:
    await team.owner.post(path(team), {"role": "king"}, status=422)
    await team.owner.post(path(team), {"role": "member", "expires_at": "2099-01-01T00:00:00Z"}, status=422)
