"""Signing in at a provider, in a real browser: link, sign out, come back with one click, be refused in words."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PASSWORD, PATIENCE
from tests.oidc.provider import CLIENT_ID, CLIENT_SECRET, Provider
from tests.processes import Headway, home_folder

ADA = "ada@example.org"
NARROW = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with Provider().listening() as provider:
        yield provider


@pytest.fixture(scope="module")
def linked_up(provider: Provider) -> Iterator[Headway]:
    """A Headway with a sign-in provider, and Ada, who owns it."""
    env = {
        "HEADWAY_OIDC_ISSUER": provider.issuer,
        "HEADWAY_OIDC_CLIENT_ID": CLIENT_ID,
        "HEADWAY_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "HEADWAY_OIDC_NAME": "Example ID",
        "HEADWAY_OUTBOUND_ALLOW": "127.0.0.1",
    }
    with home_folder() as home:
        headway = Headway(home=home, env=env).ready()
        try:
            owner = {"name": "Ada", "email": ADA, "password": PASSWORD, "workspace": "Observatory"}
            answer = httpx2.post(
                f"{headway.url}/api/setup",
                json={**owner, "project": None, "examples": False, "link": None},
                timeout=30,
            )
            assert answer.status_code == 201, answer.text
            yield headway
        finally:
            headway.stop()


@pytest.fixture
def page(chromium: Browser, linked_up: Headway) -> Iterator[Page]:
    """A browser nobody has signed in with; a page that throws fails its test."""
    context = chromium.new_context(base_url=linked_up.url, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE)
    page, errors = context.new_page(), list[str]()
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def shoot(page: Page, shots: Path | None, name: str) -> None:
    """Wide and narrow, light and dark, for who wants to look."""
    if shots is None:
        return
    wide = page.viewport_size
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for size, word in ((wide, "wide"), (NARROW, "narrow")):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.screenshot(path=shots / f"oidc-{name}-{word}-{scheme}.png")
    page.set_viewport_size(wide)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light")


def test_somebody_links_signs_out_and_comes_back_with_one_click(
    page: Page, provider: Provider, shots: Path | None
) -> None:
    provider.person = {"sub": "ada-1", "email": ADA, "email_verified": True, "name": "Ada"}
    page.goto("/sign-in?next=%2Faccount")
    button = page.get_by_role("button", name="Continue with Example ID")
    expect(button).to_be_visible()
    shoot(page, shots, "sign-in")

    # Not linked yet: the address alone opens nothing, and says what to do.
    button.click()
    expect(page.get_by_role("heading", name="You were not signed in")).to_be_visible()
    expect(page.get_by_text(f"There is an account with the address {ADA} here")).to_be_visible()
    shoot(page, shots, "not-linked")
    page.get_by_role("link", name="Back to signing in").click()

    page.get_by_label("E-mail").fill(ADA)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile("/w/observatory"))
    page.goto("/account")
    page.get_by_role("button", name="Link", exact=True).click()
    page.get_by_label("Your password here").fill("not the password")
    page.get_by_role("button", name="Go to Example ID").click()
    expect(page.get_by_text("That is not your present password.")).to_be_visible()
    shoot(page, shots, "link")
    page.get_by_label("Your password here").fill(PASSWORD)
    page.get_by_role("button", name="Go to Example ID").click()
    expect(page).to_have_url(re.compile("/account$"))
    expect(page.get_by_text("Example ID is linked.")).to_be_visible()
    rows = page.get_by_role("list", name="Linked sign-ins")
    expect(rows.get_by_text("Example ID, linked")).to_be_visible()
    rows.scroll_into_view_if_needed()
    shoot(page, shots, "linked")

    page.context.clear_cookies()
    page.goto("/account")
    page.get_by_role("button", name="Continue with Example ID").click()
    expect(page).to_have_url(re.compile("/account$"))
    expect(rows).to_be_visible()
    # The way back does not lead through the provider's answer again.
    assert "code=" not in page.evaluate("location.href")
    cookies = {one["name"]: one for one in page.context.cookies()}
    assert cookies["headway_session"]["httpOnly"] and "headway_sign_in" not in cookies
    assert page.evaluate("document.cookie") == ""

    rows.get_by_role("button", name="Unlink").click()
    page.get_by_role("button", name="Unlink").last.click()
    expect(page.get_by_text("None yet.").first).to_be_visible()


def test_an_invitation_is_joined_with_the_providers_account(
    chromium: Browser, linked_up: Headway, page: Page, provider: Provider, shots: Path | None
) -> None:
    with httpx2.Client(base_url=linked_up.url, timeout=30) as http:
        me = http.post("/api/sessions", json={"email": ADA, "password": PASSWORD}).json()
        path = f"/api/workspaces/{me['workspaces'][0]['id']}/invitations"
        link = http.post(path, json={"role": "member"}).json()["url"]
    provider.person = {"sub": "grace-1", "email": "grace@example.org", "email_verified": True, "name": "Grace"}
    page.goto(link)
    expect(page.get_by_role("button", name="Continue with Example ID")).to_be_visible()
    shoot(page, shots, "join")
    page.get_by_role("button", name="Continue with Example ID").click()
    expect(page).to_have_url(re.compile("/w/observatory"))


def test_a_lie_is_told_in_words_and_leads_back(page: Page, provider: Provider, shots: Path | None) -> None:
    provider.claims = lambda claims: {**claims, "nonce": "guessed"}
    try:
        page.goto("/sign-in")
        page.get_by_role("button", name="Continue with Example ID").click()
        expect(page.get_by_text("The answer of Example ID cannot be trusted")).to_be_visible()
        expect(page.get_by_text("it does not belong to this sign-in")).to_be_visible()
        shoot(page, shots, "lie")
        # Loading the page again asks with the same state, which has been used.
        page.reload()
        expect(page.get_by_text("was used already")).to_be_visible()
        page.get_by_role("link", name="Back to signing in").click()
        expect(page.get_by_label("E-mail")).to_be_visible()
        assert "headway_session" not in {one["name"] for one in page.context.cookies()}
    finally:
        provider.be_honest()


def test_a_second_factor_is_asked_for_and_leads_where_one_wanted_to_go(
    page: Page, linked_up: Headway, provider: Provider, shots: Path | None
) -> None:
    provider.person = {"sub": "ada-2", "email": ADA, "email_verified": True, "name": "Ada"}
    with httpx2.Client(base_url=linked_up.url, timeout=30) as http:
        assert http.post("/api/sessions", json={"email": ADA, "password": PASSWORD}).status_code == 201
        url = http.post("/api/oidc/link", json={"password": PASSWORD}).json()["url"]
        back = dict(parse_qsl(urlsplit(httpx2.get(url).headers["location"]).query))
        back.pop("session_state")
        assert http.post("/api/oidc/finish", json=back).json()["linked"]
        begun = http.post("/api/me/second-factor/app", json={"proof": {"password": PASSWORD}})
        app = pyotp.TOTP(begun.json()["secret"])
        made = http.post("/api/me/second-factor/app/confirm", json={"code": app.now()})
        assert made.status_code == 200, made.text
    page.goto("/sign-in?next=%2Faccount")
    page.get_by_role("button", name="Continue with Example ID").click()
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    shoot(page, shots, "second")
    page.get_by_role("button", name="Use a recovery code").click()
    page.get_by_label("Recovery code").fill(made.json()["recovery_codes"][0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile("/account$"))
