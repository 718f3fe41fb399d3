"""Somebody who sees only what is assigned to them, on two screens at once; and the answer to who sees what."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.board import card, open_board
from tests.browser.conftest import Account, Seat
from tests.browser.test_sheet import open_sheet


def test_a_board_shrinks_to_what_is_assigned_while_one_looks_and_an_admin_is_told_why(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    path, slug = f"/api/projects/{project['id']}", owner.workspace["slug"]
    theirs = owner.post(f"{path}/tasks", {"title": "Water the plants", "assignee_ids": [colleague.id]})
    other = owner.post(f"{path}/tasks", {"title": "Count the money"})
    olga, carl = seat(owner).page, seat(colleague).page
    open_board(carl, slug, project)
    expect(card(carl, "Count the money")).to_be_visible()

    olga.goto(f"/w/{slug}/p/{project['key']}/settings")
    olga.get_by_role("combobox", name="Add somebody").click()
    olga.get_by_role("option", name=colleague.name).click()
    olga.get_by_role("switch", name=f"{colleague.name} sees only what is assigned to them").click()
    expect(olga.get_by_text(f"{colleague.name} now sees only tasks assigned to them.")).to_be_visible()
    expect(card(carl, "Count the money")).to_have_count(0)
    expect(card(carl, "Water the plants")).to_be_visible()
    expect(carl.get_by_text("Only yours")).to_be_visible()
    expect(carl.get_by_role("link", name="History", exact=True)).to_have_count(0)

    # Given a task it is there, and gone as soon as it is taken away.
    for add in (True, False):
        change = {"assignees": {"add" if add else "remove": [colleague.id]}}
        assert owner.http.patch(f"/api/tasks/{other['id']}", json=change, headers={"If-Match": "*"}).status_code == 200
        expect(card(carl, "Count the money")).to_have_count(1 if add else 0)
    sheet = open_sheet(carl, "Water the plants")
    away = {"assignees": {"remove": [colleague.id]}}
    owner.http.patch(f"/api/tasks/{theirs['id']}", json=away, headers={"If-Match": "*"})
    expect(sheet.get_by_text("is no longer assigned to you")).to_be_visible()
    sheet.get_by_role("button", name="Close").click()
    expect(carl.get_by_text("Nothing is assigned to you here yet")).to_be_visible()

    olga.get_by_role("button", name=f"What can {colleague.name} see?").click()
    dialog = olga.get_by_role("dialog", name=f"What can {colleague.name} see?")
    expect(dialog.get_by_text(f"{colleague.name} sees only tasks assigned to them")).to_be_visible()
    dialog.get_by_label("Check a task").fill(other["human_id"])
    dialog.get_by_label("Check a task").press("Enter")
    expect(dialog.get_by_role("status")).to_contain_text("not assigned")
