"""What a check finds: how it stands, in which figure one sees it, and what to do where it is not well."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["ok", "warning", "wrong", "not set up", "not checked"]
# The worst first.
STATES: tuple[State, ...] = ("wrong", "warning", "not checked", "not set up", "ok")


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's result. `fix` is there whenever something can be done."""

    group: str
    name: str
    state: State
    figure: str
    fix: str | None = None


def not_checked(group: str, names: Sequence[str], reason: str) -> list[Finding]:
    """The checks that could not be made, each with the reason."""
    return [Finding(group, name, "not checked", reason) for name in names]


def refused(group: str, name: str, reason: str) -> Finding:
    """A refusal as the rest of Headway words it, "What happened. What to do.", as a finding that is wrong."""
    what, _, fix = reason.partition(". ")
    return Finding(group, name, "wrong", what.rstrip("."), fix or "Correct that, then run headway doctor again.")


def worst(findings: Sequence[Finding]) -> State:
    """The state of the whole."""
    return next((state for state in STATES if any(one.state == state for one in findings)), "ok")


def as_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """For programs: the same fields, in the same order."""
    return [asdict(one) for one in findings]
