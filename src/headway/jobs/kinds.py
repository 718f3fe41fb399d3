"""What a job can be. Which there are stands in `headway.worker`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from headway.db import Database
from headway.settings import Settings

Payload = dict[str, Any]


class Failed(Exception):
    """It did not work this time. The sentence is ours and is shown to whoever runs this server."""


class Hopeless(Failed):
    """It will not work another time either: no more tries."""


@dataclass(frozen=True, slots=True)
class Work:
    """One job in the hands of a worker. `id` stays the same from try to try; `attempts` counts this one."""

    id: UUID
    name: str
    payload: Payload
    attempts: int


@dataclass(frozen=True, slots=True)
class Inside:
    """A job whose effects are all in the database. They commit together with its end, so they happen exactly once."""

    run: Callable[[AsyncSession, Settings, Payload], Awaitable[None]]
    seconds: float = 20  # the longest that one try may take


@dataclass(frozen=True, slots=True)
class Outside:
    """A job that talks to somebody else, holding no connection. Its effect happens at least once.

    Between the effect and the commit that says so lies a moment in which a process can die; then it happens again.
    """

    run: Callable[[Database, Settings, Work], Awaitable[None]]
    seconds: float = 60


Kinds = Mapping[str, Inside | Outside]
