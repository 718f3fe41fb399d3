"""What the rows share: a database of the lab's own, the load generator, servers, and where figures are noted."""

import contextlib
from collections import abc
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from uuid import UUID

import psycopg

from headway.database_url import DatabaseUrl
from headway.lab import seed as seeding
from headway.lab.bench import settle
from headway.lab.database import lab_database
from headway.lab.load.jobs import Answer, Job, Request, is_bottleneck
from headway.lab.load.process import Generator
from headway.lab.seed import Seeded
from headway.lab.servers import StackServer
from headway.lab.stacks.options import Options
from headway.lab.stacks.table import STACKS, Stack
from headway.lab.targets.floor_sql import spelled
from headway.lab.targets.schemas import Measured

POOL = 20
SHIPPED_POOL = 10
WARM_UP = 0.5  # seconds of the same load that are not counted
TIME_LIMIT = 10.0  # seconds until a request is given up
CONNECTIONS = 300
MOST_PLACES = 100_000  # of the tasks there are
HEADWAY = STACKS["headway"]
FLOOR = Stack("floor", "Starlette + asyncpg", "Headway's own SQL.", "headway.lab.targets.floor_app:create", POOL)
# One line of progress, or one figure.
Told = abc.Generator[str | Measured, None, None]


@dataclass(frozen=True)
class Size:
    """How much of everything. `each` is tasks in a project, `seconds` those that count of each load."""

    repeats: int = 5
    seconds: float = 2
    users: int = 50
    writers: int = 20
    crowd: int = 50
    few: int = 10
    people: int = 200
    read_projects: int = 20
    write_projects: int = 50
    each: int = 1_000
    cold: int = 20_000  # different requests to choose from
    viewers: int = 5_000
    project: tuple[int, int] = (1_000, 100_000)  # tasks of one that grows
    projects: tuple[int, int] = (10, 1_000)  # of an installation that grows


@dataclass(frozen=True)
class Place:
    """A task, and where lists have it."""

    project_id: UUID
    task_id: UUID
    rank: str
    number: int


@dataclass(frozen=True)
class Ground:
    """A database with what is in it. Boards and lists are of other projects than those that are written to."""

    database: DatabaseUrl
    seeded: Seeded
    to_read: list[Place]
    to_write: list[Place]

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.seeded.token}"}

    @staticmethod
    def projects(places: list[Place]) -> list[UUID]:
        """Those of some tasks, in their order."""
        return list(dict.fromkeys(one.project_id for one in places))


@dataclass
class Bench:
    """Everything is made when it is first needed, and goes with the `house`."""

    size: Size
    house: contextlib.ExitStack
    notes: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def generator(self) -> Generator:
        return self.house.enter_context(Generator())

    @cached_property
    def ground(self) -> Ground:
        size = self.size
        projects = size.read_projects + size.write_projects
        wanted = seeding.Size(people=size.people, projects=projects, tasks=projects * size.each)
        database = self.house.enter_context(lab_database(CONNECTIONS, wanted.tasks))
        return ground_on(database, seeding.seed(database, wanted), size.read_projects)

    @contextlib.contextmanager
    def serving(self, stack: Stack, ground: Ground, pool: int = POOL) -> Iterator[StackServer]:
        """One process of Headway or of the floor."""
        if stack is FLOOR:
            options = Options(ground.database.normal_url(), pool, sql=spelled())
        else:
            options = replace(stack.options(ground.database), pool=pool)
        with StackServer(stack, options) as server:
            yield server

    def load(self, server: StackServer, ground: Ground, requests: list[Request], users: int, seed: int) -> Answer:
        """A closed loop of so many users."""
        settle(server)
        return self.generator.run(
            Job(
                address=server.address,
                how="closed",
                requests=requests,
                users=users,
                seconds=self.size.seconds,
                warm_up=min(WARM_UP, self.size.seconds),
                time_limit=TIME_LIMIT,
                seed=seed,
                headers=ground.headers,
            )
        )

    def note(self, row: str, words: str) -> None:
        """What belongs beside a row's figures."""
        self.notes.setdefault(row, []).append(words)

    def note_answer(self, row: str, side: str, answer: Answer) -> None:
        """What is amiss with a load, if anything is."""
        if answer.failed or answer.unanswered:
            told = [f"{count} × {kind}" for kind, count in answer.failed.items()]
            told += [f"{answer.unanswered} without an answer"] if answer.unanswered else []
            self.note(row, f"{side}, failed requests: {', '.join(told)}.")
        if bottleneck := is_bottleneck(answer):
            self.note(row, f"{side}: {bottleneck}")


def ground_on(database: DatabaseUrl, seeded: Seeded, reading: int) -> Ground:
    """The tasks of a seeded database, in a mixed order that is always the same."""
    with psycopg.connect(database.plain_url()) as db:
        rows = db.execute(
            "SELECT project_id, id, rank, number FROM task WHERE deleted_at IS NULL"
            " ORDER BY md5(number::text || project_id::text) LIMIT %s",
            [MOST_PLACES],
        ).fetchall()
    readable = set(seeded.project_ids[:reading])
    places = [Place(*row) for row in rows]
    to_read = [one for one in places if one.project_id in readable]
    return Ground(database, seeded, to_read, [one for one in places if one.project_id not in readable])


def get(name: str, paths: list[str], weight: float = 1) -> Request:
    return Request(name=name, method="GET", paths=paths, weight=weight, expects=[200])


def turns(repeats: int, sides: list[Any]) -> Iterator[tuple[int, list[Any]]]:
    """(repeat from 1, the sides in its order): every second one the other way round."""
    for repeat in range(1, repeats + 1):
        yield repeat, sides if repeat % 2 else sides[::-1]
