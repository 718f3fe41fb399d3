"""Three-way merge of texts: by table what merges and what does not, by property what always holds."""

from collections import Counter
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.threeway import merge_texts, split

SENTENCES = ["One.", "Two!", "Three?", "Four", "", "- item", "* * *", "五。六。", "e.g. seven.", "    code()"]
ENDS = [" ", "  ", "\n", "\n\n", "\r\n", ""]
pieces = st.lists(st.tuples(st.sampled_from(SENTENCES), st.sampled_from(ENDS)).map("".join), max_size=12)
texts = pieces.map("".join) | st.text(max_size=40)


@st.composite
def three(draw: st.DrawFn) -> tuple[str, str, str]:
    """A base and what two people made of it."""
    base = draw(pieces)

    def edited() -> str:
        side = list(base)
        for _ in range(draw(st.integers(0, 3))):
            at = draw(st.integers(0, len(side)))
            side[at : at + draw(st.integers(0, 2))] = draw(
                st.lists(st.sampled_from(["New. ", "Other.\n", "X"]), max_size=2)
            )
        return "".join(side)

    return "".join(base), edited(), edited()


LIST = "- apples\n- bread\n- cheese\n- dates"
PARAGRAPHS = "First of all. Then more.\n\nA second one.\n\nThe end."


@pytest.mark.parametrize(
    ("base", "yours", "theirs", "merged"),
    [
        (LIST, "- APPLES\n- bread\n- cheese\n- dates", LIST + "\n- e", "- APPLES\n- bread\n- cheese\n- dates\n- e"),
        (LIST, "- new\n" + LIST, "- apples\n- bread\n- cheese", "- new\n- apples\n- bread\n- cheese"),
        (LIST, LIST + "\n- mine", LIST + "\n- theirs", None),
        (LIST, LIST + "\n- same", LIST + "\n- same", LIST + "\n- same"),
        (LIST, LIST.replace("apples", "APPLES"), LIST.replace("bread", "BREAD"), None),
        (LIST, LIST.replace("apples", "APPLES"), LIST.replace("cheese", "CHEESE"),
         "- APPLES\n- bread\n- CHEESE\n- dates"),
        (PARAGRAPHS, PARAGRAPHS.replace("First", "1st"), PARAGRAPHS.replace("second", "2nd"),
         "1st of all. Then more.\n\nA 2nd one.\n\nThe end."),
        ("One. Two. Three.", "Eins. Two. Three.", "One. Two. Drei.", "Eins. Two. Drei."),
        ("一。二。三。", "壹。二。三。", "一。二。叁。", "壹。二。叁。"),
        ("Word one and two", "Word ONE and two", "Word one and TWO", None),
        ("", "mine", "theirs", None),
        ("", "agreed", "agreed", "agreed"),
        ("a\n\nb", "\nb", "a\n", None),
        ("a\nb", "", "", ""),
    ],
)  # fmt: skip
def test_what_merges(base: str, yours: str, theirs: str, merged: str | None) -> None:
    assert merge_texts(base, yours, theirs) == merged


@given(texts)
def test_splitting_loses_nothing(text: str) -> None:
    assert "".join(split(text)) == f"{text}\n"


@given(texts, texts)
def test_who_edits_alone_gets_what_they_wrote(base: str, side: str) -> None:
    assert merge_texts(base, side, base) == side
    assert merge_texts(base, base, side) == side
    assert merge_texts(base, side, side) == side


@settings(max_examples=500)
@given(three())
def test_a_merge_is_the_same_whoever_comes_second(case: tuple[str, str, str]) -> None:
    base, yours, theirs = case
    assert merge_texts(base, yours, theirs) == merge_texts(base, theirs, yours)


@settings(max_examples=500)
@given(three())
def test_a_merge_holds_what_both_added_and_lacks_what_either_removed(case: tuple[str, str, str]) -> None:
    base, yours, theirs = case
    merged = merge_texts(base, yours, theirs)
    if merged is None:
        return
    was, mine, others, now = (Counter(split(text)) for text in (base, yours, theirs, merged))
    for piece in was | mine | others | now:
        changes = mine[piece] - was[piece], others[piece] - was[piece]
        # The same edit made by both counts once, so the sum of both is the most there can be.
        assert was[piece] + min(*changes, sum(changes)) <= now[piece] <= was[piece] + max(*changes, sum(changes)), piece
        if min(changes) >= 0:
            assert now[piece] >= was[piece] + max(changes)


def test_a_text_made_to_be_slow_is_given_up_soon() -> None:
    one, other = ("\n".join("ab"[i * step % 7 % 2] for i in range(40_000)) for step in (1, 3))
    start = perf_counter()
    assert merge_texts(one, other, one + "\nc") is None
    assert perf_counter() - start < 5
