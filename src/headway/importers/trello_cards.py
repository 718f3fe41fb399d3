"""The cards of a Trello board, with their checklists, comments and what else hangs on them."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from headway.importers.reading import (
    LONGEST_TITLE,
    Losses,
    body,
    count,
    day,
    entries,
    identities,
    identity,
    line,
    listed,
    moment,
    number,
    part,
    shorten,
    text,
)
from headway.importers.shapes import Card, Column, Comment, Step
from headway.importers.trello_notes import (
    Fields,
    attachments,
    custom_fields,
    location,
    long_title,
    plain,
    where_it_was,
    with_notes,
)

COMMENT_ACTIONS = ("commentCard", "copyCommentCard")
CREATE_ACTIONS = ("createCard", "copyCard", "emailCard", "convertToCardFromCheckItem")
# Trello counts a board's cards from 1; a file may claim anything, and our next number is the one after the largest.
LARGEST_NUMBER = 1_000_000
HEX_ID = re.compile(r"[0-9a-fA-F]{24}")
TRELLO_BEGAN = datetime(2010, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Context:
    """What cards refer to."""

    losses: Losses
    zone: tzinfo
    people: Mapping[str, str]
    columns: Mapping[str, Column]
    labels: frozenset[str]
    fields: Fields


def read_cards(board: dict[str, Any], context: Context) -> tuple[Card, ...]:
    """Its cards from left to right and from top to bottom."""
    checklists = read_checklists(board, context.losses)
    actions = listed(board.get("actions"))
    comments = read_comments(actions, context)
    beginnings = read_beginnings(actions)
    places = {column: place for place, column in enumerate(context.columns)}
    cards = []
    for entry in entries(board["cards"], "cards", context.losses):
        card = read_card(entry, checklists.pop(entry["id"], []), comments.pop(entry["id"], []), beginnings, context)
        cards.append((places.get(card.column_id or "", len(places)), number(entry.get("pos")) or 0, card))
    dropped = context.losses.dropped
    dropped["comments on cards that are not in the file"] += sum(map(len, comments.values()))
    dropped["checklists of cards that are not in the file"] += sum(map(len, checklists.values()))
    return tuple(card for _, _, card in sorted(cards, key=lambda c: c[:2]))


def read_card(
    entry: dict[str, Any],
    checklists: list[dict[str, Any]],
    comments: list[Comment],
    beginnings: Mapping[str, tuple[str | None, datetime | None]],
    context: Context,
) -> Card:
    """One card. What has no field of its own here is kept as words at the end of the description."""
    losses = context.losses
    column_id = identity(entry.get("idList"))
    if column_id not in context.columns:
        column_id = None
        losses.changed["cards are of a list that is not in the file, and are in the first one"] += 1
    title = line(entry.get("name"), losses) or "Untitled"
    archived = entry.get("closed") is True
    done = entry.get("dueComplete") is True
    notes = [*long_title(title, losses), *where_it_was(context.columns.get(column_id or ""), archived, done, losses)]
    notes += [*attachments(entry, losses), *custom_fields(entry, context.fields, losses), *location(entry, losses)]
    creator, began_at = beginnings.get(entry["id"], (None, None))
    created_at = created(entry["id"]) or began_at
    start_on = day(entry.get("start"), context.zone, "start", losses)
    due_on = day(entry.get("due"), context.zone, "due", losses)
    losses.changed["due times are now due days"] += due_on is not None
    if start_on and due_on and start_on > due_on:
        start_on = None
        losses.dropped["start dates later than the due date"] += 1
    count_losses(entry, len(comments), losses)
    return Card(
        id=entry["id"],
        number=own_number(entry.get("idShort")),
        title=shorten(title, LONGEST_TITLE),
        description=with_notes(text(entry.get("desc"), losses), notes, losses),
        column_id=column_id,
        archived=archived,
        done=done,
        start_on=start_on,
        due_on=due_on,
        created_at=created_at,
        updated_at=moment(entry.get("dateLastActivity")) or created_at,
        created_by=creator if creator in context.people else None,
        label_ids=labels_of(entry, context),
        assignee_ids=known_people(identities(entry.get("idMembers")), context),
        steps=tuple(step for checklist in checklists for step in read_steps(checklist, len(checklists), context)),
        comments=tuple(comments),
    )


def labels_of(entry: dict[str, Any], context: Context) -> tuple[str, ...]:
    """Its labels, in either of the two spellings."""
    own = [part(label).get("id") for label in listed(entry.get("labels"))]
    wanted = identities([*listed(entry.get("idLabels")), *own])
    known = tuple(label for label in wanted if label in context.labels)
    context.losses.dropped["labels that are not in the file"] += len(wanted) - len(known)
    return known


def known_people(ids: tuple[str, ...], context: Context) -> tuple[str, ...]:
    """Those of them whose name is in the file."""
    known = tuple(i for i in ids if i in context.people)
    context.losses.dropped["assignees whose name is not in the file"] += len(ids) - len(known)
    return known


def read_checklists(board: dict[str, Any], losses: Losses) -> dict[str, list[dict[str, Any]]]:
    """Checklists by card, in order. Some exports have them on the board, some on the cards."""
    by_card: dict[str, list[dict[str, Any]]] = defaultdict(list)
    own = list(listed(board.get("checklists")))
    for card in map(part, board["cards"]):
        own += [{**part(checklist), "idCard": card.get("id")} for checklist in listed(card.get("checklists"))]
    for entry in sorted(entries(own, "checklists", losses), key=lambda e: number(e.get("pos")) or 0):
        by_card[identity(entry.get("idCard")) or ""].append(entry)
    return by_card


def read_steps(checklist: dict[str, Any], how_many: int, context: Context) -> list[Step]:
    """A checklist's items. Its name is kept in each, where the card has several or somebody chose a name."""
    losses = context.losses
    called = line(checklist.get("name"), losses)
    heading = [f"Checklist: {plain(called)}"] if called and (how_many > 1 or called != "Checklist") else []
    steps = []
    items = entries(checklist.get("checkItems"), "checklist items", losses)
    for entry in sorted(items, key=lambda e: number(e.get("pos")) or 0):
        title = line(entry.get("name"), losses) or "Untitled"
        person = identities([entry.get("idMember")])
        due_on = day(entry.get("due"), context.zone, "due", losses)
        losses.changed["due times are now due days"] += due_on is not None
        steps.append(
            Step(
                id=entry["id"],
                title=shorten(title, LONGEST_TITLE),
                description=with_notes("", [*long_title(title, losses), *heading], losses),
                done=entry.get("state") == "complete",
                due_on=due_on,
                created_at=created(entry["id"]),
                assignee_ids=known_people(person, context),
            )
        )
    return steps


