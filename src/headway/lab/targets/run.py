"""A run from its first database to its table, whatever ends it."""

import contextlib
from collections.abc import Callable, Sequence

import psycopg

from headway.clock import now
from headway.console import CannotStart
from headway.lab import machine
from headway.lab.load.process import GeneratorEnded
from headway.lab.run import interruptible
from headway.lab.targets import beside, beside_pgbench, growth, live, memory, one_project, starts
from headway.lab.targets.bench import POOL, Bench, Size, Told
from headway.lab.targets.judging import rows_of
from headway.lab.targets.requests import ASKED
from headway.lab.targets.schemas import TargetsResult
from headway.runs.schemas import Progress

Measure = Callable[[Bench, Sequence[str]], Told]
# What is measured together, in the order of the table.
GROUPS: tuple[tuple[Measure, tuple[str, ...]], ...] = (
    (beside.measure_floor, tuple(ASKED)),
    (beside_pgbench.measure, (beside_pgbench.ROW,)),
    (beside.measure_idiomatic, tuple(beside.OF_IDIOMATIC)),
    (one_project.measure, (one_project.ROW,)),
    (memory.measure, (memory.REST, memory.BUSY)),
    (live.measure, (live.LIVE, live.MEMORY, live.WRITE)),
    (starts.measure, (starts.START, starts.HELP)),
    (growth.in_a_project, growth.LONG),
    (growth.in_an_installation, growth.GROWN),
)


def run_targets(rows: Sequence[str], size: Size, command: str, tell: Callable[[Progress], None]) -> TargetsResult:
    """Measures the rows. Call it from the main thread: children die with the thread that made them.

    The result says how it ended: finished, interrupted (Ctrl-C, SIGTERM), or failed with what was the matter; all that
    was measured until then is in it, and nothing else is left behind.
    """
    described, versions = machine.describe()
    result = TargetsResult(
        command=command, started_at=now(), machine=described, versions=versions, settings=settings_of(size)
    )
    with interruptible():
        try:
            _measure(rows, size, result, tell)
            result.ended = "finished"
        except KeyboardInterrupt:
            result.ended, result.problem = "interrupted", "It was stopped by hand."
        except (CannotStart, GeneratorEnded) as error:
            result.problem = str(error)
        except psycopg.Error as error:
            result.problem = f"The lab's database refused: {str(error).splitlines()[0]}."
        except OSError as error:
            result.problem = f"{error.filename or 'The system'}: {error.strerror}."
    result.ended_at = now()
    result.rows = rows_of(result, rows)
    return result


def _measure(rows: Sequence[str], size: Size, result: TargetsResult, tell: Callable[[Progress], None]) -> None:
    """Fills the result as it goes."""
    of = len(rows) * size.repeats
    with contextlib.ExitStack() as house:
        bench = Bench(size, house, result.notes)
        for measure, its_rows in GROUPS:
            wanted = [row for row in its_rows if row in rows]
            if not wanted:
                continue
            # Closed at once where it is interrupted between two steps: its servers end before the database does.
            with contextlib.closing(measure(bench, wanted)) as told:
                for one in told:
                    if not isinstance(one, str):
                        result.measured.append(one)
                        continue
                    tell(Progress(done=len(result.measured), of=of, doing=one))
    tell(Progress(done=of, of=of, doing=""))


def settings_of(size: Size) -> dict[str, float | str]:
    """What the figures depend on besides the machine."""
    return {
        "repeats": float(size.repeats),
        "seconds": size.seconds,
        "users": float(size.users),
        "tasks": float((size.read_projects + size.write_projects) * size.each),
        "connections": float(POOL),
        "viewers": float(size.viewers),
    }
