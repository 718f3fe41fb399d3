"""The database of a home: taken by one process, which runs the server; joined by the others."""

import contextlib
import os
import shutil
import socket
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from headway.console import CannotStart, Say, quiet
from headway.database_url import DatabaseUrl
from headway.postgres.binaries import choose_binaries, forget_older_copies, runnable
from headway.postgres.cluster import DATABASE, ROLE, create_cluster, data_major, password_of
from headway.postgres.lock import Held, HomeLock, visiting, without_guests
from headway.postgres.owner import Owner, owner_of
from headway.postgres.server import PORT, PostgresServer, read_pid_file, socket_folder

# Kept free for psql, batch commands and PostgreSQL's own three.
SPARE_CONNECTIONS = 25
FEWEST_CONNECTIONS = 100
MOST_CONNECTIONS = 2000
JOIN_SECONDS = 10.0


class EmbeddedDatabase:
    """Holds the home's lock from take() to release(); start() and stop() may be called again in between."""

    def __init__(
        self,
        home: Path,
        *,
        binaries: Path | None = None,
        connections: int = 0,
        options: Mapping[str, str] | None = None,
        say: Say = quiet,
        durable: bool = True,
    ) -> None:
        if connections + SPARE_CONNECTIONS > MOST_CONNECTIONS:
            raise CannotStart(
                f"The workers would need {connections} database connections, and the embedded PostgreSQL gives at "
                f"most {MOST_CONNECTIONS - SPARE_CONNECTIONS}. Lower --workers or HEADWAY_POOL_SIZE."
            )
        self.home = home
        self._chosen = binaries
        self._options = {
            "max_connections": str(max(FEWEST_CONNECTIONS, connections + SPARE_CONNECTIONS)),
            **(options or {}),
        }
        self._say = say
        self._durable = durable
        self._lock = HomeLock(home)
        self.server: PostgresServer | None = None

    def take(self) -> None:
        """Makes the home and locks it. Raises Held when another process has it."""
        make_home(self.home)
        try:
            self._lock.acquire()
        except OSError as error:
            raise unusable(self.home, error) from None

    def start(self) -> DatabaseUrl:
        owner = owner_of(self.home / "data")
        try:
            major = data_major(self.home / "data")
            check_ownership(self.home, owner)
            binaries = choose_binaries(self.home, chosen=self._chosen, data_major=major)
            binaries = runnable(binaries, self.home, owner)
            if major is None:
                create_cluster(self.home, binaries, owner, self._say, durable=self._durable)
            self._say(f"Database: starting PostgreSQL {binaries.major}")
            self.server = PostgresServer(self.home, binaries, owner, self._options, self._say)
            self.server.clear_away_the_last_run()
            password = password_of(self.home, binaries, owner)
            self.server.start()
            forget_older_copies(self.home, binaries)
        except OSError as error:
            raise unusable(self.home, error) from None
        return address(self.home, password)

    def stop(self, *, at_once: bool = False) -> None:
        if self.server is not None:
            self.server.stop(at_once=at_once)
            self.server = None

    def release(self) -> None:
        self._lock.release()


def address(home: Path, password: str) -> DatabaseUrl:
    return DatabaseUrl(user=ROLE, password=password, host=str(socket_folder(home)), name=DATABASE)


@contextlib.contextmanager
def joined_or_started(
    home: Path, *, binaries: Path | None = None, connections: int = 0, say: Say = quiet
) -> Iterator[tuple[DatabaseUrl, bool]]:
    """The home's database for a batch command: (its address, whether we had to start it).

    Joins the server that already runs on this home; otherwise holds the lock and runs one meanwhile, as large as
    `connections` ask for.
    """
    database = EmbeddedDatabase(home, binaries=binaries, connections=connections, say=say)
    deadline = time.monotonic() + JOIN_SECONDS
    while (held := _held_by_another(database)) is not None:
        with visiting(home):
            if accepts_connections(home):
                yield address(home, (home / "password").read_text().strip()), False
                return
        if time.monotonic() > deadline:
            raise CannotStart(
                f"Headway (process {held.pid}) holds {home}, but its database does not answer (yet). "
                "Try again in a moment."
            )
        time.sleep(0.02)
    try:
        yield database.start(), True
    finally:
        with without_guests(home, 600):
            database.stop()
            database.release()


def _held_by_another(database: EmbeddedDatabase) -> Held | None:
    try:
        database.take()
    except Held as held:
        return held
    return None


def accepts_connections(home: Path) -> bool:
    # Its pid file alone proves nothing: one that was killed leaves it behind.
    if read_pid_file(home / "data")[1] != "ready" or not (home / "password").exists():
        return False
    with socket.socket(socket.AF_UNIX) as knock:
        return knock.connect_ex(str(socket_folder(home) / f".s.PGSQL.{PORT}")) == 0


@contextlib.contextmanager
def throwaway_database(
    options: Mapping[str, str] | None = None, *, prefix: str = "headway-test-", durable: bool = False
) -> Iterator[DatabaseUrl]:
    """A server in a folder of its own that goes with it; faster unless durable, because nothing in it must last."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o711)
    fast = {} if durable else {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    database = EmbeddedDatabase(folder / "home", options={**fast, **(options or {})}, durable=False)
    try:
        database.take()
        yield database.start()
    finally:
        database.stop(at_once=True)
        database.release()
        shutil.rmtree(folder, ignore_errors=True)


def make_home(home: Path) -> None:
    try:
        is_new = not home.exists()
        home.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            # The server's user has to pass through. Only a folder that is new or empty is ours to change.
            if is_new or not any(home.iterdir()):
                home.chmod(stat.S_IMODE(home.stat().st_mode) | 0o011)
        elif is_new:
            home.chmod(0o700)
    except OSError as error:
        raise unusable(home, error) from None


def unusable(home: Path, error: OSError) -> CannotStart:
    return CannotStart(
        f"{error.filename or home}: {error.strerror}. Make {home} a folder this user can write to, "
        "or choose another one with --home."
    )


def check_ownership(home: Path, owner: Owner) -> None:
    data = home / "data"
    if data.exists() and data.stat().st_uid != owner.uid:
        raise CannotStart(
            f"{data} belongs to another user. Start Headway as that user, or choose another folder with --home."
        )
