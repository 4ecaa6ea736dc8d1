"""READ tools over a busy company: their numbers equal a recount in SQL."""

from datetime import timedelta
from decimal import Decimal

import pytest

from domain.commands import AddNote, CreateTask, OpenBlocker, RecordCompliance, RecordPayment
from domain.errors import ForbiddenError, InvalidInputError, NotFoundError
from domain.foreign import Foreign
from domain.kpi import KPIS
from domain.orders import Compliance, Status
from domain.people import CRM_FEED
from domain.policy import Action
from domain.queries import (
    HotList,
    LoadForecast,
    LookAtApprovals,
    LookAtCalendar,
    LookAtCircles,
    LookAtDecisions,
    LookAtKpis,
    LookAtManagers,
    LookAtOrder,
    LookAtQueue,
    LookAtSignals,
)
from store.database import Database
from store.measures.metrics_circles import COUNTABLE
from tests.integration.conftest import Busy
from tests.integration.desk import Desk
from tests.integration.looks import OPEN, ask, look
from tests.integration.recount import Books


# ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_queue_counts_all_open_orders_and_lists_the_most_urgent_first(busy: Busy) -> None:
    desk = await busy()
    found = await look(desk, LookAtQueue(limit=5))
    rows = await desk.rows(
        f"SELECT status, count(*) AS orders, count(*) FILTER (WHERE due_at < :now) AS overdue FROM orders"
        f" WHERE {OPEN} GROUP BY status",
        now=desk.now,
    )
    assert {s: (row["orders"], row["overdue"]) for s, row in found["by_status"].items()} == {
        row["status"]: (row["orders"], row["overdue"]) for row in rows
    }
    assert found["open_orders"] == sum(row["orders"] for row in rows) > 5
    first = await desk.column(f"SELECT code FROM orders WHERE {OPEN} ORDER BY due_at, id LIMIT 5")
    assert [line["order"] for line in found["orders"]] == first
    assert found["as_of"] == desk.now.isoformat()
    top = found["orders"][0]
    due = (await desk.see(top["order"])).due_at
    assert due is not None
    assert top["due_at_local"] == (due + timedelta(hours=3)).strftime("%Y-%m-%d %H:%M")
    assert top["overdue_minutes"] == round(max(0.0, (desk.now - due).total_seconds() / 60), 1)


async def test_the_queue_is_narrowed_by_status_manager_and_missed_deadline(busy: Busy) -> None:
    desk = await busy(2)
    asked = LookAtQueue(
        statuses=("pending_manager", "under_inspection"), manager_id=desk.anna.id, overdue_only=True, limit=50
    )
    found = await look(desk, asked)
    codes = await desk.column(
        "SELECT code FROM orders WHERE status IN ('pending_manager', 'under_inspection') AND owner_id = :id"
        " AND due_at < :now ORDER BY due_at, id",
        id=desk.anna.id,
        now=desk.now,
    )
    assert [line["order"] for line in found["orders"]] == codes
    assert found["open_orders"] == found["overdue_orders"] == len(codes)


async def test_the_hot_list_holds_the_orders_highest_on_the_ladder(busy: Busy) -> None:
    desk = await busy(3)
    found = await look(desk, HotList(limit=20))
    rows = await desk.rows(
        "SELECT o.code, max(v.level) - 1 AS step FROM ai_sla_violations AS v JOIN orders AS o ON o.id = v.order_id"
        f" WHERE v.resolved_at IS NULL AND v.level >= 2 AND o.{OPEN} GROUP BY o.code"
    )
    steps = {row["code"]: row["step"] for row in rows}
    assert steps
    assert {line["order"]: line["ladder_step"] for line in found["orders"]}.items() <= steps.items()
    assert [line["ladder_step"] for line in found["orders"]] == sorted(steps.values(), reverse=True)[:20]
    broken = await desk.rows(
        "SELECT stage, count(*) AS n FROM ai_sla_violations WHERE resolved_at IS NULL AND stage IS NOT NULL"
        " AND order_id IS NOT NULL GROUP BY stage"
    )
    assert found["broken_limits_by_status"] == {row["stage"]: row["n"] for row in broken}


