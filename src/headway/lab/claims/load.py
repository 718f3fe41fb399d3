"""The guide's load test: 50 to 1,000 users who work without a pause, and how many the server carries."""

from collections.abc import Callable

from headway.lab.claims.evidence import Evidence, Series, by_throughput, figures, lost, p99, ratio, sent, smallest
from headway.lab.claims.evidence import throughput as rate
from headway.lab.claims.judging import (
    DOES_NOT,
    HOLDS,
    ONLY_IF,
    TOLERANCE,
    Definition,
    Judgement,
    Need,
    ms,
    number,
    reaches,
    spread,
    times,
)
from headway.lab.claims.times import SYNC, promise, slowness
from headway.lab.claims.words import IN_ASYNC_DEF, NAMES

GROUP = "Load test"
MIX = "mix"
CALL = "one-call"
# A person waits this long without noticing much.
BEARABLE = 1_000
DEADLOCK = "the session is a dependency and threads and pool are FastAPI's and SQLAlchemy's defaults, which deadlock"


def conditions(users: int) -> str:
    return (
        f"{users:,} users without a pause; 70 % list 50 tasks, 15 % get one, 10 % create, 5 % update; users divided "
        "by throughput, which counts the unanswered too."
    )


def slow(users: int, claimed: float) -> Callable[[Evidence], Judgement | None]:
    """Judges an average that the guide gives for the sync Session under load."""

    def judge(evidence: Evidence) -> Judgement | None:
        series = {stack: evidence.series(by_throughput, stack, MIX, users) for stack in SYNC}
        inside, threads, default = series["blocking"], series["fair"], series["threadpool"]
        if not inside or not threads:
            return None
        verdict, only_if = slowness(claimed, threads, inside)
        if verdict == DOES_NOT and default and reaches(default, claimed) == "yes":
            verdict, only_if = ONLY_IF, DEADLOCK
        if verdict == HOLDS:
            why = f"Threads of a fair size took {ms(threads.median)} as well."
        elif only_if == IN_ASYNC_DEF:
            why = f"In threads of a fair size it was {ms(threads.median)}."
        else:
            why = (
                f"One by one it took {ms(inside.median)}, in threads {ms(threads.median)}: statements here take far "
                "less than the guide's must have."
            )
        listed = [(stack, one) for stack, one in series.items() if one]
        return Judgement(
            conditions(users),
            "; ".join(f"{NAMES[stack]} {ms(one.median)}" for stack, one in listed) + unanswered(evidence, users),
            "; ".join(spread(one, ms) for _, one in listed),
            smallest(inside, threads),
            verdict,
            why,
            only_if,
            figures([NAMES[stack] for stack, _ in listed], [one for _, one in listed]) | {"the guide": claimed},
        )

    return judge


def unanswered(evidence: Evidence, users: int) -> str:
    """How many got no answer, where any did not."""
    told = []
    for stack in SYNC:
        runs = evidence.of(stack, MIX, users)
        missing = sum(map(lost, runs))
        if missing:
            told.append(f"{NAMES[stack]}: {missing:.0f} of {sum(map(sent, runs)):.0f} not answered")
    return "; " + "; ".join(told) if told else ""


def failing(evidence: Evidence) -> Judgement | None:
    """200 users on the sync Session: Timeouts/Failures."""
    shares = {}
    for stack in SYNC:
        # Whoever is locked at 100 is not asked by 200.
        runs = evidence.of(stack, MIX, 200) or [run for run in evidence.of(stack, MIX, 100) if lost(run)]
        if runs:
            shares[stack] = Series(tuple(lost(run) / sent(run) if sent(run) else 1.0 for run in runs))
    if not {"blocking", "fair"} <= shares.keys():
        return None
    failed = [stack for stack, one in shares.items() if one.median > 0]
    if "fair" in failed:
        verdict, only_if, why = HOLDS, None, "Threads of a fair size left some unanswered too."
    elif "blocking" in failed:
        verdict, only_if, why = ONLY_IF, IN_ASYNC_DEF, "Threads of a fair size answered everybody."
    elif failed:
        verdict, only_if, why = ONLY_IF, DEADLOCK, "Threads of a fair size answered everybody."
    else:
        verdict, only_if, why = DOES_NOT, None, "Everybody was answered in time on each of them."
    return Judgement(
        conditions(200),
        "; ".join(f"{NAMES[stack]} {one.median:.0%} not answered" for stack, one in shares.items()),
        "; ".join(f"{one.least:.0%} to {one.most:.0%}" for one in shares.values()),
        smallest(*shares.values()),
        verdict,
        why,
        only_if,
    )


