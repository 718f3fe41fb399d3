"""The Lab page: a run started, watched and stopped, past runs read, and nothing of it for those who are no admins."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy.orm import Session

from headway.accounts.models import Person, SignIn
from headway.accounts.secrets import hashed, new_secret
from headway.accounts.session import COOKIE
from headway.app import create_app
from headway.clock import new_id, now
from headway.db import batch_engine
from headway.runs import kept
from headway.runs.schemas import Progress
from headway.serving import configured
from headway.settings import Settings
from headway.text import sort_key
from tests.browser.conftest import PATIENCE
from tests.lab.results import STARTED, result
from tests.runs.faked import FakeLab

WHOLE = result()
Window = Callable[..., Page]


@dataclass
class House:
    """The app that ships, served from this process so that its lab can be a made-up one."""

    url: str
    home: Path
    settings: Settings
    fake: FakeLab

    def cookie(self, name: str, *, admin: bool) -> str:
        """A person's session."""
        at, person_id, cookie = now(), new_id(), new_secret()
        email = f"{person_id.hex}@example.org"
        engine = batch_engine(self.settings)
        with Session(engine) as db:
            db.add(
                Person(
                    id=person_id, name=name, name_key=sort_key(name), email=email, is_admin=admin, created_at=at,
                )
            )  # fmt: skip
            db.flush()
            ends = at + timedelta(days=1)
            db.add(
                SignIn(
                    id=new_id(), person_id=person_id, secret_hash=hashed(cookie), user_agent="tests", created_at=at,
                    last_seen_at=at, expires_at=ends,
                )
            )  # fmt: skip
            db.commit()
        engine.dispose()
        return cookie


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    home = tmp_path / "home"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        settings = Settings(database_url=database_url, chores=False, home=home, port=port)
        app = create_app(settings)
        fake = FakeLab(app.state.lab, tmp_path)
        server = uvicorn.Server(configured(app))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        url = f"http://127.0.0.1:{port}"
        try:
            with httpx2.Client(transport=httpx2.HTTPTransport(retries=5)) as http:
                assert http.get(f"{url}/health", timeout=30).status_code == 200
            yield House(url, home, settings, fake)
        finally:
            app.state.hub.close()
            app.state.lab.close()
            server.should_exit = True
            thread.join()
            fake.close()


