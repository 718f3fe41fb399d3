"""The list in groups and in order: an address, and live."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Account, Seat


def lines(page: Page) -> list[str]:
    """Group heads and titles from top to bottom."""
    return page.locator("button[aria-expanded][class*=groupHead], [data-task] [class*=title]").all_inner_texts()


def test_a_list_is_grouped_and_sorted_by_keyboard_and_follows_what_others_do(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    path = f"/api/projects/{project['id']}/tasks"
    owner.post(path, {"title": "Paint", "assignee_ids": [colleague.id]})
    owner.post(path, {"title": "Mend", "priority": 4, "assignee_ids": [colleague.id]})
    free = owner.post(path, {"title": "Sew"})
    page = seat(owner).page
    page.goto(f"/w/{owner.workspace['slug']}/p/{project['key']}/list")
    group = page.get_by_role("button", name="Group: State")
    group.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("assi")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sort: As on the board").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("prio")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sort: Priority")).to_be_visible()
    assert [one.split("\n")[0] for one in lines(page)] == ["Carl Colleague", "Mend", "Paint", "Nobody", "Sew"]

    page.reload()
    expect(page.get_by_role("button", name="Group: Assignee")).to_be_visible()
    change = {"version": 1, "assignees": {"add": [colleague.id]}, "priority": 3}
    assert colleague.http.patch(f"/api/tasks/{free['id']}", json=change).status_code == 200
    expect(page.get_by_role("button", name="Nobody")).to_have_count(0)
    assert [one.split("\n")[0] for one in lines(page)] == ["Carl Colleague", "Mend", "Sew", "Paint"]
