"""What load balancers and Prometheus ask: /health, /ready and /metrics, and what the admins' page is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx2
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from headway.app import create_app
from headway.console import CannotStart
from headway.operations import probe, tally
from headway.operations.board import Board
from headway.settings import Settings, load_settings
from tests.factories import Team, new_user

NEAR, FAR = ("127.0.0.1", 5), ("192.0.2.7", 5)
TOKEN = "a-token-nobody-guesses"


def client(app: FastAPI, peer: tuple[str, int] = NEAR) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app, client=peer), base_url="http://127.0.0.1:8000")


@asynccontextmanager
async def started(settings: Settings, **changes: Any) -> AsyncIterator[FastAPI]:
    app = create_app(settings.model_copy(update=changes))
    async with app.router.lifespan_context(app):
        yield app


async def metrics(app: FastAPI, **headers: str) -> dict[Any, float]:
    """Every sample as (name, labels) -> value."""
    async with client(app) as http:
        answer = await http.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[Any, float] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found[sample.name, tuple(sorted(sample.labels.items()))] = sample.value
    return found


async def ready(app: FastAPI) -> tuple[int, Any]:
    async with client(app) as http:
        answer = await http.get("/ready")
    return answer.status_code, answer.json()["checks"]


async def test_ready_while_everything_is(app: FastAPI) -> None:
    assert await ready(app) == (200, {"server": "ok", "database": "ok", "migrations": "ok", "live": "ok"})


async def test_ready_does_not_wait_for_the_pool(app: FastAPI, team: Team) -> None:
    async with app.state.database.unit_of_work() as db:  # the only connection there is
        await db.execute(text("SELECT 1"))
        assert (await ready(app))[0] == 200
        assert (await metrics(app))["headway_pool_checked_out", (("worker", "1"),)] == 1


async def test_a_server_that_stops_says_so_at_once(settings: Settings) -> None:
    async with started(settings) as app:
        app.state.hub.close()
        assert await ready(app) == (503, {"server": "stopping"})
        async with client(app) as http:
            assert (await http.get("/health")).status_code == 200


async def test_a_database_that_does_not_answer_is_said_within_a_second(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = asyncio.get_running_loop().time()
    monkeypatch.setattr(probe, "REVISION", "SELECT version_num FROM alembic_version, pg_sleep(60)")
    status, checks = await ready(app)
    assert (status, checks["database"]) == (503, "no_answer")
    assert asyncio.get_running_loop().time() - before < 5 * probe.PATIENCE
    monkeypatch.undo()
    assert (await ready(app))[0] == 200  # by itself


async def test_a_lost_connection_is_made_anew(app: FastAPI, database_url: str) -> None:
    assert (await ready(app))[0] == 200
    operations = app.state.operations
    pid = operations.probe._connection.get_server_pid()
    other = await asyncpg.connect(app.state.settings.plain_url)
    await other.execute("SELECT pg_terminate_backend($1)", pid)
    await other.close()
    operations.probe._kept.clear()
    answers = [(await ready(app))[0] for _ in range(2)]
    assert answers[-1] == 200


@pytest.mark.parametrize(("known", "said", "status"), [({"a", "b"}, "newer", 200), (None, "missing", 503)])
async def test_tables_older_than_the_server_are_not_ready_and_newer_ones_are(
    app: FastAPI, known: set[str] | None, said: str, status: int
) -> None:
    asked = app.state.operations.probe
    asked._newest = "of tomorrow"
    asked._known = frozenset(known) if known else asked._known
    assert (await ready(app))[0] == status
    assert (await ready(app))[1]["migrations"] == said


async def test_a_hub_that_does_not_read_is_not_ready(app: FastAPI) -> None:
    reading = app.state.hub._tasks[0]
    reading.cancel()
    await asyncio.wait([reading])
    assert await ready(app) == (503, {"server": "ok", "database": "ok", "migrations": "ok", "live": "failing"})


async def test_a_full_line_does_not_keep_machines_waiting(app: FastAPI) -> None:
    gate = app.state.admission
    gate.active, gate.queued, gate._held = gate.places, 10_000, 10.0
    async with client(app) as http:
        assert (await http.get("/api/me")).status_code == 503
        assert [(await http.get(path)).status_code for path in ("/health", "/ready", "/metrics")] == [200] * 3
    gate.active = gate.queued = 0
    assert (await metrics(app))["headway_admission_refused_total", (("worker", "1"),)] == 1


async def test_metrics_count_by_route_and_never_by_address(app: FastAPI, team: Team) -> None:
    project = await team.project()
    for secret in ("one", "two"):
        await team.owner.http.get(f"/api/projects/{secret}/board")
        await team.owner.http.request(f"METHOD{secret.upper()}", f"/nowhere-{secret}.js")
    await team.board(project)
    found = await metrics(app)

    def count(method: str, route: str, status: str) -> float:
        labels = {"worker": "1", "method": method, "route": route, "status": status}
        return float(found.get(("headway_request_seconds_count", tuple(sorted(labels.items()))), 0))

    assert count("GET", "/api/projects/{project_id}/board", "200") == 1
    assert count("GET", "/api/projects/{project_id}/board", "422") == 2
    assert count("POST", "/api/workspaces/{workspace_id}/projects", "201") == 1
    assert not any("nowhere" in str(key) or "METHOD" in str(key) for key in found)
    assert found["headway_database_up", ()] == 1
    assert found["headway_database_connections_needed", ()] == app.state.settings.connections_needed()
    assert found["headway_process_resident_memory_bytes", (("worker", "1"),)] > 1_000_000
    assert ("headway_event_loop_lag_seconds", (("quantile", "0.99"), ("worker", "1"))) in found


async def test_jobs_are_counted_by_name(app: FastAPI, team: Team) -> None:
    from headway.jobs.commands import enqueue

    async with app.state.database.unit_of_work() as db:
        await db.execute(text("DELETE FROM job"))
        await enqueue(db, "letter", {"to": "nobody"})
    found = await metrics(app)
    assert found["headway_jobs", (("name", "letter"), ("state", "waiting"))] == 1
    async with app.state.database.unit_of_work() as db:
        await db.execute(text("DELETE FROM job"))


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        (NEAR, {}, 200),
        (("::1", 5), {}, 200),
        (FAR, {}, 404),
        (FAR, {"x-forwarded-for": "127.0.0.1"}, 404),
        (NEAR, {"x-forwarded-for": "192.0.2.7"}, 404),  # a proxy on this machine speaks for somebody elsewhere
        (NEAR, {"forwarded": "for=192.0.2.7"}, 404),
    ],
)
async def test_metrics_are_for_this_machine(
    app: FastAPI, peer: tuple[str, int], headers: dict[str, str], status: int
) -> None:
    async with client(app, peer) as http:
        assert (await http.get("/metrics", headers=headers)).status_code == status


async def test_a_trusted_proxys_word_does_not_make_anybody_near(settings: Settings) -> None:
    async with started(settings, trusted_proxies="192.0.2.0/24") as app, client(app, FAR) as http:
        assert (await http.get("/metrics", headers={"x-forwarded-for": "127.0.0.1"})).status_code == 404


async def test_a_server_known_elsewhere_has_no_metrics_without_a_token(settings: Settings) -> None:
    host = {"host": "tasks.example.org"}
    async with started(settings, url="https://tasks.example.org") as app, client(app) as http:
        assert (await http.get("/metrics", headers=host)).status_code == 404
    async with started(settings, metrics="off") as app, client(app) as http:
        assert (await http.get("/metrics")).status_code == 404


async def test_metrics_with_a_token_and_guessing_it(settings: Settings) -> None:
    async with started(settings, metrics="token", metrics_token=TOKEN) as app:
        async with client(app, FAR) as http:
            right = {"authorization": f"Bearer {TOKEN}"}
            for wrong in ({}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {TOKEN}"}):
                assert (await http.get("/metrics", headers=wrong)).status_code == 401
            for _ in range(20):  # the right one is never a guess
                assert (await http.get("/metrics", headers=right)).status_code == 200
            answers = [(await http.get("/metrics", headers={"authorization": "Bearer no"})) for _ in range(10)]
            assert answers[-1].status_code == 429
            assert int(answers[-1].headers["retry-after"]) > 0
        async with client(app, ("192.0.2.8", 5)) as other:
            assert (await other.get("/metrics", headers=right)).status_code == 200


def test_a_token_for_metrics_is_asked_for_and_never_short() -> None:
    with pytest.raises(CannotStart, match="HEADWAY_METRICS_TOKEN: is needed with HEADWAY_METRICS=token"):
        load_settings(metrics="token")
    with pytest.raises(CannotStart) as refused:
        load_settings(metrics="token", metrics_token="shortish")
    assert "at least 16 characters" in str(refused.value)
    assert "shortish" not in str(refused.value)


async def test_the_state_is_for_admins_of_the_server(app: FastAPI, team: Team) -> None:
    boss = await new_user(app, team.stack, "boss")
    async with app.state.database.unit_of_work() as db:
        await db.execute(text("UPDATE person SET is_admin = true WHERE id = :id"), {"id": boss.id})
    state = await boss.get("/api/administration/state")
    assert (len(state["workers"]), state["live"], state["database"]["needed"]) == (1, "ok", 6)
    assert state["workers"][0]["pool"]["size"] == 1
    for person in (team.owner, team.member, team.stranger):
        assert (await person.http.get("/api/administration/state")).status_code == 403
    async with client(app) as http:
        assert (await http.get("/api/administration/state")).status_code == 401


async def test_an_id_goes_with_each_answer_and_only_a_sane_one_comes_in(app: FastAPI) -> None:
    async with client(app) as http:
        for given in ("short", "a b c d e f g h", "x" * 65, "line\tbreak-line", "<script>alert"):
            own = (await http.get("/health", headers={"x-request-id": given})).headers["x-request-id"]
            assert (len(own), own != given) == (32, True)
        kept = await http.get("/health", headers={"x-request-id": "01a2-from.a_proxy"})
        assert kept.headers["x-request-id"] == "01a2-from.a_proxy"
        assert (await http.get("/nope.js")).headers.get_list("x-request-id")[0]


def test_workers_see_each_other_and_a_dead_ones_place_is_taken(tmp_path: Any) -> None:
    first, second = Board(tmp_path), Board(tmp_path)
    for board in (first, second):
        board.take_place()
        board.write({"worker": board.worker})
    assert (first.worker, second.worker) == (1, 2)
    assert (first.others(), second.others()) == ([{"worker": 2}], [{"worker": 1}])
    first.leave()
    assert second.others() == []
    third = Board(tmp_path)
    third.take_place()
    assert third.worker == 1
    (tmp_path / "9.json").write_text("half a fi")
    assert second.others() == []


def test_quantiles_of_a_histogram() -> None:
    series = tally.Series()
    for milliseconds in range(1, 101):
        series.add(milliseconds / 1000)
    assert series.count == 100
    assert tally.quantile(series.buckets, 0.5, series.longest) == pytest.approx(0.05, abs=0.005)
    assert tally.quantile(series.buckets, 0.99, series.longest) == pytest.approx(0.099, abs=0.005)
    assert tally.quantile([0] * 12, 0.5, 0.0) == 0.0
    slow = tally.Series()
    slow.add(30.0)
    assert 10 <= tally.quantile(slow.buckets, 0.99, slow.longest) <= 30
