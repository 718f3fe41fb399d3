"""Requests put straight into the app, byte for byte as a hostile client would send them."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import unquote

import orjson

HOST = b"127.0.0.1:8000"
JSON = {"content-type": "application/json"}
_addresses = count(1)


@dataclass(frozen=True)
class Answer:
    """What came back. A stream that goes on is cut after its first part."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    seconds: float

    def header(self, name: str) -> str:
        """The header's value, or nothing."""
        return next((value.decode("latin-1") for key, value in self.headers if key == name.encode()), "")

    def json(self) -> Any:
        """The body's value."""
        return orjson.loads(self.body)

    @property
    def code(self) -> str:
        """The problem's code, where it is one."""
        return str(self.json().get("code", "")) if self.header("content-type") == "application/problem+json" else ""


def new_address() -> str:
    """A client's address that nobody had before: limits by address have tests of their own."""
    number = next(_addresses)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


async def ask(
    app: Any,
    method: str,
    target: str,
    *,
    headers: Mapping[str, str | bytes] | None = None,
    body: bytes = b"",
    json: Any = None,
    wait: float = 60,
) -> Answer:
    """The app's answer to one request.

    Args:
        target: path and query, percent-encoded already, as it would stand in the first line of the request.
        json: sent as the body, with its content type.
    """
    path, _, query = target.partition("?")
    sent = {"host": HOST, "content-length": b"", **(headers or {})}
    if json is not None:
        body = orjson.dumps(json)
        sent = {**JSON, **sent}
    if sent["content-length"] == b"":
        sent["content-length"] = str(len(body)).encode()
    raw = [(k.encode("latin-1"), v if isinstance(v, bytes) else v.encode("utf-8")) for k, v in sent.items()]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": raw,
        "client": (new_address(), 1234),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }
    parts: list[bytes] = []
    start: dict[str, Any] = {}
    gone = asyncio.Event()
    pending = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if pending:
            return pending.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))
            if start and dict(start["headers"]).get(b"content-type", b"").startswith(b"text/event-stream"):
                gone.set()

    began = time.perf_counter()
    async with asyncio.timeout(wait):
        await app(scope, receive, send)
    seconds = time.perf_counter() - began
    pairs = tuple((bytes(name).lower(), bytes(value)) for name, value in start["headers"])
    return Answer(start["status"], pairs, b"".join(parts), seconds)
