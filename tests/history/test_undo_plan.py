"""What taking back means for one thing, as a pure function: by property and by table."""

from collections import namedtuple
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.undoing import Did, Now, Rules, all_in_all, plan

Row = namedtuple("Row", "kind entity_id before after revision")
FIELDS, SETS = ("title", "rank", "due_on"), ("label_ids",)
RULES = Rules(frozenset(FIELDS), frozenset(SETS))
REALLY_GONE = Rules(frozenset(FIELDS), frozenset(SETS), gone_when_deleted=True)

values = st.sampled_from([None, "a", "b", "c"])
sets = st.sets(st.sampled_from("xyz")).map(sorted)
pictures = st.fixed_dictionaries({**dict.fromkeys(FIELDS, values), **dict.fromkeys(SETS, sets)})
# A thing's life in one change set: what it was at each step; None while it is not there.
lives = st.lists(st.none() | pictures, min_size=2, max_size=6)


def told(one: Any, life: list[dict[str, Any] | None]) -> list[Row]:
    """The events of a life, as `record` and `record_change` write them."""
    rows = []
    for revision, (before, after) in enumerate(pairwise(life), 1):
        if before is None and after is not None:
            rows.append(Row("task.created", one, None, {**after, "version": revision}, revision))
        elif after is None and before is not None:
            rows.append(Row("task.deleted", one, {**before, "version": revision}, None, revision))
        elif before and after:
            changed = [name for name in after if before[name] != after[name]]
            if changed:
                rows.append(
                    Row("task.changed", one, {n: before[n] for n in changed}, {n: after[n] for n in changed}, revision)
                )
    return rows


def did(life: list[dict[str, Any] | None]) -> Did | None:
    one = uuid4()
    return all_in_all(told(one, life)).get(one)


def after(now: Now, step: Any) -> dict[str, Any] | None:
    """The thing once the step is done; None: not there."""
    if step.what == "deleted" or (now.deleted and step.what != "restored"):
        return None
    sets = {n: sorted((set(now.data[n]) | step.add.get(n, set())) - step.take.get(n, set())) for n in SETS}
    return {**now.data, **sets, **step.fields}


@given(lives)
def test_undone_at_once_everything_is_as_it_was_before_whatever_the_change_set_did(life: list[Any]) -> None:
    done = did(life)
    if done is None:
        return
    last: dict[str, Any] = next((picture for picture in reversed(life) if picture is not None), {})
    now = Now(last, deleted=life[-1] is None)
    step = plan(done, now, RULES)
    assert not step.clashes
    assert after(now, step) == life[0]


@given(lives, pictures)
def test_what_others_changed_since_stays_and_is_told_and_the_rest_goes_back(life: list[Any], now: Any) -> None:
    done = did(life)
    if done is None or life[0] is None or life[-1] is None:
        return
    step = plan(done, Now(now), RULES)
    result = after(Now(now), step)
    assert result is not None
    told = {clash.field for clash in step.clashes}
    for name in FIELDS:
        if life[0][name] == life[-1][name]:
            assert result[name] == now[name] and name not in told, "what was not changed is left alone"
        elif now[name] in (life[-1][name], life[0][name]):
            assert result[name] == life[0][name] and name not in told
        else:
            assert result[name] == now[name] and name in told
    for name in SETS:
        added, taken = set(life[-1][name]) - set(life[0][name]), set(life[0][name]) - set(life[-1][name])
        assert set(result[name]) == (set(now[name]) - added) | taken and name not in told


@given(lives, pictures)
def test_taken_back_twice_is_taken_back_once(life: list[Any], now: Any) -> None:
    done = did(life)
    if done is None or life[0] is None or life[-1] is None:
        return
    once = after(Now(now), plan(done, Now(now), RULES))
    assert once is not None
    again = plan(done, Now(once), RULES)
    assert again.what is None and not again.touched()


@given(pictures, pictures)
def test_what_was_made_goes_only_if_it_is_still_what_was_made(made: Any, now: Any) -> None:
    done = did([None, made])
    assert done
    step = plan(done, Now(now), RULES)
    assert (step.what == "deleted") == (made == now) == (not step.clashes)


PICTURE = {"title": "a", "rank": "b", "due_on": None, "label_ids": ["x"]}


@pytest.mark.parametrize(
    ("life", "now", "rules", "what", "fields", "clashes", "left"),
    [
        ([None, PICTURE], None, RULES, None, {}, 0, 0),
        ([None, PICTURE], Now(PICTURE, deleted=True), RULES, None, {}, 0, 0),
        ([None, PICTURE], Now(PICTURE, hidden=True), RULES, None, {}, 0, 0),
        ([PICTURE, None], Now(PICTURE, deleted=True), RULES, "restored", {}, 0, 0),
        ([PICTURE, None], Now(PICTURE), RULES, None, {}, 0, 0),
        ([PICTURE, None], None, RULES, None, {}, 0, 1),
        ([PICTURE, None], None, REALLY_GONE, "restored", {**PICTURE, "version": 1}, 0, 0),
        ([PICTURE, {**PICTURE, "title": "c"}], None, RULES, None, {}, 0, 1),
        ([PICTURE, {**PICTURE, "title": "c"}], Now({**PICTURE, "title": "c"}, deleted=True), RULES, None, {}, 1, 0),
        ([PICTURE, {**PICTURE, "title": "c"}], Now({**PICTURE, "title": "c"}), RULES, "changed", {"title": "a"}, 0, 0),
        ([None, PICTURE, None], None, RULES, None, {}, 0, 0),
    ],
)
def test_the_corners(
    life: list[Any], now: Now | None, rules: Rules, what: Any, fields: Any, clashes: int, left: int
) -> None:
    done = did(life)
    assert done
    step = plan(done, now, rules)
    assert (step.what, step.fields, len(step.clashes), len(step.left)) == (what, fields, clashes, left)


def test_what_was_ended_for_good_is_left() -> None:
    one = uuid4()
    done = all_in_all([Row("task.purged", one, None, None, 1)])[one]
    assert done.purged and plan(done, None, RULES).left
