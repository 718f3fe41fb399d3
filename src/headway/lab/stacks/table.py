"""The eight kinds of application that are compared, and how each is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from headway.database_url import DatabaseUrl
from headway.lab.seed import Seeded
from headway.lab.stacks.options import Options
from headway.lab.stacks.sql import spelled

ASYNC_POOL = 100
# Twice as many as statements that callers share are under way at once.
SHARED_POOL = 20
HEADWAY_DOES_MORE = (
    "signs in by token, checks permissions in the query, keeps history and wakes viewers, answers with an ETag and "
    "safety headers"
)


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Paths:
    """The addresses that all stacks but Headway share."""

    lab = ""

    def list(self, project_id: UUID) -> Asked:
        return Asked("GET", f"/projects/{project_id}/tasks?limit=50")

    def get(self, task_id: UUID) -> Asked:
        return Asked("GET", f"/tasks/{task_id}")

    def create(self, project_id: UUID, title: str) -> Asked:
        return Asked("POST", f"/projects/{project_id}/tasks", {"title": title})

    def change(self, task_id: UUID, fields: Mapping[str, Any]) -> Asked:
        return Asked("PATCH", f"/tasks/{task_id}", dict(fields))

    def person(self, person_id: UUID, sleep: float) -> Asked:
        return Asked("GET", f"{self.lab}/people/{person_id}" + (f"?sleep={sleep}" if sleep else ""))

    def rollback(self, project_id: UUID) -> Asked:
        return Asked("POST", f"{self.lab}/projects/{project_id}/rollback")

    def several(self, calls: int, sleep: float, how: str) -> Asked:
        return Asked("GET", f"{self.lab}/several?calls={calls}&sleep={sleep}&how={how}")

    def cpu(self, rounds: int) -> Asked:
        return Asked("GET", f"{self.lab}/cpu?rounds={rounds}")


class HeadwayPaths(Paths):
    """Headway's own routes; what it has none of is under /api/lab, which only the lab adds."""

    lab = "/api/lab"

    def list(self, project_id: UUID) -> Asked:
        return Asked("GET", f"/api/projects/{project_id}/tasks?limit=50")

    def get(self, task_id: UUID) -> Asked:
        return Asked("GET", f"/api/tasks/{task_id}")

    def create(self, project_id: UUID, title: str) -> Asked:
        return Asked("POST", f"/api/projects/{project_id}/tasks", {"title": title})

    def change(self, task_id: UUID, fields: Mapping[str, Any]) -> Asked:
        return Asked("PATCH", f"/api/tasks/{task_id}", dict(fields), {"if-match": "*"})


@dataclass(frozen=True)
class Stack:
    """One kind of application. `factory` is module:function, called with Options in the server process."""

    key: str
    title: str
    what: str
    factory: str
    pool: int
    threads: int | None = None
    does_more: str | None = None
    paths: Paths = field(default_factory=Paths)

    def options(self, database: DatabaseUrl) -> Options:
        """As the stack is served, on this database."""
        return Options(database.normal_url(), self.pool, self.threads, spelled() if self.key == "floor" else {})

    def headers(self, seeded: Seeded) -> dict[str, str]:
        """What goes with each request."""
        return {"authorization": f"Bearer {seeded.token}"} if self.does_more else {}


STACKS: dict[str, Stack] = {
    stack.key: stack
    for stack in (
        Stack(
            "blocking",
            "Sync Session in async def",
            "The sync Session called inside async def: requests go strictly one by one.",
            "headway.lab.stacks.blocking:create",
            pool=5,
        ),
        Stack(
            "threadpool",
            "Sync Session, FastAPI's defaults",
            "def endpoints in FastAPI's 40 threads, the session as a dependency, SQLAlchemy's pool of 5 and 10 more.",
            "headway.lab.stacks.threadpool:create",
            pool=15,
            threads=40,
        ),
        Stack(
            "fair",
            "Sync Session in threads, fair",
            "def endpoints that open and close the session inside, as many connections as threads.",
            "headway.lab.stacks.fair:create",
            pool=40,
            threads=40,
        ),
        Stack(
            "async-psycopg",
            "AsyncSession + psycopg 3",
            "ORM entities and response_model through AsyncSession on psycopg 3.",
            "headway.lab.stacks.async_psycopg:create",
            pool=ASYNC_POOL,
        ),
        Stack(
            "async-asyncpg",
            "AsyncSession + asyncpg",
            "ORM entities and response_model through AsyncSession on asyncpg.",
            "headway.lab.stacks.async_asyncpg:create",
            pool=ASYNC_POOL,
        ),
        Stack(
            "headway",
            "Headway",
            "This application as shipped, by its own routes; the 50 ms call by a route that only the lab adds. "
            "Everybody may wait in line, as in the other stacks: elsewhere it answers 503 instead of a long wait.",
            "headway.lab.stacks.headway:create",
            pool=ASYNC_POOL,
            does_more=HEADWAY_DOES_MORE,
            paths=HeadwayPaths(),
        ),
        Stack(
            "headway-shared",
            "Headway, coalesced reads",
            "The same application, with the 50 ms call as its hot reads are done: callers who ask at the same time "
            "share a statement, which takes its 50 ms once for all of them. So this is not one call per request, as in "
            "the other lines, and not the same work.",
            "headway.lab.stacks.shared:create",
            pool=SHARED_POOL,
            does_more=HEADWAY_DOES_MORE,
            paths=HeadwayPaths(),
        ),
        Stack(
            "floor",
            "Bare Starlette + asyncpg",
            "No ORM, no FastAPI, the same SQL: about the limit of a framework in Python.",
            "headway.lab.stacks.floor:create",
            pool=ASYNC_POOL,
        ),
    )
}
