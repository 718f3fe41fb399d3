"""kill -9 between the commit and its answer: whoever sends the request again under its key has one effect."""

import contextlib
import http.client
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest

from tests.faults.hammer import set_up, titles
from tests.processes import Headway, home_folder, wait_until

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc"),
]

# A commit stops at the trigger of a deferred constraint until we let it go on. Then it happens, although whoever asked
# for it may be dead by then.
STOPS_AT_COMMIT = """
    CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_advisory_xact_lock_shared(42); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER stops_at_commit AFTER INSERT ON kept_answer
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_here();
"""
COMMITTING = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COMMIT%' AND wait_event_type = 'Lock'"


@pytest.fixture
def home() -> Iterator[Path]:
    with home_folder() as folder:
        yield folder


def post(headway: Headway, cookie: str, path: str, body: Any) -> tuple[int, dict[str, str], bytes]:
    """(status, headers, body) of a post under a key."""
    connection = http.client.HTTPConnection("127.0.0.1", headway.port, timeout=30)
    try:
        headers = {"Cookie": cookie, "Content-Type": "application/json", "Idempotency-Key": "once"}
        connection.request("POST", path, json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def count(database: psycopg.Connection[Any], query: LiteralString) -> int:
    row = database.execute(query).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("everything", [False, True], ids=["the worker", "the whole tree"])
def test_a_server_killed_between_commit_and_answer_answers_the_repeat_once(home: Path, everything: bool) -> None:
    headway = Headway(home=home).ready()
    try:
        cookie, project = set_up(headway)
        path, body = f"/api/projects/{project}/tasks", {"title": "Once"}
        address = headway.database_address()
        lost: list[BaseException] = []

        def send() -> None:
            try:
                post(headway, cookie, path, body)
            except (OSError, http.client.HTTPException) as error:
                lost.append(error)

        with psycopg.connect(address, autocommit=True) as database:
            database.execute(STOPS_AT_COMMIT)
            database.execute("SELECT pg_advisory_lock(42)")
            first = threading.Thread(target=send, daemon=True)
            first.start()
            wait_until(lambda: count(database, COMMITTING) == 1, what="a commit on its way")
            # The worker first: it is not to say that its database has gone.
            for pid in [*headway.workers(), *(headway.family() if everything else ())]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            first.join(30)
            assert lost, "it had its answer"
            if not everything:
                database.execute("SELECT pg_advisory_unlock(42)")
                wait_until(lambda: count(database, "SELECT count(*) FROM task") == 1, what="committed all the same")
        if everything:
            headway.finish()
            headway = Headway(home=home, port=headway.port).ready()
        wait_until(headway.is_healthy, what="back")
        answers = [post(headway, cookie, path, body) for _ in range(2)]
        assert [status for status, _, _ in answers] == [201, 201]
        assert answers[0][2] == answers[1][2]
        assert answers[1][1]["idempotency-replayed"] == "true"
        assert everything or answers[0][1]["idempotency-replayed"] == "true"
        assert titles(headway, cookie, project) == ["Once"]
    finally:
        headway.stop()
