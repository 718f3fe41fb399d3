"""The Lab page's routes: who may, what is kept, and a run from its start to each of its ends."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest
from fastapi import FastAPI

from headway.app import create_app
from headway.cli.lab import telling
from headway.lab.plan import QUICK, Wanted, plan
from headway.runs import kept, log
from headway.runs.answers import LabState, NewLabRun
from headway.runs.routes import REPORT_POLICY, router
from headway.runs.running import COMMAND, arguments, understood
from headway.runs.schemas import Progress, Result
from headway.runs.stream import events_of
from headway.settings import Settings
from tests.factories import ORIGIN, Team, User
from tests.lab.results import a_run, result
from tests.runs.faked import FakeLab

RUN = a_run("fair", "one-call", 10, 51.0)
DOORS = [
    ("GET", "/api/lab/runs"),
    ("GET", "/api/lab/runs/some"),
    ("GET", "/api/lab/runs/some/report"),
    ("DELETE", "/api/lab/runs/some"),
    ("POST", "/api/lab/runs"),
    ("GET", "/api/lab/running"),
    ("DELETE", "/api/lab/running"),
    ("GET", "/api/lab/running/stream"),
]


def progress(done: int, doing: str = "fair: one call, 10 users (1 of 3)", **more: Any) -> str:
    return Progress(done=done, of=10, doing=doing, **more).model_dump_json()


async def always() -> bool:
    return True


async def until(app: FastAPI, right: Callable[[LabState], bool]) -> LabState:
    """The lab's state as soon as it is right: read whenever its stream has something new, or ends."""
    async with asyncio.timeout(30):
        while True:
            async with aclosing(events_of(app.state.lab, 0, always)) as events:
                async for _ in events:
                    state = await asyncio.to_thread(log.state, app.state.settings.home)
                    if right(state):
                        return state
            state = await asyncio.to_thread(log.state, app.state.settings.home)
            if right(state):
                return state


async def keep(home: Path, run: Result) -> None:
    await asyncio.to_thread(kept.save, home, run)


@asynccontextmanager
async def lab_by_hand(home: Path) -> AsyncIterator[None]:
    """The lab's lock, held as by somebody who runs it on the command line."""
    with ExitStack() as stack:
        await asyncio.to_thread(stack.enter_context, kept.lab_lock(home))
        yield


async def ended(app: FastAPI) -> LabState:
    return await until(app, lambda state: not state.running)


def test_every_route_of_the_lab_is_refused_below() -> None:
    assert len(router.routes) == len(DOORS)


