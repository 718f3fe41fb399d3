"""The database, asked on a connection of its own: one that no request can take and that waits in no line."""

import asyncio
from collections.abc import Collection
from time import monotonic
from typing import Any

import asyncpg

from headway.settings import Settings

# Seconds: within which the database has to answer; for which an answer is as good as new; after which a connection
# that nobody needs is closed; between looks at the size, which reads the sizes of all files.
PATIENCE, FRESH, IDLE, SIZE_EVERY = 1.0, 1.0, 60.0, 60.0
# asyncpg has a word of its own for a connection that ended between two of its steps.
LOST = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

REVISION = "SELECT version_num FROM alembic_version"
FIGURES = """
    SELECT current_setting('server_version') AS version,
           least(current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
                 (SELECT NULLIF(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user),
                 (SELECT NULLIF(datconnlimit, -1) FROM pg_database WHERE datname = current_database())) AS allowed,
           count(*) AS open,
           count(*) FILTER (WHERE application_name = 'headway') AS ours,
           count(*) FILTER (WHERE state = 'active' AND pid <> pg_backend_pid()) AS active,
           count(*) FILTER (WHERE state LIKE 'idle in transaction%') AS idle_in_transaction,
           count(DISTINCT client_addr) FILTER (WHERE application_name = 'headway') AS machines
    FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname = current_database()
"""
JOBS = """
    SELECT name, count(*) FILTER (WHERE dead_at IS NULL AND attempts = 0) AS waiting,
           count(*) FILTER (WHERE dead_at IS NULL AND attempts > 0) AS trying,
           count(*) FILTER (WHERE dead_at IS NOT NULL) AS dead,
           greatest(0, coalesce(extract(epoch FROM clock_timestamp()
               - min(run_after) FILTER (WHERE dead_at IS NULL)), 0))::float8 AS overdue_seconds
    FROM job GROUP BY name ORDER BY name
"""
SIZE = "SELECT pg_database_size(current_database())"


class Probe:
    """Asks rarely, one question at a time; whoever asks meanwhile gets the same answer.

    Args:
        known: the migrations that this version has.
        newest: the last of them.
    """

    def __init__(self, settings: Settings, known: Collection[str], newest: str) -> None:
        arguments = settings.asyncpg_arguments
        arguments.pop("prepared_statement_cache_size", None)  # SQLAlchemy's own, unknown to asyncpg
        self._url, self._arguments = settings.plain_url, arguments
        self._known, self._newest = frozenset(known), newest
        self._connection: Any = None
        self._one_at_a_time = asyncio.Lock()
        self._kept: dict[str, tuple[float, Any]] = {}
        self._closing: asyncio.TimerHandle | None = None

    async def migrations(self) -> str | None:
        """ok, missing or newer: how the tables compare to this version. None: the database does not answer."""
        rows = await self._ask(REVISION, FRESH)
        if rows is None:
            return None
        at = rows[0]["version_num"] if rows else None
        if at == self._newest:
            return "ok"
        return "missing" if at is None or at in self._known else "newer"

    async def figures(self) -> dict[str, Any] | None:
        """Connections, size, version; None where the database does not answer."""
        rows = await self._ask(FIGURES, FRESH)
        size = await self._ask(SIZE, SIZE_EVERY)
        return None if rows is None else {**rows[0], "size": size[0][0] if size else None}

    async def jobs(self) -> list[dict[str, Any]] | None:
        """What waits, is being tried and has been given up, by name; None where the database does not answer."""
        rows = await self._ask(JOBS, FRESH)
        return None if rows is None else [dict(row) for row in rows]

    async def _ask(self, query: str, fresh: float) -> Any:
        try:
            async with asyncio.timeout(PATIENCE), self._one_at_a_time:
                asked, rows = self._kept.get(query, (0.0, None))
                if rows is None or monotonic() - asked > fresh:
                    rows = await self._fetch(query)
                    self._kept[query] = monotonic(), rows
                return rows
        except LOST:
            self._kept.pop(query, None)
            return None

    async def _fetch(self, query: str) -> Any:
        self._put_off_closing()
        try:
            if self._connection is None:
                self._connection = await asyncpg.connect(self._url, **self._arguments)
            return await self._connection.fetch(query)
        except BaseException:  # whatever it was, the next one begins anew
            self.close()
            raise

    def _put_off_closing(self) -> None:
        if self._closing:
            self._closing.cancel()
        self._closing = asyncio.get_running_loop().call_later(IDLE, self.close)

    def close(self) -> None:
        """Lets the connection go; never waits."""
        if self._closing:
            self._closing.cancel()
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()
