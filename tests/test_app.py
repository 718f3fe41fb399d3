"""The edges of the app that ships: addresses, origins, hosts, sizes, headers, and the web UI's files."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from headway import webfiles
from tests.factories import ORIGIN, Team

SAFE_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
}


def client(app: FastAPI, base_url: str = ORIGIN) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app, raise_app_exceptions=False), base_url=base_url)


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built web UI of a page, a picture and an asset."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html>the page")
    (tmp_path / "favicon.svg").write_text("<svg/>")
    (tmp_path / "assets" / "main-abc.js").write_text("go()")
    (tmp_path.parent / "secret.txt").write_text("not theirs")
    monkeypatch.setattr(webfiles, "FOLDER", tmp_path)
    monkeypatch.setattr(webfiles.assets, "all_directories", [tmp_path / "assets"])
    return tmp_path


async def test_health_answers_without_the_database(app: FastAPI) -> None:
    before = app.state.database.opened
    async with client(app) as http:
        answer = await http.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert app.state.database.opened == before


async def test_an_api_address_that_is_not_there_is_a_404_and_never_a_page(team: Team, web: Path) -> None:
    assert web
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        for path in ("/api", "/api/", "/api/nope", "/api/tasks/x/y/z", "/api/index.html", "/api/%2e%2e/"):
            answer = await team.owner.http.request(method, path)
            assert answer.status_code == 404, (method, path)
            assert answer.headers["content-type"] == "application/problem+json"
            assert method == "HEAD" or answer.json()["code"] == "not_found"


async def test_a_method_that_an_address_does_not_take_is_a_405_that_says_which_it_takes(team: Team) -> None:
    task = await team.task(await team.project())
    answer = await team.owner.http.put(f"/api/tasks/{task['id']}", json={})
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"]


async def test_pages_fall_back_to_the_one_page_and_missing_files_do_not(app: FastAPI, web: Path) -> None:
    assert web
    async with client(app) as http:
        for path in ("/", "/index.html", "/w/team/p/HW/board", "/w/team/t/HW-1", "/join", "/apiary", "/a" * 300):
            answer = await http.get(path)
            assert (answer.status_code, answer.text) == (200, "<!doctype html>the page"), path
            assert "script-src 'self'" in answer.headers["content-security-policy"]
            assert answer.headers["cache-control"] == "no-cache"
            assert (await http.head(path)).status_code == 200
        icon = await http.get("/favicon.svg")
        assert (icon.status_code, icon.text) == (200, "<svg/>")
        asset = await http.get("/assets/main-abc.js")
        assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
        for path in (
            "/missing.js", "/assets/main-old.js", "/assets/", "/favicon.ico", "/a/b.css",
            "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/x%00.svg",
            "/" + "y" * 300 + ".js",
        ):  # fmt: skip
            answer = await http.get(path)
            assert answer.status_code == 404, (path, answer.text)
            assert "not theirs" not in answer.text
        assert (await http.get("/" + "z" * 300)).status_code == 200


async def test_a_web_ui_that_was_not_built_says_what_to_do(
    app: FastAPI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webfiles, "FOLDER", tmp_path / "nothing")
    async with client(app) as http:
        answer = await http.get("/")
    assert (answer.status_code, answer.text) == (503, webfiles.NOT_BUILT)


async def test_every_answer_carries_the_safe_headers(team: Team, web: Path) -> None:
    assert web
    paths = ("/", "/health", "/api/nope", "/api/me", "/openapi.json", "/assets/main-abc.js", "/assets/nope.js")
    answers = [await team.owner.http.get(path) for path in paths]
    answers.append(await team.owner.http.post("/api/tokens", headers={"origin": "https://elsewhere.example"}))
    answers.append(await team.owner.http.get("/health", headers={"host": "elsewhere.example"}))
    for answer in answers:
        assert {name: answer.headers[name] for name in SAFE_HEADERS} == SAFE_HEADERS, answer.request.url
    for path in ("/api/me", "/api/nope", "/openapi.json", "/health"):
        assert (await team.owner.http.get(path)).headers["cache-control"] == "no-store"


async def test_a_write_that_a_foreign_page_asks_for_is_refused(team: Team) -> None:
    project = await team.project()
    path = f"/api/projects/{project['id']}/tasks"
    for headers in (
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8001"},
        {"origin": "https://127.0.0.1:8000"},
        {"sec-fetch-site": "cross-site"},
        {"origin": ORIGIN, "sec-fetch-site": "cross-site"},
    ):
        answer = await team.owner.http.post(path, json={"title": "New"}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin"), headers
    for headers in ({"origin": ORIGIN}, {"origin": "http://LOCALHOST:8000"}, {"sec-fetch-site": "same-origin"}, {}):
        answer = await team.owner.http.post(path, json={"title": "New"}, headers=headers)
        assert answer.status_code == 201, headers


async def test_a_host_that_is_not_ours_is_refused(team: Team) -> None:
    for host in ("elsewhere.example", "127.0.0.1.elsewhere.example", "", "localhost@elsewhere.example", "[::2]:8000"):
        answer = await team.owner.http.get("/api/me", headers={"host": host})
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown_host"), host
    for host in ("localhost", "LOCALHOST:8000", "127.0.0.1:9999", "[::1]:8000"):
        assert (await team.owner.http.get("/api/me", headers={"host": host})).status_code == 200, host


async def test_a_body_beyond_the_limit_is_refused_with_or_without_a_length(team: Team) -> None:
    task = await team.task(await team.project())
    path = f"/api/tasks/{task['id']}"
    big = b'{"version": 1, "description": "' + b"x" * 3_000_000 + b'"}'

    async def in_pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(big), 100_000):
            yield big[start : start + 100_000]

    headers = {"content-type": "application/json"}
    for content in (big, in_pieces()):
        answer = await team.owner.http.patch(path, content=content, headers=headers)
        assert (answer.status_code, answer.json()["status"]) == (413, 413)
        assert answer.headers["content-type"] == "application/problem+json"
    assert await team.owner.get(path) == task


async def test_long_answers_are_compressed_for_who_can_read_it(team: Team) -> None:
    project = await team.project()
    await team.task(project, description="long " * 1_000)
    path = f"/api/projects/{project['id']}/board"
    assert (await team.owner.http.get(path)).headers["content-encoding"] == "gzip"
    plain = await team.owner.http.get(path, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
