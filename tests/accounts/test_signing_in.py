"""Signing in and out: what the cookie is, what a stranger learns, and how often one may guess."""

import asyncio
import threading
from contextlib import AsyncExitStack
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import update

from headway.accounts import secrets
from headway.accounts.models import SignIn, Tries
from headway.accounts.passwords import TRIES, tries_at
from headway.clock import now
from tests.accounts.conftest import PASSWORD, client_of, with_password
from tests.factories import User


def credentials(user: User, password: str = PASSWORD) -> dict[str, str]:
    return {"email": user.email, "password": password}


async def test_signing_in_answers_with_me_and_a_cookie_no_script_can_read(
    somebody: User, guest: httpx2.AsyncClient
) -> None:
    answer = await guest.post("/api/sessions", json=credentials(somebody))
    assert answer.status_code == 201
    assert answer.json() == {
        "id": somebody.id,
        "name": "Mina",
        "email": somebody.email,
        "is_admin": False,
        "workspaces": [],
    }
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("headway_session=")
    assert {"httponly", "samesite=lax", "path=/", "max-age=2592000"} <= set(cookie.split("; "))
    assert "secure" not in cookie
    assert (await guest.get("/api/me")).json() == answer.json()


async def test_the_address_may_be_typed_in_any_case_and_the_password_on_any_keyboard(
    app: FastAPI, somebody: User, guest: httpx2.AsyncClient
) -> None:
    body = {"email": f" {somebody.email.upper()} ", "password": PASSWORD}
    assert (await guest.post("/api/sessions", json=body)).status_code == 201
    await guest.put("/api/me/password", json={"current": PASSWORD, "new": "cafe\u0301 am Zürichsee"})
    body = {"email": somebody.email, "password": "caf\u00e9 am Zu\u0308richsee"}
    assert (await guest.post("/api/sessions", json=body)).status_code == 201


async def test_over_https_the_cookie_is_secure(open_server: FastAPI, somebody: User) -> None:
    async with client_of(open_server, "https://tasks.example.org") as client:
        answer = await client.post("/api/sessions", json=credentials(somebody))
    assert "secure" in answer.headers["set-cookie"].lower().split("; ")


async def test_known_and_unknown_addresses_get_the_same_answer(somebody: User, guest: httpx2.AsyncClient) -> None:
    wrong = await guest.post("/api/sessions", json=credentials(somebody, "not their password"))
    unknown = await guest.post("/api/sessions", json={"email": f"x{somebody.email}", "password": "not a password"})
    nonsense = await guest.post("/api/sessions", json={"email": "nobody", "password": "x"})
    assert wrong.status_code == unknown.status_code == nonsense.status_code == 401
    assert wrong.content == unknown.content == nonsense.content
    assert "set-cookie" not in wrong.headers


async def test_a_person_without_a_password_cannot_sign_in_with_any(app: FastAPI, guest: httpx2.AsyncClient) -> None:
    from tests.factories import new_user

    async with AsyncExitStack() as stack:
        imported = await new_user(app, stack, "imported")
        for password in ("None", "null", "x" * 12):
            assert (await guest.post("/api/sessions", json=credentials(imported, password))).status_code == 401


async def test_after_ten_wrong_passwords_not_even_the_right_one_gets_in(
    somebody: User, guest: httpx2.AsyncClient
) -> None:
    answers = [await guest.post("/api/sessions", json=credentials(somebody, f"guess {n}")) for n in range(TRIES + 2)]
    assert [a.status_code for a in answers] == [401] * TRIES + [429] * 2
    assert 0 < int(answers[-1].headers["retry-after"]) <= 15 * 60
    assert (await guest.post("/api/sessions", json=credentials(somebody))).status_code == 429
    # Whoever is in stays in: a lockout must not be a way to throw somebody out.
    assert (await somebody.http.get("/api/me")).status_code == 200


async def test_thirty_guesses_at_once_are_still_ten(somebody: User, guest: httpx2.AsyncClient) -> None:
    guesses = (guest.post("/api/sessions", json=credentials(somebody, f"guess {n}")) for n in range(30))
    answers = await asyncio.gather(*guesses)
    assert sorted(a.status_code for a in answers) == [401] * TRIES + [429] * 20


async def test_unknown_addresses_are_counted_alike(somebody: User, guest: httpx2.AsyncClient) -> None:
    body = {"email": f"nobody-{somebody.id}@example.org", "password": "a guess at it"}
    answers = [await guest.post("/api/sessions", json=body) for _ in range(TRIES + 1)]
    assert [a.status_code for a in answers] == [401] * TRIES + [429]


async def test_a_quarter_of_an_hour_later_there_are_tries_again(
    app: FastAPI, somebody: User, guest: httpx2.AsyncClient
) -> None:
    for n in range(TRIES + 1):
        await guest.post("/api/sessions", json=credentials(somebody, f"guess {n}"))
    async with app.state.database.unit_of_work() as db:
        earlier = now() - timedelta(minutes=16)
        await db.execute(update(Tries).where(Tries.about == tries_at(somebody.email)).values(last_at=earlier))
    assert (await guest.post("/api/sessions", json=credentials(somebody))).status_code == 201


async def test_the_right_password_gives_all_tries_back(somebody: User, guest: httpx2.AsyncClient) -> None:
    for _ in range(3):
        for n in range(TRIES - 1):
            assert (await guest.post("/api/sessions", json=credentials(somebody, f"guess {n}"))).status_code == 401
        assert (await guest.post("/api/sessions", json=credentials(somebody))).status_code == 201


