"""The network goes away while somebody works: nothing is lost, nothing comes twice."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.board import card, column, drag, live, open_board, titles
from tests.browser.conftest import PASSWORD, Account, Seat
from tests.browser.test_sheet import open_sheet


def offline(seat: Seat) -> None:
    """Cuts the network, and waits until the light says so."""
    seat.context.set_offline(True)
    expect(seat.page.locator("main [role=status][data-state=offline]").first).to_be_visible()


def waiting(page: Page, words: str) -> Locator:
    """The chip by the light."""
    return page.get_by_role("button", name=words, exact=True)


def saved(page: Page) -> None:
    """Nothing waits any more."""
    live(page)
    expect(page.get_by_role("button", name=re.compile("waiting|not saved"))).to_have_count(0)


def test_what_was_done_offline_is_there_once_after_the_network_returns(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    for title in ("Mend the sail", "Sew the flag"):
        owner.post(f"/api/projects/{project['id']}/tasks", {"title": title})
    olga, carl = seat(owner), seat(colleague)
    for window in (olga, carl):
        open_board(window.page, owner.workspace["slug"], project)
    page = olga.page
    open_sheet(page, "Sew the flag")
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_label("Write a comment")).to_be_visible()
    offline(olga)

    sheet.get_by_label("Title", exact=True).fill("Sew the big flag")
    sheet.get_by_label("Title", exact=True).press("Enter")
    sheet.get_by_label("Write a comment").fill("Thread is in the **locker**.")
    sheet.get_by_role("button", name="Comment", exact=True).click()
    expect(sheet.get_by_text("Thread is in the **locker**.")).to_be_visible()
    sheet.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    drag(page, "Mend the sail", to=column(page, "In progress").locator("ul"))
    column(page, "To do").get_by_role("button", name="Add task").click()
    for title in ("Buy thread", "Buy needles"):
        page.get_by_label("New task in To do").fill(title)
        page.get_by_label("New task in To do").press("Enter")
    expect(waiting(page, "5 changes waiting")).to_be_visible()
    expect(card(page, "Sew the big flag")).to_contain_text("Not saved yet")
    assert titles(page, "In progress") == ["Mend the sail"]
    assert titles(page, "To do") == ["Sew the big flag", "Buy thread", "Buy needles"]

    olga.context.set_offline(False)
    saved(page)
    for window in (olga, carl):
        expect(column(window.page, "To do").locator("[data-task]")).to_have_count(3)
        assert titles(window.page, "To do") == ["Sew the big flag", "Buy thread", "Buy needles"]
        assert titles(window.page, "In progress") == ["Mend the sail"]
    tasks = {task["title"]: task for task in owner.get(f"/api/projects/{project['id']}/board")["tasks"]}
    assert sorted(tasks) == ["Buy needles", "Buy thread", "Mend the sail", "Sew the big flag"]
    comments = owner.get(f"/api/tasks/{tasks['Sew the big flag']['id']}/comments")["items"]
    assert [comment["body"] for comment in comments] == ["Thread is in the **locker**."]


def test_what_waits_outlives_a_reload(seat: Callable[..., Seat], owner: Account, project: Any) -> None:
    olga = seat(owner)
    page = olga.page
    open_board(page, owner.workspace["slug"], project)
    # The page itself can be loaded, but nothing can be written: a server that is away behind a proxy that is not.
    olga.context.route("**/api/projects/*/tasks", lambda route: route.abort())
    column(page, "To do").get_by_role("button", name="Add task").click()
    page.get_by_label("New task in To do").fill("Write it down")
    page.get_by_label("New task in To do").press("Enter")
    expect(waiting(page, "1 change waiting")).to_be_visible()

    page.reload()
    expect(card(page, "Write it down")).to_contain_text("Not saved yet")
    olga.context.unroute("**/api/projects/*/tasks")
    waiting(page, "1 change waiting").click()
    page.get_by_role("button", name="Try now").click()
    saved(page)
    assert [task["title"] for task in owner.get(f"/api/projects/{project['id']}/board")["tasks"]] == ["Write it down"]


def test_an_answer_that_is_lost_on_its_way_makes_no_second_task(
    seat: Callable[..., Seat], owner: Account, project: Any
) -> None:
    olga = seat(owner)
    open_board(olga.page, owner.workspace["slug"], project)
    lost: list[str] = []

    def lose(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(str(route.fetch().status))
        route.abort()

    olga.context.route("**/api/projects/*/tasks", lose)
    column(olga.page, "To do").get_by_role("button", name="Add task").click()
    olga.page.get_by_label("New task in To do").fill("Once is enough")
    olga.page.get_by_label("New task in To do").press("Enter")
    expect(card(olga.page, "Once is enough")).to_contain_text(f"{project['key']}-1")
    saved(olga.page)
    assert lost == ["201"]
    assert len(owner.get(f"/api/projects/{project['id']}/board")["tasks"]) == 1
    expect(card(olga.page, "Once is enough")).to_have_count(1)


def test_two_tabs_do_what_waits_once(seat: Callable[..., Seat], owner: Account, project: Any) -> None:
    olga = seat(owner)
    first, second = olga.page, olga.context.new_page()
    for page in (first, second):
        open_board(page, owner.workspace["slug"], project)
    olga.context.set_offline(True)
    for page, title in ((first, "From the first tab"), (second, "From the second tab")):
        column(page, "To do").get_by_role("button", name="Add task").click()
        page.get_by_label("New task in To do").fill(title)
        page.get_by_label("New task in To do").press("Enter")
    for page in (first, second):
        expect(waiting(page, "2 changes waiting")).to_be_visible()
    keys: set[str] = set()
    olga.context.on("request", lambda one: keys.add(one.headers["idempotency-key"]) if one.method == "POST" else None)
    olga.context.set_offline(False)
    for page in (first, second):
        saved(page)
        expect(column(page, "To do").locator("[data-task]")).to_have_count(2)
    assert len(owner.get(f"/api/projects/{project['id']}/board")["tasks"]) == 2
    # By key, not by request: a browser tells its other tabs a moment late what one of them has taken out of their
    # common store, so a tab may send once more what is answered already, and hears the same answer.
    assert len(keys) == 2


def test_a_network_that_goes_before_all_code_has_come_leaves_the_screen_where_it_is(
    seat: Callable[..., Seat], owner: Account, project: Any
) -> None:
    olga = seat(owner)
    # What shows toasts is fetched in an idle moment after the page; here the network goes before it.
    olga.context.route("**/assets/ToastList-*", lambda route: route.abort())
    open_board(olga.page, owner.workspace["slug"], project)
    offline(olga)
    column(olga.page, "To do").get_by_role("button", name="Add task").click()
    olga.page.get_by_label("New task in To do").fill("Mend the sail")
    with olga.page.expect_request("**/assets/ToastList-*"):
        olga.page.get_by_label("New task in To do").press("Enter")
    olga.page.get_by_label("New task in To do").fill("Sew the flag")
    expect(waiting(olga.page, "1 change waiting")).to_be_visible()
    olga.context.unroute("**/assets/ToastList-*")
    olga.context.set_offline(False)
    saved(olga.page)
    expect(olga.page.get_by_text("Back again: 1 change was saved.")).to_be_visible()
    expect(olga.page.get_by_label("New task in To do")).to_have_value("Sew the flag")


def test_what_waits_is_never_sent_as_somebody_else(
    seat: Callable[..., Seat], owner: Account, colleague: Account, project: Any
) -> None:
    window = seat()
    page = window.page

    def sign_in(email: str) -> None:
        page.goto(f"/sign-in?next=/w/{owner.workspace['slug']}/p/{project['key']}")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("region", name="To do")).to_be_visible()
        live(page)

    sign_in("olga@example.org")
    window.context.route("**/api/projects/*/tasks", lambda route: route.abort())
    column(page, "To do").get_by_role("button", name="Add task").click()
    page.get_by_label("New task in To do").fill("Olga's own words")
    page.get_by_label("New task in To do").press("Enter")
    expect(waiting(page, "1 change waiting")).to_be_visible()
    window.context.clear_cookies()
    window.context.unroute("**/api/projects/*/tasks")

    sign_in("carl@example.org")
    expect(card(page, "Olga's own words")).to_have_count(0)
    expect(waiting(page, "1 change waiting")).to_have_count(0)
    assert owner.get(f"/api/projects/{project['id']}/board")["tasks"] == []

    window.context.clear_cookies()
    sign_in("olga@example.org")
    expect(card(page, "Olga's own words")).to_be_visible()
    saved(page)
    (task,) = owner.get(f"/api/projects/{project['id']}/board")["tasks"]
    assert task["created_by"] == owner.id


def test_what_cannot_be_saved_any_more_is_said_and_can_be_copied(
    seat: Callable[..., Seat], owner: Account, project: Any
) -> None:
    task = owner.post(f"/api/projects/{project['id']}/tasks", {"title": "Plan the trip"})
    olga = seat(owner)
    page = olga.page
    open_board(page, owner.workspace["slug"], project)
    sheet = open_sheet(page, "Plan the trip")
    expect(sheet.get_by_label("Write a comment")).to_be_visible()
    offline(olga)
    sheet.get_by_label("Write a comment").fill("Words that took an hour.")
    sheet.get_by_role("button", name="Comment", exact=True).click()
    expect(waiting(page, "1 change waiting")).to_be_visible()
    assert owner.http.delete(f"/api/tasks/{task['id']}").status_code == 204
    olga.context.set_offline(False)

    expect(waiting(page, "1 change not saved")).to_be_visible()
    page.get_by_role("button", name="Look at it").click()
    dialog = page.get_by_role("dialog", name="Not saved")
    expect(dialog).to_contain_text("Words that took an hour.")
    expect(dialog.get_by_role("button", name="Copy")).to_be_visible()
    owner.post(f"/api/tasks/{task['id']}/restore")
    dialog.get_by_role("button", name="Try again").click()
    saved(page)
    said = owner.get(f"/api/tasks/{task['id']}/comments")["items"]
    assert [comment["body"] for comment in said] == ["Words that took an hour."]


def test_a_refused_move_slides_back_and_says_why(seat: Callable[..., Seat], owner: Account, project: Any) -> None:
    owner.post(f"/api/projects/{project['id']}/tasks", {"title": "Stay put"})
    olga = seat(owner)
    open_board(olga.page, owner.workspace["slug"], project)
    refusal = '{"status":403,"code":"project.forbidden","detail":"Viewers look, but change nothing."}'
    olga.context.route(
        "**/api/tasks/*/move",
        lambda route: route.fulfill(status=403, content_type="application/problem+json", body=refusal),
    )
    drag(olga.page, "Stay put", to=column(olga.page, "In progress").locator("ul"))
    expect(olga.page.get_by_role("alert")).to_contain_text("back where it was")
    expect(column(olga.page, "To do").locator("[data-task]")).to_have_count(1)
    saved(olga.page)
