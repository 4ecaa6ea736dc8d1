"""An event log becomes history: told through the gate, known when it comes again, left alone by the watchdog."""

import csv
import io
import json
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.commands import AddNote, AssignUnattended, ReassignOrder, Resolve
from domain.errors import ConflictError
from domain.eventlog import LogMapping
from domain.measures import Period
from domain.people import WATCHDOG
from domain.validation import parse
from guardrails.desk import Desk as OpenDesk
from guardrails.feed_quarantine import Quarantine
from jobs import history as history_job
from jobs.history import ImportReport, Log, import_log
from store import metrics
from store.database import Database
from store.timeline import ScaledTimeline, load_timeline
from store.workspace import Workspace, workspace
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
    writer.writerows((case, what, who, (START + timedelta(hours=hours)).isoformat()) for case, what, who, hours in lines)
    return file.getvalue() + extra


def mapping(**changes: Any) -> LogMapping:
    return parse(LogMapping, {**WRITTEN, **changes})


async def imported(
    db: Database, text: str, *, company_clock: bool | None = None, told: history_job.Told = lambda _done, _of: None, **how: Any
) -> ImportReport:
    async with db.reading() as tx:
        desk = OpenDesk.of(db, POLICY, await load_timeline(tx))
    log = Log(name="log.csv", lines=io.StringIO(text, newline=""), mapping=mapping(**how))
    return await import_log(desk, log, company_clock=company_clock, told=told)


async def seen(db: Database, *, days: int = 30) -> Workspace:
    async with db.reading() as tx:
        now = (await load_timeline(tx)).now()
        return await workspace(tx, Period(since=now - timedelta(days=days), until=now), POLICY, now=now)


def random_log(seed: int, cases: int) -> list[Line]:
    chance = random.Random(seed)
    lines: list[Line] = []
    for number in range(cases):
        hours = chance.uniform(0, 24 * 40)
        for _ in range(chance.randint(1, 8)):
            what = chance.choice([*WRITTEN["activities"], "talk", "open", "take", "solve"])
            lines.append((f"c{number}", what, chance.choice(("Ада", "Боб", "Вик", "")), hours))
            hours += chance.choice((0, 0.5, 7, 40, 200))
    chance.shuffle(lines)
    return lines


CONTENT = {
    "orders": "code, status, owner_id, accepted_at, due_at, status_since, last_moved_at, created_at, closed_at, source",
    "order_status_events": "code, from_status, to_status, at, owner_id, actor, kind, legal, reason, seconds_in_status, history_key",
    "order_notes": "code, author_id, kind, text, at, history_key",
    "ai_assignments": "code, manager_id, assigned_at, starts_at, accepted_at, ended_at, end_reason",
    "clocks": "code, kind, stage, owner_id, opened_at, due_at, next_at, level, state, closed_at",
    "ai_sla_violations": "code, stage, owner_id, severity, level, due_at, breached_at, deadline, resolved_at, resolution",
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
    """A desk without anybody, to look through."""
    return await Desk.open(db)


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
    assert (late["stage"], late["resolution"], late["resolved_at"]) == ("delivered", "history", first["closed_at"])
    assert late["due_at"] == late["breached_at"] < late["deadline"]


async def test_a_limit_that_was_over_when_the_log_ended_is_an_open_violation(desk: Desk) -> None:
    report = await imported(desk.db, written(SMALL))
    second = await desk.see("Case 2")
    (late,) = await desk.violations(second)
    assert (late["stage"], late["level"], late["severity"]) == ("under_inspection", 4, "critical")
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


async def test_a_log_that_grew_ends_as_if_it_had_come_at_once(desk: Desk) -> None:
    lines = random_log(2, 40)
    await imported(desk.db, written(lines[::3]))
    await imported(desk.db, written(lines[::2]))
    report = await imported(desk.db, written(lines))
    grown = await content(desk)
    assert 0 < report.imported.events < report.contents.events
    other = {table: len(rows) for table, rows in grown.items()}
    assert other["orders"] == 40
    books = await Books.read(desk)
    last = max(event["at"] for events in books.events.values() for event in events)
    whole = {code: rows for code, rows in _moves(grown).items() if len({row["at"] for row in rows}) == len(rows)}
    assert whole
    for rows in whole.values():
        assert [row["from_status"] for row in rows] == [None, *(row["to_status"] for row in rows[:-1])]
    assert last <= START + timedelta(days=200)


def _moves(found: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, list[Mapping[str, Any]]]:
    moves: dict[str, list[Mapping[str, Any]]] = {}
    for row in sorted(found["order_status_events"], key=lambda row: row["at"]):
        moves.setdefault(row["code"], []).append(row)
    return moves
