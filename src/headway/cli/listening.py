"""The listening socket, taken early so that a taken port is known before anything else is started."""

import errno
import socket
import time

from headway.console import CannotStart

# Workers of a Headway that was killed let go of the port within a moment.
PATIENCE = 1.0


def listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError:
        raise CannotStart(f"--host {host}: there is no such address. Try 127.0.0.1 or 0.0.0.0.") from None
    listener = socket.socket(family, kind, proto)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            listener.bind(address)
            listener.listen(2048)
            return listener
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                listener.close()
                raise CannotStart(_explain(error, host, port)) from None
            time.sleep(0.05)


def _explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken. Stop the program that uses it, or choose another one with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} is only for root. Choose one above 1023 with --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"--host {host}: this machine does not have that address. Try 127.0.0.1 or 0.0.0.0."
    return f"Cannot listen on {host} port {port}: {error.strerror}."
