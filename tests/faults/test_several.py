"""Several workers on one socket, several servers on one database: what one writes reaches the viewers of all."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.faults.hammer import Client, set_up
from tests.processes import Headway, home_folder

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc"),
]


@pytest.fixture
def home() -> Iterator[Path]:
    with home_folder() as folder:
        yield folder


def follow(stack: contextlib.ExitStack, headway: Headway, cookie: str, project: str) -> ClientConnection:
    """A viewer of the project, told that it is live."""
    address = f"ws://127.0.0.1:{headway.port}/api/live"
    socket = stack.enter_context(connect(address, additional_headers={"Cookie": cookie}))
    socket.send(json.dumps({"type": "follow", "topics": {f"project:{project}": None}}))
    until(socket, "following", f"project:{project}")
    return socket


def until(socket: ClientConnection, kind: str, topic: str) -> dict[str, object]:
    """The next message of that type about that topic."""
    while True:
        message: dict[str, object] = json.loads(socket.recv(timeout=30))
        if message["type"] == kind and message.get("topic") == topic:
            return message


def sockets_of(pid: int) -> int:
    """How many sockets a process has open."""
    folder, count = Path(f"/proc/{pid}/fd"), 0
    for entry in folder.iterdir():
        with contextlib.suppress(OSError):
            count += os.readlink(entry).startswith("socket:")  # noqa: PTH115
    return count


def all_hear_of(title: str, writer: Client, viewers: list[ClientConnection], project: str) -> None:
    """One creates a task; every viewer gets that event, with the same revision."""
    writer.send("POST", f"/api/projects/{project}/tasks", {"title": title})
    heard = [until(viewer, "event", f"project:{project}") for viewer in viewers]
    assert {message["after"]["title"] for message in heard} == {title}  # type: ignore[index]
    assert len({message["revision"] for message in heard}) == 1


def test_what_one_worker_writes_reaches_the_viewers_of_both(home: Path) -> None:
    headway = Headway("--workers", "2", home=home).ready()
    try:
        cookie, project = set_up(headway)
        before = {pid: sockets_of(pid) for pid in headway.workers()}
        assert len(before) == 2
        with contextlib.ExitStack() as stack:
            viewers: list[ClientConnection] = []
            # The kernel deals connections out, so it takes some until both workers have viewers.
            while not all(sockets_of(pid) > before[pid] for pid in before):
                assert len(viewers) < 100, "one worker gets no connections"
                viewers.append(follow(stack, headway, cookie, project))
            writer = stack.enter_context(Client(headway, cookie))
            for number in range(5):
                all_hear_of(f"Task {number}", writer, viewers, project)
    finally:
        headway.stop()


def test_what_one_server_writes_reaches_the_viewers_of_another_on_the_same_database(home: Path) -> None:
    one = Headway(home=home).ready()
    try:
        cookie, project = set_up(one)
        with home_folder() as elsewhere:
            other = Headway(home=elsewhere, env={"HEADWAY_DATABASE_URL": one.database_address()}).ready()
            try:
                with contextlib.ExitStack() as stack:
                    viewers = [follow(stack, server, cookie, project) for server in (one, other)]
                    here, there = (stack.enter_context(Client(server, cookie)) for server in (one, other))
                    all_hear_of("Written here", here, viewers, project)
                    all_hear_of("Written there", there, viewers, project)
            finally:
                other.stop()
    finally:
        one.stop()
