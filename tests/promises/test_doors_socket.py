"""P2 and P8 at the socket: who may not look is told what they would be told of nothing, and is shown nothing."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from headway.live.viewer import Ending
from tests.factories import Team
from tests.live.tabs import serving, tab, topic_of
from tests.promises.matrix import MAY, World, verdict
from tests.promises.people import Principal
from tests.promises.policy import POLICY


@pytest.fixture
async def world(own_app: FastAPI) -> AsyncIterator[World]:
    async with Team.of(own_app) as team:
        yield await World.of(team)


async def answer_to(socket: ClientConnection, topic: str) -> tuple[str, str]:
    """(kind, text) of what somebody is told who follows a topic, without what it is called."""
    await socket.send(json.dumps({"type": "follow", "topics": {topic: None}}))
    while True:
        text = str(await socket.recv())
        message = json.loads(text)
        if message.get("topic") == topic and message["type"] in ("gone", "following"):
            return message["type"], text.replace(topic, "TOPIC")


async def test_everybody_who_could_ask_at_the_socket(world: World) -> None:
    wrong = list[Any]()
    async with serving(world.app) as address:
        for by in world.people:
            options: dict[str, Any] = {"additional_headers": by.headers, "proxy": None, "close_timeout": 1}
            async with connect(f"ws://{address}/api/live", **options) as socket:
                if by.user is None:
                    with pytest.raises(ConnectionClosed) as closed:
                        await socket.recv()
                    assert closed.value.rcvd is not None
                    wrong += [(by.name, closed.value.rcvd.code)] * (closed.value.rcvd.code != Ending.signed_out)
                    continue
                wrong += await followed(world, by, socket)
    assert not wrong


async def followed(world: World, by: Principal, socket: ClientConnection) -> list[Any]:
    """What is not as it should be for somebody who is signed in."""
    wrong = list[Any]()
    for house, private in ((world.private, True), (world.open, False)):
        may = verdict("live", POLICY["live"], by, private=private) == MAY
        kind, text = await answer_to(socket, topic_of(house.project))
        if kind != ("following" if may else "gone"):
            wrong.append((by.name, "private" if private else "open", kind))
        if not may and text != (await answer_to(socket, f"project:{uuid4()}"))[1]:
            wrong.append((by.name, "tells a project from a missing one", text))
    kind, _ = await answer_to(socket, f"workspace:{world.team.workspace_id}")
    if kind != ("following" if by.workspace else "gone"):
        wrong.append((by.name, "workspace", kind))
    kind, text = await answer_to(socket, f"person:{world.somebody.id}")
    if kind != "gone":
        wrong.append((by.name, "somebody else's own topic", text))
    return wrong


async def test_nothing_of_what_is_hidden_goes_over_the_socket(world: World) -> None:
    team, project = world.team, world.private.project
    guest, topic = world.named("only assigned").user, topic_of(project)
    assert guest is not None
    hidden = await team.task(project, "hidden")
    theirs = await team.task(project, "theirs", assignee_ids=[guest.id])
    comment = await team.owner.post(f"/api/tasks/{hidden['id']}/comments", {"body": "hidden"})
    secret, seen = (hidden["id"], comment["id"], '"hidden"'), list[str]()
    any_version: dict[str, Any] = {"If-Match": "*"}
    async with serving(world.app) as address, tab(address, guest) as theirs_tab, tab(address, team.owner) as owners:
        read = theirs_tab.socket.recv

        async def until(**wanted: Any) -> None:
            async for text in texts(read):
                seen.append(text)
                if wanted.items() <= json.loads(text).items():
                    return

        await theirs_tab.say(type="follow", topics={topic: 0})
        await until(type="following", topic=topic)
        await owners.follow(topic)
        await owners.say(type="here", topic=topic, task_id=hidden["id"], typing=True)
        await until(type="presence", topic=topic)
        await team.owner.patch(f"/api/tasks/{hidden['id']}", {"title": "hidden still"}, **any_version)
        await team.owner.post(f"/api/tasks/{hidden['id']}/comments", {"body": "hidden too"})
        await team.owner.patch(f"/api/tasks/{theirs['id']}", {"priority": 1}, **any_version)
        await until(type="event", topic=topic, id=theirs["id"], kind="task.changed")
        told = [one for one in secret if any(one in text for text in seen)]
        assert not told
        # Once it is assigned to them it is there, and once it is not it is gone.
        for what, kind in (("add", "task.created"), ("remove", "task.deleted")):
            await team.owner.patch(f"/api/tasks/{hidden['id']}", {"assignees": {what: [guest.id]}}, **any_version)
            await until(type="event", topic=topic, id=hidden["id"], kind=kind)
        seen.clear()
        await team.owner.patch(f"/api/tasks/{hidden['id']}", {"title": "hidden again"}, **any_version)
        await team.owner.patch(f"/api/tasks/{theirs['id']}", {"priority": 2}, **any_version)
        await until(type="event", topic=topic, id=theirs["id"], kind="task.changed")
        assert not [text for text in seen if "hidden again" in text]


async def texts(read: Any) -> AsyncIterator[str]:
    """What comes over a socket, as it comes."""
    while True:
        yield str(await read())
