"""An event log becomes history: told through the gate, known when it comes again, left alone by the watchdog."""

import csv
import io
import json
import random
import re
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from domain.commands import AddNote, AssignUnattended, ReassignOrder, Resolve
from domain.errors import ConflictError
from domain.eventlog import LogMapping
from domain.measures import Period
from domain.people import WATCHDOG
from domain.validation import parse
from guardrails.crm.quarantine import Quarantine
from guardrails.desk import Desk as OpenDesk
from jobs import history as history_job
from jobs.history import ImportReport, Log, import_log
from store.database import Database
from store.measures import metrics
from store.timeline import ScaledTimeline, load_timeline
from store.views.workspace import (
    Workspace,
    workspace,
)
from tests.integration.crm import Crm
from tests.integration.desk import POLICY, Desk
from tests.integration.door import open_door, problem
from tests.integration.recount import Books
from tests.integration.test_api_access import run, told

START = datetime(2014, 3, 3, 7, 0, tzinfo=UTC)
"""A Monday morning."""

WRITTEN: Mapping[str, Any] = {
    "columns": {"case": "case", "activity": "activity", "resource": "who", "time": "at"},
    "activities": {
        "open": "pending_manager",
        "take": "under_inspection",
        "wait": "awaiting_payment",
        "upgrade": "ready_for_shipment",
        "solve": "delivered",
        "close": "closed",
        "reject": "cancelled",
    },
}

Line = tuple[str, str, str, float]
"""Case, activity, who, hours since the start."""

SMALL: Sequence[Line] = (
    ("Case 1", "open", "Ада", 0),
    ("Case 1", "take", "Боб", 1),
    ("Case 1", "talk", "Боб", 2),
    ("Case 1", "wait", "Боб", 3),
    ("Case 1", "solve", "Ада", 30),
    ("Case 1", "close", "Ада", 400),
    ("Case 2", "open", "Ада", 100),
    ("Case 2", "take", "Ада", 101),
    ("Case 3", "open", "", 410),
)


def written(lines: Sequence[Line], *, extra: str = "") -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(("case", "activity", "who", "at"))
    writer.writerows(
        (case, what, who, (START + timedelta(hours=hours)).isoformat()) for case, what, who, hours in lines
    )
    return file.getvalue() + extra


def mapping(**changes: Any) -> LogMapping:
    return parse(LogMapping, {**WRITTEN, **changes})


def silent(_done: int, _of: int) -> None:
    """Nobody watches the progress."""


async def imported(
    db: Database, text: str, *, company_clock: bool | None = None, told: history_job.Told = silent, **how: Any
) -> ImportReport:
    async with db.reading() as tx:
        desk = OpenDesk.of(db, POLICY, await load_timeline(tx))
    log = Log(name="log.csv", lines=io.StringIO(text, newline=""), mapping=mapping(**how))
    return await import_log(desk, log, company_clock=company_clock, told=told)


async def seen(db: Database, *, days: int = 30) -> Workspace:
    async with db.reading() as tx:
        now = (await load_timeline(tx)).now()
        return await workspace(tx, Period(since=now - timedelta(days=days), until=now), POLICY, now=now)


def random_log(seed: int, cases: int, *, gaps: Sequence[float] = (0, 0.5, 7, 40, 200)) -> list[Line]:
    """Cases that do anything in any order; the lines are shuffled."""
    chance = random.Random(seed)
    lines: list[Line] = []
    for number in range(cases):
        hours = chance.uniform(0, 24 * 40)
        for _ in range(chance.randint(1, 8)):
            what = chance.choice([*WRITTEN["activities"], "talk", "open", "take", "solve"])
            lines.append((f"c{number}", what, chance.choice(("Ада", "Боб", "Вик", "")), hours))
            hours += chance.choice(gaps)
    chance.shuffle(lines)
    return lines


