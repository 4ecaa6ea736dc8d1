"""What stands in the slots of a digest, taken from the answers of READ tools: numbers and rows, not yet worded.

A row is a mapping with the name of its sentence under `row` (catalogue: `report-row-<row>`); its other values are
codes, names and numbers. A slot without anything to say is left out, unless it is required.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from domain.digests import SLOTS
from domain.policy import DigestKind

Facts: TypeAlias = Mapping[str, Any]
Row: TypeAlias = Mapping[str, Any]
Value: TypeAlias = "int | Row | Sequence[Row]"

LISTED: Final = 5
DECIDED: Final = 10
CHAINS: Final = 8
PULSE: Final = ("delivered", "pending_manager_orders", "sla_breach_rate", "share_over_72h")
UNITS: Final = ("percent", "hours", "minutes", "orders")
FULL_PERCENT: Final = 100
SOON_MINUTES: Final = 24 * 60


def values(
    kind: DigestKind, answers: Facts, *, circles: Mapping[str, Facts], crisis: Iterable[str]
) -> dict[str, Value]:
    """Every slot that has something to say, and every required one.

    `answers` are facts of READ tools by the request's name, `circles` says of each circle its name, its roles, its
    priority and whether anything of it is measured, `crisis` names the signals of a crisis.
    """
    source = _Source(answers, circles, frozenset(crisis))
    made = {rule.name: _MADE[rule.name](source) for rule in SLOTS[kind]}
    return {rule.name: made[rule.name] for rule in SLOTS[kind] if rule.required or made[rule.name]}


@dataclass(frozen=True, slots=True)
class _Source:
    """What the slots are made of."""

    answers: Facts
    circles: Mapping[str, Facts]
    crisis: frozenset[str]

    def rows(self, query: str, name: str) -> Sequence[Facts]:
        return self.answers[query][name]

    @property
    def kpis(self) -> Mapping[str, Facts]:
        return self.answers["look_at_kpis"]["kpis"]

    @property
    def signals(self) -> Sequence[Facts]:
        return self.rows("look_at_signals", "signals")


_MADE: Final[Mapping[str, Callable[[_Source], Value]]] = {
    "period": lambda of: {"row": "period", **_span(of.answers["look_at_kpis"]["period"])},
    "open_orders": lambda of: int(of.answers["look_at_queue"]["open_orders"]),
    "overdue_orders": lambda of: int(of.answers["look_at_queue"]["overdue_orders"]),
    "hot_orders": lambda of: int(of.answers["hot_list"]["on_hot_list"]),
    "hot_list": lambda of: [_order(each, "hot") for each in of.rows("hot_list", "orders")[:LISTED]],
    "nearest": lambda of: [_order(each, "nearest") for each in of.rows("look_at_queue", "orders")[:LISTED]],
    "approvals_open": lambda of: int(of.answers["look_at_approvals"]["pending_total"]),
    "approvals": lambda of: [_approval(each, "approval") for each in of.rows("look_at_approvals", "pending")[:LISTED]],
    "people": lambda of: _known(map(_person, of.rows("look_at_managers", "people"))),
    "signals_open": lambda of: sum(n["open"] for n in of.answers["look_at_signals"]["open_by_severity"].values()),
    "signals": lambda of: [_signal(each, of.circles) for each in of.signals[:LISTED]],
    "crisis": lambda of: [_signal(each, of.circles) for each in of.signals if each["code"] in of.crisis],
    "kpis": lambda of: [_kpi(key, each) for key, each in of.kpis.items()],
    "pulse": lambda of: [_kpi(key, of.kpis[key]) for key in PULSE],
    "forecast": lambda of: [_day(each) for each in of.rows("load_forecast", "days")[:LISTED]],
    "decisions": lambda of: decisions(of.answers, of.circles),
    "rulings": lambda of: [_ruling(each, of.circles) for each in of.rows("precedents", "rulings")[:LISTED]],
    "missing": lambda of: _known(map(_missing, of.answers["look_at_circles"])),
    "chains": lambda of: of.answers["chains"],
    "chains_shown": lambda of: len(of.answers["chains"]),
    "chains_more": lambda of: of.answers["chains_total"] - len(of.answers["chains"]),
}


def _known(rows: Iterable[Row | None]) -> list[Row]:
    return [row for row in rows if row is not None]


# ── the decisions of the day ─────────────────────────────────────────────────────────────────────────────────────────
def decisions(answers: Facts, circles: Mapping[str, Facts]) -> list[Row]:
    """At most ten, the most pressing first, one an order; among equals the circles' priority (docs/DOMAIN.md 7).

    Each has its owner, due time, the effect that is expected, and is marked where its circle has no data.
    """
    found = [*_from_approvals(answers), *_from_signals(answers), *_from_orders(answers), *_from_forecast(answers)]
    known = [
        {
            **each,
            "priority": circles[each["circle"]]["priority"] or 0,
            "circle_name": circles[each["circle"]]["name"],
            "roles": circles[each["circle"]]["roles"],
            "uncertain": "no" if circles[each["circle"]]["measured"] else "yes",
        }
        for each in found
    ]
    known.sort(key=lambda each: (each["urgency"], each["priority"], str(each["due"]), str(each["subject"])))
    return [{**each, "number": number} for number, each in enumerate(_once_an_order(known)[:DECIDED], 1)]


def _once_an_order(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The most pressing decision about each order; requests of people stand for themselves."""
    told = dict[object, dict[str, Any]]()
    for each in found:
        order = each.get("order")
        alone = order is None or each["row"] == "decide_approval"
        told.setdefault((each["row"], each["subject"]) if alone else order, each)
    return [*told.values()]


