"""A lab run from beginning to end: whatever happens, what was measured is scored, and nothing stays behind."""

import contextlib
import secrets
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from types import FrameType

import psycopg

from headway.clock import now
from headway.console import CannotStart
from headway.lab import agreement, machine
from headway.lab.bench import Bench
from headway.lab.claims.judging import RULES
from headway.lab.claims.table import score_all
from headway.lab.database import lab_database
from headway.lab.load.process import Generator
from headway.lab.plan import CALL_MS, LINK_MS, MIX_WORDS, Plan, Step, Visit
from headway.lab.seed import Size, seed
from headway.lab.stacks.table import STACKS, Stack
from headway.runs.schemas import Progress, Result, Run

# Of all stacks together: pools of 100, threads' pools, what a server that was killed has not given back yet.
CONNECTIONS = 450
CLAIMS_EVERY = 10.0

DOES_NOT_SHOW = [
    "Client, server and database share one machine and its cores; on machines of their own each would be quicker, "
    "and the network between them slower.",
    f"The {CALL_MS} ms of a database call are pg_sleep, or a delay in a proxy: they cost no CPU and hold no locks, as "
    "a slow statement would.",
    "One server process on one core. Several processes multiply all stacks alike, and the sync ones sooner use up "
    "the database's connections.",
    "Users without a pause between requests: many fewer than people who read what they see.",
    "A few seconds of each; nothing about days, about leaks or about a database that outgrows its memory.",
    "Headway's row is not the same work: it also checks who is asking and what they may see, and answers with "
    "headers of its own. It has no coalesced reads yet, so every line here is one database call or more for each "
    "request.",
]


def run_lab(
    plan: Plan,
    *,
    command: str,
    tell: Callable[[Progress], None],
    port: int = 0,
    stacks: Mapping[str, Stack] = STACKS,
) -> Result:
    """Measures everything in the plan. Call it from the main thread: children die with the thread that made them.

    The result says how it ended: finished, interrupted (Ctrl-C, SIGTERM), or failed with what was the matter; all that
    was measured until then is in it, and scored.
    """
    described, versions = machine.describe()
    result = Result(
        id=f"{now():%Y-%m-%dT%H-%M-%S}-{secrets.token_hex(2)}",
        command=command,
        started_at=now(),
        machine=described,
        versions=versions,
        settings=settings_of(plan),
        does_not_show=DOES_NOT_SHOW,
    )
    with interruptible():
        try:
            measure(plan, result, tell, port, stacks)
            result.ended = "finished"
        except KeyboardInterrupt:
            result.ended, result.problem = "interrupted", "It was stopped by hand."
        except CannotStart as error:
            result.ended, result.problem = "failed", str(error)
        except psycopg.Error as error:
            result.ended, result.problem = "failed", f"The lab's database refused: {str(error).splitlines()[0]}."
        except OSError as error:
            result.ended, result.problem = "failed", f"{error.filename or 'The system'}: {error.strerror}."
    result.claims = score_all(result.runs, plan.wanted.claims)
    result.ended_at = now()
    return result


def measure(
    plan: Plan, result: Result, tell: Callable[[Progress], None], port: int, stacks: Mapping[str, Stack]
) -> None:
    """Fills the result as it goes."""
    shown = Shown(plan, tell)
    with contextlib.ExitStack() as house:
        shown.say("making a database")
        database = house.enter_context(lab_database(CONNECTIONS, plan.size.tasks))
        with psycopg.connect(database.plain_url()) as db:
            result.versions["postgresql"] = db.info.parameter_status("server_version") or ""
        shown.say(f"filling it with {plan.size.tasks:,} tasks")
        seeded = seed(database, Size(tasks=plan.size.tasks), shown.say)
        generator = house.enter_context(Generator())
        shown.say("asking all stacks the same")
        result.agreement = agreement.ask({name: stacks[name] for name in plan.stacks}, database, seeded, port)
        result.warnings += [
            f"{one.stack} answered {one.request} differently: {one.differs}"
            for one in result.agreement
            if not one.agrees
        ]
        bench = Bench(plan, stacks, database, seeded, generator, port)
        try:
            for visit in plan.visits:
                shown.start(visit)
                for step, run in bench.visit(visit):
                    if run is not None:
                        result.runs.append(run)
                    shown.done(visit, step, run, result)
        finally:
            result.warnings += [f"{what}: {words}" for what, words in bench.warnings.items()]


class Shown:
    """How far it is, and how long it may still take: what was measured took about as long each time before."""

    def __init__(self, plan: Plan, tell: Callable[[Progress], None]) -> None:
        self.plan, self.tell = plan, tell
        self.count, self.began, self.scored = 0, 0.0, time.monotonic()

    def say(self, doing: str) -> None:
        self.tell(Progress(done=self.count, of=self.plan.steps, doing=doing))

    def start(self, visit: Visit) -> None:
        self.began = self.began or time.monotonic()
        self.tell(
            Progress(done=self.count, of=self.plan.steps, doing=f"{visit.stack}: starting", seconds_left=self.left())
        )

    def left(self) -> float | None:
        """Seconds; None while too little is known."""
        if self.count < self.plan.steps / 20:
            return None
        return (time.monotonic() - self.began) / self.count * (self.plan.steps - self.count)

    def done(self, visit: Visit, step: Step, run: Run | None, result: Result) -> None:
        self.count += 1
        claims = None
        if time.monotonic() - self.scored > CLAIMS_EVERY:
            self.scored = time.monotonic()
            claims = score_all(result.runs, self.plan.wanted.claims)
        doing = f"{visit.stack}: {step.words} ({visit.repeat} of {self.plan.size.repeats})"
        self.tell(
            Progress(
                done=self.count, of=self.plan.steps, doing=doing, seconds_left=self.left(), run=run, claims=claims,
            )
        )  # fmt: skip


def settings_of(plan: Plan) -> dict[str, float | str | list[float] | list[str]]:
    """What the figures depend on besides the machine."""
    size = plan.size
    return {
        "size": size.name,
        "tasks": float(size.tasks),
        "repeats": float(size.repeats),
        "time limit (s)": size.time_limit,
        "stacks": list(plan.stacks),
        "the 50 ms call": f"pg_sleep of {CALL_MS} ms within the one statement",
        "the 50 ms link": f"{LINK_MS} ms added to each round trip by a proxy",
        "the mix": MIX_WORDS,
        "how verdicts are made": list(RULES),
    }


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """The first Ctrl-C or SIGTERM interrupts; while it is cleaned up after, further ones change nothing."""
    stopping = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopping
        if not stopping:
            stopping = True
            raise KeyboardInterrupt

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, stop) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
