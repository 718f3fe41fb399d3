"""The server process of a stack, from its start to whichever end."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import httpx2
import pytest

from headway.console import CannotStart
from headway.database_url import parse_database_url
from headway.lab.servers import StackServer, listening
from headway.lab.stacks.table import STACKS
from tests.lab.conftest import Lab, send
from tests.processes import clean_environment, is_running, wait_until

FLOOR, BLOCKING = STACKS["floor"], STACKS["blocking"]
NOWHERE = parse_database_url("postgresql://nobody@127.0.0.1:1/nothing")
# Somebody who starts a server and then waits for us.
OWNER = """
import sys
from headway.database_url import parse_database_url
from headway.lab.servers import StackServer
from headway.lab.stacks.table import STACKS

stack = STACKS["blocking"]
server = StackServer(stack, stack.options(parse_database_url(sys.argv[1])))
server.start()
print(server.pid, server.address, flush=True)
sys.stdin.read()
"""


def test_a_server_answers_pings_and_tells_how_late_its_loop_was(lab: Lab) -> None:
    with lab.serving("floor") as (server, client):
        assert server.alive and server.address.startswith("http://127.0.0.1:")
        assert client.get("/lab/ping").json() == {"pong": True}
        client.get("/lab/lag")
        began = time.monotonic()
        send(client, FLOOR.paths.cpu(1_000_000))
        busy = (time.monotonic() - began) * 1000
        # The tick that was late may be noted only after it was first asked for.
        told = wait_until(
            lambda: next((lag for lag in [client.get("/lab/lag").json()] if lag.get("longest", 0) > busy / 5), None),
            what="a late tick",
            seconds=5,
        )
        assert told["longest"] < busy * 5
        assert told["p50"] <= told["p99"] <= told["longest"]
        assert client.get("/lab/lag").json().get("longest", 0) < told["longest"]


def test_a_server_is_started_again_and_gone_at_the_end(lab: Lab) -> None:
    server = StackServer(FLOOR, FLOOR.options(lab.database))
    with server:
        first = server.pid
        server.stop()
        assert not server.alive and not is_running(first)
        server.start()
        second = server.pid
        assert second != first and httpx2.get(f"{server.address}/lab/ping").is_success
    assert not is_running(second)
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{server.address}/lab/ping")


def keep_busy(lab: Lab, address: str) -> None:
    """The blocking stack hears nothing else for a minute."""
    with pytest.raises(httpx2.ReadTimeout):
        httpx2.get(address + BLOCKING.paths.person(lab.seeded.person_ids[0], 60).path, timeout=0.5)
    with pytest.raises(httpx2.ReadTimeout):
        httpx2.get(f"{address}/lab/ping", timeout=0.1)


def test_an_overloaded_server_is_not_waited_for(lab: Lab) -> None:
    with lab.serving("blocking") as (server, _):
        keep_busy(lab, server.address)
        began, pid = time.monotonic(), server.pid
        server.stop()
        assert time.monotonic() - began < 10
        assert not is_running(pid)
    lab.cut_all()


def test_a_server_that_ends_by_itself_is_noticed(lab: Lab) -> None:
    with lab.serving("floor") as (server, _):
        os.kill(server.pid, signal.SIGKILL)
        wait_until(lambda: not server.alive, what="the server's end to be noticed")
        assert server.last_words.startswith("signal 9")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere it ends after its requests")
def test_a_busy_server_dies_with_whoever_started_it(lab: Lab) -> None:
    with subprocess.Popen(
        [sys.executable, "-P", "-c", OWNER, lab.database.normal_url()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=clean_environment(),
    ) as owner:
        assert owner.stdout is not None
        pid, address = owner.stdout.readline().split()
        keep_busy(lab, address)
        assert is_running(int(pid))
        owner.kill()
    wait_until(lambda: not is_running(int(pid)), what="the server to end", seconds=5)
    lab.cut_all()


def test_a_port_in_use_is_told() -> None:
    with listening(0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=f"Port {port} is in use"):
            StackServer(FLOOR, FLOOR.options(NOWHERE), port).__enter__()


def test_a_server_that_cannot_start_says_why() -> None:
    with pytest.raises(CannotStart, match=r"The server of floor did not start: .*[Rr]efused"):
        StackServer(FLOOR, FLOOR.options(NOWHERE)).__enter__()
    lost = replace(FLOOR, factory="headway.lab.stacks.nothing:create")
    with pytest.raises(CannotStart, match=r"did not start: exit code 1: ModuleNotFoundError"):
        StackServer(lost, FLOOR.options(NOWHERE)).__enter__()
