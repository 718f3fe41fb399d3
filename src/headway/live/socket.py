"""One WebSocket: a task that sends what the viewer has queued, and a task that listens to what the client wants."""

import asyncio
from contextlib import suppress

import structlog
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.websockets import WebSocket, WebSocketDisconnect

from headway.accounts.session import Person, who_is_asking
from headway.errors import Forbidden, TooMany, Unauthenticated
from headway.live import frames
from headway.live.hub import Hub
from headway.live.presence import Shown
from headway.live.schemas import Away, Follow, Here, Leave, Ping, Wish, incoming
from headway.live.viewer import Ending, Viewer

log = structlog.get_logger()

MAX_MESSAGE = 64 * 1024  # characters
MAX_TOPICS = 500
REACH = 1_000  # events; beyond it a snapshot is cheaper than a replay
# Seconds: between beats; how long a client may be silent; how long one frame may take to go out; the farewell.
BEAT, SILENCE, STALL, FAREWELL = 4.0, 10.0, 20.0, 1.0


async def serve(socket: WebSocket, hub: Hub) -> None:
    """Serves one socket to its end. Holds no session and no connection of the pool."""
    await socket.accept()  # before a refusal too: a browser shows a close code only of a socket that was open
    ending: Ending | None = Ending.failed
    try:
        viewer = Viewer(await signed_in(socket, hub), sees_presence=True)
        viewer.put(frames.hello(viewer.me.person_id))
        await hub.join(viewer, own_topic=True)
        try:
            await talk(socket, hub, viewer)
        finally:
            hub.part(viewer)
        ending = viewer.ending
    except (Unauthenticated, TooMany):
        ending = Ending.signed_out
    except Forbidden:
        ending = Ending.not_allowed
    except (SQLAlchemyError, OSError) as error:
        log.warning("live.failed", error=type(error).__name__)
    # A client that does not read would never let the farewell out either.
    with suppress(TimeoutError, RuntimeError, WebSocketDisconnect):
        async with asyncio.timeout(FAREWELL):
            await socket.close(1000 if ending is None else int(ending))


async def signed_in(socket: WebSocket, hub: Hub) -> Person:
    """Who opened this socket. On its own, so that the session is not kept in memory for as long as the socket."""
    async with hub.database.reading() as db:
        return await who_is_asking(db, socket)


async def talk(socket: WebSocket, hub: Hub, viewer: Viewer) -> None:
    """Sends and listens until either ends."""
    tasks = [asyncio.create_task(send_all(socket, hub, viewer)), asyncio.create_task(listen(socket, hub, viewer))]
    viewer.on_end = tasks[0].cancel  # it may be waiting for a client that does not read
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        with suppress(WebSocketDisconnect, asyncio.CancelledError):
            task.result()


async def send_all(socket: WebSocket, hub: Hub, viewer: Viewer) -> None:
    """Sends frames, and a beat every few seconds for as long as the hub hears from the database."""
    loop = asyncio.get_running_loop()
    beat_at = loop.time() + BEAT
    while True:
        frame = None
        if loop.time() < beat_at:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(beat_at):
                    frame = await viewer.next()
                    if frame is None:
                        return
        if frame is None:
            beat_at = loop.time() + BEAT
            if hub.failing:
                continue
            frame = frames.BEAT
        try:
            async with asyncio.timeout(STALL):
                await socket.send_text(frame.text)
        except TimeoutError:
            viewer.end(Ending.too_slow)
            return


async def listen(socket: WebSocket, hub: Hub, viewer: Viewer) -> None:
    """Does what the client says, one message after the other, until it goes or falls silent."""
    while True:
        try:
            async with asyncio.timeout(SILENCE):
                message = await socket.receive()
        except TimeoutError:
            return
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        if text is None or len(text) > MAX_MESSAGE:
            viewer.put(frames.error("invalid", f"A message is JSON text of at most {MAX_MESSAGE} characters."))
            continue
        try:
            wish = incoming.validate_json(text)
        except ValidationError as error:
            viewer.put(frames.error("invalid", in_words(error)))
            continue
        await do(hub, viewer, wish)


async def do(hub: Hub, viewer: Viewer, wish: Wish) -> None:
    """What one message asks for."""
    match wish:
        case Follow(topics=topics) if len(viewer.places.keys() | topics.keys()) > MAX_TOPICS:
            viewer.put(frames.error("too_many", f"One socket follows at most {MAX_TOPICS} topics."))
        case Follow(topics=topics):
            # Pings wait meanwhile: what a client asks for is read no faster than it is answered.
            await hub.follow(viewer, topics, REACH)
        case Leave(topics=topics):
            for topic in topics:
                hub.leave(viewer, topic)
        case Here(topic=topic) if topic not in viewer.places or not topic.startswith("project:"):
            viewer.put(frames.error("not_followed", "Follow a project before you say that you are there."))
        case Here(topic=topic, task_id=task_id, typing=typing):
            hub.roll.here(viewer, Shown(topic, task_id, typing))
        case Away():
            hub.roll.away(viewer)
        case Ping():
            viewer.put(frames.PONG)


def in_words(error: ValidationError) -> str:
    """The first thing wrong with a message."""
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part)[:100] for part in first["loc"])
    return f"{field}: {first['msg']}" if field else str(first["msg"])
