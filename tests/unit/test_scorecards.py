"""The own scorecard's rules: what is praised, what is advised, and what is left unsaid for want of cases."""

from datetime import timedelta

from domain.measures import Spread, Tally
from domain.policy import ClockKind
from domain.scorecards import Numbers, Praise, Scorecard, Tip, praise, tip

WEEK = timedelta(days=7)
NOTHING = Numbers()


def card(present: Numbers, former: Numbers = NOTHING) -> Scorecard:
    return Scorecard(length=WEEK, open_now=0, present=present, former=former)


def limits(**kinds: tuple[int, int]) -> dict[str, Tally]:
    """Broken and decided by kind of clock."""
    return {ClockKind(kind): Tally(*counts) for kind, counts in kinds.items()}


def test_where_nothing_happened_nothing_is_said() -> None:
    assert (praise(card(NOTHING)), tip(card(NOTHING))) == (None, None)


def test_keeping_every_limit_is_praised_from_three_on() -> None:
    assert praise(card(Numbers(limits=limits(accept=(0, 2))))) is None
    assert praise(card(Numbers(limits=limits(accept=(0, 2), stage=(0, 1))))) is Praise.ALL_KEPT


def test_doing_better_than_before_is_praised_though_not_all_is_well() -> None:
    before, now = Numbers(limits=limits(stage=(3, 4))), Numbers(limits=limits(stage=(1, 4)))
    assert praise(card(now, before)) is Praise.FEWER_BROKEN
    assert praise(card(before, now)) is Praise.SOME_KEPT


def test_what_went_well_is_found_also_where_limits_broke() -> None:
    broken = limits(accept=(0, 4), stage=(2, 3))
    assert praise(card(Numbers(limits=broken))) is Praise.ACCEPTED_IN_TIME
    broken = limits(stage=(2, 3))
    assert praise(card(Numbers(limits=broken, documented=Tally(3, 3)))) is Praise.ALL_DOCUMENTED
    faster = Numbers(limits=broken, stay=Spread(5, 3600.0))
    assert praise(card(faster, Numbers(stay=Spread(4, 7200.0)))) is Praise.FASTER
    assert praise(card(Numbers(limits=broken, closed=2), Numbers(closed=1))) is Praise.MORE_CLOSED
    assert praise(card(Numbers(limits=broken, closed=1), Numbers(closed=3))) is Praise.CLOSED


def test_the_tip_is_about_what_broke_most_often() -> None:
    assert tip(card(Numbers(limits=limits(accept=(2, 5), stage=(1, 5))))) is Tip.ACCEPT
    assert tip(card(Numbers(limits=limits(first_contact=(1, 5))))) is Tip.CONTACT
    assert tip(card(Numbers(limits=limits(client_reply=(1, 5))))) is Tip.CLIENT
    assert tip(card(Numbers(limits=limits(task=(1, 5))))) is Tip.TASKS
    assert tip(card(Numbers(limits=limits(payment=(1, 5))))) is Tip.FOLLOW_THROUGH


def test_the_tip_turns_to_documents_then_to_pace_and_then_leaves_well_alone() -> None:
    assert tip(card(Numbers(documented=Tally(1, 2)))) is Tip.DOCUMENT
    slower, before = Numbers(stay=Spread(3, 7200.0)), Numbers(stay=Spread(3, 3600.0))
    assert tip(card(slower, before)) is Tip.SLOWER
    assert tip(card(Numbers(taken=1, stay=Spread(2, 7200.0)), before)) is Tip.KEEP_ON


def test_kept_and_broken_limits_are_told_apart() -> None:
    numbers = Numbers(limits=limits(accept=(1, 4), stage=(2, 3), task=(0, 1)))
    assert numbers.accepted == Tally(3, 4)
    assert numbers.kept == Tally(5, 8)
    assert list(numbers.broken.items()) == [("stage", 2), ("accept", 1)]
