"""A real server with real people, and HTTP as clients on a bad network speak it."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2

from headway.accounts.session import COOKIE
from tests.factories import User
from tests.faults.hammer import PASSWORD, set_up
from tests.processes import Headway

# By hand, `just soak`: the figures of the promises themselves. Otherwise about a tenth, for every commit.
WHOLE = bool(os.environ.get("HEADWAY_SOAK"))
TRIES = 60


class Unknown(Exception):
    """The connection broke, or the server failed: the request was done, or not."""


@dataclass(frozen=True)
class Answer:
    """What came back, after how many tries, and how many seconds it took in all."""

    status: int
    body: Any
    change: str | None
    replayed: bool
    tries: int
    seconds: float


class Client:
    """One person's client."""

    def __init__(self, user: User) -> None:
        self.user, self.http = user, user.http

    async def once(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One try.

        Raises:
            Unknown: no answer, or one that does not say whether it was done.
        """
        began = time.monotonic()
        try:
            answer = await self.http.request(method, path, json=body, headers=headers)
        except httpx2.TransportError as error:
            raise Unknown(repr(error)) from None
        if answer.status_code >= 500:
            raise Unknown(f"{answer.status_code} {answer.text}")
        return Answer(
            answer.status_code,
            answer.json() if answer.content else None,
            answer.headers.get("headway-change"),
            "idempotency-replayed" in answer.headers,
            1,
            time.monotonic() - began,
        )

    async def surely(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Tries until there is an answer: for reads, and for what may safely be asked twice."""
        began = time.monotonic()
        for tries in range(1, TRIES + 1):
            try:
                answer = await self.once(method, path, body, **headers)
            except Unknown:
                await asyncio.sleep(0.1)
            else:
                seconds = time.monotonic() - began
                return Answer(answer.status, answer.body, answer.change, answer.replayed, tries, seconds)
        raise AssertionError(f"{method} {path}: no answer in {TRIES} tries")

    async def post_once(self, path: str, body: Any) -> Answer:
        """Posts under a key, as often as it takes; it may have one effect only."""
        return await self.surely("POST", path, body, **{"Idempotency-Key": str(uuid4())})

    async def get(self, path: str, **params: Any) -> Any:
        """The JSON at `path`."""
        query = "&".join(f"{name}={value}" for name, value in params.items())
        answer = await self.surely("GET", f"{path}?{query}" if query else path)
        assert answer.status == 200, answer
        return answer.body


async def signed_in(stack: AsyncExitStack, address: str, cookie: str) -> Client:
    """A client for somebody signed in, straight to the server or by way of another address."""
    client = httpx2.AsyncClient(base_url=f"http://{address}", cookies={COOKIE: cookie}, timeout=20, trust_env=False)
    http = await stack.enter_async_context(client)
    me = (await http.get("/api/me")).raise_for_status().json()
    return Client(User(me["id"], me["name"], me["email"], cookie, http))


@dataclass
class Stage:
    """A server with a workspace, a project, its owner and some members."""

    server: Headway
    workspace_id: str
    project_id: str
    owner: Client
    stack: AsyncExitStack

    @property
    def address(self) -> str:
        """Where the server listens."""
        return f"127.0.0.1:{self.server.port}"

    @property
    def topic(self) -> str:
        """The project's topic."""
        return f"project:{self.project_id}"

    async def member(self, number: int, address: str | None = None) -> Client:
        """One more member of the workspace."""
        invitation = await self.owner.once(
            "POST", f"/api/workspaces/{self.workspace_id}/invitations", {"role": "member"}
        )
        body = {
            "token": invitation.body["url"].partition("#")[2],
            "name": f"Member {number}",
            "email": f"member{number}@example.org",
            "password": PASSWORD,
        }
        async with httpx2.AsyncClient(base_url=f"http://{self.address}", timeout=20, trust_env=False) as http:
            answer = await http.post("/api/invitations/accept", json=body)
            assert answer.status_code == 200, answer.text
            cookie = answer.cookies[COOKIE]
        return await signed_in(self.stack, address or self.address, cookie)


@asynccontextmanager
async def stage(server: Headway) -> AsyncIterator[Stage]:
    """Claims a new server."""
    cookie, project = await asyncio.to_thread(set_up, server)
    async with AsyncExitStack() as stack:
        owner = await signed_in(stack, f"127.0.0.1:{server.port}", cookie.partition("=")[2])
        me = await owner.get("/api/me")
        yield Stage(server, me["workspaces"][0]["id"], project, owner, stack)


def report(title: str, **figures: object) -> None:
    """Prints what was measured, for whoever runs this by hand."""
    said = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in figures.items())
    print(f"\n{title}: {said} (load {os.getloadavg()[0]:.1f})")


def spread(seconds: list[float]) -> str:
    """Median and maximum, in milliseconds."""
    ordered = sorted(seconds)
    return f"{ordered[len(ordered) // 2] * 1000:.0f} / {ordered[-1] * 1000:.0f} ms" if ordered else "none"
