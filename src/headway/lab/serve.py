"""The server process of one stack: told over a channel what to serve, with the socket to serve it on.

The same uvicorn for all of them. Besides the stack's own addresses it answers /lab/ping, which asks nothing of the
database, and /lab/lag, which tells how late the event loop was since it was last asked, and how many requests are
under way.
"""

import asyncio
import importlib
import json
import socket
import sys
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from headway.lab.stacks.options import Options
from headway.serving import Server, configured

LONGEST_MESSAGE = 65_536
TICK = 0.01
MOST_TICKS = 100_000


def main() -> None:
    channel = socket.socket(fileno=int(sys.argv[1]))
    told, fds, _, _ = socket.recv_fds(channel, LONGEST_MESSAGE, 1)
    if not told:
        return
    listener = socket.socket(fileno=fds[0])
    message: dict[str, Any] = json.loads(told)
    module, _, name = message["factory"].partition(":")
    create: Callable[[Options], ASGIApp] = getattr(importlib.import_module(module), name)
    app = Watched(create(Options(**message["options"])))
    Server(configured(app), channel, app.stop).run(sockets=[listener])


class Watched:
    """An application, and how late its loop is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.late: list[float] = []
        self.busy = 0
        self.ticking: asyncio.Task[None] | None = None

    def stop(self) -> None:
        """Streams of the application have no end of their own to wait for."""
        hub = getattr(getattr(self.app, "state", None), "hub", None)
        if hub is not None:
            hub.close()
        if self.ticking:
            self.ticking.cancel()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            self.ticking = asyncio.create_task(self._tick())
            await self.app(scope, receive, send)
            return
        if scope["type"] == "http" and scope["path"].startswith("/lab/"):
            told = {"pong": True} if scope["path"] == "/lab/ping" else self._lag()
            await answer(send, json.dumps(told).encode())
            return
        self.busy += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.busy -= 1

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + TICK
            await asyncio.sleep(TICK)
            if len(self.late) < MOST_TICKS:
                self.late.append(max(0.0, loop.time() - due) * 1000)

    def _lag(self) -> dict[str, float]:
        late, self.late = sorted(self.late), []
        if not late:
            return {"samples": 0, "busy": self.busy}
        place = len(late) - 1
        return {
            "p50": late[place // 2],
            "p99": late[int(place * 0.99)],
            "longest": late[-1],
            "samples": len(late),
            "busy": self.busy,
        }


async def answer(send: Send, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    main()
