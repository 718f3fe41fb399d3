"""People who do random things to a few shared tasks at once, and note what they asked for and what they were told."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import uuid4

from tests.promises.stage import Answer, Client, Stage, Unknown

Kind = Literal["append", "edit", "create", "comment", "move"]
KINDS: dict[Kind, int] = {"append": 35, "edit": 35, "create": 10, "comment": 12, "move": 8}


@dataclass
class Deed:
    """One thing somebody tried. `token` is unique to it; `version` is the one it was based on."""

    kind: Kind
    token: str
    about: str
    sent: dict[str, Any] = field(default_factory=dict)
    version: int | None = None
    answer: Answer | None = None  # None: nobody knows

    @property
    def was_done(self) -> bool:
        """It was acknowledged."""
        return self.answer is not None and self.answer.status < 300

    @property
    def was_refused(self) -> bool:
        """It was said not to have been done."""
        return self.answer is not None and self.answer.status >= 300


class Crowd:
    """Clients that work on the same tasks. `deeds`: what they have tried; `reads`: what they have seen of each list."""

    def __init__(self, stage: Stage, clients: list[Client], seed: int, delay: float = 0.0) -> None:
        self.stage, self.clients, self.seed, self.delay = stage, clients, seed, delay
        self.tasks: list[str] = []
        self.states: list[str] = []
        self.deeds: list[Deed] = []
        self.reads: list[tuple[str, int, str]] = []

    async def prepare(self, tasks: int) -> None:
        """Makes the shared tasks."""
        board = await self.stage.owner.get(f"/api/projects/{self.stage.project_id}/board")
        self.states = [state["id"] for state in board["states"]]
        for number in range(tasks):
            made = await self.stage.owner.post_once(
                f"/api/projects/{self.stage.project_id}/tasks", {"title": f"List {number}"}
            )
            self.tasks.append(made.body["id"])

    async def work(self, each: int) -> None:
        """Has every client do so many things."""
        async with asyncio.TaskGroup() as group:
            for number, client in enumerate(self.clients):
                group.create_task(self._work(client, random.Random(f"{self.seed} {number}"), each))

    async def _work(self, client: Client, dice: random.Random, each: int) -> None:
        for _ in range(each):
            await self._do(client, dice)
            if self.delay:
                await asyncio.sleep(dice.random() * self.delay)

    async def _do(self, client: Client, dice: random.Random) -> None:
        (kind,) = dice.choices(list(KINDS), list(KINDS.values()))
        deed = Deed(kind, f"t{uuid4().hex[:12]}", dice.choice(self.tasks))
        try:
            if kind in ("append", "edit"):
                deed.answer = await self._change(client, dice, deed)
            elif kind == "create":
                path, deed.sent = f"/api/projects/{self.stage.project_id}/tasks", {"title": deed.token}
                deed.answer = await client.post_once(path, deed.sent)
            elif kind == "comment":
                deed.sent = {"body": deed.token}
                deed.answer = await client.post_once(f"/api/tasks/{deed.about}/comments", deed.sent)
            else:
                after = dice.choice([None, *(task for task in self.tasks if task != deed.about)])
                deed.sent = {"state_id": dice.choice(self.states)} | ({"after_id": after} if after else {})
                deed.answer = await client.post_once(f"/api/tasks/{deed.about}/move", deed.sent)
        except Unknown:
            await asyncio.sleep(0.05)
        self.deeds.append(deed)

    async def _change(self, client: Client, dice: random.Random, deed: Deed) -> Answer:
        path = f"/api/tasks/{deed.about}"
        known = (await client.surely("GET", path)).body
        self.reads.append((deed.about, known["version"], known["description"]))
        deed.version = known["version"]
        if self.delay:
            await asyncio.sleep(dice.random() * self.delay)
        if deed.kind == "append":
            deed.sent = {"description": f"{known['description']}\n{deed.token}".lstrip("\n")}
            return await client.once("PATCH", path, deed.sent, **{"If-Match": f'"v{deed.version}"'})
        fields = {
            "title": deed.token,
            "priority": dice.choice([n for n in range(5) if n != known["priority"]]),
            "due_on": f"2027-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}",
        }
        names = ["title", *dice.sample(["priority", "due_on"], dice.randint(0, 2))]
        deed.sent = {name: fields[name] for name in (names if dice.random() < 0.6 else names[1:] or names)}
        return await client.once("PATCH", path, {"version": deed.version, **deed.sent})

    def figures(self) -> dict[str, object]:
        """How it went, counted."""
        statuses = Counter(deed.answer.status if deed.answer else "unknown" for deed in self.deeds)
        retried = [deed.answer for deed in self.deeds if deed.answer and deed.answer.tries > 1]
        return {
            "operations": len(self.deeds),
            "done": sum(deed.was_done for deed in self.deeds),
            "refused_409": statuses[409],
            "refused_412": statuses[412],
            "unknown": statuses["unknown"],
            "retried": len(retried),
            "replayed": sum(answer.replayed for answer in retried),
        }
