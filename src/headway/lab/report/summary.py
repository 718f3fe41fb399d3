"""What stands first: how the run ended, the verdicts by number, and the sentences that the figures come to."""

from collections.abc import Iterator

from headway.lab.claims.evidence import Evidence, by_throughput, lost, mean, rss, sent, throughput
from headway.lab.claims.judging import ms
from headway.lab.report.document import Block, Notice, Points, Text, Verdicts
from headway.lab.report.words import VERDICTS, counted, listed, rate, spread_of
from headway.runs.schemas import Result

# The guide's words for the three things that come first.
GUIDE_TABLE = {10: ("500 ms", "60 ms"), 100: ("5000 ms", "100 ms"), 1_000: ("timeouts", "200 ms")}
GUIDE_LOAD = {50: "0.1 s", 100: "0.2 s", 200: "0.4 s", 1_000: "1.2 s"}
WARNINGS_SHOWN = 4
DEADLOCK = (
    " Requests hold a connection while they wait for a thread, and those with a thread wait for a connection: a "
    "deadlock. The same requests in threads that open and close the session inside the endpoint were all answered."
)
ROOMS = {"threads": "threads", "pool": "connections"}


def summary(result: Result) -> list[Block]:
    """The blocks before the first heading."""
    evidence = Evidence(result.runs)
    blocks: list[Block] = [*notices(result)]
    if result.claims:
        blocks += [Text(counts(result)), Verdicts(result.claims)]
    told = list(in_short(evidence))
    blocks += [Points(told)] if told else []
    return [*blocks, *warned(result)]


def warned(result: Result) -> Iterator[Notice]:
    """The first warnings; all of them have a section at the end where they are many."""
    many = len(result.warnings)
    if many > WARNINGS_SHOWN:
        more = f"{counted(many - WARNINGS_SHOWN, 'more is', 'more are')} under “Warnings” at the end."
        yield Notice(f"{many} warnings of this run", [*result.warnings[:WARNINGS_SHOWN], more])
    elif many:
        yield Notice(f"{counted(many, 'warning', 'warnings')} of this run", result.warnings)


def notices(result: Result) -> Iterator[Notice]:
    """What a reader has to know before any figure."""
    ended = {
        "finished": "",
        "interrupted": "This run was interrupted",
        "failed": "This run failed",
    }[result.ended]
    if ended:
        missing = sum(one.verdict == "not measured" for one in result.claims)
        lines = [result.problem] if result.problem else []
        lines.append(f"What was measured until then is below: {counted(len(result.runs), 'run', 'runs')}.")
        if missing:
            lines.append(f"{counted(missing, 'claim has', 'claims have')} no verdict.")
        yield Notice(f"{ended}.", lines)
    elif result.problem:
        yield Notice("Something went wrong.", [result.problem])
    differing = [one for one in result.agreement if not one.agrees]
    if differing:
        told = [f"{one.stack}, {one.request}: {one.differs or 'differs'}" for one in differing]
        yield Notice("Not all stacks gave the same answers, so their figures are not of the same work.", told)
    if not result.runs:
        yield Notice("Nothing was measured.", ["There are no figures in this report."])


def counts(result: Result) -> str:
    """One sentence with the verdicts by number."""
    number = {verdict: sum(one.verdict == verdict for one in result.claims) for verdict in VERDICTS}
    words = [
        counted(number["holds"], "holds", "hold"),
        counted(number["holds only if"], "holds only under a condition", "hold only under a condition"),
        counted(number["does not hold"], "does not hold", "do not hold"),
    ]
    if number["not measured"]:
        words.append(counted(number["not measured"], "was not measured", "were not measured"))
    many = counted(len(result.claims), "claim", "claims")
    return f"Of {many} of the guide that this run looked at, {listed(words)} on this machine."


def in_short(evidence: Evidence) -> Iterator[str]:
    """A few sentences from the figures; those whose figures are missing are left out."""
    yield from _times(evidence)
    yield from _deadlock(evidence)
    yield from _load(evidence)
    yield from _memory(evidence)


