"""One unit of work per request: committed before the answer leaves, rolled back on every error, never left open."""

import asyncio
import random
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from json import dumps
from typing import Any

import httpx2
import pytest
from asyncpg import CannotConnectNowError, connect
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

import headway.markdown
import headway.tasks.commands
from headway.app import create_app
from headway.db import Database, Db
from headway.settings import Settings
from tests.factories import Team, User
from tests.live.tabs import serving
from tests.pooling import Watch
from tests.waiting import row_held, until_waiting

WORDS = "words that stay in the house"

# A new task that is more than one statement: its route begins a transaction and commits it.
BY_ROUTE = {"title": "New", "label_ids": list[str]()}


@asynccontextmanager
async def refusing(app: FastAPI, table: str, sqlstate: str, deferred: bool) -> AsyncIterator[None]:
    """Has the database refuse new rows of a table: at once, or only when they are committed."""
    when = "DEFERRABLE INITIALLY DEFERRED" if deferred else ""
    body = f"RAISE EXCEPTION '{WORDS}' USING ERRCODE = '{sqlstate}', CONSTRAINT = 'ck_refused', DETAIL = '{WORDS}';"
    function = f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
    trigger = f"CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON {table} {when} FOR EACH ROW EXECUTE FUNCTION refuse()"
    await execute(app, function, trigger)
    try:
        yield
    finally:
        await execute(app, "DROP FUNCTION refuse() CASCADE")


async def execute(app: FastAPI, *statements: str) -> None:
    async with app.state.database.unit_of_work() as db:
        for statement in statements:
            await db.execute(text(statement))


def assert_tells_nothing(answer: httpx2.Response) -> None:
    assert answer.headers["content-type"] == "application/problem+json"
    for secret in (WORDS, "INSERT", "SELECT", "sqlalchemy", "asyncpg", "Traceback", "plpgsql"):
        assert secret not in answer.text


@pytest.mark.parametrize("deferred", [True, False], ids=["at the commit", "at once"])
@pytest.mark.parametrize(
    ("sqlstate", "status", "code"),
    [
        ("23514", 400, "data_conflict"),
        ("23505", 409, "data_conflict"),
        ("XX000", 500, "internal"),
        ("40001", 503, "busy"),
    ],
)
async def test_what_the_database_refuses_is_never_a_201(
    team: Team, sqlstate: str, status: int, code: str, deferred: bool
) -> None:
    project = await team.project()
    task = await team.task(project)
    before = await team.board(project)
    async with refusing(team.app, "comment", sqlstate, deferred):
        answer = await team.owner.http.post(f"/api/tasks/{task['id']}/comments", json={"body": "Hello"})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert_tells_nothing(answer)
    if code == "data_conflict":
        assert answer.json()["detail"].startswith("Data conflict: ck_refused")
        assert answer.json()["constraint"] == "ck_refused"
    assert (await team.owner.get(f"/api/tasks/{task['id']}/comments"))["items"] == []
    assert await team.board(project) == before


