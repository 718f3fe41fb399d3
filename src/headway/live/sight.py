"""What somebody who sees only what is assigned to them is told of a project's events.

Each event is looked at before and after: what they do not see is passed over, a task that comes into their sight is
one that was created, and one that leaves it was deleted.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import orjson

Verdict = Literal["show", "hide", "enter", "leave"]
# Everybody who sees the project at all sees these.
OPEN = frozenset({"project", "state", "label", "member"})
RELOAD = "reload"


@dataclass(slots=True)
class Sight:
    """Which tasks of a project somebody sees, as of the last event they were told or not told.

    Args:
        person_id: who.
        tasks: ids of the tasks that are assigned to them and not in the trash.
    """

    person_id: str
    tasks: set[str]

    def judge(self, event: Mapping[str, Any], tasks_of: Mapping[str, str]) -> Verdict:
        """What they are to be told of the next event. What comes and goes is noted.

        Args:
            event: as viewers get it.
            tasks_of: the task of each comment that is spoken of.
        """
        noun, _, _ = event["kind"].partition(".")
        about = event["id"]
        if noun == "task":
            return self._judge_task(about, event["before"], event["after"])
        if noun == "comment":
            return "show" if tasks_of.get(about) in self.tasks else "hide"
        return "show" if noun in OPEN else "hide"

    def _judge_task(self, about: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> Verdict:
        seen = about in self.tasks
        if after is None:
            sees = False
        elif "assignee_ids" in after:
            sees = self.person_id in after["assignee_ids"]
        else:
            sees = seen
        (self.tasks.add if sees else self.tasks.discard)(about)
        if before is None and after is not None:
            return "show" if sees else "hide"  # new to everybody, and whole
        if seen and after is None:
            return "show"
        if seen != sees:
            return "enter" if sees else "leave"
        return "show" if sees else "hide"


def entered(event: Mapping[str, Any], picture: str) -> str:
    """The event as one that created the task. `picture` is the JSON text of all of it."""
    told = {**event, "kind": "task.created", "before": None, "after": orjson.Fragment(picture)}
    return orjson.dumps(told).decode()


def left(event: Mapping[str, Any]) -> str:
    """The event as one that deleted the task. Nothing of what it has become is in it."""
    told = {**event, "kind": "task.deleted", "before": {"id": event["id"]}, "after": None}
    return orjson.dumps(told).decode()


def comments_in(events: Iterable[Mapping[str, Any]]) -> list[UUID]:
    """The comments that are spoken of."""
    return list({UUID(event["id"]) for event in events if event["kind"].startswith("comment.")})


def given_to(events: Iterable[Mapping[str, Any]], people: Collection[str]) -> set[tuple[UUID, UUID]]:
    """(person, task) of those who have been given a task: its whole may have to be told."""
    return {
        (UUID(one), UUID(event["id"]))
        for event in events
        if event["kind"] == "task.changed" and event["after"]
        for one in event["after"].get("assignee_ids", ())
        if one in people
    }


def masked(people: str, tasks: Collection[str]) -> str:
    """The JSON array of who is there, without the tasks that somebody does not see."""
    shown = [
        one if one["task_id"] in tasks else {**one, "task_id": None, "typing": False} for one in orjson.loads(people)
    ]
    return orjson.dumps(shown).decode()
