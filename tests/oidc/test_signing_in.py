"""Signing in through a provider that tells the truth: who gets in, who does not, and what is linked."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import httpx2
import pyotp
import pytest
from fastapi import FastAPI
from joserfc.jwk import ECKey, OKPKey
from sqlalchemy import func, select, update

from headway.accounts.factors_models import CodeApp
from headway.accounts.models import Person, SignIn
from headway.audit.models import AuditEntry
from headway.clock import now
from headway.oidc.models import Identity, SignInUnderWay
from headway.oidc.targets import safe_target
from headway.settings import Settings
from tests.accounts.conftest import PASSWORD, client_of
from tests.factories import Team, User, new_user
from tests.oidc.conftest import Browser, settings_for, started
from tests.oidc.provider import SECOND, Key, Provider


async def count(app: FastAPI, model: type) -> int:
    async with app.state.database.reading() as db:
        return int(await db.scalar(select(func.count()).select_from(model)) or 0)


def subject(provider: Provider, user: User) -> None:
    """Makes whoever signs in there a person of this test's own."""
    provider.person = {"sub": f"sub-{user.id}", "email": user.email, "email_verified": True, "name": "Ada L."}


async def test_a_server_says_which_provider_it_has(browser: Browser) -> None:
    assert (await browser.http.get("/api/oidc")).json() == {"name": "Example", "sign_up": False}


async def test_what_goes_to_the_provider_is_bound_to_the_browser_by_a_cookie_no_script_reads(
    browser: Browser, provider: Provider, app: FastAPI
) -> None:
    answer = await browser.http.post("/api/oidc/start", json={"next": "/w/x"})
    query = dict(parse_qsl(urlsplit(answer.json()["url"]).query))
    assert query["redirect_uri"] == "http://127.0.0.1:8000/sign-in/return"
    assert (query["code_challenge_method"], query["response_type"], query["tenant"]) == ("S256", "code", "t1")
    cookie = answer.headers["set-cookie"].lower()
    assert {"httponly", "samesite=strict", "path=/api/oidc", "max-age=600"} <= set(cookie.split("; "))
    async with app.state.database.reading() as db:
        rows = list(await db.scalars(select(SignInUnderWay)))
    stored = " ".join(str(vars(row)) for row in rows)
    assert query["state"] not in stored and browser.http.cookies["headway_sign_in"] not in stored


async def test_somebody_links_with_their_password_and_signs_in_with_one_click_from_then_on(
    app: FastAPI, ada: User, browser: Browser, provider: Provider
) -> None:
    subject(provider, ada)
    at_home = Browser(ada.http)
    answer = await at_home.link(PASSWORD)
    assert (answer.status_code, answer.json()["linked"], answer.json()["me"]["id"]) == (200, True, ada.id)
    (linked,) = await ada.get("/api/oidc/identities")
    assert (linked["email"], linked["issuer"], linked["usable"]) == (ada.email, provider.issuer, True)
    assert "subject" not in linked

    answer = await browser.sign_in(next="/w/team?x=1#y")
    assert (answer.status_code, answer.json()["linked"]) == (200, False)
    assert (answer.json()["me"]["id"], answer.json()["next"]) == (ada.id, "/w/team?x=1")
    assert "headway_session=" in answer.headers["set-cookie"]
    assert (await browser.http.get("/api/me")).json()["id"] == ada.id
    assert (await ada.get("/api/oidc/identities"))[0]["last_used_at"] is not None
    async with app.state.database.reading() as db:
        acts = list(await db.scalars(select(AuditEntry.act).where(AuditEntry.about_id == linked["id"])))
    assert acts == ["identity.linked"]


async def test_an_address_alone_opens_no_account(ada: User, browser: Browser, provider: Provider) -> None:
    subject(provider, ada)
    answer = await browser.sign_in()
    assert (answer.status_code, answer.json()["code"]) == (409, "oidc.link_first")
    assert f"There is an account with the address {ada.email} here" in answer.json()["detail"]
    assert "Sign in to it as usual, then link Example" in answer.json()["detail"]
    assert (await browser.http.get("/api/me")).status_code == 401
    assert await ada.get("/api/oidc/identities") == []