def _from_approvals(answers: Facts) -> list[dict[str, Any]]:
    return [
        {
            **_approval(each, "decide_approval"),
            "subject": each["approval_id"],
            "circle": "strategy",
            "urgency": _urgency(each["left_minutes"], each["overdue_minutes"]),
        }
        for each in answers["look_at_approvals"]["pending"]
    ]


def _from_signals(answers: Facts) -> list[dict[str, Any]]:
    return [
        {
            "row": "decide_signal",
            "signal": each["code"],
            "order": each["order"],
            "subject": each["signal_id"],
            "circle": each["circle"],
            "due": each["due_at_local"],
            "urgency": _urgency(each["left_minutes"], each["overdue_minutes"]),
        }
        for each in answers["look_at_signals"]["signals"]
        if each["severity"] in ("high", "critical")
    ]


def _from_orders(answers: Facts) -> list[dict[str, Any]]:
    """Those that burn and that no listed signal is about."""
    told = {each["order"] for each in answers["look_at_signals"]["signals"]}
    return [
        {
            **_order(each, "decide_order"),
            "subject": each["order"],
            "circle": "sales_operations",
            "urgency": _urgency(each["left_minutes"], each["overdue_minutes"]),
        }
        for each in answers["hot_list"]["orders"]
        if each["order"] not in told
    ]


def _from_forecast(answers: Facts) -> list[dict[str, Any]]:
    return [
        {
            "row": "decide_load",
            "subject": each["date"],
            "load_percent": each["load_percent"],
            "circle": "sales_operations",
            "due": each["date"],
            "urgency": 2,
        }
        for each in answers["load_forecast"]["days"]
        if each["over_capacity"] and not each["thin_data"] and each["load_percent"] is not None
    ][:1]


def _urgency(left_minutes: float | None, overdue_minutes: float) -> int:
    """0: the deadline has passed; 1: it passes within a day; 2: later, or there is none."""
    if overdue_minutes > 0:
        return 0
    return 1 if left_minutes is not None and left_minutes <= SOON_MINUTES else 2


# ── signal, action, effect ───────────────────────────────────────────────────────────────────────────────────────────
def chain(signal: Facts, decided: Sequence[Facts]) -> Row:
    """What was seen, what was done about its order since, and what came of it: only what is written down."""
    since = signal["raised_at"]
    after = [each for each in decided if each["at"] >= since and each["outcome"] == "done"]
    actions = list(dict.fromkeys(each["action"] for each in reversed(after)))[-3:]
    measured = any(each["measured_effect"] for each in after)
    settled = signal.get("resolved_at")
    return {
        "row": "chain",
        "signal": signal["code"],
        "order": signal["order"],
        "raised": signal["raised_at_local"],
        "actions": actions,
        "effect": "measured" if measured else "open" if settled is None else "settled",
        "settled": signal.get("resolved_at_local"),
    }


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _span(period: Facts) -> dict[str, Any]:
    return {"since": period["from_local"], "until": period["to_local"]}


def _order(order: Facts, row: str) -> dict[str, Any]:
    return {
        "row": row,
        "order": order["order"],
        "status": order["status"],
        "owner": order["owner"],
        "due": order["due_at_local"],
    }


def _approval(approval: Facts, row: str) -> dict[str, Any]:
    return {
        "row": row,
        "approval": approval["approval_id"],
        "action": approval["action"],
        "order": approval["order"],
        "voters": approval["may_vote"],
        "due": approval["expires_at_local"],
    }


def _person(person: Facts) -> Row | None:
    """Who is away with open orders, or carries more than they can."""
    load = person["load_percent"]
    full = load is not None and load >= FULL_PERCENT
    if not full and not (person["away"] and person["open_orders"]):
        return None
    state = "away" if person["away"] else "full"
    return {
        "row": "person",
        "name": person["name"],
        "state": state,
        "load_percent": load,
        "orders": person["open_orders"],
    }


def _signal(signal: Facts, circles: Mapping[str, Facts]) -> Row:
    return {
        "row": "signal",
        "signal": signal["code"],
        "severity": signal["severity"],
        "order": signal["order"],
        "circle_name": circles[signal["circle"]]["name"],
        "roles": circles[signal["circle"]]["roles"],
        "due": signal["due_at_local"],
    }


def _kpi(key: str, kpi: Facts) -> Row:
    unit = next(unit for unit in UNITS if f"value_{unit}" in kpi)
    value, before = kpi[f"value_{unit}"], kpi[f"previous_{unit}"]
    return {"row": "kpi", "kpi": key, "value": value, "before": before, "unit": unit, "trend": kpi["trend"] or "none"}


def _day(day: Facts) -> Row:
    return {
        "row": "day",
        "date": day["date"],
        "expected": day["expected_orders"],
        "load_percent": day["load_percent"],
        "over": "yes" if day["over_capacity"] else "no",
        "thin": "yes" if day["thin_data"] else "no",
    }


def _ruling(ruling: Facts, circles: Mapping[str, Facts]) -> Row:
    return {
        "row": "ruling",
        "number": ruling["ruling"],
        "order": ruling["order"],
        "circle_name": circles[ruling["winner"]]["name"],
        "ruled": ruling["ruled_at_local"],
    }


def _missing(circle: Facts) -> Row | None:
    """A role of whose KPIs some have no data; what rests on them is uncertain."""
    if not circle["missing_kpis"]:
        return None
    known = len(circle["kpis"])
    return {
        "row": "missing",
        "role_name": circle["name"],
        "circle_name": circle["circle_name"],
        "known": known,
        "total": known + len(circle["missing_kpis"]),
    }
