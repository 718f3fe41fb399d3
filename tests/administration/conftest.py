"""Somebody who runs the server."""

from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import update

from headway.accounts.models import Person
from tests.factories import Team, User


async def make_admin(app: FastAPI, user: User, *, is_admin: bool = True) -> None:
    """Has somebody run the server, straight in the database."""
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(Person).where(Person.id == UUID(user.id)).values(is_admin=is_admin))


@pytest.fixture
async def boss(app: FastAPI, team: Team) -> User:
    """An admin of the server, who owns the team's workspace."""
    await make_admin(app, team.owner)
    return team.owner
