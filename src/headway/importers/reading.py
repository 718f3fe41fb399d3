"""Reading other trackers' files without believing them: wrong types become nothing, losses are counted."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Any

LONGEST_NAME = 100
LONGEST_TITLE = 500
LONGEST_BODY = 100_000
LONGEST_ID = 200
SURROGATES = re.compile("[\ud800-\udfff]")
BREAKS = re.compile(r"[\r\n\t\v\f\x1c-\x1f\x85\u2028\u2029]+")


@dataclass
class Losses:
    """What did not come through as it was, in words, with counts."""

    changed: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)


def entries(value: Any, what: str, losses: Losses) -> Iterator[dict[str, Any]]:
    """The objects of a list, each id once; anything else in it is counted."""
    seen = set()
    for entry in value if isinstance(value, list) else ():
        key = identity(entry.get("id")) if isinstance(entry, dict) else None
        if key is None or key in seen:
            losses.dropped[f"broken or repeated {what}"] += 1
            continue
        seen.add(key)
        yield {**entry, "id": key}


def identity(value: Any) -> str | None:
    """An id of theirs, if it is one that can be kept."""
    usable = isinstance(value, str) and 0 < len(value) <= LONGEST_ID and "\x00" not in value
    return value if usable and not SURROGATES.search(value) else None


def identities(value: Any) -> tuple[str, ...]:
    """A list of ids, each once, in order."""
    found = (identity(v) for v in value) if isinstance(value, list) else ()
    return tuple(dict.fromkeys(i for i in found if i))


def listed(value: Any) -> list[Any]:
    """A list, or an empty one."""
    return value if isinstance(value, list) else []


def part(value: Any) -> dict[str, Any]:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def count(value: Any) -> int:
    """How many a list holds."""
    return len(value) if isinstance(value, list) else 0


def text(value: Any, losses: Losses) -> str:
    """Text that PostgreSQL can hold; no text becomes an empty one."""
    if not isinstance(value, str):
        return ""
    clean = SURROGATES.sub("\ufffd", value.replace("\x00", ""))
    if clean != value:
        losses.changed["texts had characters that cannot be stored (NUL, halves of surrogate pairs)"] += 1
    return clean


def line(value: Any, losses: Losses) -> str:
    """Text without line breaks, for names and titles."""
    return BREAKS.sub(" ", text(value, losses)).strip()


def name(value: Any, losses: Losses, otherwise: str = "Untitled") -> str:
    """A name that fits ours."""
    whole = line(value, losses) or otherwise
    if len(whole) > LONGEST_NAME:
        losses.changed[f"names were cut to {LONGEST_NAME} characters"] += 1
    return shorten(whole, LONGEST_NAME)


def shorten(words: str, longest: int) -> str:
    """The beginning, with a sign that there was more."""
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def body(words: str, losses: Losses) -> str:
    """A description or comment that fits ours."""
    if len(words) > LONGEST_BODY:
        losses.changed[f"texts were cut to {LONGEST_BODY:,} characters"] += 1
    return shorten(words, LONGEST_BODY)


def number(value: Any) -> float | None:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def moment(value: Any) -> datetime | None:
    """A time such as 2021-07-10T17:01:58.633Z; one without a zone is UTC."""
    try:
        read = datetime.fromisoformat(value)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def day(value: Any, zone: tzinfo, what: str, losses: Losses) -> date | None:
    """The day of a time, where its people live."""
    at = moment(value)
    if at is None:
        if value not in (None, ""):
            losses.dropped[f"{what} dates that are not dates"] += 1
        return None
    try:
        return at.astimezone(zone).date()
    except OverflowError:
        return None
