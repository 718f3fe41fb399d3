"""A server of two web processes, as `headway --workers 2` starts it, and an app on a database of its own."""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from blockbuster import blockbuster_ctx
from fastapi import FastAPI

from headway.app import create_app
from headway.settings import Settings
from tests.databases import empty_database
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


@pytest.fixture(scope="module")
def own_database(database_url: str) -> Iterator[str]:
    """A migrated database that only one module's tests use: small enough to hash whole."""
    with empty_database(database_url) as url:
        yield url


@asynccontextmanager
async def app_on(database: str, home: Path) -> AsyncIterator[FastAPI]:
    """The app that ships, started, with one pooled connection; every part of it that settings can turn on is on."""
    settings = Settings(
        database_url=database,
        pool_size=1,
        chores=False,
        home=home,
        url="http://localhost:8000",  # passkeys are made for a name
        # Nobody answers at either: letters stay in the queue, and whoever asks the provider is told that it is away.
        smtp_url="smtp://127.0.0.1:9",
        mail_from="Headway <headway@example.org>",
        oidc_issuer="https://127.0.0.1:9",
        oidc_client_id="headway",
    )
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def own_app(own_database: str, tmp_path: Path) -> AsyncIterator[FastAPI]:
    """Such an app on the module's own database. A blocking call on its loop raises."""
    async with app_on(own_database, tmp_path) as app:
        with blockbuster_ctx("headway"):
            yield app
