"""uvicorn as Headway runs it, over real sockets: what is told to who is one too many, and who comes behind a crowd."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvloop
from starlette.types import Receive, Scope, Send

from headway.admission import Gate
from headway.serving import Server, configured

FULL = 1_000_000


class App:
    """Answers everything with its path, once it may."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.go, self.working = asyncio.Event(), asyncio.Event()
        self.go.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            for _ in range(2):
                message = await receive()
                await send({"type": f"{message['type']}.complete"})
            return
        self.begun.append(scope["path"])
        self.working.set()
        await self.go.wait()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


@asynccontextmanager
async def served(app: App, gate: Gate) -> AsyncIterator[int]:
    """The port of a server in this loop."""
    ours, theirs = socket.socketpair()
    with ours, theirs, socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(configured(app, gate.turn_away), theirs, lambda: None)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(server, "install_signal_handlers", lambda: None, raising=False)
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            ours.setblocking(False)
            assert await asyncio.get_running_loop().sock_recv(ours, 1) == b"r"
            yield listener.getsockname()[1]
            ours.close()
            await serving


def gate() -> Gate:
    return Gate(places=1, longest_wait=0.1, patience=5)


async def answers(port: int, request: bytes, count: int) -> tuple[list[bytes], bool]:
    """The status lines of so many answers to what is sent in one piece, and whether the connection was closed then."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    heads = []
    for _ in range(count):
        head = await reader.readuntil(b"\r\n\r\n")
        heads.append(head)
        if not request.startswith(b"HEAD"):
            length = next(line for line in head.lower().splitlines() if line.startswith(b"content-length"))
            await reader.readexactly(int(length.split(b":")[1]))
    try:
        closed = await asyncio.wait_for(reader.read(1), 0.2) == b""
    except TimeoutError:
        closed = False
    writer.close()
    return heads, closed


def asking(path: str, method: str = "GET", more: str = "", body: str = "") -> bytes:
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"{method} {path} HTTP/1.1\r\nHost: x\r\n{length}{more}\r\n{body}".encode()


async def test_one_too_many_is_told_so_and_its_connection_goes_on() -> None:
    app, full = App(), gate()
    async with served(app, full) as port:
        full.active, full.queued = 1, FULL
        heads, closed = await answers(
            port, asking("/api/a", "POST", body="x" * 3_000) + asking("/health") + asking("/api/b"), 3
        )
        assert [head.split()[1] for head in heads] == [b"503", b"200", b"503"]
        assert b"retry-after: " in heads[0]
        assert not closed
        assert app.begun == ["/health"]
        full.active, full.queued = 0, 0
        heads, _ = await answers(port, asking("/api/a"), 1)
        assert heads[0].split()[1] == b"200"
    assert full.refused_total == 2


async def test_who_wants_the_connection_closed_or_no_body_gets_that() -> None:
    full = gate()
    full.active, full.queued = 1, FULL
    async with served(App(), full) as port:
        heads, closed = await answers(port, asking("/api/a", more="Connection: close\r\n"), 1)
        assert (b"connection: close" in heads[0], closed) == (True, True)
        heads, closed = await answers(port, asking("/api/a", "HEAD"), 1)
        assert (heads[0].split()[1], closed) == (b"503", False)


async def test_a_whole_pipe_of_refusals_behind_one_at_work_comes_in_order() -> None:
    app, full = App(), gate()
    app.go.clear()
    async with served(app, full) as port:
        asked = asyncio.create_task(answers(port, asking("/api/first") + asking("/api/b") * 3_000, 3_001))
        await app.working.wait()
        full.active, full.queued = 1, FULL
        app.go.set()
        heads, closed = await asked
    assert [head.split()[1] for head in heads] == [b"200"] + [b"503"] * 3_000
    assert not closed


async def behind_a_crowd(crowd: int) -> int:
    """How much of other work is done before who comes after a crowd of which nobody is left is answered."""
    app = App()
    async with served(app, gate()) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(asking("/busy"))
        await reader.readuntil(b"ok")
        for _ in range(crowd):
            with socket.create_connection(("127.0.0.1", port)) as one:
                one.sendall(asking("/left"))
        # Work that takes a turn of the loop for each request.
        writer.write(asking("/busy") * 3 * crowd)
        await answers(port, asking("/newcomer", more="Connection: close\r\n"), 1)
        writer.close()
    return app.begun[: app.begun.index("/newcomer")].count("/busy")


def test_nobody_waits_behind_a_crowd_that_has_left() -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(behind_a_crowd(400)) < 200
