"""What the guide says of blocking: threads, the loop, rollback, several operations, CPU-bound work, batch jobs."""

from headway.lab.claims.evidence import (
    Evidence,
    extra,
    figures,
    lost,
    mean,
    ratio,
    smallest,
    throughput,
)
from headway.lab.claims.judging import (
    DOES_NOT,
    HOLDS,
    ONLY_IF,
    QUIET,
    TOLERANCE,
    Definition,
    Judgement,
    Need,
    ms,
    number,
    spread,
    times,
)
from headway.lab.claims.words import NAMES, names
from headway.runs.schemas import Run

GROUP = "Blocking"
# A ping that waits less than this has not been kept waiting by a 50 ms database call.
UNDISTURBED = 50.0
PING = extra("ping_p99")


def blocked(evidence: Evidence) -> Judgement | None:
    """Elimination of thread blocking."""
    kinds = ("blocking", "fair", "async-asyncpg", "headway")
    series = {kind: evidence.series(PING, kind, "ping", 20) for kind in kinds}
    lag = evidence.series(extra("lag_p99"), "async-asyncpg", "ping", 20)
    own, inside, threads = series["async-asyncpg"], series["blocking"], series["fair"]
    if not own or not inside or not threads:
        return None
    least_work = evidence.series(PING, "floor", "ping", 20)
    if own.median <= UNDISTURBED:
        verdict, only_if = HOLDS, None
    elif least_work and least_work.median <= UNDISTURBED:
        verdict = ONLY_IF
        only_if = "the loop has little else to do: with ORM entities for 20 users it is the CPU that keeps it waiting"
    else:
        verdict, only_if = DOES_NOT, None
    listed = [(kind, one) for kind, one in series.items() if one]
    return Judgement(
        "20 users keep requests with a 50 ms call under way; beside them 50 pings a second that ask nothing of the "
        f"database. It holds where 99 in 100 pings wait {UNDISTURBED:.0f} ms at most.",
        "p99 of a ping: " + "; ".join(f"{NAMES[kind]} {ms(one.median)}" for kind, one in listed)
        + (f"; lag of the loop with AsyncSession {ms(lag.median)}" if lag else ""),
        "; ".join(spread(one, ms) for _, one in listed),
        smallest(own, inside, threads),
        verdict,
        f"A sync Session inside async def keeps everybody else waiting {ms(inside.median)}; in threads it is "
        f"{ms(threads.median)}, with AsyncSession {ms(own.median)}.",
        only_if,
        figures(names([kind for kind, _ in listed]), [one for _, one in listed]),
    )  # fmt: skip


def rollback(evidence: Evidence) -> Judgement | None:
    """Non-blocking rollback."""
    own, inside = (evidence.series(PING, stack, "rollback") for stack in ("async-asyncpg", "blocking"))
    left = evidence.series(extra("rows_left"), "async-asyncpg", "rollback")
    if not own or not inside or not left:
        return None
    kept = own.median <= UNDISTURBED and not left.most
    return Judgement(
        "10 users whose requests insert, fail and roll back over a link of 50 ms a round trip; beside them 50 pings "
        "a second.",
        f"p99 of a ping: {NAMES['async-asyncpg']} {ms(own.median)}, {NAMES['blocking']} {ms(inside.median)}; rows "
        f"left behind: {left.most:.0f}",
        f"{spread(own, ms)}; {spread(inside, ms)}",
        smallest(own, inside, left),
        HOLDS if kept else DOES_NOT,
        f"While one request waits for its ROLLBACK, others go on after {ms(own.median)}; with the sync Session inside "
        f"async def they wait {ms(inside.median)}. The guide's own snippet rolls back outside of the session's block, "
        "which is a fault of its own: see docs/async-guide.md.",
        chart=figures(names(("async-asyncpg", "blocking")), [own, inside]),
    )


