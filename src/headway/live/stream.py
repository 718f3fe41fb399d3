"""A topic as Server-Sent Events."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import lru_cache

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from headway.errors import Unauthenticated
from headway.live.frames import Frame
from headway.live.hub import Hub
from headway.live.viewer import Ending, Viewer

log = structlog.get_logger()

# Seconds: proxies close what is silent for longer; a client that takes longer for one event has stopped reading.
HEARTBEAT, STALL = 10.0, 20.0
COME_BACK = b"retry: 1000\n\n"
STREAM = "headway.stream"  # in the scope of a request whose answer goes on


class EventStream(Response):
    """Begins here, and goes on in `Streams`, for as long as its client stays.

    Args:
        viewer: who is let go when the client is: they hold a place in the hub.
        content: what `events_of` yields to them.
    """

    media_type = "text/event-stream"

    def __init__(self, viewer: Viewer, content: AsyncGenerator[bytes, None]) -> None:
        # X-Accel-Buffering: nginx would hold events back.
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self.viewer, self.content = viewer, content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the headers through all layers, which have something to add to them."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": COME_BACK, "more_body": True})
        scope[STREAM] = self

    async def go_on(self, receive: Receive, send: Send) -> None:
        """Sends what is yielded. One that does not go out in time ends it."""
        listening = asyncio.create_task(self._until_gone(receive))
        try:
            async with aclosing(self.content):
                async for chunk in self.content:
                    async with asyncio.timeout(STALL):
                        await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except TimeoutError:
            pass
        finally:
            listening.cancel()

    async def _until_gone(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.viewer.end(Ending.stopping)


class Streams:
    """The outermost layer: goes on with streams when all others are through with their requests.

    Thousands of them would keep a dozen frames each, and each event would pass through all of those.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)
        stream: EventStream | None = scope.pop(STREAM, None)
        if stream is not None:
            await stream.go_on(receive, send)


async def events_of(hub: Hub, viewer: Viewer, topic: str, after: int | None) -> AsyncGenerator[bytes, None]:
    """The events after a revision, or from now on, as long as they may be seen and the server runs.

    Holds no session and no connection. Whoever is cut off, or too slow, comes back with Last-Event-ID.
    """
    try:
        await hub.join(viewer)
    except (Unauthenticated, SQLAlchemyError, OSError):
        return  # it asks again, and then gets the reason
    catching_up = asyncio.create_task(hub.follow(viewer, {topic: after}, reach=None))
    catching_up.add_done_callback(note)
    try:
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT):
                    frame = await viewer.next()
            except TimeoutError:
                yield b": beat\n\n"
                continue
            if frame is None:
                return
            if text := written(frame):
                yield text
            if frame.kind == "gone":
                return
    finally:
        # No await: whoever cancels a response cancels every further wait too.
        catching_up.cancel()
        hub.part(viewer)


@lru_cache(maxsize=16)  # an event can be half a megabyte, and is sent to everybody within a moment
def written(frame: Frame) -> bytes:
    """A frame as streams send it, the same bytes for everybody; nothing where it says nothing to a stream."""
    match frame.kind:
        case "event":
            return f"id: {frame.revision}\ndata: {frame.data}\n\n".encode()
        case "skip":
            return f"id: {frame.revision}\nevent: skip\ndata: {{}}\n\n".encode()
        case "gone" | "reload":
            return f"event: {frame.kind}\ndata: {frame.text}\n\n".encode()
        case _:
            return b""


def note(catching_up: asyncio.Task[None]) -> None:
    """Logs what a catching up died of; its stream has ended."""
    if not catching_up.cancelled() and (error := catching_up.exception()):
        log.warning("live.failed", error=type(error).__name__)
