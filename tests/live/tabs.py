"""Browser tabs as the live tests know them: a real socket to a real server, and what a tab would remember."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from types import FrameType
from typing import Any
from uuid import UUID

import uvicorn
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from headway.accounts.session import COOKIE
from headway.app import create_app
from headway.clock import new_id
from headway.db import Database
from headway.events.record import begin_change, record
from headway.settings import Settings
from tests.factories import User

PATIENCE = 15  # seconds; what a test waits for comes at once or not at all
PING = 4.0


class Server(uvicorn.Server):
    """A server inside the test's own loop: leaves the signals alone, says when it is up."""

    up: asyncio.Event

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.config.app.state.hub.close()  # type: ignore[union-attr]  # as the worker does
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        with nullcontext():
            yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        raise AssertionError("signals are the test run's own")


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """Serves a started app on a loopback port; its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_level="warning",
        access_log=False,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=5,
    )
    server = Server(config)
    server.up = asyncio.Event()
    task = asyncio.create_task(server.serve([listener]))
    await asyncio.wait({task, asyncio.create_task(server.up.wait())}, return_when=asyncio.FIRST_COMPLETED)
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        # What the hub was about when the last socket closed.
        database = app.state.database
        async with asyncio.timeout(PATIENCE):
            while app.state.hub.roll.spots or database.opened != database.closed:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@asynccontextmanager
async def another_process(settings: Settings) -> AsyncIterator[tuple[FastAPI, str]]:
    """A second app with its own pool, hub and server on the same database, and its address."""
    app = await asyncio.to_thread(create_app, settings)  # it reads files while it is made
    async with app.router.lifespan_context(app), serving(app) as address:
        yield app, address


class Tab:
    """One socket. Keeps every event, by topic, as it came."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.pings = 0  # unanswered ones that no test has sent
        self.events: dict[str, list[dict[str, Any]]] = {}

    async def read(self) -> dict[str, Any]:
        """The next message, signs of life and lists of who is there left out."""
        while True:
            message = await self.read_any()
            if message["type"] != "presence":
                return message

    async def read_any(self) -> dict[str, Any]:
        """The next message, signs of life left out."""
        async with asyncio.timeout(PATIENCE):
            while True:
                message: dict[str, Any] = json.loads(await self.socket.recv())
                if message["type"] == "event":
                    self.events.setdefault(message["topic"], []).append(message)
                if message["type"] == "pong" and self.pings:
                    self.pings -= 1
                elif message["type"] != "beat":
                    return message

    async def until(self, **wanted: Any) -> dict[str, Any]:
        """Reads on to the first message with these fields."""
        while True:
            message = await self.read_any()
            if wanted.items() <= message.items():
                return message

    async def keep_pinging(self) -> None:
        """Says that it lives, as every client has to."""
        while True:
            await asyncio.sleep(PING)
            self.pings += 1
            await self.say(type="ping")

    async def say(self, **message: Any) -> None:
        """Sends a message."""
        await self.socket.send(json.dumps(message))

    async def follow(self, topic: str, after: int | None = None) -> dict[str, Any]:
        """Follows one topic and waits until it is caught up; the `following`."""
        await self.say(type="follow", topics={topic: after})
        return await self.until(type="following", topic=topic)

    async def event(self, topic: str, revision: int) -> dict[str, Any]:
        """Reads on to this event."""
        return await self.until(type="event", topic=topic, revision=revision)

    def revisions(self, topic: str) -> list[int]:
        """The revisions that have come, in the order in which they came."""
        return [event["revision"] for event in self.events.get(topic, [])]


@asynccontextmanager
async def tab(address: str, user: User, *, pings: bool = True, **options: Any) -> AsyncIterator[Tab]:
    """A tab of somebody signed in, past its hello."""
    headers = {"Cookie": f"{COOKIE}={user.cookie}"}
    async with connect(
        f"ws://{address}/api/live", additional_headers=headers, proxy=None, close_timeout=1, **options
    ) as socket:
        opened = Tab(socket)
        assert await opened.read() == {"type": "hello", "person_id": user.id}
        await opened.until(type="following", topic=f"person:{user.id}")
        pinging = asyncio.create_task(opened.keep_pinging()) if pings else None
        try:
            yield opened
        finally:
            if pinging:
                pinging.cancel()
                await asyncio.wait([pinging])
                if not pinging.cancelled():
                    assert isinstance(pinging.exception(), ConnectionClosed)


def topic_of(project: dict[str, Any]) -> str:
    """A project's topic."""
    return f"project:{project['id']}"


async def write(database: Database, topic: str, *after: dict[str, Any], kind: str = "task.changed") -> None:
    """Commits one event for each `after`, together."""
    async with database.unit_of_work() as db:
        begin_change(db, "api", None)
        for picture in after:
            record(db, topic, kind, UUID(picture["id"]) if "id" in picture else new_id(), None, picture)
