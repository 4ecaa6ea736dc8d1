"""Every KPI counted anew in plain Python from the raw rows of what happened: what the SQL must agree with."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from typing import Any

from tests.integration.desk import Desk

CLOSED = ("closed", "cancelled")
WATCHED = ("pending_manager", "under_inspection", "awaiting_payment", "ready_for_shipment")
CRITICAL = ("pending_manager", "under_inspection", "awaiting_payment")
OF_A_STAGE = ("stage", "accept", "first_contact", "client_reply", "client_decision", "payment")
NO_PROMISE = ("movement", "follow_up")
MOVES = {
    *("accept_order", "advance_order", "cancel_order", "answer_checklist", "add_note", "record_contact"),
    "supplement_point",
    *("record_client_decision", "record_payment", "record_delivery", "set_logistics", "open_claim", "close_claim"),
    *("complete_task", "open_blocker", "close_blocker"),
}

ASSIGNMENTS = """
SELECT a.*, o.accepted_at AS order_accepted_at FROM ai_assignments AS a JOIN orders AS o ON o.id = a.order_id
"""
NEVER = datetime.max.replace(tzinfo=UTC)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Books:
    """Everything that was written down."""

    events: Mapping[int, list[Row]]
    notes: Mapping[int, list[Row]]
    decisions: Mapping[int, list[Row]]
    assignments: list[Row]
    steps: list[Row]
    clocks: list[Row]
    violations: list[Row]
    escalations: list[Row]

    @classmethod
    async def read(cls, desk: Desk) -> "Books":
        """All rows."""
        return cls(
            events=_by_order(await desk.rows("SELECT * FROM order_status_events ORDER BY at, id")),
            notes=_by_order(await desk.rows("SELECT * FROM order_notes")),
            decisions=_by_order(
                [
                    row
                    for row in await desk.rows("SELECT order_id, at, action, outcome FROM ai_decisions")
                    if row["action"] in MOVES and row["outcome"] == "done"
                ]
            ),
            assignments=list(await desk.rows(ASSIGNMENTS)),
            steps=list(await desk.rows("SELECT * FROM tasks WHERE kind = 'step'")),
            clocks=list(await desk.rows("SELECT * FROM clocks")),
            violations=list(await desk.rows("SELECT * FROM ai_sla_violations")),
            escalations=list(await desk.rows("SELECT * FROM escalations")),
        )

    # ── at an instant ────────────────────────────────────────────────────────────────────────────────────────────────
    def state(self, at: datetime) -> dict[int, tuple[str, datetime]]:
        """Status of each open order, and since when."""
        found: dict[int, tuple[str, datetime]] = {}
        for order_id, events in self.events.items():
            past = [event for event in events if event["at"] <= at]
            if past and past[-1]["to_status"] not in CLOSED:
                found[order_id] = (past[-1]["to_status"], past[-1]["at"])
        return found

    def moved(self, order_id: int, at: datetime) -> datetime:
        """The last movement of an order until then: when the desk learned of it, or when a history's log says."""
        events = self.events[order_id]
        moves = [event["at" if event["history_key"] else "recorded_at"] for event in events]
        moves += [note["at"] for note in self.notes.get(order_id, ()) if note["history_key"]]
        moves += [decision["at"] for decision in self.decisions.get(order_id, ())]
        return max([events[0]["at"], *(moment for moment in moves if moment <= at)])

    def standing(self, at: datetime) -> dict[str, float | None]:
        """The KPIs of an instant."""
        state = self.state(at)
        watched = [order_id for order_id, (status, _) in state.items() if status in WATCHED]
        stuck = [order_id for order_id in watched if self.moved(order_id, at) < at - timedelta(hours=72)]
        owned = _spanning(self.assignments, "assigned_at", "ended_at", at)
        stepped = _spanning(self.steps, "created_at", "done_at", at)
        return {
            "pending_manager_orders": sum(status == "pending_manager" for status, _ in state.values()),
            "share_over_72h": _share(len(stuck), len(watched)),
            "share_without_owner": _share(len(set(state) - owned), len(state)),
            "share_without_next_step": _share(len(set(state) - stepped), len(state)),
            "with_owner_and_next_step": _share(len(set(state) & owned & stepped), len(state)),
        }

    def queue(self, at: datetime) -> dict[str, list[int]]:
        """Open orders by status, in the four classes of age."""
        rows: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for status, since in self.state(at).values():
            hours = (at - since) / timedelta(hours=1)
            rows[status][sum(hours >= bound for bound in (4, 24, 72))] += 1
        return dict(rows)

    # ── in a span ────────────────────────────────────────────────────────────────────────────────────────────────────
    def flow(self, since: datetime, until: datetime) -> dict[str, float | None]:
        """The KPIs of `(since, until]`."""
        moves = [event for event in self._events() if since < event["at"] <= until and event["from_status"]]
        stays = [event["seconds_in_status"] for event in moves if event["from_status"] not in CLOSED]
        cycles, delivered = self._deliveries(since, until)
        reactions = [
            max(0.0, (row["accepted_at"] - row["starts_at"]).total_seconds())
            for row in self.assignments
            if row["accepted_at"] and since < row["accepted_at"] <= until and self._was_answered(row)
        ]
        limits = self.limits(since, until)
        return {
            "time_to_next_status": _median(stays, 3600),
            "sla_breach_rate": _broken(limits, stages=None),
            "sla_breach_rate_critical": _broken(limits, stages=CRITICAL),
            "cycle_time": _median(cycles, 3600),
            "cycle_time_p90": _p90(cycles, 3600),
            "delivered": delivered,
            "inspection_to_payment": _converted(moves, "under_inspection", "awaiting_payment"),
            "payment_to_shipment": _converted(moves, "awaiting_payment", "ready_for_shipment"),
            "reaction_time": _median(reactions, 60),
            **self._escalated(since, until),
        }

    def stays(self, since: datetime, until: datetime, status: str) -> float | None:
        """Median hours of the stays in one status that ended in the span."""
        ended = [e for e in self._events() if since < e["at"] <= until and e["from_status"] == status]
        return _median([event["seconds_in_status"] for event in ended], 3600)

    def limits(self, since: datetime, until: datetime) -> list[tuple[str | None, str, bool]]:
        """Every limit decided in the span: stage, kind of clock, whether it was broken."""
        decided: list[tuple[str | None, str, bool]] = []
        epochs = {clock["id"]: clock["epoch"] for clock in self.clocks}
        for clock in self.clocks:
            due_at, closed_at = clock["due_at"], clock["closed_at"] or NEVER
            kept = closed_at <= due_at
            if since < min(closed_at, due_at) <= until:
                decided.append((clock["stage"], clock["kind"], not kept))
        decided += [
            (row["stage"], row["clock_kind"], True)
            for row in self.violations
            if row["epoch"] < epochs[row["clock_id"]] and since < row["due_at"] <= until
        ]
        return [limit for limit in decided if limit[1] not in NO_PROMISE]

    def _events(self) -> Iterable[Row]:
        return (event for events in self.events.values() for event in events)

    def _was_answered(self, row: Row) -> bool:
        return row["accepted_at"] > row["assigned_at"] or row["accepted_at"] == row["order_accepted_at"]

    def _deliveries(self, since: datetime, until: datetime) -> tuple[list[float], int]:
        cycles: list[float] = []
        delivered = 0
        for events in self.events.values():
            arrived = next((event["at"] for event in events if event["to_status"] == "delivered"), None)
            if arrived is None or not since < arrived <= until:
                continue
            delivered += 1
            began = next((event["at"] for event in events if event["to_status"] == "pending_manager"), None)
            if began is not None and began <= arrived:
                cycles.append((arrived - began).total_seconds())
        return cycles, delivered

    def _escalated(self, since: datetime, until: datetime) -> dict[str, float | None]:
        cards = [card for card in self.escalations if since < card["at"] <= until]
        by_order: dict[int, int] = defaultdict(int)
        for card in cards:
            if card["order_id"] is not None:
                by_order[card["order_id"]] += 1
        complete = [c for c in cards if (c["resolved_at"] and c["resolved_at"] <= until) or c["deadline"] > until]
        return {
            "repeated_escalations": _share(sum(count > 1 for count in by_order.values()), len(by_order)),
            "escalations_complete": _share(len(complete), len(cards)),
        }


