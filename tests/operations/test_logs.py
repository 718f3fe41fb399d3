"""What a real server writes down while secrets go through every one of its doors, and through its errors."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from headway import logs
from tests.faults.hammer import PASSWORD, Client, set_up
from tests.processes import Headway, home_folder

# Told apart from everything a server could come up with by itself.
SECRET = "Kanarienvogel-7f3a"
OF_SETTINGS = {
    "HEADWAY_METRICS": "token",
    "HEADWAY_METRICS_TOKEN": f"metrics-{SECRET}",
    "HEADWAY_SMTP_URL": f"smtp://mailer:{SECRET}@127.0.0.1:9",
    "HEADWAY_MAIL_FROM": "Headway <headway@example.org>",
    "HEADWAY_OIDC_ISSUER": "https://id.example.invalid",
    "HEADWAY_OIDC_CLIENT_ID": "headway",
    "HEADWAY_OIDC_CLIENT_SECRET": f"oidc-{SECRET}",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Headway]:
    with home_folder() as home:
        headway = Headway(home=home, env={"HEADWAY_LOG": "json", **OF_SETTINGS}).ready()
        yield headway
        headway.stop()


def ask(headway: Headway, method: str, path: str, body: Any = None, **headers: str) -> int:
    """The status that a request is answered with."""
    data = None if body is None else json.dumps(body).encode()
    known = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    request = urllib.request.Request(headway.url + path, data, known, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def fields_of(document: Any, schema: Any) -> dict[str, Any]:
    """A body with the secret in every field that the schema names."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return dict.fromkeys(schema.get("properties", {"text": None}), SECRET)


def doors(document: Any) -> Iterator[tuple[str, str, Any]]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method in ("get", "post", "put", "patch", "delete"):
                content = operation.get("requestBody", {}).get("content", {})
                schema = next((one["schema"] for one in content.values()), None)
                body = None if schema is None else fields_of(document, schema)
                yield method.upper(), re.sub(r"\{.*?\}", SECRET, path) + f"?q={SECRET}&cursor={SECRET}", body


def written(headway: Headway) -> list[str]:
    return [*headway.lines, *headway.errors]


def test_no_secret_that_goes_through_any_door_is_written_down(server: Headway) -> None:
    cookie, project = set_up(server)
    client = Client(server, cookie)
    made = client.send("POST", "/api/tokens", {"name": "ci", "scopes": ["read"]})["token"]
    workspace = client.send("GET", "/api/me")["workspaces"][0]["id"]
    invitation = client.send("POST", f"/api/workspaces/{workspace}/invitations", {"role": "member"})
    client.send("POST", f"/api/projects/{project}/tasks", {"title": SECRET, "description": SECRET})
    client.send("GET", f"/api/workspaces/{workspace}/search?q={SECRET}")
    link = invitation["url"].partition("#")[2]
    ask(server, "POST", "/api/invitations/preview", {"secret": link, "token": link})
    ask(server, "POST", "/api/password-resets", {"email": "owner@example.org"})
    ask(server, "POST", "/api/sessions", {"email": f"{SECRET}@example.org", "password": SECRET})
    ask(server, "GET", "/metrics", authorization=f"Bearer metrics-{SECRET}")
    document, asked = server.get("/openapi.json"), 0
    for method, path, body in doors(document):
        if path.startswith("/api/sessions/current"):
            continue  # that would end the session
        asked += 1
        ask(server, method, path, body, user_agent=SECRET, idempotency_key=SECRET, cookie=cookie)
        if body is not None:
            token = {"authorization": f"Bearer hw_{SECRET}", "x_request_id": f"{SECRET} {SECRET}", "referer": SECRET}
            ask(server, method, path, body, **token)
    assert asked > 100
    # The fresh secrets that the server itself has made go by another way into its answers.
    session = cookie.partition("=")[2]
    text = "\n".join(written(server))
    for secret in (SECRET, PASSWORD, made, session, link):
        assert len(secret) > 8
        assert secret not in text, [line for line in written(server) if secret in line][:3]
    lines = [json.loads(line) for line in server.lines if line.startswith("{")]
    requests = [line for line in lines if line["event"] == "request"]
    assert len(requests) >= asked
    assert {"request_id", "method", "route", "status", "ms", "level", "timestamp"} <= requests[0].keys()
    client.close()  # the server ends idle connections
    person = client.send("GET", "/api/me")["id"]
    client.close()
    assert any(line.get("person") == person for line in requests)
    assert all(line["route"].startswith("/") or line["route"] == "(none)" for line in requests)
    # A sign-in that does not work is a line like any other: that it failed, and nothing of what was typed.
    assert any(line["route"] == "/api/sessions" and line["status"] == 401 for line in requests)


def test_an_error_is_written_down_with_its_place_and_without_what_it_was_about(server: Headway) -> None:
    client = Client(server)
    client.send("POST", "/api/sessions", {"email": "owner@example.org", "password": PASSWORD})
    workspace = client.send("GET", "/api/me")["workspaces"][0]["id"]
    project = client.send("GET", f"/api/workspaces/{workspace}/projects")["projects"][0]["id"]
    client.close()
    with psycopg.connect(server.database_address(), autocommit=True) as db:
        db.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no such title: %', NEW.title USING DETAIL = NEW.title; END $$"
        )
        db.execute("CREATE TRIGGER refuse BEFORE INSERT ON task FOR EACH ROW EXECUTE FUNCTION refuse()")
        status = ask(
            server, "POST", f"/api/projects/{project}/tasks", {"title": SECRET}, cookie=str(client.cookie),
            x_request_id="from-a-proxy-1",
        )  # fmt: skip
        db.execute("DROP TRIGGER refuse ON task")
    assert status == 500
    (failed,) = [line for line in map(json.loads, filter(is_json, server.lines)) if line["event"] == "request.failed"]
    assert failed["route"] == "/api/projects/{project_id}/tasks"
    assert failed["request_id"] == "from-a-proxy-1"
    assert "SQLSTATE P0001" in failed["exception"]
    assert "one_statement.py" in failed["exception"]
    assert SECRET not in "\n".join(written(server))


def is_json(line: str) -> bool:
    return line.startswith("{")


@pytest.mark.parametrize(
    "error",
    [
        KeyError(SECRET),
        ValueError(f"invalid literal for int() with base 10: '{SECRET}'"),
        ValueError(f"can't take {SECRET!r}\nsecond line {SECRET}"),
        ValueError(f'not closed: "{SECRET}'),
        RuntimeError(f"b'{SECRET}' and `{SECRET}` and {[SECRET]!r}"),
        ExceptionGroup("two", [KeyError(SECRET), ValueError(repr(SECRET))]),
        psycopg.errors.UniqueViolation(f"Key (email)=({SECRET}) already exists."),
    ],
)
def test_a_message_is_shown_without_what_it_quotes(error: Exception) -> None:
    password = SECRET  # locals of the frames are never looked at
    try:
        try:
            raise error
        except Exception as first:
            raise RuntimeError("on the way") from first
    except RuntimeError as second:
        text = "\n".join(logs.told(second))
    assert password not in text
    assert "in test_a_message_is_shown_without_what_it_quotes" in text
    assert type(error).__name__ in text


def test_a_message_about_code_is_shown_whole() -> None:
    try:
        None.upper()  # type: ignore[attr-defined]
    except AttributeError as error:
        assert "has no attribute 'upper'" in "\n".join(logs.told(error))
