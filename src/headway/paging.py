"""Keyset pages: a cursor says where the last page ended, so rows written meanwhile are not skipped or doubled."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Any

import orjson
from fastapi import Query

from headway.errors import Invalid

Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]


def encode_cursor(*key: Any) -> str:
    """An opaque cursor for the sort key of the last row of a page."""
    return urlsafe_b64encode(orjson.dumps(key, default=str)).decode().rstrip("=")


def decode_cursor(cursor: str, types: tuple[type, ...], first: str) -> list[Any]:
    """The sort key in `cursor`.

    Args:
        types: what each part has to be.
        first: what the first part has to be, so that a cursor of another order is not taken for one of this.

    Raises:
        Invalid: `encode_cursor` did not make it for such a key.
    """
    try:
        key = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if len(key) == len(types) and key[0] == first and all(map(isinstance, key, types)):
            return list(key)
    except (ValueError, TypeError):
        pass
    raise Invalid("cursor", "cursor: take next_cursor from the page before, with the same sort.")
