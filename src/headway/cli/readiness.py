"""Makes a database ready to be served: looked over, migrated, known to be the demo or not, with a way in.

Plain psycopg and no models: importing those takes longer than all the rest of a warm start.
"""

import secrets
from hashlib import sha256
from typing import Any

import psycopg
from psycopg.errors import UndefinedTable

from headway.console import CannotStart, Say
from headway.migrations.known import migrations_here
from headway.settings import Settings

Connection = psycopg.Connection[Any]


def make_ready(settings: Settings, *, is_embedded: bool, say: Say) -> list[str]:
    """Returns what the console shows once the server is ready."""
    if not is_embedded:
        from headway.postgres.outside import check_outside_database

        check_outside_database(settings)
    try:
        with psycopg.connect(settings.plain_url, autocommit=True, connect_timeout=10) as db:
            if settings.demo:
                where = str(settings.home) if is_embedded else settings.database().where()
                refuse_unless_demo(db, where)
            bring_up_to_date(db, settings, say)
            if not settings.demo:
                with db.transaction():
                    return _way_in(db, settings)
        from headway.cli.demo_people import demo_people

        return demo_people(settings, say)
    except psycopg.Error as error:
        raise CannotStart(f"The database refused: {str(error).splitlines()[0]}.") from None


def refuse_unless_demo(db: Connection, where: str) -> None:
    """Before anything is written: the demo only goes where nobody has an account yet, or where it is already."""
    try:
        row = db.execute(
            "SELECT demo OR NOT EXISTS (SELECT FROM person WHERE NOT placeholder) FROM instance"
        ).fetchone()
        is_demo = row is None or bool(row[0])
    except UndefinedTable:
        tables = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() LIMIT 1"
        is_demo = db.execute(tables).fetchone() is None
    if not is_demo:
        raise CannotStart(f"{where} is not a demo, so --demo leaves it alone. Choose an empty folder with --home.")


def bring_up_to_date(db: Connection, settings: Settings, say: Say) -> None:
    try:
        row = db.execute("SELECT version_num FROM alembic_version").fetchone()
    except UndefinedTable:
        row = None
    known, newest = migrations_here()
    if row is not None and row[0] == newest:
        return
    if row is not None and row[0] not in known:
        raise CannotStart(f"The database was last used by a newer Headway (it is at {row[0]}). Install that version.")
    say("Database: making the tables" if row is None else "Database: bringing the tables up to date")
    from sqlalchemy.exc import DBAPIError

    from headway.migrations.run import migrate

    try:
        migrate(settings.sync_url)
    except DBAPIError as error:
        reason = str(error.orig).splitlines()[0]
        raise CannotStart(f"The tables could not be brought up to date, and are as before: {reason}.") from None


def _way_in(db: Connection, settings: Settings) -> list[str]:
    db.execute("INSERT INTO instance (id, demo, created_at) VALUES (1, false, now()) ON CONFLICT DO NOTHING")
    if db.execute("SELECT 1 FROM person WHERE NOT placeholder LIMIT 1").fetchone():
        db.execute("UPDATE instance SET setup_token_hash = NULL WHERE setup_token_hash IS NOT NULL")
        return []
    if settings.is_loopback:
        db.execute("UPDATE instance SET setup_token_hash = NULL")
        return ["Open the address below to create the owner's account."]
    token = secrets.token_urlsafe(32)
    db.execute("UPDATE instance SET setup_token_hash = %s", [sha256(token.encode()).digest()])
    return [f"Create the owner's account with this link, once: {settings.public_url}/setup#{token}"]
