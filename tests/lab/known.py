"""Starting the server of known delays, for as long as a test module needs it."""

import contextlib
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from headway.lab.load.jobs import Request
from headway.postgres.process import die_with_parent
from tests.processes import clean_environment, free_port, wait_until


class KnownServer:
    def __init__(self, kind: str) -> None:
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.lab.known_server", str(port), kind],
            cwd=Path(__file__).parents[2],
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            preexec_fn=die_with_parent(),  # noqa: PLW1509
        )

    def is_up(self) -> bool:
        assert self.process.poll() is None
        try:
            with urllib.request.urlopen(f"{self.address}/lab/ping", timeout=5):
                return True
        except (OSError, urllib.error.URLError):
            return False

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def known_server(kind: str = "delays") -> Iterator[KnownServer]:
    server = KnownServer(kind)
    try:
        wait_until(server.is_up, what="the server of known delays")
        yield server
    finally:
        server.stop()


def get(*paths: str, name: str = "get", weight: float = 1, expects: list[int] | None = None) -> Request:
    return Request(name=name, method="GET", paths=list(paths), weight=weight, expects=expects or [200])
