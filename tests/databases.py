"""Databases nobody has used yet, on the server that the run has anyway."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg

from headway.clock import new_id
from headway.database_url import parse_database_url
from headway.migrations.run import migrate
from headway.settings import Settings


@contextmanager
def empty_database(database_url: str, *, migrated: bool = True) -> Iterator[str]:
    """The address of a database of its own, dropped afterwards."""
    name = f"fresh_{new_id().hex}"
    url = replace(parse_database_url(database_url), name=name).normal_url()
    with psycopg.connect(Settings(database_url=database_url).plain_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            if migrated:
                migrate(Settings(database_url=url).sync_url)
            yield url
        finally:
            # Not WITH (FORCE): that asks for a superuser where an autovacuum worker happens to be in there, while the
            # plain form sends such a worker away.
            ours = "FROM pg_stat_activity WHERE datname = %s AND usename = current_user"
            server.execute(f"SELECT pg_terminate_backend(pid) {ours}", [name])
            server.execute(f"DROP DATABASE {name}")
