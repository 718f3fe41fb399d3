"""Changing a password, and API tokens."""

from contextlib import AsyncExitStack

import httpx2
import pytest
from fastapi import FastAPI

from headway.accounts.passwords import TRIES
from tests.accounts.conftest import PASSWORD, client_of, with_password
from tests.factories import User

NEW = "a different long one"


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def test_a_new_password_works_and_the_old_one_does_not(somebody: User, guest: httpx2.AsyncClient) -> None:
    await somebody.put("/api/me/password", {"current": PASSWORD, "new": NEW})
    old = await guest.post("/api/sessions", json={"email": somebody.email, "password": PASSWORD})
    new = await guest.post("/api/sessions", json={"email": somebody.email, "password": NEW})
    assert (old.status_code, new.status_code) == (401, 201)


async def test_a_new_password_ends_the_other_sessions_and_every_token(
    somebody: User, guest: httpx2.AsyncClient, other_browser: httpx2.AsyncClient
) -> None:
    await guest.post("/api/sessions", json={"email": somebody.email, "password": PASSWORD})
    token = (await somebody.post("/api/tokens", {"name": "script"}))["token"]
    assert (await other_browser.get("/api/me", headers=bearer(token))).status_code == 200

    await somebody.put("/api/me/password", {"current": PASSWORD, "new": NEW})

    assert (await guest.get("/api/me")).status_code == 401
    assert (await other_browser.get("/api/me", headers=bearer(token))).status_code == 401
    assert (await somebody.http.get("/api/me")).status_code == 200
    mine = (await somebody.get("/api/sessions"))[0]["id"]
    events = (await somebody.get("/api/events", topic=f"person:{somebody.id}", after=0))["events"]
    assert events[-1]["kind"] == "session.ended"
    assert events[-1]["after"] == {"session_id": None, "except": mine}


async def test_a_password_is_changed_only_by_who_knows_it(somebody: User) -> None:
    for _ in range(TRIES):
        refused = await somebody.put("/api/me/password", {"current": "not it", "new": NEW}, status=403)
        assert refused["code"] == "password.wrong"
    await somebody.put("/api/me/password", {"current": PASSWORD, "new": NEW}, status=429)


async def test_somebody_who_guesses_at_the_front_door_does_not_stop_a_change_inside(
    somebody: User, guest: httpx2.AsyncClient
) -> None:
    for n in range(TRIES + 1):
        await guest.post("/api/sessions", json={"email": somebody.email, "password": f"guess {n}"})
    await somebody.put("/api/me/password", {"current": PASSWORD, "new": NEW})


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ("too short", "at least 10 characters"),
        ("x" * 201, "at most 200 characters"),
        ("with a \x00 in it", "NUL"),
        (None, "valid string"),
    ],
)
async def test_a_password_that_cannot_be_is_refused_with_the_reason(somebody: User, new: str, says: str) -> None:
    refused = await somebody.put("/api/me/password", {"current": PASSWORD, "new": new}, status=422)
    assert refused["errors"][0]["field"] == "new"
    assert says in refused["detail"]


async def test_any_characters_make_a_password(somebody: User, guest: httpx2.AsyncClient) -> None:
    strange = "  🚲 ключ 鍵 \t'\"\\ "
    await somebody.put("/api/me/password", {"current": PASSWORD, "new": strange})
    answer = await guest.post("/api/sessions", json={"email": somebody.email, "password": strange})
    assert answer.status_code == 201


async def test_a_token_is_shown_once_and_does_what_its_owner_may(somebody: User, guest: httpx2.AsyncClient) -> None:
    made = await somebody.post("/api/tokens", {"name": "deploy script"})
    assert made["token"].startswith("hw_")
    me = await guest.get("/api/me", headers=bearer(made["token"]))
    assert me.json()["id"] == somebody.id
    (listed,) = await somebody.get("/api/tokens")
    assert (listed["id"], listed["name"]) == (made["id"], "deploy script")
    assert listed["last_used_at"] is not None
    assert "token" not in listed
    assert made["token"] not in str(await somebody.get("/api/events", topic=f"person:{somebody.id}", after=0))


async def test_a_removed_token_is_no_good_from_the_next_request_on(somebody: User, guest: httpx2.AsyncClient) -> None:
    made = await somebody.post("/api/tokens", {"name": "old laptop"})
    await somebody.delete(f"/api/tokens/{made['id']}")
    refused = await guest.get("/api/me", headers=bearer(made["token"]))
    assert (refused.status_code, refused.json()["code"]) == (401, "token")
    assert await somebody.get("/api/tokens") == []
    await somebody.delete(f"/api/tokens/{made['id']}", status=404)


async def test_a_token_that_is_no_good_does_not_fall_back_to_the_cookie(somebody: User) -> None:
    for token in ("hw_wrong", "wrong", ""):
        assert (await somebody.http.get("/api/me", headers=bearer(token))).status_code == 401


async def test_a_token_cannot_make_tokens_or_sign_out(somebody: User, app: FastAPI) -> None:
    token = (await somebody.post("/api/tokens", {"name": "script"}))["token"]
    async with client_of(app) as script:
        refused = await script.post("/api/tokens", json={"name": "another"}, headers=bearer(token))
        assert (refused.status_code, refused.json()["code"]) == (403, "token.session")
        assert (await script.delete("/api/sessions/current", headers=bearer(token))).status_code == 403


async def test_nobody_sees_or_removes_a_token_of_somebody_else(app: FastAPI, somebody: User) -> None:
    made = await somebody.post("/api/tokens", {"name": "mine"})
    async with AsyncExitStack() as stack:
        other = await with_password(app, stack, "other")
        assert await other.get("/api/tokens") == []
        await other.delete(f"/api/tokens/{made['id']}", status=404)
    assert len(await somebody.get("/api/tokens")) == 1


async def test_tokens_on_the_account_screen_are_live(somebody: User) -> None:
    made = await somebody.post("/api/tokens", {"name": "script"})
    shown = {key: value for key, value in made.items() if key != "token"}
    await somebody.delete(f"/api/tokens/{made['id']}")
    events = (await somebody.get("/api/events", topic=f"person:{somebody.id}", after=0))["events"]
    assert [(e["kind"], e["before"], e["after"]) for e in events] == [
        ("token.created", None, shown),
        ("token.removed", shown, None),
    ]


async def test_an_unknown_field_is_refused(somebody: User) -> None:
    refused = await somebody.post("/api/tokens", {"name": "x", "person_id": somebody.id}, status=422)
    assert refused["errors"][0]["field"] == "person_id"
