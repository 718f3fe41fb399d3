"""A change that is not there any more because history is only kept for so long."""

from datetime import UTC, datetime
from uuid import UUID

from headway.clock import months_before, now
from headway.errors import Gone, NotFound


def missing(change_id: UUID, months: int | None, error: NotFound) -> Gone | NotFound:
    """What to say of a change that was not found: gone, where its id says that it is older than history is kept.

    Nothing is given away by that: whoever has an id can read the time in it.
    """
    if months is None or change_id.version != 7:
        return error
    oldest = months_before(now(), months)
    if datetime.fromtimestamp((change_id.int >> 80) / 1_000, UTC) >= oldest:
        return error
    detail = f"That is older than history is kept here: it begins at {oldest:%Y-%m-%d %H:%M} UTC."
    return Gone("history.gone", detail, oldest=oldest.isoformat())
