"""P12: an upgrade from every release goes on under people who work, survives kills, and is rehearsed before."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from headway.backup.catalog import Connection, connected, revision_of
from headway.clock import new_id
from headway.migrations import versions
from headway.migrations.known import migrations_here
from headway.migrations.run import migrate, missing
from headway.upgrade.invariants import compare, history_agrees, keys_hold, standing
from tests.backup.place import BEHIND, NEWEST, Place, released
from tests.processes import wait_until
from tests.promises.stage import WHOLE, report, spread

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1800 if WHOLE else 300)]

STALL = 0.5  # seconds, judged in the soak; here five times as long
MANY = 30_000 if WHOLE else 300  # tasks and their events, besides what the release has
WRITERS, PAUSE = 4, 0.02
EVERY = 1 if WHOLE else 4  # which steps are killed
# What every release since the first does when somebody changes a task: in one transaction, the counter last.
CHANGE = """
    UPDATE task SET title = title || '.', version = version + 1, updated_at = now() WHERE id = %(task)s RETURNING id
"""
COUNT = (
    "UPDATE topic SET revision = revision + 1, last_at = clock_timestamp() WHERE name = %(topic)s RETURNING revision"
)
WHY = "INSERT INTO change_set (id, means, created_at) VALUES (%(id)s, 'web', now())"
SAY = """
    INSERT INTO event (topic, revision, change_set_id, kind, entity_id, before, after, at)
    VALUES (%(topic)s, %(revision)s, %(id)s, 'task.changed', %(task)s, '{"version": 1}', '{"version": 2}', now())
"""
BOARD = """
    SELECT t.id, t.title, s.name FROM task t JOIN state s ON s.id = t.state_id WHERE t.project_id = %(project)s LIMIT 50
"""
MORE = """
    INSERT INTO task (id, project_id, number, title, state_id, priority, rank, created_by, created_at, updated_at,
                      version, description, description_html)
    SELECT gen_random_uuid(), t.project_id, 1000 + n, 'Task ' || n, t.state_id, 0, 'z' || lpad(n::text, 8, '0'),
           t.created_by, now(), now(), 1, '', ''
    FROM (SELECT * FROM task ORDER BY number LIMIT 1) t, generate_series(1, %(many)s) n
"""


class Traffic:
    """People at work on a release's tables: how long each of their changes took, and what failed."""

    def __init__(self, here: Place) -> None:
        self.url = here.settings.plain_url
        self.seconds: list[float] = []
        self.failures: list[str] = []
        self._stop = threading.Event()
        task, project = here.do("SELECT id, project_id FROM task ORDER BY number LIMIT 1")[0]
        self.about = {"project": project, "topic": f"project:{project}", "task": task}
        self.threads = [threading.Thread(target=self._work) for _ in range(WRITERS)]

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """From before until after what is done inside."""
        for thread in self.threads:
            thread.start()
        try:
            wait_until(lambda: len(self.seconds) > 10 * WRITERS, what="people work")
            yield
            count = len(self.seconds)
            wait_until(lambda: len(self.seconds) > count + 10 * WRITERS, what="people go on working")
        finally:
            self._stop.set()
            for thread in self.threads:
                thread.join()

    def _work(self) -> None:
        with psycopg.connect(self.url, autocommit=True, prepare_threshold=None) as db:
            while not self._stop.wait(PAUSE):
                began = time.monotonic()
                try:
                    self._change(db)
                except psycopg.Error as error:
                    self.failures.append(str(error))
                self.seconds.append(time.monotonic() - began)

    def _change(self, db: Connection) -> None:
        values = {**self.about, "id": new_id(), "many": 0}
        db.execute(BOARD, values).fetchall()
        with db.transaction():
            db.execute(CHANGE, values)
            db.execute(WHY, values)
            row = db.execute(COUNT, values).fetchone()
            assert row is not None
            db.execute(SAY, {**values, "revision": row[0]})


