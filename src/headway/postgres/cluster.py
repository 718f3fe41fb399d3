"""The data folder: made whole or not at all, and who may sign in to it."""

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from headway.console import CannotStart, Say
from headway.postgres.binaries import Binaries
from headway.postgres.owner import Owner
from headway.postgres.process import die_with_parent, short_environment
from headway.postgres.reach import within_reach

DATABASE = ROLE = "headway"
FIRST_WITH_BUILTIN_LOCALE = 17

# The application signs in as an ordinary role with a password; the superuser only as the server's own system user.
SIGN_IN_RULES = """\
local all headway  scram-sha-256
local all postgres peer map=owner
"""


def data_major(data: Path) -> int | None:
    """The major version that wrote the folder, None when there is no folder yet."""
    try:
        return int((data / "PG_VERSION").read_text().strip())
    except FileNotFoundError:
        if data.exists():
            raise CannotStart(f"{data} is not a PostgreSQL data folder. Choose another home with --home.") from None
        return None


def create_cluster(home: Path, binaries: Binaries, owner: Owner, say: Say, *, durable: bool = True) -> None:
    data, unfinished = home / "data", home / "data.new"
    say(f"Database: creating {data} (once, a few seconds)")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    owner.give(unfinished)
    _initdb(unfinished, binaries, owner, durable=durable)
    for name, text in (("pg_hba.conf", SIGN_IN_RULES), ("pg_ident.conf", f'owner "{owner.name}" postgres\n')):
        (unfinished / name).write_text(text)
    password = _new_password(home)
    run_alone(
        unfinished,
        binaries,
        owner,
        f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}';\n"
        f"ALTER DATABASE postgres RENAME TO {DATABASE};\n"
        f"ALTER DATABASE {DATABASE} OWNER TO {ROLE};\n",
    )
    unfinished.rename(data)
    _sync_folder(home)


def _initdb(data: Path, binaries: Binaries, owner: Owner, *, durable: bool) -> None:
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    words = [
        "--username=postgres",
        "--auth-local=peer",
        "--auth-host=reject",
        "--encoding=UTF8",
        "--data-checksums",
        *(builtin if binaries.major >= FIRST_WITH_BUILTIN_LOCALE else ["--locale=C.UTF-8"]),
        *([] if durable else ["--no-sync"]),
    ]
    with within_reach(data, owner) as (path, doors):
        _run([binaries.program("initdb"), f"--pgdata={path}", *words], owner, doors=doors)


def password_of(home: Path, binaries: Binaries, owner: Owner) -> str:
    """The application's password; a lost file is replaced by a new one, while the server is down."""
    file = home / "password"
    if not file.exists():
        run_alone(home / "data", binaries, owner, f"ALTER ROLE {ROLE} PASSWORD '{_new_password(home)}';\n")
    return file.read_text().strip()


def _new_password(home: Path) -> str:
    password = secrets.token_urlsafe(24)
    file = os.open(home / "password", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "w") as handle:
        handle.write(password + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    return password


def run_alone(data: Path, binaries: Binaries, owner: Owner, sql: str) -> None:
    """Runs statements as superuser without starting a server, so nobody can connect meanwhile."""
    with within_reach(data, owner) as (path, doors):
        command = [binaries.program("postgres"), "--single", "-j", "-D", path, "template1"]
        _run(command, owner, sql.replace(";\n", ";\n\n"), doors=doors)


def _run(command: list[str], owner: Owner, stdin: str = "", doors: tuple[int, ...] = ()) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - our own words, no shell
            command,
            check=False,
            input=stdin,
            capture_output=True,
            text=True,
            errors="replace",
            cwd="/",
            env=short_environment(),
            start_new_session=True,
            pass_fds=doors,
            preexec_fn=die_with_parent(),
            **owner.identity(),
        )
    except OSError as error:
        raise CannotStart(f"{command[0]} does not run as user {owner.name}: {error.strerror}.") from None
    # A stand-alone server answers a refused statement with an ERROR and ends well all the same.
    bad = [line for line in done.stderr.splitlines() if "ERROR:" in line or "FATAL:" in line or "error:" in line]
    if done.returncode != 0 or bad:
        lines = bad or done.stderr.splitlines() or [f"exit code {done.returncode}"]
        raise CannotStart(f"Creating the database failed: {lines[0].strip()}")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
