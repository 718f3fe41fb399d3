"""A topic as Server-Sent Events."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import StreamingResponse
from starlette.types import Message, Send

from headway.accounts.session import Person
from headway.errors import Unauthenticated
from headway.live.hub import Hub
from headway.live.viewer import Viewer

log = structlog.get_logger()

# Seconds: proxies close what is silent for longer; a client that takes longer for one event has stopped reading.
HEARTBEAT, STALL = 10.0, 20.0
COME_BACK = b"retry: 1000\n\n"


class EventStream(StreamingResponse):
    """Streams what `events_of` yields, and closes it at once when the client goes: it holds a place in the hub."""

    body_iterator: AsyncGenerator[bytes, None]
    media_type = "text/event-stream"

    def __init__(self, content: AsyncGenerator[bytes, None]) -> None:
        # X-Accel-Buffering: nginx would hold events back.
        super().__init__(content, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    async def stream_response(self, send: Send) -> None:
        async def send_in_time(message: Message) -> None:
            async with asyncio.timeout(STALL):
                await send(message)

        async with aclosing(self.body_iterator):
            with suppress(TimeoutError):
                await super().stream_response(send_in_time)


async def events_of(hub: Hub, me: Person, topic: str, after: int | None) -> AsyncGenerator[bytes, None]:
    """The events after a revision, or from now on, as long as they may be seen and the server runs.

    Holds no session and no connection. Whoever is cut off, or too slow, comes back with Last-Event-ID.
    """
    yield COME_BACK
    viewer = Viewer(me)
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
            if frame.kind == "event":
                yield f"id: {frame.revision}\ndata: {frame.data}\n\n".encode()
            elif frame.kind == "skip":
                yield f"id: {frame.revision}\nevent: skip\ndata: {{}}\n\n".encode()
            elif frame.kind in ("gone", "reload"):
                yield f"event: {frame.kind}\ndata: {frame.text}\n\n".encode()
                if frame.kind == "gone":
                    return
    finally:
        # No await: whoever cancels a response cancels every further wait too.
        catching_up.cancel()
        hub.part(viewer)


def note(catching_up: asyncio.Task[None]) -> None:
    """Logs what a catching up died of; its stream has ended."""
    if not catching_up.cancelled() and (error := catching_up.exception()):
        log.warning("live.failed", error=type(error).__name__)
