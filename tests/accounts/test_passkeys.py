"""Passkeys: a key in a device opens the door, and a lie about anything it signs does not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI
from sqlalchemy import update

from headway.accounts.factors_models import Challenge
from headway.accounts.models import Person
from headway.accounts.passkeys import party_of
from headway.accounts.passwords import TRIES
from headway.app import create_app
from headway.clock import now
from headway.settings import Settings
from tests.accounts.conftest import PASSWORD, client_of, with_password
from tests.accounts.factors import PROOF, Device, add_passkey, set_app_up, ticket_of
from tests.factories import User

NAME, URL = "tasks.example.org", "https://tasks.example.org"


@pytest.fixture
async def named(settings: Settings) -> AsyncIterator[FastAPI]:
    """A server with an address that browsers make passkeys for."""
    app = create_app(settings.model_copy(update={"url": URL}))
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def mina(named: FastAPI) -> AsyncIterator[User]:
    """Somebody signed in whose password is PASSWORD."""
    async with AsyncExitStack() as stack:
        user = await with_password(named, stack, "mina")
        client = await stack.enter_async_context(client_of(named, URL))
        client.cookies = user.http.cookies
        client.headers = user.http.headers
        yield replace(user, http=client)


@pytest.fixture
async def stranger(named: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser that nobody has signed in with."""
    async with client_of(named, URL) as client:
        yield client


@pytest.fixture
def phone() -> Device:
    return Device(origin=URL, rp_id=NAME)


async def ask(client: httpx2.AsyncClient, ticket: str | None = None) -> Any:
    answer = await client.post("/api/sessions/passkey/options", json={"ticket": ticket})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def sign_in(client: httpx2.AsyncClient, passkey: Any, ticket: str | None = None) -> httpx2.Response:
    return await client.post("/api/sessions/passkey", json={"ticket": ticket, "passkey": passkey})


async def test_a_passkey_alone_signs_in(mina: User, stranger: httpx2.AsyncClient, phone: Device) -> None:
    made = await add_passkey(mina, phone)
    assert made["passkey"]["name"] == "Phone"
    assert len(made["recovery_codes"]) == 10
    options = await ask(stranger)
    assert (options["rp_id"], options["allow"], options["user_verification"]) == (NAME, [], "required")
    entered = await sign_in(stranger, phone.answer(options))
    assert entered.status_code == 201, entered.text
    assert (await stranger.get("/api/me")).json()["id"] == mina.id
    assert (await mina.get("/api/me/second-factor"))["passkeys"][0]["last_used_at"] is not None


async def test_with_a_passkey_the_password_alone_signs_in_no_more(
    mina: User, stranger: httpx2.AsyncClient, phone: Device
) -> None:
    await add_passkey(mina, phone)
    answer = await stranger.post("/api/sessions", json={"email": mina.email, "password": PASSWORD})
    assert (answer.status_code, answer.json()["kinds"]) == (401, ["passkey", "recovery"])
    ticket = answer.json()["ticket"]
    options = await ask(stranger, ticket)
    assert [one["credential_id"] for one in options["allow"]] == [phone.answer(options)["credential_id"]]
    # As the second step it need not verify its owner: the password did.
    entered = await sign_in(stranger, phone.answer(options, verified=False), ticket)
    assert entered.status_code == 201, entered.text
    again = await sign_in(stranger, phone.answer(options), ticket)
    assert again.status_code in (401, 403)


LIES: list[dict[str, Any]] = [
    {"origin": "https://tasks.example.org.evil.example"},
    {"origin": "http://tasks.example.org"},
    {"rp_id": "evil.example"},
    {"verified": False},
    {"kind": "webauthn.create"},
    {"key": ec.generate_private_key(ec.SECP256R1())},
    {"id": b"another key's id"},
    {"user": uuid4().bytes},
    {"steps": 0},  # the count of a copy that was made before
    {"steps": -1},
]


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: next(iter(lie)))
async def test_a_lie_opens_nothing_and_uses_the_challenge_up(
    mina: User, stranger: httpx2.AsyncClient, phone: Device, lie: dict[str, Any]
) -> None:
    await add_passkey(mina, phone)
    assert (await sign_in(stranger, phone.answer(await ask(stranger), steps=5))).status_code == 201
    stranger.cookies.clear()
    options = await ask(stranger)
    refused = await sign_in(stranger, phone.answer(options, **lie))
    assert (refused.status_code, refused.json()["code"]) == (403, "passkey.wrong")
    assert "set-cookie" not in refused.headers
    assert (await sign_in(stranger, phone.answer(options, steps=9))).status_code == 403
    assert (await sign_in(stranger, phone.answer(await ask(stranger), steps=9))).status_code == 201


