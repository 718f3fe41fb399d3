"""What `headway lab targets` leaves: the document of its `--json`."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from headway.runs.schemas import Ending, Machine, Shape

Verdict = Literal["reached", "not reached", "no target", "not measured"]


class Measured(Shape):
    """One row, once: both sides of it, one right after the other."""

    row: str
    repeat: int = Field(description="From 1; in every second one the other side goes first.")
    headway: float = Field(description="In the row's unit.")
    other: float | None = Field(default=None, description="The same of the other side, where there is one.")


class Figure(Shape):
    """Over the repeats."""

    median: float
    least: float
    most: float


class RowOut(Shape):
    """All repeats of a row beside its target."""

    row: str
    what: str
    beside: str = Field(description="What the other side is; empty where there is none.")
    unit: str
    repeats: int
    headway: Figure | None = Field(description="None where it was not measured.")
    other: Figure | None
    ratio: Figure | None = Field(description="Headway by the other side within each repeat.")
    target: str = Field(description="Such as ≥ 1.4; of the ratio, or of the figure where there is no other side.")
    verdict: Verdict
    notes: list[str] = []


class TargetsResult(Shape):
    """One run; `problem` is a sentence where it did not finish."""

    ended: Ending = "failed"
    problem: str | None = None
    command: str = ""
    started_at: datetime
    ended_at: datetime | None = None
    machine: Machine
    versions: dict[str, str]
    settings: dict[str, float | str]
    measured: list[Measured] = []
    notes: dict[str, list[str]] = Field(default={}, description="By row: what belongs beside its figures.")
    rows: list[RowOut] = []
