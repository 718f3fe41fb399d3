"""Rank keys: always room between two, and an order that is the same for everybody."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.tasks.ranking import key_behind, key_between

# Where each new key goes: a fraction of the way through those there are.
PLACES = st.lists(st.floats(0, 1), max_size=80)


@settings(max_examples=60, deadline=None)
@given(PLACES)
def test_a_key_goes_exactly_where_it_was_put_whatever_came_before(places: list[float]) -> None:
    keys: list[str] = []
    for place in places:
        at = round(place * len(keys))
        keys.insert(at, key_between(keys[at - 1] if at else None, keys[at] if at < len(keys) else None))
        assert keys == sorted(set(keys), key=str.encode)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 20))
def test_those_who_go_to_the_end_at_once_have_keys_of_their_own_with_room_between(count: int) -> None:
    last = key_behind(None)
    together = sorted({key_behind(last) for _ in range(count)}, key=str.encode)
    assert len(together) == count
    assert last < together[0]
    for one, other in pairwise([*together, key_behind(together[-1])]):
        assert one < key_between(one, other) < other


@pytest.mark.parametrize("side", ["front", "back", "middle"])
def test_keys_stay_short_when_everything_goes_to_one_place(side: str) -> None:
    lower, upper = ("a0", "a1") if side == "middle" else (None, None)
    for _ in range(1_000):
        key = key_between(lower, upper)
        if side == "front":
            upper = key
        else:
            lower = key
    assert len(key) < 220


def test_keys_of_very_many_that_came_one_after_the_other_stay_short() -> None:
    last = None
    for _ in range(10_000):
        last = key_behind(last)
    assert len(str(last)) < 12


def test_keys_out_of_order_are_refused() -> None:
    for lower, upper in (("a1", "a0"), ("a0", "a0"), ("", None), ("!", None), (None, "A" + "0" * 26)):
        with pytest.raises(ValueError, match=r".+"):
            key_between(lower, upper)
