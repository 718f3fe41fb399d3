"""The board as it was, and what changed since."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.board import card, column, open_board
from tests.browser.conftest import Account, Seat


def test_the_slider_shows_an_earlier_board_and_leads_back_to_now(
    seat: Callable[..., Seat], owner: Account, project: Any
) -> None:
    path = f"/api/projects/{project['id']}"
    task = owner.post(f"{path}/tasks", {"title": "Mend the net", "description": "With *new* twine"})
    board = owner.get(f"{path}/board")
    done = next(state["id"] for state in board["states"] if state["name"] == "Done")
    owner.post(f"/api/tasks/{task['id']}/move", {"state_id": done})
    answer = owner.http.patch(f"/api/tasks/{task['id']}", json={"version": 2, "title": "Mend all nets"})
    assert answer.status_code == 200, answer.text
    owner.post(f"{path}/tasks", {"title": "Sell the fish"})

    page = seat(owner).page
    open_board(page, owner.workspace["slug"], project)
    page.keyboard.press("h")
    slider = page.get_by_role("slider")
    expect(slider).to_be_enabled()
    expect(card(page, "Mend all nets")).to_be_visible()
    # It is to be looked at only.
    expect(page.get_by_text("Add task")).to_have_count(0)

    page.keyboard.press(",")
    expect(card(page, "Sell the fish")).to_have_count(0)
    page.keyboard.press(",")
    expect(column(page, "Done").locator("[data-task]")).to_contain_text("Mend the net")
    page.keyboard.press(",")
    expect(column(page, "To do").locator("[data-task]")).to_contain_text("Mend the net")
    expect(page).to_have_url(f"{page.url.partition('?')[0]}?at={board['revision']}")

    card(page, "Mend the net").click()
    then = page.get_by_role("dialog")
    expect(then.get_by_text("With new twine")).to_be_visible()
    expect(then.get_by_text("To do")).to_be_visible()
    page.keyboard.press("Escape")
    expect(then).to_have_count(0)
    expect(slider).to_be_visible()

    # To the end of the slider, to its beginning, and back.
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator("[data-task]")).to_have_count(0)
    page.keyboard.press("End")
    expect(card(page, "Sell the fish")).to_be_visible()
    page.get_by_role("button", name="Back to now").click()
    expect(slider).to_have_count(0)
    expect(page.get_by_text("Add task").first).to_be_visible()


def test_who_comes_back_is_told_what_others_changed_meanwhile(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    path = f"/api/projects/{project['id']}"
    task = owner.post(f"{path}/tasks", {"title": "Paint the hull"})
    revision = owner.get(f"{path}/board")["revision"]
    assert owner.http.put(f"{path}/last-look", json={"revision": revision}).status_code == 204
    answer = colleague.http.patch(
        f"/api/tasks/{task['id']}", json={"version": 1, "priority": 3, "title": "Paint it red"}
    )
    assert answer.status_code == 200, answer.text
    colleague.post(f"{path}/tasks", {"title": "Buy red paint"})

    page = seat(owner).page
    open_board(page, owner.workspace["slug"], project)
    page.get_by_text("2 changes by others since you last looked").wait_for()
    page.get_by_role("button", name="Show them").click()
    panel = page.get_by_role("dialog", name="What changed")
    expect(panel.get_by_text("1 new, 1 changed")).to_be_visible()
    expect(panel.get_by_role("region", name="New tasks")).to_contain_text("Buy red paint")
    changed = panel.get_by_role("region", name="Changed tasks")
    expect(changed).to_contain_text("Renamed it from “Paint the hull” to “Paint it red”")
    expect(changed).to_contain_text("Set the priority to High")
    expect(changed).to_contain_text("Carl Colleague")

    changed.get_by_role("button", name="Paint it red").click()
    expect(page.get_by_role("dialog", name="Paint it red")).to_be_visible()
    page.keyboard.press("Escape")
    # Once looked at, it is nothing new any more.
    with page.expect_response(lambda one: one.url.endswith("/last-look") and one.request.method == "PUT"):
        page.get_by_role("button", name="Dismiss").click()
    page.reload()
    expect(card(page, "Paint it red")).to_be_visible()
    expect(page.get_by_text("since you last looked")).to_have_count(0)
