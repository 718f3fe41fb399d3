"""A link with a delay between an application and its database, in a process of its own.

Bytes travel on a delay line: each leaves half a round trip after it came, in order, however many are under way. The
link has no bandwidth, and opening a connection costs nothing by itself: signing in over it does.
"""

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections import deque
from typing import Any, Self, cast

import uvloop

from headway.console import CannotStart
from headway.database_url import DatabaseUrl
from headway.postgres.process import die_with_parent

LONGEST_MESSAGE = 65_536
START_SECONDS = 20.0
PATIENCE = 2.0
# Timers have a grain of a millisecond: what is due within half of one is due.
GRAIN = 0.0005


class Link:
    """The proxy process, for a `with` block: `url` is the same database, `round_trip_ms` further away.

    Raises CannotStart. Ends with the block, or with us.
    """

    def __init__(self, target: DatabaseUrl, round_trip_ms: float) -> None:
        with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
            self.url = DatabaseUrl(
                user=target.user,
                password=target.password,
                host="127.0.0.1",
                port=listener.getsockname()[1],
                name=target.name,
                sslmode="disable",  # asking whether there is TLS would be a round trip
            )
            ours, theirs = socket.socketpair()
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603 - ourselves
                    [sys.executable, "-P", "-m", "headway.lab.proxy", str(theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,  # the terminal's Ctrl-C goes to the lab alone
                    preexec_fn=die_with_parent(),  # noqa: PLW1509 - it calls nothing that a thread could hold
                )
            self._channel = ours
            told = {"address": _address(target), "delay": round_trip_ms / 2000}
            socket.send_fds(ours, [json.dumps(told).encode()], [listener.fileno()])
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        self._channel.settimeout(START_SECONDS)
        try:
            ready = self._channel.recv(1)
        except OSError:
            ready = b""
        if not ready:
            self.stop()
            raise CannotStart("The process that delays the way to the database did not start. Try again.")

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> None:
        self._channel.close()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _address(target: DatabaseUrl) -> str | list[Any]:
    """The file of a Unix socket, or host and port."""
    host, port = target.host or "localhost", target.port or 5432
    return f"{host}/.s.PGSQL.{port}" if host.startswith("/") else [host, port]


class _Way:
    """One direction of one connection."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._under_way: deque[tuple[float, bytes | None]] = deque()
        self._to: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None

    def lead_to(self, transport: asyncio.Transport) -> None:
        self._to = transport
        self._wait()

    def put(self, data: bytes | None) -> None:
        """None is the end, which takes as long as everything else."""
        self._under_way.append((time.perf_counter() + self._delay, data))
        self._wait()

    def _wait(self) -> None:
        if self._timer is None and self._to is not None and self._under_way:
            left = self._under_way[0][0] - time.perf_counter()
            self._timer = asyncio.get_running_loop().call_later(max(0.0, left), self._deliver)

    def _deliver(self) -> None:
        assert self._to is not None
        self._timer = None
        now = time.perf_counter() + GRAIN
        while self._under_way and self._under_way[0][0] <= now:
            _, data = self._under_way.popleft()
            if data is None:
                self._to.close()
            elif not self._to.is_closing():
                self._to.write(data)
        self._wait()


class _Side(asyncio.Protocol):
    """One end of a connection: what it says goes away, what arrives comes back."""

    def __init__(self, away: _Way, back: _Way) -> None:
        self._away, self._back = away, back

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports do not inherit from asyncio's.
        self._back.lead_to(cast(asyncio.Transport, transport))

    def data_received(self, data: bytes) -> None:
        self._away.put(data)

    def connection_lost(self, _: Exception | None) -> None:
        self._away.put(None)


class _Proxy:
    def __init__(self, address: str | list[Any], delay: float) -> None:
        self._address, self._delay = address, delay
        self._connecting: set[asyncio.Task[None]] = set()

    def accept(self) -> _Side:
        """For each client: its side, and the server's as soon as that is reached."""
        there, back = _Way(self._delay), _Way(self._delay)
        task = asyncio.create_task(self._connect(_Side(back, there), back))
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)
        return _Side(there, back)

    async def _connect(self, side: _Side, back: _Way) -> None:
        loop = asyncio.get_running_loop()
        try:
            if isinstance(self._address, str):
                await loop.create_unix_connection(lambda: side, self._address)
            else:
                await loop.create_connection(lambda: side, *self._address)
        except OSError:
            back.put(None)  # the client is told as a network would: by its end


async def serve(channel: socket.socket, listener: socket.socket, told: dict[str, Any]) -> None:
    """Until the channel is closed."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    proxy = _Proxy(told["address"], told["delay"])
    server = await loop.create_server(proxy.accept, sock=listener, backlog=4096)
    channel.setblocking(False)
    loop.add_reader(channel, over.set)
    await loop.sock_sendall(channel, b"r")
    await over.wait()
    loop.remove_reader(channel)
    server.close()


def main() -> None:
    channel = socket.socket(fileno=int(sys.argv[1]))
    told, fds, _, _ = socket.recv_fds(channel, LONGEST_MESSAGE, 1)
    if told:
        uvloop.run(serve(channel, socket.socket(fileno=fds[0]), json.loads(told)))


if __name__ == "__main__":
    main()
