"""Pure ASGI layers around the whole app. None of them buffers a response, so streams pass through unharmed."""

import asyncio
import random
from collections.abc import Collection
from contextlib import suppress

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from headway.clock import new_id
from headway.errors import AGAIN, TOO_LARGE, TOO_SLOW, Again, problem, route_of

log = structlog.get_logger()

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class LastResort:
    """What nothing else caught: logged whole under an id, answered with the id and nothing more."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_and_note(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except Exception as error:
            error_id = str(new_id())
            about = {"error_id": error_id, "method": scope["method"], "route": route_of(scope)}
            # In a thread: a traceback reads source files.
            await asyncio.to_thread(log.error, "request.failed", exc_info=error, **about)
            if started:
                raise
            detail = f"Something went wrong on our side. Nothing was saved. Error id: {error_id}"
            await problem(500, "internal", detail, {"error_id": error_id})(scope, receive, send)


class Shielded:
    """Runs each request in a task of its own, so that a cancellation cannot strike between a change and its commit.

    A stream is left as it is: it holds no transaction, and has to end when its client goes.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.running: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in UNSAFE:
            await self.app(scope, receive, send)
            return
        task = asyncio.create_task(self._run(scope, receive, send))
        self.running.add(task)
        task.add_done_callback(self.running.discard)
        await asyncio.shield(task)

    async def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)

    async def finish(self, seconds: float) -> None:
        """Waits for the requests whose server has already let go of them."""
        if self.running:
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.gather(*self.running, return_exceptions=True), seconds)


class KnownHost:
    """Answers only to the names this server has, so that no foreign page can rebind its own name to this address."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], address: str) -> None:
        self.app, self.hosts, self.address = app, frozenset(hosts), address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            host = Headers(scope=scope).get("host", "")
            name = host.partition("]")[0][1:] if host.startswith("[") else host.partition(":")[0]
            if name.lower() not in self.hosts:
                if scope["type"] == "websocket":
                    await send({"type": "websocket.close", "code": 4403, "reason": "Not a name of this server."})
                    return
                detail = f"This Headway answers at {self.address}. To use another address, start it with HEADWAY_URL."
                await problem(400, "unknown_host", detail)(scope, receive, send)
                return
        await self.app(scope, receive, send)


class SameOrigin:
    """Refuses writes and sockets that a foreign page asks for: browsers say where a request comes from."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self.app, self.origins = app, frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" or (scope["type"] == "http" and scope["method"] in UNSAFE):
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            if headers.get("sec-fetch-site") == "cross-site" or (origin and origin.lower() not in self.origins):
                if scope["type"] == "websocket":
                    await send({"type": "websocket.close", "code": 4403, "reason": "Another site's page asked."})
                    return
                detail = (
                    f"This request came from a page of {origin or 'another site'}. Open Headway at its own address."
                )
                await problem(403, "foreign_origin", detail)(scope, receive, send)
                return
        await self.app(scope, receive, send)


class WholeBody:
    """Reads the body before anything is begun for it: who sends slowly holds up nothing but their own connection.

    Args:
        limit: bytes; a longer body is refused: at once where its length is told, else as soon as it is too long.
        seconds: within which all of it has to be here.
    """

    def __init__(self, app: ASGIApp, limit: int, seconds: float) -> None:
        self.app, self.limit, self.seconds = app, limit, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Nothing outside of the API reads a body.
        reads = scope["type"] == "http" and scope["path"].startswith("/api/")
        headers = Headers(scope=scope) if reads else Headers()
        told = headers.get("content-length", "")
        if told in ("", "0") and "transfer-encoding" not in headers:
            await self.app(scope, receive, send)
            return
        if told.isdecimal() and (len(told) > 18 or int(told) > self.limit):
            await problem(413, *TOO_LARGE)(scope, receive, send)
            return
        body = bytearray()
        try:
            async with asyncio.timeout(self.seconds):
                while (message := await receive())["type"] == "http.request":
                    body += message.get("body", b"")
                    if len(body) > self.limit or not message.get("more_body", False):
                        break
                else:
                    return  # the client hung up before it had said what it wants
        except TimeoutError:
            await problem(408, *TOO_SLOW, headers={"Connection": "close"})(scope, receive, send)
            return
        if len(body) > self.limit:
            await problem(413, *TOO_LARGE)(scope, receive, send)
            return
        await self.app(scope, beginning_with(bytes(body), receive), send)


def beginning_with(body: bytes, receive: Receive) -> Receive:
    """A `receive` that hands out the whole body first, and then what comes after it: a hang-up."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


class OnceMore:
    """Runs a request a second time, whole, where the database let the first down before anything was saved.

    Deadlocks, serialization failures, statements that a migration made stale, and connections that were lost before
    the commit: all of these are over when it is tried again, and nobody has to be told. See `errors.on_database_error`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # The same dict goes in again: layers further out read the route from it.
        fresh = {**scope, "state": dict(scope.get("state", {}))}
        heard: list[Message] = []

        async def noting() -> Message:
            message = await receive()
            heard.append(message)
            return message

        async def again() -> Message:
            return heard.pop(0) if heard else await receive()

        try:
            await self.app(scope, noting, send)
        except Again as first:
            log.info("request.again", method=scope["method"], route=route_of(scope), why=first.why)
            # Whoever it collided with gets on meanwhile; two that collided do not start again in step.
            await asyncio.sleep(random.uniform(0.005, 0.05))  # noqa: S311 - not a secret
            scope.clear()
            scope.update(fresh, **{AGAIN: True})
            await self.app(scope, again, send)


class SafeHeaders:
    """Headers that every answer carries, unless its route chose its own."""

    DEFAULTS = (
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
        (b"x-frame-options", b"DENY"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cache-control", b"no-store"),
    )
    # An answer of the API that a browser is led to open as a page may load nothing and run nothing.
    OF_DATA = (*DEFAULTS, (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"))

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.get("headers", ())
                chosen = {name.lower() for name, _ in headers}
                usual = self.OF_DATA if scope["path"].startswith("/api") else self.DEFAULTS
                message["headers"] = [*headers, *(one for one in usual if one[0] not in chosen)]
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)
