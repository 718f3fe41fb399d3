"""The guide's table of response times: 1, 10, 100 and 1,000 requests at once, each with a database call of 50 ms."""

from collections.abc import Callable

from headway.lab.claims.evidence import Evidence, Figure, Series, figures, longest, lost, mean, ratio, sent, smallest
from headway.lab.claims.judging import (
    DOES_NOT,
    HOLDS,
    ONLY_IF,
    QUIET,
    Definition,
    Judgement,
    Need,
    ms,
    reaches,
    spread,
    times,
    within,
)
from headway.lab.claims.words import IN_ASYNC_DEF, IN_ASYNC_DEF_SLOWEST, SIMPLER, names
from headway.runs.schemas import Verdict

GROUP = "Response times"
SCENARIO = "one-call"
SYNC = ("blocking", "threadpool", "fair")
ASYNC = ("async-asyncpg", "async-psycopg", "headway", "floor")


def conditions(users: int) -> str:
    many = "One request" if users == 1 else f"{users:,} requests at once"
    return f"{many}, each one statement that takes 50 ms in the database; mean of a burst."


def deadlocked(evidence: Evidence, users: int) -> str:
    """What FastAPI's defaults with the session as a dependency did, where that was worse than waiting."""
    runs = evidence.of("threadpool", SCENARIO, users)
    if not any(lost(run) for run in runs):
        return ""
    worst = max(runs, key=lost)
    return (
        f" With the session as a dependency and FastAPI's default threads, {lost(worst):.0f} of {sent(worst):.0f} "
        "were not answered: requests hold a connection while they wait for a thread."
    )


def slow(users: int, claimed: float) -> Callable[[Evidence], Judgement | None]:
    """Judges a time that the guide gives for the sync Session."""

    def judge(evidence: Evidence) -> Judgement | None:
        inside = evidence.series(mean, "blocking", SCENARIO, users)
        slowest = evidence.series(longest, "blocking", SCENARIO, users)
        threads = evidence.series(mean, "fair", SCENARIO, users)
        if not inside or not threads:
            return None
        measured = f"in async def {ms(inside.median)}, slowest {ms(slowest.median)}; in threads {ms(threads.median)}"
        verdict, only_if = slowness(claimed, threads, inside, slowest)
        why = {
            None: f"FastAPI's threads wait side by side: {ms(threads.median)}.",
            IN_ASYNC_DEF: f"Inside async def requests go one by one; in threads of a fair size it was "
            f"{ms(threads.median)}.",
            IN_ASYNC_DEF_SLOWEST: f"One by one the last request waits {ms(slowest.median)}, the average one half of "
            f"it.",
        }[only_if]
        if verdict == HOLDS:
            why = f"Even in threads it took {ms(threads.median)}."
        elif verdict == DOES_NOT:
            why = f"One by one the slowest request took {ms(slowest.median)}, and in threads {ms(threads.median)}."
        return Judgement(
            conditions(users),
            measured,
            f"in async def {spread(inside, ms)}; in threads {spread(threads, ms)}",
            smallest(inside, threads),
            verdict,
            why + deadlocked(evidence, users),
            only_if,
            figures(["sync in async def", "sync in threads"], [inside, threads]) | {"the guide": claimed},
        )

    return judge


def slowness(
    claimed: float, threads: Series, inside: Series, slowest: Series | None = None
) -> tuple[Verdict, str | None]:
    """(verdict, only if) of a slowness that the guide claims of the sync Session."""
    if reaches(threads, claimed) == "yes":
        return HOLDS, None
    if reaches(inside, claimed) == "yes":
        return ONLY_IF, IN_ASYNC_DEF
    if slowest and reaches(slowest, claimed) == "yes":
        return ONLY_IF, IN_ASYNC_DEF_SLOWEST
    return DOES_NOT, None


