"""The fake lab's other end: what tests have it do."""

import os
import sys
from pathlib import Path

from headway.runs.running import Lab
from tests.runs import fake_lab

NAME = "told"


class FakeLab:
    """A made-up command in the place of `headway lab run`, and the pipe that tells each run what to do."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self.pipe = folder / NAME
        os.mkfifo(self.pipe)
        self._folder = folder
        # Open for both, so that neither side waits for the other to open it.
        self._end = os.open(self.pipe, os.O_RDWR)
        lab.command = (sys.executable, "-P", str(fake_lab.__file__), str(self.pipe))

    def tell(self, *lines: str) -> None:
        """Has the run do something; what it is told before it runs it does then."""
        for line in lines:
            os.write(self._end, f"{line}\n".encode())

    def keep(self, json: str) -> None:
        """Has it keep a result."""
        file = self._folder / "result.json"
        file.write_text(json)
        self.tell(f"keep {file}")

    def close(self) -> None:
        os.close(self._end)
