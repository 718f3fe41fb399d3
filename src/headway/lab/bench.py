"""One measurement after another: servers are started, warmed, loaded and watched; what came out are runs."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import httpx2
import psycopg

from headway.console import CannotStart
from headway.database_url import DatabaseUrl
from headway.lab import scenarios
from headway.lab.load.jobs import Answer, is_bottleneck
from headway.lab.load.process import Generator, GeneratorEnded
from headway.lab.measure import Meter
from headway.lab.plan import LINK_MS, Plan, Step, Visit
from headway.lab.proxy import Link
from headway.lab.seed import Seeded
from headway.lab.servers import StackServer
from headway.lab.stacks.options import Options
from headway.lab.stacks.table import Stack
from headway.postgres.process import die_with_parent
from headway.runs.schemas import Run, Usage

# A step that took this long is only repeated as often as it takes to be scored.
LONG_STEP = 4.0
SCORED = 2
# Where more than this share got no answer, more users are not tried.
HOPELESS = 0.5
WARM_SECONDS = 1.0
BATCH_SECONDS = 600.0
SETTLE_SECONDS = 5.0


class Broken(CannotStart):
    """Something the measurements stand on has ended; what was measured until then is kept."""


@dataclass
class Bench:
    """What stays while servers come and go."""

    plan: Plan
    stacks: Mapping[str, Stack]
    database: DatabaseUrl
    seeded: Seeded
    generator: Generator
    port: int = 0
    warnings: dict[str, str] = field(default_factory=dict)  # what was measured -> its last warning
    _order: int = 0
    _took: dict[tuple[object, ...], list[float]] = field(default_factory=dict)
    _hopeless: dict[tuple[str, str], int] = field(default_factory=dict)

    def visit(self, visit: Visit) -> Iterator[tuple[Step, Run | None]]:
        """Each step with what it came to; None for one that was left out."""
        if not visit.has_server:
            for step in visit.steps:
                yield step, self._batch(visit, step)
            return
        with contextlib.ExitStack() as house:
            database = house.enter_context(Link(self.database, LINK_MS)).url if visit.over_link else self.database
            stack = self.stacks[visit.stack]
            options = stack.options(database)
            if visit.threads:
                options = replace(options, pool=visit.threads, threads=visit.threads)
            if visit.pool:
                options = replace(options, pool=visit.pool)
            server = house.enter_context(StackServer(stack, options, self.port))
            rest = Meter(server.pid).rest()
            self._warm(visit, stack, options, server)
            overloaded = False
            for step in visit.steps:
                if step.scenario == "rest":
                    yield step, self._at_rest(visit, options, step, rest)
                    continue
                if self._is_left_out(visit, step):
                    yield step, None
                    continue
                if overloaded:
                    # It is still at work on what nobody waits for any more.
                    server.stop()
                    server.start()
                    self._warm(visit, stack, options, server)
                run = self._measure(visit, stack, options, server, step)
                overloaded = run.unanswered > 0
                yield step, run

    def _is_left_out(self, visit: Visit, step: Step) -> bool:
        limit = self._hopeless.get((visit.stack, step.scenario))
        if limit is not None and step.users > limit:
            return True
        took = self._took.get(key(visit, step), [])
        return len(took) >= SCORED and took[0] > LONG_STEP

    def _warm(self, visit: Visit, stack: Stack, options: Options, server: StackServer) -> None:
        """Opens the pool's connections and has everything imported, prepared and compiled that requests need."""
        users = warm_users(stack, options)
        self._ask(visit, stack, server, Step("link" if visit.over_link else "one-call", users), seed=1)
        if any(step.scenario in ("mix", "open-mix") for step in visit.steps):
            self._ask(visit, stack, server, Step("mix", users, WARM_SECONDS), seed=2)

    def _ask(self, visit: Visit, stack: Stack, server: StackServer, step: Step, seed: int) -> Answer:
        limit = self.plan.size.time_limit
        job = scenarios.job(step, stack, server.address, self.seeded, limit, seed)
        try:
            answer = self.generator.run(job)
        except GeneratorEnded as error:
            raise Broken(f"{error} It was in the middle of {visit.stack}, {step.words}.") from None
        if not server.alive:
            raise Broken(f"The server of {visit.stack} ended in the middle of {step.words}: {server.last_words}")
        if answer.failed and not answer.answered:
            self._refuse_without_database()
        return answer

    def _refuse_without_database(self) -> None:
        try:
            psycopg.connect(self.database.plain_url(), connect_timeout=5).close()
        except psycopg.Error as error:
            raise Broken(f"The lab's database ended: {str(error).splitlines()[0]}") from None

    def _measure(self, visit: Visit, stack: Stack, options: Options, server: StackServer, step: Step) -> Run:
        before = self._tasks() if step.scenario == "rollback" else 0
        settle(server)
        began = time.monotonic()
        with Meter(server.pid).during() as usage:
            answer = self._ask(visit, stack, server, step, seed=100 + visit.repeat)
        took = time.monotonic() - began
        self._took.setdefault(key(visit, step), []).append(took)
        sent = answer.answered + answer.unanswered + sum(answer.failed.values())
        if step.scenario in ("one-call", "mix", "link") and answer.unanswered > HOPELESS * max(sent, 1):
            self._hopeless.setdefault((visit.stack, step.scenario), step.users)
        extra = pings(answer) | lag_of(server)
        if step.scenario == "rollback":
            extra["rows_left"] = float(self._tasks() - before)
        bottleneck = is_bottleneck(answer)
        if bottleneck:
            self.warnings[f"{visit.stack}, {step.words}"] = bottleneck
        if answer.failed:
            told = ", ".join(f"{count} × {kind}" for kind, count in answer.failed.items())
            self.warnings[f"{visit.stack}, {step.words}"] = f"failed requests: {told}."
        return self._run(
            visit, options, step, answer, usage=usage.usage, extra=extra, note=bottleneck or answer.note,
        )  # fmt: skip

    def _run(
        self,
        visit: Visit,
        options: Options,
        step: Step,
        answer: Answer,
        usage: Usage | None,
        extra: dict[str, float],
        note: str | None,
    ) -> Run:
        self._order += 1
        return Run(
            stack=visit.stack,
            scenario=step.scenario,
            users=step.users,
            repeat=visit.repeat,
            order=self._order,
            how=scenarios.how(step),
            options=conditions(visit, options, step, self.plan.size.time_limit),
            seconds=answer.seconds,
            answered=answer.answered,
            failed=answer.failed,
            unanswered=answer.unanswered,
            throughput=answer.throughput,
            latency=answer.latency,
            usage=usage,
            generator_busy=answer.generator_busy,
            extra=extra,
            note=note,
        )

    def _at_rest(self, visit: Visit, options: Options, step: Step, usage: Usage | None) -> Run:
        self._order += 1
        return Run(
            stack=visit.stack,
            scenario="rest",
            users=0,
            repeat=visit.repeat,
            order=self._order,
            how="rest",
            options=conditions(visit, options, step, self.plan.size.time_limit),
            seconds=0,
            answered=0,
            failed={},
            unanswered=0,
            throughput=0,
            latency=None,
            usage=usage,
        )

    def _batch(self, visit: Visit, step: Step) -> Run:
        options = dict(step.options)
        try:
            done = subprocess.run(  # noqa: S603 - ourselves
                [sys.executable, "-P", "-m", "headway.lab.batch", str(options["style"]), f"{options['rows']:.0f}"],
                input=self.database.normal_url() + "\n",
                capture_output=True,
                text=True,
                check=False,
                timeout=BATCH_SECONDS,
                start_new_session=True,
                preexec_fn=die_with_parent(),
            )
        except subprocess.TimeoutExpired:
            raise Broken(f"The batch job took more than {BATCH_SECONDS:.0f} s.") from None
        if done.returncode:
            raise Broken(f"The batch job ended: {(done.stderr.strip().splitlines() or ['it said nothing'])[-1]}")
        self._order += 1
        seconds = float(done.stdout)
        return Run(
            stack=visit.stack,
            scenario="batch",
            users=1,
            repeat=visit.repeat,
            order=self._order,
            how="batch",
            options=options,
            seconds=seconds,
            answered=1,
            failed={},
            unanswered=0,
            throughput=float(options["rows"]) / seconds,
            latency=None,
        )

    def _tasks(self) -> int:
        try:
            with psycopg.connect(self.database.plain_url()) as db:
                row = db.execute("SELECT count(*) FROM task").fetchone()
        except psycopg.Error as error:
            raise Broken(f"The lab's database ended: {str(error).splitlines()[0]}") from None
        return int(row[0]) if row else 0


