"""Headway beside its floor: the same requests to one process of each, in turns."""

from collections.abc import Sequence
from random import Random

from headway.lab.load.jobs import Answer
from headway.lab.servers import StackServer
from headway.lab.stacks.table import Stack
from headway.lab.targets.bench import FLOOR, HEADWAY, Bench, Told, turns
from headway.lab.targets.requests import ASKED
from headway.lab.targets.schemas import Measured

WRITES = ("create", "update")


def measure(bench: Bench, rows: Sequence[str]) -> Told:
    """Each repeat has a fresh process of either, alone on the machine but for the database and the load."""
    yield "filling a database"
    ground = bench.ground
    for repeat, sides in turns(bench.size.repeats, [HEADWAY, FLOOR]):
        found: dict[tuple[str, str], Answer] = {}
        for side in sides:
            yield f"{side.key}: starting ({repeat} of {bench.size.repeats})"
            with bench.serving(side, ground) as server:
                for row in rows:
                    yield f"{row}: {side.key} ({repeat} of {bench.size.repeats})"
                    found[row, side.key] = answer = ask(bench, server, row, repeat)
                    bench.note_answer(row, side.key, answer)
        yield from (pair(row, repeat, found, sides) for row in rows if answered(row, found, sides))


def ask(bench: Bench, server: StackServer, row: str, repeat: int) -> Answer:
    """The row's load; both sides are asked for the same things in the same order."""
    requests = ASKED[row](bench.ground, bench.size, Random(repeat))  # noqa: S311 - what to ask for, no secret
    users = bench.size.writers if row in WRITES else bench.size.users
    return bench.load(server, bench.ground, requests, users, seed=repeat)


def answered(row: str, found: dict[tuple[str, str], Answer], sides: Sequence[Stack]) -> bool:
    return all(found[row, side.key].throughput > 0 for side in sides)


def pair(row: str, repeat: int, found: dict[tuple[str, str], Answer], sides: Sequence[Stack]) -> Measured:
    headway, floor = (found[row, side.key].throughput for side in (HEADWAY, FLOOR))
    return Measured(row=row, repeat=repeat, headway=headway, other=floor)
