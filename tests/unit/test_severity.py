"""Urgency: its order, its limits, how it grows."""

from datetime import timedelta

import pytest

from domain.severity import Severity, bump
from tests.unit.builders import POLICY


@pytest.mark.parametrize(
    ("severity", "limit"),
    [
        (Severity.CRITICAL, timedelta(minutes=15)),
        (Severity.HIGH, timedelta(hours=2)),
        (Severity.MEDIUM, timedelta(hours=24)),
        (Severity.LOW, timedelta(days=7)),
    ],
)
def test_each_severity_has_the_limit_of_the_domain(severity: Severity, limit: timedelta) -> None:
    assert POLICY.severity.limit(severity) == limit


def test_a_bump_raises_by_one_and_stops_at_critical() -> None:
    assert [bump(severity) for severity in Severity] == [
        Severity.MEDIUM,
        Severity.HIGH,
        Severity.CRITICAL,
        Severity.CRITICAL,
    ]