async def test_nor_where_the_provider_may_make_accounts(open_app: FastAPI, provider: Provider) -> None:
    async with AsyncExitStack() as stack, client_of(open_app) as http:
        ada = await new_user(open_app, stack, "ada")
        subject(provider, ada)
        for told in (ada.email, ada.email.upper(), f" {ada.email}"):
            provider.person["email"] = told
            answer = await Browser(http).sign_in()
            assert (answer.status_code, answer.json()["code"]) == (409, "oidc.link_first")


async def test_strangers_are_sent_for_an_invitation(browser: Browser, provider: Provider, app: FastAPI) -> None:
    provider.person = {"sub": "stranger", "email": "nobody@example.org", "email_verified": True}
    before = await count(app, Person), await count(app, Identity)
    answer = await browser.sign_in()
    assert (answer.status_code, answer.json()["code"]) == (403, "oidc.unknown")
    assert "ask a colleague for an invitation link" in answer.json()["detail"]
    assert (await count(app, Person), await count(app, Identity)) == before


async def test_where_it_is_allowed_a_stranger_gets_an_account_without_a_password(
    open_app: FastAPI, provider: Provider
) -> None:
    async with AsyncExitStack() as stack, client_of(open_app) as http, client_of(open_app) as second:
        one = await new_user(open_app, stack, "owner")  # the server has an owner
        provider.person = {
            "sub": f"new-{one.id}",
            "email": f"New-{one.id}@Example.org",
            "email_verified": True,
            "name": "  New\u0000 Person ",
            "preferred_username": "newbie",
        }
        answer = await Browser(http).sign_in()
        me = answer.json()["me"]
        assert (answer.status_code, me["name"], me["email"]) == (200, "newbie", f"new-{one.id}@example.org")
        again = await Browser(second).sign_in()
        assert again.json()["me"]["id"] == me["id"]
        async with open_app.state.database.reading() as db:
            person = await db.get(Person, me["id"])
        assert person and person.password_hash is None and person.email_proved_at is not None

        (identity,) = (await http.get("/api/oidc/identities")).json()
        refused = await http.delete(f"/api/oidc/identities/{identity['id']}")
        assert (refused.status_code, refused.json()["code"]) == (409, "identity.only_way")
        assert "only way to sign in" in refused.json()["detail"]


@pytest.mark.parametrize("verified", [False, None, "false", 1, "yes"])
async def test_an_address_that_is_not_proved_makes_no_account(
    open_app: FastAPI, provider: Provider, verified: object
) -> None:
    async with AsyncExitStack() as stack, client_of(open_app) as http:
        one = await new_user(open_app, stack, "owner")
        provider.person = {"sub": f"new-{one.id}", "email": f"{one.id}@example.com", "email_verified": verified}
        answer = await Browser(http).sign_in()
        assert (answer.status_code, answer.json()["code"]) == (403, "oidc.email")


async def test_an_address_may_stand_in_the_other_answer(open_app: FastAPI, provider: Provider) -> None:
    async with AsyncExitStack() as stack, client_of(open_app) as http:
        one = await new_user(open_app, stack, "owner")
        provider.in_id_token = False
        provider.person = {"sub": f"new-{one.id}", "email": f"{one.id}@example.com", "email_verified": "true"}
        answer = await Browser(http).sign_in()
        assert answer.json()["me"]["email"] == f"{one.id}@example.com"
        assert provider.heard[-1] == "/userinfo"


async def test_an_invitation_makes_an_account_through_the_provider_once(
    team: Team, browser: Browser, other_browser: Browser, provider: Provider
) -> None:
    link = (await team.owner.post(f"/api/workspaces/{team.workspace_id}/invitations", {"role": "member"}))["url"]
    token = link.partition("#")[2]
    provider.person = {"sub": f"g-{team.workspace_id}", "email": f"{team.workspace_id}@x.org", "email_verified": True}
    answer = await browser.sign_in(invitation=token)
    assert answer.status_code == 200, answer.text
    assert [one["role"] for one in answer.json()["me"]["workspaces"]] == ["member"]
    provider.person = {"sub": f"h-{team.workspace_id}", "email": f"h{team.workspace_id}@x.org", "email_verified": True}
    refused = await other_browser.http.post("/api/oidc/start", json={"invitation": token})
    assert (refused.status_code, refused.json()["code"]) == (410, "invitation.used")