def several(evidence: Evidence) -> Judgement | None:
    """Multiple database operations per request."""
    one_by_one = evidence.series(mean, "async-asyncpg", "several", 1, how="one-by-one")
    parallel = evidence.series(mean, "async-asyncpg", "several", 1, how="parallel")
    sync = evidence.series(mean, "fair", "several", 1, how="one-by-one")
    busy = ratio(
        evidence.series(throughput, "async-asyncpg", "several", 100, how="parallel"),
        evidence.series(throughput, "async-asyncpg", "several", 100, how="one-by-one"),
    )
    gain = ratio(one_by_one, parallel)
    if not gain or not sync:
        return None
    kept = gain.median >= 2
    under_load = f" With 100 users at once it brings {times(busy.median)} the throughput." if busy else ""
    return Judgement(
        "A request with five statements of 50 ms: one after the other, and in parallel on five sessions.",
        f"one after the other {ms(one_by_one.median)}, in parallel {ms(parallel.median)}; sync Session "
        f"{ms(sync.median)}"
        + (f"; with 100 users {times(busy.median)}" if busy else ""),
        f"{spread(one_by_one, ms)}; {spread(parallel, ms)}",
        smallest(gain, sync),
        ONLY_IF if kept else DOES_NOT,
        f"await alone changes nothing: {ms(one_by_one.median)} against {ms(sync.median)} with the sync "
        f"Session.{under_load}",
        "they run side by side on sessions of their own (one AsyncSession belongs to one task), and connections are "
        "to spare"
        if kept else None,
        figures(["one after the other", "in parallel", "sync"], [one_by_one, parallel, sync]),
    )  # fmt: skip


def thread_pool(evidence: Evidence) -> Judgement | None:
    """Limited by thread pool size (typically 10-100 threads)."""
    sizes = (10, 40, 100)
    series = {size: evidence.series(throughput, "fair", "threads", threads=float(size)) for size in sizes}
    own = evidence.series(throughput, "async-asyncpg", "one-call", 200)
    if not all(series.values()):
        return None
    limits = {size: size / 0.05 for size in sizes}
    near = [size for size in sizes if series[size].median >= limits[size] / (TOLERANCE * 1.2)]
    growing = series[10].median * TOLERANCE < series[40].median
    verdict = HOLDS if growing and 100 in near else ONLY_IF if growing else DOES_NOT
    told = ", ".join(f"{size} threads {number(series[size].median)}/s" for size in sizes)
    return Judgement(
        "200 users keep requests with a 50 ms call under way, threads = connections; N threads can give N / 0.05 s "
        "answers.",
        told + (f"; AsyncSession, pool 100, a burst of 200: {number(own.median)}/s" if own else ""),
        "; ".join(spread(one, number) for one in series.values()),
        smallest(*series.values()),
        verdict,
        f"10 threads give {series[10].median / limits[10]:.0%} of what they could, 40 give "
        f"{series[40].median / limits[40]:.0%}, 100 give {series[100].median / limits[100]:.0%}: "
        + ("the pool is the limit throughout." if verdict == HOLDS else "then the CPU is the limit and not the pool."),
        "there are few threads: with many, one Python process runs out of CPU first" if verdict == ONLY_IF else None,
        {f"{size} threads": round(one.median, 1) for size, one in series.items()},
    )


def cpu_bound(evidence: Evidence) -> Judgement | None:
    """Consider the sync Session when operations are CPU-intensive."""
    own, threads = (evidence.series(throughput, stack, "cpu") for stack in ("async-asyncpg", "fair"))
    own_ping, threads_ping = (evidence.series(PING, stack, "cpu") for stack in ("async-asyncpg", "fair"))
    gain = ratio(threads, own)
    if not gain or not own_ping or not threads_ping:
        return None
    faster, kinder = gain.median >= TOLERANCE, own_ping.median >= TOLERANCE * threads_ping.median
    verdict = HOLDS if faster else ONLY_IF if kinder else DOES_NOT
    return Judgement(
        "8 users whose requests compute in Python; inline in async def, and in def endpoints in threads. Beside them "
        "50 pings a second.",
        f"threads {number(threads.median)}/s, async def {number(own.median)}/s; p99 of a ping "
        f"{ms(threads_ping.median)} and {ms(own_ping.median)}",
        f"{spread(threads, number)}; {spread(own, number)}",
        smallest(gain, own_ping, threads_ping),
        verdict,
        f"One Python process computes on one core either way ({times(gain.median)}); a def endpoint can be used "
        "beside AsyncSession in the same application, so it is no reason for a sync Session.",
        "fairness to other requests is meant and not speed: threads take turns, the loop finishes one first"
        if verdict == ONLY_IF else None,
        figures(["threads", "async def"], [threads, own]),
    )  # fmt: skip


