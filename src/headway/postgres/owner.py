"""Who runs PostgreSQL: we ourselves, or as root somebody else, because PostgreSQL refuses root."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headway.console import CannotStart

CANDIDATES = ("headway", "postgres", "nobody")


@dataclass(frozen=True)
class Owner:
    uid: int
    gid: int
    name: str
    is_us: bool

    def identity(self) -> dict[str, Any]:
        """Arguments of subprocess.Popen that make the child run as this user."""
        return {} if self.is_us else {"user": self.uid, "group": self.gid, "extra_groups": ()}

    def give(self, path: Path) -> None:
        if not self.is_us:
            os.chown(path, self.uid, self.gid)


def owner_of(data: Path) -> Owner:
    if os.geteuid() != 0:
        return Owner(os.geteuid(), os.getegid(), _name(os.geteuid()), is_us=True)
    if data.exists():
        status = data.stat()
        if status.st_uid == 0:
            raise CannotStart(
                f"{data} belongs to root, and PostgreSQL refuses to run as root. "
                f"Give it to another user: chown -R {_first_candidate().pw_name} {data}"
            )
        return Owner(status.st_uid, status.st_gid, _name(status.st_uid), is_us=False)
    user = _first_candidate()
    return Owner(user.pw_uid, user.pw_gid, user.pw_name, is_us=False)


def _first_candidate() -> pwd.struct_passwd:
    for name in CANDIDATES:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise CannotStart(
        "PostgreSQL refuses to run as root, and there is no user for it. "
        "Make one (useradd --system headway) or start Headway as an ordinary user."
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
