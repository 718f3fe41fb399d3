"""Many viewers of one topic, and one who writes to it: a process of its own, with one small protocol a viewer.

Run as `python -m headway.lab.targets.viewers`. A JSON object a line on stdin, one a line on stdout, until stdin ends:
{"open": N, "host", "port", "path", "headers"} answers {"opened": N}; {"write": path, "title", "patience": s} sends a
PATCH, waits until every viewer has its event and answers {"status", "answered_ms", "p99_ms", "all_ms", "got"}, counted
from when the request was sent.
"""

import asyncio
import math
import resource
import sys
import time
from collections.abc import Mapping
from typing import Any, cast

import orjson
import uvloop

PATIENCE = 60.0  # seconds for all to be opened
OPENED_AT_ONCE = 50


class Viewer(asyncio.Protocol):
    """A stream of events: looks for where it begins, and for the title that is waited for."""

    def __init__(self, all_of_them: "Viewers") -> None:
        self.all = all_of_them
        self.is_open = False
        self.begun = asyncio.get_running_loop().create_future()
        self.tail = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclasses of asyncio's.
        cast(asyncio.WriteTransport, transport).write(self.all.request)

    def data_received(self, data: bytes) -> None:
        at = time.perf_counter()
        if not self.is_open:
            if b"retry:" not in self.tail + data:
                self.tail += data
                return
            self.is_open, self.tail = True, b""
            self.all.opened += 1
            self.begun.set_result(None)
        if self.all.awaited:
            # It may come in two pieces.
            self.tail += data
            if self.all.awaited in self.tail:
                self.all.got(at)
                self.tail = b""

    def connection_lost(self, error: Exception | None) -> None:
        if not self.begun.done():
            self.begun.set_result(None)


class Viewers:
    """All of them, and who writes."""

    def __init__(self) -> None:
        self.request = b""
        self.awaited = b""
        self.opened = 0
        self.moments: list[float] = []
        self.everybody = asyncio.Event()

    def got(self, at: float) -> None:
        self.moments.append(at)
        if len(self.moments) >= self.opened:
            self.everybody.set()

    async def open(self, told: Mapping[str, Any]) -> dict[str, Any]:
        self.host, self.port, self.headers = told["host"], told["port"], told["headers"]
        self.request = head("GET", told["path"], {**self.headers, "accept": "text/event-stream"}) + b"\r\n"
        loop, room = asyncio.get_running_loop(), asyncio.Semaphore(OPENED_AT_ONCE)

        async def one() -> None:
            async with room:
                _, viewer = await loop.create_connection(lambda: Viewer(self), self.host, self.port)
                await viewer.begun

        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(one() for _ in range(told["open"])))
        return {"opened": self.opened}

    async def write(self, told: Mapping[str, Any]) -> dict[str, Any]:
        body = orjson.dumps({"title": told["title"]})
        headers = {**self.headers, "if-match": "*", "content-type": "application/json", "content-length": len(body)}
        self.moments, self.awaited = [], told["title"].encode()
        self.everybody.clear()
        # A fresh one: while thousands are opened, one that idles is closed.
        reader, writer = await asyncio.open_connection(self.host, self.port)
        began = time.perf_counter()
        writer.write(head("PATCH", told["write"], headers) + b"\r\n" + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        answered = time.perf_counter()
        length = next(line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
        writer.close()
        status = int(answer.split()[1])
        if self.opened and status == 200:
            try:
                async with asyncio.timeout(told["patience"]):
                    await self.everybody.wait()
            except TimeoutError:
                pass
        self.awaited = b""
        since = sorted((moment - began) * 1000 for moment in self.moments)
        return {
            "status": status,
            "answered_ms": (answered - began) * 1000,
            "p99_ms": since[math.ceil(len(since) * 0.99) - 1] if since else None,
            "all_ms": since[-1] if since else None,
            "got": len(since),
        }


def head(method: str, path: str, headers: Mapping[str, Any]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "".join(f"{line}\r\n" for line in lines).encode()


async def serve() -> None:
    lines, viewers = asyncio.StreamReader(), Viewers()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        told = orjson.loads(line)
        answer = await (viewers.open(told) if "open" in told else viewers.write(told))
        sys.stdout.buffer.write(orjson.dumps(answer) + b"\n")
        sys.stdout.buffer.flush()


def main() -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    uvloop.run(serve())


if __name__ == "__main__":
    main()
