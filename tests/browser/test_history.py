"""What happened, and taking it back, in front of two people."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.board import card, column, open_board
from tests.browser.conftest import Account, Seat
from tests.processes import wait_until


def open_history(page: Page, slug: str, project: Any) -> Locator:
    """The project's history, loaded and live."""
    page.goto(f"/w/{slug}/p/{project['key']}/history")
    feed = page.get_by_role("region", name="Today")
    expect(feed).to_be_visible()
    expect(page.locator("main [role=status][data-state=live]").first).to_be_visible()
    return feed


def row(feed: Locator, words: str) -> Locator:
    """A change by some of its words."""
    return feed.get_by_role("listitem").filter(has_text=words)


def change(account: Account, task: Any, **fields: Any) -> None:
    now = account.get(f"/api/tasks/{task['id']}")
    answer = account.http.patch(f"/api/tasks/{task['id']}", json={"version": now["version"], **fields})
    assert answer.status_code == 200, answer.text


def test_a_key_takes_back_my_last_edit_on_both_screens_and_another_one_does_it_again(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    owner.post(f"/api/projects/{project['id']}/tasks", {"title": "Caulk the deck"})
    olga, carl = seat(owner).page, seat(colleague).page
    for page in (olga, carl):
        open_board(page, owner.workspace["slug"], project)
    card(olga, "Caulk the deck").focus()
    olga.keyboard.press("m")
    olga.keyboard.type("Done")
    olga.keyboard.press("Enter")
    for page in (olga, carl):
        expect(column(page, "Done").locator("[data-task]")).to_have_count(1)

    olga.keyboard.press("Control+z")
    for page in (olga, carl):
        expect(column(page, "To do").locator("[data-task]")).to_have_count(1)
    said = olga.get_by_role("status").filter(has_text="Undone: the state of")
    expect(said).to_contain_text("Caulk the deck")

    olga.keyboard.press("Control+Shift+z")
    for page in (olga, carl):
        expect(column(page, "Done").locator("[data-task]")).to_have_count(1)
    # What somebody else did is not mine to take back by key.
    carl.keyboard.press("Control+z")
    expect(carl.get_by_text("nothing of yours to undo")).to_be_visible()
    expect(column(carl, "Done").locator("[data-task]")).to_have_count(1)


def test_a_key_in_a_field_is_the_fields_own(seat: Callable[..., Seat], owner: Account, project: Any) -> None:
    owner.post(f"/api/projects/{project['id']}/tasks", {"title": "Mend the sail"})
    page = seat(owner).page
    open_board(page, owner.workspace["slug"], project)
    card(page, "Mend the sail").focus()
    page.keyboard.press("m")
    page.keyboard.type("Done")
    page.keyboard.press("Enter")
    expect(column(page, "Done").locator("[data-task]")).to_have_count(1)
    card(page, "Mend the sail").click()
    field = page.get_by_role("dialog").get_by_label("Write a comment")
    field.press_sequentially("Half")
    field.press("Control+z")
    expect(field).not_to_have_value("Half")
    expect(column(page, "Done").locator("[data-task]")).to_have_count(1)


def test_a_bulk_edit_is_one_line_in_the_history_and_goes_back_at_once(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    tasks = [owner.post(f"/api/projects/{project['id']}/tasks", {"title": f"Plank {n}"}) for n in range(8)]
    items = [{"id": task["id"]} for task in tasks]
    colleague.post(f"/api/projects/{project['id']}/tasks/bulk", {"items": items, "change": {"priority": 4}})
    # Somebody changed one of them since: that one stays.
    change(owner, tasks[0], priority=1)
    olga = seat(owner).page
    feed = open_history(olga, owner.workspace["slug"], project)

    bulk = row(feed, "set the priority of 8 tasks to Urgent")
    bulk.get_by_role("button", name=re.compile("^Undo:")).click()
    preview = olga.get_by_role("dialog", name="Undo this change?")
    expect(preview).to_contain_text("The priority of 7 tasks")
    expect(preview).to_contain_text("It is Low by now, and would have become No priority.")
    assert owner.get(f"/api/tasks/{tasks[3]['id']}")["priority"] == 4
    preview.get_by_role("button", name="Undo 7 things").click()

    expect(bulk.get_by_text("Undone by Olga Owner")).to_be_visible()
    expect(row(feed, "undid Carl Colleague’s change")).to_be_visible()
    assert [owner.get(f"/api/tasks/{task['id']}")["priority"] for task in tasks] == [1, 0, 0, 0, 0, 0, 0, 0]
    olga.get_by_role("button", name="What stayed").click()
    expect(olga.get_by_role("dialog")).to_contain_text("Plank 0")
    olga.keyboard.press("Escape")

    olga.keyboard.press("Control+z")
    expect(bulk.get_by_text("Undone by")).to_have_count(0)
    assert owner.get(f"/api/tasks/{tasks[3]['id']}")["priority"] == 4


def test_a_key_takes_back_a_bulk_edit_whole_on_both_screens(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    for number in range(5):
        owner.post(f"/api/projects/{project['id']}/tasks", {"title": f"Rivet {number}"})
    olga, carl = seat(owner).page, seat(colleague).page
    for page in (olga, carl):
        open_board(page, owner.workspace["slug"], project)
    card(olga, "Rivet 0").focus()
    olga.keyboard.press("Control+a")
    expect(olga.get_by_role("toolbar", name="Selected tasks")).to_be_visible()
    olga.keyboard.press("m")
    olga.keyboard.type("Done")
    olga.keyboard.press("Enter")
    for page in (olga, carl):
        expect(column(page, "Done").locator("[data-task]")).to_have_count(5)

    olga.keyboard.press("Control+z")
    for page in (olga, carl):
        expect(column(page, "To do").locator("[data-task]")).to_have_count(5)
    expect(olga.get_by_role("status").filter(has_text="Undone: the state of 5 tasks")).to_be_visible()
    olga.get_by_role("button", name="Redo", exact=True).click()
    for page in (olga, carl):
        expect(column(page, "Done").locator("[data-task]")).to_have_count(5)


def test_history_tells_word_by_word_what_changed_and_comes_live(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    task = owner.post(
        f"/api/projects/{project['id']}/tasks",
        {"title": "Tar the ropes", "description": "The old ropes on the port side need fresh tar before the winter."},
    )
    carl = seat(colleague).page
    feed = open_history(carl, owner.workspace["slug"], project)
    expect(row(feed, "created")).to_have_count(2)
    change(owner, task, description="The old ropes on both sides need tar before the winter.")

    diff = row(feed, "changed the description of").get_by_role("group", name="What changed in the description")
    expect(diff.locator("del")).to_have_text([re.compile("the port side"), re.compile("fresh")])
    expect(diff.locator("ins")).to_have_text([re.compile("both sides")])

    # One's own small change goes back at one click; the other screen sees it.
    olga = seat(owner).page
    ours = open_history(olga, owner.workspace["slug"], project)
    row(ours, "changed the description of").get_by_role("button", name=re.compile("^Undo:")).click()
    expect(row(feed, "undid Olga Owner’s change").or_(row(feed, "undid their own change"))).to_be_visible()
    wait_until(
        lambda: "port side" in owner.get(f"/api/tasks/{task['id']}")["description"],
        what="the description is what it was",
    )
    olga.get_by_role("button", name="Redo", exact=True).click()
    expect(row(feed, "redid")).to_be_visible()


def test_a_tasks_sheet_tells_what_was_done_between_what_was_said(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    task = owner.post(f"/api/projects/{project['id']}/tasks", {"title": "Grease the winch"})
    said = colleague.post(f"/api/tasks/{task['id']}/comments", {"body": "Use the blue tin."})
    change(owner, task, priority=3)
    edit = {"body": "Use the green tin.", "version": said["version"]}
    assert colleague.http.patch(f"/api/comments/{said['id']}", json=edit).status_code == 200
    page = seat(owner).page
    page.goto(f"/w/{owner.workspace['slug']}/t/{task['human_id']}")
    stream = page.get_by_role("region", name="Comments")
    expect(stream.get_by_text("Use the green tin.")).to_be_visible()
    expect(stream.get_by_text("set the priority")).to_have_count(0)
    stream.get_by_role("button", name="All activity").click()
    expect(stream.get_by_role("listitem").nth(0)).to_contain_text("created it")
    expect(stream.get_by_role("listitem").nth(1)).to_contain_text("Use the green tin.")
    expect(stream.get_by_role("listitem").nth(2)).to_contain_text("set the priority to High (was none)")
    stream.get_by_role("button", name="Edited: show what changed").click()
    expect(stream.locator("ins")).to_have_text(re.compile("green"))
    change(colleague, task, due_on="2031-12-24")
    expect(stream.get_by_text("set the due date to")).to_be_visible()
    page.reload()
    expect(stream.get_by_text("set the due date to")).to_be_visible()


def test_deleting_offers_the_way_back(seat: Callable[..., Seat], owner: Account, project: Any) -> None:
    owner.post(f"/api/projects/{project['id']}/tasks", {"title": "Sell the anchor"})
    page = seat(owner).page
    open_board(page, owner.workspace["slug"], project)
    card(page, "Sell the anchor").click()
    page.get_by_role("dialog").get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Delete task").click()
    expect(card(page, "Sell the anchor")).to_have_count(0)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(card(page, "Sell the anchor")).to_be_visible()
    expect(page.get_by_text("Sell the anchor is back")).to_be_visible()
