"""One real PostgreSQL for the whole run, one app per test, and people who act through the API as users do."""

import os
import signal
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from blockbuster import blockbuster_ctx
from fastapi import FastAPI

from headway.app import create_app
from headway.migrations.run import migrate
from headway.postgres.embedded import throwaway_database
from headway.settings import Settings
from tests.factories import Team
from tests.pooling import Watch

# A zone with an odd offset: naive dates and times show themselves.
os.environ["TZ"] = "Asia/Kathmandu"
time.tzset()
# A shell that starts this in the background has it ignore SIGINT, and with it every process that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A migrated database: HEADWAY_TEST_DATABASE_URL, or a throw-away embedded server."""
    outside = os.environ.get("HEADWAY_TEST_DATABASE_URL")
    if outside:
        migrate(Settings(database_url=outside).sync_url)
        yield outside
        return
    with throwaway_database() as url:
        settings = Settings(database_url=url.normal_url())
        migrate(settings.sync_url)
        yield url.normal_url()


@pytest.fixture
def settings(database_url: str, request: pytest.FixtureRequest) -> Settings:
    """One pooled connection, so that whatever asks for a second one while holding the first cannot pass."""
    pool = 10 if request.node.get_closest_marker("pool") else 1
    return Settings(database_url=database_url, pool_size=pool, chores=False)


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The app that ships, started; it has to hand back every connection and close every session it opened."""
    app = create_app(settings)
    watch = Watch(app.state.database.engine)
    async with app.router.lifespan_context(app):
        # Blocking calls on the event loop raise, wherever in the app they come from.
        with blockbuster_ctx("headway"):
            yield app
        database = app.state.database
        assert database.engine.sync_engine.pool.checkedout() == 0
        assert database.opened == database.closed
        assert watch.broken == []


@pytest.fixture
async def team(app: FastAPI) -> AsyncIterator[Team]:
    """A workspace of its own with an owner, an admin, a member, a viewer, and a stranger from elsewhere."""
    async with Team.of(app) as team:
        yield team
