"""Another e-mail address: used once somebody who reads its mail says so, and told to the one before."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from headway.accounts.models import Person
from headway.settings import Settings
from tests.accounts.conftest import PASSWORD, with_password
from tests.factories import User
from tests.letters.mailing import mailing_app
from tests.letters.postbox import Postbox

pytestmark = pytest.mark.anyio


@pytest.fixture
async def box() -> AsyncIterator[Postbox]:
    async with Postbox.open() as box:
        yield box


@pytest.fixture
async def app(settings: Settings, box: Postbox) -> AsyncIterator[FastAPI]:
    async with mailing_app(settings, box) as app:
        yield app


@pytest.fixture
async def people(app: FastAPI) -> AsyncIterator[tuple[User, User]]:
    async with AsyncExitStack() as stack:
        yield await with_password(app, stack, "ada"), await with_password(app, stack, "ben")


People = tuple[User, User]


async def link(app: FastAPI, box: Postbox, user: User, email: str) -> str:
    await user.put("/api/me/email", {"email": email, "password": PASSWORD}, 202)
    await app.state.jobs.do_all()
    assert box.envelopes[-1].rcpt_tos == [email]
    return box.token()


async def confirm(user: User, token: str) -> httpx2.Response:
    return await user.http.post("/api/me/email/confirm", json={"token": token})


async def proved(app: FastAPI, user: User) -> bool:
    async with app.state.database.reading() as db:
        return await db.scalar(select(Person.email_proved_at).where(Person.id == user.id)) is not None


async def test_another_address_is_used_once_it_is_proved(app: FastAPI, box: Postbox, people: People) -> None:
    ada, _ = people
    new = f"new-{ada.email}"
    token = await link(app, box, ada, new)
    assert (await ada.get("/api/me"))["email"] == ada.email, "nothing changes before"
    done = await confirm(ada, token)
    assert (done.status_code, done.json()["email"]) == (200, new)
    assert (await ada.get("/api/me"))["email"] == new
    assert await proved(app, ada)
    await app.state.jobs.do_all()
    assert box.envelopes[-1].rcpt_tos == [ada.email]
    assert new in box.words()
    assert (await confirm(ada, token)).status_code == 410, "a link works once"


async def test_one_s_own_address_is_proved_without_a_word_to_anybody(
    app: FastAPI, box: Postbox, people: People
) -> None:
    ada, _ = people
    assert not await proved(app, ada)
    assert (await confirm(ada, await link(app, box, ada, ada.email))).status_code == 200
    assert await proved(app, ada)
    await app.state.jobs.do_all()
    assert len(box.letters) == 1


async def test_a_link_is_only_for_who_asked_for_it(app: FastAPI, box: Postbox, people: People) -> None:
    ada, ben = people
    token = await link(app, box, ada, f"new-{ada.email}")
    assert (await confirm(ben, token)).status_code == 410
    assert (await confirm(ada, token)).status_code == 200, "and a refused try does not use it up"


async def test_it_takes_the_password(people: People) -> None:
    ada, _ = people
    answer = await ada.http.put("/api/me/email", json={"email": "new@example.org", "password": "wrong"})
    assert (answer.status_code, answer.json()["code"]) == (403, "password.wrong")


async def test_nobody_gets_an_address_that_has_an_account(app: FastAPI, box: Postbox, people: People) -> None:
    ada, ben = people
    token = await link(app, box, ada, ben.email)  # whether it has one is not told before its mail was read
    refused = await confirm(ada, token)
    assert (refused.status_code, refused.json()["code"]) == (409, "account.exists")
    assert (await ada.get("/api/me"))["email"] == ada.email


async def test_nobody_s_mailbox_is_filled(people: People) -> None:
    ada, _ = people
    body = {"email": "victim@example.org", "password": PASSWORD}
    answers = [(await ada.http.put("/api/me/email", json=body)).status_code for _ in range(4)]
    assert answers == [202, 202, 202, 429]
