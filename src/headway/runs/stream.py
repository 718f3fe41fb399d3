"""A run's log as Server-Sent Events. Holds no session and no connection, and reads the file in threads."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress

import orjson
from starlette.responses import StreamingResponse
from starlette.types import Message, Send

from headway.runs import log
from headway.runs.running import Lab

# Seconds: how soon a line is shown; what proxies close as silent; when a client has stopped reading; when it has to
# come back; and how often the database is asked whether they still administer this server.
LOOK, HEARTBEAT, STALL, LASTS, ASK = 0.3, 10.0, 20.0, 60.0, 0.7
COME_BACK = b"retry: 1000\n\n"


class LabStream(StreamingResponse):
    media_type = "text/event-stream"

    def __init__(self, lab: Lab, after: int, allowed: Callable[[], Awaitable[bool]]) -> None:
        # X-Accel-Buffering: nginx would hold events back.
        super().__init__(
            events_of(lab, after, allowed), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )

    async def stream_response(self, send: Send) -> None:
        async def send_in_time(message: Message) -> None:
            async with asyncio.timeout(STALL):
                await send(message)

        with suppress(TimeoutError):
            await super().stream_response(send_in_time)


async def events_of(lab: Lab, after: int, allowed: Callable[[], Awaitable[bool]]) -> AsyncGenerator[bytes, None]:
    """The lines after the first so many, until the run or the server ends, or the reader may see no more."""
    yield COME_BACK
    number, offset, began = 0, 0, time.monotonic()
    spoke = asked = began
    while not lab.closing and time.monotonic() - began < LASTS:
        if time.monotonic() - asked > ASK:
            if not await allowed():
                return
            asked = time.monotonic()
        # In this order: what was written before the run ended is then read before we leave.
        followed = await asyncio.to_thread(log.is_followed, lab.home)
        told, offset = await asyncio.to_thread(log.lines, lab.home, offset)
        if number == 0 and after > len(told):
            after = 0  # a log that was begun anew
        events = []
        for line in told:
            number += 1
            if number > after and (event := event_of(number, line)):
                events.append(event)
        if events:
            yield b"".join(events)
            spoke = time.monotonic()
        if not followed:
            return
        if time.monotonic() - spoke > HEARTBEAT:
            yield b": beat\n\n"
            spoke = time.monotonic()
        await asyncio.sleep(LOOK)


def event_of(number: int, line: bytes) -> bytes:
    """A line as an event; empty for what is no line of a log."""
    try:
        ((kind, data),) = orjson.loads(line).items()
    except ValueError:
        return b""
    return f"id: {number}\nevent: {kind}\ndata: ".encode() + orjson.dumps(data) + b"\n\n"
