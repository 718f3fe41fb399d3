"""A real server told to stop while people are at it: what it accepted is finished, and it ends in time."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.faults.hammer import Client, Hammer, set_up, titles
from tests.processes import Headway, home_folder, is_running, wait_until

pytestmark = pytest.mark.timeout(300)
DEADLINE = 12.0  # seconds after which the supervisor waits no longer
UNDER_WAY = 5
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'headway'"


@pytest.fixture
def home() -> Iterator[Path]:
    with home_folder() as folder:
        yield folder


async def post(headway: Headway, cookie: str, project: str, title: str) -> tuple[int, str]:
    """The status of a task's making, and the answer's headers and body."""
    body = f'{{"title": "{title}"}}'
    reader, writer = await asyncio.open_connection("127.0.0.1", headway.port)
    head = f"POST /api/projects/{project}/tasks HTTP/1.1\r\nHost: 127.0.0.1:{headway.port}\r\nCookie: {cookie}\r\n"
    writer.write(f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
    answer = (await reader.read()).decode()
    writer.close()
    return int(answer.split()[1]) if answer else 0, answer


async def waits_for_lock(headway: Headway, count: int) -> None:
    """Returns once so many writers stand in line: now their requests are under way."""
    async with await psycopg.AsyncConnection.connect(headway.database_address(), autocommit=True) as db:
        found = -1
        while found != count:
            query = (
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'headway'"
            )
            row = await (await db.execute(query)).fetchone()
            found = row[0] if row else 0
            await asyncio.sleep(0.02)


async def stopping_while_they_write(headway: Headway, cookie: str, project: str) -> list[str]:
    """Stops the server with writers under way and people looking; returns what was acknowledged."""
    cookies = {"Cookie": cookie, "Origin": headway.url}
    stream_reader, stream = await asyncio.open_connection("127.0.0.1", headway.port)
    wanted = f"GET /api/events?topic=project:{project} HTTP/1.1\r\nHost: 127.0.0.1:{headway.port}\r\nCookie: {cookie}"
    stream.write(f"{wanted}\r\nAccept: text/event-stream\r\n\r\n".encode())
    await stream_reader.readuntil(b"retry: 1000")
    async with (
        connect(f"ws://127.0.0.1:{headway.port}/api/live", additional_headers=cookies, origin=None) as viewer,
        await psycopg.AsyncConnection.connect(headway.database_address()) as holder,
    ):
        await viewer.recv()
        await holder.execute("SELECT 1 FROM project WHERE id = %s FOR UPDATE", [project])
        await holder.execute("SELECT 1 FROM topic WHERE name = %s FOR UPDATE", [f"project:{project}"])
        writers = [asyncio.create_task(post(headway, cookie, project, f"under way {n}")) for n in range(UNDER_WAY)]
        await waits_for_lock(headway, UNDER_WAY)
        headway.process.send_signal(signal.SIGTERM)
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                await asyncio.wait_for(viewer.recv(), 10)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
        await asyncio.wait_for(stream_reader.read(), 10)  # to its end
        while True:  # nobody new is let in
            try:
                _, late = await asyncio.open_connection("127.0.0.1", headway.port)
            except ConnectionRefusedError:
                break
            late.close()
            await asyncio.sleep(0.02)
        assert not any(writer.done() for writer in writers)
        await holder.rollback()
        answers = await asyncio.wait_for(asyncio.gather(*writers), 10)
    stream.close()
    assert [status for status, _ in answers] == [201] * UNDER_WAY
    assert all("connection: close" in answer.lower() for _, answer in answers)
    return [f"under way {n}" for n in range(UNDER_WAY)]


def test_what_was_accepted_is_finished_and_nobody_new_is_let_in(home: Path) -> None:
    headway = Headway(home=home).ready()
    cookie, project = set_up(headway)
    acknowledged = asyncio.run(stopping_while_they_write(headway, cookie, project))
    workers = headway.workers()
    assert headway.finish() == 0, headway.errors
    assert headway.errors == []
    assert not any(is_running(pid) for pid in workers)
    again = Headway(home=home).ready()
    try:
        assert sorted(titles(again, cookie, project)) == acknowledged
    finally:
        again.stop()


def deaf_client(headway: Headway, cookie: str, project: str) -> socket.socket:
    """Somebody who asks for much and reads nothing of it."""
    client = Client(headway, cookie)
    text = "A long story. " * 3_000
    for number in range(60):
        client.send("POST", f"/api/projects/{project}/tasks", {"title": f"Long {number}", "description": text})
    client.close()
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    deaf.connect(("127.0.0.1", headway.port))
    wanted = f"GET /api/events?topic=project:{project}&after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n"
    deaf.send(wanted.encode())
    deaf.recv(10)  # it has begun to answer
    return deaf


def has_ended(pid: int) -> bool:
    return not is_running(pid)


def test_workers_are_replaced_while_people_write_and_who_never_reads_holds_nobody_up(home: Path) -> None:
    headway = Headway("--workers", "2", home=home).ready()
    try:
        cookie, project = set_up(headway)
        with Hammer(headway, cookie, project, "rolling") as hammer:
            hammer.wait_for_more_than(10)
            for old in headway.workers():
                os.kill(old, signal.SIGTERM)
                wait_until(partial(has_ended, old), what="the old worker ends")
                wait_until(lambda: len(headway.workers()) == 2, what="another one starts")
                hammer.wait_for_more_than(len(hammer.acknowledged) + 20)
        found = titles(headway, cookie, project)
        assert len(found) == len(set(found))
        assert set(hammer.acknowledged) <= set(found)
        with deaf_client(headway, cookie, project):
            began = time.monotonic()
            assert headway.stop(signal.SIGTERM) == 0
            # The supervisor's deadline, and as much again for PostgreSQL and a busy machine.
            assert time.monotonic() - began < 2 * DEADLINE
    finally:
        headway.stop()
