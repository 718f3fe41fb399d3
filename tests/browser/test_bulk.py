"""Several tasks selected and edited as one, by keyboard and mouse, while somebody else looks on and interferes."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.board import card, column, drag, live, open_board, titles
from tests.browser.conftest import Account, Seat
from tests.processes import wait_until

Seats = Callable[..., Seat]


def with_tasks(owner: Account, project: Any, *names: str) -> dict[str, Any]:
    """Tasks of the first column by their titles."""
    return {name: owner.post(f"/api/projects/{project['id']}/tasks", {"title": name}) for name in names}


def bar(page: Page) -> Locator:
    """What can be done with all that is selected."""
    return page.get_by_role("toolbar", name="Selected tasks")


def pick(page: Page, words: str) -> None:
    """Chooses in the menu that is open."""
    page.get_by_role("option", name=re.compile(words)).first.click()


def priorities(owner: Account, project: Any) -> dict[str, int]:
    """As the server has them."""
    tasks = owner.get(f"/api/projects/{project['id']}/board")["tasks"]
    return {task["title"]: task["priority"] for task in tasks}


def test_keys_select_a_range_and_change_it_and_a_colleague_sees_it(
    seat: Seats, owner: Account, colleague: Account, project: Any
) -> None:
    with_tasks(owner, project, "One", "Two", "Three", "Four")
    page, carl = seat(owner).page, seat(colleague).page
    for each in (page, carl):
        open_board(each, owner.workspace["slug"], project)
    card(page, "One").focus()
    page.keyboard.press("x")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(bar(page)).to_contain_text("3 selected")
    page.keyboard.press("Shift+ArrowUp")
    expect(bar(page)).to_contain_text("2 selected")
    page.keyboard.press("s")
    pick(page, "Done")
    expect(page.get_by_text("2 tasks were changed.")).to_be_visible()
    expect(column(carl, "Done").locator("[data-task]").filter(has_text="One")).to_be_visible()
    expect(column(carl, "Done").get_by_text("Two", exact=True)).to_be_visible()
    assert titles(carl, "To do") == ["Three", "Four"]
    page.get_by_role("button", name="Undo").click()
    expect(column(carl, "To do").get_by_text("Two", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(bar(page)).to_have_count(0)


def test_the_mouse_selects_in_the_list_and_all_are_deleted_and_come_back(
    seat: Seats, owner: Account, project: Any
) -> None:
    with_tasks(owner, project, "One", "Two", "Three", "Four")
    page = seat(owner).page
    page.goto(f"/w/{owner.workspace['slug']}/p/{project['key']}/list")
    live(page)
    card(page, "One").hover()
    page.locator(f"[data-lineplace='{card(page, 'One').get_attribute('data-id')}'] [data-select]").click()
    card(page, "Three").click(modifiers=["Shift"])
    card(page, "Two").click(modifiers=["ControlOrMeta"])
    expect(bar(page)).to_contain_text("2 selected")
    page.keyboard.press("ControlOrMeta+a")
    expect(bar(page)).to_contain_text("4 selected")
    page.keyboard.press("Delete")
    expect(page.get_by_text("No tasks yet")).to_be_visible()
    expect(bar(page)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    for name in ("One", "Two", "Three", "Four"):
        expect(card(page, name)).to_be_visible()


def test_what_somebody_else_changed_is_left_alone_and_can_be_set_all_the_same(
    seat: Seats, owner: Account, colleague: Account, project: Any
) -> None:
    tasks = with_tasks(owner, project, "One", "Two", "Three")
    window = seat(owner)
    page = window.page
    open_board(page, owner.workspace["slug"], project)
    card(page, "One").focus()
    page.keyboard.press("ControlOrMeta+a")
    expect(bar(page)).to_contain_text("3 selected")

    def first_carl(route: Any) -> None:
        # His change reaches the server after I have looked and before mine does.
        two = colleague.http.patch(f"/api/tasks/{tasks['Two']['id']}", json={"version": 1, "priority": 1})
        assert two.status_code == 200, two.text
        route.continue_()

    page.route("**/tasks/bulk", first_carl, times=1)
    page.keyboard.press("p")
    pick(page, "Urgent")
    panel = page.get_by_role("alertdialog", name="Not changed")
    expect(panel).to_contain_text("Two")
    expect(panel).to_contain_text("Carl Colleague")
    assert priorities(owner, project) == {"One": 4, "Two": 1, "Three": 4}
    panel.get_by_role("button", name="Set mine anyway").click()
    expect(panel).to_have_count(0)
    expect(card(page, "Two").get_by_label(re.compile("Urgent"))).to_be_visible()
    expect(bar(page)).to_contain_text("3 selected")
    # It is shown before the server has it.
    wait_until(lambda: priorities(owner, project) == {"One": 4, "Two": 4, "Three": 4}, what="mine")


def test_what_others_delete_leaves_the_selection(seat: Seats, owner: Account, colleague: Account, project: Any) -> None:
    tasks = with_tasks(owner, project, "One", "Two", "Three")
    page = seat(owner).page
    open_board(page, owner.workspace["slug"], project)
    for name in ("One", "Two"):
        card(page, name).click(modifiers=["ControlOrMeta"])
    expect(bar(page)).to_contain_text("2 selected")
    assert colleague.http.delete(f"/api/tasks/{tasks['One']['id']}").status_code == 204
    expect(bar(page)).to_contain_text("1 selected")


def test_dragging_one_of_several_moves_all_in_their_order(seat: Seats, owner: Account, project: Any) -> None:
    with_tasks(owner, project, "One", "Two", "Three", "Four")
    page = seat(owner).page
    open_board(page, owner.workspace["slug"], project)
    for name in ("Four", "One", "Three"):
        card(page, name).click(modifiers=["ControlOrMeta"])
    drag(page, "Three", column(page, "In progress"))
    expect(page.get_by_text("3 tasks were moved to In progress.")).to_be_visible()
    assert titles(page, "In progress") == ["One", "Three", "Four"]
    page.reload()
    live(page)
    expect(card(page, "Two")).to_be_visible()
    assert titles(page, "In progress") == ["One", "Three", "Four"]


def test_more_than_two_hundred_at_once_settle_on_every_screen(
    seat: Seats, owner: Account, colleague: Account, project: Any
) -> None:
    for number in range(230):
        owner.post(f"/api/projects/{project['id']}/tasks", {"title": f"Task {number}"})
    page, carl = seat(owner).page, seat(colleague).page
    for each in (page, carl):
        open_board(each, owner.workspace["slug"], project)
    card(page, "Task 0").focus()
    page.keyboard.press("ControlOrMeta+a")
    expect(bar(page)).to_contain_text("230 selected")
    page.keyboard.press("m")
    page.get_by_role("option", name="Done").last.click()
    expect(page.get_by_text("230 tasks were moved to Done.")).to_be_visible()
    for each in (page, carl):
        expect(column(each, "Done").get_by_label("230 tasks")).to_be_visible()
    expect(column(carl, "Done").get_by_text("Task 17", exact=True)).to_be_visible()
    assert titles(carl, "Done")[:3] == ["Task 0", "Task 1", "Task 2"]
    assert titles(page, "Done")[:3] == ["Task 0", "Task 1", "Task 2"]


def test_a_thumb_that_rests_selects(seat: Seats, owner: Account, project: Any) -> None:
    with_tasks(owner, project, "One", "Two")
    window = seat(owner, 390, 844, has_touch=True, is_mobile=True)
    page = window.page
    open_board_on_phone(page, owner.workspace["slug"], project)
    box = card(page, "One").bounding_box()
    assert box is not None
    hand = window.context.new_cdp_session(page)
    touch = {"x": box["x"] + 60, "y": box["y"] + 20}
    hand.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [touch]})
    expect(bar(page)).to_contain_text("1")
    hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    card(page, "Two").tap()
    expect(bar(page)).to_contain_text("2")
    bar(page).get_by_role("button", name="Select nothing").tap()
    expect(bar(page)).to_have_count(0)


def open_board_on_phone(page: Page, slug: str, project: Any) -> None:
    """Columns are tabs there."""
    page.goto(f"/w/{slug}/p/{project['key']}")
    live(page)
    page.get_by_role("button", name=re.compile("To do")).tap()
    expect(card(page, "One")).to_be_in_viewport(ratio=1)
