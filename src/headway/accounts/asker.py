"""Whoever is asking."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Asker:
    """Whoever is asking, and how: `means` is web, api or cli."""

    person_id: UUID
    name: str
    email: str | None
    is_admin: bool
    means: str
    session_id: UUID | None = None
    token_id: UUID | None = None
