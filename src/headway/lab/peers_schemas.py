"""What `headway lab peers` leaves: the document of its `--json`. No value of a header is in it."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from headway.runs.schemas import Ending, Latency, Machine, Shape

TIME_LIMIT = 10.0  # seconds until a request is given up
WARM_UP = 0.5  # seconds of the same load that are not counted


class First(Shape):
    """The answer to the one request before any load."""

    status: int
    bytes: int = Field(description="Of the body, as sent.")
    kind: str = Field(description="Its media type, such as application/json; empty where it tells none.")


class Measured(Shape):
    """One address, some users, once."""

    peer: str
    users: int
    repeat: int = Field(description="From 1.")
    order: int = Field(description="From 1, over all.")
    seconds: float = Field(description="How long answers were counted.")
    answered: int
    failed: dict[str, int] = Field(description="By kind: a status such as 500, or refused, reset, …")
    unanswered: int = Field(description="Given up, and users who waited for the whole time.")
    throughput: float = Field(description="Answers a second.")
    latency: Latency | None = Field(description="None where nothing was answered.")
    bytes: int = Field(description="Of all answered bodies, as sent.")
    generator_busy: float = Field(description="CPU share of one core; near 1 it limits.")
    generator_lag_p99: float = Field(description="Milliseconds.")
    bottleneck: str | None = Field(description="A sentence where the load generator limited the figures.")
    note: str | None = None

    @property
    def lost(self) -> int:
        return self.unanswered + sum(self.failed.values())


class Figure(Shape):
    """Over the repeats that have it."""

    median: float
    least: float
    most: float


class Row(Shape):
    """All repeats of one address with some users. Milliseconds; None where nothing was answered."""

    peer: str
    users: int
    repeats: int
    throughput: Figure
    ratio: float | None = Field(description="Throughput by that of the first address with as many users.")
    mean: Figure | None
    p50: Figure | None
    p99: Figure | None
    failed: int = Field(description="Of all repeats; those that got no answer in time are among them.")
    sent: int = Field(description="Answered or failed, in all repeats.")
    bytes_per_answer: Figure | None


class PeerOut(Shape):
    name: str
    url: str
    headers: list[str] = Field(description="Names of what was sent with each request, without values.")
    first: First


class PeersResult(Shape):
    """One run, whole or as far as it came."""

    format: Literal[1] = 1
    started_at: datetime
    ended_at: datetime | None = None
    ended: Ending = "failed"
    problem: str | None = None
    machine: Machine = Field(description="Where the load generator ran.")
    versions: dict[str, str]
    settings: dict[str, float | list[int]]
    peers: list[PeerOut]
    rows: list[Row] = []
    notes: list[str] = Field(default=[], description="What does not hold, or has to be known beside the figures.")
    measured: list[Measured] = []