def better(evidence: Evidence) -> Judgement | None:
    """8-50x better concurrent request handling."""
    async_rate = {users: evidence.series(rate, "async-asyncpg", MIX, users) for users in (50, 100, 200)}
    inside = {users: ratio(one, evidence.series(rate, "blocking", MIX, users)) for users, one in async_rate.items()}
    threads = {users: ratio(one, evidence.series(rate, "fair", MIX, users)) for users, one in async_rate.items()}
    call = evidence.series(by_throughput, "async-asyncpg", CALL, 100)
    call_inside = ratio(evidence.series(by_throughput, "blocking", CALL, 100), call)
    call_threads = ratio(evidence.series(by_throughput, "fair", CALL, 100), call)
    if not (all(inside.values()) and all(threads.values()) and call_inside and call_threads):
        return None
    best_threads = max(call_threads.median, *(one.median for one in threads.values()))
    best_inside = max(call_inside.median, *(one.median for one in inside.values()))
    if best_threads >= 8 / TOLERANCE:
        verdict, only_if = HOLDS, None
    elif best_inside >= 8 / TOLERANCE:
        verdict, only_if = ONLY_IF, f"the database call is slow (50 ms) and {IN_ASYNC_DEF}"
    else:
        verdict, only_if = DOES_NOT, None
    own = sorted(one.median for one in threads.values())
    return Judgement(
        "Answers a second of AsyncSession + asyncpg divided by those of the sync Session: 100 requests at once with "
        "a 50 ms call, and the mix at 50, 100 and 200 users.",
        f"50 ms call: {times(call_inside.median)} against async def, {times(call_threads.median)} against threads; "
        f"mix: {times(min(one.median for one in inside.values()))} to "
        f"{times(max(one.median for one in inside.values()))}, and {times(own[0])} to {times(own[-1])}",
        f"50 ms call: {spread(call_inside, times)}; {spread(call_threads, times)}",
        smallest(call_inside, call_threads, *inside.values(), *threads.values()),
        verdict,
        f"Against threads of a fair size it was {times(best_threads)} at best; where statements are quick, the CPU "
        "decides and not the waiting.",
        only_if,
        figures(["50 ms, against async def", "50 ms, against threads"], [call_inside, call_threads]),
    )


def capacity(stacks: tuple[str, ...], claimed: int, *, at_most: bool) -> Callable[[Evidence], Judgement | None]:
    """Judges a number of concurrent users that can be carried: nobody waits longer than is bearable."""

    def judge(evidence: Evidence) -> Judgement | None:
        found = {stack: carried(evidence, stack) for stack in stacks}
        if not all(found.values()):
            return None
        limits = {stack: int(one.median) for stack, one in found.items()}
        tried = {stack: max(evidence.users(stack, CALL)) for stack in stacks}
        if any(limits[stack] == tried[stack] <= claimed for stack in stacks[:1]) and (
            at_most or tried[stacks[0]] < claimed
        ):
            return None  # more users were not tried, so nobody knows
        told = "; ".join(
            f"{NAMES[stack]} {limits[stack]:,}{' or more' if limits[stack] == tried[stack] else ''}" for stack in stacks
        )
        first, only_if = stacks[0], None
        if at_most:
            kept = limits[first] <= claimed
            why = (
                f"{NAMES['fair']} carried {limits['fair']:,}, {NAMES['blocking']} {limits['blocking']:,}."
                if {"fair", "blocking"} <= limits.keys()
                else ""
            )
        else:
            kept = limits[first] >= claimed
            others = [stack for stack in stacks[1:] if limits[stack] >= claimed]
            why = f"{NAMES[first]} carried {limits[first]:,}."
            if not kept and others:
                only_if = "ORM entities are left out: " + ", ".join(f"{NAMES[s]} carried {limits[s]:,}" for s in others)
        verdict = HOLDS if kept else ONLY_IF if only_if else DOES_NOT
        return Judgement(
            "The most requests at once, each with a 50 ms call, of which 99 in 100 are answered within "
            f"{BEARABLE // 1000} s and none is lost; of the numbers that were tried.",
            told,
            "; ".join(f"{one.least:,.0f} to {one.most:,.0f}" for one in found.values()),
            smallest(*found.values()),
            verdict,
            why,
            only_if,
            {NAMES[stack]: float(limit) for stack, limit in limits.items()},
        )

    return judge


