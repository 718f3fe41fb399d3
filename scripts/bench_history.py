"""What history costs: a PATCH with and without it, bytes on disk per change, and what a year of changes comes to.

    uv run python scripts/bench_history.py [--patches 500] [--repeat 5] [--changes 200000]

Runs the app in this process on a throw-away database of its own, prints a table and ends. Without history means: the
same request with nothing recorded, which Headway cannot do; it is patched in for comparison only.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from unittest.mock import patch

import httpx2
from fastapi import FastAPI
from sqlalchemy import text

from headway.app import create_app
from headway.chores.keeping import keep
from headway.clock import now
from headway.events import timeline
from headway.migrations.run import migrate
from headway.postgres.embedded import throwaway_database
from headway.settings import Settings

PASSWORD = "correct horse battery"  # noqa: S105 - of a database that is gone in a minute
PER_DAY = 100_000
TABLES = ("event", "change_set", "change_detail", "span")


@contextmanager
def without_history() -> Iterator[None]:
    """Nothing is recorded: neither change set, event nor revision."""

    async def nothing(_: Any) -> None:
        return

    with patch("headway.events.record.write_events", nothing):
        yield


async def signed_in(app: FastAPI) -> httpx2.AsyncClient:
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1:8000")
    owner = {"name": "Ada", "email": "ada@example.org", "password": PASSWORD}
    body = {**owner, "workspace": "Bench", "project": {"name": "Bench", "key": "BE"}, "examples": False, "link": None}
    answer = await http.post("/api/setup", json=body)
    assert answer.status_code == 201, answer.text
    return http


async def patched(http: httpx2.AsyncClient, task: dict[str, Any], number: int) -> dict[str, Any]:
    change = {"version": task["version"], "priority": number % 5, "title": f"A title of usual length, number {number}"}
    answer = await http.patch(f"/api/tasks/{task['id']}", json=change)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def milliseconds(http: httpx2.AsyncClient, task: dict[str, Any], patches: int) -> tuple[float, dict[str, Any]]:
    """The median of one run, and the task as it is then."""
    taken = []
    for number in range(patches):
        began = time.perf_counter()
        task = await patched(http, task, number)
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken), task


async def sizes(app: FastAPI) -> dict[str, int]:
    """Bytes of each table with its indexes."""
    async with app.state.database.reading() as db:
        return {one: await db.scalar(text(f"SELECT pg_total_relation_size('{one}')")) for one in TABLES}


async def grow(app: FastAPI, changes: int, days_ago: int = 0) -> None:
    """So many changes of one field, as a PATCH records them, written at once."""
    async with app.state.database.unit_of_work() as db:
        await db.execute(text("SET LOCAL statement_timeout = 0"))
        await db.execute(text(GROW), {"n": changes, "ago": days_ago})


# Every 17th change is a new description of 400 characters, the others change a state, a title or a due date.
GROW = """
WITH place AS (SELECT t.name AS topic, t.revision, p.id AS project FROM topic t
               JOIN project p ON t.name = 'project:' || p.id LIMIT 1),