async def test_an_invitation_that_was_used_meanwhile_makes_no_account(
    team: Team, browser: Browser, other_browser: Browser, provider: Provider, app: FastAPI
) -> None:
    link = (await team.owner.post(f"/api/workspaces/{team.workspace_id}/invitations", {"role": "member"}))["url"]
    token = link.partition("#")[2]
    provider.person = {"sub": f"i-{team.workspace_id}", "email": f"i{team.workspace_id}@x.org", "email_verified": True}
    late = await other_browser.visit(await other_browser.start(invitation=token))
    await browser.sign_in(invitation=token)
    provider.person = {"sub": f"j-{team.workspace_id}", "email": f"j{team.workspace_id}@x.org", "email_verified": True}
    people = await count(app, Person)
    answer = await other_browser.finish(late)
    assert (answer.status_code, answer.json()["code"]) == (410, "invitation.used")
    assert (await other_browser.http.get("/api/me")).status_code == 401
    assert await count(app, Person) == people


async def test_linking_takes_the_password_again(ada: User, app: FastAPI) -> None:
    answer = await ada.http.post("/api/oidc/link", json={"password": "not it"})
    assert (answer.status_code, answer.json()["code"]) == (403, "password.wrong")
    async with client_of(app) as nobody:
        assert (await nobody.post("/api/oidc/link", json={"password": PASSWORD})).status_code == 401
    token = (await ada.post("/api/tokens", {"name": "script"}))["token"]
    async with client_of(app) as script:
        headers = {"authorization": f"Bearer {token}"}
        answer = await script.post("/api/oidc/link", json={"password": PASSWORD}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "token.session")


async def test_what_is_linked_to_one_account_is_not_linked_to_another(
    ada: User, grace: User, provider: Provider
) -> None:
    subject(provider, ada)
    await Browser(ada.http).link(PASSWORD)
    answer = await Browser(grace.http).link(PASSWORD)
    assert (answer.status_code, answer.json()["code"]) == (409, "identity.taken")
    assert await grace.get("/api/oidc/identities") == []
    assert (await Browser(ada.http).link(PASSWORD)).status_code == 200
    assert len(await ada.get("/api/oidc/identities")) == 1


async def test_a_link_is_finished_only_in_the_session_that_began_it(
    ada: User, grace: User, provider: Provider, browser: Browser
) -> None:
    subject(provider, grace)
    begun = Browser(ada.http)
    back = await begun.visit(await begun.start("link", password=PASSWORD))
    # Somebody else has signed in with this browser meanwhile.
    cookies = f"headway_session={grace.cookie}; headway_sign_in={ada.http.cookies['headway_sign_in']}"
    answer = await browser.http.post("/api/oidc/finish", json=back, headers={"cookie": cookies})
    assert (answer.status_code, answer.json()["code"]) == (409, "oidc.other_session"), answer.text
    assert await grace.get("/api/oidc/identities") == []


async def test_unlinking_closes_that_door_and_leaves_the_password(
    ada: User, grace: User, browser: Browser, provider: Provider
) -> None:
    subject(provider, ada)
    await Browser(ada.http).link(PASSWORD)
    (identity,) = await ada.get("/api/oidc/identities")
    assert (await grace.http.delete(f"/api/oidc/identities/{identity['id']}")).status_code == 404
    await ada.delete(f"/api/oidc/identities/{identity['id']}")
    assert (await ada.http.delete(f"/api/oidc/identities/{identity['id']}")).status_code == 404
    answer = await browser.sign_in()
    assert (answer.status_code, answer.json()["code"]) == (409, "oidc.link_first")


@pytest.mark.pool
async def test_of_two_last_ways_in_one_stays_when_both_are_unlinked_at_once(
    ada: User, provider: Provider, app: FastAPI
) -> None:
    for sub in ("a", "b"):
        subject(provider, ada)
        provider.person["sub"] += sub
        await Browser(ada.http).link(PASSWORD)
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(Person).where(Person.id == ada.id).values(password_hash=None))
    both = [one["id"] for one in await ada.get("/api/oidc/identities")]
    answers = await asyncio.gather(*(ada.http.delete(f"/api/oidc/identities/{one}") for one in both))
    assert sorted(one.status_code for one in answers) == [204, 409]


