"""A web worker: serves the socket it is handed until its supervisor closes the channel or dies."""

import asyncio
import json
import socket
import sys

import uvicorn
from fastapi import FastAPI

from headway.app import create_app
from headway.settings import load_settings

GRACE_SECONDS = 10
LONGEST_MESSAGE = 65_536


class Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, app: FastAPI, channel: socket.socket) -> None:
        super().__init__(config)
        self._app = app
        self._channel = channel

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._channel.setblocking(False)
        asyncio.get_running_loop().add_reader(self._channel, self._supervisor_left)
        await asyncio.get_running_loop().sock_sendall(self._channel, b"r")

    def _supervisor_left(self) -> None:
        asyncio.get_running_loop().remove_reader(self._channel)
        # Let go of the port at once: the next Headway may be waiting for it.
        for server in self.servers:
            server.close()
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Streams have no end of their own to wait for.
        self._app.state.hub.close()
        await super().shutdown(sockets)


def main() -> None:
    channel = socket.socket(fileno=int(sys.argv[1]))
    told, fds, _, _ = socket.recv_fds(channel, LONGEST_MESSAGE, 1)
    if not told:
        return
    listener = socket.socket(fileno=fds[0])
    settings = load_settings(**json.loads(told))
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_ping_interval=20,
        ws_ping_timeout=20,
        ws_max_size=1_048_576,
        ws_per_message_deflate=False,  # half the memory of a socket, a quarter of the time
        lifespan="on",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    Server(config, app, channel).run(sockets=[listener])


if __name__ == "__main__":
    main()
