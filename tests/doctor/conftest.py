"""A database of the doctor's own: nobody else's rows, limits or revisions."""

from collections.abc import Iterator

import pytest

from headway.settings import Settings
from tests.databases import empty_database


@pytest.fixture(scope="module")
def own_database(database_url: str) -> Iterator[str]:
    with empty_database(database_url) as url:
        yield url


@pytest.fixture
def own(own_database: str) -> Settings:
    return Settings(database_url=own_database, chores=False)