async def test_a_suspended_person_does_not_get_in(
    ada: User, browser: Browser, provider: Provider, app: FastAPI
) -> None:
    subject(provider, ada)
    await Browser(ada.http).link(PASSWORD)
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(Person).where(Person.id == ada.id).values(suspended_at=now()))
    sessions = await count(app, SignIn)
    answer = await browser.sign_in()
    assert (answer.status_code, answer.json()["code"]) in ((401, "account.suspended"), (403, "account.suspended"))
    assert await count(app, SignIn) == sessions
    assert "headway_session" not in answer.headers.get("set-cookie", "")


async def test_no_connection_is_held_while_the_provider_is_asked(
    ada: User, browser: Browser, provider: Provider, app: FastAPI
) -> None:
    held = []
    pool = app.state.database.engine.sync_engine.pool
    provider.while_redeeming = lambda: held.append((pool.checkedout(), app.state.admission.active))
    subject(provider, ada)
    await Browser(ada.http).link(PASSWORD)
    await browser.sign_in()
    assert held == [(0, 0), (0, 0)]


async def test_keys_are_kept_and_new_ones_are_looked_for_once(
    ada: User, browser: Browser, provider: Provider, app: FastAPI
) -> None:
    subject(provider, ada)
    await Browser(ada.http).link(PASSWORD)
    await browser.sign_in()
    assert (provider.heard.count("/jwks"), provider.heard.count("/.well-known/openid-configuration")) == (1, 1)
    provider.key = SECOND
    assert (await browser.sign_in()).status_code == 200
    assert provider.heard.count("/jwks") == 2
    provider.header = lambda header: {**header, "kid": "never published"}
    for _ in range(3):
        assert (await browser.sign_in()).json()["code"] == "oidc.answer"
    assert provider.heard.count("/jwks") == 2


async def test_a_server_without_a_provider_has_no_such_door(settings: Settings) -> None:
    async with started(settings) as app, client_of(app) as http:
        assert (await http.get("/api/oidc")).json() == {"name": None, "sign_up": False}
        for path, body in (("start", {}), ("finish", {"state": "x"})):
            answer = await http.post(f"/api/oidc/{path}", json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "oidc.none")


async def test_behind_https_the_cookie_is_secure_and_the_way_back_is_too(
    settings: Settings, provider: Provider
) -> None:
    secure = settings_for(settings, provider, url="https://tasks.example.org")
    async with started(secure) as app, client_of(app, "https://tasks.example.org") as http:
        answer = await http.post("/api/oidc/start", json={})
        assert "; secure" in answer.headers["set-cookie"].lower()
        query = dict(parse_qsl(urlsplit(answer.json()["url"]).query))
        assert query["redirect_uri"] == "https://tasks.example.org/sign-in/return"


@pytest.mark.parametrize(
    "evil",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "http:/\\evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/%2fevil.example",
        "/%2Fevil.example",
        "/%5cevil.example",
        "/%252fevil.example",
        "/%25255cevil.example",
        "%2f%2fevil.example",
        "/\t/evil.example",
        "/%09/evil.example",
        "\t//evil.example",
        " //evil.example",
        "/\n/evil.example",
        "/%0d%0aLocation:%20//evil",
        "///evil.example",
        "/.//evil.example",
        "/w/..//evil.example",
        "/%ff",
        "/\u2028/evil",
        "evil.example",
        "@evil.example",
        "?x",
        "#x",
        "",
        "/" + "x" * 3_000,
    ],
)
async def test_nobody_is_sent_elsewhere_after_signing_in(evil: str) -> None:
    assert safe_target(evil) == "/"


@pytest.mark.parametrize("good", ["/", "/w/team", "/w/team/p/HW?task=HW-1&q=%2F%2Fx%5C", "/w/t%C3%A4st", "/w/täst"])
def test_paths_of_ours_are_kept(good: str) -> None:
    assert safe_target(good) == good


def test_the_secret_of_a_link_is_not_kept() -> None:
    assert safe_target("/join#secret") == "/join"


async def test_the_target_that_is_kept_is_a_safe_one(ada: User, provider: Provider, browser: Browser) -> None:
    subject(provider, ada)
    await Browser(ada.http).link(PASSWORD)
    assert (await browser.sign_in(next="//evil.example")).json()["next"] == "/"


