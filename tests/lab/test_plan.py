"""What a run does, in which order, and that nothing a claim stands on is left out."""

import pytest

from headway.console import CannotStart
from headway.lab.claims.table import CLAIMS
from headway.lab.plan import FULL, QUICK, STACKS, Plan, Wanted, plan


def measured(what: Plan) -> set[tuple[str, str, int]]:
    return {(visit.stack, step.scenario, step.users) for visit in what.visits for step in visit.steps}


@pytest.mark.parametrize("name", CLAIMS)
def test_the_whole_run_measures_what_each_claim_needs_more_than_once(name: str) -> None:
    whole = plan(FULL, Wanted())
    for need in CLAIMS[name].needs:
        for stack in need.stacks:
            for users in need.users or (None,):
                repeats = {
                    visit.repeat
                    for visit in whole.visits
                    for step in visit.steps
                    if (visit.stack, step.scenario) == (stack, need.scenario) and users in (None, step.users)
                }
                assert len(repeats) >= 2, (stack, need.scenario, users)


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_by_itself_measures_what_it_needs_and_little_else(name: str) -> None:
    alone = plan(FULL, Wanted(claims=(name,)))
    wanted = {need.scenario for need in CLAIMS[name].needs}
    assert {scenario for _, scenario, _ in measured(alone)} - {"rest"} == wanted
    assert alone.steps < plan(FULL, Wanted()).steps / 2


def test_every_second_repeat_goes_the_other_way() -> None:
    order = {
        repeat: [visit.stack for visit in plan(FULL, Wanted()).visits if visit.repeat == repeat and visit.has_server]
        for repeat in (1, 2)
    }
    assert order[1] == order[2][::-1]
    assert set(order[1]) == set(STACKS)


def test_other_numbers_of_users_take_the_place_of_the_guides() -> None:
    other = plan(FULL, Wanted(users=(7, 70), stacks=("floor",)))
    assert {users for _, scenario, users in measured(other) if scenario in ("one-call", "mix", "link")} == {7, 70}
    assert {stack for stack, _, _ in measured(other)} == {"floor"}


def test_the_quick_run_is_the_guides_first_table() -> None:
    quick = measured(plan(QUICK, Wanted()))
    assert {scenario for _, scenario, _ in quick} == {"rest", "one-call", "memory", "threads"}
    assert ("blocking", "one-call", 100) in quick


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(users=(7, 70)), Wanted(stacks=("headway", "headway-shared"))])
def test_coalesced_reads_are_measured_at_the_guides_call_alone_and_as_headway_is(wanted: Wanted) -> None:
    found = measured(plan(FULL, wanted))
    asked = {(scenario, users) for stack, scenario, users in found if stack == "headway-shared"}
    of_headway = {(scenario, users) for stack, scenario, users in found if stack == "headway"}
    assert asked == {(scenario, users) for scenario, users in of_headway if scenario in ("rest", "one-call")}
    assert len(asked) > 2


def test_coalesced_reads_are_in_no_quick_run_but_one_that_asks_for_them() -> None:
    assert "headway-shared" not in plan(QUICK, Wanted()).stacks
    assert plan(QUICK, Wanted(stacks=("headway-shared",))).stacks == ("headway-shared",)


@pytest.mark.parametrize("name", CLAIMS)
def test_no_claim_needs_coalesced_reads(name: str) -> None:
    assert "headway-shared" not in plan(FULL, Wanted(claims=(name,))).stacks


def test_nothing_to_measure_is_said() -> None:
    with pytest.raises(CannotStart, match="Nothing is left"):
        plan(FULL, Wanted(claims=("batch",), stacks=("floor",)))
