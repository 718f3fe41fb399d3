"""The supervisor's child that makes everything ready before a web process serves."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

from headway.console import CannotStart
from headway.processes import PYTHON


class Preparation:
    """The child that knows the settings and the schema, so that the supervisor need not; see prepare.py."""

    def __init__(self, flags: dict[str, Any]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            [*PYTHON, "headway.cli.prepare"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        self._say(flags)

    def plan(self) -> dict[str, Any]:
        for message in self._messages():
            return dict(message["plan"])
        raise AssertionError

    def messages(self, database_url: str) -> Iterator[dict[str, Any]]:
        """Gives it the database; yields what it has to tell until all is done."""
        self._say({"database_url": database_url})
        for message in self._messages():
            if "done" in message:
                self._process.wait()
                return
            yield message

    def _say(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()

    def _messages(self) -> Iterator[dict[str, Any]]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            message = json.loads(line)
            if "error" in message:
                raise CannotStart(message["error"])
            yield message
        raise CannotStart(f"Preparing the database ended unexpectedly (exit code {self._process.wait()}).")

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
