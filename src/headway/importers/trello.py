"""A Trello board's JSON export, read into a Board. Pure: no database, no clock, no files but the one it is given."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

from headway.errors import Invalid
from headway.importers.reading import Losses, body, count, entries, identity, line, listed, name, number, part, text
from headway.importers.shapes import Board, Card, Column, Label, Member
from headway.importers.trello_cards import COMMENT_ACTIONS, Context, read_cards
from headway.importers.trello_notes import Fields
from headway.text import sort_key

SOURCE = "trello"
MAX_BYTES = 100 * 1024 * 1024
MOST_ACTIONS = 1000
HOW = "In Trello: the board's menu, Print, export and share, Export as JSON."

COLORS = {
    "green": "green",
    "lime": "green",
    "yellow": "yellow",
    "orange": "orange",
    "red": "red",
    "purple": "violet",
    "blue": "blue",
    "sky": "teal",
    "pink": "pink",
    "black": "gray",
}

# The first that matches a list's name decides; what none of them knows is to do.
CATEGORIES = (
    ("todo", r"to be |to do|to-do|todo|not started|not done"),
    ("cancelled", r"cancel|won'?t|wont fix|reject|abandon|declined|duplicate|archive|trash|verworfen|annul|descartad"),
    ("doing", r"doing|progress|wip|review|testing|test|qa|active|ongoing|started|in arbeit|en cours|en curso|haciendo"),
    (
        "done",
        r"done|complete|completed|finish|shipped|released|deployed|live|resolved|closed|erledigt|fertig|termin|hecho",
    ),
    ("backlog", r"backlog|icebox|ideas?|someday|later|wish ?list|parking|inbox|brainstorm"),
)
PATTERNS = [(category, re.compile(rf"\b(?:{words})")) for category, words in CATEGORIES]


class NotABoard(Invalid):
    """The file is something else. Nothing was written."""

    def __init__(self, what: str) -> None:
        super().__init__("import.not_a_board", f"{what} Nothing was imported. {HOW}")


def read_file(path: Path, zone: tzinfo = UTC) -> Board:
    """The board in a file.

    Raises:
        NotABoard: it is not a board's export, or too large for one.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    return read_board(content, zone)


def read_board(content: bytes, zone: tzinfo = UTC) -> Board:
    """The board in a file's bytes. `zone` is where its people live: Trello has due times, we have due days.

    Raises:
        NotABoard: it is not a board's export, or too large for one.
    """
    board = find_board(content)
    losses = Losses()
    columns = read_columns(board, losses)
    labels = read_labels(board, losses)
    people = read_people(board)
    context = Context(
        losses, zone, people, {c.id: c for c in columns}, frozenset(label.id for label in labels), read_fields(board)
    )
    cards = read_cards(board, context)
    count_losses(board, losses)
    used = {c.column_id for c in cards}
    on_board = [i for m in listed(board.get("members")) if (i := identity(part(m).get("id"))) in people]
    mentioned = dict.fromkeys([*on_board, *(i for card in cards for i in people_on(card))])
    return Board(
        source=SOURCE,
        id=board["id"],
        name=name(board.get("name"), losses, "Trello board"),
        description=body(text(board.get("desc"), losses), losses),
        is_private=part(board.get("prefs")).get("permissionLevel") == "private",
        columns=tuple(c for c in columns if not c.archived or c.id in used),
        labels=labels,
        members=tuple(Member(i, name(people[i], losses)) for i in mentioned),
        cards=cards,
        changed=+losses.changed,
        dropped=+losses.dropped,
    )


def find_board(content: bytes) -> dict[str, Any]:
    """The file's one object, if it is a board."""
    if len(content) > MAX_BYTES:
        raise NotABoard(f"The file is larger than {MAX_BYTES // 1024 // 1024} MB.")
    if not content.strip():
        raise NotABoard("The file is empty.")
    try:
        found = json.loads(content)
    except RecursionError:
        raise NotABoard("The file is nested too deeply to be a Trello board.") from None
    except ValueError:  # broken JSON, or no text at all
        raise NotABoard("The file is not JSON, so it is not a Trello board's export.") from None
    if not isinstance(found, dict):
        raise NotABoard("The file is JSON, but not a Trello board: a board is one object.")
    if "idBoard" in found and "idList" in found:
        raise NotABoard("The file is one Trello card, not a board.")
    if not isinstance(found.get("lists"), list) or not isinstance(found.get("cards"), list):
        raise NotABoard("The file is JSON, but not a Trello board: it has no lists and cards.")
    key = identity(found.get("id")) or identity(found.get("shortLink"))
    if key is None:
        raise NotABoard("The board in the file has no id, by which a second import would know it.")
    return {**found, "id": key}


