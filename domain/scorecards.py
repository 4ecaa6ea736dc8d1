"""One person's own scorecard: their numbers of a period beside the one before, one praise and one tip by rule.

For their own eyes (issue "Own scorecard"): nobody is ranked, nothing is counted that did not happen, and a share of
fewer than `ENOUGH` cases praises and blames nobody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from domain.measures import Spread, Tally
from domain.policy import ClockKind

PERIODS: Final = (timedelta(days=7), timedelta(days=30))
ENOUGH: Final = 3
GOOD_SHARE: Final = 0.9
NOTABLY: Final = 0.1
"""A median that has changed by less than a tenth counts as unchanged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What somebody did in a span.

    `taken`: orders that were given to them; `closed`: theirs that reached the end;
    `limits`: broken of decided by kind of clock; `documented`: fully documented of all that left the check or what
    follows it; `stay`: seconds an order of theirs spent in the status it left.
    """

    taken: int = 0
    closed: int = 0
    limits: Mapping[str, Tally] = field(default_factory=dict[str, Tally])
    documented: Tally = field(default_factory=Tally)
    stay: Spread = field(default_factory=Spread)

    @property
    def accepted(self) -> Tally:
        """Accepted in time, of all that had to be accepted."""
        decided = self.limits.get(ClockKind.ACCEPT, Tally())
        return Tally(decided.of - decided.hits, decided.of)

    @property
    def kept(self) -> Tally:
        """Limits kept, of all that were decided."""
        decided = sum(self.limits.values(), Tally())
        return Tally(decided.of - decided.hits, decided.of)

    @property
    def broken(self) -> Mapping[str, int]:
        """Broken limits by kind, the most frequent first."""
        counted = ((kind, tally.hits) for kind, tally in self.limits.items() if tally.hits)
        return dict(sorted(counted, key=lambda each: (-each[1], each[0])))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to speak of."""
        return not (self.taken or self.closed or self.limits or self.documented.of or self.stay.count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """A person's period: orders open at its end, its numbers, and those of the span of the same length before it."""

    length: timedelta
    open_now: int
    present: Numbers
    former: Numbers


class Praise(StrEnum):
    """What went well; the catalogue entry `praise-<key>` says it."""

    ALL_KEPT = "all-kept"
    FEWER_BROKEN = "fewer-broken"
    ACCEPTED_IN_TIME = "accepted-in-time"
    ALL_DOCUMENTED = "all-documented"
    FASTER = "faster"
    MORE_CLOSED = "more-closed"
    CLOSED = "closed"
    SOME_KEPT = "some-kept"


class Tip(StrEnum):
    """What would help most; the catalogue entry `tip-<key>` says it."""

    ACCEPT = "accept"
    CONTACT = "contact"
    CLIENT = "client"
    FOLLOW_THROUGH = "follow-through"
    TASKS = "tasks"
    DOCUMENT = "document"
    SLOWER = "slower"
    KEEP_ON = "keep-on"


def praise(card: Scorecard) -> Praise | None:
    """The first thing that went well, the most telling first; None where there is too little to say so."""
    return next((key for key, holds in _PRAISES.items() if holds(card.present, card.former)), None)


def tip(card: Scorecard) -> Tip | None:
    """One concrete tip: the kind of limit broken most often, else documents, else pace; None without any numbers."""
    present, former = card.present, card.former
    if present.is_empty:
        return None
    for kind in present.broken:
        return _TIP_FOR.get(kind, Tip.FOLLOW_THROUGH)
    if _below(present.documented, 1.0):
        return Tip.DOCUMENT
    if _median_change(present, former) > NOTABLY:
        return Tip.SLOWER
    return Tip.KEEP_ON


def _all_kept(present: Numbers, _former: Numbers) -> bool:
    return present.kept.of >= ENOUGH and present.kept.hits == present.kept.of


def _fewer_broken(present: Numbers, former: Numbers) -> bool:
    enough = min(present.kept.of, former.kept.of) >= ENOUGH
    return enough and (present.kept.share or 0) > (former.kept.share or 0)


def _accepted_in_time(present: Numbers, _former: Numbers) -> bool:
    return present.accepted.of >= ENOUGH and (present.accepted.share or 0) >= GOOD_SHARE


def _all_documented(present: Numbers, _former: Numbers) -> bool:
    return present.documented.of >= ENOUGH and present.documented.hits == present.documented.of


def _faster(present: Numbers, former: Numbers) -> bool:
    return _median_change(present, former) < -NOTABLY


def _more_closed(present: Numbers, former: Numbers) -> bool:
    return present.closed > former.closed > 0


def _closed(present: Numbers, _former: Numbers) -> bool:
    return present.closed > 0


def _some_kept(present: Numbers, _former: Numbers) -> bool:
    return present.kept.of >= ENOUGH and present.kept.hits > 0


_PRAISES: Final[Mapping[Praise, Callable[[Numbers, Numbers], bool]]] = {
    Praise.ALL_KEPT: _all_kept,
    Praise.FEWER_BROKEN: _fewer_broken,
    Praise.ACCEPTED_IN_TIME: _accepted_in_time,
    Praise.ALL_DOCUMENTED: _all_documented,
    Praise.FASTER: _faster,
    Praise.MORE_CLOSED: _more_closed,
    Praise.CLOSED: _closed,
    Praise.SOME_KEPT: _some_kept,
}
_TIP_FOR: Final[Mapping[str, Tip]] = {
    ClockKind.ACCEPT: Tip.ACCEPT,
    ClockKind.FIRST_CONTACT: Tip.CONTACT,
    ClockKind.CLIENT_REPLY: Tip.CLIENT,
    ClockKind.CLIENT_DECISION: Tip.CLIENT,
    ClockKind.TASK: Tip.TASKS,
    ClockKind.BLOCKER: Tip.TASKS,
}


def _below(tally: Tally, bound: float) -> bool:
    return tally.share is not None and tally.share < bound


def _median_change(present: Numbers, former: Numbers) -> float:
    """How much longer orders stay in a status than before, as a share; 0 where either span has too few."""
    before, after = former.stay, present.stay
    if min(before.count, after.count) < ENOUGH or not before.median or after.median is None:
        return 0.0
    return after.median / before.median - 1
