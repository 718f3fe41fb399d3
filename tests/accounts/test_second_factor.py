"""Codes from an app and recovery codes: each opens the door once, and nothing else does."""

import asyncio
import re
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pyotp
import pytest
from fastapi import FastAPI
from sqlalchemy import select, text, update

import headway
from headway.accounts.factors_models import CodeApp, RecoveryCode, Ticket
from headway.accounts.models import Person
from headway.accounts.passwords import TRIES
from headway.audit.models import AuditEntry
from headway.clock import now
from tests.accounts.conftest import PASSWORD, client_of, with_password
from tests.accounts.factors import PROOF, code_of, forget_last_code, set_app_up, ticket_of
from tests.factories import User


async def second_step(guest: httpx2.AsyncClient, ticket: str, code: str) -> httpx2.Response:
    return await guest.post("/api/sessions/second-factor", json={"ticket": ticket, "code": code})


async def acts_of(app: FastAPI, user: User) -> list[str]:
    async with app.state.database.reading() as db:
        found = await db.scalars(
            select(AuditEntry.act).where(AuditEntry.about_id == UUID(user.id)).order_by(AuditEntry.id)
        )
        return list(found)


async def test_with_an_app_the_password_opens_half_the_door_and_a_code_the_rest(
    app: FastAPI, somebody: User, guest: httpx2.AsyncClient
) -> None:
    secret, codes = await set_app_up(somebody)
    assert len(set(codes)) == 10
    answer = await guest.post("/api/sessions", json={"email": somebody.email, "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (401, "second_factor")
    assert answer.json()["kinds"] == ["totp", "recovery"]
    assert "set-cookie" not in answer.headers
    assert (await guest.get("/api/me")).status_code == 401
    code = code_of(secret, 1)
    entered = await second_step(guest, answer.json()["ticket"], f"{code[:3]} {code[3:]}")
    assert entered.status_code == 201, entered.text
    assert (await guest.get("/api/me")).json() == entered.json()
    assert {"code_app.added", "recovery_codes.made"} <= set(await acts_of(app, somebody))


async def test_an_app_that_has_shown_no_code_is_not_wanted(somebody: User, guest: httpx2.AsyncClient) -> None:
    made = await somebody.post("/api/me/second-factor/app", PROOF)
    assert made["qr"].startswith("data:image/svg+xml")
    assert pyotp.parse_uri(made["uri"]).secret == made["secret"]
    answer = await guest.post("/api/sessions", json={"email": somebody.email, "password": PASSWORD})
    assert answer.status_code == 201
    state = await somebody.get("/api/me/second-factor")
    assert (state["app_since"], state["recovery_codes_left"]) == (None, 0)


async def test_setting_an_app_up_takes_the_password_and_the_apps_present_code(app: FastAPI, somebody: User) -> None:
    for proof in ({}, {"password": "not the password"}):
        refused = await somebody.http.post("/api/me/second-factor/app", json={"proof": proof})
        assert refused.status_code == 403, refused.text
    nothing_begun = await somebody.http.post("/api/me/second-factor/app/confirm", json={"code": "123456"})
    assert (nothing_begun.status_code, nothing_begun.json()["code"]) == (409, "app.not_begun")
    secret = (await somebody.post("/api/me/second-factor/app", PROOF))["secret"]
    wrong = await somebody.http.post("/api/me/second-factor/app/confirm", json={"code": code_of(secret, 5)})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "code.wrong")
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(CodeApp).values(created_at=now() - timedelta(hours=2)))
    late = await somebody.http.post("/api/me/second-factor/app/confirm", json={"code": code_of(secret)})
    assert late.status_code == 409


async def test_a_second_app_is_refused_and_ten_wrong_codes_stop_the_guessing_inside_too(somebody: User) -> None:
    await somebody.post("/api/me/second-factor/app", PROOF)
    wrong = [
        (await somebody.http.post("/api/me/second-factor/app/confirm", json={"code": "no code"})).status_code
        for _ in range(TRIES + 1)
    ]
    assert wrong == [403] * TRIES + [429]
    assert (await somebody.http.get("/api/me")).status_code == 200


