"""What a lab run does, in which order: visits to server processes, and the steps of each visit."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from headway.console import CannotStart
from headway.lab.claims.judging import Need
from headway.lab.claims.table import CLAIMS

STACKS = ("blocking", "threadpool", "fair", "async-psycopg", "async-asyncpg", "headway", "headway-shared", "floor")
# Differs from another one in how it makes the guide's call, so there is nothing else to ask it.
CALLED = ("headway-shared",)
# Higher numbers only where they may be borne: the others are at their end long before, which is seen at 1,000.
ROOMY = ("fair", "async-asyncpg", "headway", "headway-shared", "floor")
# Who is asked by a thousand users without a pause: the guide says nothing of the others there.
CROWDED = ("async-asyncpg", "headway", "floor")
# From how many users on the mix leaves a stack out: the one is locked before, the other shows its driver at fewer.
SPARED = {"async-psycopg": 200, "threadpool": 200}
# Whose arrivals do not wait for answers: the guide has no such load, so three stacks show the difference.
OPEN = ("fair", "async-asyncpg", "headway")
LOCKED = ("blocking", "threadpool")
WIDE = ("async-psycopg", "async-asyncpg", "headway", "floor")
WORKING_POOL = 20
PINGED = ("blocking", "fair", "async-asyncpg", "headway", "floor")
CALL_MS = 50
LINK_MS = 50
MIX_WORDS = "70 % list 50 tasks, 15 % get one, 10 % create, 5 % update"


@dataclass(frozen=True)
class Step:
    """One measurement. `seconds` is the window of a loop; a burst takes as long as it takes."""

    scenario: str
    users: int
    seconds: float = 0
    warm_up: float = 0
    options: tuple[tuple[str, float | str], ...] = ()

    @property
    def words(self) -> str:
        """For the progress bar."""
        extra = "".join(
            f", {name} {value:g}" if isinstance(value, float) else f", {value}" for name, value in self.options
        )
        return f"{self.scenario}, {self.users:,} {'user' if self.users == 1 else 'users'}{extra}"


@dataclass(frozen=True)
class Visit:
    """One server process, started for it and stopped after it. Without a stack's server: a batch job."""

    stack: str
    steps: tuple[Step, ...]
    repeat: int = 0
    over_link: bool = False
    threads: int | None = None
    pool: int | None = None
    has_server: bool = True


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    name: str
    tasks: int
    repeats: int
    time_limit: float  # seconds until a request is given up
    stacks: tuple[str, ...] = STACKS
    one_call: tuple[int, ...] = (1, 10, 100, 200, 1_000, 2_000)
    link: tuple[int, ...] = (1, 10, 100)
    mix: tuple[int, ...] = (50, 100, 200, 1_000)
    threads: tuple[int, ...] = (10, 40, 100)
    window: float = 1.0
    batch_rows: int = 100_000
    side_repeats: int = 2  # of what stands beside the guide's tables; 0 leaves it out


FULL = Size("full", tasks=200_000, repeats=2, time_limit=7)
QUICK = Size(
    "quick",
    tasks=10_000,
    repeats=2,
    time_limit=6,
    stacks=("blocking", "fair", "async-asyncpg", "headway"),
    one_call=(1, 10, 100),
    link=(),
    mix=(),
    threads=(100,),
    window=0.5,
    batch_rows=0,
    side_repeats=0,
)


@dataclass(frozen=True)
class Wanted:
    """What was asked for on the command line; empty means everything."""

    claims: tuple[str, ...] = ()
    stacks: tuple[str, ...] = ()
    users: tuple[int, ...] = ()


@dataclass(frozen=True)
class Plan:
    """All visits of a run, in order."""

    size: Size
    visits: tuple[Visit, ...]
    wanted: Wanted = field(default_factory=Wanted)

    @property
    def steps(self) -> int:
        """How many measurements."""
        return sum(len(visit.steps) for visit in self.visits)

    @property
    def stacks(self) -> tuple[str, ...]:
        """The stacks that are visited."""
        return tuple(stack for stack in STACKS if any(visit.stack == stack for visit in self.visits))


def plan(size: Size, wanted: Wanted) -> Plan:
    """The visits that a size and a choice come to, every second repeat in the opposite order.

    Raises:
        CannotStart: a claim or a stack is not known, or nothing is left to do.
    """
    _refuse_unknown("claim", wanted.claims, CLAIMS)
    _refuse_unknown("stack", wanted.stacks, STACKS)
    keep = _filter(size, wanted)
    visits: list[Visit] = []
    for repeat in range(1, size.repeats + 1):
        round_ = [visit for visit in _one_round(size, repeat, wanted) if repeat <= _repeats(visit, size)]
        kept = [
            replace(visit, repeat=repeat, steps=tuple(step for step in visit.steps if keep(visit, step)))
            for visit in round_
        ]
        kept = [visit for visit in kept if any(step.scenario != "rest" for step in visit.steps)]
        visits += kept if repeat % 2 else reversed(kept)
    # At the end, because they leave dead rows behind for everybody after them.
    visits += _batches(size, keep)
    if not visits:
        raise CannotStart("Nothing is left to measure: no scenario goes with these stacks, claims and users together.")
    return Plan(size, tuple(visits), wanted)


