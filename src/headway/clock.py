"""The time and new ids: the only places they come from, so that tests and reviewers know where to look."""

from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def in_json(at: datetime) -> str:
    """A moment in UTC as PostgreSQL writes it into JSON: no zeros at the end of a fraction."""
    text = at.replace(tzinfo=None).isoformat()
    return f"{text.rstrip('0') if at.microsecond else text}+00:00"


def new_id() -> UUID:
    """A version 7 UUID: sorts by creation time, so new rows land at the end of their indexes."""
    return uuid7()


def months_before(at: datetime, months: int) -> datetime:
    """The same day so many months ago, or that month's last one."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    for day in (at.day, 30, 29, 28):
        try:
            return at.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
