"""What the Lab page is told besides a run itself."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from headway.runs.schemas import Claim, Ending, Result, Run, Shape, Verdict

# They become arguments of a command, so none may look like a flag.
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
Users = Annotated[int, Field(ge=1, le=10_000)]


class RunHeader(Shape):
    """A kept run, without its figures."""

    id: str
    command: str
    started_at: datetime
    ended_at: datetime | None
    ended: Ending
    problem: str | None
    size: str = Field(description="quick or full; empty where the run does not say.")
    stacks: list[str] = Field(description="Which were measured, in the order they appear.")
    verdicts: dict[Verdict, int]
    measurements: int
    processor: str
    cores: int
    has_report: bool = Field(description="Whether `/api/lab/runs/{id}/report` has a page to show.")

    @classmethod
    def of(cls, result: Result, *, has_report: bool) -> "RunHeader":
        """What a list says about a run."""
        verdicts: dict[Verdict, int] = {}
        for claim in result.claims:
            verdicts[claim.verdict] = verdicts.get(claim.verdict, 0) + 1
        return cls(
            id=result.id,
            command=result.command,
            started_at=result.started_at,
            ended_at=result.ended_at,
            ended=result.ended,
            problem=result.problem,
            size=str(result.settings.get("size", "")),
            stacks=list(dict.fromkeys(run.stack for run in result.runs)),
            verdicts=verdicts,
            measurements=len(result.runs),
            processor=result.machine.processor,
            cores=result.machine.cores,
            has_report=has_report,
        )


class RunsOut(Shape):
    items: list[RunHeader] = Field(description="Newest first.")
    warnings: list[str] = Field(description="Files that hold no run, in sentences.")


class NewLabRun(Shape):
    """What to measure; what is left out means everything."""

    quick: bool = False
    stacks: list[Key] = Field(default=[], max_length=20, description="Such as fair, headway, floor.")
    claims: list[Key] = Field(default=[], max_length=100, description="Ids of claims, such as table-100-async.")
    users: list[Users] = Field(default=[], max_length=20, description="Numbers of users at once.")


class LabState(Shape):
    """The lab on this machine as it is now, whoever started it."""

    running: bool
    by_hand: bool = Field(description="Somebody runs it on this machine's command line; only they can stop it.")
    started_at: datetime | None = Field(description="Of the run that is under way, or of the last one from this page.")
    started_by: str | None
    quick: bool
    done: int
    of: int
    doing: str
    seconds_left: float | None
    stopping: bool = Field(description="Somebody has asked it to stop.")
    runs: list[Run] = Field(description="What has been measured so far, in order.")
    claims: list[Claim] = Field(description="As they stand so far; sent now and then.")
    id: str | None = Field(description="Of the kept run, once it has ended.")
    ended: Ending | None
    problem: str | None
    lines: int = Field(description="How many of the stream's events are in here; its `after`.")
