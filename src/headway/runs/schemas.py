"""What one run of the load lab leaves: the same document as `--json`, in the report and on the Lab page."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Verdict = Literal["holds", "holds only if", "does not hold", "not measured"]
Ending = Literal["finished", "interrupted", "failed"]
How = Literal["burst", "closed", "open", "batch", "rest"]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Latency(Shape):
    """Of the answered requests, in milliseconds from sending (open loop: from when it was due) to the last byte."""

    mean: float
    p50: float
    p90: float
    p99: float
    longest: float


class Usage(Shape):
    """What one server process used while requests ran; sizes in MB (10^6 bytes), the highest sample."""

    cpu_seconds: float
    voluntary_switches: int
    involuntary_switches: int
    threads: int
    rss: float
    pss: float | None = Field(description="None where the system does not tell it.")
    virtual: float


class Run(Shape):
    """One scenario, once, on one stack."""

    stack: str = Field(description="blocking, threadpool, fair, async-psycopg, async-asyncpg, headway or floor.")
    scenario: str
    users: int = Field(description="How many requests are under way at once; in an open loop, how many a second.")
    repeat: int = Field(description="From 1.")
    order: int = Field(description="From 1, over the whole lab run: stacks alternate.")
    how: How
    options: dict[str, float | str] = Field(default_factory=dict, description="pool, threads, sleep_ms, …")
    seconds: float = Field(description="From the first request to the last answer, or to the end of the window.")
    answered: int
    failed: dict[str, int] = Field(description="By kind: a status such as 500, or refused, reset, …")
    unanswered: int = Field(description="Sent, and not answered within the time limit or by the end of the window.")
    throughput: float = Field(description="Answered requests a second.")
    latency: Latency | None = Field(description="None where nothing was answered.")
    usage: Usage | None = None
    generator_busy: float | None = Field(default=None, description="CPU share of one core; near 1 it limits.")
    extra: dict[str, float] = Field(
        default_factory=dict, description="ping_p99, lag_p99, …; milliseconds unless named."
    )
    note: str | None = None

    @property
    def users_by_throughput(self) -> float | None:
        """Milliseconds a user waits for each answer, whoever was answered: what overload cannot flatter."""
        return self.users / self.throughput * 1000 if self.throughput else None


class Claim(Shape):
    """One sentence of the guide beside what was measured."""

    id: str = Field(description="For --claim, such as table-100-async.")
    group: str = Field(description="Response times, Load test, Memory, …")
    claim: str
    conditions: str
    claimed: str
    measured: str
    spread: str
    repeats: int
    verdict: Verdict
    only_if: str | None = Field(default=None, description="The condition, where the verdict is `holds only if`.")
    why: str
    chart: dict[str, float] = Field(default_factory=dict, description="Figures that may be drawn: name -> value.")


class Agreement(Shape):
    """Whether a stack gave the same answer as the others before anything was measured."""

    stack: str
    request: str
    agrees: bool
    compared: str = Field(description="The whole body, or the fields that both have.")
    size: int = Field(description="Bytes of the body, uncompressed.")
    differs: str | None = None
    does_more: str | None = Field(default=None, description="What else this stack did for its answer.")


class Machine(Shape):
    processor: str
    cores: int
    memory_gb: float
    system: str
    load_before: float | None = Field(description="Load average over a minute when the run began.")


class Result(Shape):
    """One lab run, whole or as far as it came."""

    format: Literal[1] = 1
    id: str
    command: str
    started_at: datetime
    ended_at: datetime | None = None
    ended: Ending = "failed"
    problem: str | None = None
    machine: Machine
    versions: dict[str, str]
    settings: dict[str, float | str | list[float] | list[str]] = Field(description="Sizes, repeats, time limit, …")
    agreement: list[Agreement] = []
    claims: list[Claim] = []
    runs: list[Run] = []
    does_not_show: list[str] = Field(default=[], description="What nobody may conclude from it.")
    warnings: list[str] = Field(default=[], description="What went less well than it should, in sentences.")


class Progress(Shape):
    """One line of `headway lab run --progress lines`."""

    done: int
    of: int
    doing: str = Field(description="In a few words: fair, mix, 100 users (2 of 3).")
    seconds_left: float | None = None
    run: Run | None = Field(default=None, description="What has just been measured.")
    claims: list[Claim] | None = Field(default=None, description="All claims as they stand; sent now and then.")


class Ended(Shape):
    """The last line of `headway lab run --progress lines`."""

    id: str
    ended: Ending
    problem: str | None = None
