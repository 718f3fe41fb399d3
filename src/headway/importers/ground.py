"""What an import stands on: the board, the project it goes into, what came in before, and the rows it will write."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, tuple_, update
from sqlalchemy.orm import Session

from headway.clock import new_id, now
from headway.db import Base
from headway.importers.models import ImportedThing
from headway.importers.shapes import Board
from headway.projects.models import Project

ROWS_AT_ONCE = 1_000


@dataclass
class Ground:
    """One import while it runs. Nothing here commits."""

    db: Session
    board: Board
    workspace_id: UUID
    by: UUID
    change_id: UUID
    project: Project
    is_new: bool
    known: dict[tuple[str, str], UUID]
    advance: Callable[[int], None]
    at: datetime = field(default_factory=now)
    things: list[dict[str, Any]] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)
    here_already: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    made: defaultdict[type[Base], list[UUID]] = field(default_factory=lambda: defaultdict(list))

    def find(self, kind: str, external_id: str) -> UUID | None:
        """Our id of a thing of theirs, if it is here."""
        return self.known.get((kind, external_id))

    def keep(self, kind: str, external_id: str, entity_id: UUID | None = None) -> UUID:
        """An id for a thing that comes in now; the next import will know it."""
        entity_id = entity_id or new_id()
        if (kind, external_id) in self.known:  # ours was deleted since
            theirs = (ImportedThing.workspace_id, ImportedThing.source, ImportedThing.kind, ImportedThing.external_id)
            same = tuple_(*theirs) == (self.workspace_id, self.board.source, kind, external_id)
            self.db.execute(update(ImportedThing).where(same).values(entity_id=entity_id))
        else:
            self.things.append(
                {
                    "id": new_id(),
                    "workspace_id": self.workspace_id,
                    "source": self.board.source,
                    "kind": kind,
                    "external_id": external_id,
                    "entity_id": entity_id,
                    "change_set_id": self.change_id,
                }
            )
        self.known[kind, external_id] = entity_id
        return entity_id

    def past(self, *moments: datetime | None) -> datetime:
        """The first of these moments that is known, but never one that is still to come."""
        return min(next((m for m in moments if m), self.at), self.at)

    def write(self, model: type[Base], rows: list[dict[str, Any]]) -> None:
        """Inserts rows, a thousand at a time."""
        for start in range(0, len(rows), ROWS_AT_ONCE):
            some = rows[start : start + ROWS_AT_ONCE]
            self.db.execute(insert(model), some)
            self.made[model] += [row["id"] for row in some if "id" in row]
            self.advance(len(some))


def known_things(db: Session, workspace_id: UUID, source: str) -> dict[tuple[str, str], UUID]:
    """(kind, their id) -> our id of everything that has come from there into this workspace."""
    rows = select(ImportedThing.kind, ImportedThing.external_id, ImportedThing.entity_id).where(
        ImportedThing.workspace_id == workspace_id, ImportedThing.source == source
    )
    return {(kind, external_id): entity_id for kind, external_id, entity_id in db.execute(rows)}


class Names:
    """Gives each thing a name that no other has yet, by a number behind it."""

    def __init__(self, taken: set[str], longest: int) -> None:
        self.taken, self.longest = taken, longest
        self.next: defaultdict[str, int] = defaultdict(lambda: 2)
        self.numbered = 0

    def free(self, wanted: str) -> str:
        """The name, or the name with the first number that makes it free."""
        name = wanted
        while name in self.taken:
            suffix = f" {self.next[wanted]}"
            name = wanted[: self.longest - len(suffix)] + suffix
            self.next[wanted] += 1
        self.numbered += name != wanted
        self.taken.add(name)
        return name
