"""Mistakes in the policy files: each is named with file, key and what is allowed."""

from datetime import date
from pathlib import Path

import pytest

from domain.errors import PolicyError
from policy import load_policy
from tests.unit.spoiling import REMOVE, copy_policy, spoil


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped policy to spoil."""
    return copy_policy(tmp_path)


def error_of(folder: Path) -> PolicyError:
    """The complaint about a spoilt folder."""
    with pytest.raises(PolicyError) as refused:
        load_policy(folder)
    return refused.value


# file, key, bad value, key named by the error ("" = the same key), one value that must be offered (None = none has to)
BAD: list[tuple[str, str, object, str, str | None]] = [
    ("lifecycle.yaml", "transitions.0.to", "inspecting", "", "under_inspection"),
    ("lifecycle.yaml", "transitions.0.kinds.0", "usual", "", "disputed"),
    ("lifecycle.yaml", "transitions.2.evidence.0", "photo", "", "checklist"),
    ("lifecycle.yaml", "transitions.2.kinds_if.rainy", ["money"], "", "paid"),
    ("lifecycle.yaml", "transitions.0.evidnce", [], "", "evidence"),
    ("lifecycle.yaml", "transitions.1.evidence", [], "", "cancel_reason"),
    ("lifecycle.yaml", "transitions.0.from", "closed", "", "pending_manager"),
    ("lifecycle.yaml", "transitions.0.to", "pending_manager", "", "under_inspection"),
    ("lifecycle.yaml", "transitions.1.to", "under_inspection", "transitions.1", None),
    ("lifecycle.yaml", "statuses.paused", {}, "", "in_transit"),
    ("lifecycle.yaml", "statuses.delivered", REMOVE, "", "delivered"),
    ("lifecycle.yaml", "statuses.delivered.stage_limit", REMOVE, "", "a duration such as 48h"),
    ("lifecycle.yaml", "statuses.delivered.stage_limit", "two days", "", "2h"),
    ("lifecycle.yaml", "statuses.delivered.stage_limit", 48, "", "2h"),
    ("lifecycle.yaml", "statuses.delivered.next_step", REMOVE, "", "close_order"),
    ("lifecycle.yaml", "statuses.delivered.next_step", "relax", "", "close_order"),
    ("lifecycle.yaml", "statuses.closed", {"stage_limit": "1h"}, "", "{}"),
    ("lifecycle.yaml", "statuses.delivered.time", "lunar", "", "working"),
    ("lifecycle.yaml", "transit_limits.ems", REMOVE, "", "ems"),
    ("lifecycle.yaml", "crm_codes.new", "fresh", "", "pending_manager"),
    ("lifecycle.yaml", "cancel.reasons.0", "mood", "", "client_changed_mind"),
    ("lifecycle.yaml", "cancel.reasons", ["duplicate_order"], "cancel.note_needed_for.0", "duplicate_order"),
    ("checklist.yaml", "points.3.number", 7, "", "4"),
    ("checklist.yaml", "points.3.key", "brand", "", None),
    ("checklist.yaml", "points.3.section", "paint", "", "condition"),
    ("checklist.yaml", "points.7.not_applicable", "sometimes", "", "hardtail"),
    ("checklist.yaml", "verdict_point", 40, "", "28"),
    ("checklist.yaml", "forced_red.1.points.0", 30, "", "28"),
    ("clocks.yaml", "kinds.accept", REMOVE, "", "accept"),
    ("clocks.yaml", "kinds.lunch", {"limit": "1h", "time": "working", "severity": "low"}, "", "accept"),
    ("clocks.yaml", "kinds.accept.severity", "urgent", "", "critical"),
    ("clocks.yaml", "kinds.accept.severity", "critical", "kinds.accept.time", "calendar"),
    ("clocks.yaml", "kinds.accept.limit", None, "", "a duration such as 2h"),
    ("clocks.yaml", "kinds.stage.limit", "2h", "", "null"),
    ("clocks.yaml", "kinds.approval.limit", "5h", "", "4h"),
    ("clocks.yaml", "remind_at", REMOVE, "", None),
    ("clocks.yaml", "remind_at", 1, "", "more than 0, less than 1"),
    ("clocks.yaml", "remind_at", 1.5, "", None),
    ("clocks.yaml", "ladder.l3_after", 0.5, "ladder", None),
    ("clocks.yaml", "stuck.0.signal", "stuck_1h", "", "stuck_24h"),
    ("clocks.yaml", "stuck.1.after", "12h", "stuck.1", None),
    ("clocks.yaml", "stuck_in.0", "closed", "", "in_transit"),
    ("clocks.yaml", "snooze.1.key", "30m", "", None),
    ("clocks.yaml", "snooze.1.until", "next_working_day", "snooze.1", "until"),
    ("clocks.yaml", "snooze.2.until", "doomsday", "", "next_working_day"),
    ("clocks.yaml", "storm_threshold", 0, "", None),
    ("calendars.yaml", "default", "mars", "", "moscow"),
    ("calendars.yaml", "teams.sales", "mars", "", "moscow"),
    ("calendars.yaml", "calendars.moscow.time_zone", "Europe/Moskau", "", "Europe/Moscow"),
    ("calendars.yaml", "calendars.moscow.weekly.someday", [], "", "monday"),
    ("calendars.yaml", "calendars.moscow.weekly", {"monday": []}, "calendars.moscow", None),
    ("calendars.yaml", "calendars.moscow.weekly.monday.0", "ten to seven", "", '"10:00-19:00"'),
    (
        "calendars.yaml",
        "calendars.moscow.weekly.monday.0",
        "25:00-26:00",
        "calendars.moscow.weekly.monday.0.opens",
        None,
    ),
    ("calendars.yaml", "calendars.moscow.weekly.monday.0", "19:00-10:00", "", None),
    ("calendars.yaml", "calendars.moscow.weekly.monday", ["10:00-15:00", "14:00-19:00"], "", None),
    ("calendars.yaml", "calendars.moscow.exceptions.0.to", date(2025, 1, 1), "calendars.moscow.exceptions.0", None),
    ("calendars.yaml", "calendars.moscow.exceptions.0.until", date(2026, 1, 1), "", "to"),
    ("severity.yaml", "limits.low", REMOVE, "", "low"),
    ("severity.yaml", "limits.high.limit", "2d", "", None),
    ("severity.yaml", "limits.critical.time", "working", "", "calendar"),
    ("assignment.yaml", "stage_weights.delivered", REMOVE, "", "delivered"),
    ("assignment.yaml", "stage_weights.closed", 1, "", "delivered"),
    ("assignment.yaml", "default_capacity", 0, "", None),
    ("assignment.yaml", "constraints.no_mondays", {"excludes": True}, "", "no_ebikes"),
    ("circles.yaml", "roles", {}, "", "hears"),
    ("circles.yaml", "arbiter", "ai-boss", "", "ai-ceo"),
    ("circles.yaml", "circles.revenue.priority", REMOVE, "", "1 and more"),
    ("circles.yaml", "hears.0.to", "ai-coo", "", "ai-rop"),
    ("circles.yaml", "hears.0.from", "ai-coo", "", "ai-ceo"),
    ("signals.yaml", "codes.overload.circle", "nobody", "", "sales_operations"),
    ("signals.yaml", "codes.overload", REMOVE, "", "overload"),
    ("signals.yaml", "codes.boredom", {"circle": "revenue", "severity": "low"}, "", "overload"),
    ("authority.yaml", "rules.1.verdict", "maybe", "", "needs_approval"),
    ("authority.yaml", "rules.1.roles.0", "boss", "", "head"),
    ("authority.yaml", "rules.1.roles", [], "", "head"),
    ("authority.yaml", "rules.5.roles", ["head"], "", "head"),
    ("authority.yaml", "rules.4.actors.0", "robot", "", "agent"),
    ("authority.yaml", "rules.4.actions.0", "drop_tables", "", "assign_order"),
    ("authority.yaml", "rules.3.name", "leaders-run-the-desk", "", None),
    ("approvals.yaml", "voters.money", REMOVE, "", "money"),
    ("approvals.yaml", "voters.bribery", ["owner"], "", "money"),
    ("approvals.yaml", "voters.money.0", "manager", "", None),
    ("approvals.yaml", "voters.money", ["head"], "voters", "owner"),
    ("approvals.yaml", "expires_after", "soon", "", "2h"),
    ("money.yaml", "price_window.maximum_eur", 400, "price_window", None),
    ("money.yaml", "price_window.maximum_eur", 6000, "service_fees.5.up_to", "6000"),
    ("money.yaml", "service_fees.1.below", 900, "service_fees.1", None),
    ("money.yaml", "service_fees.1.up_to", 1500, "service_fees.1", "below"),
    ("money.yaml", "delivery.ems", REMOVE, "", "ems"),
    ("money.yaml", "delivery.drone", {"price": 1, "cost": 1, "repacking": 0}, "", "ems"),
    ("money.yaml", "delivery.ems.cost", -1, "", None),
    ("money.yaml", "insurance.rate", 2.5, "", None),
    ("money.yaml", "compensations.chain.maximum_eur", 5, "compensations.chain", None),
    ("crisis.yaml", "triggers.stuck.without_movement", "long", "", "2h"),
    ("crisis.yaml", "triggers.flood", {}, "", "pending_spike"),
    ("crisis.yaml", "triggers.shipment_blocked.statuses.0", "closed", "", "in_transit"),
    ("targets.yaml", "critical_stages.0", "cancelled", "", "awaiting_payment"),
    ("notifications.yaml", "priorities.reminder", REMOVE, "", "reminder"),
    ("notifications.yaml", "priorities.pigeon", 1, "", "reminder"),
    ("notifications.yaml", "retry.first_wait", "10m", "retry.longest_wait", None),
    ("notifications.yaml", "rate_limits.global_per_second", 0, "", None),
    ("policy.yaml", "locale", "de", "", "ru"),
    ("policy.yaml", "version", 1, "", None),
    ("policy.yaml", "motto", "x", "", "effective_from"),
]


@pytest.mark.parametrize(
    "case",
    BAD,
    ids=[f"{case[0]}:{case[1]}={'nothing' if case[2] is REMOVE else case[2]}"[:80] for case in BAD],
)
def test_a_bad_value_is_named_with_file_key_and_what_is_allowed(
    folder: Path, case: tuple[str, str, object, str, str | None]
) -> None:
    file, key, value, named, offered = case
    spoil(folder, file, key, value)
    error = error_of(folder)
    assert (error.params["file"], error.params["key"]) == (file, named or key)
    assert error.params["problem"]
    if offered is not None:
        assert offered in error.allowed


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "clocks.yaml").unlink()
    error = error_of(folder)
    assert error.params["file"] == "clocks.yaml"
    assert "lifecycle.yaml" in error.allowed


@pytest.mark.parametrize("name", ["clock.yaml", "clocks.yml"])
def test_a_file_of_unknown_name_is_refused_with_the_known_names(folder: Path, name: str) -> None:
    (folder / name).write_text("{}", "utf-8")
    error = error_of(folder)
    assert error.params["file"] == name
    assert "clocks.yaml" in error.allowed


@pytest.mark.parametrize("text", ["kinds: [", "a: 1\na: 2", "", "- 1", "x: !!python/object:os.system {}"])
def test_text_that_is_no_policy_names_its_file(folder: Path, text: str) -> None:
    (folder / "clocks.yaml").write_text(text, "utf-8")
    assert error_of(folder).params["file"] == "clocks.yaml"


def test_a_key_that_stands_twice_is_refused_even_with_equal_values(folder: Path) -> None:
    path = folder / "severity.yaml"
    path.write_text(path.read_text("utf-8") + "  low: {limit: 7d, time: calendar}\n", "utf-8")
    assert "'low' stands twice" in str(error_of(folder).params["problem"])


def test_a_status_that_no_way_leads_to_is_refused(folder: Path) -> None:
    text = (folder / "lifecycle.yaml").read_text("utf-8")
    (folder / "lifecycle.yaml").write_text(text.replace("to: closed", "to: in_transit"), "utf-8")
    assert "no way leads to 'closed'" in str(error_of(folder).params["problem"])


def test_a_status_without_a_way_out_is_refused(folder: Path) -> None:
    # `delivered -> closed` becomes `in_transit -> closed`.
    spoil(folder, "lifecycle.yaml", "transitions.12.from", "in_transit")
    assert "no way leads out of 'delivered'" in str(error_of(folder).params["problem"])
