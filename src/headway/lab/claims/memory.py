"""What the guide says of memory and of context switches."""

from collections.abc import Callable

from headway.lab.claims.evidence import (
    Evidence,
    Figure,
    Series,
    cpu_per_thousand,
    figures,
    ratio,
    rss,
    smallest,
    switches_per_request,
    threads,
    virtual,
)
from headway.lab.claims.judging import (
    DOES_NOT,
    HOLDS,
    ONLY_IF,
    TOLERANCE,
    Definition,
    Judgement,
    Need,
    mb,
    number,
    spread,
    times,
)

GROUP = "Memory and CPU"
IN_FLIGHT = (
    "100 users keep requests with a 50 ms call under way; resident memory of the server process, highest sample."
)
THREADS = (
    f"{IN_FLIGHT} The sync Session has 100 threads and 100 connections, AsyncSession one thread and 100 connections."
)
NEEDS = (Need("threads", ("fair",)), Need("memory", ("async-asyncpg", "headway", "floor"), (100,)))


def busy_threads(evidence: Evidence, figure: Figure) -> Series:
    """A figure of 100 busy threads."""
    return evidence.series(figure, "fair", "threads", threads=100.0)


def rest_of_threads(evidence: Evidence, figure: Figure) -> Series:
    """The same of that server before anybody asked it anything."""
    return evidence.series(figure, "fair", "rest", threads=100.0)


def sync_memory(evidence: Evidence) -> Judgement | None:
    """Sync: 100 concurrent requests = ~800 MB."""
    resident, address = busy_threads(evidence, rss), busy_threads(evidence, virtual)
    if not resident:
        return None
    if resident.median >= 800 / TOLERANCE:
        verdict, only_if = HOLDS, None
    elif address.median >= 800 / TOLERANCE:
        verdict, only_if = (
            ONLY_IF,
            "reserved address space is counted as memory, which costs nothing until it is used",
        )
    else:
        verdict, only_if = DOES_NOT, None
    return Judgement(
        THREADS,
        f"{mb(resident.median)} resident, {mb(address.median)} of address space",
        f"{spread(resident, mb)} resident",
        smallest(resident),
        verdict,
        f"The whole process with 100 threads at work is resident with {mb(resident.median)}.",
        only_if,
        {"resident": round(resident.median, 1), "the guide": 800.0},
    )


def per_thread(evidence: Evidence) -> Judgement | None:
    """Each thread consumes ~8 MB."""
    grown = {}
    for name, figure in (("resident", rss), ("address space", virtual)):
        busy, rest, count = (
            busy_threads(evidence, figure),
            rest_of_threads(evidence, figure),
            busy_threads(evidence, threads),
        )
        idle = rest_of_threads(evidence, threads)
        if not busy or not rest or not idle:
            return None
        both = zip(busy.values, rest.values, count.values, idle.values, strict=False)
        grown[name] = Series(tuple((one - other) / max(1.0, many - few) for one, other, many, few in both))
    resident, address = grown["resident"], grown["address space"]
    if resident.median >= 8 / TOLERANCE:
        verdict, only_if = HOLDS, None
    elif address.median >= 8 / TOLERANCE:
        verdict, only_if = ONLY_IF, "address space is meant: the stack a thread may use, not what it does use"
    else:
        verdict, only_if = DOES_NOT, None
    return Judgement(
        "Growth of the server process from rest to 100 threads at work, divided by the threads that were added; "
        "their connections and sessions are in it.",
        f"{resident.median:.2f} MB resident, {address.median:.1f} MB of address space",
        f"{resident.least:.2f} to {resident.most:.2f} MB resident",
        smallest(resident, address),
        verdict,
        f"A thread takes {resident.median:.2f} MB that are really used.",
        only_if,
        {"resident": round(resident.median, 3), "address space": round(address.median, 2), "the guide": 8.0},
    )


def async_memory(evidence: Evidence) -> Judgement | None:
    """Async: 100 concurrent requests = 1 thread = ~50 MB."""
    own = evidence.series(rss, "async-asyncpg", "memory", 100)
    rest = evidence.series(rss, "async-asyncpg", "rest")
    floor = evidence.series(rss, "floor", "memory", 100)
    if not own or not rest:
        return None
    growth = own.median - rest.median
    if own.median <= 50 * TOLERANCE:
        verdict, only_if = HOLDS, None
    elif floor and floor.median <= 50 * TOLERANCE:
        verdict, only_if = (
            ONLY_IF,
            f"neither FastAPI nor SQLAlchemy is loaded: bare Starlette took {mb(floor.median)}",
        )
    else:
        verdict, only_if = DOES_NOT, None
    return Judgement(
        IN_FLIGHT,
        f"{mb(own.median)}, at rest {mb(rest.median)}",
        spread(own, mb),
        smallest(own, rest),
        verdict,
        f"At rest, with FastAPI and SQLAlchemy imported, it has {mb(rest.median)}; 100 connections and requests added "
        f"{mb(growth)}.",
        only_if,
        figures(["in flight", "at rest"], [own, rest]) | {"the guide": 50.0},
    )


