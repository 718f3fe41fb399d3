"""Two people in front of one board."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.board import card, column, drag, live, open_board, titles
from tests.browser.conftest import Account, Seat


def test_a_card_that_one_drags_moves_on_the_others_screen(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    for title in ("Sand the hull", "Paint the hull"):
        owner.post(f"/api/projects/{project['id']}/tasks", {"title": title})
    olga, carl = seat(owner).page, seat(colleague).page
    for page in (olga, carl):
        open_board(page, owner.workspace["slug"], project)
        expect(card(page, "Sand the hull")).to_be_visible()

    drag(olga, "Sand the hull", to=column(olga, "In progress").locator("ul"))

    for page in (olga, carl):
        expect(column(page, "In progress").locator("[data-task]")).to_have_count(1)
        assert titles(page, "In progress") == ["Sand the hull"]
        assert titles(page, "To do") == ["Paint the hull"]

    drag(carl, "Paint the hull", to=card(carl, "Sand the hull"))
    for page in (olga, carl):
        expect(column(page, "In progress").locator("[data-task]")).to_have_count(2)
        assert titles(page, "In progress") == ["Sand the hull", "Paint the hull"]


def test_what_happened_while_a_screen_was_offline_is_there_when_it_returns_once(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    first = owner.post(f"/api/projects/{project['id']}/tasks", {"title": "Before the cut"})
    carl = seat(colleague)
    open_board(carl.page, owner.workspace["slug"], project)
    expect(card(carl.page, "Before the cut")).to_be_visible()

    carl.context.set_offline(True)
    expect(carl.page.locator("main [role=status][data-state=offline]").first).to_be_visible(timeout=20_000)
    expect(carl.page.get_by_text("offline since").first).to_be_visible()
    for number in range(5):
        owner.post(f"/api/projects/{project['id']}/tasks", {"title": f"During the cut {number}"})
    done = next(s for s in owner.get(f"/api/projects/{project['id']}/board")["states"] if s["category"] == "done")
    owner.post(f"/api/tasks/{first['id']}/move", {"state_id": done["id"]})
    carl.context.set_offline(False)

    live(carl.page)
    expect(column(carl.page, "To do").locator("[data-task]")).to_have_count(5)
    assert titles(carl.page, "To do") == [f"During the cut {number}" for number in range(5)]
    assert titles(carl.page, "Done") == ["Before the cut"]
    owner.post(f"/api/projects/{project['id']}/tasks", {"title": "After the cut"})
    expect(card(carl.page, "After the cut")).to_be_visible()
    assert len(titles(carl.page, "To do")) == 6


def test_losing_access_empties_the_screen_at_once(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    owner.post(f"/api/projects/{project['id']}/tasks", {"title": "Not for everybody"})
    carl = seat(colleague).page
    open_board(carl, owner.workspace["slug"], project)
    expect(card(carl, "Not for everybody")).to_be_visible()
    answer = owner.http.patch(f"/api/projects/{project['id']}", json={"version": 1, "visibility": "private"})
    assert answer.status_code == 200, answer.text
    expect(carl.get_by_role("main").get_by_text(re.compile("no (longer have )?access"))).to_be_visible()
    expect(card(carl, "Not for everybody")).to_have_count(0)


def test_a_new_cards_field_stays_open_when_its_window_goes_to_the_back(
    seat: Callable[..., Seat], owner: Account, project: Any
) -> None:
    page = seat(owner).page
    open_board(page, owner.workspace["slug"], project)
    column(page, "To do").get_by_role("button", name="Add task").click()
    field = page.get_by_label("New task in To do")
    expect(field).to_be_focused()
    # What a page hears then: the focus goes, and yet the field is the one that has it when the window comes back.
    field.dispatch_event("focusout")
    expect(field).to_be_focused()
    field.press("Tab")
    expect(field).to_have_count(0)
