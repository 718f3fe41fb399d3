"""The same requests to a small and to a large Headway: what growth costs one user."""

import contextlib
from collections.abc import Iterator, Sequence
from functools import partial
from random import Random

import psycopg

from headway.lab.database import lab_database
from headway.lab.load.jobs import Request
from headway.lab.seed import Size as Seeding
from headway.lab.seed import seed
from headway.lab.targets.bench import CONNECTIONS, HEADWAY, SHIPPED_POOL, Bench, Ground, Told, get, ground_on, turns
from headway.lab.targets.requests import creating, goes_on, many
from headway.lab.targets.schemas import Measured

KINDS = ("list", "read", "search", "create")
LONG, GROWN = (tuple(f"{kind}-{what}" for kind in KINDS) for what in ("long", "grown"))
# Names that 200 tasks have, one each: what is found is as much in the small one as in the large one.
RARE = 200
SMALL, LARGE = "small", "large"


def measure(grown: bool, bench: Bench, rows: Sequence[str]) -> Told:
    """p50 in ms. A project that grows, alone in its installation; or an installation that gets more projects."""
    size = bench.size
    few, most = size.projects if grown else size.project
    with contextlib.ExitStack() as house:
        sides = []
        for name, count in ((SMALL, few), (LARGE, most)):
            tasks = count * size.each if grown else count
            yield f"filling a database with {tasks:,} tasks"
            ground = house.enter_context(filled(size.people, count if grown else 1, tasks))
            sides.append((name, ground, house.enter_context(bench.serving(HEADWAY, ground, SHIPPED_POOL))))
        for repeat, in_turn in turns(size.repeats, sides):
            for row in rows:
                found = {}
                for name, ground, server in in_turn:
                    yield f"{row}: {name} ({repeat} of {size.repeats})"
                    request = asked(row.partition("-")[0], ground, size.cold, Random(repeat))  # noqa: S311 - no secret
                    answer = bench.load(server, ground, [request], 1, seed=repeat)
                    bench.note_answer(row, name, answer)
                    found[name] = answer.latency.p50 if answer.latency else 0.0
                if all(found.values()):
                    yield Measured(row=row, repeat=repeat, headway=found[LARGE], other=found[SMALL])


@contextlib.contextmanager
def filled(people: int, projects: int, tasks: int) -> Iterator[Ground]:
    """A database of that size, with some tasks that have names of their own."""
    with lab_database(CONNECTIONS, tasks) as database:
        seeded = seed(database, Seeding(people=people, projects=projects, tasks=tasks))
        ground = ground_on(database, seeded, projects)
        names = [(f"Call at {rare(number)}", one.task_id) for number, one in enumerate(ground.to_read[:RARE])]
        with psycopg.connect(database.plain_url(), autocommit=True) as db:
            db.cursor().executemany("UPDATE task SET title = %s WHERE id = %s", names)
            db.execute("VACUUM ANALYZE task")
        yield ground


def rare(number: int) -> str:
    """A word that no other task has."""
    return f"zephyr{number:03d}"


def asked(kind: str, ground: Ground, count: int, luck: Random) -> Request:
    """One kind of request, each time for something else."""
    if kind == "list":
        return get(kind, [goes_on(one, luck) for one in many(ground, count // 10, luck)])
    if kind == "read":
        return get(kind, [f"/api/tasks/{one.task_id}" for one in many(ground, count // 10, luck)])
    if kind == "create":
        return creating(ground.projects(ground.to_read), luck)
    with psycopg.connect(ground.database.plain_url()) as db:
        row = db.execute("SELECT id FROM workspace").fetchone()
    assert row is not None
    return get(kind, [f"/api/workspaces/{row[0]}/search?q={rare(number)}" for number in range(RARE)])


in_a_project, in_an_installation = partial(measure, False), partial(measure, True)
