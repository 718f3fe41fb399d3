"""Checks of the database and the lab, each made to fail."""

from datetime import timedelta
from pathlib import Path

import pytest

from headway.clock import now
from headway.doctor import database
from headway.doctor.lab import last_lab_run
from headway.postgres.outside import connected
from headway.runs import kept
from headway.settings import Settings
from tests.databases import empty_database
from tests.lab.results import result


async def test_a_sound_database_passes(own: Settings, tmp_path: Path) -> None:
    async with connected(own) as db:
        findings = [
            await database.postgres_version(db, "here"),
            await database.at_head(db),
            await database.connections(db, own),
            await database.disk(db, tmp_path, little=1, too_little=1),
            await database.clocks(db),
        ]
    assert [(one.name, one.state, one.fix) for one in findings] == [
        (name, "ok", None) for name in ("PostgreSQL", "Migrations", "Connections", "Disk", "Clock")
    ]


async def test_an_old_postgresql(own: Settings) -> None:
    async with connected(own) as db:
        finding = await database.postgres_version(db, "here", oldest=99)
    assert (finding.state, finding.fix) == ("wrong", "Upgrade it to 99 or newer.")


async def test_tables_that_are_missing_old_or_too_new(database_url: str) -> None:
    with empty_database(database_url, migrated=False) as url:
        async with connected(Settings(database_url=url)) as db:
            finding = await database.at_head(db)
            assert (finding.state, finding.fix) == ("wrong", "headway migrate")
            assert "no tables" in finding.figure
            await db.execute("CREATE TABLE alembic_version (version_num text)")
            await db.execute("INSERT INTO alembic_version VALUES ('2026_11_22_first_light')")
            finding = await database.at_head(db)
            assert (finding.state, finding.fix) == ("wrong", "headway migrate")
            assert "at 2026_11_22_first_light, " in finding.figure
            await db.execute("UPDATE alembic_version SET version_num = '2031_01_01_far'")
            finding = await database.at_head(db)
            assert (finding.state, finding.fix) == ("wrong", "Install that version again.")
            assert "newer" in finding.figure


async def test_more_connections_than_the_database_gives(own: Settings) -> None:
    async with connected(own) as db:
        many = own.model_copy(update={"workers": 64})
        finding = await database.connections(db, many)
        assert finding.state == "wrong"
        assert finding.figure.startswith("960 of ")
        name = own.database().name
        await db.execute(f"ALTER DATABASE {name} CONNECTION LIMIT 12")
        try:
            finding = await database.connections(db, own)
        finally:
            await db.execute(f"ALTER DATABASE {name} CONNECTION LIMIT -1")
        assert finding.state == "wrong"
        assert finding.figure.startswith("15 of 12: 1 worker × (10 + 5)")
        assert "HEADWAY_POOL_SIZE" in str(finding.fix)


async def test_a_disk_that_runs_full(own: Settings, tmp_path: Path) -> None:
    huge = 10**18
    async with connected(own) as db:
        assert (await database.disk(db, tmp_path, little=huge, too_little=1)).state == "warning"
        finding = await database.disk(db, tmp_path, little=huge, too_little=huge)
        assert (finding.state, str(tmp_path) in str(finding.fix)) == ("wrong", True)
        elsewhere = await database.disk(db, None)
    assert elsewhere.state == "not checked"
    assert "cannot be seen from here" in elsewhere.figure


@pytest.mark.parametrize(("seconds", "state", "side"), [(-5, "warning", "ahead of"), (90, "wrong", "behind")])
async def test_clocks_that_are_apart(own: Settings, seconds: int, state: str, side: str) -> None:
    async with connected(own) as db:
        finding = await database.clocks(db, here=lambda: now() + timedelta(seconds=seconds))
    assert finding.state == state
    assert f".0 s {side} this machine" in finding.figure
    assert "NTP" in str(finding.fix)


def test_the_last_lab_run(tmp_path: Path) -> None:
    assert (last_lab_run(tmp_path).state, last_lab_run(tmp_path).fix) == ("not set up", "headway lab run")
    run = result()
    kept.save(tmp_path, run)
    finding = last_lab_run(tmp_path)
    assert finding.state == "ok"
    holds = sum(claim.verdict == "does not hold" for claim in run.claims)
    assert f"{holds} does not hold" in finding.figure
    later = {"id": "2026-11-24-interrupted", "started_at": run.started_at + timedelta(days=1), "ended": "interrupted"}
    kept.save(tmp_path, run.model_copy(update=later))
    assert (last_lab_run(tmp_path).state, last_lab_run(tmp_path).fix) == ("warning", "headway lab run")


def test_a_damaged_lab_run(tmp_path: Path) -> None:
    kept.save(tmp_path, result())
    file = next(kept.folder(tmp_path).glob("*.json"))
    file.write_text(file.read_text()[:1_000])
    finding = last_lab_run(tmp_path)
    assert finding.state == "warning"
    assert file.name in finding.figure
    assert "Delete it" in str(finding.fix)
