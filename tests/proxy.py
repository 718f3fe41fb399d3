"""A TCP proxy between a client and a server, for the faults of networks: cut, and silent without being cut."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Proxy:
    """Forwards bytes both ways, until it is told not to."""

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self._links: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self.address = ""
        self.cuts = 0

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.address.rpartition(":")[2])

    def freeze(self) -> None:
        """Nothing passes any more, and nobody is told: what a half-open connection looks like from both ends."""
        self._flows.clear()

    def thaw(self) -> None:
        """What was held back passes after all, and so does what comes."""
        self._flows.set()

    def cut(self, dice: random.Random | None = None) -> None:
        """Resets every connection; with dice, about half of them."""
        for link in list(self._links):
            if dice is None or dice.random() < 0.5:
                self.cuts += 1
                for writer in link:
                    writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with suppress(OSError):
                await self._link(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = self._target
        if host.startswith("/"):
            there, back = await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        else:
            there, back = await asyncio.open_connection(host, port)
        link = writer, back
        self._links.add(link)
        ways = [asyncio.create_task(self._forward(*way)) for way in ((reader, back), (there, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._links.discard(link)
            for one in ways:
                one.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            # Flushed, so that a server's last words arrive; a cut has aborted both already.
            for end in link:
                end.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                await self._flows.wait()
                writer.write(data)
                await writer.drain()

    async def _stop(self) -> None:
        self.cut()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def proxy_to(address: str) -> AsyncIterator[Proxy]:
    """A proxy on a loopback port in front of `host:port`; a host may be the folder of PostgreSQL's Unix socket."""
    host, _, port = address.rpartition(":")
    proxy = Proxy(host, int(port))
    server = await asyncio.start_server(proxy._accept, "127.0.0.1", 0)
    proxy.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        server.close()
        await proxy._stop()
