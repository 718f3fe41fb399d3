"""Results of lab runs that never were: their figures are made up, in the shape and size of real ones."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from headway.lab.claims.table import score_all
from headway.lab.claims.words import NAMES
from headway.lab.plan import CALLED
from headway.runs.schemas import Agreement, How, Latency, Machine, Result, Run, Usage

# Milliseconds of CPU that a request takes in each stack, and how many go side by side.
COST = {
    "blocking": (1.2, 1), "threadpool": (2.2, 15), "fair": (2.4, 40), "async-psycopg": (1.9, 100),
    "async-asyncpg": (1.6, 100), "headway": (0.9, 100),
    "headway-shared": (0.2, 1_000), "floor": (0.3, 100),
}  # fmt: skip
REST = {"blocking": 71.0, "threadpool": 72.0, "fair": 73.0, "async-psycopg": 78.0, "async-asyncpg": 75.0,
        "headway": 96.0, "headway-shared": 97.0, "floor": 44.0}  # fmt: skip
ROOM: dict[str, dict[str, float]] = {
    "blocking": {"pool": 5.0}, "threadpool": {"pool": 15.0, "threads": 40.0}, "fair": {"pool": 40.0, "threads": 40.0},
}  # fmt: skip
STARTED = datetime(2026, 11, 23, 3, 2, tzinfo=UTC)
LIMIT = 8_000.0
REPEATS = 3


def result(stacks: tuple[str, ...] = tuple(NAMES), slower: float = 1.0, **other: object) -> Result:
    """A whole run, scored by the real rules. `slower` multiplies every time."""
    runs = [run.model_copy(update={"order": order}) for order, run in enumerate(_runs(stacks, slower), start=1)]
    fields: dict[str, object] = {
        "id": "2026-11-23T03-02-00-made-up",
        "command": "headway lab run --json made-up.json",
        "started_at": STARTED,
        "ended_at": STARTED + timedelta(minutes=5, seconds=12),
        "ended": "finished",
        "machine": Machine(
            processor="Made-up Processor 3000", cores=2, memory_gb=8.2, system="Linux 6.1", load_before=0.21
        ),
        "versions": {"python": "3.11.9", "fastapi": "0.165.0", "sqlalchemy": "2.1.9", "asyncpg": "0.32.0"},
        "settings": {"size": "full", "tasks": 200_000.0, "repeats": 3.0, "stacks": list(stacks)},
        "agreement": list(_agreement(stacks)),
        "claims": score_all(runs),
        "runs": runs,
        "does_not_show": ["Client, server and database share one machine and its cores."],
        "warnings": [],
    }
    return Result.model_validate(fields | other)


def a_run(stack: str, scenario: str, users: int, mean: float | None, **other: object) -> Run:
    """One run; where `mean` is None nothing was answered."""
    answered = max(users, 1) if mean is not None else 0
    fields: dict[str, object] = {
        "stack": stack, "scenario": scenario, "users": users, "repeat": 1, "order": 1, "how": "burst",
        "options": ROOM.get(stack, {"pool": 100.0}) | {"time_limit": LIMIT / 1000},
        "seconds": 1.0, "answered": answered, "failed": {},
        "unanswered": 0 if mean is not None else users, "throughput": float(answered),
        "latency": None if mean is None
        else Latency(mean=mean, p50=mean, p90=mean * 1.3, p99=mean * 1.8, longest=mean * 1.9),
    }  # fmt: skip
    return Run.model_validate(fields | other)


def _runs(stacks: tuple[str, ...], slower: float) -> Iterator[Run]:
    for repeat in range(1, REPEATS + 1):
        shake = slower * (1 + 0.06 * (repeat - 2))
        for stack in stacks if repeat % 2 else reversed(stacks):
            yield from _visit(stack, repeat, shake)


def _visit(stack: str, repeat: int, shake: float) -> Iterator[Run]:
    cpu, side = COST[stack]
    yield _with_usage(a_run(stack, "rest", 0, None, how="rest", repeat=repeat, unanswered=0), REST[stack], 1)
    for users in (1, 10, 100, 200, 500, 1_000, 2_000):
        if stack == "threadpool" and users >= 100:
            yield a_run(stack, "one-call", users, None if users > 100 else 71.0, repeat=repeat,
                        answered=15 if users == 100 else 0, unanswered=users - 15 * (users == 100))  # fmt: skip
            continue
        mean = shake * (51 + users * max(50 / side, cpu) / 2)
        lost = max(0, round(users * (1 - LIMIT / (2 * mean)))) if 2 * mean > LIMIT else 0
        yield a_run(stack, "one-call", users, min(mean, LIMIT / 2), repeat=repeat, unanswered=lost,
                    answered=users - lost)  # fmt: skip
        if users <= 100 and stack not in CALLED:
            yield a_run(stack, "link", users, mean * (3 if stack != "headway" else 1.4), repeat=repeat)
    if stack in CALLED:
        return
    for users in (50, 100, 200, 1_000):
        rate = 1000 / (cpu * 2.4 * shake) / (1 + users / 8_000)
        run = _loop(stack, "mix", users, rate, repeat=repeat)
        yield _with_usage(run, REST[stack] + 14, 45)
    yield _loop(stack, "open-mix", 200, 200, how="open", repeat=repeat)
    rate = min(1000 / cpu, side / 0.051) / shake
    busy = _with_usage(_loop(stack, "memory", 100, rate, repeat=repeat), REST[stack] + 10, 45)
    ping = 4_800 if stack == "blocking" else 18 * cpu
    extra = {"ping_p50": ping / 3, "ping_p99": ping * shake, "lag_p99": ping / 2}
    yield busy.model_copy(update={"extra": extra})
    if stack == "fair":
        for size in (10.0, 40.0, 100.0):
            rest = a_run(stack, "rest", 0, None, how="rest", repeat=repeat, unanswered=0, options={"threads": size})
            yield _with_usage(rest, REST[stack], 1)
            run = _loop(stack, "threads", 200, min(size / 0.052, 420) / shake, repeat=repeat, options={"threads": size})
            yield _with_usage(run, REST[stack] + size / 8, int(size) + 5)
    if stack in ("blocking", "async-asyncpg"):
        run = _loop(stack, "rollback", 10, 20 if stack == "blocking" else 60, repeat=repeat)
        yield run.model_copy(update={"extra": {"ping_p99": ping, "rows_left": 0.0}})
    if stack in ("fair", "async-asyncpg"):
        for how in ("one-by-one", "parallel") if stack == "async-asyncpg" else ("one-by-one",):
            options: dict[str, float | str] = {"how": how, "calls": 5.0}
            took = 258.0 if how == "one-by-one" else 61.0
            yield a_run(stack, "several", 1, took * shake, how="closed", repeat=repeat, options=options)
        yield _loop(stack, "cpu", 8, 130 / shake, repeat=repeat).model_copy(update={"extra": {"ping_p99": 60.0}})
        rows: dict[str, float | str] = {"rows": 100_000.0, "style": "sync" if stack == "fair" else "async"}
        yield a_run(stack, "batch", 1, None, how="batch", repeat=repeat, options=rows, answered=1, unanswered=0,
                    seconds=4.1 * shake)  # fmt: skip


def _loop(stack: str, scenario: str, users: int, rate: float, repeat: int, how: How = "closed", **other: object) -> Run:
    run = a_run(stack, scenario, users, users / rate * 1000 * 0.97, how=how, repeat=repeat, **other)
    return run.model_copy(update={"answered": round(rate * 4), "seconds": 4.0, "throughput": rate})


def _with_usage(run: Run, rss: float, threads: int) -> Run:
    cpu = COST[run.stack][0]
    used = Usage(
        cpu_seconds=round(run.answered * cpu / 1000, 3), voluntary_switches=int(run.answered * cpu),
        involuntary_switches=int(run.answered * cpu / 9), threads=threads, rss=rss + run.repeat, pss=rss - 9,
        virtual=rss * 6 + threads * 8,
    )  # fmt: skip
    return run.model_copy(update={"usage": used})


def _agreement(stacks: tuple[str, ...]) -> Iterator[Agreement]:
    for request in ("list", "get", "create", "update", "person"):
        for stack in stacks:
            own = stack.startswith("headway")
            yield Agreement(
                stack=stack,
                request=request,
                agrees=True,
                compared="the fields that both have" if own else "the whole body",
                size=18_400 if own else 17_912,
                does_more="sign-in by token, permissions in the query, ETag" if own else None,
            )