def key(visit: Visit, step: Step) -> tuple[object, ...]:
    """The same measurement in every repeat."""
    return visit.stack, visit.over_link, visit.threads, visit.pool, step


def conditions(visit: Visit, options: Options, step: Step, time_limit: float) -> dict[str, float | str]:
    """What a run has to be told apart by."""
    told: dict[str, float | str] = {"pool": float(options.pool), "time_limit": time_limit}
    if options.threads:
        told["threads"] = float(options.threads)
    if visit.over_link:
        told["link_ms"] = float(LINK_MS)
    return told | dict(step.options)


def warm_users(stack: Stack, options: Options) -> int:
    """As many at once as the pool has connections; fewer where they would go one by one or lock each other out."""
    return 2 if stack.key == "blocking" else min(options.pool, 5) if stack.key == "threadpool" else options.pool


def pings(answer: Answer) -> dict[str, float]:
    """What went on beside the load."""
    beside = answer.beside
    if beside is None:
        return {}
    # A ping that nobody answered waited for as long as anybody looked.
    if beside.latency is None:
        return {"ping_unanswered": float(beside.unanswered)}
    told = {"ping_p50": beside.latency.p50, "ping_p99": beside.latency.p99, "ping_longest": beside.latency.longest}
    return told | ({"ping_unanswered": float(beside.unanswered)} if beside.unanswered else {})


def settle(server: StackServer) -> None:
    """Waits until what the last step left under way is done, and forgets how late the loop was until then."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < deadline:
        try:
            if not httpx2.get(f"{server.address}/lab/lag", timeout=SETTLE_SECONDS).json()["busy"]:
                return
        except httpx2.HTTPError:
            return
        time.sleep(0.02)


def lag_of(server: StackServer) -> dict[str, float]:
    """How late the loop was since the last asking; nothing where it is too busy to tell."""
    try:
        told = httpx2.get(f"{server.address}/lab/lag", timeout=3).json()
    except httpx2.HTTPError:
        return {}
    return {"lag_p99": float(told["p99"]), "lag_longest": float(told["longest"])} if told.get("samples") else {}