def _times(evidence: Evidence) -> Iterator[str]:
    for users in (100, 10):
        kinds = ("blocking", "fair", "async-asyncpg")
        series = {kind: evidence.series(mean, kind, "one-call", users) for kind in kinds}
        if all(series.values()):
            inside, threads, own = (
                f"{ms(one.median)} ({spread_of(one, ms)}{missing(evidence, kind, users)})"
                for kind, one in series.items()
            )
            sync, asynchronous = GUIDE_TABLE[users]
            yield (
                f"{users} requests at once, each with a database call of 50 ms: a sync Session called inside async def "
                f"took {inside} on average, the same Session in {room(evidence, 'fair', users, 'threads')} {threads}, "
                f"AsyncSession with asyncpg{room(evidence, 'async-asyncpg', users)} {own}. "
                f"The guide says {sync} and {asynchronous}."
            )
            return


def missing(evidence: Evidence, stack: str, users: int) -> str:
    """What a mean leaves out."""
    runs = evidence.of(stack, "one-call", users)
    gone = sum(map(lost, runs))
    return f"; {gone:,.0f} of {sum(map(sent, runs)):,.0f} not answered and not in the mean" if gone else ""


def room(evidence: Evidence, stack: str, users: int, kind: str = "") -> str:
    """threads (40 threads, 40 connections): a time says little without them."""
    run = evidence.of(stack, "one-call", users)[0]
    sizes = [f"{run.options[name]:.0f} {word}" for name, word in ROOMS.items() if name in run.options]
    return kind + (f" ({', '.join(sizes)})" if sizes else "")


def _deadlock(evidence: Evidence) -> Iterator[str]:
    runs = [run for run in evidence.runs if run.stack == "threadpool" and run.scenario == "one-call" and lost(run)]
    if runs:
        fewest = min(run.users for run in runs)
        some = [run for run in runs if run.users == fewest]
        fair = evidence.of("fair", "one-call", fewest)
        # Mere slowness would have shown in threads that close their session themselves, too.
        why = DEADLOCK if fair and not any(map(lost, fair)) else ""
        yield (
            f"FastAPI's defaults with a sync Session as a dependency left {sum(map(lost, some)):,.0f} of "
            f"{sum(map(sent, some)):,.0f} requests unanswered from {fewest:,} at once ("
            f"{counted(len(some), 'run', 'runs')}).{why}"
        )


def _load(evidence: Evidence) -> Iterator[str]:
    levels = [users for users in evidence.users("async-asyncpg", "mix") if users in evidence.users("fair", "mix")]
    if not levels:
        return
    users = max(levels)
    own, threads = (evidence.series(throughput, stack, "mix", users) for stack in ("async-asyncpg", "fair"))
    waited = evidence.series(by_throughput, "async-asyncpg", "mix", users)
    if not own or not threads or not waited:
        return
    said = f", where the guide says {GUIDE_LOAD[users]}" if users in GUIDE_LOAD else ""
    headway = evidence.series(throughput, "headway", "mix", users)
    also = f" Headway's own routes gave {rate(headway.median)}." if headway else ""
    yield (
        f"{users:,} users without a pause, reading and writing real pages: AsyncSession gave {rate(own.median)} "
        f"({spread_of(own, rate)}), threads gave {rate(threads.median)} ({spread_of(threads, rate)}). Each user of "
        f"AsyncSession waited {ms(waited.median)} for an answer{said}.{also}"
    )


def _memory(evidence: Evidence) -> Iterator[str]:
    own = evidence.series(rss, "async-asyncpg", "memory", 100)
    threads = evidence.series(rss, "fair", "threads", threads=100.0)
    if own and threads:
        yield (
            f"100 requests under way took {own.median:.0f} MB of resident memory with AsyncSession and "
            f"{threads.median:.0f} MB with 100 threads; the guide says 50 and 800. These are whole processes, "
            "libraries and all."
        )