async def test_kpis_equal_the_recount_with_units_in_their_keys_and_both_periods_named(busy: Busy) -> None:
    desk = await busy()
    found = await look(desk, LookAtKpis(period="7d"))
    since = desk.now - timedelta(days=7)
    books = await Books.read(desk)
    for now, at, name in ((desk.now, since, "value"), (since, since - timedelta(days=7), "previous")):
        expected = books.flow(at, now) | books.standing(now)
        for key, value in expected.items():
            unit = KPIS[key].unit.value
            told = found["kpis"][key][f"{name}_percent" if unit == "share" else f"{name}_{unit}"]
            scale = 100 if unit == "share" else 1
            assert told == (None if value is None else pytest.approx(value * scale, abs=0.051)), key
    assert (found["period"]["from"], found["period"]["to"]) == (since.isoformat(), desk.now.isoformat())
    assert found["previous_period"]["to"] == since.isoformat()


async def test_kpis_can_be_asked_for_by_key_and_an_unknown_one_is_told_what_there_is(db: Database) -> None:
    desk = await Desk.open(db)
    assert list((await look(desk, LookAtKpis(keys=("cycle_time",))))["kpis"]) == ["cycle_time"]
    with pytest.raises(InvalidInputError) as refusal:
        await ask(desk, LookAtKpis(keys=("happiness",)))
    assert "cycle_time" in refusal.value.allowed
    with pytest.raises(InvalidInputError):
        await ask(desk, LookAtKpis(period="99999d"))


BROKEN = """
SELECT owner_id AS id, count(*) AS n FROM ai_sla_violations
WHERE breached_at > :since AND breached_at <= :now AND clock_kind NOT IN ('movement', 'follow_up') GROUP BY owner_id
"""
KEPT = """
SELECT owner_id AS id, count(*) AS n FROM clocks WHERE closed_at > :since AND closed_at <= :now
AND closed_at <= due_at AND kind NOT IN ('movement', 'follow_up') GROUP BY owner_id
"""


async def test_managers_stand_by_broken_limits_with_load_shift_and_how_the_period_went(busy: Busy) -> None:
    desk = await busy()
    await desk.alter(desk.vera, away_from=desk.now, away_until=desk.now + timedelta(days=2))
    found = await look(desk, LookAtManagers(period="7d"))
    span = {"since": desk.now - timedelta(days=7), "now": desk.now}
    broken = {row["id"]: row["n"] for row in await desk.rows(BROKEN, **span)}
    kept = {row["id"]: row["n"] for row in await desk.rows(KEPT, **span)}
    opened = await desk.loads()
    people = {one["name"]: one for one in found["people"]}
    for manager in desk.managers:
        told = people[manager.name]
        assert told["open_orders"] == opened[manager.name]
        hits, of = broken.get(manager.id, 0), broken.get(manager.id, 0) + kept.get(manager.id, 0)
        assert (told["in_period"]["limits_broken"], told["in_period"]["limits_decided"]) == (hits, of)
        assert told["in_period"]["broken_percent"] == (round(hits / of * 100, 1) if of else None)
        assert sum(told["in_period"]["broken_by_clock"].values()) == hits
    ranks = [one["in_period"]["limits_broken"] for one in found["people"]]
    assert ranks == sorted(ranks, reverse=True)
    assert (people["Вера"]["away"], people["Вера"]["on_shift"]) == (True, False)
    assert found["team"]["away"] == 1
    assert found["team"]["capacity"] == 60