@pytest.fixture
def window(chromium: Browser, house: House) -> Iterator[Window]:
    """Opens the Lab page; one that threw an error fails its test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def opened(
        path: str = "/lab", *, name: str = "Ada Admin", admin: bool = True, width: int = 1280, **more: str
    ) -> Page:
        context = chromium.new_context(
            base_url=house.url, viewport={"width": width, "height": 900}, **more  # type: ignore[arg-type]
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        cookie = house.cookie(name, admin=admin)
        context.add_cookies([{"name": COOKIE, "value": cookie, "url": house.url}])
        if admin:
            made = httpx2.post(f"{house.url}/api/workspaces", json={"name": "Lighthouse"}, cookies={COOKIE: cookie})
            assert made.status_code == 201, made.text
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


def progress(done: int) -> str:
    """What the lab tells when it has measured the first so many runs."""
    doing = f"{WHOLE.runs[done - 1].stack}: one call, {WHOLE.runs[done - 1].users} users (1 of 3)"
    of = len(WHOLE.runs)
    claims = WHOLE.claims if done % 40 == 0 else None
    return Progress(
        done=done, of=of, doing=doing, seconds_left=(of - done) * 1.5, run=WHOLE.runs[done - 1], claims=claims
    ).model_dump_json()


def start(page: Page) -> None:
    page.get_by_role("radio", name="Quick run").check()
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Start the quick run").click()
    expect(page.get_by_role("heading", name="Quick run under way")).to_be_visible()


def shoot(page: Page, shots: Path | None, name: str) -> None:
    if shots:
        page.screenshot(path=shots / f"{name}.png")


def test_an_admin_finds_the_lab_starts_a_run_watches_it_and_reads_its_result(
    house: House, window: Window, shots: Path | None
) -> None:
    page = window("/account")
    page.get_by_role("button", name="Account of Ada Admin").click()
    page.get_by_role("menuitem", name="Lab").click()
    expect(page).to_have_url(re.compile("/lab$"))
    expect(page.get_by_text("Nothing measured yet")).to_be_visible()
    shoot(page, shots, "lab-empty")
    start(page)
    other = window("/lab", name="Ben Boss")
    expect(other.get_by_text("Started by Ada Admin")).to_be_visible()

    house.fake.tell(*(progress(done) for done in range(1, 41)))
    for watcher in (page, other):
        bar = watcher.get_by_role("progressbar", name="Progress of the run")
        expect(bar).to_have_attribute("aria-valuenow", str(round(4000 / len(WHOLE.runs))))
        chart = watcher.get_by_role("img", name=re.compile("A database call of 50 ms"))
        expect(chart).to_be_visible()
        expect(watcher.get_by_role("list", name="Verdicts")).to_contain_text("do not hold")
    marks = page.get_by_role("img", name=re.compile("A database call of 50 ms")).locator("title")
    before = marks.count()
    house.fake.tell(*(progress(done) for done in range(41, 61)))
    expect(page.get_by_text(f"60 of {len(WHOLE.runs)}")).to_be_visible()
    assert marks.count() > before
    shoot(page, shots, "lab-running")

    house.fake.keep(WHOLE.model_dump_json())
    house.fake.tell("end")
    expect(page.get_by_text("The last run has finished.")).to_be_visible()
    expect(other.get_by_text("The last run has finished.")).to_be_visible()
    shoot(page, shots, "lab-finished")
    page.get_by_role("link", name="Open its result").click()
    expect(page.get_by_role("heading", name="What holds on this machine")).to_be_visible()
    expect(page.get_by_text(WHOLE.claims[0].why, exact=False).first).to_be_visible()
    expect(page.get_by_text(WHOLE.command)).to_be_visible()
    with page.context.expect_page() as report:
        page.get_by_role("link", name="Full report").click()
    expect(report.value).to_have_title("Report")


def test_a_run_is_stopped_and_what_it_measured_is_kept(house: House, window: Window) -> None:
    page = window()
    start(page)
    house.fake.tell(*(progress(done) for done in range(1, 11)))
    expect(page.get_by_text("10 of")).to_be_visible()
    house.fake.keep(WHOLE.model_copy(update={"ended": "interrupted", "runs": WHOLE.runs[:10]}).model_dump_json())
    house.fake.tell(progress(11))
    expect(page.get_by_text("11 of")).to_be_visible()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Stop the run").click()
    expect(page.get_by_text("The last run was interrupted.")).to_be_visible()
    row = page.get_by_role("list", name="Past runs").get_by_role("listitem")
    expect(row).to_contain_text("Interrupted")
    page.get_by_role("link", name="Open its result").click()
    expect(page.get_by_role("list", name="Before you read the figures")).to_contain_text("This run was interrupted")


def test_past_runs_are_read_filtered_and_deleted(house: House, window: Window, shots: Path | None) -> None:
    kept.save(house.home, WHOLE)
    kept.save_report(house.home, WHOLE.id, "<!doctype html><title>Report</title>")
    kept.save(house.home, result(id="older", started_at=STARTED - timedelta(days=1), stacks=("fair", "floor")))
    (kept.folder(house.home) / "torn.json").write_text("{")
    page = window()
    rows = page.get_by_role("list", name="Past runs").get_by_role("listitem")
    expect(rows).to_have_count(2)
    expect(page.get_by_text("torn.json holds no run")).to_be_visible()
    rows.first.get_by_role("link").press("Enter")
    verdicts = page.get_by_role("list", name="Verdicts")
    claims = page.locator("section[aria-labelledby=lab-claims] section li")
    expect(claims).to_have_count(len(WHOLE.claims))
    why = claims.first.get_by_text(WHOLE.claims[0].why).bounding_box()
    assert why is not None and why["width"] > 300  # in its column, not in the mark's
    verdicts.get_by_role("button", name=re.compile("do(es)? not hold")).click()
    wrong = [one for one in WHOLE.claims if one.verdict == "does not hold"]
    expect(claims).to_have_count(len(wrong))
    expect(claims.first).to_contain_text("Does not hold")
    page.get_by_role("link", name="Lab", exact=True).click()
    rows.last.get_by_role("button", name=re.compile("Delete the run")).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(rows).to_have_count(1)
    assert [one.id for one in kept.list_runs(house.home)] == [WHOLE.id]
    if shots:
        for scheme in ("dark", "light"):
            for width in (1280, 390):
                shown = window(f"/lab/{WHOLE.id}", width=width, color_scheme=scheme)
                expect(shown.get_by_role("heading", name="Figures")).to_be_attached()
                shoot(shown, shots, f"lab-run-{scheme}-{width}")
                shown.get_by_role("heading", name="Figures").scroll_into_view_if_needed()
                shown.mouse.move(width / 2, 500)
                shown.mouse.wheel(0, 700)
                shoot(shown, shots, f"lab-charts-{scheme}-{width}")
                shown.goto("/lab")
                expect(shown.get_by_role("list", name="Past runs")).to_be_visible()
                shoot(shown, shots, f"lab-{scheme}-{width}")


def test_who_is_no_admin_is_told_so_and_sees_no_way_in(house: House, window: Window) -> None:
    page = window("/account", name="Mia Member", admin=False)
    page.get_by_role("button", name="Account of Mia Member").click()
    expect(page.get_by_role("menuitem", name="Sign out")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Lab")).to_have_count(0)
    for path in ("/lab", "/lab/some-run"):
        page.goto(path)
        expect(page.get_by_text("The lab is for admins of this server")).to_be_visible()


def test_a_run_that_is_not_there_says_so(window: Window) -> None:
    page = window("/lab/2020-01-01T00-00-00-none")
    expect(page.get_by_text("This run does not exist")).to_be_visible()
