"""A real Headway process, a real Chromium, and people who sit in front of it."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from headway.webfiles import FOLDER
from tests.processes import Headway, home_folder

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 15_000  # milliseconds
PASSWORD = "correct horse battery"


# Scoped to this package, not to the session: while Playwright is open its event loop runs in this thread, and no
# asynchronous test could run.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium. Without one the browser tests are skipped, unless they are what is asked for."""
    needed = os.environ.get("HEADWAY_TEST_NEEDS_BROWSER") == "1"
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None or not (FOLDER / "index.html").is_file():
        why = "no Chromium on the PATH" if found is None else "the web UI is not built"
        if needed:
            pytest.fail(f"Browser tests are required here, and there is {why}.")
        pytest.skip(f"Browser tests skipped: {why}.")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def server() -> Iterator[Headway]:
    """One Headway for all browser tests; each makes a project of its own in it."""
    with home_folder() as home:
        headway = Headway(home=home).ready()
        try:
            yield headway
        finally:
            headway.stop()


@dataclass
class Account:
    """Somebody's API session, and what a browser needs to be them."""

    id: str
    name: str
    http: httpx2.Client
    workspace: dict[str, Any]

    def post(self, path: str, body: Any = None) -> Any:
        answer = self.http.post(path, json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def get(self, path: str) -> Any:
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="package")
def owner(server: Headway) -> Iterator[Account]:
    """The first person, who set the installation up."""
    with httpx2.Client(base_url=server.url, timeout=30) as http:
        me = http.post(
            "/api/setup",
            json={
                "name": "Olga Owner",
                "email": "olga@example.org",
                "password": PASSWORD,
                "workspace": "Lighthouse",
                "project": None,
                "examples": False,
                "link": None,
            },
        )
        assert me.status_code == 201, me.text
        yield Account(me.json()["id"], "Olga Owner", http, me.json()["workspaces"][0])


@pytest.fixture(scope="package")
def colleague(server: Headway, owner: Account) -> Iterator[Account]:
    """A second person, let in by an invitation link."""
    link = owner.post(f"/api/workspaces/{owner.workspace['id']}/invitations", {"role": "member"})["url"]
    with httpx2.Client(base_url=server.url, timeout=30) as http:
        body = {
            "token": link.partition("#")[2],
            "name": "Carl Colleague",
            "email": "carl@example.org",
            "password": PASSWORD,
        }
        me = http.post("/api/invitations/accept", json=body)
        assert me.status_code == 200, me.text
        yield Account(me.json()["id"], "Carl Colleague", http, me.json()["workspaces"][0])


@dataclass
class Seat:
    """One person in front of one browser window."""

    page: Page
    context: BrowserContext
    errors: list[str] = field(default_factory=list)


@pytest.fixture
def seat(chromium: Browser, server: Headway) -> Iterator[Callable[..., Seat]]:
    """Opens windows; a page that threw or logged an error fails its test."""
    seats: list[Seat] = []

    def open_window(account: Account | None = None, width: int = 1280, height: int = 800, **options: Any) -> Seat:
        context = chromium.new_context(base_url=server.url, viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(PATIENCE)
        if account is not None:
            cookies = [{"name": c.name, "value": c.value or "", "url": server.url} for c in account.http.cookies.jar]
            context.add_cookies(cookies)  # type: ignore[arg-type]
        window = Seat(context.new_page(), context)
        window.page.on("pageerror", lambda error: window.errors.append(str(error)))
        seats.append(window)
        return window

    yield open_window
    for window in seats:
        window.context.close()
    assert [error for window in seats for error in window.errors] == []


@pytest.fixture
def project(owner: Account, request: pytest.FixtureRequest) -> Any:
    """An empty project of this test's own."""
    taken = len(owner.get(f"/api/workspaces/{owner.workspace['id']}/projects")["projects"])
    body = {"name": request.node.name.replace("_", " ")[:60], "key": f"T{taken}"}
    return owner.post(f"/api/workspaces/{owner.workspace['id']}/projects", body)


@pytest.fixture
def shots() -> Path | None:
    """Where pictures go, if somebody wants to look at them."""
    folder = os.environ.get("HEADWAY_TEST_SHOTS")
    return Path(folder) if folder else None
