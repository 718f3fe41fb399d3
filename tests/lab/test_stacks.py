"""Each stack in a server process of its own, on one database."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.dialects.postgresql.psycopg import dialect as psycopg_dialect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from headway.clock import now
from headway.db import Database
from headway.lab import agreement
from headway.lab.load.jobs import Job, Request
from headway.lab.load.process import Generator
from headway.lab.stacks.headway import AsShipped, router
from headway.lab.stacks.shared import CoalescedPeople, slow_people
from headway.lab.stacks.table import STACKS
from headway.settings import Settings
from tests.lab.conftest import Lab, send
from tests.processes import wait_until

SYNC = ("blocking", "threadpool", "fair")
POOL = 4


@pytest.fixture(scope="module", params=STACKS)
def served(lab: Lab, request: pytest.FixtureRequest) -> Iterator[tuple[str, httpx2.Client]]:
    """Each stack, once for all tests that ask it alone."""
    with lab.serving(request.param, POOL) as (_, client):
        yield request.param, client


def test_all_stacks_answer_the_same(lab: Lab) -> None:
    told = agreement.ask(STACKS, lab.database, lab.seeded)
    assert [one for one in told if not one.agrees] == []
    assert {(one.stack, one.request) for one in told} == {
        (key, request) for key in STACKS for request in ("list", "get", "create", "update", "person")
    }
    assert {one.stack for one in told if one.does_more} == {"headway", "headway-shared"}
    assert all(one.size > 40 for one in told)


def test_a_stack_does_what_it_is_asked(lab: Lab, served: tuple[str, httpx2.Client]) -> None:
    key, client = served
    paths = STACKS[key].paths
    project, task = lab.seeded.project_ids[2], lab.seeded.task_ids[7]
    page = send(client, paths.list(project)).json()["items"]
    assert len(page) == 50
    assert [one["rank"] for one in page] == sorted(one["rank"] for one in page)

    last = lab.value("SELECT last_number FROM project WHERE id = %s", project)
    made = send(client, paths.create(project, "Count the oars"))
    assert (made.status_code, made.json()["number"]) == (201, last + 1)
    assert lab.value("SELECT title FROM task WHERE id = %s", made.json()["id"]) == "Count the oars"
    assert send(client, paths.get(made.json()["id"])).json()["title"] == "Count the oars"

    before = send(client, paths.get(task)).json()
    after = send(client, paths.change(task, {"title": f"Mend the oars of {key}", "priority": 4}))
    assert after.status_code == 200
    assert (after.json()["title"], after.json()["priority"]) == (f"Mend the oars of {key}", 4)
    assert after.json()["version"] > before["version"]
    assert send(client, paths.get(task)).json() == after.json()

    began = time.monotonic()
    person = send(client, paths.person(lab.seeded.person_ids[3], 0.05))
    assert time.monotonic() - began > 0.05
    assert person.json() == send(client, paths.person(lab.seeded.person_ids[3], 0)).json()
    assert person.json()["id"] == str(lab.seeded.person_ids[3])

    assert send(client, paths.several(3, 0.001, "one-by-one")).json() == {"calls": 3, "how": "one-by-one"}
    parallel = send(client, paths.several(3, 0.001, "parallel"))
    assert parallel.status_code == (422 if key in SYNC else 200)
    assert send(client, paths.cpu(10)).json() == {"sum": 364_560}


def test_failed_requests_save_nothing_and_give_their_connections_back(
    lab: Lab, served: tuple[str, httpx2.Client]
) -> None:
    key, client = served
    paths = STACKS[key].paths
    project = lab.seeded.project_ids[3]
    count, last = "SELECT count(*) FROM task", "SELECT last_number FROM project WHERE id = %s"
    before = lab.value(count), lab.value(last, project)
    # More of each than there are connections: one that is kept would be missed.
    for _ in range(16):
        assert send(client, paths.rollback(project)).status_code in (400, 422)
        assert send(client, paths.get(uuid4())).status_code == 404
        assert send(client, paths.person(uuid4(), 0)).status_code == 404
    for _ in range(3):
        with pytest.raises(httpx2.ReadTimeout):
            client.get(paths.person(lab.seeded.person_ids[0], 0.2).path, timeout=0.05)
    assert send(client, paths.person(lab.seeded.person_ids[0], 0)).status_code == 200
    wait_until(lambda: lab.in_transactions() == 0, what="all connections to be given back")
    assert (lab.value(count), lab.value(last, project)) == before


def burst(lab: Lab, server: str, key: str, users: int, time_limit: float) -> Job:
    person = STACKS[key].paths.person(lab.seeded.person_ids[0], 0.05)
    asked = Request(name="person", method=person.method, paths=[person.path])
    return Job(address=server, how="burst", requests=[asked], users=users, time_limit=time_limit)


def test_the_defaults_lock_each_other_out_and_the_fair_stack_does_not(lab: Lab) -> None:
    with Generator() as generator:
        with lab.serving("threadpool") as (server, _):
            answer = generator.run(burst(lab, server.address, "threadpool", 100, 3))
            assert answer.unanswered > 50
            assert lab.in_transactions() == 15  # which nobody works on: each waits for a thread
            assert server.alive
        with lab.serving("fair") as (server, _):
            answer = generator.run(burst(lab, server.address, "fair", 100, 30))
            assert (answer.answered, answer.unanswered) == (100, 0)


def test_settings_of_this_environment_do_not_reach_headways_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWAY_STATEMENT_TIMEOUT", "77")
    assert Settings().statement_timeout == 77
    assert AsShipped(database_url="postgresql://a/b").statement_timeout == 15


def test_shared_statements_check_who_asks_and_leave_the_refusals_to_the_route(lab: Lab) -> None:
    path = STACKS["headway-shared"].paths.person(lab.seeded.person_ids[1], 0.001).path
    with lab.serving("headway-shared", POOL) as (_, client):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["id"]) == (200, str(lab.seeded.person_ids[1]))
        assert answer.headers["x-content-type-options"] == "nosniff"  # from a layer around it
        wrong = {"authorization": f"Bearer {lab.seeded.token[:-1]}-"}
        assert client.get(path, headers=wrong).status_code == 401
        assert client.get(path, headers={"authorization": ""}).status_code == 401
        nobody = client.get(STACKS["headway-shared"].paths.person(uuid4(), 0.001).path)
        assert (nobody.status_code, nobody.json()["code"]) == (404, "person.not_found")


class Callers:
    """People who ask the layer that shares statements, and what it sends: how many are asked for by each statement."""

    def __init__(self, lab: Lab, at_once: int) -> None:
        self.lab = lab
        self.database = Database(AsShipped(database_url=lab.database.normal_url(), pool_size=at_once))
        self.sent: list[int] = []
        self.passed_on: list[str] = []
        self.sending = asyncio.Event()
        route = next(one for one in router.routes if getattr(one, "name", "") == "get_person")
        self.layer = CoalescedPeople(self.route, self.database, route, at_once)
        event.listen(self.database.engine.sync_engine, "before_cursor_execute", self.note)

    def note(self, connection: Any, cursor: Any, statement: str, given: Any, *more: Any) -> None:
        if "pg_sleep" in statement:
            self.sent.append(next(len(one) for one in given if isinstance(one, list)))
            self.sending.set()

    async def route(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.passed_on.append(scope["path"])
        await Response(status_code=404)(scope, receive, send)

    async def ask(self, person: UUID, sleep: float = 0.3) -> Any:
        """The JSON that one of them is answered; None where the route is asked."""
        asked = STACKS["headway-shared"].paths.person(person, sleep)
        transport = httpx2.ASGITransport(self.layer)
        headers = STACKS["headway-shared"].headers(self.lab.seeded)
        async with httpx2.AsyncClient(transport=transport, base_url="http://lab", headers=headers) as client:
            answer = await client.get(asked.path)
        return answer.json() if answer.is_success else None

    def begin(self, person: UUID) -> "asyncio.Task[Any]":
        """One who asks; wait for `sending` to know that the statement has left."""
        self.sending.clear()
        return asyncio.create_task(self.ask(person))


@contextlib.asynccontextmanager
async def callers(lab: Lab, at_once: int) -> AsyncIterator[Callers]:
    """The layer, with its connections open."""
    asking = Callers(lab, at_once)
    try:
        await asking.ask(lab.seeded.person_ids[0], 0.001)
        assert len(asking.sent) == at_once + 1
        asking.sent.clear()
        yield asking
    finally:
        await asking.database.close()


async def test_callers_who_ask_at_the_same_time_share_a_statement(lab: Lab) -> None:
    one, other = lab.seeded.person_ids[:2]
    async with callers(lab, 1) as asking:
        told = await asyncio.gather(asking.ask(one), asking.ask(other), asking.ask(one), asking.ask(uuid4()))
        assert [person and person["id"] for person in told] == [str(one), str(other), str(one), None]
        assert asking.sent == [3]
        assert len(asking.passed_on) == 1


async def test_who_comes_after_a_statement_was_sent_joins_the_next(lab: Lab) -> None:
    one, other = lab.seeded.person_ids[:2]
    async with callers(lab, 1) as asking:
        first = asking.begin(one)
        await asking.sending.wait()
        late = await asyncio.gather(asking.ask(one), asking.ask(other))
        assert [person["id"] for person in [await first, *late]] == [str(one), str(one), str(other)]
        assert asking.sent == [1, 2]


async def test_the_next_statement_does_not_wait_for_the_end_of_one_that_is_under_way(lab: Lab) -> None:
    one, other = lab.seeded.person_ids[:2]
    async with callers(lab, 2) as asking:
        first = asking.begin(one)
        await asking.sending.wait()
        late = asking.begin(other)
        await asking.sending.wait()
        assert not first.done()
        assert [person["id"] for person in await asyncio.gather(first, late)] == [str(one), str(other)]
        assert asking.sent == [1, 1]


def test_a_shared_statement_takes_its_time_once_however_many_it_is_for(lab: Lab) -> None:
    people = lab.seeded.person_ids[:30]
    statement = slow_people(0.01).compile(dialect=psycopg_dialect())  # type: ignore[no-untyped-call]
    secret = sha256(lab.seeded.token.encode()).digest()
    given = statement.params | {
        "hashes": [secret] * 30, "are_tokens": [True] * 30, "ids": list(people), "at": now(), "lately": now(),
    }  # fmt: skip
    with psycopg.connect(lab.database.plain_url()) as db:
        row = db.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", given).fetchone()
    assert row is not None
    ((whole,),) = row
    slept = next(node for node in nodes(whole["Plan"]) if node.get("Subplan Name") == "CTE slept")
    assert (whole["Plan"]["Actual Rows"], slept["Actual Loops"]) == (30, 1)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All of a query plan."""
    yield plan
    for one in plan.get("Plans", []):
        yield from nodes(one)
