"""A database of a test's own with people in it, and the commands as their users run them."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from headway.backup.catalog import connected, fingerprints
from headway.cli.restoring import SIGNED_IN
from headway.clock import new_id
from headway.database_url import parse_database_url
from headway.migrations.known import migrations_here
from headway.settings import Settings
from tests.processes import clean_environment

RELEASES = {path.stem: path for path in sorted((Path(__file__).parents[1] / "migrations").glob("*.sql"))}
# Those that have something before them: the last one may have today's tables already.
BEHIND = [name for name, path in RELEASES.items() if f"VALUES ('{migrations_here()[1]}')" not in path.read_text()]
NEWEST = max(BEHIND)
# What a restore changes on purpose: sessions and what is half-way to one end, it is written down, and the row of the
# backup in the making goes.
CHANGED = {*SIGNED_IN, "audit_entry", "backup"}
Prints = dict[str, tuple[int, str]]


@dataclass
class Place:
    """A database, and a folder for files."""

    settings: Settings
    folder: Path

    @property
    def env(self) -> dict[str, str]:
        """What makes a command use it."""
        url = self.settings.database_url
        assert url is not None
        return clean_environment({"HEADWAY_DATABASE_URL": url, "HEADWAY_HOME": str(self.folder / "home")})

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """`headway …`, with its console to read."""
        line = [sys.executable, "-m", "headway.cli.main", *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(line, env=self.env, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`headway …`, to its end."""
        with self.start(*arguments) as process:
            out, err = process.communicate(timeout=120)
            return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def ran(self, *arguments: str) -> str:
        """What it printed; it has to go well."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refused(self, *arguments: str) -> str:
        """The one line with which it ended."""
        done = self.run(*arguments)
        assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        lines = [line for line in done.stderr.splitlines() if line.startswith("headway: ")]
        assert len(lines) == 1, done.stderr
        return lines[0].removeprefix("headway: ")

    def prints(self, *without: str) -> Prints:
        """Every table's rows and checksum."""
        with connected(self.settings) as db:
            return {name: found for name, found in fingerprints(db).items() if name not in without}

    def do(self, statement: str) -> list[tuple[object, ...]]:
        """Runs a statement in it."""
        with psycopg.connect(self.settings.plain_url, autocommit=True) as db:
            cursor = db.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def databases(self) -> set[str]:
        """Those that a restore may leave behind: scratch ones, and what was replaced."""
        name = self.settings.database().name
        found = self.do(f"SELECT datname FROM pg_database WHERE datname ~ '^(headway_scratch_|{name}_before)'")
        return {str(row[0]) for row in found}


@contextlib.contextmanager
def place(database_url: str, folder: Path, *, like: Place | None = None) -> Iterator[Place]:
    """A place of its own: empty, without even tables, or like another one, which nobody may be using."""
    name = f"place_{new_id().hex}"
    here = Place(Settings(database_url=replace(parse_database_url(database_url), name=name).normal_url()), folder)
    template = like.settings.database().name if like else "template0"
    with psycopg.connect(Settings(database_url=database_url).plain_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        before = here.databases()
        try:
            yield here
        finally:
            for one in {name, *(here.databases() - before)}:
                ours = "FROM pg_stat_activity WHERE datname = %s AND usename = current_user"
                server.execute(f"SELECT pg_terminate_backend(pid) {ours}".encode(), [one])
                server.execute(f"DROP DATABASE IF EXISTS {one}".encode())


@contextlib.contextmanager
def released(database_url: str, folder: Path, release: str = NEWEST) -> Iterator[Place]:
    """A place with a release's data, as that release left it."""
    with place(database_url, folder) as here:
        with psycopg.connect(here.settings.plain_url) as db:
            db.execute(RELEASES[release].read_bytes())
        yield here


def as_root() -> bool:
    """Whether permissions mean nothing here."""
    return os.geteuid() == 0