def saving(evidence: Evidence) -> Judgement | None:
    """90 % less memory."""
    own, other = evidence.series(rss, "async-asyncpg", "memory", 100), busy_threads(evidence, rss)
    saved = Series(tuple(1 - one for one in ratio(own, other).values))
    if not saved:
        return None
    kept = saved.median >= 0.9 / TOLERANCE
    return Judgement(
        THREADS,
        f"{abs(saved.median):.0%} {'less' if saved.median > 0 else 'more'}: {mb(own.median)} instead of "
        f"{mb(other.median)}",
        spread(saved, "{:+.0%}".format),
        smallest(saved),
        HOLDS if kept else DOES_NOT,
        f"100 threads and AsyncSession differ by {mb(abs(other.median - own.median))}; the rest is Python and the "
        "libraries, which both load.",
        chart=figures(["AsyncSession", "100 threads"], [own, other]),
    )


def no_switches(evidence: Evidence) -> Judgement | None:
    """Single-threaded event loop (no context switching)."""
    own, other = (
        evidence.series(switches_per_request, "async-asyncpg", "memory", 100),
        busy_threads(evidence, switches_per_request),
    )
    if not own or not other:
        return None
    fewer = ratio(other, own)
    verdict, only_if = DOES_NOT, None
    if own.median < 0.01:
        verdict = HOLDS
    elif fewer.median >= 2:
        verdict, only_if = ONLY_IF, "fewer switches are meant, not none"
    return Judgement(
        f"{IN_FLIGHT} Voluntary and involuntary switches of the server process for each answer; 100 threads beside it.",
        f"{number(own.median)} a request; with 100 threads {number(other.median)}",
        f"{spread(own, number)}; {spread(other, number)}",
        smallest(own, other),
        verdict,
        f"Whenever the loop has nothing to do it sleeps, and that is a switch; threads switch {times(fewer.median)} "
        "as often.",
        only_if,
        figures(["AsyncSession", "100 threads"], [own, other]),
    )


def switching_cpu(low: bool) -> Callable[[Evidence], Judgement | None]:
    """High CPU due to context switching, and its counterpart: low CPU, efficient event loop."""

    def judge(evidence: Evidence) -> Judgement | None:
        own, other = (
            evidence.series(cpu_per_thousand, "async-asyncpg", "memory", 100),
            busy_threads(evidence, cpu_per_thousand),
        )
        floor = evidence.series(cpu_per_thousand, "floor", "memory", 100)
        if not own or not other:
            return None
        more = ratio(other, own)
        only_if = None
        if more.median >= TOLERANCE:
            verdict = HOLDS
        elif low and floor and ratio(other, floor).median >= TOLERANCE:
            verdict, only_if = ONLY_IF, "the ORM is left out: what costs CPU is building entities, not waiting"
        else:
            verdict = DOES_NOT
        also = f"; bare Starlette + asyncpg {number(floor.median)} s" if floor else ""
        return Judgement(
            f"{IN_FLIGHT} CPU seconds of the server process for 1,000 answers; 100 threads beside it.",
            f"AsyncSession {number(own.median)} s, 100 threads {number(other.median)} s{also}",
            f"{spread(own, number)}; {spread(other, number)}",
            smallest(own, other),
            verdict,
            f"The same answers cost threads {times(more.median)} the CPU of AsyncSession.",
            only_if,
            figures(["AsyncSession", "100 threads"], [own, other]),
        )

    return judge


CLAIMS = [
    Definition("memory-sync", GROUP, "Sync: 100 concurrent requests = 100 threads", "~800MB", NEEDS, sync_memory),
    Definition("memory-thread", GROUP, "Each thread consumes memory", "~8MB", NEEDS, per_thread),
    Definition("memory-async", GROUP, "Async: 100 concurrent requests = 1 thread", "~50MB", NEEDS, async_memory),
    Definition("memory-saved", GROUP, "Reduction in memory usage", "90%", NEEDS, saving),
    Definition("no-switching", GROUP, "Single-threaded event loop: context switching", "none", NEEDS, no_switches),
    Definition("cpu-sync", GROUP, "Sync: CPU due to context switching", "high", NEEDS, switching_cpu(low=False)),
    Definition("cpu-async", GROUP, "AsyncSession: CPU of the event loop", "low", NEEDS, switching_cpu(low=True)),
]
