"""The second step as people meet it: an app by its QR code, recovery codes, and a passkey in a virtual device."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import time
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.conftest import PASSWORD, PATIENCE
from tests.processes import Headway, free_port, home_folder

EMAIL = "ada@example.org"


@pytest.fixture(scope="module")
def named() -> Iterator[str]:
    """The address of a Headway that browsers make passkeys for."""
    port = free_port()
    url = f"http://localhost:{port}"
    with home_folder() as home:
        headway = Headway(home=home, port=port, env={"HEADWAY_URL": url}).ready()
        try:
            yield url
        finally:
            headway.stop()


@dataclass
class Window:
    page: Page
    device: CDPSession
    authenticator: str

    def credentials(self) -> Any:
        """What the virtual device holds."""
        found = self.device.send("WebAuthn.getCredentials", {"authenticatorId": self.authenticator})
        return found["credentials"]


@contextmanager
def window(chromium: Browser, url: str) -> Iterator[Window]:
    """A browser window, with a device in it that verifies its owner by itself."""
    context = chromium.new_context(base_url=url)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield Window(page, device, made["authenticatorId"])
    context.close()
    assert errors == []


@pytest.fixture
def open_window(chromium: Browser, named: str) -> Callable[[], Any]:
    return lambda: window(chromium, named)


def sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def signed_in(page: Page) -> None:
    page.wait_for_url("**/w/**")


def code_of(secret: str, steps: int) -> str:
    return pyotp.TOTP(secret).generate_otp(int(time()) // 30 + steps)


def prove(page: Page) -> None:
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Continue", exact=True).click()


def test_an_app_a_recovery_code_and_a_passkey_each_open_the_door(open_window: Callable[[], Any], named: str) -> None:
    with open_window() as here:
        page: Page = here.page
        setup = {"name": "Ada", "email": EMAIL, "password": PASSWORD, "workspace": "Lab", "project": None}
        answer = page.request.post("/api/setup", data={**setup, "examples": False, "link": None})
        assert answer.status == 201, answer.text()

        # The app: proof, QR code, its first code, ten recovery codes.
        page.goto("/account")
        with open_window() as there:
            other: Page = there.page
            sign_in(other)
            signed_in(other)
            other.goto("/account")
            expect(other.get_by_role("button", name="Set up")).to_be_visible()

            page.get_by_role("button", name="Set up").click()
            prove(page)
            picture = page.get_by_alt_text("QR code for the app")
            expect(picture).to_be_visible()
            assert picture.evaluate("image => image.complete && image.naturalWidth > 50")
            secret = page.locator("[class*=secret]").inner_text().replace(" ", "")
            page.get_by_label("The code it shows").fill("000000")
            page.get_by_role("button", name="Turn it on").click()
            expect(page.get_by_text("not the app's present code")).to_be_visible()
            page.get_by_label("The code it shows").fill(code_of(secret, 0))
            page.get_by_role("button", name="Turn it on").click()
            codes = page.get_by_role("list", name="Recovery codes").locator("li")
            expect(codes).to_have_count(10)
            recovery = codes.all_inner_texts()
            page.get_by_role("button", name="I have kept them").click()
            expect(page.get_by_text("10 of 10 left")).to_be_visible()
            # The other window has heard of it.
            expect(other.get_by_text("10 of 10 left")).to_be_visible()

        with open_window() as there:
            other = there.page
            sign_in(other)
            expect(other.get_by_role("heading", name="One more step")).to_be_visible()
            other.get_by_label("Code").fill("000000")
            other.get_by_role("button", name="Sign in", exact=True).click()
            expect(other.get_by_text("That code is wrong")).to_be_visible()
            other.get_by_label("Code").fill(code_of(secret, 1))
            other.get_by_role("button", name="Sign in", exact=True).click()
            signed_in(other)

        with open_window() as there:
            other = there.page
            sign_in(other)
            other.get_by_role("button", name="Use a recovery code").click()
            other.get_by_label("Recovery code").fill(recovery[0].upper())
            other.get_by_role("button", name="Sign in", exact=True).click()
            signed_in(other)
        expect(page.get_by_text("9 of 10 left")).to_be_visible()

        # A passkey: made here, used alone, as the second step, and as a proof.
        page.get_by_role("button", name="New passkey").click()
        prove(page)
        page.get_by_label("What is it called?").fill("This laptop")
        page.get_by_role("button", name="Make the passkey").click()
        expect(page.get_by_label("Name of This laptop")).to_be_visible()
        assert len(here.credentials()) == 1

        page.context.clear_cookies()
        page.goto("/sign-in")
        page.get_by_role("button", name="Sign in with a passkey").click()
        signed_in(page)
        page.context.clear_cookies()
        sign_in(page)
        page.get_by_role("button", name="Use a passkey").click()
        signed_in(page)

        page.goto("/account")
        page.get_by_role("button", name="End all others").click()
        page.get_by_role("button", name="End them").click()
        expect(page.get_by_role("button", name="End all others")).to_have_count(0)
        expect(page.get_by_role("list", name="Sessions").locator("li")).to_have_count(1)

        page.get_by_role("button", name="Remove This laptop").click()
        page.get_by_role("button", name="Remove with a passkey").click()
        expect(page.get_by_text("None yet. With one you sign in without typing.")).to_be_visible()
        page.context.clear_cookies()
        page.goto("/sign-in")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_text("That passkey was not accepted")).to_be_visible()