async def test_a_code_works_once_even_for_two_who_use_it_in_one_moment(
    app: FastAPI, somebody: User, guest: httpx2.AsyncClient, other_browser: httpx2.AsyncClient
) -> None:
    secret, _ = await set_app_up(somebody)
    tickets = [await ticket_of(guest, somebody) for _ in range(4)]
    code = code_of(secret, 1)
    answers = await asyncio.gather(*(second_step(other_browser, ticket, code) for ticket in tickets))
    assert sorted(answer.status_code for answer in answers) == [201, 401, 401, 401]
    again = await second_step(guest, await ticket_of(guest, somebody), code)
    assert (again.status_code, again.json()["code"]) == (401, "code.wrong")


async def test_the_code_that_set_the_app_up_does_not_sign_in(somebody: User, guest: httpx2.AsyncClient) -> None:
    secret = (await somebody.post("/api/me/second-factor/app", PROOF))["secret"]
    code = code_of(secret)
    await somebody.post("/api/me/second-factor/app/confirm", {"code": code}, 200)
    assert (await second_step(guest, await ticket_of(guest, somebody), code)).status_code == 401


async def test_an_older_code_is_refused_after_a_newer_one(
    app: FastAPI, somebody: User, guest: httpx2.AsyncClient
) -> None:
    secret, _ = await set_app_up(somebody)
    await forget_last_code(app, somebody)
    newer, older = code_of(secret, 1), code_of(secret)
    assert (await second_step(guest, await ticket_of(guest, somebody), newer)).status_code == 201
    assert (await second_step(guest, await ticket_of(guest, somebody), older)).status_code == 401


async def test_a_recovery_code_works_once_however_it_is_typed(
    app: FastAPI, somebody: User, guest: httpx2.AsyncClient
) -> None:
    _, codes = await set_app_up(somebody)
    typed = codes[0].upper().replace("-", " ")
    tickets = [await ticket_of(guest, somebody) for _ in range(3)]
    answers = await asyncio.gather(*(second_step(guest, ticket, typed) for ticket in tickets))
    assert sorted(answer.status_code for answer in answers) == [201, 401, 401]
    assert (await somebody.get("/api/me/second-factor"))["recovery_codes_left"] == 9
    assert "recovery_code.used" in await acts_of(app, somebody)


async def test_new_recovery_codes_end_the_old_ones(somebody: User, guest: httpx2.AsyncClient) -> None:
    _, old = await set_app_up(somebody)
    new = (await somebody.post("/api/me/second-factor/recovery-codes", PROOF, 200))["recovery_codes"]
    assert not set(old) & set(new)
    ticket = await ticket_of(guest, somebody)
    assert (await second_step(guest, ticket, old[0])).status_code == 401
    assert (await second_step(guest, ticket, new[0])).status_code == 201


async def test_after_ten_wrong_codes_not_even_the_right_one_gets_in_and_whoever_is_in_stays(
    app: FastAPI, somebody: User, guest: httpx2.AsyncClient
) -> None:
    secret, codes = await set_app_up(somebody)
    ticket = await ticket_of(guest, somebody)
    wrong = [(await second_step(guest, ticket, f"00000{n % 10}")).status_code for n in range(TRIES)]
    assert wrong == [401] * TRIES
    for right in (code_of(secret, 1), codes[0]):
        for one in (ticket, await ticket_of(guest, somebody)):  # a new ticket brings no new tries
            late = await second_step(guest, one, right)
            assert (late.status_code, late.json()["code"]) == (429, "code.tries")
            assert 0 < int(late.headers["retry-after"]) <= 15 * 60
    assert (await somebody.http.get("/api/me")).status_code == 200


