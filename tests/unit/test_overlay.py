"""Approved changes over the files' rules: the same in every process, by day, together where they must be."""

from datetime import date, timedelta

import pytest

from domain.errors import InvalidInputError
from domain.policy import Policy
from policy.changing import changed, located, standing
from policy.crosschecks import crosscheck
from policy.overlay import Overlay, overlaid
from tests.unit.builders import POLICY

DAY = date(2026, 11, 20)


def change(number: int, key: str, value: object, *, file: str = "money", day: date = DAY) -> Overlay:
    return Overlay(id=number, file=file, key=key, value=value, effective_from=day)


SCRATCH = change(1, "compensations.scratch.maximum_eur", "60")
EXPIRY = change(2, "expires_after", "6h", file="approvals")
CLOCK = change(3, "kinds.approval.limit", "6h", file="clocks", day=DAY + timedelta(days=3))


def test_the_rules_written_as_json_are_the_same_rules_again() -> None:
    assert Policy.model_validate(POLICY.model_dump(mode="json", by_alias=True)) == POLICY


def test_without_changes_the_files_stand_as_they_are() -> None:
    assert overlaid(POLICY, []).policy is POLICY


def test_a_change_stands_over_the_file_under_a_version_of_its_own() -> None:
    made = overlaid(POLICY, [SCRATCH])
    assert made.policy.money.compensations["scratch"].maximum_eur == 60
    assert made.policy.version != POLICY.version
    assert made.policy.version.partition("-")[0] == POLICY.head.version
    assert made.refused == ()


def test_the_same_changes_make_the_same_version_in_whatever_order_they_come() -> None:
    later = change(4, "compensations.scratch.maximum_eur", "70", day=DAY + timedelta(days=1))
    one, other = overlaid(POLICY, [SCRATCH, later]), overlaid(POLICY, [later, SCRATCH])
    assert one == other
    assert one.policy.money.compensations["scratch"].maximum_eur == 70


def test_what_has_to_change_together_comes_into_force_when_the_last_of_it_does() -> None:
    alone = overlaid(POLICY, [EXPIRY, SCRATCH])
    assert [refused.id for refused in alone.refused] == [EXPIRY.id]
    assert "kinds.approval.limit" in alone.refused[0].problem
    assert alone.policy.approvals == POLICY.approvals
    assert [applied.id for applied in alone.applied] == [SCRATCH.id]
    both = overlaid(POLICY, [EXPIRY, SCRATCH, CLOCK])
    assert both.refused == ()
    assert both.policy.approvals.expires_after == timedelta(hours=6)
    crosscheck(both.policy)


@pytest.mark.parametrize(
    "broken",
    [
        change(9, "compensations.unheard_of.maximum_eur", "60"),
        change(9, "compensations.scratch.maximum_eur", "much"),
        change(9, "anything", 1, file="secrets"),
        change(9, "roles", {}, file="roles"),
    ],
)
def test_a_change_that_the_files_outgrew_is_left_out_and_named_and_the_others_stand(broken: Overlay) -> None:
    made = overlaid(POLICY, [broken, SCRATCH])
    assert [refused.id for refused in made.refused] == [9]
    assert made.refused[0].problem
    assert made.policy == overlaid(POLICY, [SCRATCH]).policy


def test_a_change_that_the_file_says_already_changes_nothing() -> None:
    assert overlaid(POLICY, [change(1, "compensations.scratch.maximum_eur", "50")]).policy is POLICY


@pytest.mark.parametrize(
    "value", ["1e999999999", '"1e999999999"', "9" * 400, '"\\ud800"', "[1e99]", "0." + "1" * 40, "NaN"]
)
@pytest.mark.parametrize(("file", "key"), [("clocks", "storm_threshold"), ("money", "payment_fee_rate")])
def test_a_number_that_nobody_can_reckon_with_is_refused_before_it_is_reckoned_with(
    file: str, key: str, value: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        changed(POLICY, file, key, value)
    assert refused.value.allowed


@pytest.mark.parametrize("value", ["99999999999999d", "999999999d"])
def test_a_duration_that_reaches_beyond_all_instants_is_refused(value: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        changed(POLICY, "clocks", "kinds.accept.limit", value)
    assert refused.value.allowed == ("3650d",)


def test_a_name_with_a_dot_leads_to_its_own_value() -> None:
    mini = POLICY.agents.prices["gpt-4.1-mini"]
    made = overlaid(POLICY, [change(1, "prices.gpt-4.1.output", "9", file="agents")]).policy
    assert made.agents.prices["gpt-4.1"].output == 9
    assert made.agents.prices["gpt-4.1-mini"] == mini
    assert standing(made, "agents", "prices.gpt-4.1.output") == "9"
    assert located(made, "agents", "prices.gpt-4.1.output") == ("prices", "gpt-4.1", "output")


def test_a_key_that_leads_nowhere_names_what_there_is_where_it_leaves_the_path() -> None:
    for key, allowed in (("prices.gpt-4.1.inputs", "prices.gpt-4.1.input"), ("prices.gpt-9", "prices.gpt-5")):
        with pytest.raises(InvalidInputError) as refused:
            located(POLICY, "agents", key)
        assert allowed in refused.value.allowed
