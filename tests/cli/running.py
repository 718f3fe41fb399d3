"""A server that has been set up, and the command line beside it."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.hammer import Client, set_up
from tests.processes import Headway, clean_environment, home_folder


@dataclass
class Running:
    """A running server, its owner's browser, and a token of theirs."""

    headway: Headway
    owner: Client
    workspace: Any
    token: str

    def run(self, *arguments: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        """`headway …` with the token, as a process of its own."""
        known = {"HEADWAY_URL": self.headway.url, "HEADWAY_TOKEN": self.token, "HEADWAY_HOME": str(self.headway.home)}
        return command(*arguments, stdin=stdin, env={**known, **env})

    def browse(self, method: str, path: str, body: Any = None) -> Any:
        """What the owner's browser gets; on a fresh connection, as the server closes idle ones after some seconds."""
        self.owner.close()
        return self.owner.send(method, path, body)

    def projects(self) -> dict[str, Any]:
        """The workspace's projects by key."""
        found = self.browse("GET", f"/api/workspaces/{self.workspace['id']}/projects")["projects"]
        return {project["key"]: project for project in found}

    def board(self, key: str) -> Any:
        """A project's board as its owner's browser gets it."""
        return self.browse("GET", f"/api/projects/{self.projects()[key]['id']}/board")


def command(*arguments: str, stdin: str = "", env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """`headway …`, to its end."""
    line = [sys.executable, "-m", "headway.cli.main", *arguments]
    return subprocess.run(
        line, env=clean_environment(env), input=stdin, capture_output=True, text=True, cwd="/", timeout=120, check=False
    )


def refusal(done: subprocess.CompletedProcess[str], code: int = 2) -> str:
    """The one line on stderr; checks exit code and form."""
    assert done.returncode == code, (done.stdout, done.stderr)
    assert done.stdout == ""
    lines = [line for line in done.stderr.splitlines() if line.startswith("headway: ")]
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return lines[0].removeprefix("headway: ")


@contextlib.contextmanager
def running(home: Path | None = None) -> Iterator[Running]:
    """Starts a server, claims it, makes a token."""
    with contextlib.ExitStack() as stack:
        headway = Headway(home=home or stack.enter_context(home_folder()))
        stack.callback(headway.stop)
        headway.ready()
        cookie, _ = set_up(headway)
        owner = Client(headway, cookie)
        stack.callback(owner.close)
        workspace = owner.send("GET", "/api/me")["workspaces"][0]
        token = owner.send("POST", "/api/tokens", {"name": "cli", "scopes": ["read", "write", "manage"]})["token"]
        yield Running(headway, owner, workspace, token)