async def test_one_answer_signs_in_once_even_when_sent_twice_at_once(
    mina: User, stranger: httpx2.AsyncClient, phone: Device
) -> None:
    await add_passkey(mina, phone)
    answer = phone.answer(await ask(stranger))
    both = await asyncio.gather(*(sign_in(stranger, answer) for _ in range(4)))
    assert sorted(one.status_code for one in both) == [201, 403, 403, 403]


async def test_a_challenge_is_for_one_purpose_one_person_and_five_minutes(
    named: FastAPI, mina: User, stranger: httpx2.AsyncClient, phone: Device
) -> None:
    await add_passkey(mina, phone)
    proof = await mina.post("/api/me/proof/options", status=200)
    assert (await sign_in(stranger, phone.answer(proof))).status_code == 403
    alone = await ask(stranger)
    refused = await mina.http.post("/api/me/second-factor/app", json={"proof": {"passkey": phone.answer(alone)}})
    assert refused.status_code == 403
    for_ticket = await ask(stranger, await ticket_of(stranger, mina))
    assert (await sign_in(stranger, phone.answer(for_ticket))).status_code == 403
    late = await ask(stranger)
    async with named.state.database.unit_of_work() as db:
        await db.execute(update(Challenge).values(expires_at=now()))
    assert (await sign_in(stranger, phone.answer(late))).status_code == 403
    unknown = {**late, "challenge": "AAAA"}
    assert (await sign_in(stranger, phone.answer(unknown))).status_code == 403


async def test_somebody_elses_passkey_is_no_second_factor_and_no_proof(
    named: FastAPI, mina: User, stranger: httpx2.AsyncClient, phone: Device
) -> None:
    await add_passkey(mina, phone)
    async with AsyncExitStack() as stack:
        noor = await with_password(named, stack, "noor")
        theirs = Device(origin=URL, rp_id=NAME)
        await add_passkey(noor, theirs)
        ticket = await ticket_of(stranger, mina)
        refused = await sign_in(stranger, theirs.answer(await ask(stranger, ticket)), ticket)
        assert refused.status_code == 403
        options = await mina.post("/api/me/proof/options", status=200)
        body = {"proof": {"passkey": theirs.answer(options)}}
        assert (await mina.http.post("/api/me/second-factor/app", json=body)).status_code == 403
        passkey_id = (await noor.get("/api/me/second-factor"))["passkeys"][0]["id"]
        assert (await mina.http.post(f"/api/me/passkeys/{passkey_id}/remove", json=PROOF)).status_code == 404
        assert (await mina.http.patch(f"/api/me/passkeys/{passkey_id}", json={"name": "Mine"})).status_code == 404


async def test_a_suspended_person_is_not_let_in_by_their_passkey(
    named: FastAPI, mina: User, stranger: httpx2.AsyncClient, phone: Device
) -> None:
    await add_passkey(mina, phone)
    async with named.state.database.unit_of_work() as db:
        await db.execute(update(Person).where(Person.id == UUID(mina.id)).values(suspended_at=now()))
    refused = await sign_in(stranger, phone.answer(await ask(stranger)))
    assert (refused.status_code, refused.json()["code"]) == (403, "account.suspended")


async def test_making_one_takes_a_proof_and_an_honest_answer_to_ones_own_challenge(
    mina: User, stranger: httpx2.AsyncClient, phone: Device
) -> None:
    for proof in ({}, {"password": "not the password"}):
        assert (await mina.http.post("/api/me/passkeys/options", json={"proof": proof})).status_code == 403
    for lie in ({"origin": "https://evil.example"}, {"rp_id": "evil.example"}, {"fmt": "tpm"}):
        options = await mina.post("/api/me/passkeys/options", PROOF, 200)
        assert (await mina.http.post("/api/me/passkeys", json=phone.make(options, **lie))).status_code == 403
        assert (await mina.http.post("/api/me/passkeys", json=phone.make(options))).status_code == 403  # used up
    other_purpose = {**(await ask(stranger)), "user_id": "AAAA"}
    assert (await mina.http.post("/api/me/passkeys", json=phone.make(other_purpose))).status_code == 403
    await add_passkey(mina, phone)
    options = await mina.post("/api/me/passkeys/options", PROOF, 200)
    assert len(options["exclude"]) == 1
    assert (await mina.http.post("/api/me/passkeys", json=phone.make(options))).status_code == 409


