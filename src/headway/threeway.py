"""Three-way merge of long texts: what two people made of one text, put together where their edits lie apart."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# Lines, and in them sentences, so that two edits of one paragraph can be put together too.
SENTENCE = re.compile(r".+?(?:[.!?…][)\]\"'”’*_]*[ \t]+(?=\S)|[。！？]+(?=\S)|\Z)", re.DOTALL)
# Pairs of equal pieces that may be looked at: a text of thousands of equal lines would take the matcher minutes.
MAX_PAIRS = 2_000_000
# Where every other line is another, the matcher looks at all of them once for each that it finds: 4,000 took 5 seconds.
MAX_STEPS = 4_000_000


@dataclass(frozen=True, slots=True)
class Edit:
    """Pieces `start` to `end` of the base, replaced by others."""

    start: int
    end: int
    pieces: tuple[str, ...]


def merge_texts(base: str, yours: str, theirs: str) -> str | None:
    """Both people's edits in one text, or None where they touch each other.

    Edits of neighbouring pieces touch. The same edit made by both is one edit. What leaves only blank space of two
    texts that had words is no merge either.
    """
    pieces = split(base)
    one, other = edits(pieces, split(yours)), edits(pieces, split(theirs))
    if one is None or other is None:
        return None
    merged: list[str] = []
    at = 0
    for mine, others in together(one, other):
        if mine and others and mine != others:
            return None
        for edit in mine or others:
            merged += [*pieces[at : edit.start], *edit.pieces]
            at = edit.end
    text = "".join([*merged, *pieces[at:]]).removesuffix("\n")
    return text if text.strip() or not (yours.strip() and theirs.strip()) else None


def split(text: str) -> list[str]:
    """The text's sentences, and a newline at its end: the last line is then like any other when one follows it."""
    return [piece for line in f"{text}\n".splitlines(keepends=True) for piece in SENTENCE.findall(line)]


def edits(base: Sequence[str], side: Sequence[str]) -> list[Edit] | None:
    """What was done to the base, from its beginning to its end; between any two edits something is unchanged.

    None where the two are so long and so full of equal pieces that comparing them would take too long.
    """
    shorter = min(len(base), len(side))
    head = next((i for i in range(shorter) if base[i] != side[i]), shorter)
    tail = next((i for i in range(shorter - head) if base[-1 - i] != side[-1 - i]), shorter - head)
    before, after = base[head : len(base) - tail], side[head : len(side) - tail]
    there = Counter(before)
    pairs = sum(there[piece] * n for piece, n in Counter(after).items())
    if pairs > MAX_PAIRS or pairs * len(before) > MAX_STEPS:
        return None
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [Edit(head + start, head + end, tuple(after[a:b])) for step, start, end, a, b in steps if step != "equal"]


def together(yours: Sequence[Edit], theirs: Sequence[Edit]) -> Iterator[tuple[list[Edit], list[Edit]]]:
    """(your edits, their edits) that touch each other, one group after the other."""
    tagged = sorted(
        [(edit.start, edit.end, 0, edit) for edit in yours] + [(edit.start, edit.end, 1, edit) for edit in theirs],
        key=lambda each: each[:3],
    )
    group: tuple[list[Edit], list[Edit]] = ([], [])
    reach = -1
    for start, end, side, edit in tagged:
        if start > reach and (group[0] or group[1]):
            yield group
            group = ([], [])
        group[side].append(edit)
        reach = max(reach, end)
    if group[0] or group[1]:
        yield group
