"""The shipped policy holds what the domain says, and its version sees every change of a rule."""

from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.orders import DeliveryMethod, Status
from domain.policy import CalendarRule, ClockKind, SignalCode, Weekday
from domain.policy.values import parse_duration, write_duration
from policy import load_policy
from tests.unit.builders import POLICY
from tests.unit.spoiling import copy_policy, spoil


def test_the_version_does_not_see_comments_order_or_layout(tmp_path: Path) -> None:
    folder = copy_policy(tmp_path)
    for file in folder.glob("*.yaml"):
        content: object = yaml.safe_load(file.read_text("utf-8"))
        file.write_text("# rewritten\n" + yaml.safe_dump(content, sort_keys=True, width=40), "utf-8")
    assert load_policy(folder) == POLICY


def test_the_version_sees_every_change_of_a_value(tmp_path: Path) -> None:
    folder = copy_policy(tmp_path)
    seen = {POLICY.version}
    for file, key, value in [
        ("clocks.yaml", "kinds.accept.limit", "20m"),
        ("money.yaml", "options.expert_check.price", 81),
        ("policy.yaml", "version", "2"),
    ]:
        spoil(folder, file, key, value)
        seen.add(load_policy(folder).version)
    assert len(seen) == 4
    assert load_policy(folder).version.startswith("2-")


def test_the_version_is_the_written_one_and_eight_hex_digits() -> None:
    written, digest = POLICY.version.split("-")
    assert written == POLICY.head.version
    assert len(digest) == 8
    assert int(digest, 16) >= 0


def test_the_policy_is_frozen() -> None:
    with pytest.raises(ValidationError):
        POLICY.clocks.storm_threshold = 9  # pyright: ignore[reportAttributeAccessIssue] - what is refused


def test_the_shipped_stage_limits_are_those_of_the_domain() -> None:
    hours = {status: POLICY.lifecycle.stage_limit(status, DeliveryMethod.EMS) for status in Status}
    assert hours == {
        Status.PENDING_MANAGER: timedelta(hours=12),
        Status.UNDER_INSPECTION: timedelta(hours=48),
        Status.AWAITING_PAYMENT: timedelta(hours=48),
        Status.READY_FOR_SHIPMENT: timedelta(hours=48),
        Status.IN_TRANSIT: timedelta(days=18),
        Status.DELIVERED: timedelta(hours=72),
        Status.CLOSED: None,
        Status.CANCELLED: None,
    }


@pytest.mark.parametrize(
    ("method", "days"), [("ems", 18), ("cargo", 24), ("premium_individual", 24), ("premium_consolidated", 30)]
)
def test_transit_takes_as_long_as_its_delivery_method(method: str, days: int) -> None:
    assert POLICY.lifecycle.stage_limit(Status.IN_TRANSIT, DeliveryMethod(method)) == timedelta(days=days)


@pytest.mark.parametrize(
    ("kind", "minutes"),
    [("accept", 15), ("first_contact", 15), ("client_reply", 120), ("client_decision", 1440), ("payment", 1440),
     ("approval", 240), ("movement", 1440)],
)  # fmt: skip
def test_the_shipped_clock_limits_are_those_of_the_domain(kind: str, minutes: int) -> None:
    assert POLICY.clocks.kinds[ClockKind(kind)].limit == timedelta(minutes=minutes)


def test_the_shipped_ladder_and_weights_are_those_of_the_domain() -> None:
    clocks = POLICY.clocks
    assert (clocks.remind_at, clocks.ladder.l2_after, clocks.ladder.l3_after) == (Decimal("0.8"), Decimal("0.5"), 1)
    assert [(step.after, step.severity.value) for step in clocks.stuck] == [
        (timedelta(hours=24), "high"),
        (timedelta(hours=72), "critical"),
    ]
    assert list(POLICY.assignment.stage_weights.values()) == [
        Decimal(w) for w in ("1", "1", "0.5", "0.7", "0.2", "0.1")
    ]


def test_every_crm_code_of_the_company_is_mapped() -> None:
    codes = POLICY.lifecycle.crm_codes
    assert len(codes) == 25
    assert (codes["reserve_paid"], codes["refunded"]) == (Status.PENDING_MANAGER, Status.CANCELLED)


def test_nine_roles_stand_in_seven_circles_and_speak_to_the_arbiter() -> None:
    circles, roles = POLICY.circles, POLICY.roles.roles
    assert (len(roles), len(circles.circles), len(SignalCode)) == (9, 7, 39)
    to_arbiter = {hearing.source for hearing in circles.hears if hearing.target == circles.arbiter}
    assert to_arbiter == set(roles) - {circles.arbiter}
    from_arbiter = {hearing.target for hearing in circles.hears if hearing.source == circles.arbiter}
    assert from_arbiter == set(roles) - {circles.arbiter}


def test_a_team_without_calendar_keeps_the_default_one() -> None:
    default = POLICY.calendars.calendars["moscow"]
    assert POLICY.calendars.of_team(None) is default
    assert POLICY.calendars.of_team("night-watch") is default


def test_a_window_may_end_at_midnight() -> None:
    rule = CalendarRule.model_validate({"time_zone": "UTC", "weekly": {"monday": ["18:00-24:00"]}})
    (window,) = rule.weekly[Weekday.MONDAY]
    assert (window.opens, window.closes, window.closes_at_midnight) == (time(18), time(0), True)


@given(st.timedeltas(timedelta(seconds=1), timedelta(days=400)))
def test_a_duration_reads_back_as_it_was_written(length: timedelta) -> None:
    whole = timedelta(seconds=int(length.total_seconds()))
    assert parse_duration(write_duration(whole)) == whole
