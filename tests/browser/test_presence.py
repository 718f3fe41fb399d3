"""Who else is here, and who is writing."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.board import card, open_board
from tests.browser.conftest import Account, Seat
from tests.browser.test_sheet import open_sheet


def test_others_are_seen_on_the_board_on_the_card_and_in_the_sheet(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    owner.post(f"/api/projects/{project['id']}/tasks", {"title": "Ring the bell"})
    olga, carl = seat(owner).page, seat(colleague).page
    for page in (olga, carl):
        open_board(page, owner.workspace["slug"], project)
    expect(olga.get_by_role("group", name="Carl Colleague has this project open")).to_be_visible()

    sheet = open_sheet(carl, "Ring the bell")
    expect(card(olga, "Ring the bell").get_by_text("Carl Colleague has this task open")).to_have_count(1)
    expect(sheet.get_by_text("Olga Owner has this task open")).to_have_count(0)
    ours = open_sheet(olga, "Ring the bell")
    expect(ours.get_by_role("group", name="Carl Colleague has this task open")).to_be_visible()
    expect(sheet.get_by_role("group", name="Olga Owner has this task open")).to_be_visible()

    sheet.get_by_label("Write a comment").press_sequentially("Now")
    expect(ours.get_by_text("Carl is typing…")).to_be_visible()
    expect(sheet.get_by_text("is typing…")).to_have_count(0)
    # Five seconds after the last key nobody is writing any more.
    expect(ours.get_by_text("Carl is typing…")).to_have_count(0)
    sheet.get_by_role("button", name="Close").click()
    expect(ours.get_by_role("group", name="Carl Colleague has this task open")).to_have_count(0)
    carl.close()
    expect(olga.get_by_role("group", name="Carl Colleague has this project open")).to_have_count(0)


def test_my_own_other_tab_is_not_somebody_else(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    olga, carl = seat(owner), seat(colleague).page
    other = olga.context.new_page()
    for page in (olga.page, other, carl):
        open_board(page, owner.workspace["slug"], project)
    expect(carl.get_by_role("group", name="Olga Owner has this project open")).to_be_visible()
    expect(other.get_by_role("group", name="Carl Colleague has this project open")).to_be_visible()
    expect(other.get_by_role("group", name="Olga Owner")).to_have_count(0)


def test_a_connection_that_is_only_half_open_shows_within_ten_seconds(
    seat: Callable[..., Seat], owner: Account, project: Any
) -> None:
    olga = seat(owner)
    silent: list[bool] = []

    def relay(socket: Any) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda message: None if silent else socket.send(message))

    olga.page.route_web_socket("**/api/live", relay)
    open_board(olga.page, owner.workspace["slug"], project)
    silent.append(True)
    expect(olga.page.locator("main [role=status][data-state=live]").first).to_have_count(0, timeout=10_000)
    silent.clear()
    expect(olga.page.locator("main [role=status][data-state=live]").first).to_be_visible()
