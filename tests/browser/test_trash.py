"""What was deleted, had back from the trash with all that belongs to it."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.board import card, live, open_board
from tests.browser.conftest import Account, Seat

Seats = Callable[..., Seat]


def open_trash(page: Page, slug: str, project: Any) -> None:
    """By the project's menu, as people get there."""
    open_board(page, slug, project)
    page.get_by_role("button", name="Project menu").click()
    page.get_by_role("menuitem", name="Trash").click()
    expect(page).to_have_url(re.compile("/trash"))


def test_a_task_comes_back_with_its_sub_tasks_and_comments(
    seat: Seats, owner: Account, colleague: Account, project: Any
) -> None:
    path = f"/api/projects/{project['id']}/tasks"
    parent = owner.post(path, {"title": "Paint the hull"})
    owner.post(path, {"title": "Sand it", "parent_id": parent["id"]})
    owner.post(path, {"title": "Two coats", "parent_id": parent["id"]})
    colleague.post(f"/api/tasks/{parent['id']}/comments", {"body": "Blue, as always?"})
    page, carl = seat(owner).page, seat(colleague).page
    open_trash(page, owner.workspace["slug"], project)
    expect(page.get_by_text("What is deleted stays here for 30 days")).to_be_visible()
    open_board(carl, owner.workspace["slug"], project)

    # Somebody deletes while I look into the trash.
    assert colleague.http.delete(f"/api/tasks/{parent['id']}").status_code == 204
    line = page.get_by_role("listitem").filter(has_text="Paint the hull")
    expect(line).to_contain_text("Carl Colleague")
    expect(line).to_contain_text("with 2 sub-tasks")
    expect(line).to_contain_text("gone in 30 days")
    expect(card(carl, "Sand it")).to_have_count(0)
    line.get_by_role("button", name="Restore").click()
    expect(page.get_by_text(f"{parent['human_id']} is back.")).to_be_visible()
    expect(page.get_by_text("The trash is empty")).to_be_visible()
    for name in ("Paint the hull", "Sand it", "Two coats"):
        expect(card(carl, name).first).to_be_visible()
    carl.goto(f"/w/{owner.workspace['slug']}/p/{project['key']}?task={parent['human_id']}")
    expect(carl.get_by_text("Blue, as always?")).to_be_visible()


def test_several_come_back_at_once_and_one_goes_for_good(seat: Seats, owner: Account, project: Any) -> None:
    path = f"/api/projects/{project['id']}/tasks"
    for name in ("One", "Two", "Three"):
        task = owner.post(path, {"title": name})
        assert owner.http.delete(f"/api/tasks/{task['id']}").status_code == 204
    page = seat(owner).page
    open_trash(page, owner.workspace["slug"], project)
    for name in ("One", "Three"):
        page.get_by_role("checkbox", name=re.compile(name)).check()
    page.get_by_role("button", name="Restore", exact=True).click()
    expect(page.get_by_text("2 tasks are back.")).to_be_visible()
    page.get_by_role("button", name=re.compile("Delete .* Two for good")).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("The trash is empty")).to_be_visible()
    assert owner.get(f"/api/projects/{project['id']}/trash")["items"] == []
    page.get_by_role("link", name="Board", exact=True).click()
    live(page)
    expect(card(page, "One")).to_be_visible()
    expect(card(page, "Three")).to_be_visible()
    expect(card(page, "Two")).to_have_count(0)


def test_whoever_may_not_end_it_is_not_offered_to(
    seat: Seats, owner: Account, colleague: Account, project: Any
) -> None:
    task = owner.post(f"/api/projects/{project['id']}/tasks", {"title": "One"})
    assert owner.http.delete(f"/api/tasks/{task['id']}").status_code == 204
    carl = seat(colleague).page
    open_trash(carl, owner.workspace["slug"], project)
    expect(carl.get_by_role("button", name=re.compile("Restore"))).to_be_visible()
    expect(carl.get_by_role("button", name=re.compile("for good"))).to_have_count(0)


def test_a_deleted_project_comes_back_with_its_tasks(seat: Seats, owner: Account, project: Any) -> None:
    owner.post(f"/api/projects/{project['id']}/tasks", {"title": "Still here"})
    assert owner.http.delete(f"/api/projects/{project['id']}").status_code == 204
    page = seat(owner).page
    page.goto(f"/w/{owner.workspace['slug']}")
    page.get_by_role("button", name=re.compile("deleted project")).click()
    deleted = page.get_by_role("region", name="Deleted projects")
    line = deleted.get_by_role("listitem").filter(has_text=project["name"])
    expect(line).to_contain_text("with 1 task")
    line.get_by_role("button", name="Restore").click()
    expect(page.get_by_text(f"“{project['name']}” is back.")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name=re.compile(project["name"])).click()
    expect(card(page, "Still here")).to_be_visible()
