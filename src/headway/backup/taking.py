"""Making a backup: every table as it is at one moment, while everybody goes on working."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from psycopg import sql

from headway.backup.archive import ArchiveWriter
from headway.backup.catalog import (
    SEQUENCES,
    SERVER,
    Connection,
    TableOf,
    connected,
    fingerprint,
    read_exactly,
    revision_of,
    tables_of,
    told_in_one_line,
)
from headway.backup.manifest import FORMAT, MEMBER, Manifest, Table
from headway.clock import now
from headway.console import CannotStart
from headway.settings import Settings

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that was made: size in bytes, time in seconds."""

    file: Path
    bytes: int
    seconds: float
    manifest: Manifest


def nowhere(_: str, __: float) -> None:
    """For callers without a console."""


def take(settings: Settings, file: Path, progress: Progress = nowhere) -> Taken:
    """Writes a backup of the database that `settings` lead to. It is there whole, or not at all.

    Args:
        progress: told which table it has come to, and the share that is done, from 0 to 1.

    Raises:
        CannotStart: the file exists or cannot be written, the disk is full, the database refuses.
    """
    began = time.monotonic()
    # The file first: a folder that cannot be written should not cost a look at the whole database.
    with ArchiveWriter(file) as archive, connected(settings) as db, told_in_one_line(), db.transaction():
        # One snapshot for all that follows: what is committed from here on is not in it, whatever it touches.
        db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        read_exactly(db)
        manifest = write_tables(db, archive, progress)
        size = archive.publish(manifest)
    return Taken(file, size, time.monotonic() - began, manifest)


def write_tables(db: Connection, archive: ArchiveWriter, progress: Progress) -> Manifest:
    """Every table's rows and checksum, in the transaction's snapshot."""
    schema = revision_of(db)
    if schema is None:
        raise CannotStart("There are no tables of Headway's in this database yet, so there is nothing to back up.")
    taken_at = now()
    found = tables_of(db)
    row = db.execute(SERVER).fetchone()
    assert row is not None
    tables = []
    for done, table in enumerate(found):
        progress(table.name, done / len(found))
        tables.append(write_table(db, archive, table))
    return Manifest(
        format=FORMAT,
        headway=version("headway"),
        schema_revision=schema,
        server=str(row[0]),
        taken_at=taken_at,
        tables=tables,
        # A sequence knows no snapshots: read last, it is at or beyond every number in the tables.
        sequences={name: value for name, value in db.execute(SEQUENCES) if value is not None},
        members=archive.members,
    )


def write_table(db: Connection, archive: ArchiveWriter, table: TableOf) -> Table:
    """One table as COPY writes it: text that every PostgreSQL reads."""
    name = f"tables/{table.name}"
    if not MEMBER.fullmatch(name):  # nobody's of ours; somebody has put a table of theirs in here
        name = f"tables/{len(archive.members)}"
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table.name), table.listed)
    with archive.member(name) as sink, db.cursor() as cursor:
        with cursor.copy(statement) as rows:
            for piece in rows:
                sink.write(piece)
        copied = cursor.rowcount
    count, checksum = fingerprint(db, table)
    if count != copied:
        raise CannotStart(f"Table {table.name} gave {copied} rows and counts {count}. No backup was made.")
    return Table(name=table.name, columns=list(table.columns), rows=count, checksum=checksum, member=name)
