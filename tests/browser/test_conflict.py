"""Two people change the same words: who comes second sees both, and chooses."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.board import card, live, open_board
from tests.browser.conftest import PASSWORD, Account, Seat
from tests.browser.test_sheet import open_sheet
from tests.processes import wait_until


def changed(account: Account, task: Any, **change: Any) -> None:
    """Somebody is quicker, on the ground of the task as it was made."""
    answer = account.http.patch(f"/api/tasks/{task['id']}", json={"version": task["version"], **change})
    assert answer.status_code == 200, answer.text


def conflict_in(page: Page) -> Locator:
    return page.get_by_label("Someone changed this first")


@pytest.fixture
def quarrel(owner: Account, colleague: Account, project: Any) -> Any:
    """A task whose title Carl changes while Olga changes it too."""
    return owner.post(f"/api/projects/{project['id']}/tasks", {"title": "Name the boat"})


def differ(page: Page, colleague: Account, task: Any) -> Locator:
    """Olga renames it on the ground of what Carl has just changed."""
    sheet = open_sheet(page, "Name the boat")
    title = sheet.get_by_label("Title", exact=True)
    title.fill("Name the boat Albatross")
    changed(colleague, task, title="Name the boat Petrel")
    expect(card(page, "Name the boat Petrel")).to_be_visible()
    title.press("Enter")
    conflict = conflict_in(page)
    expect(conflict).to_contain_text("Carl Colleague")
    expect(conflict.locator("ins")).to_have_text(["Petrel", "Albatross"])
    return conflict


@pytest.mark.parametrize(
    ("button", "outcome"), [("Take theirs", "Name the boat Petrel"), ("Keep mine", "Name the boat Albatross")]
)
def test_either_side_can_be_taken(
    seat: Callable[..., Seat],
    owner: Account,
    colleague: Account,
    project: Any,
    quarrel: Any,
    button: str,
    outcome: str,
) -> None:
    page = seat(owner).page
    open_board(page, owner.workspace["slug"], project)
    conflict = differ(page, colleague, quarrel)
    assert owner.get(f"/api/tasks/{quarrel['id']}")["title"] == "Name the boat Petrel"
    conflict.get_by_role("button", name=button).click()
    expect(conflict).to_have_count(0)
    expect(page.get_by_role("dialog").get_by_label("Title", exact=True)).to_have_value(outcome)
    wait_until(lambda: owner.get(f"/api/tasks/{quarrel['id']}")["title"] == outcome, what=f"the title is {outcome}")


def test_both_can_be_taken_in_one_text_that_survives_reload_and_sign_out(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any, quarrel: Any
) -> None:
    window = seat()
    page = window.page

    def sign_in() -> None:
        page.goto(f"/sign-in?next=/w/{owner.workspace['slug']}/p/{project['key']}")
        page.get_by_label("E-mail").fill("olga@example.org")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        live(page)

    sign_in()
    conflict = differ(page, colleague, quarrel)
    page.reload()
    expect(conflict).to_contain_text("Albatross")
    conflict.get_by_role("button", name="Take both").click()
    both = conflict.get_by_label("Both, as it will be saved")
    expect(both).to_have_value("Name the boat Petrel Albatross")
    both.fill("Name the boat Petrel or Albatross")
    page.goto(f"/w/{owner.workspace['slug']}/p/{project['key']}")
    live(page)
    page.get_by_role("button", name="Account of").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_label("Password", exact=True)).to_be_visible()

    sign_in()
    page.get_by_role("button", name="1 change not saved").click()
    page.get_by_role("button", name="Settle it").click()
    dialog = page.get_by_role("dialog", name="Not saved")
    expect(dialog.get_by_label("Both, as it will be saved")).to_have_value("Name the boat Petrel or Albatross")
    dialog.get_by_role("button", name="Save both").click()
    expect(card(page, "Name the boat Petrel or Albatross")).to_be_visible()
    expect(page.get_by_role("button", name="1 change not saved")).to_have_count(0)
    wait_until(
        lambda: owner.get(f"/api/tasks/{quarrel['id']}")["title"] == "Name the boat Petrel or Albatross",
        what="both are in the title",
    )


def test_a_quick_change_on_the_board_is_settled_from_its_message(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any, quarrel: Any
) -> None:
    olga = seat(owner)
    page = olga.page
    open_board(page, owner.workspace["slug"], project)
    olga.context.set_offline(True)
    expect(page.locator("main [role=status][data-state=offline]").first).to_be_visible()
    card(page, "Name the boat").focus()
    page.keyboard.press("p")
    page.get_by_role("option", name="Urgent").click()
    expect(page.get_by_role("button", name="1 change waiting")).to_be_visible()
    changed(colleague, quarrel, priority=1)
    olga.context.set_offline(False)

    page.get_by_role("button", name="Settle it").click()
    dialog = page.get_by_role("dialog", name="Not saved")
    expect(dialog).to_contain_text("Carl Colleague changed the priority")
    expect(dialog).to_contain_text("Urgent")
    expect(dialog).to_contain_text("Low")
    dialog.get_by_role("button", name="Keep mine").click()
    expect(dialog).to_have_count(0)
    wait_until(lambda: owner.get(f"/api/tasks/{quarrel['id']}")["priority"] == 4, what="mine was kept")


def test_edits_of_different_places_in_one_text_are_put_together_quietly(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    text = "First, the hull is sanded.\n\nThen it is painted.\n\nLast, it dries for a week."
    task = owner.post(f"/api/projects/{project['id']}/tasks", {"title": "Paint the hull", "description": text})
    page = seat(owner).page
    open_board(page, owner.workspace["slug"], project)
    sheet = open_sheet(page, "Paint the hull")
    sheet.get_by_text("Then it is painted.").click()
    editor = sheet.get_by_label("Description", exact=True).and_(page.locator("textarea"))
    editor.fill(text.replace("sanded", "sanded twice"))
    changed(colleague, task, description=text.replace("a week", "two weeks"))
    editor.press("Control+Enter")
    expect(page.get_by_text("Merged with")).to_be_visible()
    expect(sheet.get_by_text("sanded twice")).to_be_visible()
    expect(sheet.get_by_text("two weeks")).to_be_visible()
    expect(conflict_in(page)).to_have_count(0)


def test_a_draft_is_not_shown_to_the_next_person_at_this_browser(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any, quarrel: Any
) -> None:
    window = seat(owner)
    page = window.page
    address = f"/w/{owner.workspace['slug']}/t/{quarrel['human_id']}"
    page.goto(address)
    page.get_by_label("Write a comment").fill("Only I know this")
    for person, found in ((colleague, ""), (owner, "Only I know this")):
        session = person.http.cookies["headway_session"]
        window.context.clear_cookies()
        window.context.add_cookies([{"name": "headway_session", "value": session, "url": str(owner.http.base_url)}])
        page.goto(address)
        expect(page.get_by_label("Write a comment")).to_have_value(found)


def test_a_project_that_was_renamed_meanwhile_is_told_and_theirs_can_be_taken(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    page = seat(owner).page
    page.goto(f"/w/{owner.workspace['slug']}/p/{project['key']}/settings")
    name = page.get_by_label("Name", exact=True).first
    expect(name).to_have_value(project["name"])
    name.fill("Mine")
    answer = owner.http.patch(f"/api/projects/{project['id']}", json={"version": 1, "name": "Theirs"})
    assert answer.status_code == 200, answer.text
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_text("“Theirs”")).to_be_visible()
    expect(name).to_have_value("Mine")
    page.get_by_role("button", name="Take theirs").click()
    expect(name).to_have_value("Theirs")
