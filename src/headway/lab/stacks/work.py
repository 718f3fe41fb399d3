"""What all stacks do alike and that has nothing to do with a Session: the loop that computes, a new task's row."""

from typing import Any
from uuid import UUID

from headway.clock import new_id, now


def compute(rounds: int) -> int:
    """Keeps one core busy in Python."""
    total = 0
    for place in range(rounds):
        total = (total * 31 + place) % 1_000_003
    return total


def new_task(project_id: UUID, number: int, state_id: UUID, title: str) -> dict[str, Any]:
    """A row of a task that goes behind all others."""
    moment = now()
    return {
        "id": new_id(),
        "project_id": project_id,
        "number": number,
        "title": title,
        "description": "",
        "description_html": "",
        "state_id": state_id,
        "priority": 0,
        # A valid key behind those of the seed, and no two alike.
        "rank": f"bzz{number:09d}1",
        "created_at": moment,
        "updated_at": moment,
        "version": 1,
    }
