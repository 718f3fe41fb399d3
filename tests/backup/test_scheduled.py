"""Backups that are made by themselves or from the page: tried, kept so many, seen by admins, and never in the way."""

import asyncio
import zipfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy import event, text, update

from headway.accounts.models import Person
from headway.app import create_app
from headway.backup import running
from headway.backup.catalog import connected
from headway.backup.queries import is_due, warning
from headway.backup.starting import LOCK, start
from headway.chores.backups import back_up
from headway.cli.restoring import make_tables
from headway.clock import now
from headway.console import CannotStart
from headway.db import Database
from headway.settings import Settings
from tests.backup.place import Place
from tests.factories import User, new_user

HERE = "/api/administration/backups"
DAY = timedelta(days=1)


@pytest.fixture
def settings(full: Place) -> Settings:
    """A database of our own, a folder, one pooled connection."""
    return full.settings.model_copy(
        update={"backup_folder": full.folder / "backups", "backup_keep": 2, "pool_size": 1, "chores": False}
    )


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings)
    yield database
    await database.close()


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def admin(app: FastAPI) -> AsyncIterator[User]:
    async with AsyncExitStack() as stack:
        somebody = await new_user(app, stack, "admin")
        async with app.state.database.unit_of_work() as db:
            await db.execute(update(Person).where(Person.email == somebody.email).values(is_admin=True))
        yield somebody


async def until_done(admin: User) -> Any:
    """What the page shows once nothing runs any more."""
    for _ in range(600):
        shown = await admin.get(HERE)
        if not shown["running"] and shown["items"][0]["state"] != "running":
            return shown
        await asyncio.sleep(0.05)
    raise AssertionError(shown)


async def test_an_admin_has_one_made_and_sees_that_its_restore_was_tried(
    app: FastAPI, admin: User, settings: Settings
) -> None:
    first = await admin.get(HERE)
    assert (first["running"], first["items"]) == (False, [])
    assert first["warning"] == "No backup has been restored on trial yet."
    asked = await admin.post(HERE, status=202)
    assert (asked["running"], asked["items"][0]["state"]) == (True, "running")
    again = await admin.http.post(HERE)
    assert (again.status_code, again.json()["code"]) == (409, "backups.running")

    shown = await until_done(admin)
    (made,) = shown["items"]
    assert (made["state"], made["problem"], made["means"], shown["warning"]) == ("good", None, "web", None)
    assert made["at"] <= made["tried_at"] == shown["tried_at"]
    size, folder, members = look_into(made["file"])
    assert (made["bytes"], settings.backup_folder) == (size, folder)
    assert "tables/person" in members
    async with app.state.database.reading() as db:
        acts = (await db.scalars(text("SELECT act FROM audit_entry WHERE act LIKE 'backup.%'"))).all()
    assert acts == ["backup.started"]


async def test_one_that_begins_while_the_page_looks_is_under_way(
    app: FastAPI, admin: User, settings: Settings, full: Place
) -> None:
    """Its process takes the lock and writes in its row between two statements of the page."""
    full.do("INSERT INTO backup (id, file, means, at, step) VALUES (gen_random_uuid(), '', 'web', now(), 'starting')")
    engine, begun = app.state.database.engine.sync_engine, list[bool]()
    with ExitStack() as held:

        def begin(_: object, __: object, statement: str, *___: object) -> None:
            if not begun and ("backup" in statement or "pg_locks" in statement):
                begun.append(held.enter_context(running.alone(settings)))
                full.do("UPDATE backup SET step = 'writing'")

        event.listen(engine, "after_cursor_execute", begin)
        held.callback(event.remove, engine, "after_cursor_execute", begin)
        shown = await admin.get(HERE)
    assert (shown["running"], shown["items"][0]["state"]) == (True, "running")
    assert begun == [True]


def look_into(file: str) -> tuple[int, Path, list[str]]:
    with zipfile.ZipFile(file) as archive:
        return Path(file).stat().st_size, Path(file).parent, archive.namelist()


async def test_only_admins_of_the_server_see_backups_and_make_them(app: FastAPI) -> None:
    async with AsyncExitStack() as stack:
        for method in ("GET", "POST"):
            somebody = await new_user(app, stack, "somebody")
            assert (await somebody.http.request(method, HERE)).status_code == 403
            somebody.http.cookies.clear()
            assert (await somebody.http.request(method, HERE)).status_code == 401


