"""One task, open in front of two people."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.board import card, open_board
from tests.browser.conftest import Account, Seat
from tests.processes import wait_until


def open_sheet(page: Page, title: str) -> Locator:
    """Opens a card's sheet from the board."""
    card(page, title).click()
    sheet = page.get_by_role("dialog", name=title)
    expect(sheet.get_by_label("Title", exact=True)).to_have_value(title)
    return sheet


def test_an_edit_and_a_comment_appear_on_the_others_screen(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    owner.post(f"/api/projects/{project['id']}/tasks", {"title": "Tighten the mast"})
    olga, carl = seat(owner).page, seat(colleague).page
    for page in (olga, carl):
        open_board(page, owner.workspace["slug"], project)
    ours, theirs = open_sheet(olga, "Tighten the mast"), open_sheet(carl, "Tighten the mast")

    ours.get_by_label("Title", exact=True).fill("Tighten the main mast")
    ours.get_by_label("Title", exact=True).press("Enter")
    expect(carl.get_by_role("dialog").get_by_label("Title", exact=True)).to_have_value("Tighten the main mast")
    expect(card(carl, "Tighten the main mast")).to_be_visible()

    theirs = carl.get_by_role("dialog")
    theirs.get_by_label("Write a comment").fill("Needs **two** people.")
    theirs.get_by_role("button", name="Comment", exact=True).click()
    said = olga.get_by_role("dialog").get_by_role("region", name="Comments")
    expect(said.get_by_text("Needs two people.")).to_be_visible()
    expect(said.locator("strong").get_by_text("two")).to_be_visible()
    expect(said.get_by_text("Carl Colleague").first).to_be_visible()


def test_who_comes_second_sees_who_changed_what_and_keeps_their_words(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    task = owner.post(f"/api/projects/{project['id']}/tasks", {"title": "Name the boat"})
    olga = seat(owner)
    open_board(olga.page, owner.workspace["slug"], project)
    sheet = open_sheet(olga.page, "Name the boat")
    title = sheet.get_by_label("Title", exact=True)
    title.fill("Name the boat Albatross")
    # The colleague is quicker, and Olga's change was based on what she saw before.
    answer = colleague.http.patch(f"/api/tasks/{task['id']}", json={"version": 1, "title": "Name the boat Petrel"})
    assert answer.status_code == 200, answer.text
    expect(card(olga.page, "Name the boat Petrel")).to_be_visible()
    expect(title).to_have_value("Name the boat Albatross")
    title.press("Enter")

    conflict = olga.page.get_by_label("Someone changed this first")
    expect(conflict).to_contain_text("Carl Colleague")
    expect(conflict).to_contain_text("Name the boat Petrel")
    expect(conflict).to_contain_text("Name the boat Albatross")
    assert owner.get(f"/api/tasks/{task['id']}")["title"] == "Name the boat Petrel"
    conflict.get_by_role("button", name="Keep mine").click()
    expect(card(olga.page, "Name the boat Albatross")).to_be_visible()
    expect(conflict).to_have_count(0)
    wait_until(
        lambda: owner.get(f"/api/tasks/{task['id']}")["title"] == "Name the boat Albatross",
        what="the title that was kept is the one everybody gets",
    )


def test_a_draft_outlives_a_reload(seat: Callable[..., Seat], owner: Account, project: Any) -> None:
    task = owner.post(f"/api/projects/{project['id']}/tasks", {"title": "Write the log"})
    page = seat(owner).page
    page.goto(f"/w/{owner.workspace['slug']}/t/{task['human_id']}")
    page.get_by_role("region", name="Comments").get_by_label("Write a comment").fill("Half a thought")
    page.reload()
    expect(page.get_by_label("Write a comment")).to_have_value("Half a thought")


def test_what_people_write_cannot_run(seat: Callable[..., Seat], owner: Account, project: Any) -> None:
    evil = (
        "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>[x](javascript:alert(1))"
    )
    task = owner.post(f"/api/projects/{project['id']}/tasks", {"title": evil[:80], "description": evil})
    page = seat(owner).page
    page.goto(f"/w/{owner.workspace['slug']}/t/{task['human_id']}")
    description = page.get_by_role("region", name="Description")
    expect(description).to_be_visible()
    expect(description.locator("script, img, a[href^=javascript]")).to_have_count(0)
    assert "taken" not in page.title()
