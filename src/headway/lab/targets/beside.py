"""Headway beside another stack: the same requests to one process of each, in turns."""

from collections.abc import Callable, Sequence
from random import Random

from headway.lab import scenarios
from headway.lab.load.jobs import Answer, Request
from headway.lab.stacks.table import STACKS, Stack
from headway.lab.targets.bench import FLOOR, HEADWAY, Bench, Told, turns
from headway.lab.targets.requests import ASKED
from headway.lab.targets.schemas import Measured

WRITES = ("create", "update")
IDIOMATIC = STACKS["async-asyncpg"]
# Row -> the kind of request of the lab's mix.
OF_IDIOMATIC = {"list-orm": "list", "read-orm": "get", "create-orm": "create", "update-orm": "update"}
# What a stack is asked for in a row, and by how many at once.
Ask = Callable[[Bench, Stack, str, Random], tuple[list[Request], int]]


def measure_floor(bench: Bench, rows: Sequence[str]) -> Told:
    """Starlette and asyncpg, with Headway's statements and permissions."""
    yield from measure(bench, rows, FLOOR, asked_of_floor)


def measure_idiomatic(bench: Bench, rows: Sequence[str]) -> Told:
    """FastAPI, entities and response_model, as most would write it; it asks nobody who they are."""
    yield from measure(bench, rows, IDIOMATIC, asked_of_idiomatic)


def asked_of_floor(bench: Bench, side: Stack, row: str, luck: Random) -> tuple[list[Request], int]:
    return ASKED[row](bench.ground, bench.size, luck), bench.size.writers if row in WRITES else bench.size.users


def asked_of_idiomatic(bench: Bench, side: Stack, row: str, luck: Random) -> tuple[list[Request], int]:
    mix = scenarios.mix(side, bench.ground.seeded, luck)
    return [one for one in mix if one.name == OF_IDIOMATIC[row]], bench.size.few


def measure(bench: Bench, rows: Sequence[str], other: Stack, ask: Ask) -> Told:
    """Each repeat has a fresh process of either, alone on the machine but for the database and the load."""
    yield "filling a database"
    ground = bench.ground
    for repeat, sides in turns(bench.size.repeats, [HEADWAY, other]):
        found: dict[tuple[str, str], Answer] = {}
        for side in sides:
            yield f"{side.key}: starting ({repeat} of {bench.size.repeats})"
            with bench.serving(side, ground) as server:
                for row in rows:
                    yield f"{row}: {side.key} ({repeat} of {bench.size.repeats})"
                    # Both sides are asked for the same things in the same order.
                    requests, users = ask(bench, side, row, Random(repeat))  # noqa: S311 - what to ask for, no secret
                    found[row, side.key] = answer = bench.load(server, ground, requests, users, seed=repeat)
                    bench.note_answer(row, side.key, answer)
        for row in rows:
            rates = {side.key: found[row, side.key].throughput for side in sides}
            if all(rates.values()):
                yield Measured(row=row, repeat=repeat, headway=rates[HEADWAY.key], other=rates[other.key])
