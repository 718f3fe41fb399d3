"""What a stack's server process is told. Imports nothing: the floor's process has neither an ORM nor a framework."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Options:
    """`threads` None: FastAPI's own. `sql`, where there is no ORM: name -> [text, names of arguments, fixed ones]."""

    database_url: str
    pool: int
    threads: int | None = None
    sql: dict[str, Any] = field(default_factory=dict)
