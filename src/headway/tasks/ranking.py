"""Where a task goes among its neighbours. Keys are text that sorts byte by byte; there is always room between two."""

from fractional_indexing import generate_key_between, generate_n_keys_between


def key_between(lower: str | None, upper: str | None) -> str:
    """A key that sorts after `lower` and before `upper`; None is the open end on that side.

    Raises:
        ValueError: the keys are not in order, or not keys.
    """
    try:
        return str(generate_key_between(lower, upper))
    except Exception as error:
        raise ValueError(str(error)) from error


def keys_between(lower: str | None, upper: str | None, count: int) -> list[str]:
    """So many keys in order between two, spread so that none grows longer than it must."""
    try:
        return [str(key) for key in generate_n_keys_between(lower, upper, count)]
    except Exception as error:
        raise ValueError(str(error)) from error