async def test_a_manager_is_found_by_the_beginning_of_the_name(db: Database) -> None:
    desk = await Desk.open(db)
    assert [one["id"] for one in (await look(desk, LookAtManagers(person="вер")))["people"]] == [desk.vera.id]
    with pytest.raises(NotFoundError):
        await ask(desk, LookAtManagers(person="Зоя"))


async def test_signals_come_by_urgency_and_are_counted_by_severity(busy: Busy) -> None:
    desk = await busy(2)
    found = await look(desk, LookAtSignals(limit=50))
    rows = await desk.rows(
        "SELECT severity, count(*) AS n, count(*) FILTER (WHERE due_at < :now) AS overdue FROM ai_signals"
        " WHERE status IN ('open', 'acknowledged', 'snoozed') GROUP BY severity",
        now=desk.now,
    )
    assert rows
    assert found["open_by_severity"] == {r["severity"]: {"open": r["n"], "overdue": r["overdue"]} for r in rows}
    ranks = [("critical", "high", "medium", "low").index(one["severity"]) for one in found["signals"]]
    assert ranks == sorted(ranks)
    settled = await look(desk, LookAtSignals(settled=True, limit=50))
    ids = await desk.column(
        "SELECT id FROM ai_signals WHERE status IN ('resolved', 'rejected') ORDER BY id DESC LIMIT 50"
    )
    assert [one["signal_id"] for one in settled["signals"]] == ids
    code = found["signals"][0]["code"]
    of_code = await look(desk, LookAtSignals(code=code, limit=50))
    assert {one["code"] for one in of_code["signals"]} == {code}


async def test_the_journal_tells_why_something_was_done(busy: Busy) -> None:
    desk = await busy()
    found = await look(desk, LookAtDecisions(action=Action.REASSIGN_ORDER, limit=3))
    rows = list(await desk.decisions("reassign_order"))[-3:][::-1]
    assert [one["decision"] for one in found["decisions"]] == [row["id"] for row in rows]
    assert [one["rule"] for one in found["decisions"]] == [row["rule"] for row in rows]
    assert found["decisions"][0]["asked"]["reason"] == Foreign("note", rows[0]["proposed"]["reason"])
    order = found["decisions"][0]["order"]
    mine = await look(desk, LookAtDecisions(actor=f"person:{desk.admin.id}", period="30d", limit=30))
    assert {one["actor_name"] for one in mine["decisions"]} == {"Олег"}
    with pytest.raises(ForbiddenError):
        await desk.gate.perform(RecordCompliance(order=order, state=Compliance.CLEAR), desk.viewer.actor)
    refused = await look(desk, LookAtDecisions(outcome="refused"))
    assert {one["outcome"] for one in refused["decisions"]} == {"refused"}


async def test_approvals_show_what_waits_and_what_was_decided_with_the_votes(busy: Busy) -> None:
    desk = await busy()
    found = await look(desk, LookAtApprovals(pending=50, decided=20))
    pending = await desk.column("SELECT id FROM approvals WHERE status = 'pending' ORDER BY id")
    decided = await desk.column("SELECT id FROM approvals WHERE status <> 'pending' ORDER BY id DESC LIMIT 20")
    assert ([one["approval_id"] for one in found["pending"]], found["pending_total"]) == (pending, len(pending))
    assert [one["approval_id"] for one in found["decided"]] == decided
    votes = {
        row["id"]: row["n"]
        for row in await desk.rows("SELECT approval_id AS id, count(*) AS n FROM approval_votes GROUP BY approval_id")
    }
    assert votes
    assert {one["approval_id"]: len(one["votes"]) for one in found["decided"] if one["votes"]} == {
        approval: n for approval, n in votes.items() if approval in decided
    }


