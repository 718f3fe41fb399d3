"""A place with people in it, an empty one, and a backup."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from headway.migrations.run import migrate
from tests.backup.place import Place, place, released


@pytest.fixture(scope="session")
def model(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """An installation that the others are copied from."""
    with released(database_url, tmp_path_factory.mktemp("model")) as here:
        migrate(here.settings.sync_url)
        yield here


@pytest.fixture
def full(database_url: str, tmp_path: Path, model: Place) -> Iterator[Place]:
    """People, projects, tasks, history."""
    with place(database_url, tmp_path, like=model) as here:
        yield here


@pytest.fixture
def bare(database_url: str, tmp_path: Path) -> Iterator[Place]:
    """Not even tables."""
    with place(database_url, tmp_path) as here:
        yield here


@pytest.fixture(scope="session")
def made(database_url: str, model: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of an installation, as `headway backup` writes it."""
    folder = tmp_path_factory.mktemp("backups")
    with place(database_url, folder, like=model) as here:
        here.ran("backup", str(folder / "made.zip"))
    return folder / "made.zip"
