"""One small ground for all rows that need a database."""

import contextlib
from collections.abc import Iterator

import pytest

from headway.lab.targets.bench import Bench, Size

TINY = Size(
    repeats=1, seconds=0.2, users=4, writers=3, crowd=4, people=20, read_projects=2, write_projects=3, each=60, cold=90
)  # fmt: skip


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    with contextlib.ExitStack() as house:
        yield Bench(TINY, house)
