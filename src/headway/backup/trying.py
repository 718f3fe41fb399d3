"""Trying a backup: it is restored into a scratch database, compared row by row, and the database dropped again."""

import time
from collections.abc import Collection
from pathlib import Path

from headway.backup.archive import opened
from headway.backup.loading import MakeTables, load
from headway.backup.scratch import scratch_database
from headway.backup.taking import Progress, nowhere
from headway.console import CannotStart
from headway.settings import Settings


def try_restore(
    settings: Settings, file: Path, known: Collection[str], make_tables: MakeTables, progress: Progress = nowhere
) -> float:
    """The seconds it took. Raises CannotStart where the backup is not good, or there may be no scratch database."""
    began = time.monotonic()
    with opened(file) as archive:
        if archive.manifest.schema_revision not in known:
            raise CannotStart(f"{file} is of a newer Headway's tables, which this version cannot make.")
        with scratch_database(settings) as scratch:
            load(scratch.settings, archive, make_tables, progress)
    return time.monotonic() - began