def single(evidence: Evidence) -> Judgement | None:
    """One request at a time: the same for both."""
    kinds = ("blocking", "fair", "async-asyncpg")
    series = [evidence.series(mean, kind, SCENARIO, 1) for kind in kinds]
    if not all(series):
        return None
    kept = {within(one, 50) for one in series}
    verdict = HOLDS if kept == {"yes"} else DOES_NOT if "no" in kept else ONLY_IF
    worst, best = max(one.median for one in series), min(one.median for one in series)
    return Judgement(
        conditions(1),
        "; ".join(f"{name} {ms(one.median)}" for name, one in zip(names(kinds), series, strict=True)),
        "; ".join(spread(one, ms) for one in series),
        smallest(*series),
        verdict,
        f"Alone, nobody waits for anybody: the statement's 50 ms and {worst - 50:.1f} ms at most around it; the two "
        f"kinds of Session are {worst - best:.1f} ms apart.",
        QUIET if verdict == ONLY_IF else None,
        figures(names(kinds), series),
    )


def timeout(evidence: Evidence) -> Judgement | None:
    """1,000 at once on the sync Session: Timeout/Error."""
    users = 1_000
    inside, threads = (evidence.of(stack, SCENARIO, users) for stack in ("blocking", "fair"))
    if not inside or not threads:
        return None
    limit = inside[0].options.get("time_limit", 0)
    worst_inside, worst_threads = (max(lost(run) / sent(run) for run in runs) for runs in (inside, threads))
    waited = evidence.series(mean, "fair", SCENARIO, users)
    if worst_threads > 0:
        verdict, only_if, why = HOLDS, None, "Threads of a fair size left some unanswered too."
    elif worst_inside > 0:
        verdict, only_if = ONLY_IF, IN_ASYNC_DEF
        why = f"In threads of a fair size all {users:,} were answered, after {ms(waited.median)} on average."
    else:
        verdict, only_if, why = DOES_NOT, None, f"All were answered within {limit:g} s."
    return Judgement(
        f"{conditions(users)} A request is given up after {limit:g} s.",
        f"not answered: in async def {worst_inside:.0%}; in threads {worst_threads:.0%}",
        "; ".join(
            " to ".join(f"{share:.0%}" for share in (min(shares), max(shares)))
            for shares in ([lost(run) / sent(run) for run in runs] for runs in (inside, threads))
        ),
        min(len(inside), len(threads)),
        verdict,
        why + deadlocked(evidence, users),
        only_if,
    )


def quick(users: int, claimed: float) -> Callable[[Evidence], Judgement | None]:
    """Judges a time that the guide promises of AsyncSession."""
    return promise(mean, SCENARIO, users, claimed, conditions(users))


def promise(
    figure: Figure, scenario: str, users: int, claimed: float, how: str
) -> Callable[[Evidence], Judgement | None]:
    """Judges a time of AsyncSession that has to be reached, and says who else reached it."""

    def judge(evidence: Evidence) -> Judgement | None:
        series = {stack: evidence.series(figure, stack, scenario, users) for stack in ASYNC}
        own = series["async-asyncpg"]
        if not own:
            return None
        missing = sum(lost(run) for run in evidence.of("async-asyncpg", scenario, users))
        others = [(stack, one) for stack, one in series.items() if one and stack in SIMPLER]
        reached = [stack for stack, one in others if within(one, claimed) == "yes"]
        kept = "no" if missing else within(own, claimed)
        only_if = None
        if kept == "yes":
            verdict, why = HOLDS, f"{ms(own.median)} is what ORM entities through AsyncSession take here."
        elif kept == "partly":
            verdict, only_if, why = ONLY_IF, QUIET, f"The repeats lie around the limit: {spread(own, ms)}."
        elif reached:
            verdict, only_if = ONLY_IF, SIMPLER[reached[0]]
            why = f"ORM entities through AsyncSession took {ms(own.median)}: the CPU is the limit, not the waiting."
        else:
            verdict = DOES_NOT
            best = min(others, key=lambda one: one[1].median, default=None)
            floor = f"; the quickest stack here, {names([best[0]])[0]}, took {ms(best[1].median)}" if best else ""
            why = f"{ms(own.median)} on average{floor}." + (f" {missing:.0f} got no answer." if missing else "")
        listed = [(stack, one) for stack, one in series.items() if one]
        return Judgement(
            how,
            "; ".join(
                f"{name} {ms(one.median)}" for name, (_, one) in zip(names([s for s, _ in listed]), listed, strict=True)
            ),
            spread(own, ms),
            smallest(own),
            verdict,
            why,
            only_if,
            figures(names([stack for stack, _ in listed]), [one for _, one in listed]) | {"the guide": claimed},
        )

    return judge


