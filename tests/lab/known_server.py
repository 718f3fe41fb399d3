"""A server whose delays are known, in a process of its own: `python -m tests.lab.known_server PORT KIND`.

/lab/ping at once; /wait/MS after MS milliseconds; /status/CODE with that status; /never does not answer; /echo answers
with the body it got; /stall/MS stands still with everything it has, for MS milliseconds; /pause/PID/MS makes another
process stand still; /gone ends this one.
The other kind, instant, answers everything the same without looking at it.
"""

import asyncio
import os
import signal
import sys
import time
from typing import cast

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


async def ping(_: Request) -> Response:
    return JSONResponse({"pong": True})


async def wait(request: Request) -> Response:
    await asyncio.sleep(float(request.path_params["ms"]) / 1000)
    return JSONResponse({"waited": request.path_params["ms"]})


async def status(request: Request) -> Response:
    return JSONResponse({}, int(request.path_params["code"]))


async def stall(request: Request) -> Response:
    time.sleep(float(request.path_params["ms"]) / 1000)  # noqa: ASYNC251 - that is the point
    return JSONResponse({})


async def pause(request: Request) -> Response:
    pid = int(request.path_params["pid"])
    os.kill(pid, signal.SIGSTOP)
    await asyncio.sleep(float(request.path_params["ms"]) / 1000)
    os.kill(pid, signal.SIGCONT)
    return JSONResponse({})


async def gone(_: Request) -> Response:
    os._exit(3)


async def never(_: Request) -> Response:
    await asyncio.Event().wait()
    raise AssertionError


async def echo(request: Request) -> Response:
    return Response(await request.body(), 201)


ROUTES = [
    Route("/lab/ping", ping),
    Route("/wait/{ms}", wait),
    Route("/status/{code}", status),
    Route("/stall/{ms}", stall),
    Route("/pause/{pid}/{ms}", pause),
    Route("/gone", gone),
    Route("/never", never),
    Route("/echo", echo, methods=["POST"]),
]


class Instant(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, _: bytes) -> None:
        self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


async def serve_instantly(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Instant, "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    if sys.argv[2] == "instant":
        uvloop.run(serve_instantly(int(sys.argv[1])))
    uvicorn.run(Starlette(routes=ROUTES), port=int(sys.argv[1]), log_level="error", backlog=4096)
