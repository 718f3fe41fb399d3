"""Keyset pages: a cursor says where the last page ended, so that rows written meanwhile are neither skipped nor doubled."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Any

import orjson
from fastapi import Query

from headway.errors import Invalid

Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]


def encode_cursor(*key: Any) -> str:
    """An opaque cursor for the sort key of the last row of a page."""
    return urlsafe_b64encode(orjson.dumps(key, default=str)).decode().rstrip("=")


def decode_cursor(cursor: str, types: tuple[type, ...]) -> list[Any]:
    """The sort key in `cursor`.

    Raises:
        Invalid: it was not made by `encode_cursor` for a key of these types.
    """
    try:
        key = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if len(key) == len(types) and all(isinstance(k, t) or k is None for k, t in zip(key, types, strict=True)):
            return list(key)
    except (ValueError, TypeError):
        pass
    raise Invalid("cursor", "This cursor is not one of ours: take next_cursor from the page before.")
