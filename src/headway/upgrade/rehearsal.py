"""An upgrade on trial: a backup is restored aside and brought to this version's tables, and looked over."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from headway.backup.archive import opened
from headway.backup.catalog import connected, told_in_one_line
from headway.backup.loading import MakeTables, load
from headway.backup.scratch import scratch_database
from headway.backup.taking import Progress, nowhere
from headway.console import Say, quiet
from headway.settings import Settings
from headway.upgrade.invariants import Check, compare, history_agrees, keys_hold, standing

# Brings a database up to date, and tells each revision and the seconds it took.
Migrate = Callable[[str, str, Callable[[str, float], None]], None]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What was found. `steps`: each migration and its seconds."""

    file: Path
    since: str
    until: str
    restored_in: float
    steps: list[tuple[str, float]]
    checks: list[Check]

    @property
    def ok(self) -> bool:
        """Whether the real one may follow."""
        return all(check.ok for check in self.checks)


def rehearse(
    settings: Settings,
    file: Path,
    newest: str,
    make_tables: MakeTables,
    migrate: Migrate,
    say: Say = quiet,
    progress: Progress = nowhere,
) -> Rehearsal:
    """Nothing but a scratch database is touched, and that is dropped afterwards.

    Raises:
        CannotStart: the backup is no good, or a migration fails on it.
    """
    began, steps = time.monotonic(), list[tuple[str, float]]()
    with opened(file) as archive, scratch_database(settings) as scratch:
        say(f"Restoring {file} aside")
        load(scratch.settings, archive, make_tables, progress)
        restored_in, since = time.monotonic() - began, archive.manifest.schema_revision
        with connected(scratch.settings) as db, told_in_one_line():
            before = standing(db)
        say("Bringing it to this version's tables")
        with told_in_one_line("A migration failed on the backup; the real database is as it was"):
            migrate(scratch.settings.sync_url, newest, lambda revision, seconds: steps.append((revision, seconds)))
        say("Looking it over")
        with connected(scratch.settings) as db, told_in_one_line():
            checks = [*compare(before, standing(db)), keys_hold(db), history_agrees(db)]
    return Rehearsal(file, since, newest, restored_in, steps, checks)
