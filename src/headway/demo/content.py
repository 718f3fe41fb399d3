"""What the demo is made of, as written down in content/*.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

PROJECTS = ("cargo", "shop", "workshop", "hiring")
STEPS = {"x": "Done", ">": "In progress", "-": "To do"}


@dataclass(frozen=True, slots=True)
class Said:
    """A comment: who, how many days ago, and what."""

    by: str
    days_ago: float
    body: str


@dataclass(frozen=True, slots=True)
class Card:
    """A task as it is written down; days count from today."""

    title: str
    state: str
    priority: int = 0
    labels: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    starts_in: int | None = None
    due_in: int | None = None
    by: str | None = None
    text: str = ""
    steps: tuple["Card", ...] = ()
    estimate: float | None = None
    checklist: tuple[tuple[str, bool], ...] = ()  # (text, done)
    blocked_by: tuple[str, ...] = ()  # titles of the same project
    comments: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """A project and its cards, from top to bottom."""

    key: str
    name: str
    description: str
    visibility: str
    lead: str
    members: tuple[tuple[str, str], ...]
    states: tuple[tuple[str, str], ...]
    labels: tuple[tuple[str, str], ...]
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Character:
    """Somebody who works at the demo's company."""

    key: str
    name: str
    role: str

    @property
    def email(self) -> str:
        return f"{self.key}@larkspur.example"


def load(name: str) -> dict[str, Any]:
    return tomllib.loads(files("headway.demo").joinpath("content", f"{name}.toml").read_text("utf-8"))


@cache
def company() -> tuple[str, tuple[Character, ...]]:
    """(the workspace's name, its people)."""
    data = load("people")
    return data["workspace"], tuple(Character(**one) for one in data["people"])


@cache
def boards() -> tuple[Board, ...]:
    """The demo's projects."""
    return tuple(board(load(name)) for name in PROJECTS)


def board(data: dict[str, Any]) -> Board:
    short = [one for group in data.get("short", ()) for one in group["tasks"]]
    return Board(
        key=data["key"],
        name=data["name"],
        description=data["description"].strip(),
        visibility=data["visibility"],
        lead=data["lead"],
        members=tuple((who, role) for who, role in data.get("members", ())),
        states=tuple((name, category) for name, category in data["states"]),
        labels=tuple((name, color) for name, color in data["labels"]),
        cards=tuple(card(one) for one in (*data["task"], *short)),
    )


def card(data: dict[str, Any]) -> Card:
    return Card(
        title=data.get("title") or data["t"],
        state=data["s"],
        priority=data.get("p", 0),
        labels=tuple(data.get("l", ())),
        who=tuple(data.get("w", ())),
        starts_in=data.get("b"),
        due_in=data.get("d"),
        by=data.get("by"),
        text=data.get("text", "").strip(),
        steps=tuple(step(line) for line in data.get("subs", ())),
        estimate=data.get("e"),
        checklist=tuple((line[2:], line.startswith("x ")) for line in data.get("list", ())),
        blocked_by=tuple(data.get("after", ())),
        comments=tuple(Said(by, float(days), body) for by, days, body in data.get("comments", ())),
    )


def step(line: str) -> Card:
    """A sub-task from its line: `x done`, `> doing` or `- to do`."""
    mark, _, title = line.partition(" ")
    return Card(title=title, state=STEPS[mark])
