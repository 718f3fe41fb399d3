"""Finding tasks with a filter: completed as one writes, pointed at where it cannot be read, live when it can."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Page, expect

from tests.browser.conftest import Account, Seat

Seats = Callable[..., Seat]


def open_search(page: Page, slug: str, text: str = "") -> None:
    """The search, by its own address."""
    page.goto(f"/w/{slug}/search{f'?q={quote(text)}' if text else ''}")
    expect(page.get_by_role("combobox", name="Filter")).to_be_focused()


def test_a_filter_is_written_with_the_keyboard_alone(seat: Seats, owner: Account, project: Any) -> None:
    path = f"/api/projects/{project['id']}"
    label = owner.post(f"{path}/labels", {"name": "needs paint", "color": "red"})
    owner.post(f"{path}/tasks", {"title": "Scrape the keel", "label_ids": [label["id"]]})
    owner.post(f"{path}/tasks", {"title": "Oil the winch"})
    page = seat(owner).page
    open_search(page, owner.workspace["slug"])
    page.keyboard.type("lab")
    expect(page.get_by_role("option", name="label:")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type("nee")
    expect(page.get_by_role("option", name="needs paint")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    field = page.get_by_role("combobox", name="Filter")
    expect(field).to_have_value('label:"needs paint" ')
    line = page.locator("[data-task]")
    expect(line).to_have_count(1)
    expect(line).to_contain_text("Scrape the keel")
    expect(page).to_have_url(re.compile("q=label"))
    page.keyboard.press("Enter")
    expect(line).to_be_focused()


def test_what_is_found_comes_and_goes_as_others_change_it(
    seat: Seats, owner: Account, colleague: Account, project: Any
) -> None:
    page = seat(owner).page
    open_search(page, owner.workspace["slug"], f"project:{project['key']} priority>=high")
    expect(page.get_by_text("Nothing for")).to_be_visible()
    path = f"/api/projects/{project['id']}/tasks"
    task = colleague.post(path, {"title": "Stop the leak", "priority": 3})
    line = page.locator("[data-task]").filter(has_text="Stop the leak")
    expect(line).to_be_visible()
    answer = colleague.http.patch(f"/api/tasks/{task['id']}", json={"version": 1, "priority": 1})
    assert answer.status_code == 200
    expect(line).to_have_count(0)


def test_a_mistake_is_marked_and_goes_away_when_mended(seat: Seats, owner: Account, project: Any) -> None:
    page = seat(owner).page
    open_search(page, owner.workspace["slug"], "leak due<soon")
    expect(page.locator("mark")).to_have_text("soon")
    expect(page.get_by_text("due cannot be 'soon'. Write a day such as")).to_be_visible()
    page.get_by_role("combobox", name="Filter").fill("leak due<7d")
    expect(page.locator("mark")).to_have_count(0)
    expect(page.get_by_text("Nothing for")).to_be_visible()