async def test_a_passkey_proves_its_owner_and_is_renamed_and_removed(
    mina: User, stranger: httpx2.AsyncClient, phone: Device
) -> None:
    passkey = (await add_passkey(mina, phone))["passkey"]
    assert (await mina.patch(f"/api/me/passkeys/{passkey['id']}", {"name": "Old phone"}))["name"] == "Old phone"
    unverified = phone.answer(await mina.post("/api/me/proof/options", status=200), verified=False)
    path = f"/api/me/passkeys/{passkey['id']}/remove"
    for proof in ({}, {"passkey": unverified}):
        assert (await mina.http.post(path, json={"proof": proof})).status_code == 403
    proof = {"passkey": phone.answer(await mina.post("/api/me/proof/options", status=200))}
    await mina.post(path, {"proof": proof}, 204)
    state = await mina.get("/api/me/second-factor")
    assert (state["passkeys"], state["recovery_codes_left"]) == ([], 0)
    assert (await sign_in(stranger, phone.answer(await ask(stranger)))).status_code == 403
    password = await stranger.post("/api/sessions", json={"email": mina.email, "password": PASSWORD})
    assert password.status_code == 201


async def test_recovery_codes_stay_while_another_factor_does(mina: User, phone: Device) -> None:
    await set_app_up(mina)
    made = await add_passkey(mina, phone)
    assert made["recovery_codes"] is None
    await mina.post(f"/api/me/passkeys/{made['passkey']['id']}/remove", PROOF, 204)
    assert (await mina.get("/api/me/second-factor"))["recovery_codes_left"] == 10


async def test_tries_with_a_passkey_count_for_the_ticket(
    mina: User, stranger: httpx2.AsyncClient, phone: Device
) -> None:
    await add_passkey(mina, phone)
    ticket = await ticket_of(stranger, mina)
    wrong = {**phone.answer(await ask(stranger, ticket)), "signature": "AAAA"}
    answers = [(await sign_in(stranger, wrong, ticket)).status_code for _ in range(TRIES + 1)]
    assert answers == [403] * TRIES + [429]


NONSENSE = ["", "A", "====", "né", "e30", "bnVsbA", "W10", "oA", "/w", "_" * 8_000, "gYGBgYGB" * 900, 5, None, []]


@pytest.mark.parametrize("part", ["credential_id", "client_data", "authenticator_data", "signature", "user_handle"])
async def test_nonsense_is_refused_and_breaks_nothing(
    mina: User, stranger: httpx2.AsyncClient, phone: Device, part: str
) -> None:
    await add_passkey(mina, phone)
    for nonsense in NONSENSE:
        if nonsense is None and part == "user_handle":
            continue
        answer = {**phone.answer(await ask(stranger)), part: nonsense}
        assert (await sign_in(stranger, answer)).status_code in (403, 422), nonsense


async def test_nonsense_attestations_are_refused_and_break_nothing(mina: User, phone: Device) -> None:
    for nonsense in NONSENSE:
        options = await mina.post("/api/me/passkeys/options", PROOF, 200)
        body = {**phone.make(options), "attestation": nonsense}
        assert (await mina.http.post("/api/me/passkeys", json=body)).status_code in (403, 422), nonsense


async def test_without_a_name_or_https_passkeys_are_not_offered(somebody: User, guest: httpx2.AsyncClient) -> None:
    assert (await somebody.get("/api/me/second-factor"))["passkeys_possible"] is False
    refused = await somebody.http.post("/api/me/passkeys/options", json=PROOF)
    assert (refused.status_code, refused.json()["code"]) == (409, "passkey.address")
    assert (await guest.post("/api/sessions/passkey/options", json={})).status_code == 409


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://tasks.example.org", "https://tasks.example.org"),
        ("https://tasks.example.org:443", "https://tasks.example.org"),
        ("https://tasks.example.org:8443", "https://tasks.example.org:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://tasks.example.org", None),
        ("https://192.0.2.7", None),
        ("http://[::1]:8000", None),
    ],
)
def test_whom_a_passkey_is_for_comes_from_the_configured_address(url: str, origin: str | None) -> None:
    found = party_of(Settings(url=url))
    assert (found and found.origin) == origin
