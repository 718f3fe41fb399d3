"""What the console is told."""

from collections.abc import Callable

Say = Callable[[str], None]


class CannotStart(Exception):
    """What happened and what to do, in one line."""


def quiet(_: str) -> None:
    """For callers with no console."""