def read_comments(actions: list[Any], context: Context) -> dict[str, list[Comment]]:
    """Comments by card, the oldest first: the export lists what happened with the latest first."""
    losses = context.losses
    by_card: dict[str, list[Comment]] = defaultdict(list)
    said = [part(action) for action in reversed(actions) if part(action).get("type") in COMMENT_ACTIONS]
    for action in entries(said, "comments", losses):
        data = part(action.get("data"))
        words = text(data.get("text"), losses)
        if not words.strip():
            losses.dropped["comments without words"] += 1
            continue
        author = identity(action.get("idMemberCreator")) or identity(part(action.get("memberCreator")).get("id"))
        losses.changed["comments are by somebody whose name is not in the file"] += author not in context.people
        at = moment(action.get("date")) or created(action["id"])
        comment = Comment(
            id=action["id"],
            author_id=author if author in context.people else None,
            body=body(words, losses),
            created_at=at,
            updated_at=moment(data.get("dateLastEdited")) or at,
        )
        by_card[identity(part(data.get("card")).get("id")) or ""].append(comment)
    return by_card


def read_beginnings(actions: list[Any]) -> dict[str, tuple[str | None, datetime | None]]:
    """Who made which card and when, as far as the file remembers."""
    made = [part(action) for action in actions if str(part(action).get("type")) in CREATE_ACTIONS]
    return {
        card: (identity(action.get("idMemberCreator")), moment(action.get("date")))
        for action in made
        if (card := identity(part(part(action.get("data")).get("card")).get("id")))
    }


def own_number(value: Any) -> int | None:
    """A card's number on its board, if it can be a task's."""
    usable = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_NUMBER
    return value if usable else None


def created(trello_id: str) -> datetime | None:
    """When a thing was made: the first eight digits of its id count the seconds."""
    if not HEX_ID.fullmatch(trello_id):
        return None
    at = datetime.fromtimestamp(int(trello_id[:8], 16), UTC)
    return at if at > TRELLO_BEGAN else None


def count_losses(entry: dict[str, Any], comments: int, losses: Losses) -> None:
    """What belongs to a card and has no place here."""
    cover = part(entry.get("cover"))
    badges = part(entry.get("badges"))
    dropped = losses.dropped
    dropped["covers"] += any(cover.get(kind) for kind in ("color", "idAttachment", "idUploadedBackground"))
    dropped["stickers"] += count(entry.get("stickers"))
    dropped["votes"] += count(entry.get("idMembersVoted"))
    dropped["reminders"] += (number(entry.get("dueReminder")) or -1) >= 0
    dropped["power-ups and their data"] += count(entry.get("pluginData"))
    dropped["watched cards"] += entry.get("subscribed") is True
    missing = (number(badges.get("comments")) or 0) - comments
    if 0 < missing < LARGEST_NUMBER:
        dropped["comments that Trello counts but did not export"] += int(missing)
    losses.changed["template cards are ordinary tasks"] += entry.get("isTemplate") is True
    losses.changed["separator, link and mirror cards are ordinary tasks"] += isinstance(entry.get("cardRole"), str)
