"""Somebody with a password, and somebody without an account."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import update

from headway.accounts.models import Person
from headway.accounts.secrets import hash_password_now
from headway.app import create_app
from headway.settings import Settings
from tests.factories import ORIGIN, Team, User, new_user

PASSWORD = "correct horse battery"
HASH = hash_password_now(PASSWORD)


@asynccontextmanager
async def client_of(app: FastAPI, origin: str = ORIGIN) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser that nobody has signed in with."""
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=origin) as client:
        yield client


@pytest.fixture
async def guest(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser that nobody has signed in with."""
    async with client_of(app) as client:
        yield client


@pytest.fixture
async def other_browser(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """One more."""
    async with client_of(app) as client:
        yield client


async def with_password(app: FastAPI, stack: AsyncExitStack, name: str) -> User:
    """Somebody signed in whose password is PASSWORD."""
    user = await new_user(app, stack, name)
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(Person).where(Person.email == user.email).values(password_hash=HASH))
    return replace(user)


@pytest.fixture
async def somebody(app: FastAPI) -> AsyncIterator[User]:
    """Somebody signed in whose password is PASSWORD."""
    async with AsyncExitStack() as stack:
        yield await with_password(app, stack, "mina")


@pytest.fixture
async def open_server(settings: Settings) -> AsyncIterator[FastAPI]:
    """A server where everybody may make an account, known to the world by an https address."""
    app = create_app(settings.model_copy(update={"sign_up": "open", "url": "https://tasks.example.org"}))
    async with app.router.lifespan_context(app):
        yield app


__all__ = ["Team"]
