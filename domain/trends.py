"""Lines of a period: equal steps of time, what stood at the end of each, what happened in each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Final

from domain.measures import Period

HOURLY_UP_TO: Final = timedelta(days=2)
"""Periods up to this length are drawn by the hour, longer ones by the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trends:
    """By step: `at` are the steps' ends; the first three stood then, the others happened since the step before.

    `broken` limits and `delivered` orders are those of the KPIs `sla_breach_rate` and `delivered`, so they add up to
    them. The first of `at` is the start of the period, when nothing of it had happened.
    """

    at: Sequence[datetime]
    open: Sequence[int]
    pending: Sequence[int]
    broken: Sequence[int]
    delivered: Sequence[int]


def steps(period: Period) -> list[datetime]:
    """The start of the period and the ends of its steps, the last one its end; a period is cut evenly.

    Days are counted back from the end, so that none of them is half over.
    """
    length = timedelta(hours=1) if period.length <= HOURLY_UP_TO else timedelta(days=1)
    count = max(1, period.length // length)
    return [period.since, *(period.until - length * back for back in reversed(range(count)))]


def stood(stays: Iterable[tuple[int, int, int]], steps: int) -> list[int]:
    """How many stood at each step: `stays` are (first step, step at which it was over, how many)."""
    changes = [0] * (steps + 1)
    for first, over, count in stays:
        changes[first] += count
        changes[over] -= count
    return list(accumulate(changes[:steps]))