async def test_an_order_in_full_holds_everything_that_its_owner_knows(db: Database) -> None:
    desk = await Desk.open(db)
    order = await desk.order(seller_name="Hans", listing_url="https://x.test/1")
    order = await desk.to_status(order, Status.AWAITING_PAYMENT)
    owner = desk.by(order)
    await desk.do(RecordPayment(order=order.code, amount_eur=Decimal(100), reference="п/п 5"), CRM_FEED)
    later = desk.now + timedelta(hours=2)
    await desk.do(CreateTask(order=order.code, text="Позвонить клиенту", due_at=later), desk.admin.actor)
    await desk.do(OpenBlocker(order=order.code, text="Нет ответа", due_at=later), desk.admin.actor)
    await desk.do(AddNote(order=order.code, text="Клиент думает"), owner)
    await desk.pass_time(hours=30)
    found = await look(desk, LookAtOrder(order=order.code))
    order = await desk.see(order)
    assert (found["order"], found["status"], found["next_step"]) == (order.code, "awaiting_payment", order.next_step)
    assert found["in_status_hours"] == 30.0
    moves = {move["to"]: move for move in found["moves"]}
    assert moves["ready_for_shipment"]["needs_approval"]
    assert {"client_decision", "compliance"} <= set(moves["ready_for_shipment"]["missing"])
    assert found["check"] | {"problems": []} == found["check"]
    assert (found["check"]["answered"], found["check"]["complete"]) == (28, True)
    money = found["money"]
    assert (money["client_total_eur"], money["paid_eur"]) == (float(desk.total(order)), 100.0)
    assert money["unpaid_eur"] == round(float(desk.total(order)) - 100, 2)
    assert (money["service_fee_eur"], money["planned_margin_eur"]) == (300.0, 290.0)
    assert money["planned_margin_percent"] == round(290 / float(desk.total(order)) * 100, 1)
    assert {one["clock"] for one in found["violations"]} == {row["clock_kind"] for row in await desk.violations(order)}
    assert {one["what"] for one in found["tasks"]} == {"manual", order.next_step}
    assert [one["text"] for one in found["blockers"]] == [Foreign("note", "Нет ответа")]
    assert found["notes"][0]["text"] == Foreign("note", "Клиент думает")
    assert [event["to"] for event in found["status_events"]] == [
        "awaiting_payment",
        "under_inspection",
        "pending_manager",
    ]
    assert len(found["decisions"]) == 8
    assert {"clocks", "payments", "pending_approvals"} <= set(found)


async def test_an_order_beyond_the_price_window_is_told_without_a_tariff(db: Database) -> None:
    desk = await Desk.open(db)
    order = await desk.order(price_eur=9000)
    money = (await look(desk, LookAtOrder(order=order.code)))["money"]
    assert (money["tariff"], money["price_eur"]) == ("blocked_above", 9000.0)
    assert "client_total_eur" not in money


ARRIVED = """
SELECT count(*) FROM orders WHERE CAST(created_at AT TIME ZONE 'Europe/Moscow' AS date) = ANY(CAST(:days AS date[]))
"""


async def test_the_forecast_rests_on_the_same_weekdays_and_on_the_load_of_the_team(busy: Busy) -> None:
    desk = await busy()
    found = await look(desk, LoadForecast(days=3))
    today = (desk.now + timedelta(hours=3)).date()
    first = min(
        row["d"]
        for row in await desk.rows("SELECT CAST(created_at AT TIME ZONE 'Europe/Moscow' AS date) AS d FROM orders")
    ) + timedelta(days=1)
    assert found["history"]["from"] == first.isoformat()
    for number in (1, 2, 3):
        told = found["days"][number]
        day = today + timedelta(days=number)
        like = [day - timedelta(weeks=back) for back in range(1, 7) if day - timedelta(weeks=back) >= first]
        like = [each for each in like if each < today]
        n = await desk.value(ARRIVED, days=like)
        assert (told["date"], told["past_days"]) == (day.isoformat(), len(like))
        assert told["expected_orders"] == round(n / len(like), 1)
        assert told["thin_data"] == (len(like) < 3)
    weights = {status.value: float(w) for status, w in desk.policy.assignment.stage_weights.items()}
    rows = await desk.rows(
        "SELECT o.status FROM orders AS o JOIN people AS p ON p.id = o.owner_id AND p.role = 'manager'"
        " WHERE o.status NOT IN ('closed', 'cancelled')"
    )
    assert found["load_now"] == round(sum(weights[row["status"]] for row in rows), 1)


