"""What part of a long list one run does: chosen by the commit, so that the same commit does the same.

All of it with HEADWAY_SOAK=1.
"""

import os
import subprocess
from functools import cache
from hashlib import sha256
from pathlib import Path

SOAK = bool(os.environ.get("HEADWAY_SOAK"))
HERE = Path(__file__).parent
KNOWN = HERE / "known_fields.txt"


@cache
def commit() -> str:
    """The commit's hash; where there is no repository, always the same word."""
    found = subprocess.run(["git", "rev-parse", "HEAD"], cwd=HERE, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "no repository"


def fraction(*name: object) -> float:
    """A number from 0 to 1 that this commit and the name decide."""
    return int.from_bytes(sha256("\n".join(map(str, (commit(), *name))).encode()).digest()[:6]) / 2**48


def chosen(share: float, *name: object) -> bool:
    """Whether this run does what has that name; `share` of all names are done, and in the soak all."""
    return SOAK or fraction(*name) < share


@cache
def known() -> frozenset[str]:
    """The fields that the whole grid has been through. Any other is new, and done whole in every run.

    `python -m tests.promises.known` writes the list anew, after `just soak` has passed.
    """
    return frozenset(KNOWN.read_text().splitlines()) if KNOWN.exists() else frozenset()