def _refuse_unknown(what: str, given: Sequence[str], known: Iterable[str]) -> None:
    for one in given:
        if one not in known:
            raise CannotStart(f"There is no {what} {one}. There are: {', '.join(known)}.")


def _repeats(visit: Visit, size: Size) -> int:
    return size.side_repeats if visit.over_link else size.repeats


def _filter(size: Size, wanted: Wanted) -> Callable[[Visit, Step], bool]:
    needs = [need for name in wanted.claims for need in CLAIMS[name].needs]

    def keep(visit: Visit, step: Step) -> bool:
        if visit.stack not in (wanted.stacks or size.stacks):
            return False
        if wanted.users and step.users not in wanted.users and step.scenario in ("one-call", "link", "mix"):
            return False
        return not needs or step.scenario == "rest" or any(_asks_for(need, visit, step) for need in needs)

    return keep


def _asks_for(need: Need, visit: Visit, step: Step) -> bool:
    return (
        need.scenario == step.scenario
        and visit.stack in need.stacks
        and (not need.users or step.users in need.users)
    )  # fmt: skip


def _one_round(size: Size, repeat: int, wanted: Wanted) -> list[Visit]:
    visits = []
    for stack in STACKS:
        calls, mixes = tuple(_calls(stack, size, repeat, wanted)), tuple(_mixes(stack, size, repeat, wanted))
        if stack in WIDE:
            # A hundred connections suit waiting, twenty suit work.
            visits += [Visit(stack, calls), *([Visit(stack, mixes, pool=WORKING_POOL)] if mixes else [])]
        else:
            visits.append(Visit(stack, calls + mixes))
    # In the threads' visits everything else of the fair stack stays as it is.
    for threads in size.threads:
        step = Step("threads", 200, size.window, 0.3, (("threads", float(threads)),))
        visits.append(Visit("fair", (Step("rest", 0), step), threads=threads))
    if size.link:
        levels = _levels(size.link, wanted)
        for stack in (one for one in STACKS if one not in CALLED):
            steps = [Step("link", users) for users in levels if users < 100 or wanted.users or stack not in LOCKED]
            if stack in ("blocking", "async-asyncpg"):
                steps.append(Step("rollback", 10, size.window * 1.5))
            visits.append(Visit(stack, tuple(steps), over_link=True))
    return visits


def _batches(size: Size, keep: Callable[[Visit, Step], bool]) -> Iterable[Visit]:
    for repeat in range(1, size.side_repeats + 1 if size.batch_rows else 1):
        kinds = [("fair", "sync"), ("async-asyncpg", "async")]
        for stack, style in kinds if repeat % 2 else reversed(kinds):
            step = Step("batch", 1, options=(("rows", float(size.batch_rows)), ("style", style)))
            visit = Visit(stack, (step,), repeat, has_server=False)
            if keep(visit, step):
                yield visit


def _levels(usual: tuple[int, ...], wanted: Wanted) -> tuple[int, ...]:
    return wanted.users or usual


def _calls(stack: str, size: Size, repeat: int, wanted: Wanted) -> Iterable[Step]:
    yield Step("rest", 0)
    # Memory before thousands have left their traces in it.
    if stack in PINGED and size.side_repeats:
        yield Step("ping", 20, size.window * 1.2, 0.2)
    # With the locked ones a hundred are never under way: one by one, and waiting for each other.
    if stack not in LOCKED and stack not in CALLED:
        yield Step("memory", 100, size.window * 1.2, 0.3)
    for users in _levels(size.one_call, wanted):
        usual = users in (1, 10, 100, 1_000) or (stack in ROOMY if users < 2_000 else stack == "async-asyncpg")
        if usual or wanted.users:
            yield Step("one-call", users)
    if repeat > size.side_repeats or stack not in ("fair", "async-asyncpg"):
        return
    yield Step("several", 1, size.window, options=(("how", "one-by-one"), ("calls", 5.0)))
    if stack == "async-asyncpg":
        yield Step("several", 1, size.window * 0.6, options=(("how", "parallel"), ("calls", 5.0)))
    if stack == "async-asyncpg" and size.link:
        for how in ("one-by-one", "parallel"):
            yield Step("several", 100, size.window, options=(("how", how), ("calls", 5.0)))
    yield Step("cpu", 8, size.window)


def _mixes(stack: str, size: Size, repeat: int, wanted: Wanted) -> Iterable[Step]:
    if stack in CALLED or (not size.mix and not wanted.users):
        return
    if size.link and repeat <= size.side_repeats and stack in OPEN:
        yield Step("open-mix", 100, size.window)
    for users in _levels(size.mix, wanted):
        usual = users < SPARED.get(stack, 1_000) or (users >= 1_000 and stack in CROWDED)
        if usual or wanted.users:
            yield Step("mix", users, size.window * max(0.8, min(2.5, users / 150)), 0.2)