async def test_wrong_codes_are_counted_though_their_requests_roll_back_and_in_parallel(
    app: FastAPI, somebody: User, guest: httpx2.AsyncClient
) -> None:
    await set_app_up(somebody)
    tickets = [await ticket_of(guest, somebody) for _ in range(3)]
    answers = await asyncio.gather(*(second_step(guest, tickets[n % 3], "000000") for n in range(TRIES + 5)))
    assert sorted(answer.status_code for answer in answers) == [401] * TRIES + [429] * 5


async def test_a_ticket_works_once_and_ends_with_time_password_and_suspension(
    app: FastAPI, somebody: User, guest: httpx2.AsyncClient
) -> None:
    _, codes = await set_app_up(somebody)
    used = await ticket_of(guest, somebody)
    assert (await second_step(guest, used, codes[0])).status_code == 201
    assert (await second_step(guest, used, codes[1])).json()["code"] == "ticket"
    assert (await second_step(guest, "x" * 43, codes[1])).json()["code"] == "ticket"

    old = await ticket_of(guest, somebody)
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(Ticket).values(expires_at=now()))
    assert (await second_step(guest, old, codes[1])).json()["code"] == "ticket"

    suspended = await ticket_of(guest, somebody)
    await set_suspended(app, somebody, True)
    assert (await second_step(guest, suspended, codes[1])).json()["code"] == "ticket"
    await set_suspended(app, somebody, False)

    overtaken = await ticket_of(guest, somebody)
    await somebody.put("/api/me/password", {"current": PASSWORD, "new": "another good password"})
    assert (await second_step(guest, overtaken, codes[1])).json()["code"] == "ticket"


async def set_suspended(app: FastAPI, user: User, suspended: bool) -> None:
    async with app.state.database.unit_of_work() as db:
        at = now() if suspended else None
        await db.execute(update(Person).where(Person.id == UUID(user.id)).values(suspended_at=at))


async def test_a_suspended_person_gets_no_ticket(app: FastAPI, somebody: User, guest: httpx2.AsyncClient) -> None:
    await set_app_up(somebody)
    await set_suspended(app, somebody, True)
    answer = await guest.post("/api/sessions", json={"email": somebody.email, "password": PASSWORD})
    assert answer.json()["code"] == "account.suspended"
    assert "ticket" not in answer.json()


async def test_somebody_elses_code_is_worth_nothing(app: FastAPI, somebody: User, guest: httpx2.AsyncClient) -> None:
    await set_app_up(somebody)
    async with AsyncExitStack() as stack:
        other = await with_password(app, stack, "noor")
        secret, codes = await set_app_up(other)
        ticket = await ticket_of(guest, somebody)
        for code in (code_of(secret, 1), codes[0]):
            assert (await second_step(guest, ticket, code)).status_code == 401


REMOVALS = ["/api/me/second-factor/app/remove", "/api/me/second-factor/recovery-codes"]


@pytest.mark.parametrize("path", REMOVALS)
async def test_taking_a_factor_away_takes_a_proof(somebody: User, path: str) -> None:
    await set_app_up(somebody)
    before = await somebody.get("/api/me/second-factor")
    for proof in ({}, {"password": "not the password"}):
        refused = await somebody.http.post(path, json={"proof": proof})
        assert refused.status_code == 403, refused.text
    assert await somebody.get("/api/me/second-factor") == before


async def test_without_the_app_the_password_is_enough_again_and_the_codes_are_gone(
    app: FastAPI, somebody: User, guest: httpx2.AsyncClient
) -> None:
    await set_app_up(somebody)
    await somebody.post(REMOVALS[0], PROOF, 204)
    assert (await somebody.http.post(REMOVALS[0], json=PROOF)).status_code == 404
    assert (await somebody.http.post(REMOVALS[1], json=PROOF)).status_code == 409
    assert (await somebody.get("/api/me/second-factor"))["recovery_codes_left"] == 0
    answer = await guest.post("/api/sessions", json={"email": somebody.email, "password": PASSWORD})
    assert answer.status_code == 201
    assert "code_app.removed" in await acts_of(app, somebody)