CONTENT = {
    "orders": "code, status, owner_id, accepted_at, due_at, status_since, last_moved_at, created_at, closed_at, source",
    "order_status_events": (
        "code, from_status, to_status, at, owner_id, actor, kind, legal, reason, seconds_in_status, history_key"
    ),
    "order_notes": "code, author_id, kind, text, at, history_key",
    "ai_assignments": "code, manager_id, assigned_at, starts_at, accepted_at, ended_at, end_reason",
    "clocks": "code, kind, stage, owner_id, opened_at, due_at, next_at, level, state, closed_at",
    "ai_sla_violations": (
        "code, stage, owner_id, severity, level, due_at, breached_at, deadline, resolved_at, resolution"
    ),
}


async def content(desk: Desk) -> dict[str, list[Mapping[str, Any]]]:
    """Everything of the orders but numbers and decisions."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for table, columns in CONTENT.items():
        join = "" if table == "orders" else " JOIN (SELECT id AS order_id, code FROM orders) AS o USING (order_id)"
        found[table] = list(await desk.rows(f"SELECT {columns} FROM {table}{join} ORDER BY {columns}"))
    return found


@pytest.fixture
async def desk(db: Database) -> Desk:
    """A desk with its people and no orders."""
    return await Desk.open(db)


@pytest.fixture
async def other_desk(server_url: str, template: str, database_names: Iterator[str]) -> AsyncGenerator[Desk]:
    """The same in a database of its own."""
    name = next(database_names)
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    other = Database(re.sub(r"^(\w+://[^/?]*)(/[^?]*)?", rf"\1/{name}", server_url), pool_size=3)
    yield await Desk.open(other)
    await other.close()
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


# ── what is told ─────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_log_becomes_orders_with_their_own_times_people_assignments_limits_and_breaches(desk: Desk) -> None:
    report = await imported(desk.db, written(SMALL))
    assert (report.contents.events, report.contents.cases, report.contents.people) == (9, 3, 2)
    assert (report.imported.cases, report.imported.moves, report.imported.notes) == (3, 8, 1)
    assert report.imported.illegal == {"awaiting_payment -> delivered": 1}
    assert report.unmapped == {"talk": 1}
    orders = {row["code"]: row for row in await desk.rows("SELECT * FROM orders")}
    first = orders["Case 1"]
    assert (first["status"], first["source"], first["created_at"]) == ("closed", "history", START)
    assert first["accepted_at"] == START + timedelta(hours=1)
    assert first["closed_at"] == first["status_since"] == START + timedelta(hours=400)
    people = {row["name"]: row for row in await desk.rows("SELECT * FROM people WHERE NOT active")}
    assert {name: (row["role"], row["telegram_id"]) for name, row in people.items()} == {
        "Ада": ("manager", None),
        "Боб": ("manager", None),
    }
    held = await desk.rows("SELECT * FROM ai_assignments WHERE order_id = :id ORDER BY assigned_at", id=first["id"])
    assert [(row["manager_id"], row["end_reason"]) for row in held] == [
        (people["Боб"]["id"], "reassigned"),
        (people["Ада"]["id"], "closed"),
    ]
    clocks = await desk.rows("SELECT stage, state FROM clocks WHERE order_id = :id ORDER BY opened_at", id=first["id"])
    assert [row["stage"] for row in clocks] == ["pending_manager", "under_inspection", "awaiting_payment", "delivered"]
    assert {row["state"] for row in clocks} == {"done"}
    (late,) = await desk.rows("SELECT * FROM ai_sla_violations WHERE order_id = :id", id=first["id"])
    assert (late["stage"], late["resolution"], late["resolved_at"]) == ("delivered", "@history", first["closed_at"])
    assert late["due_at"] == late["breached_at"] < late["deadline"]


async def test_a_limit_that_was_over_when_the_log_ended_is_an_open_violation(desk: Desk) -> None:
    report = await imported(desk.db, written(SMALL))
    second = await desk.see("Case 2")
    (late,) = await desk.violations(second)
    assert (late["stage"], late["level"], late["severity"]) == ("under_inspection", 3, "high")
    assert second.due_at == late["due_at"]
    assert await desk.violations(await desk.see("Case 3")) == []
    assert report.imported.breaches == {"delivered": 1, "under_inspection": 1}


async def test_the_journal_has_a_row_for_each_part_and_every_effect_has_its_row(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_job, "CASES_A_PART", 2)
    await imported(desk.db, written(SMALL, extra="Case 4,open,,never\r\n"))
    rows = await desk.decisions("import_history")
    assert [row["result"]["cases"] for row in rows] == [2, 1, 0, 0]
    assert [row["result"]["rejected"] for row in rows] == [0, 0, 1, 0]
    assert {(row["actor"], row["rule"], row["outcome"]) for row in rows} == {
        ("operator", "operator-sets-up-the-house", "done")
    }
    assert all("cases" not in row["proposed"] for row in rows)
    verified = await desk.verify()
    assert verified.ok, verified


# ── idempotence ──────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_same_log_twice_adds_nothing(desk: Desk) -> None:
    text = written([*random_log(1, 30), *SMALL], extra="Case 4,open,,never\r\n")
    await imported(desk.db, text)
    before = await content(desk)
    again = await imported(desk.db, text)
    assert await content(desk) == before
    assert (again.imported.cases, again.imported.events, again.imported.rejected) == (0, 0, 0)
    assert again.imported.known_events == again.contents.events


async def test_a_log_that_grew_ends_as_if_it_had_come_at_once(desk: Desk, other_desk: Desk) -> None:
    lines = random_log(2, 40, gaps=(0.5, 7, 40, 200))
    for part in (lines[::3], lines[::2], lines):
        report = await imported(desk.db, written(part))
    whole = await imported(other_desk.db, written(lines))
    assert 0 < report.imported.events < whole.imported.events
    assert await content(desk) == await content(other_desk)


async def test_an_import_that_died_is_finished_by_the_next_one(
    desk: Desk, other_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_job, "CASES_A_PART", 10)
    text = written(random_log(3, 35))

    def die(done: int, _of: int) -> None:
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await imported(desk.db, text, told=die)
    assert await desk.value("SELECT count(*) FROM orders") == 20
    await imported(desk.db, text)
    await imported(other_desk.db, text)
    assert await content(desk) == await content(other_desk)


# ── what cannot be read ──────────────────────────────────────────────────────────────────────────────────────────────
async def test_bad_rows_are_kept_once_with_line_and_reason_and_the_rest_is_imported(desk: Desk, db: Database) -> None:
    bad = "Case 9,open,,never\r\n,open,Ада,2014-03-03T07:00:00+00:00\r\n\xd0\r\n"
    text = written(SMALL, extra=bad)
    report = await imported(db, text)
    assert (report.contents.events, report.contents.bad_rows, report.imported.rejected) == (9, 3, 3)
    rows = await desk.rows("SELECT * FROM quarantine ORDER BY id")
    assert [(row["source"], row["state"], row["raw"]["line"], row["order_ref"]) for row in rows] == [
        ("history", "rejected", 11, "Case 9"),
        ("history", "rejected", 12, None),
        ("history", "rejected", 13, "\xd0"),
    ]
    assert rows[0]["error"]["detail"] == "line 11, column at: is no time of the form iso"
    assert rows[0]["raw"]["fields"] == ["Case 9", "open", "", "never"]
    mended = text.replace("never", (START + timedelta(hours=5)).isoformat())
    assert (await imported(db, mended)).imported.cases == 1
    assert await desk.value("SELECT count(*) FROM quarantine") == 3


async def test_activities_without_a_status_can_be_kept_in_quarantine_instead(desk: Desk, db: Database) -> None:
    report = await imported(db, written(SMALL), unmapped="quarantine")
    assert (report.imported.notes, report.imported.rejected) == (0, 1)
    (kept,) = await desk.rows("SELECT * FROM quarantine")
    assert kept["raw"]["fields"][:3] == ["Case 1", "talk", "Боб"]
    assert "does not name this activity" in kept["error"]["detail"]


async def test_a_kept_row_of_a_log_is_not_replayed_as_an_event_of_the_crm_but_can_be_let_go(desk: Desk) -> None:
    await imported(desk.db, written((), extra="Case 9,open,,never\r\n"))
    opened = OpenDesk.of(desk.db, POLICY, desk.timeline)
    quarantine = Quarantine(opened.gate, opened.feed)
    (one,) = await quarantine.replay(None, by=desk.admin.actor)
    assert one.outcome == "rejected"
    assert one.error is not None
    assert "import the mended log" in one.error.allowed
    await quarantine.discard(one.id, reason="не нужно", by=desk.admin.actor)
    assert await desk.value("SELECT state FROM quarantine") == "discarded"


async def test_a_case_that_bears_the_name_of_an_order_of_the_desk_is_kept_aside(desk: Desk) -> None:
    live = await desk.order()
    async with desk.db.transaction() as tx:
        await tx.exec_driver_sql("UPDATE orders SET code = 'Case 1'")
    before = await desk.see("Case 1")
    report = await imported(desk.db, written(SMALL))
    assert (report.imported.cases, report.imported.rejected) == (2, 6)
    assert await desk.see("Case 1") == before
    assert before.id == live.id


# ── history is left alone ────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_watchdog_neither_sweeps_nor_assigns_history(desk: Desk) -> None:
    await imported(desk.db, written(SMALL))
    before = await content(desk)
    assert await desk.pass_time(days=30) == 0
    assert (await desk.do(AssignUnattended(), WATCHDOG)).value == 0
    assert await content(desk) == before
    assert await desk.messages() == []


async def test_nobody_works_on_history(desk: Desk) -> None:
    await imported(desk.db, written(SMALL))
    (late,) = await desk.violations(await desk.see("Case 2"))
    for command in (
        AddNote(order="Case 2", text="привет"),
        ReassignOrder(order="Case 2", reason="перегружен"),
        Resolve(violation_id=late["id"], resolution="забыто"),
    ):
        with pytest.raises(ConflictError, match="history"):
            await desk.do(command, desk.admin.actor)


async def test_an_event_of_the_crm_about_history_is_kept_and_its_neighbours_are_applied(desk: Desk) -> None:
    await imported(desk.db, written(SMALL), company_clock=False)
    live = await desk.order()
    crm = Crm(desk)
    about_history = crm.event("note_added", "Case 2", text="привет")
    first, second = await crm.send(about_history, crm.event("note_added", live, text="привет"))
    assert (first.outcome, second.outcome) == ("rejected", "applied")


# ── afterwards the workspace shows that company ──────────────────────────────────────────────────────────────────────
async def test_company_time_stands_at_the_end_of_the_log_and_the_workspace_shows_that_company(desk: Desk) -> None:
    report = await imported(desk.db, written(SMALL))
    end = START + timedelta(hours=410)
    async with desk.db.reading() as tx:
        timeline = await load_timeline(tx)
    assert isinstance(timeline, ScaledTimeline)
    assert (report.company_time, timeline.now(), timeline.speed) == (end, end, 0)
    page = await seen(desk.db)
    assert {row.status.value: row.orders for row in page.queue if row.orders} == {
        "pending_manager": 1,
        "under_inspection": 1,
    }
    assert [(order.code, order.step, order.owner) for order in page.hot_orders] == [("Case 2", 2, "Ада")]
    loads = {load.name: load for load in page.managers if not load.active}
    assert (loads["Ада"].by_stage, loads["Ада"].delivered, loads["Боб"].accepted) == ({"under_inspection": 1}, 1, 1)
    kpis = {kpi.key: kpi for kpi in page.kpis}
    assert kpis["cycle_time"].value == 30
    assert kpis["share_without_owner"].value == 0.5
    assert kpis["share_without_next_step"].value == 1
    assert {row.stage.value: row.total.broken for row in page.sla if row.total.broken} == {
        "under_inspection": 1,
        "delivered": 1,
    }
    async with open_door(desk) as door:
        desk.timeline.at = end
        answer = await door.get("/api/admin/workspace", by=desk.head, period="30d")
        assert answer.json()["queue"][0]["orders"] == 1
        problem(
            await door.get("/api/admin/workspace", by=desk.head, until="2026-01-01T00:00:00Z"), 422, "invalid-input"
        )


async def test_the_kpis_of_an_imported_company_equal_the_recount_from_its_events(desk: Desk) -> None:
    await imported(desk.db, written(random_log(5, 120)))
    books = await Books.read(desk)
    async with desk.db.reading() as tx:
        now = (await load_timeline(tx)).now()
        for back, days in ((0, 30), (3.3, 14), (25, 10), (60, 60)):
            until = now - timedelta(days=back)
            period = Period(since=until - timedelta(days=days), until=until)
            expected = books.flow(period.since, until) | books.standing(until)
            former = books.flow(period.before, period.since) | books.standing(period.since)
            for kpi in await metrics.kpis(tx, period, POLICY, now=now):
                assert kpi.value == pytest.approx(expected[kpi.key]), (kpi.key, until)
                assert kpi.previous == pytest.approx(former[kpi.key]), (kpi.key, period.since)


async def test_a_desk_with_orders_of_its_own_keeps_its_time_and_its_present_is_not_mixed_with_history(
    desk: Desk,
) -> None:
    await desk.orders(2)
    report = await imported(desk.db, written(SMALL))
    assert report.company_time is None
    async with desk.db.reading() as tx:
        assert not isinstance(await load_timeline(tx), ScaledTimeline)
        period = Period(since=desk.now - timedelta(days=7), until=desk.now)
        page = await workspace(tx, period, POLICY, now=desk.now)
        past = await metrics.before_after(tx, START + timedelta(hours=300), timedelta(days=4), POLICY, now=desk.now)
    assert sum(row.orders for row in page.queue) == 2
    assert page.hot_orders == []
    assert {kpi.key: kpi.value for kpi in page.kpis}["share_without_owner"] == 0
    assert all(load.active for load in page.managers)
    changes = {change.key: change for change in past.kpis}
    assert changes["with_owner_and_next_step"].before == 0
    assert (await imported(desk.db, written(SMALL), company_clock=True)).company_time is not None


# ── the command ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_command_imports_says_what_it_did_and_how_to_undo_the_clock(database_url: str, tmp_path: Path) -> None:
    events, how = tmp_path / "log.csv", tmp_path / "mapping.yaml"
    events.write_text("\ufeff" + written(SMALL, extra="Case 9,open,,never\r\n"))
    how.write_text(json.dumps(WRITTEN))
    arguments = ("import", "--events", str(events), "--mapping", str(how))
    report = told(database_url, *arguments)
    assert (report["events"], report["cases"], report["illegal_moves"], report["bad_rows"]) == (9, 3, 1, 1)
    assert report["breaches"] == {"delivered": 1, "under_inspection": 1}
    assert (report["company_time"], report["undo"]) == ("2014-03-20T09:00:00+00:00", "./run clock reset")
    assert report["peak_mb"] > 0
    again = run(database_url, *arguments)
    assert again.returncode == 0
    assert "9 were known" in again.stdout
    assert "back to wall time: ./run clock reset" in again.stdout
    assert told(database_url, "clock", "show") == {"now": "2014-03-20T09:00:00+00:00", "speed": 0.0, "wall": False}
    assert told(database_url, "kpi", "--period", "30d")["until"] == "2014-03-20T09:00:00+00:00"
    assert told(database_url, "clock", "reset")["wall"] is True
    (kept,) = told(database_url, "import", "quarantine")
    assert (kept["source"], kept["field"]) == ("history", "at")


def test_a_mistake_of_the_mapping_is_told_in_one_line(database_url: str, tmp_path: Path) -> None:
    events, how = tmp_path / "log.csv", tmp_path / "mapping.yaml"
    events.write_text(written(SMALL))
    how.write_text(json.dumps({**WRITTEN, "activities": {"open": "new"}}))
    done = run(database_url, "import", "--events", str(events), "--mapping", str(how))
    assert (done.returncode, done.stdout) == (1, "")
    assert "activities.open" in done.stderr
    assert "pending_manager" in done.stderr
    assert run(database_url, "import").returncode == 2
    missing = run(database_url, "import", "--events", "none.csv", "--mapping", str(how))
    assert missing.returncode == 1
