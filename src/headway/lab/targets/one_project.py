"""Many who write into one project beside as many who write into as many projects."""

from collections.abc import Sequence
from random import Random

from headway.lab.targets.bench import HEADWAY, Bench, Told, turns
from headway.lab.targets.requests import creating
from headway.lab.targets.schemas import Measured

ROW = "one-project"


def measure(bench: Bench, rows: Sequence[str]) -> Told:
    """Creates, on one process that stays for all repeats."""
    yield "filling a database"
    ground, size = bench.ground, bench.size
    with bench.serving(HEADWAY, ground) as server:
        for repeat, sides in turns(size.repeats, [1, size.write_projects]):
            found: dict[int, float] = {}
            for projects in sides:
                yield f"{ROW}: {size.crowd} writers in {projects} ({repeat} of {size.repeats})"
                some = ground.projects(ground.to_write)[:projects]
                request = creating(some, Random(repeat))  # noqa: S311 - titles, no secrets
                answer = bench.load(server, ground, [request], size.crowd, seed=repeat)
                bench.note_answer(ROW, f"in {projects}", answer)
                found[projects] = answer.throughput
            if all(found.values()):
                yield Measured(row=ROW, repeat=repeat, headway=found[1], other=found[size.write_projects])
