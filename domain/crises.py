"""Crises: which signals are ones, the metric behind each, and when it is back inside its bound (docs/DOMAIN.md 6).

A metric is worked out from the facts of its time (`store/measures/crisis_metrics.py`): one reading an instant, each
with the bound that held then. What has no metric here is not measured yet, and only a leader's word ends it.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from typing import Final

from domain.policy import Policy, SignalCode
from domain.policy.business import CancelSpike, PendingSpike, ResponseDelay, StuckCrowd

LOOKED_BACK: Final = timedelta(hours=12)
"""How much of the time before a crisis its line shows."""
LONGEST_LINE: Final = timedelta(days=7)
POINTS: Final = 48
DAY: Final = timedelta(days=1)


def codes_of(policy: Policy) -> list[str]:
    """The codes of the signals that are crises: the one rule for pages, forums, digests and counts."""
    return [code.value for code in policy.digests.crisis_codes]


class Metric(StrEnum):
    """What is measured of a crisis; the catalogue entry `crises-metric-<value>` names it with its unit."""

    PENDING = "pending"
    STUCK = "stuck"
    CANCELLED = "cancelled"
    BROKEN_ANSWERS = "answers"
    OVERDUE_SIGNALS = "overdue"


METRICS: Final[Mapping[SignalCode, Metric]] = {
    SignalCode.PENDING_SPIKE: Metric.PENDING,
    SignalCode.STUCK_72H: Metric.STUCK,
    SignalCode.CANCEL_SPIKE: Metric.CANCELLED,
    SignalCode.RESPONSE_DELAY: Metric.BROKEN_ANSWERS,
    SignalCode.HIGH_RISK_OVERDUE: Metric.OVERDUE_SIGNALS,
}


class Calm(StrEnum):
    """Whether a crisis may end by its metric; the text `crises-calm-<value>` says it."""

    CALM = "calm"
    OUTSIDE = "outside"
    UNMEASURED = "unmeasured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The metric at an instant (None: nothing to measure), from which value on it is a crisis, and whether it was."""

    at: datetime
    value: float | None
    bound: float
    outside: bool


def instants(since: datetime, until: datetime, *, calm_for: timedelta) -> list[datetime]:
    """When the metric is read: evenly over the span, and closely over its last `calm_for`, both ends of it included."""
    step = max((until - since) / POINTS, timedelta(minutes=15))
    even = [since + step * i for i in range(int((until - since) / step))]
    last = [until - calm_for * part / 3 for part in range(4)]
    return sorted({at for at in (*even, *last) if since <= at <= until})


def span_of(raised_at: datetime, ended_at: datetime | None, *, now: datetime) -> tuple[datetime, datetime]:
    """From some hours before a crisis to its end or to now; of a long one its last days."""
    until = ended_at or now
    return max(raised_at - LOOKED_BACK, until - LONGEST_LINE), until


def calm(readings: Sequence[Reading] | None, *, calm_for: timedelta, now: datetime) -> Calm:
    """Whether the metric has been inside its bound for the last `calm_for`."""
    if readings is None:
        return Calm.UNMEASURED
    late = [reading for reading in readings if reading.at >= now - calm_for]
    return Calm.OUTSIDE if not late or any(reading.outside for reading in late) else Calm.CALM


@dataclass(frozen=True, slots=True)
class Stays:
    """Spans that begin and may end; how many last at an instant: `[began, ended)`."""

    began: Sequence[datetime]
    ended: Sequence[datetime]

    @classmethod
    def of(cls, spans: Iterable[tuple[datetime, datetime | None]]) -> "Stays":
        """Spans in any order; None has not ended."""
        known = list(spans)
        return cls(sorted(began for began, _ in known), sorted(ended for _, ended in known if ended is not None))

    def at(self, at: datetime) -> int:
        """How many last at this instant."""
        return bisect_right(self.began, at) - bisect_right(self.ended, at)


def pending(stays: Stays, at: Iterable[datetime], rule: PendingSpike) -> list[Reading]:
    """Orders that wait for a manager, against the median for that hour over the days before."""
    return [_over(each, stays.at(each), _pending_bound(stays, each, rule)) for each in at]


def _pending_bound(stays: Stays, at: datetime, rule: PendingSpike) -> float:
    usual = median(stays.at(at - DAY * back) for back in range(1, max(1, rule.history // DAY) + 1))
    return max(float(rule.at_least), float(rule.times_median) * usual)


def stuck(counts: Iterable[tuple[datetime, int]], rule: StuckCrowd) -> list[Reading]:
    """Orders without movement for longer than allowed."""
    return [_over(at, count, rule.more_than + 1) for at, count in counts]


def overdue(stays: Stays, at: Iterable[datetime]) -> list[Reading]:
    """Severe signals past their limit: one is a crisis."""
    return [_over(each, stays.at(each), 1) for each in at]


def cancelled(
    events: Sequence[tuple[datetime, str]], at: Iterable[datetime], rule: CancelSpike, *, stage: str | None
) -> list[Reading]:
    """Cancellations within the window at the stage (None: the one with most), against its daily mean before."""
    return [_cancelled(events, each, rule, stage) for each in at]


def _cancelled(events: Sequence[tuple[datetime, str]], at: datetime, rule: CancelSpike, stage: str | None) -> Reading:
    since = at - rule.window
    counts = Counter(where for when, where in events if since < when <= at and stage in (None, where))
    worst, count = counts.most_common(1)[0] if counts else (stage, 0)
    before = sum(where == worst and since - rule.history < when <= since for when, where in events)
    return _over(at, count, max(float(rule.at_least), float(rule.times_daily_mean) * before / (rule.history / DAY)))


def broken_answers(
    decided: Sequence[tuple[datetime, bool]], at: Iterable[datetime], rule: ResponseDelay
) -> list[Reading]:
    """Share of the accept clocks of the last window that broke; too few of them are no crisis."""
    found: list[Reading] = []
    for each in at:
        broken = [was_broken for when, was_broken in decided if each - rule.window < when <= each]
        share = sum(broken) / len(broken) if broken else None
        outside = share is not None and share >= float(rule.breached_share) and sum(broken) >= rule.at_least
        found.append(Reading(at=each, value=share, bound=float(rule.breached_share), outside=outside))
    return found


def _over(at: datetime, value: float, bound: float) -> Reading:
    return Reading(at=at, value=float(value), bound=float(bound), outside=value >= bound)
