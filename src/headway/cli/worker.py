"""A web worker: serves the socket it is handed until its supervisor closes the channel or dies."""

import json
import socket
import sys
from pathlib import Path

from headway import logs
from headway.app import create_app
from headway.serving import Server, configured
from headway.settings import load_settings

LONGEST_MESSAGE = 65_536


def main() -> None:
    channel = socket.socket(fileno=int(sys.argv[1]))
    told, fds, _, _ = socket.recv_fds(channel, LONGEST_MESSAGE, 1)
    if not told:
        return
    listener = socket.socket(fileno=fds[0])
    flags = json.loads(told)
    board = flags.pop("board", None)
    settings = load_settings(**flags)
    logs.take_over(settings.log)
    app = create_app(settings)
    if board is not None:
        app.state.operations.share(Path(board))

    def let_go() -> None:
        # Streams have no end of their own to wait for, and a run of the lab takes minutes.
        app.state.hub.close()
        app.state.lab.close()

    Server(configured(app, app.state.turn_away), channel, let_go).run(sockets=[listener])


if __name__ == "__main__":
    main()
