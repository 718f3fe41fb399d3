"""Nothing acknowledged is lost or doubled, and nobody overwrites what they have not seen, whatever breaks meanwhile."""

import asyncio
import contextlib
import os
import random
import signal
import time
from collections import Counter
from itertools import cycle

import psycopg
import pytest

from tests.processes import Headway
from tests.promises.checker import check
from tests.promises.crowd import Crowd
from tests.promises.stage import WHOLE, report, stage
from tests.proxy import Proxy, proxy_to

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600 if WHOLE else 300)]

TERMINATE = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'headway' AND pid <> pg_backend_pid()
"""


def terminate_backends(server: Headway) -> int:
    """Ends every connection that the server has to its database."""
    with psycopg.connect(server.database_address(), autocommit=True) as db:
        row = db.execute(TERMINATE).fetchone()
    assert row is not None
    return int(row[0])


async def break_things(server: Headway, proxy: Proxy, crowd: Crowd, every: int, broken: Counter[str]) -> None:
    """Something breaks whenever so many more operations are through."""
    dice = random.Random(7)
    for number, what in enumerate(cycle(("connections cut", "backends killed", "workers killed")), 1):
        while len(crowd.deeds) < every * number:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        if what == "connections cut":
            before = proxy.cuts
            proxy.cut(dice)
            broken[what] += proxy.cuts - before
        elif what == "backends killed":
            broken[what] += await asyncio.to_thread(terminate_backends, server)
        else:
            workers = await asyncio.to_thread(server.workers)
            if len(workers) == 2:  # or nobody would be left to answer
                with contextlib.suppress(ProcessLookupError):
                    os.kill(dice.choice(workers), signal.SIGKILL)
                broken[what] += 1


async def test_random_operations_under_faults_are_each_there_once(server: Headway) -> None:
    """P7 of the promises."""
    clients, each, every = 20, (500 if WHOLE else 30), (250 if WHOLE else 60)
    async with stage(server) as setting, proxy_to(setting.address) as proxy:
        people = [await setting.member(n, proxy.address) for n in range(clients)]
        crowd, broken = Crowd(setting, people, seed=1), Counter[str]()
        await crowd.prepare(tasks=8)
        began = time.monotonic()
        breaking = asyncio.create_task(break_things(server, proxy, crowd, every, broken))
        try:
            await crowd.work(each)
        finally:
            breaking.cancel()
            await asyncio.wait([breaking])
        lasted = time.monotonic() - began
        assert breaking.cancelled() or breaking.exception() is None
        await check(crowd)
        report("P7", **crowd.figures(), seconds=f"{lasted:.0f}", **{k.replace(" ", "_"): v for k, v in broken.items()})
        assert min(broken.values()) > 0
        assert len(broken) == 3
        assert len(crowd.deeds) == clients * each


async def test_many_writers_with_delays_lose_nothing_and_are_told_why(server: Headway) -> None:
    """50 writers, 200 random edits each, by hand."""
    clients, each = (50, 200) if WHOLE else (20, 15)
    async with stage(server) as setting:
        people = [await setting.member(n) for n in range(clients)]
        crowd = Crowd(setting, people, seed=2, delay=0.2)
        await crowd.prepare(tasks=10)
        began = time.monotonic()
        await crowd.work(each)
        lasted = time.monotonic() - began
        await check(crowd)
        figures = crowd.figures()
        report("Writers with delays", writers=clients, **figures, seconds=f"{lasted:.0f}")
        assert figures["unknown"] == 0
        assert figures["refused_409"]
        assert figures["refused_412"]