numbers AS (SELECT generate_series(1, CAST(:n AS int)) AS i),
sets AS (
    INSERT INTO change_set (id, person_id, means, created_at)
    SELECT gen_random_uuid(), (SELECT id FROM person LIMIT 1), 'web', now() FROM numbers RETURNING id
), numbered AS (SELECT id, row_number() OVER () AS i FROM sets),
tasks AS (SELECT id, row_number() OVER (ORDER BY number) - 1 AS k, count(*) OVER () AS n FROM task),
made AS (
    INSERT INTO event (topic, revision, change_set_id, kind, entity_id, before, after, at)
    SELECT place.topic, place.revision + c.i, c.id, 'task.changed', t.id,
        CASE WHEN c.i % 17 = 0 THEN jsonb_build_object('description', repeat(md5(c.i::text), 12), 'version', c.i,
                 'updated_at', now())
             WHEN c.i % 3 = 0 THEN jsonb_build_object('title', 'A title of usual length, number ' || c.i,
                 'version', c.i, 'updated_at', now())
             ELSE jsonb_build_object('state_id', t.id, 'completed_at', null, 'version', c.i, 'updated_at', now()) END,
        CASE WHEN c.i % 17 = 0 THEN jsonb_build_object('description', repeat(md5((c.i + 1)::text), 12),
                 'description_html', '<p>' || repeat(md5((c.i + 1)::text), 12) || '</p>', 'version', c.i + 1,
                 'updated_at', now())
             WHEN c.i % 3 = 0 THEN jsonb_build_object('title', 'A title of usual length, number ' || c.i + 1,
                 'version', c.i + 1, 'updated_at', now())
             ELSE jsonb_build_object('state_id', t.id, 'completed_at', now(), 'version', c.i + 1, 'updated_at', now())
        END, clock_timestamp() - make_interval(days => CAST(:ago AS int))
    FROM numbered c CROSS JOIN place JOIN tasks t ON t.k = c.i % t.n
)
UPDATE topic SET revision = revision + CAST(:n AS int) WHERE name = (SELECT topic FROM place)
"""


async def bench(settings: Settings, patches: int, repeat: int, changes: int) -> None:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        http = await signed_in(app)
        me = (await http.get("/api/me")).json()
        projects = (await http.get(f"/api/workspaces/{me['workspaces'][0]['id']}/projects")).json()["projects"]
        path, topic = f"/api/projects/{projects[0]['id']}/tasks", f"project:{projects[0]['id']}"
        new = {"title": "Something to do", "description": "Words " * 60}
        tasks = [(await http.post(path, json=new)).json() for _ in range(200)]
        await time_of_a_patch(http, tasks[0], patches, repeat)
        await size_with_keeping(app, topic, changes)
        await bytes_of_a_change(app, topic, changes)
        await http.aclose()


async def time_of_a_patch(http: httpx2.AsyncClient, task: dict[str, Any], patches: int, repeat: int) -> None:
    _, task = await milliseconds(http, task, 100)  # warm
    with_it, without_it = [], []
    for turn in range(repeat):
        for is_with in (True, False) if turn % 2 else (False, True):
            with nullcontext() if is_with else without_history():
                taken, task = await milliseconds(http, task, patches)
            (with_it if is_with else without_it).append(taken)
    print(f"PATCH, ms, median of {repeat} alternating runs of {patches} (least-most):")
    for name, taken in ("with history", with_it), ("without", without_it):
        print(f"  {name:14} {statistics.median(taken):.2f} ({min(taken):.2f}-{max(taken):.2f})")
    # Of runs that followed each other: a machine that is busy for a while is so for both.
    ratios = [one / other for one, other in zip(with_it, without_it, strict=True)]
    print(f"  {'ratio':14} {statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})")


async def bytes_of_a_change(app: FastAPI, topic: str, changes: int) -> None:
    await build_all(app, topic)
    before = await sizes(app)
    began = time.perf_counter()
    await grow(app, changes)
    wrote = time.perf_counter()
    await build_all(app, topic)
    print(f"{changes:,} changes written in {wrote - began:.1f} s, their spans in {time.perf_counter() - wrote:.1f} s;")
    print("bytes per change, indexes included:")
    each = {name: (size - before[name]) / changes for name, size in (await sizes(app)).items()}
    for name, size in each.items():
        print(f"  {name:14} {size:5.0f}")
    total = sum(each.values())
    print(f"  {'together':14} {total:5.0f}")
    print(f"a year of {PER_DAY:,} changes a day, computed from these: {total * PER_DAY * 365 / 1e9:.0f} GB")


async def size_with_keeping(app: FastAPI, topic: str, changes: int) -> None:
    """Half a year at a time, twice; then the older half goes, and another half year comes."""
    async with app.state.database.unit_of_work() as db:  # times follow revisions
        await db.execute(text("UPDATE event SET at = at - interval '2 years'"))
    start = sum((await sizes(app)).values())
    await grow(app, changes, days_ago=380)
    await build_all(app, topic)
    await grow(app, changes, days_ago=190)
    await build_all(app, topic)
    full = sum((await sizes(app)).values()) - start
    began = time.perf_counter()
    await keep(app.state.database, 12, now())
    took = time.perf_counter() - began
    print(f"keeping 12 months: the older {changes:,} of {2 * changes:,} changes gone in {took:.1f} s;")
    await vacuum(app)
    await grow(app, changes)
    await build_all(app, topic)
    again = sum((await sizes(app)).values()) - start
    print(f"  on disk before {full / 1e6:.0f} MB, after as many new ones {again / 1e6:.0f} MB")


async def vacuum(app: FastAPI) -> None:
    """What autovacuum does in its own time."""
    async with app.state.database.reading() as db:
        await db.execute(text("SET statement_timeout = 0"))
        for name in TABLES:
            await db.execute(text(f"VACUUM {name}"))


async def build_all(app: FastAPI, topic: str) -> None:
    more = True
    while more:
        async with app.state.database.unit_of_work() as db:
            await db.execute(text("SET LOCAL statement_timeout = 0"))
            more = await timeline.build(db, topic)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patches", type=int, default=500)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--changes", type=int, default=200_000)
    chosen = parser.parse_args()
    # As durable as the real thing: a commit waits for the disk.
    with throwaway_database({"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}) as url:
        settings = Settings(database_url=url.normal_url(), chores=False)
        migrate(settings.sync_url)
        asyncio.run(bench(settings, chosen.patches, chosen.repeat, chosen.changes))


if __name__ == "__main__":
    main()