def factor(users: int, claimed: float) -> Callable[[Evidence], Judgement | None]:
    """Judges how many times faster AsyncSession is said to be."""

    def judge(evidence: Evidence) -> Judgement | None:
        own = evidence.series(mean, "async-asyncpg", SCENARIO, users)
        threads = ratio(evidence.series(mean, "fair", SCENARIO, users), own)
        inside = ratio(evidence.series(mean, "blocking", SCENARIO, users), own)
        slowest = ratio(evidence.series(longest, "blocking", SCENARIO, users), own)
        if not threads or not inside:
            return None
        verdict, only_if = slowness(claimed, threads, inside, slowest)
        if verdict == HOLDS:
            why = f"Even against fair threads it is {times(threads.median)}."
        elif verdict == ONLY_IF:
            why = f"Against the same Session in threads of a fair size it is {times(threads.median)}."
        else:
            why = (
                f"{times(inside.median)} against requests that go one by one, {times(threads.median)} against threads."
            )
        return Judgement(
            conditions(users) + " Mean of the sync Session divided by the mean of AsyncSession + asyncpg.",
            f"against async def {times(inside.median)}; against threads {times(threads.median)}",
            f"{spread(inside, times)}; {spread(threads, times)}",
            smallest(threads, inside),
            verdict,
            why,
            only_if,
            figures(["against async def", "against threads"], [inside, threads]) | {"the guide": claimed},
        )

    return judge


def handles(users: int) -> Callable[[Evidence], Judgement | None]:
    """Judges that everybody is answered."""

    def judge(evidence: Evidence) -> Judgement | None:
        runs = evidence.of("async-asyncpg", SCENARIO, users)
        if not runs:
            return None
        missing, waited = sum(lost(run) for run in runs), evidence.series(mean, "async-asyncpg", SCENARIO, users)
        threads = evidence.of("fair", SCENARIO, users)
        also = " So did threads of a fair size, in more time." if threads and not any(map(lost, threads)) else ""
        return Judgement(
            conditions(users),
            f"{missing:.0f} of {sum(map(sent, runs)):.0f} not answered; mean {ms(waited.median) if waited else '–'}",
            spread(waited, ms),
            len(runs),
            DOES_NOT if missing else HOLDS,
            f"{missing:.0f} requests got no answer in time." if missing else f"Each request was answered.{also}",
        )

    return judge


def need(users: int, *stacks: str) -> tuple[Need, ...]:
    return (Need(SCENARIO, stacks, (users,)),)


BOTH = ("blocking", "fair", "async-asyncpg")


def row(users: int, sync: str, asynchronous: str) -> list[Definition]:
    """The two times of one row of the guide's table."""
    judge = {10: slow(10, 500), 100: slow(100, 5_000), 1_000: timeout}[users]
    promised = {10: 60.0, 100: 100.0, 1_000: 200.0}[users]
    many = f"{users:,} concurrent"
    return [
        Definition(f"table-{users}-sync", GROUP, f"{many}: Sync Session", sync, need(users, *SYNC), judge),
        Definition(
            f"table-{users}-async",
            GROUP,
            f"{many}: AsyncSession",
            asynchronous,
            need(users, *ASYNC),
            quick(users, promised),
        ),
    ]


CLAIMS = [
    Definition("table-1", GROUP, "Single request: the same with both", "50 ms, 50 ms", need(1, *BOTH), single),
    *row(10, "500 ms", "60 ms"),
    Definition("table-10-factor", GROUP, "10 concurrent: improved", "8.3x faster", need(10, *BOTH), factor(10, 8.3)),
    *row(100, "5000 ms", "100 ms"),
    Definition("table-100-factor", GROUP, "100 concurrent: improved", "50x faster", need(100, *BOTH), factor(100, 50)),
    *row(1_000, "Timeout/Error", "200 ms"),
    Definition(
        "table-1000-handles", GROUP, "1,000 concurrent: improved", "Handles load",
        need(1_000, "fair", "async-asyncpg"), handles(1_000),
    ),
]  # fmt: skip
