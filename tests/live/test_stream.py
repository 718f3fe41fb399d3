"""Server-Sent Events and polling: the same events for scripts."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI

from headway.accounts.session import COOKIE
from headway.clock import new_id
from tests.factories import Team, User
from tests.live.tabs import PATIENCE, topic_of, write
from tests.live.test_access import sign_out, take_out

Project = dict[str, Any]


class Stream:
    """An open stream."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.answer, self.lines = answer, answer.aiter_lines()

    async def event(self) -> dict[str, str]:
        """The next event's fields; comments and blank ones left out. Empty at the end."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(PATIENCE):
            async for line in self.lines:
                if not line and ("data" in fields or "event" in fields):
                    return fields
                name, _, value = line.partition(": ")
                if name:
                    fields[name] = value
                else:
                    fields = {}
        return {}


@asynccontextmanager
async def stream(address: str, user: User, topic: str, last: int | None = None, **params: Any) -> AsyncIterator[Stream]:
    """An open stream of somebody."""
    headers = {"Accept": "text/event-stream", "Cookie": f"{COOKIE}={user.cookie}"}
    if last is not None:
        headers["Last-Event-ID"] = str(last)
    async with (
        httpx2.AsyncClient(base_url=f"http://{address}", trust_env=False) as http,
        http.stream("GET", "/api/events", params={"topic": topic, **params}, headers=headers) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        yield Stream(answer)


async def test_a_stream_sends_the_past_then_the_present(
    app: FastAPI, address: str, team: Team, project: Project
) -> None:
    topic, task = topic_of(project), await team.task(project)
    page = await team.viewer.get("/api/events", topic=topic)
    async with stream(address, team.viewer, topic, after=0) as events:
        for event in page["events"]:
            sent = await events.event()
            assert (int(sent["id"]), json.loads(sent["data"])) == (event["revision"], event)
        await write(app.state.database, topic, {"id": task["id"], "title": "Grüße\nan «alle»"})
        sent = await events.event()
        assert json.loads(sent["data"])["after"]["title"] == "Grüße\nan «alle»"
        assert int(sent["id"]) == page["revision"] + 1


async def test_a_stream_resumes_after_the_last_event(app: FastAPI, address: str, team: Team, project: Project) -> None:
    topic = topic_of(project)
    start = (await team.viewer.get("/api/events", topic=topic))["revision"]
    await write(app.state.database, topic, *({"n": n} for n in range(1, 151)))
    for _ in range(8):  # beyond where a socket is told to reload
        await write(app.state.database, topic, *({"n": n} for n in range(150)))
    known = start
    while known < start + 1_350:
        # Last-Event-ID goes before `after`, which a browser repeats.
        async with stream(address, team.viewer, topic, last=known, after=0) as events:
            for _ in range(450):
                sent = await events.event()
                assert int(sent["id"]) == known + 1
                known += 1


async def test_a_stream_without_a_revision_begins_now(app: FastAPI, address: str, team: Team, project: Project) -> None:
    topic = topic_of(project)
    start = (await team.viewer.get("/api/events", topic=topic))["revision"]
    async with stream(address, team.viewer, topic) as events:
        reading = asyncio.create_task(events.event())
        while not reading.done():  # "now" is somewhere after the answer has begun
            await write(app.state.database, topic, {"n": 1})
        assert int((await reading)["id"]) > start


@pytest.mark.parametrize("how", [take_out, sign_out])
async def test_a_stream_ends_with_the_access(
    how: Any, app: FastAPI, address: str, team: Team, project: Project
) -> None:
    topic = topic_of(project)
    async with stream(address, team.member, topic, after=0) as events:
        page = await team.viewer.get("/api/events", topic=topic)
        for _ in page["events"]:
            await events.event()
        await how(team, team.member)
        await write(app.state.database, topic, {"secret": True})
        end = await events.event()
        if how is take_out:
            assert end["event"] == "gone"
            assert json.loads(end["data"]) == {"type": "gone", "topic": topic}
            end = await events.event()
        assert end == {}


async def test_streams_hold_no_pooled_connection(app: FastAPI, address: str, team: Team, project: Project) -> None:
    topic = topic_of(project)
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(stream(address, team.viewer, topic, after=0)) for _ in range(20)]
        await asyncio.gather(*(events.event() for events in opened))
        await team.task(project)
    async with asyncio.timeout(PATIENCE):
        while app.state.hub.viewers:  # clients that went take their places with them
            await team.viewer.get("/api/events", topic=topic, limit=1)
    assert not app.state.hub.channels


async def test_polling_reads_on_page_by_page(app: FastAPI, team: Team, project: Project) -> None:
    topic, ids = topic_of(project), [str(new_id()) for _ in range(45)]
    start = (await team.viewer.get("/api/events", topic=topic))["revision"]
    await write(app.state.database, topic, *({"id": one} for one in ids))
    after, seen, more = start, [], True
    while more:
        page = await team.viewer.get("/api/events", topic=topic, after=after, limit=20)
        assert page["topic"] == topic
        assert [event["revision"] for event in page["events"]] == list(range(after + 1, page["revision"] + 1))
        seen += [event["id"] for event in page["events"]]
        after, more = page["revision"], page["more"]
    assert seen == ids
    assert await team.viewer.get("/api/events", topic=topic, after=after) == {
        "topic": topic,
        "events": [],
        "revision": start + 45,
        "more": False,
    }


async def test_polling_one_own_topic_before_anything_has_happened(team: Team) -> None:
    page = await team.viewer.get("/api/events", topic=f"person:{team.viewer.id}")
    assert (page["events"], page["revision"], page["more"]) == ([], 0, False)


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
async def test_a_topic_that_is_not_theirs_is_not_found(accept: str, team: Team, project: Project) -> None:
    answers = [
        (await team.stranger.http.get("/api/events", params={"topic": topic}, headers={"Accept": accept}))
        for topic in (topic_of(project), f"project:{new_id()}", "nonsense", f"person:{UUID(team.member.id)}", "\0")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("after", ["-1", "9223372036854775808", "x", "1.5", ""])
async def test_a_revision_that_is_none_is_refused(after: str, team: Team, project: Project) -> None:
    answer = await team.viewer.http.get("/api/events", params={"topic": topic_of(project), "after": after})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "after"


@pytest.mark.parametrize("last", ["-1", "9223372036854775808", "x", "1e3", ""])
async def test_a_last_event_id_that_is_none_is_refused(last: str, team: Team, project: Project) -> None:
    headers = {"Accept": "text/event-stream", "Last-Event-ID": last}
    answer = await team.viewer.http.get("/api/events", params={"topic": topic_of(project)}, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["code"] == "last_event_id"


async def test_nobody_gets_no_events(address: str, project: Project) -> None:
    async with httpx2.AsyncClient(base_url=f"http://{address}", trust_env=False) as http:
        answer = await http.get("/api/events", params={"topic": topic_of(project)})
    assert answer.status_code == 401
