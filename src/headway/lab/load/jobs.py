"""What the generator is asked and what it answers: one JSON line each."""

from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import TypeAdapter

from headway.runs.schemas import Latency

How = Literal["burst", "closed", "open"]

# The generator has one core. Above this share of it, what it reports is about itself.
BUSIEST = 0.85
# Its own loop was late by this share of a mean answer, and by more than a busy system does to any process.
LATEST_SHARE = 0.25
LATEST_MS = 10.0


@dataclass(frozen=True, kw_only=True)
class Request:
    """One kind of request. Each sending takes one of the paths and one of the bodies at random.

    A status that is not in `expects` is a failure. No compression is asked for unless `headers` do.
    """

    name: str
    method: str
    paths: list[str]
    weight: float = 1
    headers: dict[str, str] = field(default_factory=dict)
    bodies: list[Any] | None = None
    expects: list[int] = field(default_factory=lambda: [200, 201])


@dataclass(frozen=True, kw_only=True)
class Beside:
    """An open loop that runs beside the main one, such as pings: its connections and its figures are its own."""

    request: Request
    rate: float


@dataclass(frozen=True, kw_only=True)
class Job:
    """Load for one server.

    burst   `users` requests at the same moment, one each. Every user has a connection of its own, opened before.
            Ends when each was answered, failed, or was given up after `time_limit`.
    closed  `users` users with a connection each; everyone sends the next request when the last one was answered.
            Counted is what ends in the window: `seconds`, after `warm_up`, or longer, until each user has had an
            answer in it, up to `time_limit`.
    open    `users` requests a second, come what may (Poisson). Counted is what was due in the window, answered in it
            or up to `time_limit` later; nothing new is sent meanwhile.

    A request is given up, and its connection closed, `time_limit` seconds after it was sent (open: was due).
    """

    address: str
    how: How
    requests: list[Request]
    users: int
    seconds: float = 0
    warm_up: float = 0
    time_limit: float = 10
    seed: int = 0
    beside: Beside | None = None
    headers: dict[str, str] = field(default_factory=dict)
    ping: str = "/lab/ping"

    def longest(self) -> float:
        """Seconds after which an answer is overdue."""
        return self.warm_up + self.seconds + 3 * self.time_limit + 30


@dataclass(frozen=True, kw_only=True)
class Part:
    """One kind of request; milliseconds."""

    answered: int
    mean: float | None
    p99: float | None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """`failed` by kind: a status such as "500", or refused, reset, closed, files, or the name of an error.

    `unanswered`: given up after the time limit, and in a closed loop each user who waited for the whole window. (A
    request that is under way when a closed loop ends counts neither way, if its user got something in the window.)
    `throughput`: answered within the window, a second. A burst's window is its whole length, which includes the time
    limit where something was given up.
    """

    seconds: float
    answered: int
    failed: dict[str, int]
    unanswered: int
    throughput: float
    latency: Latency | None


@dataclass(frozen=True, kw_only=True)
class Answer(Summary):
    """`bytes` are those of the answered bodies, as sent. `generator_lag_p99` in milliseconds."""

    by_request: dict[str, Part]
    beside: Summary | None
    generator_busy: float
    generator_lag_p99: float
    bytes: int
    note: str | None = None


JOBS: TypeAdapter[Job] = TypeAdapter(Job)
ANSWERS: TypeAdapter[Answer] = TypeAdapter(Answer)


def is_bottleneck(answer: Answer) -> str | None:
    """A sentence where the figures say more about the generator than about the server."""
    if answer.latency is None:
        return None
    if answer.generator_busy > BUSIEST:
        return (
            f"The load generator was busy for {answer.generator_busy:.0%} of the time: "
            "the server may be faster than these figures."
        )
    lag, mean = answer.generator_lag_p99, answer.latency.mean
    if lag > LATEST_MS and lag > LATEST_SHARE * mean:
        return (
            f"The load generator itself was up to {lag:.0f} ms late, beside a mean answer of {mean:.0f} ms: "
            "the server may be faster than these figures."
        )
    return None
