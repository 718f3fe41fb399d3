"""P5: thousands of clients that hang up in the middle leave nothing: no connection, no descriptor, no complaint."""

import asyncio
import json
import random
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from tests.faults.hammer import Client, set_up
from tests.processes import Headway, home_folder, wait_until
from tests.promises.stage import WHOLE, report, spread

REQUESTS = 10_000 if WHOLE else 400
LENIENT = 1 if WHOLE else 5
AT_ONCE = 40
BUSY = """
SELECT count(*) FROM pg_stat_activity
WHERE state <> 'idle' AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
# What Python, asyncpg and SQLAlchemy say of what was left lying about.
LITTER = ("garbage collector", "never retrieved", "never awaited", "non-checked-in", "Task was destroyed", "Traceback")


def wire(method: str, path: str, cookie: str, body: object = None) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    head = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Cookie: {cookie}",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + content


async def abort(port: int, request: bytes, luck: random.Random) -> None:
    """Says some or all of it, waits for a while or not, and resets the connection."""
    with suppress(OSError):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request[: luck.choice([len(request), len(request), luck.randrange(len(request))])])
        await writer.drain()
        if luck.random() < 0.7:
            with suppress(TimeoutError):
                await asyncio.wait_for(reader.read(1), luck.random() * 0.05)
        writer.transport.abort()


async def abort_many(port: int, requests: list[bytes]) -> None:
    luck, left = random.Random(5), iter(range(REQUESTS))

    async def client() -> None:
        for _ in left:
            await abort(port, luck.choice(requests), luck)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(client())


def descriptors(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def test_requests_cut_off_anywhere_leave_nothing_behind() -> None:
    with home_folder() as home:
        server = Headway(home=home).ready()
        try:
            cookie, project = set_up(server)
            tasks = f"/api/projects/{project}/tasks"
            (worker,) = server.workers()
            with Client(server, cookie) as client:
                task = client.send("POST", tasks, {"title": "One"})
                requests = [
                    wire("GET", f"/api/projects/{project}/board", cookie),
                    wire("GET", f"/api/tasks/{task['id']}", cookie),
                    wire("POST", tasks, cookie, {"title": "Perhaps", "description": "long " * 2_000}),
                    wire("PATCH", f"/api/tasks/{task['id']}", cookie, {"version": 1, "title": "Two"}),
                    wire("POST", "/api/sessions", cookie, {"email": "owner@example.org", "password": "wrong"}),
                    wire("GET", f"/api/events?topic=project:{project}", cookie),
                ]
            before = descriptors(worker)
            began = time.monotonic()
            asyncio.run(abort_many(server.port, requests))
            lasted = time.monotonic() - began

            with psycopg.connect(server.database_address(), autocommit=True) as db:
                quiet_from = time.monotonic()
                wait_until(
                    lambda: db.execute(BUSY).fetchone() == (0,), what="no statement going on", seconds=2 * LENIENT
                )
                quiet = time.monotonic() - quiet_from
            wait_until(lambda: descriptors(worker) <= before + 12, what="descriptors", seconds=2 * LENIENT)
            waits = []
            with Client(server, cookie) as client:
                for _ in range(100):
                    began = time.monotonic()
                    client.send("GET", tasks)
                    waits.append(time.monotonic() - began)
        finally:
            server.stop()
        said = [*server.lines, *server.errors, *logs(home)]
    report("aborted", requests=REQUESTS, seconds=f"{lasted:.1f}", quiet_ms=round(quiet * 1000), next_100=spread(waits))
    assert [line for line in said if any(litter in line for litter in LITTER)] == []
    assert max(waits) < 1 * LENIENT


def logs(home: Path) -> list[str]:
    return [line for file in home.glob("**/*.log") for line in file.read_text(errors="replace").splitlines()]
