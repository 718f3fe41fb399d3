"""Somebody forgot their password: a letter, a link, a new password, and in again. Then they invite by mail."""

import queue
import re
import warnings
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import httpx2
import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PASSWORD, PATIENCE
from tests.processes import Headway, free_port, home_folder

ADA = "ada@example.org"
NEW = "a new and longer one"
Letters = queue.Queue[str]


class Mailbox:
    """Keeps the plain text of what arrives."""

    def __init__(self) -> None:
        self.letters: Letters = queue.Queue()

    async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:
        letter: Any = message_from_bytes(envelope.content, policy=policy.default)
        self.letters.put(letter.get_body(("plain",)).get_content())
        return "250 Taken"

    def link(self) -> str:
        """The link in the next letter."""
        words = self.letters.get(timeout=PATIENCE / 1000).splitlines()
        return next(line for line in words if line.startswith("http") and "#" in line)


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box, port = Mailbox(), free_port()
    with warnings.catch_warnings():
        controller = Controller(box, hostname="127.0.0.1", port=port)
        controller.start()
        yield box, port
        controller.stop()


@pytest.fixture
def mailing(mailbox: tuple[Mailbox, int]) -> Iterator[Headway]:
    """A Headway with a mail server, and Ada, who owns it."""
    env = {"HEADWAY_SMTP_URL": f"smtp://127.0.0.1:{mailbox[1]}", "HEADWAY_MAIL_FROM": "headway@example.org"}
    with home_folder() as home:
        headway = Headway(home=home, env=env).ready()
        try:
            ada = {"name": "Ada", "email": ADA, "password": PASSWORD, "workspace": "Here"}
            httpx2.post(f"{headway.url}/api/setup", json=ada, trust_env=False).raise_for_status()
            yield headway
        finally:
            headway.stop()


def test_a_forgotten_password_is_set_anew_and_a_colleague_joins_by_mail(
    chromium: Browser, mailing: Headway, mailbox: tuple[Mailbox, int]
) -> None:
    box, _ = mailbox
    context = chromium.new_context(base_url=mailing.url)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_role("link", name="Forgot your password?").click()
    # The page before has such a field too.
    expect(page.get_by_role("heading", name="Forgot your password?")).to_be_visible()
    page.get_by_label("E-mail").fill(ADA)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", name="Look at your mail")).to_be_visible()

    link = box.link()
    page.goto(link)
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text("Use 10 characters or more")).to_be_visible()
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("heading", name="Your password is set")).to_be_visible()
    assert "#" not in box.letters.get(timeout=PATIENCE / 1000)  # "Your password was changed" carries no secret

    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail").fill(ADA)
    page.get_by_label("Password", exact=True).fill(NEW)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile("/w/"))

    page.goto(re.sub(r"(/w/[^/?#]+).*", r"\1/settings", page.url))
    page.get_by_label("E-mail address to invite").fill("ben@example.org")
    page.get_by_role("button", name="Send invitation").click()
    expect(page.get_by_role("list", name="Open invitations")).to_contain_text("Mailed just now")

    page.goto(box.link())
    expect(page.get_by_role("heading", name="This invitation is for somebody else")).to_be_visible()
    page.get_by_role("button", name="Sign out and go on").click()
    expect(page.get_by_label("E-mail")).to_have_value("ben@example.org")
    page.get_by_label("Your name").fill("Ben")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Join Here").click()
    expect(page).to_have_url(re.compile("/w/"))
    context.close()
