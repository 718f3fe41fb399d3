"""A home for runs, an admin of the server, and a made-up lab."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import update

from headway.accounts.models import Person
from headway.settings import Settings
from tests.factories import Team, User
from tests.runs.faked import FakeLab


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def settings(database_url: str, home: Path) -> Settings:
    return Settings(database_url=database_url, pool_size=1, chores=False, home=home)


@pytest.fixture
async def boss(app: FastAPI, team: Team) -> User:
    """An admin of the server."""
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(Person).where(Person.id == UUID(team.owner.id)).values(is_admin=True))
    return team.owner


@pytest.fixture
def fake(app: FastAPI, tmp_path: Path) -> Iterator[FakeLab]:
    """What runs in the place of the lab."""
    fake = FakeLab(app.state.lab, tmp_path)
    yield fake
    fake.close()
