"""P14: a server opens no more database connections than the sum it was admitted with."""

import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.faults.hammer import Hammer, set_up
from tests.processes import Headway, home_folder

pytestmark = pytest.mark.timeout(200)
WORKERS, POOL, OWN = 2, 2, 3
OPEN = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'headway'"


@pytest.fixture
def home() -> Iterator[Path]:
    with home_folder() as folder:
        yield folder


def test_under_load_no_more_connections_are_open_than_were_counted_with(home: Path) -> None:
    env = {"HEADWAY_POOL_SIZE": str(POOL)}
    headway = Headway("--workers", str(WORKERS), home=home, env=env).ready()
    stop = threading.Event()

    def keep_asking() -> None:
        while not stop.is_set():
            headway.get("/ready")

    asking = [threading.Thread(target=keep_asking) for _ in range(2)]
    try:
        cookie, project = set_up(headway)
        most = 0
        with (
            psycopg.connect(headway.database_address(), autocommit=True) as db,
            Hammer(headway, cookie, project, "a") as first,
            Hammer(headway, cookie, project, "b") as second,
        ):
            for thread in asking:
                thread.start()
            while len(first.acknowledged) + len(second.acknowledged) < 150:
                row = db.execute(OPEN).fetchone()
                most = max(most, row[0] if row else 0)
            stop.set()
        assert WORKERS * POOL < most <= WORKERS * (POOL + OWN)
    finally:
        stop.set()
        headway.stop()
