"""The filter language: what can be written, what it prints as, and where a mistake is pointed at."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.search.parse import MOST, NotAFilter, day_of, parse, printed
from headway.search.tree import (
    COMPARED,
    DAYS,
    EMPTIED,
    KINDS,
    PRIORITIES,
    AllOf,
    AnyOf,
    Field,
    Filter,
    Not,
    Term,
    Words,
)

TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=60)
SIGNS = st.text('ab "():<>=,-OR\t1', max_size=40)
NAMES = (
    st.text("abcä ()-,:é登", min_size=1, max_size=8).map(str.strip).filter(lambda name: name and name.lower() != "me")
)
DAY = st.one_of(
    st.sampled_from(["today", "tomorrow", "yesterday", "7d", "-2w", "+3m", "1y"]),
    st.dates(date(1900, 1, 1)).map(date.isoformat),
)
ESTIMATES = ("0", "3", "0.5", "999999.99")


def values(field: Field) -> st.SearchStrategy[str]:
    if field in DAYS:
        return DAY
    if field is Field.project:
        return NAMES.map(str.upper)
    return (
        st.sampled_from({Field.priority: PRIORITIES, Field.is_: KINDS, Field.estimate: ESTIMATES}[field])
        if field in (Field.priority, Field.is_, Field.estimate)
        else NAMES
    )


@st.composite
def terms(draw: st.DrawFn) -> Term:
    field = draw(st.sampled_from(Field))
    compared = draw(st.sampled_from([":", "<", "<=", ">", ">="])) if field in COMPARED else ":"
    value = values(field) | st.just("none") if field in EMPTIED and compared == ":" else values(field)
    found = draw(st.lists(value, min_size=1, max_size=3 if compared == ":" else 1))
    return Term(field, compared, tuple(found))


WORDS = NAMES.map(Words)
TREES: st.SearchStrategy[Filter] = st.recursive(
    WORDS | terms(),
    lambda inside: st.one_of(
        inside.filter(lambda one: not isinstance(one, Not)).map(Not),
        st.lists(inside, min_size=2, max_size=3).map(lambda parts: AllOf(tuple(parts))),
        st.lists(inside, min_size=2, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
    ),
    max_leaves=8,
)


@given(TREES)
def test_what_a_tree_prints_is_read_as_the_same_tree(tree: Filter) -> None:
    assert parse(printed(tree)) == tree


@given(TEXT | SIGNS)
def test_any_text_is_a_filter_that_prints_itself_or_a_mistake_in_a_place(text: str) -> None:
    try:
        tree = parse(text)
    except NotAFilter as refused:
        assert 0 <= refused.extra["at"] <= refused.extra["end"] <= len(text)
        assert refused.detail.endswith(f"(At character {refused.extra['at'] + 1}.)")
    else:
        assert parse(printed(tree)) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", AllOf(())),
        ("  fix   login ", AllOf((Words("fix"), Words("login")))),
        ('"fix login"', Words("fix login")),
        ("assignee:me", Term(Field.assignee, ":", ("me",))),
        ("ASSIGNEE:Me", Term(Field.assignee, ":", ("me",))),
        ("due<7d", Term(Field.due, "<", ("7d",))),
        ("due=TODAY", Term(Field.due, ":", ("today",))),
        ("estimate<=0.50", Term(Field.estimate, "<=", ("0.5",))),
        ("priority>=2", Term(Field.priority, ">=", ("medium",))),
        ('label:bug,"needs review"', Term(Field.label, ":", ("bug", "needs review"))),
        ("-state:done", Not(Term(Field.state, ":", ("done",)))),
        ("a b OR c", AnyOf((AllOf((Words("a"), Words("b"))), Words("c")))),
        ("a (b OR c)", AllOf((Words("a"), AnyOf((Words("b"), Words("c")))))),
        ("either or", AllOf((Words("either"), Words("or")))),
        ("-(a OR b)", Not(AnyOf((Words("a"), Words("b"))))),
        ("http://x.org/a?b=c", Words("http://x.org/a?b=c")),
        ("12:30", Words("12:30")),
        ("note: x", AllOf((Words("note:"), Words("x")))),
        ("-- - :)", AllOf((Words("--"), Words("-"), Words(":)")))),
        ("x<3", Words("x<3")),
    ],
)
def test_what_is_written_is_what_is_meant(text: str, tree: Filter) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "place", "sentence"),
    [
        ("asignee:me", "asignee", "There is no field asignee. Did you mean assignee?"),
        ("a zzz:1", "zzz", "There is no field zzz. There are: assignee, by"),
        ("bug due<soon", "soon", "due cannot be 'soon'. Write a day such as 2026-12-24"),
        ("due<none", "none", "due cannot be 'none'"),
        ("due:2026-02-30", "2026-02-30", "due cannot be '2026-02-30'"),
        ("label<bug", "label<", "label cannot be compared. Write label: and a value."),
        ("due<none", "none", "7d, -2w. (At"),
        ("due:soon", "soon", "7d, -2w or none. (At"),
        ("label:bug,", "", "label needs a value"),
        ("due:", "", "due needs a value"),
        ("estimate:many", "many", "Write a number such as 3 or 0.5 or none."),
        ("estimate>-1", "-1", "Write a number such as 3 or 0.5."),
        ("priority:huge", "huge", "Write none, low, medium, high, urgent."),
        ("is:red", "red", "Write open, closed, overdue, subtask, blocked."),
        ('x "never', '"', "This quote is never closed."),
        ('x ""', '""', "There is nothing between these quotes."),
        ("x (y", "(", "This bracket is never closed."),
        ("x ()", "()", "There is nothing in these brackets."),
        ("x OR", "OR", "OR stands between two conditions."),
        ("OR x", "OR", "OR stands between two conditions."),
        ("(" * 21 + "x", "(", "Brackets go 20 deep at most."),
        ("x " * (MOST + 1), "x ", f"A filter has {MOST} conditions at most."),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_to_write(text: str, place: str, sentence: str) -> None:
    with pytest.raises(NotAFilter) as refused:
        parse(text)
    assert sentence in refused.value.detail
    assert text[refused.value.extra["at"] : refused.value.extra["end"]] == place


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("today", date(2026, 11, 24)),
        ("yesterday", date(2026, 11, 23)),
        ("7d", date(2026, 12, 1)),
        ("+1w", date(2026, 12, 1)),
        ("-2m", date(2026, 9, 25)),
        ("2024-02-29", date(2024, 2, 29)),
        ("9999y", date.max),
        ("-9999y", date.min),
    ],
)
def test_days_are_seen_from_today(value: str, day: date) -> None:
    assert day_of(value, date(2026, 11, 24)) == day