def batch(evidence: Evidence) -> Judgement | None:
    """Consider the sync Session for simple scripts or batch jobs."""

    def seconds(run: Run) -> float:
        return run.seconds * 1000

    sync, own = (evidence.series(seconds, stack, "batch") for stack in ("fair", "async-asyncpg"))
    gain = ratio(own, sync)
    if not gain:
        return None
    rows = evidence.of("fair", "batch")[0].options.get("rows", 0)
    verdict = HOLDS if gain.median >= 1 / 1.1 else DOES_NOT
    only_if = None
    if verdict == HOLDS and gain.least < 1 / TOLERANCE:
        verdict, only_if = ONLY_IF, QUIET
    return Judgement(
        f"{rows:,.0f} rows updated by one script in one transaction, 1,000 a statement, by primary key.",
        f"sync Session on psycopg {ms(sync.median)}, AsyncSession on asyncpg {ms(own.median)}",
        f"{spread(sync, ms)}; {spread(own, ms)}",
        smallest(gain),
        verdict,
        f"AsyncSession takes {times(gain.median)} the time: with nobody else to serve there is nothing to gain by not "
        "waiting.",
        only_if,
        figures(["sync Session", "AsyncSession"], [sync, own]),
    )


def scaling(evidence: Evidence) -> Judgement | None:
    """Better scalability for production workloads."""
    few, many = 50, 200
    kept = {
        stack: ratio(evidence.series(throughput, stack, "mix", many), evidence.series(throughput, stack, "mix", few))
        for stack in ("fair", "async-asyncpg", "headway")
    }
    own, threads = kept["async-asyncpg"], kept["fair"]
    if not own or not threads:
        return None
    missing = {stack: sum(lost(run) for run in evidence.of(stack, "mix", many)) for stack in kept}
    gain = ratio(own, threads)
    verdict = HOLDS if gain.median >= TOLERANCE or (missing["fair"] and not missing["async-asyncpg"]) else DOES_NOT
    return Judgement(
        f"The mix: answers a second with {many:,} users as a share of those with {few}, in one process.",
        "; ".join(
            f"{NAMES[stack]} {one.median:.0%}" + (f", {missing[stack]:.0f} not answered" if missing[stack] else "")
            for stack, one in kept.items()
            if one
        ),
        "; ".join(spread(one, "{:.0%}".format) for one in kept.values() if one),
        smallest(own, threads),
        verdict,
        f"From {few} to {many:,} users AsyncSession keeps {own.median:.0%} of its throughput, threads keep "
        f"{threads.median:.0%}: "
        + ("the loop bears a crowd better." if verdict == HOLDS else "one process is at its limit either way."),
        chart={NAMES[stack]: round(one.median, 3) for stack, one in kept.items() if one},
    )


PINGED = Need("ping", ("blocking", "fair", "async-asyncpg", "headway", "floor"))
CLAIMS = [
    Definition("thread-blocking", GROUP, "Elimination of thread blocking", "eliminated", (PINGED,), blocked),
    Definition(
        "rollback", GROUP, "Non-blocking rollback", "non-blocking",
        (Need("rollback", ("async-asyncpg", "blocking")),), rollback,
    ),
    Definition(
        "several", GROUP, "Use AsyncSession when: multiple database operations per request", "better",
        (Need("several", ("async-asyncpg", "fair")),), several,
    ),
    Definition(
        "thread-pool", GROUP, "Limited by thread pool size (typically 10-100 threads)", "limited",
        (Need("threads", ("fair",)), Need("one-call", ("async-asyncpg",), (200,))), thread_pool,
    ),
    Definition(
        "scalability", GROUP, "Better scalability for production workloads", "better",
        (Need("mix", ("fair", "async-asyncpg", "headway"), (50, 200)),), scaling,
    ),
    Definition(
        "cpu-bound", GROUP, "Consider the sync Session when: CPU-intensive operations", "better",
        (Need("cpu", ("async-asyncpg", "fair")),), cpu_bound,
    ),
    Definition(
        "batch", GROUP, "Consider the sync Session when: simple scripts or batch jobs", "better",
        (Need("batch", ("fair", "async-asyncpg")),), batch,
    ),
]  # fmt: skip