def read_columns(board: dict[str, Any], losses: Losses) -> tuple[Column, ...]:
    """Its lists from left to right, the archived ones last."""
    columns = []
    for entry in sorted(entries(board["lists"], "lists", losses), key=lambda e: number(e.get("pos")) or 0):
        losses.dropped["card limits of lists"] += number(entry.get("softLimit")) is not None
        archived = entry.get("closed") is True
        own = line(entry.get("name"), losses) or "Untitled"
        category = category_of(own)
        if archived:
            own, category = f"{own[:80]} (archived)", "done" if category == "done" else "cancelled"
        columns.append(Column(entry["id"], name(own, losses), category, archived))
    return tuple(sorted(columns, key=lambda c: c.archived))


def category_of(list_name: str) -> str:
    """What a list of this name probably means."""
    words = sort_key(list_name)
    return next((category for category, pattern in PATTERNS if pattern.search(words)), "todo")


def read_labels(board: dict[str, Any], losses: Losses) -> tuple[Label, ...]:
    """Its labels; one without a name is called by its colour. Old exports have them on their cards only."""
    own = listed(board.get("labels"))
    if not own:
        found = [part(label) for card in board["cards"] for label in listed(part(card).get("labels"))]
        own = list({identity(label.get("id")): label for label in found}.values())
    labels = []
    for entry in entries(own, "labels", losses):
        color = entry.get("color") if isinstance(entry.get("color"), str) else ""
        shade = line(color, losses).replace("_", " ")
        if shade and COLORS.get(shade) != shade:
            losses.changed["label colours were matched to the nearest of ours"] += 1
        labels.append(
            Label(
                entry["id"], name(entry.get("name"), losses, shade or "label"), COLORS.get(shade.split(" ")[0], "gray")
            )
        )
    return tuple(labels)


def read_people(board: dict[str, Any]) -> dict[str, str]:
    """Everybody the file has a name for: its members, and who did something once and has left."""
    people: dict[str, str] = {}
    actions = [part(action) for action in listed(board.get("actions"))]
    seen = [*(a.get("memberCreator") for a in actions), *(a.get("member") for a in actions)]
    for entry in map(part, [*seen, *listed(board.get("members"))]):
        key = identity(entry.get("id"))
        called = entry.get("fullName") or entry.get("username")
        if key and isinstance(called, str) and called.strip():
            people[key] = called
    return people


def read_fields(board: dict[str, Any]) -> Fields:
    """Its custom fields: id -> (name, option id -> its words)."""
    fields = {}
    for entry in entries(board.get("customFields"), "custom fields", Losses()):
        options = entries(entry.get("options"), "options", Losses())
        words = {o["id"]: str(part(o.get("value")).get("text") or "") for o in options}
        fields[entry["id"]] = (str(entry.get("name") or "Field"), words)
    return fields


def people_on(card: Card) -> Sequence[str]:
    """Whom a card mentions."""
    steps = [i for step in card.steps for i in step.assignee_ids]
    authors = [comment.author_id for comment in card.comments if comment.author_id]
    return [*card.assignee_ids, *([card.created_by] if card.created_by else ()), *steps, *authors]


def count_losses(board: dict[str, Any], losses: Losses) -> None:
    """What belongs to the board itself and has no place here."""
    dropped = losses.dropped
    actions = [part(action) for action in listed(board.get("actions"))]
    dropped["activity other than comments"] += sum(a.get("type") not in COMMENT_ACTIONS for a in actions)
    dropped["power-ups and their data"] += count(board.get("powerUps")) + count(board.get("pluginData"))
    dropped["board settings (background, permissions, voting)"] += bool(part(board.get("prefs")))
    dropped["members' roles and avatars"] += count(board.get("members"))
    if board.get("closed") is True:
        losses.changed["board was closed in Trello; here it is open"] += 1
    if len(actions) >= MOST_ACTIONS:
        days = sorted(a["date"][:10] for a in actions if isinstance(a.get("date"), str))
        oldest = f": comments before {line(days[0], losses)} are not in the file" if days else ""
        dropped[f"history beyond it (Trello exports stop at {MOST_ACTIONS:,} actions{oldest})"] += 1
