"""What is in a database: its tables, how many rows each has, and what these add up to.

Sync psycopg, for batch commands. Statements name tables without a schema, as all of Headway does.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from headway.console import CannotStart
from headway.settings import Settings

Connection = psycopg.Connection[Any]
NAME = "headway-backup"

# Rows as text must read the same from every server and session; and what takes long takes long.
EXACT = {
    "timezone": "UTC",
    "datestyle": "ISO, MDY",
    "intervalstyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "transaction_timeout": "0",
}
SET_EXACT = "SELECT set_config(name, %s::jsonb->>name, true) FROM pg_settings WHERE name = ANY (%s)"
# Not what cannot outlive a crash anyway (unlogged), not what belongs to an extension, not what is computed.
TABLES = """
    SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relpersistence = 'p'
      AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND c.relname <> 'alembic_version'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                      AND d.deptype = 'e')
    GROUP BY c.relname ORDER BY c.relname
"""
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()"
# Two halves of 60 bits: what fits a bigint as a positive number.
FINGERPRINT = """
    SELECT count(*), concat(coalesce(sum(('x' || substr(h, 1, 15))::bit(60)::bigint), 0), '-',
                            coalesce(sum(('x' || substr(h, 17, 15))::bit(60)::bigint), 0))
    FROM (SELECT encode(sha256(convert_to(ROW({columns})::text, 'UTF8')), 'hex') AS h FROM {table}) AS hashed
"""
SERVER = "SELECT current_setting('server_version')"
REVISION = "SELECT version_num FROM alembic_version"


@dataclass(frozen=True, slots=True)
class TableOf:
    """A table as it is in a database: its name, and the columns that hold something of their own."""

    name: str
    columns: tuple[str, ...]

    @property
    def listed(self) -> sql.Composed:
        """The columns, with commas between."""
        return sql.SQL(", ").join(map(sql.Identifier, self.columns))


@contextlib.contextmanager
def connected(settings: Settings) -> Iterator[Connection]:
    """A connection of a batch command's own, without limits and without prepared statements."""
    with told_in_one_line():
        connection = psycopg.connect(
            settings.plain_url,
            autocommit=True,
            connect_timeout=10,
            prepare_threshold=None,
            application_name=APPLICATION,
        )
    with connection:
        yield connection


APPLICATION = "headway-backup"


@contextlib.contextmanager
def told_in_one_line(doing: str = "The database refused") -> Iterator[None]:
    """What PostgreSQL says goes wrong, as one line without what anybody wrote."""
    try:
        yield
    except psycopg.Error as error:
        said = error.diag.message_primary or next(iter(str(error).splitlines()), type(error).__name__)
        raise CannotStart(f"{doing}: {said}.") from None


def read_exactly(db: Connection) -> None:
    """Settles, for the transaction that has begun, how values read as text, and takes the limits away."""
    import orjson

    db.execute(SET_EXACT, [orjson.dumps(EXACT).decode(), list(EXACT)])


def tables_of(db: Connection) -> list[TableOf]:
    """Every table that a backup holds, by name."""
    return [TableOf(name, tuple(columns)) for name, columns in db.execute(TABLES)]


def fingerprint(db: Connection, table: TableOf) -> tuple[int, str]:
    """(rows, checksum). The checksum adds up each row's SHA-256, so that the order does not matter and doubles do."""
    statement = sql.SQL(FINGERPRINT).format(columns=table.listed, table=sql.Identifier(table.name))
    row = db.execute(statement).fetchone()
    assert row is not None
    return int(row[0]), str(row[1])


def fingerprints(db: Connection) -> dict[str, tuple[int, str]]:
    """Of every table, in one snapshot: two databases with the same have the same rows."""
    with db.transaction():
        db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        read_exactly(db)
        return {table.name: fingerprint(db, table) for table in tables_of(db)}


def is_there(db: Connection, table: str) -> bool:
    """Asked first inside a transaction, which the refusal of a missing table would end."""
    row = db.execute("SELECT to_regclass(%s) IS NOT NULL", [table]).fetchone()
    return bool(row and row[0])


def revision_of(db: Connection) -> str | None:
    """Which migration the tables are at; None where there are none of Headway's."""
    row = db.execute(REVISION).fetchone() if is_there(db, "alembic_version") else None
    return str(row[0]) if row else None


def has_people(db: Connection) -> bool:
    """Whether anybody has an account here: then this is somebody's, and not to be overwritten unasked."""
    return is_there(db, "person") and db.execute("SELECT 1 FROM person LIMIT 1").fetchone() is not None
