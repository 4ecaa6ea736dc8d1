"""The 28-point check: the list itself, what may be answered, how far a check has come."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.checklist import Answer, PointAnswer, allowed_flags, progress, validate_answer
from domain.errors import InvalidInputError
from domain.orders import Verdict
from domain.policy import Section
from tests.unit.builders import FULL_CHECK, ORDER, POLICY

OK, PROBLEM, NA = PointAnswer.OK, PointAnswer.PROBLEM, PointAnswer.NA
HARDTAIL = replace(ORDER, is_hardtail=True)
EBIKE = replace(ORDER, is_ebike=True)


def said(point: int, answer: PointAnswer = OK, comment: str = "") -> Answer:
    """An answer without photos."""
    return Answer(point=point, answer=answer, comment=comment)


def test_the_list_is_the_domains_twenty_eight_points() -> None:
    points = POLICY.checklist.points
    assert [point.number for point in points] == list(range(1, 29))
    assert [point.number for point in points if point.critical] == [5, 6, 7, 24, 28]
    assert [point.number for point in points if point.artefact] == [5, 6, 7, 8, 9, 10, 28]
    ends = {section: [p.number for p in points if p.section is section] for section in Section}
    assert {section: (numbers[0], numbers[-1]) for section, numbers in ends.items()} == {
        Section.IDENTIFICATION: (1, 5),
        Section.CONDITION: (6, 12),
        Section.MECHANICS: (13, 20),
        Section.HISTORY: (21, 25),
        Section.RESULT: (26, 28),
    }


@pytest.mark.parametrize("number", FULL_CHECK)
def test_a_plain_ok_is_accepted_at_every_point(number: int) -> None:
    assert validate_answer(number, FULL_CHECK[number], ORDER, POLICY) is FULL_CHECK[number]


@pytest.mark.parametrize("number", [0, 29, -1])
def test_an_unknown_point_is_refused_with_the_known_ones(number: int) -> None:
    with pytest.raises(InvalidInputError) as refused:
        validate_answer(number, said(number), ORDER, POLICY)
    assert refused.value.params["field"] == "point"
    assert refused.value.allowed[-1] == "28"


def test_an_answer_to_another_point_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="point"):
        validate_answer(3, said(4), ORDER, POLICY)


@pytest.mark.parametrize("comment", ["", "   "])
def test_a_problem_needs_a_comment(comment: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        validate_answer(11, said(11, PROBLEM, comment), ORDER, POLICY)
    assert refused.value.params["field"] == "comment"
    assert validate_answer(11, said(11, PROBLEM, "восьмёрка"), ORDER, POLICY)


def test_not_applicable_is_refused_where_the_point_applies() -> None:
    with pytest.raises(InvalidInputError) as refused:
        validate_answer(6, said(6, NA), ORDER, POLICY)
    assert refused.value.allowed == ("ok", "problem")


def test_the_shock_is_not_applicable_on_a_hardtail_only() -> None:
    assert validate_answer(8, said(8, NA), HARDTAIL, POLICY)
    with pytest.raises(InvalidInputError):
        validate_answer(8, said(8, NA), ORDER, POLICY)


def test_a_critical_point_is_never_not_applicable() -> None:
    for point in POLICY.checklist.points:
        if point.critical:
            with pytest.raises(InvalidInputError):
                validate_answer(point.number, said(point.number, NA), HARDTAIL, POLICY)


@pytest.mark.parametrize(
    ("answer", "verdict", "fits"),
    [
        (OK, Verdict.GREEN, True),
        (OK, Verdict.YELLOW, True),
        (PROBLEM, Verdict.RED, True),
        (OK, Verdict.RED, False),
        (PROBLEM, Verdict.GREEN, False),
        (PROBLEM, Verdict.YELLOW, False),
        (OK, None, False),
    ],
)
def test_the_last_point_carries_a_verdict_that_agrees_with_its_answer(
    answer: PointAnswer, verdict: Verdict | None, fits: bool
) -> None:
    final = Answer(point=28, answer=answer, comment="итог", verdict=verdict)
    if fits:
        assert validate_answer(28, final, ORDER, POLICY) is final
        return
    with pytest.raises(InvalidInputError) as refused:
        validate_answer(28, final, ORDER, POLICY)
    assert refused.value.allowed


def test_a_verdict_anywhere_else_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="verdict"):
        validate_answer(5, replace(said(5), verdict=Verdict.GREEN), ORDER, POLICY)


def test_a_flag_is_taken_at_its_point_and_refused_elsewhere() -> None:
    stolen = replace(said(5, PROBLEM, "в розыске"), flags=("serial_stolen",))
    assert validate_answer(5, stolen, ORDER, POLICY) is stolen
    with pytest.raises(InvalidInputError) as refused:
        validate_answer(6, replace(stolen, point=6), ORDER, POLICY)
    assert refused.value.allowed == ("cracked_frame",)


def test_a_flag_contradicts_an_ok() -> None:
    with pytest.raises(InvalidInputError) as refused:
        validate_answer(6, replace(said(6), flags=("cracked_frame",)), ORDER, POLICY)
    assert refused.value.allowed == ("problem",)


def test_only_an_ebike_has_a_dead_battery() -> None:
    assert "dead_battery" in allowed_flags(9, EBIKE, POLICY.checklist)
    assert "dead_battery" not in allowed_flags(9, ORDER, POLICY.checklist)


def test_an_empty_check_lacks_everything() -> None:
    empty = progress({}, ORDER, POLICY)
    assert (empty.answered, empty.total, empty.verdict, empty.complete) == (0, 28, None, False)
    assert empty.missing_points == tuple(range(1, 29))
    assert empty.missing_photos == (5, 6, 7, 8, 9, 10, 28)


def test_the_photo_of_the_shock_is_not_awaited_on_a_hardtail() -> None:
    assert progress({}, HARDTAIL, POLICY).missing_photos == (5, 6, 7, 9, 10, 28)


def test_a_full_check_is_complete() -> None:
    full = progress(FULL_CHECK, ORDER, POLICY)
    assert (full.answered, full.complete, full.verdict) == (28, True, Verdict.GREEN)
    assert (full.problems, full.critical_failed) == ((), ())


def test_problems_and_failed_critical_points_are_named() -> None:
    answers = {**FULL_CHECK, 12: said(12, PROBLEM, "x"), 24: said(24, PROBLEM, "x")}
    found = progress(answers, ORDER, POLICY)
    assert (found.problems, found.critical_failed) == ((12, 24), (24,))


@pytest.mark.parametrize(
    ("point", "flag"), [(5, "serial_stolen"), (6, "cracked_frame"), (7, "cracked_fork"), (9, "dead_battery")]
)
def test_a_grave_finding_forces_the_verdict_red_whatever_the_last_point_says(point: int, flag: str) -> None:
    found = replace(FULL_CHECK[point], answer=PROBLEM, comment="x", flags=(flag,))
    assert progress({**FULL_CHECK, point: found}, EBIKE, POLICY).verdict is Verdict.RED


def test_not_applicable_counts_no_more_once_the_bike_turns_out_to_have_a_shock() -> None:
    answers = {**FULL_CHECK, 8: said(8, NA)}
    assert progress(answers, HARDTAIL, POLICY).complete
    assert progress(answers, ORDER, POLICY).missing_points == (8,)
    assert progress(answers, ORDER, POLICY).missing_photos == (8,)


def test_the_orders_own_verdict_stands_until_the_last_point_is_answered() -> None:
    imported = replace(ORDER, verdict=Verdict.YELLOW)
    assert progress({}, imported, POLICY).verdict is Verdict.YELLOW
    assert progress(FULL_CHECK, imported, POLICY).verdict is Verdict.GREEN


@given(st.sets(st.integers(1, 28)))
def test_answered_and_missing_points_always_make_twenty_eight(numbers: set[int]) -> None:
    found = progress({number: FULL_CHECK[number] for number in numbers}, ORDER, POLICY)
    assert found.answered == len(numbers)
    assert set(found.missing_points) == set(range(1, 29)) - numbers
