"""What KPIs are computed from: spans of time, the state at an instant, and what happened in a span."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self

from pydantic_core import PydanticCustomError

from domain.errors import InvalidInputError
from domain.orders import Status
from domain.policy import Action, ClockKind
from domain.policy.values import parse_duration
from domain.worktime import utc

SHORTEST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(days=400)

# What a person or the CRM does with an order that counts as movement (docs/DOMAIN.md 5): the gate sets the order's
# `last_moved_at` with these. A test proves that both agree.
MOVING_ACTIONS: Final = frozenset(
    {
        Action.ACCEPT_ORDER,
        Action.ADVANCE_ORDER,
        Action.CANCEL_ORDER,
        Action.ANSWER_CHECKLIST,
        Action.SUPPLEMENT_POINT,
        Action.ADD_NOTE,
        Action.RECORD_CONTACT,
        Action.RECORD_CLIENT_DECISION,
        Action.RECORD_PAYMENT,
        Action.RECORD_DELIVERY,
        Action.SET_LOGISTICS,
        Action.OPEN_CLAIM,
        Action.CLOSE_CLAIM,
        Action.COMPLETE_TASK,
        Action.OPEN_BLOCKER,
        Action.CLOSE_BLOCKER,
    }
)

# The limits of a stage: its own, and those of what must happen in it (docs/DOMAIN.md 2 and 5).
STAGE_LIMITS: Final = frozenset(
    {
        ClockKind.STAGE,
        ClockKind.ACCEPT,
        ClockKind.FIRST_CONTACT,
        ClockKind.CLIENT_REPLY,
        ClockKind.CLIENT_DECISION,
        ClockKind.PAYMENT,
    }
)
# Two clocks watch rather than promise, so they have no breach rate: the stuck watch, a KPI of its own, and follow-ups.
WATCHES: Final = (ClockKind.MOVEMENT, ClockKind.FOLLOW_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The span `(since, until]`, and the span of the same length before it, which begins at `before`."""

    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.until - self.since

    @property
    def before(self) -> datetime:
        """Where the previous span begins."""
        return self.since - self.length

    @classmethod
    def ending(cls, length: timedelta, *, now: datetime, until: datetime | None = None) -> Self:
        """The span of this length up to `until`, or to `now`.

        Raises InvalidInputError for a length or an end that cannot be measured, naming what can.
        """
        if not SHORTEST <= length <= LONGEST:
            raise InvalidInputError(field="period", value=str(length), allowed=("1m to 400d",))
        end = now if until is None else utc(until, field="until")
        if end > now:
            raise InvalidInputError(field="until", value=end.isoformat(), allowed=(f"up to {now.isoformat()}",))
        return cls(since=end - length, until=end)


def read_span(value: str, *, field: str) -> timedelta:
    """A length of time as people write it: `7d`, `24h`, `1d12h`; raises InvalidInputError that names the field."""
    try:
        return parse_duration(value)
    except (PydanticCustomError, OverflowError) as error:
        raise InvalidInputError(field=field, value=value, allowed=("30m", "24h", "7d", "30d")) from error


@dataclass(frozen=True, slots=True)
class Tally:
    """So many of so many."""

    hits: int = 0
    of: int = 0

    @property
    def share(self) -> float | None:
        """Hits of all; None of nothing."""
        return self.hits / self.of if self.of else None

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(self.hits + other.hits, self.of + other.of)


@dataclass(frozen=True, slots=True)
class Spread:
    """Lengths of time in seconds: how many, the median, and the 90th percentile (linear between neighbours)."""

    count: int = 0
    median: float | None = None
    p90: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stood at an instant, or the sum over several (`samples`): open orders by status, and what was wrong.

    `watched` are open orders in stages where standing still is a fault, `stuck` those of them that stood too long;
    `incomplete` lack an owner or a next step.
    """

    by_status: Mapping[Status, int] = field(default_factory=dict[Status, int])
    watched: int = 0
    stuck: int = 0
    without_owner: int = 0
    without_next_step: int = 0
    incomplete: int = 0
    samples: int = 1

    @property
    def open(self) -> int:
        """Open orders."""
        return sum(self.by_status.values())

    def orders(self, status: Status) -> float:
        """Orders in a status: of the instant, or the mean over the samples."""
        return self.by_status.get(status, 0) / self.samples

    def __add__(self, other: "Standing") -> "Standing":
        """The sum of samples; shares of it are weighted by the orders that were open at each."""
        return Standing(
            by_status={s: self.by_status.get(s, 0) + other.by_status.get(s, 0) for s in Status},
            watched=self.watched + other.watched,
            stuck=self.stuck + other.stuck,
            without_owner=self.without_owner + other.without_owner,
            without_next_step=self.without_next_step + other.without_next_step,
            incomplete=self.incomplete + other.incomplete,
            samples=self.samples + other.samples,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What happened in a span.

    `clocks` counts the limits decided in it by (stage, kind of clock): broken of all. The other fields are explained
    at the formulas that use them.
    """

    any_status: Spread = Spread()
    next_status: Mapping[Status, Spread] = field(default_factory=dict[Status, Spread])
    clocks: Mapping[tuple[str | None, str], Tally] = field(default_factory=dict[tuple[str | None, str], Tally])
    cycle: Spread = Spread()
    delivered: int = 0
    inspection_to_payment: Tally = Tally()
    payment_to_shipment: Tally = Tally()
    reaction: Spread = Spread()
    repeated: Tally = Tally()
    escalations_complete: Tally = Tally()

    def of_stage(self, stage: Status) -> Tally:
        """All limits of one stage."""
        return self.of_stages((stage,))

    def of_stages(self, stages: Sequence[Status]) -> Tally:
        """All limits of these stages."""
        return _total(
            tally for (stage, kind), tally in self.clocks.items() if kind in STAGE_LIMITS and stage in tuple(stages)
        )

    @property
    def by_clock(self) -> Mapping[str, Tally]:
        """All limits by kind of clock, whatever the stage."""
        kinds = dict.fromkeys(kind for _, kind in self.clocks)
        return {kind: _total(tally for (_, of_kind), tally in self.clocks.items() if of_kind == kind) for kind in kinds}


def _total(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Tally())


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Everything that the formulas look at."""

    standing: Standing
    flow: Flow
    critical_stages: Sequence[Status] = ()
