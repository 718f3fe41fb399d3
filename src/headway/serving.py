"""uvicorn as Headway runs it, for as long as whoever started the process holds the other end of its channel."""

import asyncio
import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

GRACE_SECONDS = 10
# Within which a request's headers have to be here: from the opening of its connection, or from its first byte.
HEADER_SECONDS = 15.0


class Impatient(HttpToolsProtocol):
    """uvicorn's HTTP, but who never comes to the end of a request's headers is let go, and their descriptor with them.

    Bodies have a limit of their own, `middleware.WholeBody`.
    """

    _patience: asyncio.TimerHandle | None = None

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


def configured(app: ASGIApp) -> uvicorn.Config:
    """The one configuration of every server process."""
    return uvicorn.Config(
        app,
        loop="uvloop",
        http=Impatient,
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


class Server(uvicorn.Server):
    """Says one byte when it serves, and stops when the channel closes. `ending` runs before it waits for requests."""

    def __init__(self, config: uvicorn.Config, channel: socket.socket, ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._channel = channel
        self._ending = ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
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
