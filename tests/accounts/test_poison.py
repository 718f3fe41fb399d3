"""What nobody would type, in every field of accounts, workspaces and setup: refused or taken, never a breakdown."""

import json
from typing import Any

import httpx2
import pytest

from headway.clock import new_id
from tests.accounts.conftest import client_of
from tests.factories import Team

POISON: list[Any] = [
    None,
    True,
    -1,
    2**63,
    1e308,
    "",
    " ",
    "\x00",
    "a\ud800",
    "' OR 1=1 --",
    "../../etc/passwd",
    "\u202eright to left",
    "👩‍👩‍👧" * 40,
    "x" * 300_000,
    [],
    [[[[]]]],
    {"$ne": None},
]
UNKNOWN = str(new_id())
DOORS: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/api/sessions", {"email": "a@example.org", "password": "x"}),
    ("POST", "/api/accounts", {"name": "A", "email": "a@example.org", "password": "long enough to do"}),
    ("POST", "/api/setup", {"name": "A", "email": "a@b.c", "password": "long enough to do", "workspace": "W"}),
    ("PATCH", "/api/me", {"name": "A"}),
    ("PUT", "/api/me/password", {"current": "x", "new": "long enough to do"}),
    ("POST", "/api/tokens", {"name": "A"}),
    ("POST", "/api/workspaces", {"name": "A"}),
    ("PATCH", "/api/workspaces/{id}", {"name": "A", "version": 1}),
    ("PATCH", "/api/workspaces/{id}/members/{viewer}", {"role": "member"}),
    ("POST", "/api/workspaces/{id}/invitations", {"role": "member"}),
    ("POST", "/api/invitations/preview", {"token": "x"}),
    ("POST", "/api/invitations/accept", {"token": "x", "name": "A", "email": "a@b.c", "password": "long enough to do"}),
]


def sent(answer: httpx2.Response) -> None:
    """Whatever it was, it was answered in the one shape."""
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert {"status", "code", "detail"} <= answer.json().keys()


def raw(body: Any) -> bytes:
    """JSON that may hold what a tidy encoder would refuse to write."""
    return json.dumps(body).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize(("method", "path", "body"), DOORS, ids=[f"{m} {p}" for m, p, _ in DOORS])
async def test_poison_in_any_field_is_answered_with_reason(
    team: Team, method: str, path: str, body: dict[str, Any]
) -> None:
    path = path.format(id=team.workspace_id, viewer=team.viewer.id)
    headers = {"content-type": "application/json"}
    for field in body:
        for poison in POISON:
            content = raw({**body, field: poison})
            sent(await team.owner.http.request(method, path, content=content, headers=headers))
    for whole in POISON:
        sent(await team.owner.http.request(method, path, content=raw(whole), headers=headers))
    for content in (b"", b"{", b"\xff\xfe", b"[" * 50_000, b'{"a":' * 50_000):
        sent(await team.owner.http.request(method, path, content=content, headers=headers))


@pytest.mark.parametrize("secret", ["", "x", "\xff\xfe", "'; DROP TABLE person; --", "x" * 10_000])
async def test_poison_instead_of_a_cookie_or_token_is_nobody(team: Team, secret: str) -> None:
    async with client_of(team.app) as guest:
        for headers in (
            {"cookie": f"headway_session={secret}"},
            {"authorization": f"Bearer {secret}"},
            {"authorization": secret},
        ):
            answer = await guest.get("/api/me", headers=[(k.encode(), v.encode("latin-1")) for k, v in headers.items()])
            assert answer.status_code == 401


@pytest.mark.parametrize("part", ["x", "null", "..%2f..", "%00", UNKNOWN + "0", "é"])
async def test_poison_instead_of_an_id_is_refused(team: Team, part: str) -> None:
    for method, path in (
        ("GET", f"/api/workspaces/{part}"),
        ("GET", f"/api/workspaces/{part}/members"),
        ("DELETE", f"/api/workspaces/{team.workspace_id}/members/{part}"),
        ("DELETE", f"/api/workspaces/{team.workspace_id}/invitations/{part}"),
        ("DELETE", f"/api/tokens/{part}"),
        ("DELETE", f"/api/sessions/{part}"),
    ):
        answer = await team.owner.http.request(method, path)
        assert answer.status_code in (404, 405, 422), path
        sent(answer)
