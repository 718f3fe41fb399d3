"""uvicorn as Headway runs it, for as long as whoever started the process holds the other end of its channel."""

import asyncio
import gc
import socket
from collections.abc import Callable
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp, Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

GRACE_SECONDS = 10
# Within which a request's headers have to be here: from the opening of its connection, or from its first byte.
HEADER_SECONDS = 15.0
# uvloop accepts one connection per turn of the loop and listener. On a busy server whoever comes would wait behind
# everybody that came before, those who left again among them: 4.6 s behind 4,000 of these, and 0.0 s with 16.
ACCEPTED_AT_ONCE = 16

# What is answered to a request before anything is begun for it, if anything: (head, body) as they go over the wire.
TurnAway = Callable[[Scope], tuple[bytes, bytes] | None]


class Config(uvicorn.Config):
    """uvicorn's, and whom to turn away."""

    turn_away: TurnAway | None = None


class Protocol(HttpToolsProtocol):
    """uvicorn's HTTP, but who is one too many is told here, where it costs least: no task, no layer, one write.

    And who never comes to the end of a request's headers is let go, and their descriptor with them. Bodies have a
    limit of their own, `middleware.WholeBody`.
    """

    _patience: asyncio.TimerHandle | None = None

    def __init__(self, config: Config, *arguments: Any, **options: Any) -> None:
        super().__init__(config, *arguments, **options)
        self._turn_away = config.turn_away

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        refusal = self._turn_away(cast("Scope", cycle.scope)) if self._turn_away is not None else None
        if refusal is None:
            super()._start_asgi_task(cycle, app)
        elif self.flow.write_paused:
            # It asks and asks and reads no answer.
            self.transport.abort()
        else:
            self._refuse(cycle, *refusal)

    def _refuse(self, cycle: RequestResponseCycle, head: bytes, body: bytes) -> None:
        ending = b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n"
        self.transport.write(head + ending + (b"" if cycle.scope["method"] == "HEAD" else body))
        # What is still to come of its body is passed over.
        cycle.response_started = cycle.response_complete = True
        if not cycle.keep_alive:
            self.transport.close()
        if self.pipeline:
            # Not from in here: each that waits in the pipe may be refused in turn.
            self.loop.call_soon(self.on_response_complete)
        else:
            self.on_response_complete()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._begin_waiting()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._begin_waiting()

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _begin_waiting(self) -> None:
        self._stop_waiting()
        self._patience = self.loop.call_later(HEADER_SECONDS, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


def configured(app: ASGIApp, turn_away: TurnAway | None = None) -> Config:
    """The one configuration of every server process."""
    config = Config(
        app,
        loop="uvloop",
        http=Protocol,
        ws="websockets-sansio",
        ws_ping_interval=20,
        ws_ping_timeout=20,
        ws_max_size=1_048_576,
        ws_per_message_deflate=False,  # half the memory of a socket, a quarter of the time
        lifespan="on",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,  # whoever runs it sets the logs up
        log_level="warning",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    config.turn_away = turn_away
    return config


class Server(uvicorn.Server):
    """Says one byte when it serves, and stops when the channel closes. `ending` runs before it waits for requests."""

    def __init__(self, config: uvicorn.Config, channel: socket.socket, ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._channel = channel
        self._ending = ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        more = [listener.dup() for listener in sockets or () for _ in range(ACCEPTED_AT_ONCE - 1)]
        await super().startup([*(sockets or ()), *more])
        # What has been imported and set up stays: looking through it again and again stopped everything for 0.1 s.
        gc.freeze()
        self._channel.setblocking(False)
        asyncio.get_running_loop().add_reader(self._channel, self._owner_left)
        await asyncio.get_running_loop().sock_sendall(self._channel, b"r")

    def _owner_left(self) -> None:
        asyncio.get_running_loop().remove_reader(self._channel)
        # Let go of the port at once: the next Headway may be waiting for it.
        for server in self.servers:
            server.close()
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending()
        await super().shutdown(sockets)