def _by_order(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["order_id"]].append(row)
    return dict(found)


def _spanning(rows: Iterable[Row], start: str, end: str, at: datetime) -> set[int]:
    return {row["order_id"] for row in rows if row[start] <= at and (row[end] is None or row[end] > at)}


def _share(hits: int, of: int) -> float | None:
    return hits / of if of else None


def _median(seconds: list[float], unit: float) -> float | None:
    return median(seconds) / unit if seconds else None


def _p90(seconds: list[float], unit: float) -> float | None:
    if len(seconds) < 2:
        return seconds[0] / unit if seconds else None
    return quantiles(seconds, n=10, method="inclusive")[8] / unit


def _broken(limits: list[tuple[str | None, str, bool]], stages: tuple[str, ...] | None) -> float | None:
    broken = [
        was_broken
        for stage, kind, was_broken in limits
        if kind in OF_A_STAGE and stage is not None and stage not in CLOSED and (stages is None or stage in stages)
    ]
    return _share(sum(broken), len(broken))


def _converted(moves: list[Row], source: str, target: str) -> float | None:
    gone = {event["order_id"] for event in moves if event["from_status"] == source}
    converted = {e["order_id"] for e in moves if e["from_status"] == source and e["to_status"] == target}
    return _share(len(converted), len(gone))
