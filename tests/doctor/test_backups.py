"""The doctor on backups: none, a good one, an old one, one that failed, and a folder that cannot be written."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from headway.clock import new_id
from headway.doctor.backups import backups
from headway.doctor.findings import Finding
from headway.postgres.outside import connected
from headway.settings import Settings

ADD = """
    INSERT INTO backup (id, file, means, at, step, tried_at, ok, problem)
    VALUES ($1, '/b/x.zip', 'schedule', now() - $2::int * interval '1 hour', 'tried', now(), $3, $4)
"""


@pytest.fixture
async def db(own: Settings) -> AsyncIterator[Any]:
    async with connected(own) as db:
        yield db
        await db.execute("DELETE FROM backup")


async def found(db: Any, own: Settings, folder: Path | None) -> Finding:
    return await backups(db, own.model_copy(update={"backup_folder": folder}))


async def test_no_backup_is_not_set_up_and_with_a_folder_a_warning(db: Any, own: Settings, tmp_path: Path) -> None:
    one = await found(db, own, None)
    assert (one.state, "HEADWAY_BACKUP_FOLDER" in str(one.fix)) == ("not set up", True)
    assert (await found(db, own, tmp_path / "new")).state == "warning"


async def test_a_good_one_is_well_until_it_is_old_or_the_next_one_fails(db: Any, own: Settings, tmp_path: Path) -> None:
    await db.execute(ADD, new_id(), 60, True, None)
    assert (await found(db, own, tmp_path)).state == "warning"
    await db.execute(ADD, new_id(), 20, True, None)
    assert (await found(db, own, tmp_path)).state == "ok"
    assert (await found(db, own, None)).state == "ok"
    await db.execute(ADD, new_id(), 1, False, "The disk is full.")
    one = await found(db, own, tmp_path)
    assert (one.state, "The disk is full." in one.figure) == ("warning", True)


async def test_a_folder_that_is_a_file_is_wrong(db: Any, own: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert (await found(db, own, tmp_path / "file")).state == "wrong"


async def test_tables_from_before_are_not_checked(own: Settings) -> None:
    async with connected(own) as db:
        await db.execute("ALTER TABLE backup RENAME TO elsewhere")
        try:
            assert (await found(db, own, None)).state == "not checked"
        finally:
            await db.execute("ALTER TABLE elsewhere RENAME TO backup")
