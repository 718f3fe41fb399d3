"""What a filter says, once it is read: a tree of conditions that knows no database."""

from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """What can be asked of a task, as people write it."""

    assignee = "assignee"
    by = "by"
    completed = "completed"
    created = "created"
    due = "due"
    estimate = "estimate"
    is_ = "is"
    label = "label"
    priority = "priority"
    project = "project"
    start = "start"
    state = "state"
    updated = "updated"


DAYS = frozenset({Field.due, Field.start, Field.created, Field.updated, Field.completed})
COMPARED = DAYS | {Field.priority, Field.estimate}
# Those that a task can be without.
EMPTIED = frozenset({Field.assignee, Field.by, Field.label, Field.due, Field.start, Field.completed, Field.estimate})
PEOPLE = frozenset({Field.assignee, Field.by})
NONE, ME = "none", "me"
PRIORITIES = ("none", "low", "medium", "high", "urgent")
NAMED_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
KINDS = ("open", "closed", "overdue", "subtask", "blocked")
# Those that take one of a few words.
CHOICES = {Field.priority: PRIORITIES, Field.is_: KINDS}


@dataclass(frozen=True, slots=True)
class Words:
    """Text that stands in the title, the description or a comment."""

    text: str


@dataclass(frozen=True, slots=True)
class Term:
    """One field and the values it may have: any of them with ":", otherwise the one it is compared with."""

    field: Field
    compared: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """What does not hold."""

    what: "Filter"


@dataclass(frozen=True, slots=True)
class AllOf:
    """Everything that must hold; nothing in it holds always."""

    parts: "tuple[Filter, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Of which one is enough."""

    parts: "tuple[Filter, ...]"


Filter = Words | Term | Not | AllOf | AnyOf
