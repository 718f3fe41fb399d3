"""What a restore needs from the floors above `backup`: the migrations, the home, and what is done before it is seen."""

import contextlib
from collections.abc import Iterator

from psycopg import sql
from sqlalchemy.orm import Session

from headway.audit.record import audit_now
from headway.backup.catalog import connected, is_there
from headway.console import CannotStart, Say
from headway.db import batch_engine
from headway.migrations.known import migrations_here
from headway.migrations.run import migrate
from headway.postgres.embedded import EmbeddedDatabase
from headway.postgres.lock import Held
from headway.postgres.outside import check_outside_database
from headway.settings import Settings

# Who was signed in when the backup was made may have been signed out for a reason since; and links that were in the
# mail then were perhaps used since.
SIGNED_IN = ("presence", "challenge", "sign_in_ticket", "sign_in_under_way", "mailed_link", "sign_in")


def revisions_here() -> set[str]:
    """Every revision that this Headway can make and bring up to date."""
    return migrations_here()[0]


def make_tables(settings: Settings, revision: str) -> None:
    """The tables of a revision, in an empty database."""
    migrate(settings.sync_url, revision)


def finish(settings: Settings) -> None:
    """Brings a restored database up to date, ends every session in it, and writes down what was done."""
    migrate(settings.sync_url)
    with connected(settings) as db, db.transaction():
        for table in SIGNED_IN:
            if is_there(db, table):
                db.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        db.execute("DELETE FROM backup WHERE step = 'writing'")  # the row of the backup itself, which was being made
    engine = batch_engine(settings)
    with Session(engine) as session, session.begin():
        audit_now(session, "backup.restored", by=None, means="cli")
    engine.dispose()


@contextlib.contextmanager
def at_home(settings: Settings, say: Say) -> Iterator[tuple[Settings, bool]]:
    """(Settings that lead to the database, whether its server runs for us alone). No Headway may be serving."""
    if settings.database_url is not None:
        check_outside_database(settings)
        yield settings, False
        return
    database = EmbeddedDatabase(settings.home, binaries=settings.postgres_bin, say=say)
    try:
        database.take()
    except Held as held:
        raise CannotStart(
            f"{settings.home} is in use by a Headway (process {held.pid}). Stop it, then restore. Nothing was changed."
        ) from None
    try:
        yield settings.model_copy(update={"database_url": database.start().normal_url()}), True
    finally:
        database.stop()
        database.release()