async def test_only_admins_of_the_server_get_in(team: Team, boss: User, home: Path) -> None:
    await keep(home, result(id="some", runs=[RUN]))
    transport = httpx2.ASGITransport(team.app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as anybody:
        for method, path in DOORS:
            body: dict[str, Any] | None = {} if method == "POST" else None
            assert (await anybody.request(method, path, json=body)).status_code == 401, path
            for person in (team.admin, team.member, team.viewer, team.stranger):  # of a workspace, not of the server
                answer = await person.http.request(method, path, json=body)
                assert (answer.status_code, answer.json()["code"]) == (403, "lab.admins"), (method, path)
    assert len((await boss.get("/api/lab/runs"))["items"]) == 1
    assert not (await boss.get("/api/lab/running"))["running"]


async def test_a_kept_run_is_listed_read_reported_and_deleted(boss: User, home: Path) -> None:
    assert await boss.get("/api/lab/runs") == {"items": [], "warnings": []}
    whole = result()
    await keep(home, whole)
    await keep(home, result(id="no-report", runs=[RUN]))
    await asyncio.to_thread(kept.save_report, home, whole.id, "<!doctype html><title>Report</title>")
    listed = (await boss.get("/api/lab/runs"))["items"]
    assert {one["id"]: one["has_report"] for one in listed} == {whole.id: True, "no-report": False}
    assert await boss.get(f"/api/lab/runs/{whole.id}") == orjson.loads(whole.model_dump_json())
    report = await boss.http.get(f"/api/lab/runs/{whole.id}/report")
    assert report.text == "<!doctype html><title>Report</title>"
    assert report.headers["content-type"] == "text/html; charset=utf-8"
    assert report.headers["content-security-policy"] == REPORT_POLICY
    assert REPORT_POLICY.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    assert (await boss.http.get("/api/lab/runs/no-report/report")).json()["code"] == "lab.no_report"
    await boss.delete(f"/api/lab/runs/{whole.id}")
    for path in (whole.id, f"{whole.id}/report", "..%2fsecret", "running", "x" * 200):
        assert (await boss.http.get(f"/api/lab/runs/{path}")).status_code == 404, path
    assert (await boss.http.delete(f"/api/lab/runs/{whole.id}")).json()["code"] == "lab.no_run"


async def test_a_damaged_file_is_named_and_not_opened(boss: User, home: Path) -> None:
    await keep(home, result(id="good", runs=[RUN]))
    await asyncio.to_thread((kept.folder(home) / "bad.json").write_text, "not a run")
    answer = await boss.get("/api/lab/runs")
    assert [one["id"] for one in answer["items"]] == ["good"]
    assert answer["warnings"][0].startswith("bad.json holds no run")
    refused = await boss.http.get("/api/lab/runs/bad")
    assert (refused.status_code, refused.json()["code"]) == (404, "lab.damaged")


async def test_a_run_is_followed_from_its_start_to_its_end(app: FastAPI, boss: User, fake: FakeLab, home: Path) -> None:
    body: dict[str, Any] = {"quick": True, "stacks": ["fair", "floor"], "claims": ["table-10-sync"], "users": [1, 10]}
    begun = await boss.post("/api/lab/runs", body, 202)
    assert (begun["running"], begun["started_by"], begun["quick"]) == (True, boss.name, True)
    flags = "--quick --stack fair --stack floor --claim table-10-sync --users 1,10"
    assert (await until(app, lambda state: bool(state.doing))).doing == flags

    claims = result().claims[:2]
    fake.tell(progress(1, run=RUN, seconds_left=30.0), "no JSON at all", progress(2, claims=claims))
    state = await until(app, lambda state: state.done == 2)
    assert (state.runs, state.claims, state.of, state.lines) == ([RUN], claims, 10, 4)
    assert orjson.loads(state.model_dump_json()) == await boss.get("/api/lab/running")

    fake.keep(result(id="done", runs=[RUN]).model_dump_json())
    fake.tell("end")
    state = await ended(app)
    assert (state.id, state.ended, state.problem) == ("done", "finished", None)
    assert [one["id"] for one in (await boss.get("/api/lab/runs"))["items"]] == ["done"]
    assert (await boss.http.get("/api/lab/runs/done/report")).status_code == 200


async def test_one_run_at_a_time_whoever_started_it(app: FastAPI, boss: User, fake: FakeLab, home: Path) -> None:
    async with lab_by_hand(home):
        state = await boss.get("/api/lab/running")
        assert (state["running"], state["by_hand"], state["runs"]) == (True, True, [])
        refused = await boss.post("/api/lab/runs", {}, 409)
        assert refused["code"] == "lab.running" and "command line" in refused["detail"]
        assert (await boss.delete("/api/lab/running", 409))["code"] == "lab.by_hand"
    answers = await asyncio.gather(*(boss.http.post("/api/lab/runs", json={}) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [202, 409, 409, 409, 409]
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    assert refused["code"] == "lab.running"
    fake.tell("end")
    await ended(app)
    assert (await boss.delete("/api/lab/running", 409))["code"] == "lab.idle"


async def test_another_worker_shows_the_run_and_can_stop_it(
    app: FastAPI, boss: User, fake: FakeLab, settings: Settings
) -> None:
    await boss.post("/api/lab/runs", {}, 202)
    fake.tell(progress(1, run=RUN))
    await until(app, lambda state: state.done == 1)
    other = await asyncio.to_thread(create_app, settings)
    async with other.router.lifespan_context(other):
        transport = httpx2.ASGITransport(other, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN, cookies=boss.http.cookies) as http:
            assert len((await http.get("/api/lab/running")).json()["runs"]) == 1
            assert (await http.post("/api/lab/runs", json={})).status_code == 409
            stopping = await http.delete("/api/lab/running")
            assert (stopping.status_code, stopping.json()["stopping"]) == (202, True)
    state = await ended(app)
    assert (state.ended, state.stopping, state.problem) == ("interrupted", True, "It was stopped by hand.")


async def test_a_run_that_cannot_start_or_dies_says_why(app: FastAPI, boss: User, fake: FakeLab) -> None:
    for told, problem in (
        ("fail There is no stack x.", "There is no stack x."),
        ("die", "The system stopped it, perhaps for want of memory."),
    ):
        await boss.post("/api/lab/runs", {}, 202)
        fake.tell(told)
        state = await ended(app)
        assert (state.ended, state.id, state.problem) == ("failed", None, problem)


async def test_a_worker_that_stops_ends_its_run(app: FastAPI, boss: User, fake: FakeLab) -> None:
    await boss.post("/api/lab/runs", {}, 202)
    await until(app, lambda state: bool(state.doing))
    await app.state.lab.stop()
    state = await asyncio.to_thread(log.state, app.state.settings.home)
    assert (state.running, state.ended) == (False, "interrupted")
    assert (await boss.post("/api/lab/runs", {}, 409))["code"] == "lab.closing"


async def test_a_run_whose_worker_was_killed_is_called_interrupted(boss: User, home: Path) -> None:
    file = await asyncio.to_thread(log.open_log, home)
    assert file is not None
    started = log.Started.model_validate({"at": "2026-11-23T03:00:00Z", "by": "Ada", "quick": True, "pid": 1})
    for line in (log.Line(started=started), log.Line(progress=Progress(done=3, of=10, doing="fair", run=RUN))):
        await asyncio.to_thread(log.append, file, line)
    assert (await boss.get("/api/lab/running"))["running"]
    os.write(file, b'{"progress": {"done": 4, "o')  # cut off in the middle of a line
    os.close(file)
    state = await boss.get("/api/lab/running")
    assert (state["running"], state["ended"], state["problem"]) == (False, "interrupted", log.CUT_OFF)
    assert (state["done"], len(state["runs"])) == (3, 1)


async def test_the_stream_resumes_and_ends_with_the_run(app: FastAPI, boss: User, fake: FakeLab) -> None:
    await boss.post("/api/lab/runs", {}, 202)
    fake.tell(progress(1, run=RUN), progress(2))
    await until(app, lambda state: state.done == 2)
    fake.tell("end")
    await ended(app)
    whole = await boss.http.get("/api/lab/running/stream")
    assert whole.headers["content-type"].startswith("text/event-stream")
    assert [kind for _, kind, _ in parsed(whole.text)] == ["started", "progress", "progress", "progress", "ended"]
    assert parsed(whole.text)[2][2]["run"] == orjson.loads(RUN.model_dump_json())
    for resumed in (
        await boss.http.get("/api/lab/running/stream?after=3"),
        await boss.http.get("/api/lab/running/stream", headers={"Last-Event-ID": "3"}),
    ):
        assert [(number, kind) for number, kind, _ in parsed(resumed.text)] == [(4, "progress"), (5, "ended")]
    # Of a log that was begun anew meanwhile: everything.
    later = await boss.http.get("/api/lab/running/stream?after=300")
    assert len(parsed(later.text)) == 5
    refused = await boss.http.get("/api/lab/running/stream", headers={"Last-Event-ID": "x"})
    assert refused.status_code == 422


def parsed(text: str) -> list[tuple[int, str, Any]]:
    """Each event's number, name and data."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in fields:
            found.append((int(fields["id"]), fields["event"], orjson.loads(fields["data"])))
    return found


async def test_a_stream_holds_no_connection_and_ends_with_the_server(app: FastAPI, boss: User, fake: FakeLab) -> None:
    await boss.post("/api/lab/runs", {}, 202)

    async def watch() -> str:
        return (await boss.http.get("/api/lab/running/stream")).text

    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        watchers = [group.create_task(watch()) for _ in range(3)]
        await until(app, lambda state: bool(state.doing))
        # The pool has one connection, and three streams are open.
        assert (await boss.get("/api/lab/running"))["running"]
        app.state.lab.close()
    assert all("started" in watcher.result() for watcher in watchers)
    await ended(app)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("stacks", ["--json"]), ("stacks", ["a b"]), ("stacks", ["x" * 61]), ("claims", ["\0"]), ("claims", "all"),
        ("users", [0]), ("users", [10_001]), ("users", ["x"]), ("users", [1] * 21), ("quick", "perhaps"), ("port", 1),
    ],
)  # fmt: skip
async def test_what_would_be_no_argument_is_refused(boss: User, field: str, value: Any) -> None:
    refused = await boss.post("/api/lab/runs", {field: value}, 422)
    assert refused["errors"][0]["field"].partition(".")[0] == field


async def test_a_home_that_cannot_be_written_is_a_sentence(boss: User, fake: FakeLab, home: Path) -> None:
    await asyncio.to_thread(home.write_text, "a file where the folder should be")
    refused = await boss.post("/api/lab/runs", {}, 409)
    assert refused["code"] == "lab.folder" and str(home) in refused["detail"]


def test_what_the_real_command_tells_is_understood(capsys: pytest.CaptureFixture[str]) -> None:
    nothing_answered = a_run("threadpool", "one-call", 200, None)
    told = [
        Progress(done=1, of=10, doing="threadpool", run=nothing_answered),
        *(Progress(done=2, of=10, doing="whole", run=run) for run in result().runs),
        Progress(done=3, of=10, doing="claims", claims=result().claims),
    ]
    with telling("lines", plan(QUICK, Wanted())) as tell:
        for one in told:
            tell(one)
    assert [understood(line.encode()) for line in capsys.readouterr().out.splitlines()] == told
    for nonsense in (b"", b"[]", b"no JSON", b'{"run": 1}', b'{"done": "x"}', b'{"ended": "well"}', b"null"):
        assert understood(nonsense) is None


def test_what_is_run_is_this_packages_own_command() -> None:
    assert COMMAND[1:] == (
        "-P", "-m", "headway.cli.main", "lab", "run", "--progress", "lines", "--stdin-is-owner",
    )  # fmt: skip
    assert arguments(NewLabRun()) == []