async def test_a_foreign_page_begins_nothing(app: FastAPI, browser: Browser) -> None:
    for path in ("start", "link", "finish"):
        answer: httpx2.Response = await browser.http.post(
            f"/api/oidc/{path}", json={}, headers={"origin": "https://evil.example"}
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")


async def test_a_second_factor_of_headways_own_is_still_asked_for(
    ada: User, browser: Browser, provider: Provider, app: FastAPI
) -> None:
    subject(provider, ada)
    await Browser(ada.http).link(PASSWORD)
    secret = pyotp.random_base32()
    async with app.state.database.unit_of_work() as db:
        at = now()
        db.add(CodeApp(person_id=UUID(ada.id), secret=secret, created_at=at, confirmed_at=at, last_step=0))
    answer = await browser.sign_in(next="/w/x")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (401, "second_factor")
    assert (problem["kinds"], problem["next"]) == (["totp"], "/w/x")
    assert "headway_session" not in answer.headers.get("set-cookie", "")
    assert (await browser.http.get("/api/me")).status_code == 401
    body = {"ticket": problem["ticket"], "code": pyotp.TOTP(secret).now()}
    entered = await browser.http.post("/api/sessions/second-factor", json=body)
    assert (entered.status_code, entered.json()["id"]) == (201, ada.id)


KEYS: list[tuple[str, Callable[[], Key]]] = [
    ("RS512", lambda: SECOND),
    ("PS256", lambda: SECOND),
    ("ES256", lambda: ECKey.generate_key("P-256", {"kid": "ec"})),
    ("ES384", lambda: ECKey.generate_key("P-384", {"kid": "ec"})),
    ("Ed25519", lambda: OKPKey.generate_key("Ed25519", {"kid": "ed"})),
    ("EdDSA", lambda: OKPKey.generate_key("Ed25519", {"kid": "ed"})),
]


@pytest.mark.parametrize(("algorithm", "key"), KEYS, ids=[name for name, _ in KEYS])
async def test_signatures_by_other_kinds_of_keys_are_good_too(
    ada: User, provider: Provider, algorithm: str, key: Callable[[], Key]
) -> None:
    subject(provider, ada)
    provider.key, provider.algorithm = key(), algorithm
    # Beside one of a kind that is newer than we are, which spoils nothing.
    provider.documents["/jwks"] = lambda told: {"keys": [{"kty": "AKP", "kid": "new"}, *told["keys"]]}
    assert (await Browser(ada.http).link(PASSWORD)).status_code == 200


async def test_guesses_at_invitations_are_limited_here_too(browser: Browser) -> None:
    codes = [
        (await browser.http.post("/api/oidc/start", json={"invitation": f"guess-{nth}"})).json()["code"]
        for nth in range(101)
    ]
    assert codes == ["invitation.not_found"] * 100 + ["address.tries"]


async def test_who_is_linked_and_comes_with_an_invitation_joins_and_coming_again_is_no_harm(
    ada: User, team: Team, browser: Browser, other_browser: Browser, provider: Provider
) -> None:
    subject(provider, ada)
    await Browser(ada.http).link(PASSWORD)
    for nth, one in enumerate((browser, other_browser)):
        link = (await team.owner.post(f"/api/workspaces/{team.workspace_id}/invitations", {"role": "member"}))["url"]
        answer = await one.sign_in(invitation=link.partition("#")[2])
        assert answer.status_code == 200, (nth, answer.text)
        assert [room["id"] for room in answer.json()["me"]["workspaces"]] == [team.workspace_id]
    preview = await team.stranger.post("/api/invitations/preview", {"token": link.partition("#")[2]}, 200)
    assert preview["role"] == "member"  # the second link is still good for somebody else


async def test_an_invitation_for_another_address_lets_nobody_in(
    team: Team, browser: Browser, provider: Provider, app: FastAPI
) -> None:
    body = {"role": "member", "email": f"invited-{team.workspace_id}@example.org"}
    link = (await team.owner.post(f"/api/workspaces/{team.workspace_id}/invitations", body))["url"]
    other = f"other-{team.workspace_id}@example.org"
    provider.person = {"sub": f"o-{team.workspace_id}", "email": other, "email_verified": True}
    people = await count(app, Person)
    answer = await browser.sign_in(invitation=link.partition("#")[2])
    assert (answer.status_code, answer.json()["code"]) == (409, "invitation.address")
    assert (await browser.http.get("/api/me")).status_code == 401
    assert await count(app, Person) == people