async def test_without_a_folder_the_page_says_what_to_set(app: FastAPI, admin: User) -> None:
    app.state.settings = app.state.settings.model_copy(update={"backup_folder": None})
    refused = await admin.http.post(HERE)
    assert (refused.status_code, refused.json()["code"]) == (409, "backups.no_folder")
    assert "HEADWAY_BACKUP_FOLDER" in (await admin.get(HERE))["warning"]


async def test_one_that_cannot_be_written_says_why(app: FastAPI, admin: User, settings: Settings) -> None:
    assert settings.backup_folder is not None
    settings.backup_folder.write_text("in the way")
    await admin.post(HERE, status=202)
    (failed,) = (await until_done(admin))["items"]
    assert (failed["state"], failed["tried_at"]) == ("failed", None)
    assert failed["problem"] == f"{settings.backup_folder} cannot be made: File exists."


async def test_the_chore_makes_one_when_it_is_due(
    settings: Settings, database: Database, full: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    followers = []
    monkeypatch.setattr("headway.backup.starting.start", lambda *asked: followers.append(start(*asked)))
    await back_up(database, settings.model_copy(update={"backup_folder": None}), now())
    assert followers == []
    await back_up(database, settings, now())
    await asyncio.to_thread(followers[0].join, 60)
    assert full.do("SELECT means, step, ok FROM backup") == [("schedule", "tried", True)]
    await back_up(database, settings, now())
    assert len(followers) == 1
    await back_up(database, settings, now() + DAY)
    await asyncio.to_thread(followers[1].join, 60)
    assert full.do("SELECT count(*) FROM backup WHERE ok") == [(2,)]
    assert full.databases() == set()  # the scratch ones are gone


def test_only_one_at_a_time(settings: Settings, full: Place) -> None:
    with running.alone(full.settings) as mine:
        assert mine
        assert not running.run(settings, "schedule", (), lambda _, __: None)
        assert full.do(f"SELECT count(*) FROM pg_locks WHERE objid = {LOCK}") == [(1,)]
    assert full.do("SELECT count(*) FROM backup") == [(0,)]


def test_the_oldest_go_when_enough_newer_ones_are_good(
    settings: Settings, full: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.backup_folder is not None
    settings.backup_folder.mkdir()
    old = [settings.backup_folder / f"headway-2026010{day}-000000.zip" for day in range(1, 4)]
    theirs = settings.backup_folder / "holiday.zip"
    half = settings.backup_folder / "headway-20260101-000000.zip.partial"
    for file in (*old, theirs, half):
        file.write_text("")

    def no_tables(_: Settings, __: str) -> None:
        raise psycopg.errors.DiskFull("no room")

    at = now()
    for hours in (1, 2, 3):
        monkeypatch.setattr(running, "now", lambda hours=hours: at + timedelta(hours=hours))
        with pytest.raises(CannotStart, match="The tables of this backup could not be made"):
            running.run(settings, "schedule", known(full), no_tables)
    assert all(file.exists() for file in old)
    assert len(list(settings.backup_folder.iterdir())) == 3 + 1 + 1  # of those that failed the newest is kept
    assert full.do("SELECT DISTINCT ok, problem LIKE '%could not be made%' FROM backup") == [(False, True)]

    for hours in (4, 5):
        monkeypatch.setattr(running, "now", lambda hours=hours: at + timedelta(hours=hours))
        assert running.run(settings, "schedule", known(full), make_tables)
        # One good one is not enough to let go of what is there: two are to be kept.
        assert [file.exists() for file in old] == [hours == 4] * 3
    assert (theirs.exists(), half.exists()) == (True, False)
    assert len(list(settings.backup_folder.iterdir())) == 3


def known(here: Place) -> set[str]:
    with connected(here.settings) as db:
        return {str(row[0]) for row in db.execute("SELECT version_num FROM alembic_version")}


def test_when_one_is_due() -> None:
    at = now()
    assert is_due(None, DAY, at)
    assert is_due((at - DAY, True), DAY, at)
    assert not is_due((at - DAY / 2, True), DAY, at)
    assert is_due((at - timedelta(hours=1), False), DAY, at)
    assert not is_due((at - timedelta(minutes=59), None), DAY, at)


def test_when_admins_are_warned() -> None:
    at = now()
    assert "HEADWAY_BACKUP_FOLDER" in str(warning(None, False, DAY, at))
    assert warning(at - DAY, True, DAY, at) is None
    assert "The last good backup is from" in str(warning(at - 3 * DAY, True, DAY, at))
    assert warning(at - 3 * DAY, False, DAY, at) is None
    assert "The last good backup is from" in str(warning(at - 8 * DAY, False, DAY, at))
