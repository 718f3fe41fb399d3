"""A provider that lies: each lie is refused with a sentence, signs nobody in and links nothing."""

import asyncio
import re
import threading
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, update

from headway.accounts.models import SignIn
from headway.clock import now
from headway.oidc import routes
from headway.oidc.models import Identity, SignInUnderWay
from headway.settings import Settings
from tests.accounts.conftest import PASSWORD, client_of
from tests.factories import User
from tests.oidc.conftest import Browser, settings_for, started
from tests.oidc.lies import DISCOVERY, EARLY, LIES, Lie
from tests.oidc.provider import CLIENT_SECRET, Claims, Provider, Raw


async def standing(app: FastAPI) -> tuple[int, int]:
    """(sessions, identities) there are."""
    async with app.state.database.reading() as db:
        sessions = await db.scalar(select(func.count()).select_from(SignIn))
        return int(sessions or 0), int(await db.scalar(select(func.count()).select_from(Identity)) or 0)


def speaks_plainly(answer: httpx2.Response, lie: Lie) -> None:
    problem = answer.json()
    told = (lie.name, problem)
    assert (answer.status_code, problem["code"]) == (lie.status, lie.code), told
    assert re.search(lie.sentence, problem["detail"]), told
    assert not re.search(r"Error|Traceback|<b>|evil|\{|\}", problem["detail"]), told
    assert "headway_session" not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize("nth", range(4))
async def test_a_lie_signs_nobody_in_and_links_nothing(
    nth: int, ada: User, grace: User, provider: Provider, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_ada = {"sub": f"sub-{ada.id}", "email": ada.email, "email_verified": True}
    provider.person = as_ada
    assert (await Browser(ada.http).link(PASSWORD)).status_code == 200
    for lie in LIES[nth::4]:
        async with client_of(app) as http:
            browser, before = Browser(http), await standing(app)
            monkeypatch.setattr(routes, "SECONDS", 0.3 if "hangs" in lie.name else 20.0)
            lie.tell(provider)
            speaks_plainly(await browser.sign_in(), lie)
            assert (await http.get("/api/me")).status_code == 401

            provider.person = {"sub": f"sub-{grace.id}", "email": grace.email, "email_verified": True}
            speaks_plainly(await Browser(grace.http).link(PASSWORD), lie)
            assert await standing(app) == before, lie.name

            provider.be_honest()
            provider.person = as_ada
            answer = await browser.sign_in()
            assert (answer.status_code, answer.json()["me"]["id"]) == (200, ada.id), lie.name


@pytest.mark.parametrize("lie", EARLY, ids=lambda lie: lie.name)
async def test_a_provider_that_lies_about_itself_gets_nobody_in(
    lie: Lie, grace: User, browser: Browser, provider: Provider, app: FastAPI
) -> None:
    provider.person = {"sub": f"sub-{grace.id}", "email": grace.email, "email_verified": True}
    provider.in_id_token = False
    before = await standing(app)
    lie.tell(provider)
    for person, path, body in ((browser, "start", {}), (Browser(grace.http), "link", {"password": PASSWORD})):
        answer = await person.http.post(f"/api/oidc/{path}", json=body)
        if answer.status_code == 200:
            answer = await person.finish(await person.visit(answer.json()["url"]))
        speaks_plainly(answer, lie)
    assert await standing(app) == before


async def test_a_changed_subject_is_another_person(ada: User, browser: Browser, provider: Provider) -> None:
    """The address is the same; who somebody is there is not."""
    provider.person = {"sub": f"sub-{ada.id}", "email": ada.email, "email_verified": True}
    await Browser(ada.http).link(PASSWORD)
    provider.person["sub"] += "x"
    answer = await browser.sign_in()
    assert (answer.status_code, answer.json()["code"]) == (409, "oidc.link_first")
    assert (await browser.http.get("/api/me")).status_code == 401


async def test_a_state_works_once(ada: User, browser: Browser, provider: Provider) -> None:
    provider.person = {"sub": f"sub-{ada.id}", "email": ada.email, "email_verified": True}
    await Browser(ada.http).link(PASSWORD)
    back = await browser.visit(await browser.start())
    cookie = {"cookie": f"headway_sign_in={browser.http.cookies['headway_sign_in']}"}
    assert (await browser.finish(back)).status_code == 200
    async with client_of_same(browser) as thief:
        answer = await thief.post("/api/oidc/finish", json=back, headers=cookie)
    assert (answer.status_code, answer.json()["code"]) == (401, "oidc.state")
    assert "headway_session" not in answer.headers.get("set-cookie", "")


def client_of_same(browser: Browser) -> httpx2.AsyncClient:
    """A fresh client of the same server."""
    return httpx2.AsyncClient(transport=browser.http._transport, base_url=browser.http.base_url)


async def test_a_state_is_used_up_by_a_refusal_too(ada: User, browser: Browser, provider: Provider) -> None:
    provider.person = {"sub": f"sub-{ada.id}", "email": ada.email, "email_verified": True}
    await Browser(ada.http).link(PASSWORD)
    back = await browser.visit(await browser.start())
    assert (await browser.finish({**back, "iss": "https://evil.example"})).json()["code"] == "oidc.answer"
    assert (await browser.finish(back)).json()["code"] == "oidc.state"


async def test_an_answer_to_another_browser_signs_nobody_in(
    ada: User, browser: Browser, other_browser: Browser, provider: Provider, app: FastAPI
) -> None:
    """Somebody sends a link with their own code and state: whoever opens it is not signed in as them."""
    provider.person = {"sub": f"sub-{ada.id}", "email": ada.email, "email_verified": True}
    await Browser(ada.http).link(PASSWORD)
    back = await browser.visit(await browser.start())
    await other_browser.start()
    for thief in (other_browser, Browser(ada.http)):
        answer = await thief.finish(back)
        assert (answer.status_code, answer.json()["code"]) == (401, "oidc.state")
    assert (await other_browser.http.get("/api/me")).status_code == 401
    assert (await browser.finish(back)).status_code == 200  # and it is still whose it is


async def test_a_link_that_somebody_else_began_links_nothing_to_me(ada: User, grace: User, provider: Provider) -> None:
    """The other way round: an attacker's identity is not linked to whoever opens the attacker's link."""
    provider.person = {"sub": f"evil-{ada.id}", "email": ada.email, "email_verified": True}
    attacker = Browser(ada.http)
    back = await attacker.visit(await attacker.start("link", password=PASSWORD))
    assert (await Browser(grace.http).finish(back)).json()["code"] == "oidc.state"
    assert await grace.get("/api/oidc/identities") == []


async def test_codes_do_not_fit_another_sign_in(ada: User, browser: Browser, provider: Provider) -> None:
    """A stolen code put into one's own sign-in: the verifier does not fit it."""
    provider.person = {"sub": f"sub-{ada.id}", "email": ada.email, "email_verified": True}
    await Browser(ada.http).link(PASSWORD)
    stolen = await browser.visit(await browser.start())
    mine = await browser.visit(await browser.start())
    answer = await browser.finish({**mine, "code": stolen["code"]})
    assert (answer.status_code, answer.json()["code"]) == (401, "oidc.answer")
    assert "does not know the code" in answer.json()["detail"]


async def test_a_sign_in_is_forgotten_after_ten_minutes(browser: Browser, provider: Provider, app: FastAPI) -> None:
    back = await browser.visit(await browser.start())
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(SignInUnderWay).values(expires_at=now()))
    assert (await browser.finish(back)).json()["code"] == "oidc.state"
    await browser.start()  # sweeps
    async with app.state.database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(SignInUnderWay)) == 1