async def test_who_has_no_password_proves_themselves_by_having_just_signed_in(app: FastAPI, somebody: User) -> None:
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(Person).where(Person.id == UUID(somebody.id)).values(password_hash=None))
    assert (await somebody.http.post("/api/me/second-factor/app", json={"proof": {}})).status_code == 201
    async with app.state.database.unit_of_work() as db:
        await db.execute(text("UPDATE sign_in SET created_at = now() - interval '11 minutes'"))
    stale = await somebody.http.post("/api/me/second-factor/app", json={"proof": {}})
    assert (stale.status_code, stale.json()["code"]) == (403, "proof.stale")


async def test_other_screens_hear_of_it_and_no_secret_is_in_events_audit_or_answers(
    app: FastAPI, somebody: User, guest: httpx2.AsyncClient
) -> None:
    secret, codes = await set_app_up(somebody)
    kept: list[Any] = []
    async with app.state.database.reading() as db:
        kept += await db.scalars(text("SELECT to_jsonb(e)::text FROM event e"))
        kept += await db.scalars(text("SELECT to_jsonb(a)::text FROM audit_entry a"))
        own = select(RecoveryCode.code_hash).where(RecoveryCode.person_id == UUID(somebody.id))
        hashes = [bytes(one) for one in await db.scalars(own)]
    told = [row for row in kept if "second_factor.changed" in row]
    assert any(f"person:{somebody.id}" in row for row in told)
    kept.append((await somebody.http.get("/api/me/second-factor")).text)
    assert not [row for row in kept for hidden in (secret, *codes) if hidden in row]
    assert len(hashes) == 10
    state = await somebody.get("/api/me/second-factor")
    assert state["app_since"] is not None
    assert state["recovery_codes_left"] == 10


async def test_no_token_may_look_at_or_change_second_factors(app: FastAPI, somebody: User) -> None:
    made = await somebody.post("/api/tokens", {"name": "script", "scopes": ["read", "write", "manage"]})
    async with client_of(app) as script:
        script.headers["authorization"] = f"Bearer {made['token']}"
        assert (await script.get("/api/me/second-factor")).status_code == 403
        assert (await script.post("/api/me/second-factor/app", json=PROOF)).status_code == 403


async def test_everywhere_else_is_signed_out_at_one_go(
    app: FastAPI, somebody: User, guest: httpx2.AsyncClient, other_browser: httpx2.AsyncClient
) -> None:
    for browser in (guest, other_browser):
        await browser.post("/api/sessions", json={"email": somebody.email, "password": PASSWORD})
    assert len(await somebody.get("/api/sessions")) == 3
    await somebody.delete("/api/sessions/others")
    assert [one["current"] for one in await somebody.get("/api/sessions")] == [True]
    for browser in (guest, other_browser):
        assert (await browser.get("/api/me")).status_code == 401
    await somebody.delete("/api/sessions/others")  # nothing to end is no error
    assert (await other_browser.delete("/api/sessions/others")).status_code == 401


def test_only_who_was_made_in_the_same_moment_gets_a_session_without_being_asked_for_more() -> None:
    """Every door for whoever has an account goes through `entering.enter`; a new one that does not is named here."""
    package = Path(headway.__file__).parent
    doors = [file for file in package.rglob("*.py") if re.search(r"\bbegin_session\(", file.read_text("utf-8"))]
    named = {str(file.relative_to(package)) for file in doors} - {"accounts/commands.py", "accounts/entering.py"}
    after_the_second_step = {"workspaces/second_factor_routes.py"}
    for new in named - after_the_second_step:
        source = (package / new).read_text("utf-8")
        for call in re.finditer(r"\bbegin_session\(", source):
            before = source[source.rfind("def ", 0, call.start()) : call.start()]
            assert "create_person(" in before or "sign_up(" in before, new
