"""What a board from elsewhere looks like once it is read: plain, frozen, clean, and the same for every tracker."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody the board mentions."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Column:
    """A step of the board's work, in order; it becomes a state."""

    id: str
    name: str
    category: str
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A label with one of our colours."""

    id: str
    name: str
    color: str


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said; without an author where nobody knows who."""

    id: str
    author_id: str | None
    body: str
    created_at: datetime | None
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """A point of a card's checklist; it becomes a sub-task."""

    id: str
    title: str
    description: str
    done: bool
    due_on: date | None
    created_at: datetime | None
    assignee_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A thing to do. `number` is only a wish; a `column_id` of None is a column that the file does not have.

    `priority` is ours: 0 none to 4 urgent.
    """

    id: str
    number: int | None
    title: str
    description: str
    column_id: str | None
    archived: bool
    done: bool
    start_on: date | None
    due_on: date | None
    created_at: datetime | None
    updated_at: datetime | None
    created_by: str | None
    label_ids: tuple[str, ...]
    assignee_ids: tuple[str, ...]
    steps: tuple[Step, ...]
    comments: tuple[Comment, ...]
    priority: int = 0
    parent_id: str | None = None  # a card of the same board


@dataclass(frozen=True, slots=True)
class Board:
    """A whole board. `changed` and `dropped` say in words, with counts, what did not come through as it was."""

    source: str
    id: str
    name: str
    description: str
    is_private: bool
    columns: tuple[Column, ...]
    labels: tuple[Label, ...]
    members: tuple[Member, ...]
    cards: tuple[Card, ...]
    changed: Mapping[str, int] = field(default_factory=dict)
    dropped: Mapping[str, int] = field(default_factory=dict)
