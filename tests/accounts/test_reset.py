"""Setting a new password by a mailed link: once, in time, for whom it was mailed to, and it ends everything else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import event, select, update
from websockets.exceptions import ConnectionClosed

from headway.accounts.models import Person
from headway.accounts.reset_commands import reset_password
from headway.accounts.reset_models import MailedLink
from headway.app import create_app
from headway.audit.models import AuditEntry
from headway.clock import now
from headway.errors import Gone
from headway.jobs.models import Job
from headway.settings import Settings
from tests.accounts.conftest import PASSWORD, client_of, with_password
from tests.accounts.factors import code_of, forget_last_code, set_app_up
from tests.factories import User
from tests.letters.mailing import let_time_pass, mailing_app
from tests.letters.postbox import Postbox
from tests.live.tabs import serving, tab

pytestmark = pytest.mark.anyio

NEW = "a new and longer one"
PASSING = ("date", "retry-after", "x-request-id")  # headers that differ from one answer to the next


@pytest.fixture
async def box() -> AsyncIterator[Postbox]:
    async with Postbox.open() as box:
        yield box


@pytest.fixture
async def app(settings: Settings, box: Postbox) -> AsyncIterator[FastAPI]:
    async with mailing_app(settings, box) as app:
        yield app


@pytest.fixture
async def ada(app: FastAPI) -> AsyncIterator[User]:
    async with AsyncExitStack() as stack:
        yield await with_password(app, stack, "ada")


async def ask(guest: httpx2.AsyncClient, email: str) -> httpx2.Response:
    return await guest.post("/api/password-resets", json={"email": email})


async def confirm(guest: httpx2.AsyncClient, token: str, new: str = NEW) -> httpx2.Response:
    return await guest.post("/api/password-resets/confirm", json={"token": token, "new": new})


async def sign_in(guest: httpx2.AsyncClient, user: User, password: str) -> int:
    answer = await guest.post("/api/sessions", json={"email": user.email, "password": password})
    return answer.status_code


async def mailed(app: FastAPI, box: Postbox, guest: httpx2.AsyncClient, user: User) -> str:
    """The token of a link that was asked for and mailed."""
    assert (await ask(guest, user.email)).status_code == 202
    assert await app.state.jobs.do_all() == 1
    return box.token()


async def test_somebody_who_forgot_sets_a_new_password(
    app: FastAPI, box: Postbox, guest: httpx2.AsyncClient, ada: User
) -> None:
    token = await mailed(app, box, guest, ada)
    assert box.envelopes[0].rcpt_tos == [ada.email]
    assert box.link().startswith(app.state.settings.public_url + "/reset-password#")
    done = await confirm(guest, token)
    assert done.status_code == 204
    assert "set-cookie" not in done.headers, "whoever reads the mail still lacks the second factor"
    assert await sign_in(guest, ada, PASSWORD) == 401
    assert await sign_in(guest, ada, NEW) == 201
    await app.state.jobs.do_all()
    assert box.letters[-1]["Subject"] == "Your password was changed"
    assert box.letters[-1]["To"] == ada.email


async def test_it_ends_every_session_and_token(
    app: FastAPI, box: Postbox, guest: httpx2.AsyncClient, ada: User
) -> None:
    token = (await ada.post("/api/tokens", {"name": "script"}))["token"]
    link = await mailed(app, box, guest, ada)
    assert (await confirm(guest, link)).status_code == 204
    assert (await ada.http.get("/api/me")).status_code == 401
    bearer = await guest.get("/api/me", headers={"authorization": f"Bearer {token}"})
    assert bearer.status_code == 401


async def test_it_closes_open_screens(app: FastAPI, box: Postbox, guest: httpx2.AsyncClient, ada: User) -> None:
    async with serving(app) as address, tab(address, ada) as screen:
        token = await mailed(app, box, guest, ada)
        assert (await confirm(guest, token)).status_code == 204
        with pytest.raises(ConnectionClosed) as closed:
            async with asyncio.timeout(5):
                while True:
                    await screen.socket.recv()
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 4401


async def test_the_second_factor_is_still_wanted(
    app: FastAPI, box: Postbox, guest: httpx2.AsyncClient, ada: User
) -> None:
    secret, _ = await set_app_up(ada)
    token = await mailed(app, box, guest, ada)
    assert (await confirm(guest, token)).status_code == 204
    assert (await guest.get("/api/me")).status_code == 401
    answer = await guest.post("/api/sessions", json={"email": ada.email, "password": NEW})
    assert (answer.status_code, answer.json()["code"]) == (401, "second_factor")
    await forget_last_code(app, ada)
    step = {"ticket": answer.json()["ticket"], "code": code_of(secret)}
    assert (await guest.post("/api/sessions/second-factor", json=step)).status_code == 201


async def test_it_is_audited(app: FastAPI, box: Postbox, guest: httpx2.AsyncClient, ada: User) -> None:
    token = await mailed(app, box, guest, ada)
    await confirm(guest, token)
    async with app.state.database.reading() as db:
        acts = select(AuditEntry.act, AuditEntry.details).where(AuditEntry.about_id == ada.id)
        assert ("password.reset", {}) in [tuple(row) for row in await db.execute(acts)]


async def test_a_link_works_once(app: FastAPI, box: Postbox, guest: httpx2.AsyncClient, ada: User) -> None:
    token = await mailed(app, box, guest, ada)
    assert (await confirm(guest, token)).status_code == 204
    again = await confirm(guest, token, "and one more password")
    assert (again.status_code, again.json()["code"]) == (410, "link.gone")


@pytest.mark.pool
async def test_of_many_who_use_one_link_at_once_one_gets_through(
    app: FastAPI, box: Postbox, guest: httpx2.AsyncClient, ada: User
) -> None:
    token = await mailed(app, box, guest, ada)
    answers = await asyncio.gather(*(confirm(guest, token, f"password number {n}") for n in range(8)))
    assert sorted(answer.status_code for answer in answers) == [204] + [410] * 7
    [winner] = [n for n, answer in enumerate(answers) if answer.status_code == 204]
    assert await sign_in(guest, ada, f"password number {winner}") == 201


async def test_a_link_lasts_an_hour(app: FastAPI, box: Postbox, guest: httpx2.AsyncClient, ada: User) -> None:
    token = await mailed(app, box, guest, ada)
    async with app.state.database.unit_of_work() as db:
        made, expires = (await db.execute(select(MailedLink.created_at, MailedLink.expires_at))).all()[-1]
        assert expires - made == timedelta(hours=1)
        await db.execute(update(MailedLink).values(expires_at=now()))
    assert (await confirm(guest, token)).status_code == 410
    with pytest.raises(Gone):  # the use itself looks too: the hour may end while the new password is hashed
        async with app.state.database.unit_of_work() as db:
            await reset_password(db, token, "hash")


async def test_a_change_of_password_makes_links_worthless(
    app: FastAPI, box: Postbox, guest: httpx2.AsyncClient, ada: User
) -> None:
    token = await mailed(app, box, guest, ada)
    await ada.put("/api/me/password", {"current": PASSWORD, "new": "changed by its owner"})
    assert (await confirm(guest, token)).status_code == 410
    assert await sign_in(guest, ada, "changed by its owner") == 201


async def test_a_link_to_an_address_that_somebody_no_longer_has_is_worthless(
    app: FastAPI, box: Postbox, guest: httpx2.AsyncClient, ada: User
) -> None:
    token = await mailed(app, box, guest, ada)
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(Person).where(Person.id == ada.id).values(email=f"new-{ada.email}"))
    assert (await confirm(guest, token)).status_code == 410


async def test_a_link_that_proves_an_address_sets_no_password(
    app: FastAPI, box: Postbox, guest: httpx2.AsyncClient, ada: User
) -> None:
    await ada.put("/api/me/email", {"email": ada.email, "password": PASSWORD}, 202)
    await app.state.jobs.do_all()
    assert (await confirm(guest, box.token())).status_code == 410


async def test_guessed_links_are_counted(guest: httpx2.AsyncClient) -> None:
    answers = [(await confirm(guest, f"guess {n}")).status_code for n in range(25)]
    assert set(answers[:20]) == {410}
    assert answers[-1] == 429


async def test_known_and_unknown_addresses_are_answered_alike(
    app: FastAPI, box: Postbox, guest: httpx2.AsyncClient, ada: User
) -> None:
    answers: dict[str, Any] = {}
    for email in (ada.email, "nobody@example.org"):
        for _ in range(4):
            answer = await ask(guest, email)
            told = {name: value for name, value in answer.headers.items() if name not in PASSING}
            body = {
                name: value for name, value in answer.json().items() if name != "retry_after"
            }  # a second's difference
            answers.setdefault(email, []).append((answer.status_code, body, told))
    assert answers[ada.email] == answers["nobody@example.org"]
    assert [status for status, *_ in answers[ada.email]] == [202, 202, 202, 429]
    await app.state.jobs.do_all()
    assert [letter["To"] for letter in box.letters] == [ada.email]


async def test_known_and_unknown_addresses_run_the_same_statements(
    app: FastAPI, guest: httpx2.AsyncClient, ada: User
) -> None:
    """What takes time is the database, so equal statements are what makes the times alike on any machine."""
    told: list[str] = []
    engine = app.state.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *args: told.append(args[2]))
    statements = []
    for email in (ada.email, "nobody@example.org"):
        told.clear()
        assert (await ask(guest, email)).status_code == 202
        statements.append(list(told))
    assert statements[0] == statements[1]


async def test_placeholders_and_people_without_a_password_get_no_link(
    app: FastAPI, box: Postbox, guest: httpx2.AsyncClient, ada: User
) -> None:
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(Person).where(Person.id == ada.id).values(password_hash=None))
    await ask(guest, ada.email)
    await app.state.jobs.do_all()
    assert box.letters[-1]["Subject"] == "Your account has no password"
    assert "#" not in box.words()
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(Person).where(Person.id == ada.id).values(placeholder=True))
    await ask(guest, ada.email)
    await app.state.jobs.do_all()
    assert len(box.letters) == 1


async def test_suspended_people_get_no_link_and_use_none(
    app: FastAPI, box: Postbox, guest: httpx2.AsyncClient, ada: User
) -> None:
    token = await mailed(app, box, guest, ada)
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(Person).where(Person.id == ada.id).values(suspended_at=now()))
    assert (await confirm(guest, token)).status_code == 410
    assert (await ask(guest, ada.email)).status_code == 202
    await app.state.jobs.do_all()
    assert len(box.letters) == 1


async def test_somebody_who_changes_their_password_is_told_by_mail(app: FastAPI, box: Postbox, ada: User) -> None:
    await ada.put("/api/me/password", {"current": PASSWORD, "new": NEW})
    await app.state.jobs.do_all()
    [letter] = box.letters
    assert (letter["To"], letter["Subject"]) == (ada.email, "Your password was changed")


async def test_no_secret_is_kept_anywhere(app: FastAPI, box: Postbox, guest: httpx2.AsyncClient, ada: User) -> None:
    box.behaviour = "is busy"
    await ask(guest, ada.email)
    await app.state.jobs.do_all()
    async with app.state.database.reading() as db:
        [job] = (await db.scalars(select(Job))).all()
        assert job.payload == {"email": ada.email}
    await let_time_pass(app)
    box.behaviour = "takes"
    await app.state.jobs.do_all()
    assert (await confirm(guest, box.token())).status_code == 204


async def test_without_a_mail_server_it_says_whom_to_ask(settings: Settings) -> None:
    app = create_app(settings)
    async with app.router.lifespan_context(app), client_of(app) as guest:
        answer = await ask(guest, "ada@example.org")
        assert (answer.status_code, answer.json()["code"]) == (409, "mail.none")
        assert (await guest.get("/api/setup")).json()["mail"] is False
