"""Subscribers who are cut off again and again, and insist on every event, once and in order."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

from websockets.exceptions import ConnectionClosed

from tests.factories import User
from tests.live.tabs import tab, topic_of


class Subscriber:
    """Keeps boards up to date over a connection that is cut again and again."""

    def __init__(self, user: User, boards: list[dict[str, Any]], seed: int, events_a_cut: int = 40) -> None:
        self.user, self.random, self.events_a_cut = user, random.Random(seed), events_a_cut
        self.revision = {topic_of(board["project"]): board["revision"] for board in boards}
        self.tasks = {task["id"]: dict(task) for board in boards for task in board["tasks"]}
        self.cuts = 0
        self.taken = 0
        self.gone = False

    def take(self, event: dict[str, Any]) -> None:
        """Applies an event; it has to be the very next one of its topic."""
        assert not self.gone, "nothing comes after a revoke"
        assert event["revision"] == self.revision[event["topic"]] + 1
        self.revision[event["topic"]] += 1
        self.taken += 1
        if event["kind"].startswith("task."):
            if event["after"] is None:
                del self.tasks[event["id"]]
            else:
                self.tasks.setdefault(event["id"], {}).update(event["after"])

    async def hear(self, message: dict[str, Any]) -> None:
        """Anything but an event."""

    async def watch(self, addresses: list[str], done: asyncio.Event, goal: dict[str, int]) -> None:
        """Reads to the goal, which is known when the writers are done; until then gets cut every few events.

        Whoever is shut out looks once more, and ends.
        """
        while not done.is_set() or self.revision != goal:
            async with tab(self.random.choice(addresses), self.user) as viewer:
                await viewer.say(type="follow", topics=self.revision)
                left = self.random.randint(1, self.events_a_cut)
                try:
                    while self.revision != goal and (left or done.is_set()):
                        message = await viewer.read()
                        if message["type"] == "gone":
                            if self.gone:
                                return
                            self.gone = True
                            await viewer.say(type="follow", topics=self.revision)
                        elif message["type"] == "event" and message["topic"] in self.revision:
                            self.take(message)
                            left = max(0, left - 1)
                        else:
                            await self.hear(message)
                except ConnectionClosed:
                    pass
                viewer.socket.transport.abort()
                self.cuts += 1

    def shows(self, boards: list[dict[str, Any]]) -> None:
        """What it has made of the events is what a fresh look gives."""
        wanted = {task["id"]: task for board in boards for task in board["tasks"]}
        assert self.tasks.keys() == wanted.keys()
        for task_id, task in wanted.items():
            assert {field: self.tasks[task_id][field] for field in task} == task


class Partial(Subscriber):
    """One who sees only what is assigned to them: what is passed over is named, and nothing else of it is heard.

    Args:
        look: fetches their board as it is.
    """

    def __init__(self, user: User, board: dict[str, Any], seed: int, look: Callable[[], Awaitable[Any]]) -> None:
        super().__init__(user, [board], seed)
        self.topic, self.look = topic_of(board["project"]), look
        self.passed = self.looks = 0

    def take(self, event: dict[str, Any]) -> None:
        """Applies an event, which has to be about a task of theirs, before or after."""
        if event["revision"] <= self.revision[self.topic]:
            return  # the snapshot that they were sent for shows it
        if event["kind"] == "task.created":
            assert self.user.id in event["after"]["assignee_ids"], "a task of somebody else"
        elif event["kind"].startswith("task."):
            assert event["id"] in self.tasks, "an event of a task that they do not see"
        super().take(event)

    async def hear(self, message: dict[str, Any]) -> None:
        """Goes on after what is passed over, and looks anew when told to."""
        if message["type"] == "skip":
            self.revision[self.topic] = max(self.revision[self.topic], message["revision"])
            self.passed += 1
        elif message["type"] == "reload":
            board = await self.look()
            assert board["revision"] >= message["revision"]
            self.tasks = {task["id"]: dict(task) for task in board["tasks"]}
            self.revision[self.topic] = board["revision"]
            self.looks += 1
