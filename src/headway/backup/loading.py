"""Filling an empty database of the right tables from an archive, and comparing what is there then with what was.

The archive holds rows, no SQL: the tables are made by this Headway's own migrations, so a backup from a stranger cannot
make the server do anything.
"""

from collections.abc import Callable

from psycopg import sql

from headway.backup.archive import Archive
from headway.backup.catalog import (
    Connection,
    TableOf,
    connected,
    fingerprint,
    read_exactly,
    revision_of,
    tables_of,
    told_in_one_line,
)
from headway.backup.manifest import Manifest, Table
from headway.backup.taking import Progress, nowhere
from headway.console import CannotStart
from headway.settings import Settings

# Makes the tables of a revision in an empty database: the migrations are a floor above.
MakeTables = Callable[[Settings, str], None]

KEYS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND conparentid = 0 ORDER BY 1, 2
"""


def load(settings: Settings, archive: Archive, make_tables: MakeTables, progress: Progress = nowhere) -> list[str]:
    """Puts a backup's rows into an empty database and checks every table. In one transaction, after the tables.

    Returns:
        Tables that were left out, because they are none of Headway's.

    Raises:
        CannotStart: what is there afterwards is not what the manifest says.
    """
    manifest = archive.manifest
    with told_in_one_line("The tables of this backup could not be made"):
        make_tables(settings, manifest.schema_revision)
    with connected(settings) as db, told_in_one_line("The backup's rows do not fit"), db.transaction():
        if revision_of(db) != manifest.schema_revision:
            raise CannotStart(f"The tables of {manifest.schema_revision} could not be made.")
        read_exactly(db)
        wanted, left_out = matched(db, manifest)
        keys = let_go_of_keys(db)
        for done, (table, told) in enumerate(wanted):
            progress(told.name, 0.7 * done / len(wanted))
            fill(db, archive, table, told)
        for name, value in manifest.sequences.items():
            set_sequence(db, name, value)
        for relation, name, definition in keys:  # each checks all rows
            words = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}")
            db.execute(words.format(sql.SQL(relation), sql.Identifier(name), sql.SQL(definition)))
        for done, (table, told) in enumerate(wanted):
            progress(told.name, 0.7 + 0.3 * done / len(wanted))
            compare(db, table, told)
    with connected(settings) as db, told_in_one_line():
        db.execute("ANALYZE")
    return left_out


def matched(db: Connection, manifest: Manifest) -> tuple[list[tuple[TableOf, Table]], list[str]]:
    """The database's tables beside the archive's."""
    here = {table.name: table for table in tables_of(db)}
    there = {table.name: table for table in manifest.tables}
    missing = sorted(here.keys() - there.keys())
    if missing:
        raise CannotStart(f"This backup lacks the table {missing[0]}. It was not made by headway backup.")
    for name, table in here.items():
        if set(table.columns) != set(there[name].columns):
            raise CannotStart(f"Table {name} of this backup has other columns than {manifest.schema_revision} has.")
    return [(here[name], there[name]) for name in sorted(here)], sorted(there.keys() - here.keys())


def let_go_of_keys(db: Connection) -> list[tuple[str, str, str]]:
    """Drops the foreign keys, so that tables can come in any order and refer to each other; they are put back after."""
    keys = db.execute(KEYS).fetchall()
    for relation, name, _ in keys:
        db.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.SQL(relation), sql.Identifier(name)))
    return [(str(relation), str(name), str(definition)) for relation, name, definition in keys]


def fill(db: Connection, archive: Archive, table: TableOf, told: Table) -> None:
    """One table's rows, without its triggers: these were run when the rows were written."""
    name = sql.Identifier(table.name)
    columns = sql.SQL(", ").join(map(sql.Identifier, told.columns))
    db.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
    db.execute(sql.SQL("DELETE FROM {}").format(name))  # what a migration has put there
    with db.cursor() as cursor, cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(name, columns)) as rows:
        for piece in archive.chunks(told.member):
            rows.write(piece)
    db.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(name))


def set_sequence(db: Connection, name: str, value: int) -> None:
    """Goes on counting where it was. One that is not here belonged to a table that was left out."""
    row = db.execute("SELECT 1 FROM pg_sequences WHERE schemaname = current_schema() AND sequencename = %s", [name])
    if row.fetchone():
        db.execute("SELECT setval(quote_ident(%s)::regclass, %s)", [name, value])


def compare(db: Connection, table: TableOf, told: Table) -> None:
    """The rows are those that were there when the backup was made."""
    rows, checksum = fingerprint(db, table)
    if (rows, checksum) != (told.rows, told.checksum):
        raise CannotStart(
            f"Table {table.name} came back with {rows:,} rows and another checksum than the {told.rows:,} that were "
            "backed up. Nothing was changed."
        )
