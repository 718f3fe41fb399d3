"""What a Trello card has and a task has no field for, as lines at the end of its description."""

import re
from collections.abc import Mapping
from typing import Any

from headway.importers.reading import LONGEST_TITLE, Losses, body, line, listed, part
from headway.importers.shapes import Column

MARKDOWN = re.compile(r"([\\`*_\[\]<>#~|])")
Fields = Mapping[str, tuple[str, Mapping[str, str]]]  # id -> (name, option id -> its words)


def long_title(title: str, losses: Losses) -> list[str]:
    """The whole of a title that does not fit."""
    if len(title) <= LONGEST_TITLE:
        return []
    losses.changed[f"titles were cut to {LONGEST_TITLE} characters; the description has them whole"] += 1
    return [f"Title: {plain(title)}"]


def where_it_was(column: Column | None, archived: bool, complete: bool, losses: Losses) -> list[str]:
    """The list of a card that will not be in it: archived, or ticked complete outside of a list for what is done."""
    losses.changed["archived cards are in the state Archived; their descriptions name their list"] += archived
    ticked = not archived and complete and (column is None or column.category not in ("done", "cancelled"))
    losses.changed["cards ticked complete elsewhere are in a done state; their descriptions name their list"] += ticked
    return [f"List: {plain(column.name)}"] if column and (archived or ticked) else []


def attachments(entry: dict[str, Any], losses: Losses) -> list[str]:
    """Links to its attachments: the files are not in the export."""
    found = []
    for attachment in map(part, listed(entry.get("attachments"))):
        url = line(attachment.get("url"), losses)
        called = plain(line(attachment.get("name"), losses) or url or "without a name")
        safe = re.fullmatch(r"https?://[^\s<>]+", url)
        found.append(f"Attachment: [{called}](<{url}>)" if safe else f"Attachment: {called}")
    losses.changed["attachments are links in descriptions; their files stay at Trello"] += len(found)
    return found


def custom_fields(entry: dict[str, Any], fields: Fields, losses: Losses) -> list[str]:
    """Its custom fields as `name: value`."""
    found = []
    for item in map(part, listed(entry.get("customFieldItems"))):
        called, options = fields.get(str(item.get("idCustomField")), ("", {}))
        value = part(item.get("value"))
        words = options.get(str(item.get("idValue"))) or next((str(v) for v in value.values() if v is not None), "")
        if called and words:
            words = {"true": "yes", "false": "no"}.get(words, words)
            found.append(f"{plain(line(called, losses))}: {plain(line(words, losses))}")
        else:
            losses.dropped["custom field values without a field"] += 1
    losses.changed["custom field values are lines in descriptions"] += len(found)
    return found


def location(entry: dict[str, Any], losses: Losses) -> list[str]:
    """Its place on a map, in words."""
    words = [line(entry.get(part_of), losses) for part_of in ("locationName", "address")]
    known = list(dict.fromkeys(w for w in words if w))
    losses.changed["locations are lines in descriptions"] += bool(known)
    return [f"Place: {plain(', '.join(known))}"] if known else []


def with_notes(description: str, notes: list[str], losses: Losses) -> str:
    """The description, and what else there was under a line of its own."""
    noted = "From Trello:\n\n" + "\n".join(f"- {note}" for note in notes) if notes else ""
    return body("\n\n".join(p for p in (description.rstrip() and description, noted) if p), losses)


def plain(words: str) -> str:
    """Words that stay as they are in Markdown."""
    return MARKDOWN.sub(r"\\\1", words)
