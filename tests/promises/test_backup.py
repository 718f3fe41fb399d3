"""P11: a backup made under load is one moment, comes back identical, and is refused when it is not whole."""

import asyncio
import itertools
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql

from headway.backup.archive import opened
from headway.backup.catalog import connected, fingerprint, fingerprints, tables_of
from headway.backup.loading import load
from headway.cli.restoring import make_tables
from headway.settings import Settings
from tests.backup.place import CHANGED, Place, place
from tests.processes import Headway
from tests.promises.stage import WHOLE, Client, Stage, report, stage
from tests.promises.test_imports import bring_in

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1800 if WHOLE else 300)]

PEOPLE, WRITES = 4, 100.0  # people; writes a second of all of them together
BEFORE, TASKS = (60.0, 20_000) if WHOLE else (2.0, 0)
ROUNDS = 5 if WHOLE else 1
LATER = 0.5  # an acknowledgement so long after the end was of a write from after it


async def write(client: Client, project: str, stop: asyncio.Event, acknowledged: dict[str, float]) -> None:
    """Creates and changes tasks, every one at its time; notes when each creation was acknowledged."""
    every = PEOPLE / WRITES
    began = time.monotonic()
    for number in itertools.count():
        if stop.is_set():
            return
        await asyncio.sleep(max(0.0, began + number * every - time.monotonic()))
        made = await client.once("POST", f"/api/projects/{project}/tasks", {"title": f"Task {number}"})
        assert made.status == 201, made
        acknowledged[made.body["id"]] = time.monotonic()


async def backed_up(setting: Stage, file: Path) -> str:
    """`headway backup`, as a process beside the server; what it said."""
    command = Headway("backup", str(file), home=setting.server.home)
    code = await asyncio.to_thread(command.process.wait, 600)
    command.finish()
    assert code == 0, command.errors
    return command.lines[0]


async def test_a_backup_under_load_comes_back_identical(server: Headway, tmp_path: Path, database_url: str) -> None:
    async with stage(server) as setting:
        people = [await setting.member(n) for n in range(PEOPLE)]
        if TASKS:
            await many_tasks(setting, TASKS)
        stop, acknowledged = asyncio.Event(), dict[str, float]()
        made: list[tuple[Path, float, float]] = []
        started = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for person in people:
                group.create_task(write(person, setting.project_id, stop, acknowledged))
            for number in range(ROUNDS):
                await asyncio.sleep(BEFORE / ROUNDS)
                began = time.monotonic()
                said = await backed_up(setting, tmp_path / f"{number}.zip")
                made.append((tmp_path / f"{number}.zip", began, time.monotonic()))
                report("Backup under load", said=said.partition(": ")[2])
            await asyncio.sleep(2 * LATER)
            stop.set()
        rate = len(acknowledged) / (time.monotonic() - started)
        report("Writes meanwhile", acknowledged=len(acknowledged), a_second=f"{rate:.0f}")
    for file, began, ended in made:
        with place(database_url, tmp_path) as other:
            await asyncio.to_thread(check, file, other, acknowledged, began, ended)


async def many_tasks(setting: Stage, count: int) -> None:
    """Something to read for a while."""
    await asyncio.to_thread(bring_in, setting.server, setting.server.home, count)


def check(file: Path, other: Place, acknowledged: dict[str, float], began: float, ended: float) -> None:
    """Restores it as its user would, and as it was; compares by three different ways."""
    with opened(file) as archive:
        load(other.settings, archive, make_tables)
        told = {table.name: (table.rows, table.checksum) for table in archive.manifest.tables}
    assert other.prints() == told
    assert as_copied(other.settings) == members(file)
    one_moment(other, acknowledged, began, ended)
    # By the door that people use: all but what a restore changes on purpose.
    with place(other.settings.database_url or "", other.folder) as door:
        door.ran("restore", str(file))
        assert door.prints(*CHANGED) == {name: found for name, found in told.items() if name not in CHANGED}


def members(file: Path) -> dict[str, list[bytes]]:
    """Each table's lines, in order: a comparison that knows nothing of checksums."""
    with zipfile.ZipFile(file) as archive:
        names = [name for name in archive.namelist() if name.startswith("tables/")]
        return {name.partition("/")[2]: sorted(archive.read(name).splitlines()) for name in names}


def as_copied(settings: Settings) -> dict[str, list[bytes]]:
    found = {}
    with connected(settings) as db, db.transaction():
        db.execute("SET LOCAL timezone = 'UTC'")
        for table in tables_of(db):
            statement = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table.name), table.listed)
            with db.cursor().copy(statement) as rows:
                found[table.name] = sorted(b"".join(map(bytes, rows)).splitlines())
    return found


def one_moment(other: Place, acknowledged: dict[str, float], began: float, ended: float) -> None:
    """Everything acknowledged before it began is in it, nothing from after its end; and no change is half in it."""
    there = {str(row[0]) for row in other.do("SELECT id FROM task")}
    before = {task for task, at in list(acknowledged.items()) if at < began}
    after = {task for task, at in list(acknowledged.items()) if at > ended + LATER}
    assert before
    assert after
    assert before <= there
    assert not after & there
    torn = other.do(
        """
        SELECT t.name, t.revision, max(e.revision), count(e.*) FROM topic t LEFT JOIN event e ON e.topic = t.name
        GROUP BY t.name HAVING t.revision <> coalesce(max(e.revision), 0) OR t.revision <> count(e.*)
        """
    )
    assert torn == []
    untold = "SELECT id FROM task k WHERE NOT EXISTS (SELECT FROM happened h WHERE h.entity_id = k.id)"
    assert other.do(untold) == []


def test_checksums_see_every_difference_and_no_order(database_url: str, tmp_path: Path) -> None:
    """Two tables with the same rows in another order are the same; one value, one row, one row twice are not."""
    with place(database_url, tmp_path) as here, connected(here.settings) as db:
        db.execute("CREATE TABLE a (id int, word text, at timestamptz, data jsonb)")
        values = "SELECT n, 'w' || n, timestamptz '2026-01-01' + n * interval '1 s', jsonb_build_object('n', n)"
        db.execute(f"INSERT INTO a {values} FROM generate_series(1, 50) n".encode())
        (table,) = tables_of(db)
        same: Any = fingerprint(db, table)
        db.execute("CREATE TABLE b AS SELECT * FROM a ORDER BY id DESC; DROP TABLE a; ALTER TABLE b RENAME TO a")
        assert fingerprints(db)["a"] == same
        changes = (
            "UPDATE a SET word = 'w-1' WHERE id = 1",
            "UPDATE a SET word = NULL WHERE id = 1",
            "UPDATE a SET at = at + interval '1 us' WHERE id = 7",
            "UPDATE a SET word = CASE id WHEN 1 THEN 'w2' ELSE 'w1' END WHERE id <= 2",
            "DELETE FROM a WHERE id = 50",
            "INSERT INTO a SELECT * FROM a WHERE id = 3",
            "INSERT INTO a SELECT * FROM a; DELETE FROM a WHERE id > 25",
        )
        for change in changes:
            with db.transaction(force_rollback=True):
                db.execute(change.encode())
                assert fingerprint(db, table) != same, change
