"""Answers that are kept with what they show, as long as there is room, the least asked for going first."""

import gzip
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

# As Starlette's own: what is shorter gains nothing.
WORTH_PACKING, LEVEL = 1_000, 5
ROOM = 32_000_000  # bytes


@dataclass(slots=True)
class Answer:
    """The bytes of an answer with status 200, and the ETag that says what they show."""

    etag: bytes
    body: bytes
    packed: bytes | None = None

    def for_client(self, packed: bool) -> tuple[bytes, bool]:
        """(bytes, whether they are gzip's) for a client that takes gzip or does not. Packed once, when first asked."""
        if not packed or len(self.body) < WORTH_PACKING:
            return self.body, False
        if self.packed is None:
            self.packed = gzip.compress(self.body, LEVEL, mtime=0)
        return self.packed, True


class Kept:
    """Answers by what was asked.

    Args:
        room: bytes of them at most.
    """

    def __init__(self, room: int = ROOM) -> None:
        self.room, self.bytes = room, 0
        self.used_total = self.built_total = 0
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()

    def __len__(self) -> int:
        return len(self._answers)

    def clear(self) -> None:
        """Forgets everything."""
        self._answers.clear()
        self.bytes = 0

    def figures(self) -> dict[str, int]:
        """For the server's metrics."""
        return {
            "answers": len(self), "bytes": self.bytes, "used": self.used_total, "built": self.built_total,
        }  # fmt: skip

    def get(self, key: Hashable) -> Answer | None:
        """What was answered last, however old."""
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
        return answer

    def put(self, key: Hashable, answer: Answer) -> None:
        """Keeps it instead of what was there. One that would take an eighth of the room is not kept."""
        self._drop(self._answers.pop(key, None))
        if len(answer.body) > self.room // 8:
            return
        self._answers[key] = answer
        self.bytes += weight(answer)
        while self.bytes > self.room:
            self._drop(self._answers.popitem(last=False)[1])

    def _drop(self, answer: Answer | None) -> None:
        if answer is not None:
            self.bytes -= weight(answer)


def weight(answer: Answer) -> int:
    """Bytes that an answer counts for, with its key, and what gzip makes of it later."""
    return len(answer.body) * 2 + 3_000
