"""A stranger's first minutes: set up, look around, invite, sign in."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.board import card, column, live
from tests.browser.conftest import PASSWORD, Account, Seat
from tests.processes import Headway, home_folder


@pytest.fixture
def fresh() -> Iterator[Headway]:
    """A Headway that nobody has opened yet."""
    with home_folder() as home:
        headway = Headway(home=home).ready()
        try:
            yield headway
        finally:
            headway.stop()


def introduce(page: Page, name: str, email: str) -> None:
    """Fills in who one is."""
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)


def test_three_questions_lead_to_a_board_with_examples_and_a_colleague_joins_by_link(
    chromium: Browser, fresh: Headway
) -> None:
    context = chromium.new_context(base_url=fresh.url)
    page = context.new_page()
    page.goto("/")
    expect(page).to_have_url(re.compile("/setup"))
    introduce(page, "Ada", "not an address")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("An address looks like")).to_be_visible()
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Workspace").fill("Observatory")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Project").fill("New dome")
    page.get_by_role("button", name="Open the board").click()
    live(page)
    expect(page.locator("[data-task]")).to_have_count(3)

    page.goto("/w/observatory/settings")
    page.get_by_role("button", name=re.compile("link", re.IGNORECASE)).first.click()
    link = page.locator("input[readonly], code").first
    expect(link).to_be_visible()
    url = link.input_value() if link.evaluate("e => e.tagName") == "INPUT" else link.inner_text()
    assert "/join#" in url

    guest = chromium.new_context(base_url=fresh.url)
    theirs = guest.new_page()
    theirs.goto(url)
    expect(theirs.get_by_text("Observatory").first).to_be_visible()
    introduce(theirs, "Grace", "grace@example.org")
    theirs.get_by_role("button", name=re.compile("Join", re.IGNORECASE)).click()
    expect(theirs).to_have_url(re.compile("/w/observatory"))
    for one in (context, guest):
        one.close()


def test_a_wrong_password_keeps_what_was_typed_and_the_right_one_opens_the_door(
    seat: Callable[..., Seat], colleague: Account
) -> None:
    page = seat().page
    page.goto("/")
    page.get_by_label("E-mail").fill("carl@example.org")
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value("carl@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/w/"))


def test_a_task_goes_to_another_state_by_keyboard_alone(
    seat: Callable[..., Seat], owner: Account, project: dict[str, str]
) -> None:
    owner.post(f"/api/projects/{project['id']}/tasks", {"title": "By hand"})
    page = seat(owner).page
    page.goto(f"/w/{owner.workspace['slug']}/p/{project['key']}")
    live(page)
    card(page, "By hand").focus()
    page.keyboard.press("m")
    page.keyboard.type("Done")
    page.keyboard.press("Enter")
    expect(column(page, "Done").locator("[data-task]")).to_have_count(1)


def test_a_task_is_created_from_anywhere_with_one_key(
    seat: Callable[..., Seat], owner: Account, project: dict[str, str]
) -> None:
    page = seat(owner).page
    page.goto(f"/w/{owner.workspace['slug']}/p/{project['key']}")
    live(page)
    page.keyboard.press("c")
    page.get_by_role("dialog").get_by_label("Title").fill("Thought of it just now")
    page.keyboard.press("Control+Enter")
    expect(card(page, "Thought of it just now")).to_be_visible()
