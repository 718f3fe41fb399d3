"""Keyset pages: a cursor says where the last page ended, so rows written meanwhile are not skipped or doubled."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Query

from headway.errors import Invalid
from headway.text import storable

Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]


def encode_cursor(*key: Any) -> str:
    """An opaque cursor for the sort key of the last row of a page."""
    return urlsafe_b64encode(orjson.dumps(key, default=str)).decode().rstrip("=")


def decode_cursor(cursor: str, parts: Sequence[Callable[[Any], Any]], first: str) -> list[Any]:
    """The sort key in `cursor`.

    Args:
        parts: what makes each part of the key from its JSON; a ValueError or TypeError says that it is none.
        first: what the first part has to be, so that a cursor of another order is not taken for one of this.

    Raises:
        Invalid: `encode_cursor` did not make it for such a key.
    """
    try:
        key = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if isinstance(key, list) and len(key) == len(parts) and key[0] == first:
            return [part(value) for part, value in zip(parts, key, strict=True)]
    except (ValueError, TypeError, OverflowError):
        pass
    raise Invalid("cursor", "cursor: take next_cursor from the page before, with the same sort.")


def text_part(value: Any) -> str:
    """A part that is text."""
    if not isinstance(value, str):
        raise TypeError
    return storable(value)


def int_part(value: Any) -> int:
    """A part that is one of PostgreSQL's integers."""
    if type(value) is not int or not -(2**31) <= value < 2**31:
        raise ValueError
    return value


def time_part(value: Any) -> datetime:
    """A part that is a moment."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)


def id_part(value: Any) -> UUID:
    """A part that is an id."""
    return UUID(text_part(value))