@pytest.mark.parametrize("release", BEHIND)
def test_people_go_on_working_while_a_release_is_brought_up_to_date(
    database_url: str, tmp_path: Path, release: str
) -> None:
    longest = []
    for _ in range(5 if WHOLE else 1):
        with released(database_url, tmp_path, release) as here:
            with psycopg.connect(here.settings.plain_url) as db:
                db.execute(MORE, {"many": MANY})
            traffic = Traffic(here)
            with traffic.going_on():
                here.ran("migrate")
            assert traffic.failures == []
            longest.append(max(traffic.seconds))
            report(f"While {release} came up", changes=len(traffic.seconds), took=spread(traffic.seconds))
            with connected(here.settings) as db:
                assert revision_of(db) == migrations_here()[1]
            torn = "SELECT count(*) - max(revision) FROM event WHERE topic = %(topic)s"
            with psycopg.connect(here.settings.plain_url) as db:
                assert db.execute(torn, traffic.about).fetchone() == (0,)
    assert sorted(longest)[len(longest) // 2] <= (STALL if WHOLE else 5 * STALL)


@pytest.mark.parametrize("release", BEHIND if WHOLE else [NEWEST])
def test_a_migration_killed_at_any_step_is_as_if_it_had_not_begun_and_goes_on(
    database_url: str, tmp_path: Path, release: str
) -> None:
    with released(database_url, tmp_path, release) as here:
        engine = create_engine(here.settings.sync_url, poolclass=NullPool)
        steps = missing(engine)
        engine.dispose()
        assert steps
        for number, step in enumerate(steps):
            if number % EVERY:
                migrate(here.settings.sync_url, step)
                continue
            before = here.prints(), here.do(TABLES)
            with psycopg.connect(here.settings.plain_url) as holding, here.start("migrate") as process:
                # All of a step has been done when it comes to write down that it was, and cannot.
                holding.execute("LOCK TABLE alembic_version IN SHARE MODE")
                wait_until(lambda: here.do(WAITING) == [(1,)], what=f"{step} is about to be done")
                process.kill()
            wait_until(lambda: here.do(OTHERS) == [(0,)], what="the server has noticed")
            assert (here.prints(), here.do(TABLES)) == before
            migrate(here.settings.sync_url, step)
        here.ran("migrate")
        with connected(here.settings) as db:
            assert revision_of(db) == migrations_here()[1]


def test_what_was_done_before_a_kill_stays_done(database_url: str, tmp_path: Path) -> None:
    def third(revision: str, _: float) -> None:
        done.append(revision)
        if len(done) == 3:
            raise KeyboardInterrupt

    done: list[str] = []
    with released(database_url, tmp_path, BEHIND[0]) as here:  # which has more than three steps to go
        with pytest.raises(KeyboardInterrupt):
            migrate(here.settings.sync_url, done=third)
        with connected(here.settings) as db:
            assert revision_of(db) == done[-1]
        migrate(here.settings.sync_url, done=lambda revision, _: done.append(revision))
        assert len(done) == len(set(done))
        with connected(here.settings) as db:
            assert revision_of(db) == done[-1] == migrations_here()[1]


def test_somebody_who_takes_long_makes_nobody_else_wait_long(database_url: str, tmp_path: Path) -> None:
    with released(database_url, tmp_path) as here:
        traffic = Traffic(here)
        with psycopg.connect(here.settings.plain_url) as reading, traffic.going_on():
            reading.execute("SELECT count(*) FROM task, event, span, person, topic, comment, project")
            with here.start("migrate") as process:
                wait_until(lambda: here.do(HELD_UP) != [(0,)], what="the migration waits for a lock")
                count = len(traffic.seconds)
                wait_until(lambda: len(traffic.seconds) > count + 20 * WRITERS, what="people go on working meanwhile")
                reading.rollback()
                assert process.wait(60) == 0
        assert traffic.failures == []
        assert max(traffic.seconds) <= (STALL if WHOLE else 5 * STALL)


def test_every_migration_gives_up_a_lock_soon() -> None:
    """All who come after it wait behind it. `migrations/run.py` tries again."""
    files = sorted(Path(versions.__path__[0]).glob("[0-9]*.py"))
    assert [file.name for file in files if "SET LOCAL lock_timeout = '300ms'" not in file.read_text()] == []


HELD_UP = """
    SELECT count(*)::int FROM pg_locks
    WHERE NOT granted AND relation IS NOT NULL AND mode IN ('AccessExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock')
"""
TABLES = """
    SELECT table_name, column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'public' ORDER BY table_name, column_name
"""
WAITING = """
    SELECT count(*)::int FROM pg_locks WHERE NOT granted AND relation = 'alembic_version'::regclass
      AND mode = 'RowExclusiveLock'
"""
OTHERS = """
    SELECT count(*)::int FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@pytest.mark.parametrize("release", BEHIND if WHOLE else [NEWEST])
def test_an_upgrade_is_backed_up_and_rehearsed_before(database_url: str, tmp_path: Path, release: str) -> None:
    with released(database_url, tmp_path, release) as here:
        before, there = here.prints("backup"), here.databases()
        refused = here.refused("upgrade")  # nobody is there to say yes
        assert "All is well in the rehearsal" in refused
        # The backup that it made is written down, where the release has a table for that.
        assert here.prints("backup") == before
        said = here.ran("upgrade", "--yes")
        assert "History" in said
        assert "foreign keys hold" in said
        assert f"Upgraded to {migrations_here()[1]}" in said
        assert "There is nothing to upgrade" in here.ran("upgrade", "--yes")
        assert here.do("SELECT act, details->>'until' FROM audit_entry WHERE act LIKE 'database.%'") == [
            ("database.upgraded", migrations_here()[1])
        ]
        first, _ = sorted((here.folder / "home" / "backups").iterdir())
        assert "none lost" in here.ran("upgrade", "--rehearse", str(first))
        assert here.databases() == there


def test_a_rehearsal_that_goes_wrong_leaves_the_real_one_alone(database_url: str, tmp_path: Path) -> None:
    with released(database_url, tmp_path) as here:
        # A task that its history tells otherwise: what a migration that forgets something would leave.
        migrate(here.settings.sync_url)
        here.do("UPDATE task SET title = 'Never told'")
        file = str(tmp_path / "odd.zip")
        here.ran("backup", file)
        before = here.prints("backup")
        done = here.run("upgrade", "--rehearse", file)
        assert done.returncode == 2
        assert "tells otherwise" in done.stdout
        assert "The real database was not touched" in done.stderr
        assert here.prints("backup") == before


def test_a_row_lost_or_a_reference_broken_is_found(database_url: str, tmp_path: Path) -> None:
    with released(database_url, tmp_path) as here:
        migrate(here.settings.sync_url)
        with connected(here.settings) as db:
            before = standing(db)
            assert all(check.ok for check in [*compare(before, standing(db)), keys_hold(db), history_agrees(db)])
            with db.transaction(force_rollback=True):
                db.execute("DELETE FROM comment")
                rows, revisions = compare(before, standing(db))
                assert (rows.ok, rows.figure, revisions.ok) == (False, "fewer in comment", True)
            with db.transaction(force_rollback=True):
                db.execute("UPDATE topic SET revision = revision + 1")
                assert not compare(before, standing(db))[1].ok
            with db.transaction(force_rollback=True):
                name = "fk_comment_author_id"
                db.execute(sql.SQL("ALTER TABLE comment DROP CONSTRAINT {}").format(sql.Identifier(name)))
                db.execute("UPDATE comment SET author_id = gen_random_uuid()")
                key = "FOREIGN KEY (author_id) REFERENCES person (id) NOT VALID"
                db.execute(sql.SQL(f"ALTER TABLE comment ADD CONSTRAINT {name} {key}"))
                assert keys_hold(db).figure.startswith(f"broken: {name} (")