async def test_others_are_served_while_the_provider_hangs(
    ada: User, browser: Browser, provider: Provider, app: FastAPI
) -> None:
    """One pooled connection, one place at the gate, and a provider that never answers."""
    hang, asked = threading.Event(), threading.Event()
    back = await browser.visit(await browser.start())

    def answer(_: Claims) -> Raw:
        asked.set()
        return Raw(500, hang=hang)

    provider.documents["/token"] = answer
    waiting = asyncio.create_task(browser.finish(back))
    assert await asyncio.to_thread(asked.wait, 10)
    assert (await ada.get("/api/me"))["id"] == ada.id
    assert not waiting.done()
    hang.set()
    assert (await waiting).json()["code"] == "oidc.answer"


async def test_failures_are_limited_by_address_and_successes_are_not(
    ada: User, browser: Browser, provider: Provider
) -> None:
    provider.person = {"sub": f"sub-{ada.id}", "email": ada.email, "email_verified": True}
    await Browser(ada.http).link(PASSWORD)
    tries = 0
    while (answer := await browser.finish({"state": "guess", "code": "x"})).status_code == 401:
        tries += 1
        assert tries <= 101
        if tries == 50:
            assert (await browser.sign_in()).status_code == 200
    assert (answer.status_code, answer.json()["code"]) == (429, "address.tries")
    assert int(answer.headers["retry-after"]) > 0
    assert tries == 100


async def test_a_provider_that_is_away_is_asked_once_for_all_who_wait(settings: Settings, provider: Provider) -> None:
    """A hundred people press the button; it is not asked a hundred times, one after another."""
    provider.documents[DISCOVERY] = lambda _: Raw(500)
    async with started(settings_for(settings, provider)) as app, client_of(app) as http:
        answers = await asyncio.gather(*(http.post("/api/oidc/start", json={}) for _ in range(30)))
    assert {one.json()["code"] for one in answers} == {"oidc.answer"}
    assert provider.heard.count(DISCOVERY) == 1


async def test_secrets_reach_no_log(
    ada: User, browser: Browser, provider: Provider, capsys: pytest.CaptureFixture[str]
) -> None:
    provider.person = {"sub": f"sub-{ada.id}", "email": ada.email, "email_verified": True}
    await Browser(ada.http).link(PASSWORD)
    url = await browser.start()
    query = dict(parse_qsl(urlsplit(url).query))
    back = await browser.visit(url)
    provider.claims = lambda claims: {**claims, "aud": "x"}
    await browser.finish(back)
    printed = "".join(capsys.readouterr())
    assert "oidc.untrusted" in printed
    for secret in (query["state"], query["nonce"], back["code"], CLIENT_SECRET, PASSWORD, ada.email):
        assert secret not in printed
