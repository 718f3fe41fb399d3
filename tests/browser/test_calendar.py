"""The calendar, in front of two people, by mouse and by keyboard alone."""

from collections.abc import Callable
from datetime import date
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Account, Seat
from tests.processes import wait_until

MONTH = "2030-05"


def open_calendar(page: Page, slug: str, project: Any) -> None:
    page.goto(f"/w/{slug}/p/{project['key']}/calendar?month={MONTH}")
    expect(page.get_by_role("heading", name="May 2030")).to_be_visible()


def day(page: Page, number: int) -> Locator:
    return page.locator(f'[data-day="{date(2030, 5, number)}"]')


def test_a_task_is_dragged_to_another_day_and_off_the_calendar_while_somebody_watches(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    path = f"/api/projects/{project['id']}/tasks"
    task = owner.post(path, {"title": "Paint the hull", "start_on": "2030-05-06", "due_on": "2030-05-08"})
    owner.post(path, {"title": "Order paint"})
    olga, carl = seat(owner).page, seat(colleague).page
    for page in (olga, carl):
        open_calendar(page, owner.workspace["slug"], project)
    expect(day(carl, 8)).to_contain_text("Paint the hull")
    day(olga, 8).get_by_role("button", name="Paint the hull").drag_to(day(olga, 15))
    expect(day(carl, 15)).to_contain_text("Paint the hull")
    wait_until(
        lambda: owner.get(f"/api/tasks/{task['id']}")["start_on"] == "2030-05-13",
        what="it keeps its length of two days",
    )

    tray = olga.get_by_role("region", name="No date")
    tray.get_by_role("button", name="Order paint").drag_to(day(olga, 10))
    expect(day(carl, 10)).to_contain_text("Order paint")
    day(olga, 15).get_by_role("button", name="Paint the hull").drag_to(tray)
    expect(carl.get_by_role("region", name="No date")).to_contain_text("Paint the hull")
    expect(day(carl, 15)).not_to_contain_text("Paint the hull")


def test_days_are_walked_filled_and_changed_by_keyboard_alone(
    seat: Callable[..., Seat], owner: Account, project: Any
) -> None:
    page = seat(owner).page
    open_calendar(page, owner.workspace["slug"], project)
    day(page, 1).focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    expect(day(page, 10)).to_be_focused()
    page.keyboard.press("n")
    page.keyboard.type("Call the yard")
    page.keyboard.press("Enter")
    chip = day(page, 10).get_by_role("button", name="Call the yard")
    expect(chip).to_be_enabled()
    page.keyboard.press("Escape")
    expect(day(page, 10)).to_be_focused()

    page.keyboard.press("Enter")
    expect(chip).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    chip = day(page, 17).get_by_role("button", name="Call the yard")
    expect(chip).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Call the yard")).to_be_visible()
    page.keyboard.press("Escape")

    day(page, 17).focus()
    page.keyboard.press("PageDown")
    expect(page.get_by_role("heading", name="June 2030")).to_be_visible()
    expect(page.locator('[data-day="2030-06-17"]')).to_be_focused()


def test_who_may_only_look_changes_nothing(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    owner.post(f"/api/projects/{project['id']}/tasks", {"title": "Paint the hull", "due_on": "2030-05-08"})
    looking = owner.http.put(f"/api/projects/{project['id']}/members/{colleague.id}", json={"role": "viewer"})
    assert looking.status_code == 204, looking.text
    page = seat(colleague).page
    open_calendar(page, owner.workspace["slug"], project)
    chip = day(page, 8).get_by_role("button", name="Paint the hull")
    expect(chip).not_to_have_attribute("draggable", "true")
    chip.focus()
    page.keyboard.press("d")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="New task due")).to_have_count(0)