async def test_hashing_holds_no_connection_so_others_are_served_meanwhile(app: FastAPI, somebody: User) -> None:
    async with AsyncExitStack() as stack:
        people = [await with_password(app, stack, f"p{n}") for n in range(20)]
        guest = await stack.enter_async_context(client_of(app))
        # Both hashing threads are kept busy, so every sign-in waits for its turn; with one pooled connection.
        busy = threading.Event()
        for _ in range(2):
            secrets._hashing.submit(busy.wait, 60)
        try:
            signing_in = [asyncio.create_task(guest.post("/api/sessions", json=credentials(p))) for p in people]
            for _ in range(5):
                assert (await somebody.http.get("/api/me")).status_code == 200
            assert not any(task.done() for task in signing_in)
        finally:
            busy.set()
        answers = await asyncio.gather(*signing_in)
    assert {a.status_code for a in answers} == {201}


async def test_nobody_is_anybody_without_a_session(guest: httpx2.AsyncClient) -> None:
    for method, path in (
        ("GET", "/api/me"),
        ("PATCH", "/api/me"),
        ("PUT", "/api/me/password"),
        ("GET", "/api/sessions"),
        ("DELETE", "/api/sessions/current"),
        ("GET", "/api/tokens"),
        ("POST", "/api/tokens"),
        ("GET", "/api/workspaces"),
        ("POST", "/api/workspaces"),
    ):
        body = {"name": "x", "current": "x", "new": "x" * 10}
        body = {"PATCH": {"name": "x"}, "POST": {"name": "x"}}.get(method, {"current": "x", "new": "x" * 10})
        answer = await guest.request(method, path, json=None if method in ("GET", "DELETE") else body)
        assert (answer.status_code, answer.json()["code"]) == (401, "signed_out"), path


async def test_signing_out_ends_this_session_and_no_other(somebody: User, guest: httpx2.AsyncClient) -> None:
    await guest.post("/api/sessions", json=credentials(somebody))
    cookie = guest.cookies["headway_session"]
    answer = await guest.delete("/api/sessions/current")
    assert answer.status_code == 204
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    guest.cookies.set("headway_session", cookie)
    assert (await guest.get("/api/me")).status_code == 401
    assert (await somebody.http.get("/api/me")).status_code == 200


async def test_sessions_are_listed_and_can_be_ended_from_another_one(somebody: User, guest: httpx2.AsyncClient) -> None:
    await guest.post("/api/sessions", json=credentials(somebody), headers={"user-agent": "Another browser"})
    sessions = await somebody.get("/api/sessions")
    assert [(s["user_agent"], s["current"]) for s in sessions] == [("Another browser", False), ("tests", True)]
    await somebody.delete(f"/api/sessions/{sessions[0]['id']}")
    assert (await guest.get("/api/me")).status_code == 401
    assert len(await somebody.get("/api/sessions")) == 1
    await somebody.delete(f"/api/sessions/{sessions[0]['id']}", status=404)


async def test_nobody_ends_a_session_of_somebody_else(app: FastAPI, somebody: User, guest: httpx2.AsyncClient) -> None:
    async with AsyncExitStack() as stack:
        other = await with_password(app, stack, "other")
        session_id = (await somebody.get("/api/sessions"))[0]["id"]
        await other.delete(f"/api/sessions/{session_id}", status=404)
    assert (await somebody.http.get("/api/me")).status_code == 200


async def test_a_session_lasts_until_it_expires(app: FastAPI, somebody: User) -> None:
    async with app.state.database.unit_of_work() as db:
        over = update(SignIn).where(SignIn.person_id == UUID(somebody.id)).values(expires_at=now())
        await db.execute(over)
    assert (await somebody.http.get("/api/me")).status_code == 401


async def test_each_sign_in_and_sign_out_is_told_to_ones_other_screens(
    somebody: User, guest: httpx2.AsyncClient
) -> None:
    await guest.post("/api/sessions", json=credentials(somebody))
    await guest.delete("/api/sessions/current")
    events = (await somebody.get("/api/events", topic=f"person:{somebody.id}", after=0))["events"]
    assert [e["kind"] for e in events] == ["session.created", "session.ended"]
    assert events[1]["after"] == {"session_id": events[0]["id"], "except": None}
    assert "secret" not in str(events)


async def test_known_and_unknown_people_cost_one_hash_each_and_wrong_tokens_none(
    app: FastAPI, somebody: User, guest: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes: list[str] = []

    def verify(password: str, password_hash: str) -> bool:
        hashes.append(password_hash)
        return False

    monkeypatch.setattr(secrets, "_passwords", SimpleNamespace(verify=verify))
    for email in (somebody.email, "nobody@example.org"):
        await guest.post("/api/sessions", json={"email": email, "password": "a guess"})
    assert len(hashes) == 2
    for number in range(120):
        headers = {"authorization": f"Bearer hw_{number:043}"}
        assert (await guest.get("/api/me", headers=headers)).status_code in (401, 429)
    for email in (somebody.email, "nobody@example.org"):
        for _ in range(TRIES + 5):
            await guest.post("/api/sessions", json={"email": email, "password": "a guess"})
    assert len(hashes) == 2 * TRIES  # what is refused is not hashed either
