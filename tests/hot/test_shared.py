"""Shared look-ups: who joins which statement, and what becomes of everybody when one fails or somebody leaves."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from headway.hot.shared import MOST, Shared


class Slow:
    """A look-up that takes until it is let go, and knows what was asked together."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.go = asyncio.Event()
        self.breaks = False

    async def __call__(self, keys: Sequence[int]) -> Mapping[int, str]:
        self.batches.append(list(keys))
        await self.go.wait()
        if self.breaks:
            raise OSError("gone")
        return {key: f"the {key}" for key in keys if key >= 0}


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_comes_while_one_is_under_way_is_asked_for_by_the_next() -> None:
    slow = Slow()
    shared = Shared(slow, at_once=1)
    first = [asyncio.create_task(shared.find(n)) for n in (1, 2, 1, -1)]
    await settle()
    late = [asyncio.create_task(shared.find(n)) for n in (1, 3)]
    await settle()
    assert slow.batches == [[1, 2, -1]]
    slow.go.set()
    assert await asyncio.gather(*first) == ["the 1", "the 2", "the 1", None]
    assert await asyncio.gather(*late) == ["the 1", "the 3"]
    # Who asks for 1 after it was sent for is not told what that said: it may be old by now.
    assert slow.batches == [[1, 2, -1], [1, 3]]
    assert await shared.find(4) == "the 4"


async def test_so_many_statements_at_once_and_so_many_keys_in_one() -> None:
    slow = Slow()
    shared = Shared(slow, at_once=2)
    asked = [asyncio.create_task(shared.find(n)) for n in range(2 * MOST + 10)]
    await settle()
    assert [len(batch) for batch in slow.batches] == [MOST, MOST]
    slow.go.set()
    assert await asyncio.gather(*asked) == [f"the {n}" for n in range(2 * MOST + 10)]
    assert sum(len(batch) for batch in slow.batches) == 2 * MOST + 10


async def test_everybody_hears_of_an_error_and_the_next_ones_are_asked_again() -> None:
    slow = Slow()
    slow.breaks = True
    slow.go.set()
    shared = Shared(slow, at_once=1)
    assert [type(one) for one in await asyncio.gather(shared.find(1), shared.find(2), return_exceptions=True)] == [
        OSError,
        OSError,
    ]
    slow.breaks = False
    assert await shared.find(1) == "the 1"


async def test_who_leaves_takes_nobody_along() -> None:
    slow = Slow()
    shared = Shared(slow, at_once=1)
    leaves, stays = asyncio.create_task(shared.find(1)), asyncio.create_task(shared.find(1))
    await settle()
    leaves.cancel()
    slow.go.set()
    with pytest.raises(asyncio.CancelledError):
        await leaves
    assert await stays == "the 1"


async def test_who_asks_in_the_step_in_which_the_last_one_ended_is_answered() -> None:
    slow = Slow()
    slow.go.set()
    shared = Shared(slow, at_once=1)

    async def again_and_again() -> None:
        for n in range(200):
            assert await shared.find(n) == f"the {n}"

    async with asyncio.timeout(10):
        await asyncio.gather(*(again_and_again() for _ in range(5)))
