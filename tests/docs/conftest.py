"""The guide's examples as a reader would start them: the address in DATABASE_URL, on a database of their own."""

import importlib.util
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from headway.settings import Settings
from tests.databases import empty_database

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
# At the commit, not before: what a deferred constraint, a serialization failure or a lost connection does.
REFUSE_AT_COMMIT = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = 'unique_violation'; END $$;
CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON note DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION refuse()
"""


def http(app: FastAPI) -> httpx2.AsyncClient:
    """A client that gets an answer to everything, errors included, as one on the wire would."""
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app, raise_app_exceptions=False), base_url="http://notes.example"
    )


@dataclass
class Example:
    module: Any
    http: httpx2.AsyncClient

    def checked_out(self) -> int:
        pool = getattr(self.module.engine, "sync_engine", self.module.engine).pool
        return int(pool.checkedout())


Start = Callable[[str], AbstractAsyncContextManager[Example]]


@pytest.fixture(scope="module")
def notes_database(database_url: str) -> Iterator[Settings]:
    with empty_database(database_url, migrated=False) as url:
        yield Settings(database_url=url)


@pytest.fixture
def sql(notes_database: Settings) -> Iterator[psycopg.Connection]:
    """A look from outside at what is saved. The tables go at the end of a test, so that ids begin at 1."""
    with psycopg.connect(notes_database.plain_url, autocommit=True) as connection:
        yield connection
        connection.execute("DROP TABLE IF EXISTS tag, note; DROP FUNCTION IF EXISTS refuse")


@pytest.fixture
def start(notes_database: Settings, sql: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Starts notes_sync or notes_async."""

    @asynccontextmanager
    async def started(name: str) -> AsyncIterator[Example]:
        address = notes_database.sync_url if name == "notes_sync" else notes_database.async_url
        monkeypatch.setenv("DATABASE_URL", address)
        module = load(name)
        try:
            async with module.app.router.lifespan_context(module.app), http(module.app) as client:
                yield Example(module, client)
        finally:
            closing = module.engine.dispose()
            if closing is not None:
                await closing

    return started


@pytest.fixture
async def engine(notes_database: Settings) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(notes_database.async_url)
    yield engine
    await engine.dispose()


def load(name: str) -> Any:
    """The module, executed anew."""
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Where Mapped["…"] and pydantic look names up.
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
    return module