def carried(evidence: Evidence, stack: str) -> Series:
    """For each repeat, the highest number of users up to which everybody was answered in bearable time."""
    runs = [run for run in evidence.runs if (run.stack, run.scenario) == (stack, CALL)]
    repeats = sorted({run.repeat for run in runs})
    found = []
    for repeat in repeats:
        best = 0
        for run in sorted((run for run in runs if run.repeat == repeat), key=lambda run: run.users):
            slowest = p99(run)
            if lost(run) or slowest is None or slowest > BEARABLE:
                break
            best = run.users
        found.append(float(best))
    return Series(tuple(found))


def thousands(evidence: Evidence) -> Judgement | None:
    """Can handle thousands of concurrent requests."""
    runs = [run for run in evidence.of("async-asyncpg", CALL) if run.users >= 2_000]
    if not runs:
        return None
    most = max(run.users for run in runs)
    runs = [run for run in runs if run.users == most]
    missing = sum(map(lost, runs))
    waited = evidence.series(p99, "async-asyncpg", CALL, most)
    verdict = DOES_NOT if missing else HOLDS
    return Judgement(
        f"{most:,} requests at once, each with a 50 ms call, {number(float(runs[0].options.get('pool', 0)))} "
        "connections.",
        f"{missing:.0f} of {sum(map(sent, runs)):.0f} not answered; 99 in 100 within "
        f"{ms(waited.median) if waited else '–'}",
        spread(waited, ms),
        len(runs),
        verdict,
        f"{missing:.0f} got no answer in time."
        if missing
        else "All are accepted and answered; they wait for a connection, "
        "so more at once means longer and not more a second.",
    )


def need(scenario: str, users: tuple[int, ...], *stacks: str) -> Need:
    return Need(scenario, stacks, users)


LEVELS = (1, 10, 100, 200, 1_000)
CLAIMS = [
    *(
        Definition(
            f"load-{users}-sync", GROUP, f"{users} users: Sync Session", claimed,
            (need(MIX, (users,), *stacks),), judge,
        )
        for users, claimed, judge, stacks in (
            (50, "2.5s avg", slow(50, 2_500), SYNC),
            (100, "8.2s avg", slow(100, 8_200), SYNC),
            (200, "Timeouts/Failures", failing, ("blocking", "fair")),
        )
    ),
    *(
        Definition(
            f"load-{users}-async", GROUP, f"{users:,} users: AsyncSession", f"{claimed / 1000:.1f}s avg",
            (need(MIX, (users,), "async-asyncpg", "headway", "floor"),),
            promise(by_throughput, MIX, users, claimed, conditions(users)),
        )
        for users, claimed in ((50, 100), (100, 200), (200, 400), (1_000, 1_200))
    ),
    Definition(
        "better-8-50", GROUP, "8-50x better concurrent request handling", "8x to 50x",
        (need(MIX, (50, 100, 200), "blocking", "fair", "async-asyncpg"),
         need(CALL, (100,), "blocking", "fair", "async-asyncpg")), better,
    ),
    Definition(
        "capacity-sync", GROUP, "Sync: total capacity", "~100 concurrent users",
        (need(CALL, LEVELS, "fair"), need(CALL, (1, 10, 100), "blocking")),
        capacity(("fair", "blocking"), 100, at_most=True),
    ),
    Definition(
        "capacity-async", GROUP, "Async: total capacity", "~1000+ concurrent users",
        (need(CALL, LEVELS, "async-asyncpg", "headway", "floor"),),
        capacity(("async-asyncpg", "headway", "floor"), 1_000, at_most=False),
    ),
    Definition(
        "thousands", GROUP, "Can handle thousands of concurrent requests", "thousands",
        (need(CALL, (2_000,), "async-asyncpg"),), thousands,
    ),
]  # fmt: skip
