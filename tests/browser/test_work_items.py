"""Checklists, estimates and relations, in front of two people: one works by keyboard, the other watches."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.board import card, open_board
from tests.browser.conftest import Account, Seat
from tests.browser.test_sheet import open_sheet
from tests.processes import wait_until


def test_a_checklist_is_written_and_ticked_by_keyboard_while_somebody_watches(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    task = owner.post(f"/api/projects/{project['id']}/tasks", {"title": "Bake a cake"})
    olga, carl = seat(owner).page, seat(colleague).page
    for page in (olga, carl):
        open_board(page, owner.workspace["slug"], project)
    ours, theirs = open_sheet(olga, "Bake a cake"), open_sheet(carl, "Bake a cake")
    add = ours.get_by_label("Add a step")
    add.focus()
    for step in ("Flour", "Eggs", "Sugar"):
        olga.keyboard.type(step)
        olga.keyboard.press("Enter")
    watched = theirs.get_by_role("region", name="Checklist")
    expect(watched.get_by_role("checkbox")).to_have_count(3)

    ours.get_by_role("checkbox", name="Eggs").focus()
    olga.keyboard.press("Space")
    expect(watched.get_by_role("checkbox", name="Eggs")).to_be_checked()
    expect(card(carl, "Bake a cake")).to_contain_text("1/3")

    ours.get_by_label("Step: Sugar").focus()
    olga.keyboard.press("Alt+ArrowUp")
    olga.keyboard.press("Alt+ArrowUp")
    path, wanted = f"/api/tasks/{task['id']}", ["Sugar", "Flour", "Eggs"]
    wait_until(lambda: [one["text"] for one in owner.get(path)["checklist"]] == wanted, what="Sugar comes first")
    first = watched.get_by_role("listitem").first
    expect(first.get_by_label("Step: Sugar")).to_be_visible()

    # What somebody else makes of a step does not touch what I am writing there.
    sugar = ours.get_by_label("Step: Sugar")
    sugar.fill("Brown sugar")
    known = owner.get(path)
    theirs_now = {"change": [{"id": known["checklist"][0]["id"], "text": "Cane sugar"}]}
    change = colleague.http.patch(path, json={"version": known["version"], "checklist": theirs_now})
    assert change.status_code == 200, change.text
    mine = ours.get_by_label("Step: Cane sugar")
    expect(mine).to_have_value("Brown sugar")
    mine.press("Enter")
    expect(watched.get_by_label("Step: Brown sugar")).to_be_visible()

    # What is emptied is gone.
    flour = ours.get_by_label("Step: Flour")
    flour.fill("")
    flour.press("Enter")
    expect(watched.get_by_role("checkbox")).to_have_count(2)


def test_a_task_is_related_by_keyboard_and_told_to_be_blocked(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    path = f"/api/projects/{project['id']}/tasks"
    owner.post(path, {"title": "Lay the keel"})
    owner.post(path, {"title": "Paint the hull"})
    olga, carl = seat(owner).page, seat(colleague).page
    for page in (olga, carl):
        open_board(page, owner.workspace["slug"], project)
    sheet = open_sheet(olga, "Paint the hull")
    olga.keyboard.press("r")
    olga.get_by_placeholder("This task is…").press("Enter")
    search = olga.get_by_placeholder("Blocked by…")
    search.fill("keel")
    search.press("Enter")
    relations = sheet.get_by_role("region", name="Relations")
    expect(relations.get_by_role("listitem")).to_contain_text("Lay the keel")
    expect(card(carl, "Paint the hull")).to_contain_text("Blocked")

    # From the other side it is one too, and it can be taken away there.
    other = open_sheet(carl, "Lay the keel").get_by_role("region", name="Relations")
    expect(other.get_by_role("listitem")).to_contain_text("Blocks")
    other.get_by_role("button", name="take away").click()
    expect(relations.get_by_role("listitem")).to_have_count(0)
    expect(card(carl, "Paint the hull")).not_to_contain_text("Blocked")


def test_an_estimate_is_a_number(seat: Callable[..., Seat], owner: Account, project: Any) -> None:
    task = owner.post(f"/api/projects/{project['id']}/tasks", {"title": "Sew the sail"})
    page = seat(owner).page
    open_board(page, owner.workspace["slug"], project)
    sheet = open_sheet(page, "Sew the sail")
    page.keyboard.press("Shift+E")
    field = sheet.get_by_label("Estimate", exact=True)
    expect(field).to_be_focused()
    field.fill("2,5")
    field.press("Enter")
    expect(card(page, "Sew the sail")).to_contain_text("2.5")
    field.fill("many")
    field.press("Enter")
    expect(field).to_have_value("2.5")
    assert owner.get(f"/api/tasks/{task['id']}")["estimate"] == 2.5
