"""One seeded database for all stacks; each test starts the servers that it needs."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import psycopg
import pytest

from headway.database_url import DatabaseUrl
from headway.lab.database import lab_database
from headway.lab.seed import Seeded, Size, seed
from headway.lab.servers import StackServer
from headway.lab.stacks.table import STACKS, Asked

TASKS = 2_000
PROJECTS = 20


@dataclass(frozen=True)
class Lab:
    """A database, what is in it, and the stacks on it."""

    database: DatabaseUrl
    seeded: Seeded

    @contextlib.contextmanager
    def serving(self, key: str, pool: int | None = None) -> Iterator[tuple[StackServer, httpx2.Client]]:
        """A stack's server, and a client with the headers it wants."""
        stack = STACKS[key]
        options = stack.options(self.database)
        options = replace(options, pool=pool or options.pool)
        with (
            StackServer(stack, options) as server,
            httpx2.Client(base_url=server.address, headers=stack.headers(self.seeded), timeout=30) as client,
        ):
            yield server, client

    def value(self, statement: str, *given: Any) -> Any:
        """The one value that the database answers."""
        with psycopg.connect(self.database.plain_url()) as db:
            row = db.execute(statement, given).fetchone()
        assert row is not None
        return row[0]

    def in_transactions(self) -> int:
        """How many of the servers' connections somebody has and does not give back."""
        found: int = self.value(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            " AND state <> 'idle'"
        )
        return found

    def cut_all(self) -> None:
        """Ends what killed servers have left running: PostgreSQL notices only at the end of a statement."""
        self.value(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )


def send(client: httpx2.Client, asked: Asked) -> httpx2.Response:
    return client.request(asked.method, asked.path, json=asked.body, headers=dict(asked.headers))


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    with lab_database(tasks=TASKS) as database:
        yield Lab(database, seed(database, Size(people=40, projects=PROJECTS, tasks=TASKS)))