async def test_without_a_past_nothing_is_forecast(db: Database) -> None:
    desk = await Desk.open(db)
    found = await look(desk, LoadForecast(days=1))
    assert found["history"]["whole_days"] == 0
    assert [(day["expected_orders"], day["rests_on"]) for day in found["days"]] == [(None, "nothing")] * 2


async def test_the_calendar_tells_days_off_and_absences(db: Database) -> None:
    desk = await Desk.open(db)
    await desk.alter(desk.anna, away_from=desk.now, away_until=desk.now + timedelta(days=1))
    found = await look(desk, LookAtCalendar(days=5))
    days = found["teams"]["default"]["days"]
    assert [(day["weekday"], day["works"]) for day in days[:1] + days[3:]] == [
        ("wed", ["10:00-19:00"]),
        ("sat", ["11:00-16:00"]),
        ("sun", []),
    ]
    hours = {one["name"]: list(one["working_hours"].values()) for one in found["people"]}
    assert hours["Анна"] == [2.0, 7.0, 9.0, 5.0, 0.0]
    assert hours["Борис"] == [9.0, 9.0, 9.0, 5.0, 0.0]


async def test_each_role_knows_which_of_its_kpis_have_data_and_which_are_missing(db: Database) -> None:
    desk = await Desk.open(db)
    countable = {*KPIS, *COUNTABLE}
    for key, role in desk.policy.roles.roles.items():
        found = await look(desk, LookAtCircles(role=key))
        assert set(found["kpis"]) == set(role.kpis) & countable
        assert found["missing_kpis"] == [kpi for kpi in role.kpis if kpi not in countable]
        assert found["with_data"] == f"{len(found['kpis'])}/{len(role.kpis)}"
    assert set(COUNTABLE) <= {kpi for role in desk.policy.roles.roles.values() for kpi in role.kpis}


async def test_circle_kpis_equal_a_recount(busy: Busy) -> None:
    desk = await busy()
    span = {"since": desk.now - timedelta(days=14), "now": desk.now}
    found = {
        **(await look(desk, LookAtCircles(role="ai-ceo", period="14d")))["kpis"],
        **(await look(desk, LookAtCircles(role="ai-rom", period="14d")))["kpis"],
        **(await look(desk, LookAtCircles(role="ai-grc", period="14d")))["kpis"],
    }
    rows = await desk.rows("SELECT * FROM ai_signals ORDER BY id")
    closed = sorted(
        (row["resolved_at"] - row["created_at"]).total_seconds() / 3600
        for row in rows
        if row["severity"] == "critical" and row["resolved_at"] and span["since"] < row["resolved_at"] <= span["now"]
    )
    assert found["time_to_close_critical_signals"]["of"] == len(closed)
    seen: set[str] = set()
    repeated = 0
    for row in rows:
        repeated += row["dedup_key"] in seen and span["since"] < row["created_at"] <= span["now"]
        seen.add(row["dedup_key"])
    assert found["repeated_incidents"]["value_signals"] == repeated
    delivered = await desk.value(
        "SELECT count(DISTINCT order_id) FROM order_status_events WHERE to_status = 'delivered' AND at > :since"
        " AND at <= :now",
        **span,
    )
    assert found["throughput_per_manager"]["value_orders"] == round(delivered / 3, 1)
    assert found["sanctions_screen_coverage"]["value_percent"] in (None, 100.0)


async def test_an_unknown_role_is_told_which_there_are(db: Database) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        await ask(await Desk.open(db), LookAtCircles(role="ai-boss"))
    assert "ai-rop" in refusal.value.allowed
