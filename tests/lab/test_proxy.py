"""A delay between an application and its database: each round trip pays it, and only that."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import asyncpg
import psycopg
import pytest

from headway.database_url import DatabaseUrl, parse_database_url
from headway.lab.proxy import Link
from tests.processes import is_running

ROUND_TRIP = 0.05


@pytest.fixture(scope="module")
def link(database_url: str) -> Iterator[Link]:
    target = parse_database_url(database_url)
    with Link(target, ROUND_TRIP * 1000) as link:
        yield link
    assert not is_running(link.pid)


@asynccontextmanager
async def connected(url: DatabaseUrl) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url.plain_url())
    try:
        await connection.fetchval("SELECT 1")  # prepared from here on
        yield connection
    finally:
        await connection.close()


async def test_twenty_selects_take_twenty_round_trips(link: Link) -> None:
    async with connected(link.url) as connection:
        began = time.perf_counter()
        for _ in range(20):
            assert await connection.fetchval("SELECT 1") == 1
        took = time.perf_counter() - began
    # Never less; how much more is the machine's business.
    assert 20 * ROUND_TRIP * 0.98 <= took < 20 * ROUND_TRIP * 2


def test_psycopg_pays_the_same_and_signs_in_by_tcp(link: Link) -> None:
    url = link.url
    assert (url.host, url.sslmode) == ("127.0.0.1", "disable")
    began = time.perf_counter()
    with psycopg.connect(url.plain_url(), autocommit=True) as connection:
        assert time.perf_counter() - began >= ROUND_TRIP * 0.98, "signing in goes over the link as well"
        began = time.perf_counter()
        for _ in range(10):
            connection.execute("SELECT 1")
        assert time.perf_counter() - began >= 10 * ROUND_TRIP * 0.98


async def test_fifty_connections_do_not_wait_for_each_other(link: Link) -> None:
    # psycopg's, because asyncpg works out SCRAM's 4,096 rounds in Python.
    connect = psycopg.AsyncConnection.connect
    connections = await asyncio.gather(*(connect(link.url.plain_url(), autocommit=True) for _ in range(50)))
    try:
        began = time.perf_counter()
        await asyncio.gather(*(connection.execute("SELECT 1") for connection in connections))
        took = time.perf_counter() - began
    finally:
        await asyncio.gather(*(connection.close() for connection in connections))
    assert ROUND_TRIP * 0.98 <= took < 5 * ROUND_TRIP


async def test_a_large_answer_comes_whole_and_is_one_round_trip(link: Link) -> None:
    async with connected(link.url) as connection:
        began = time.perf_counter()
        text = await connection.fetchval("SELECT repeat('0123456789', 3000000)")
        took = time.perf_counter() - began
    assert text == "0123456789" * 3_000_000
    assert took < 40 * ROUND_TRIP, "each of its hundreds of pieces was delayed by itself"


async def test_a_server_that_hangs_up_is_noticed(link: Link) -> None:
    connection = await asyncpg.connect(link.url.plain_url())
    with pytest.raises((asyncpg.AdminShutdownError, asyncpg.ConnectionDoesNotExistError)):
        await connection.fetchval("SELECT pg_terminate_backend(pg_backend_pid())")
    await connection.close()


def test_a_client_that_leaves_takes_its_session_along(link: Link, database_url: str) -> None:
    leaving = psycopg.connect(link.url.plain_url())
    pid = leaving.info.backend_pid
    leaving.close()
    plain = parse_database_url(database_url).plain_url()
    with psycopg.connect(plain, autocommit=True) as watching:
        deadline = time.monotonic() + 10
        while watching.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone():
            assert time.monotonic() < deadline


def test_a_database_that_is_not_there_hangs_up() -> None:
    with Link(DatabaseUrl(host="/nowhere", user="nobody", name="nothing"), 1) as link:
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(link.url.plain_url())
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(link.url.plain_url())
