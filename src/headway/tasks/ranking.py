"""Where a task goes among its neighbours. Keys are text that sorts byte by byte; there is always room between two."""

import secrets
import string

from fractional_indexing import generate_key_between, generate_n_keys_between

# In the order in which keys are made of them; none ends with the first.
DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase


def key_between(lower: str | None, upper: str | None) -> str:
    """A key that sorts after `lower` and before `upper`; None is the open end on that side.

    Raises:
        ValueError: the keys are not in order, or not keys.
    """
    try:
        return str(generate_key_between(lower, upper))
    except Exception as error:
        raise ValueError(str(error)) from error


def key_behind(last: str | None) -> str:
    """A key behind the last one, which two who ask at the same time do not share. Nothing needs to be locked for it."""
    tail = "".join(secrets.choice(DIGITS) for _ in range(3))
    return f"{key_between(last, None)}{tail}{secrets.choice(DIGITS[1:])}"


def keys_between(lower: str | None, upper: str | None, count: int) -> list[str]:
    """So many keys in order between two, spread so that none grows longer than it must."""
    try:
        return [str(key) for key in generate_n_keys_between(lower, upper, count)]
    except Exception as error:
        raise ValueError(str(error)) from error
