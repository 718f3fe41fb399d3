"""What happened to a thing, in words for a console."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import click

from headway.cli.tables import printable
from headway.search.tree import PRIORITIES

Json = dict[str, Any]
# They change along with anything, or say nothing to people.
UNSAID = {"id", "version", "updated_at", "completed_at", "project_id", "rank", "created_at", "human_id", "number"}
LONG = {"description", "body"}
WORD = re.compile(r"\s+|\S+")
MOST_WORDS = 4_000
AROUND = 6


@dataclass
class Names:
    """What ids stand for in a project."""

    states: dict[str, str]
    labels: dict[str, str]
    people: dict[str, str]

    @classmethod
    def of(cls, board: Json) -> "Names":
        """The names on a board."""
        states = {one["id"]: one["name"] for one in board["states"]}
        labels = {one["id"]: one["name"] for one in board["labels"]}
        return cls(states, labels, {one["person_id"]: one["name"] for one in board["people"]})

    def shown(self, field: str, value: Any) -> str:
        """A field's value as people say it."""
        if value is None or value == "":
            return "nothing"
        if field == "state_id":
            return self.states.get(value, "a state that is gone")
        if field == "priority" and isinstance(value, int):
            return PRIORITIES[value] if 0 <= value < len(PRIORITIES) else str(value)
        return str(value)

    def among(self, field: str, value: str) -> str:
        """One of a set's members as people say it."""
        known = self.labels if field == "label_ids" else self.people
        return known.get(value, "something that is gone")


def describe(event: Json, names: Names) -> Iterator[str]:
    """`FA-3 Mow the lawn: title One -> Two`, a line for each field; long texts word by word."""
    noun, _, what = event["kind"].partition(".")
    called = " ".join(part for part in (event["human_id"], event["title"]) if part)
    subject = printable(called if noun == "task" and called else f"{noun} {called}".strip())
    before, after = event["before"], event["after"]
    if noun == "comment" and what == "created" and after and after.get("body"):
        yield f"{subject}: said {shortened(after['body'])}"
        return
    if before is None or after is None:
        yield f"{subject}: {what}"
        return
    fields = [field for field in after if field not in UNSAID and before.get(field) != after[field]]
    for field in fields:
        yield f"{subject}: {changed(field, before.get(field), after[field], names)}"
    if not fields:
        yield f"{subject}: {'moved' if 'rank' in after else what}"


def changed(field: str, old: Any, new: Any, names: Names) -> str:
    """One field from what it was to what it became."""
    word = field.removesuffix("_id").removesuffix("_ids").replace("_", " ")
    if isinstance(old, list) and isinstance(new, list):
        signs = [("-", one) for one in old if one not in new] + [("+", one) for one in new if one not in old]
        return f"{word}s " + ", ".join(printable(sign + names.among(field, one)) for sign, one in signs)
    if field in LONG and old and new:
        return f"{word} {words_between(str(old), str(new))}"
    if field in LONG:
        return f"{word} {shortened(str(new or ''))}" if new else f"{word} emptied"
    return printable(f"{word} {names.shown(field, old)} -> {names.shown(field, new)}")


def words_between(old: str, new: str) -> str:
    """`… the [-old-] {+new+} words …`: what left and what came, with a few words around it."""
    one, other = WORD.findall(old), WORD.findall(new)
    if len(one) + len(other) > MOST_WORDS:
        return f"rewritten: {len(old):,} characters -> {len(new):,}"
    parts = []
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        left, came = printable("".join(one[a:b])).strip(), printable("".join(other[c:d])).strip()
        if kind == "equal":
            parts.append(around(one[a:b], first=a == 0, last=b == len(one)))
            continue
        if left:
            parts.append(click.style(f"[-{left}-]", fg="red"))
        if came:
            parts.append(click.style(f"{{+{came}+}}", fg="green"))
    return " ".join(part for part in parts if part)


def around(same: list[str], first: bool, last: bool) -> str:
    """The words next to a difference; the middle of a long stretch is left out."""
    words = [printable(word) for word in same if not word.isspace()]
    start = [] if first else words[:AROUND]
    end = [] if last else words[-AROUND:]
    if len(words) <= len(start) + len(end):
        return " ".join(words)
    return " ".join([*start, "…", *end])


def shortened(words: str) -> str:
    """The beginning of a long text, on one line."""
    line = " ".join(printable(words).split())
    return line if len(line) <= 80 else line[:79] + "…"