async def test_a_change_whose_event_cannot_be_written_is_not_saved(team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    async with refusing(team.app, "event", "XX000", deferred=False):
        answer = await team.owner.http.patch(f"/api/tasks/{task['id']}", json={"version": 1, "title": "New"})
    assert answer.status_code == 500
    assert_tells_nothing(answer)
    assert await team.owner.get(f"/api/tasks/{task['id']}") == task


async def test_a_duplicate_names_the_constraint_and_not_the_value(team: Team) -> None:
    project = await team.project()
    path = f"/api/projects/{project['id']}"
    for _ in range(2):
        label = await team.owner.http.post(f"{path}/labels", json={"name": WORDS})
        state = await team.owner.http.post(f"{path}/states", json={"name": WORDS, "category": "doing"})
        other = await team.owner.http.post(
            f"/api/workspaces/{team.workspace_id}/projects", json={"name": WORDS, "key": project["key"]}
        )
    for answer, constraint in (
        (label, "uq_label_project_id_name"),
        (state, "uq_state_project_id_name"),
        (other, "uq_project_workspace_id_key"),
    ):
        assert (answer.status_code, answer.json()["constraint"]) == (409, constraint)
        assert answer.json()["detail"].startswith(f"Data conflict: {constraint}.")
        assert_tells_nothing(answer)


async def test_what_nobody_expected_is_a_500_with_an_id_that_the_log_knows(
    team: Team, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    project = await team.project()
    task = await team.task(project)

    def broken(_: str) -> str:
        raise RuntimeError(WORDS)

    monkeypatch.setattr(headway.markdown, "render", broken)
    body = {"version": 1, "description": "my own secret"}
    answer = await team.owner.http.patch(f"/api/tasks/{task['id']}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert answer.json()["error_id"] in answer.json()["detail"]
    assert_tells_nothing(answer)
    logged = "".join(capfd.readouterr())
    assert logged.count("request.failed") == 1
    assert f"error_id={answer.json()['error_id']}" in logged
    assert f"RuntimeError: {WORDS}" in logged
    assert "my own secret" not in logged
    assert await team.owner.get(f"/api/tasks/{task['id']}") == task


async def test_a_failed_statement_is_logged_without_what_people_wrote(
    team: Team, capfd: pytest.CaptureFixture[str]
) -> None:
    project = await team.project()
    task = await team.task(project)
    async with refusing(team.app, "comment", "XX000", deferred=False):
        capfd.readouterr()
        answer = await team.owner.http.post(f"/api/tasks/{task['id']}/comments", json={"body": "my own secret"})
    logged = "".join(capfd.readouterr())
    assert answer.json()["error_id"] in logged
    assert "SQLSTATE XX000" in logged
    assert "my own secret" not in logged
    assert team.owner.cookie not in logged


async def test_the_answer_leaves_after_the_commit(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    project = await team.project()
    order: list[str] = []
    commit = AsyncSession.commit

    async def noted(self: AsyncSession) -> None:
        await commit(self)
        order.append("committed")

    monkeypatch.setattr(AsyncSession, "commit", noted)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        async def noted_send(message: Any) -> None:
            order.append(message["type"])
            await send(message)

        await team.app(scope, receive, noted_send)

    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as http:
        http.cookies = team.owner.http.cookies
        answer = await http.post(f"/api/projects/{project['id']}/tasks", json=BY_ROUTE)
    assert answer.status_code == 201
    assert order == ["committed", "http.response.start", "http.response.body"]


async def test_what_one_statement_does_is_there_when_the_answer_leaves(team: Team) -> None:
    project = await team.project()
    seen: list[int] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        async def look_first(message: Any) -> None:
            async with team.app.state.database.reading() as db:
                count = text("SELECT count(*) FROM task WHERE project_id = :id")
                seen.append(await db.scalar(count, {"id": project["id"]}))
            await send(message)

        await team.app(scope, receive, look_first)

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1:8000") as http:
        http.cookies = team.owner.http.cookies
        await http.post(f"/api/projects/{project['id']}/tasks", json={"title": "New"})
    assert seen == [1, 1]


@asynccontextmanager
async def refusing_once(app: FastAPI, table: str, sqlstate: str, deferred: bool) -> AsyncIterator[None]:
    """Has the database refuse the first new row of a table, whatever becomes of it, and take those after it."""
    when = "DEFERRABLE INITIALLY DEFERRED" if deferred else ""
    body = f"IF nextval('tried') = 1 THEN RAISE EXCEPTION '{WORDS}' USING ERRCODE = '{sqlstate}'; END IF; RETURN NEW;"
    function = f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
    trigger = f"CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON {table} {when} FOR EACH ROW EXECUTE FUNCTION refuse()"
    await execute(app, "CREATE SEQUENCE tried", function, trigger)
    try:
        yield
    finally:
        await execute(app, "DROP FUNCTION refuse() CASCADE", "DROP SEQUENCE tried")


@pytest.mark.parametrize("deferred", [True, False], ids=["at the commit", "at once"])
@pytest.mark.parametrize("sqlstate", ["40P01", "40001"])
async def test_a_collision_is_tried_once_more_and_nobody_is_told(team: Team, sqlstate: str, deferred: bool) -> None:
    project = await team.project()
    async with refusing_once(team.app, "task", sqlstate, deferred):
        answer = await team.owner.http.post(f"/api/projects/{project['id']}/tasks", json={"title": "Once"})
    assert answer.status_code == 201
    board = await team.board(project)
    assert [(task["title"], task["number"]) for task in board["tasks"]] == [("Once", 1)]
    events = await team.owner.get("/api/events", topic=f"project:{project['id']}", after=0)
    assert [event["kind"] for event in events["events"]].count("task.created") == 1


async def test_a_statement_that_a_migration_made_stale_is_tried_once_more(team: Team) -> None:
    project = await team.project()
    path = f"/api/projects/{project['id']}"
    await team.owner.patch(path, {"version": 1, "description": "Prepares every statement of the route."})
    for kind in ("varchar(100000)", "text"):
        raw = await connect(team.app.state.settings.plain_url)
        try:
            await raw.execute(f"ALTER TABLE project ALTER COLUMN description TYPE {kind}")
        finally:
            await raw.close()
        changed = await team.owner.http.patch(path, json={"description": kind}, headers={"If-Match": "*"})
        assert changed.status_code == 200
        assert changed.json()["description"] == kind


@pytest.mark.pool
async def test_a_connection_killed_before_the_commit_is_tried_once_more(team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    async with row_held(team.app, "task", task["id"]):
        change = team.owner.http.patch(f"/api/tasks/{task['id']}", json={"version": 1, "title": "New"})
        changing = asyncio.create_task(change)
        await until_waiting(team.app)
        await execute(team.app, kill)
        await until_waiting(team.app)
    answer = await changing
    assert (answer.status_code, answer.json()["version"]) == (200, 2)


@pytest.mark.pool
@pytest.mark.parametrize(("more", "code"), [({"labels": {}}, "busy"), ({}, "lost")], ids=["by its route", "at once"])
async def test_a_connection_killed_again_and_again_is_told_as_such_and_the_next_request_works(
    team: Team, more: dict[str, Any], code: str
) -> None:
    project = await team.project()
    task = await team.task(project)
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    async with row_held(team.app, "task", task["id"]):
        body = {"version": 1, "title": "New", **more}
        changing = asyncio.create_task(team.owner.http.patch(f"/api/tasks/{task['id']}", json=body))
        for _ in range(2):
            await until_waiting(team.app)
            await execute(team.app, kill)
        answer = await changing
    assert (answer.status_code, answer.json()["code"]) == (503, code)
    assert_tells_nothing(answer)
    assert (await team.owner.patch(f"/api/tasks/{task['id']}", {"version": 1, "title": "New"}))["version"] == 2


async def test_a_connection_lost_in_the_commit_is_not_told_as_nothing_saved(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = await team.project()
    commit = AsyncSession.commit

    async def lost(self: AsyncSession) -> None:
        raw = await (await self.connection()).get_raw_connection()
        assert raw.driver_connection is not None
        raw.driver_connection._transport.abort()
        await commit(self)

    with monkeypatch.context() as patch:
        patch.setattr(AsyncSession, "commit", lost)
        answer = await team.owner.http.post(f"/api/projects/{project['id']}/tasks", json=BY_ROUTE)
    assert (answer.status_code, answer.json()["code"]) == (503, "lost")
    assert "Nothing was saved" not in answer.text
    assert (await team.task(project))["number"] == 1


async def test_what_was_committed_when_its_connection_was_lost_is_not_done_twice(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = await team.project()
    commit, lost = AsyncSession.commit, list[AsyncSession]()

    async def committed_and_lost(self: AsyncSession) -> None:
        await commit(self)
        if not lost:
            lost.append(self)
            await self.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with monkeypatch.context() as patch:
        patch.setattr(AsyncSession, "commit", committed_and_lost)
        answer = await team.owner.http.post(f"/api/projects/{project['id']}/tasks", json=BY_ROUTE)
    assert lost and (answer.status_code, answer.json()["code"]) == (503, "lost")
    assert len((await team.board(project))["tasks"]) == 1


@pytest.mark.parametrize("error", [FileNotFoundError(2, WORDS), TimeoutError(), ConnectionRefusedError(), "57P03"])
async def test_a_database_that_is_not_up_is_a_503_that_passes(
    team: Team, monkeypatch: pytest.MonkeyPatch, error: Exception | str
) -> None:
    project = await team.project()
    await team.app.state.database.engine.dispose()

    async def refusing_connect(*_: Any, **__: Any) -> None:
        raise CannotConnectNowError("starting up") if isinstance(error, str) else error

    with monkeypatch.context() as patch:
        patch.setattr("asyncpg.connect_utils._connect", refusing_connect)
        patch.setattr("asyncpg.connection.connect_utils._connect", refusing_connect)
        for method, path in (("GET", "board"), ("POST", "tasks")):
            body = {"title": "New"} if method == "POST" else None
            answer = await team.owner.http.request(method, f"/api/projects/{project['id']}/{path}", json=body)
            assert (answer.status_code, answer.json()["code"]) == (503, "busy")
            assert_tells_nothing(answer)
    assert (await team.board(project))["tasks"] == []


@contextmanager
def held(
    monkeypatch: pytest.MonkeyPatch, error: Exception | None = None
) -> Iterator[tuple[asyncio.Event, asyncio.Event]]:
    """(reached, go): the next commit says that it was reached, and waits; then it happens, or fails with `error`."""
    reached, go = asyncio.Event(), asyncio.Event()
    commit = AsyncSession.commit

    async def slow(self: AsyncSession) -> None:
        reached.set()
        await go.wait()
        if error:
            raise error
        await commit(self)

    with monkeypatch.context() as patch:
        patch.setattr(AsyncSession, "commit", slow)
        yield reached, go


async def all_quiet(database: Any) -> None:
    """Waits until no request is in its middle, and sees that none of them left anything."""
    async with asyncio.timeout(10):
        while database.opened != database.closed or database.engine.sync_engine.pool.checkedout():  # noqa: ASYNC110
            await asyncio.sleep(0)


async def test_a_cancellation_in_the_middle_of_a_commit_does_not_undo_it(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = await team.project()
    with held(monkeypatch) as (reached, go):
        request = asyncio.create_task(team.task(project, "Kept", label_ids=[]))
        await reached.wait()
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
        go.set()
        await all_quiet(team.app.state.database)
    assert [task["title"] for task in (await team.board(project))["tasks"]] == ["Kept"]


async def test_a_request_that_fails_after_its_client_has_gone_is_still_logged(
    team: Team, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    project = await team.project()
    with held(monkeypatch, RuntimeError(WORDS)) as (reached, go):
        request = asyncio.create_task(team.task(project, "Lost", label_ids=[]))
        await reached.wait()
        request.cancel()
        with suppress(asyncio.CancelledError):
            await request
        go.set()
        logged = ""
        async with asyncio.timeout(10):
            while "RuntimeError" not in logged:
                await asyncio.sleep(0)
                logged += capfd.readouterr().out
    assert "request.failed" in logged
    await all_quiet(team.app.state.database)
    assert (await team.board(project))["tasks"] == []


async def aborted(address: str, by: User, request: bytes, luck: random.Random) -> None:
    """Sends some or all of a request over a raw socket and goes away: at once, or in the middle of the answer."""
    reader, writer = await asyncio.open_connection(*address.split(":"))
    with suppress(ConnectionError):
        writer.write(request[: luck.choice([len(request), luck.randrange(len(request))])])
        await writer.drain()
        if luck.random() < 0.5:
            with suppress(TimeoutError):
                await asyncio.wait_for(reader.read(1), luck.random() * 0.02)
    writer.transport.abort()


def raw(method: str, path: str, by: User, body: bytes) -> bytes:
    head = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1:8000",
        f"Cookie: headway_session={by.cookie}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


async def test_a_thousand_mixed_requests_leave_nothing_open(team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    database = team.app.state.database
    luck = random.Random(2)
    path, tasks = f"/api/tasks/{task['id']}", f"/api/projects/{project['id']}/tasks"
    requests: list[tuple[str, str, Any]] = [
        ("GET", f"/api/projects/{project['id']}/board", None),
        ("GET", path, None),
        ("POST", tasks, {"title": "ok"}),
        ("POST", tasks, {"title": ""}),
        ("PATCH", path, {"version": 1, "title": "conflict?"}),
        ("PATCH", path, {"title": "428"}),
        ("POST", f"{path}/move", {"after_id": project["id"]}),
        ("POST", f"/api/projects/{project['id']}/labels", {"name": "a duplicate after the first"}),
        ("DELETE", f"/api/tasks/{project['id']}", None),
        ("POST", f"{path}/comments", {"body": "Hello"}),
    ]
    people = [team.owner, team.member, team.viewer, team.stranger]

    async def one(address: str) -> int | None:
        by, (method, where, body) = luck.choice(people), luck.choice(requests)
        fate = luck.random()
        if fate < 0.4:
            return (await by.http.request(method, where, json=body)).status_code
        if fate < 0.7:
            cancelled = asyncio.create_task(by.http.request(method, where, json=body))
            for _ in range(luck.randrange(60)):
                await asyncio.sleep(0)
            cancelled.cancel()
            with suppress(asyncio.CancelledError):
                await cancelled
            return None
        await aborted(address, by, raw(method, where, by, b"" if body is None else dumps(body).encode()), luck)
        return None

    statuses: set[int | None] = set()
    async with serving(team.app) as address:
        for _ in range(50):
            statuses |= set(await asyncio.gather(*(one(address) for _ in range(20))))
        await all_quiet(database)
    assert statuses >= {200, 201, 403, 404, 409, 422, 428, None}
    assert all(status is None or status < 500 for status in statuses)
    board = await team.board(project)
    numbers = [row["number"] for row in board["tasks"]]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    await assert_one_connection_at_work(database)


async def assert_one_connection_at_work(database: Database) -> None:
    """The pool's one connection is there, works, and holds no transaction of anybody's."""
    async with database.reading() as db:
        idle = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
        assert await db.scalar(text(idle)) == 0


async def test_a_request_opens_one_session_at_most(team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    database: Database = team.app.state.database
    for method, path, body in (
        ("GET", f"/api/projects/{project['id']}/board", None),
        ("GET", f"/api/workspaces/{team.workspace_id}/search?q=plan", None),
        ("POST", f"/api/projects/{project['id']}/tasks", {"title": "New"}),
        ("PATCH", f"/api/tasks/{task['id']}", {"version": 1, "title": "New"}),
        ("PATCH", f"/api/tasks/{task['id']}", {"version": 1, "title": "Another"}),
        ("POST", f"/api/tasks/{task['id']}/move", {}),
        ("DELETE", f"/api/tasks/{task['id']}", None),
        ("GET", "/health", None),
        ("GET", "/openapi.json", None),
    ):
        before = database.opened
        await team.owner.http.request(method, path, json=body)
        # What many ask alike is looked up first, on a session that is not the request's.
        looked_up = method == "PATCH" or path.endswith(("/board", "/tasks"))
        assert database.opened - before == path.startswith("/api") + looked_up
        assert database.opened == database.closed


async def test_a_long_text_keeps_nobody_else_waiting(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    project = await team.project()
    begun, go = threading.Event(), threading.Event()

    def slow(text: str) -> str:
        begun.set()
        assert go.wait(10)
        return text

    monkeypatch.setattr(headway.markdown, "render", slow)
    request = asyncio.create_task(team.task(project, "Long", description="- a\n" * 5_000))
    assert await asyncio.to_thread(begun.wait, 10)
    assert await team.owner.get("/health") == {"status": "ok"}
    go.set()
    assert (await request)["description_html"] == "- a\n" * 5_000


async def test_reads_begin_no_transaction(team: Team) -> None:
    async with team.app.state.database.reading() as db:
        # In a transaction now() stands still.
        assert await db.scalar(text("SELECT now()")) < await db.scalar(text("SELECT now()"))


@pytest.mark.pool
async def test_a_second_connection_in_one_request_is_noticed(team: Team, settings: Settings) -> None:
    other = await asyncio.to_thread(create_app, settings)
    watch = Watch(other.state.database.engine)

    @other.get("/api/two")
    async def two(db: Db) -> None:
        await db.execute(text("SELECT 1"))
        async with other.state.database.reading() as second:
            await second.execute(text("SELECT 1"))

    async with other.router.lifespan_context(other):
        transport = httpx2.ASGITransport(other)
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as http:
            assert (await http.get("/health")).status_code == 200
            assert (await http.get("/api/two")).status_code == 200
    assert watch.broken == ["A request took a second connection while it held one."]
