"""Each stack in a server process of its own, on one database."""

import time
from collections.abc import Iterator
from uuid import uuid4

import httpx2
import pytest

from headway.lab import agreement
from headway.lab.load.jobs import Job, Request
from headway.lab.load.process import Generator
from headway.lab.stacks.headway import AsShipped
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
    assert {one.stack for one in told if one.does_more} == {"headway"}
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
