"""A server of two web processes, as `headway --workers 2` starts it."""

import sys
from collections.abc import Iterator

import pytest

from tests.processes import Headway, home_folder


@pytest.fixture
def server() -> Iterator[Headway]:
    """Two workers on a fresh home with an embedded PostgreSQL."""
    if not sys.platform.startswith("linux"):
        pytest.skip("reads /proc")
    with home_folder() as home:
        headway = Headway("--workers", "2", home=home).ready()
        try:
            yield headway
        finally:
            headway.stop()
