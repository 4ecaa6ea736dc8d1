"""From what the tools said to words: one wording a tool, numbers and codes straight from the facts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

from agents.offline.circles import circle, precedents
from agents.offline.numbers import kpi_line, number, spoken
from domain.errors import ConflictError
from locales import Texts
from locales.allowed import listed

Facts = Mapping[str, Any]
LISTED: Final = 7


def worded(heard: Sequence[tuple[str, Facts]], say: Texts) -> str:
    """The answer of the whole turn: one paragraph a tool."""
    return "\n\n".join(_one(tool, facts, say) for tool, facts in heard)


def _one(tool: str, facts: Facts, say: Texts) -> str:
    if "error" in facts:
        return _refused(facts, say)
    if "waiting_for_approval" in facts:
        return say.get("offline-waiting", approval=str(facts["waiting_for_approval"]), quorum=int(facts["quorum"]))
    if "shadow" in facts:
        return say.get("offline-shadow")
    if "done_already" in facts:
        return say.get("offline-done-already")
    if "done" in facts:
        return say.get(f"offline-done-{tool}" if say.has(f"offline-done-{tool}") else "offline-done", **_done(facts))
    wording = _WORDINGS.get(tool)
    if wording is None:
        return say.get("offline-no-wording", tool=tool)
    return wording(facts, say) if tool == "consult_role" else spoken(wording(facts, say), facts, say)


def _done(facts: Facts) -> dict[str, str]:
    result = facts["done"]
    return {"order": str(result.get("order") or result.get("code") or "—"), "who": str(result.get("to_name") or "—")}


def _refused(facts: Facts, say: Texts) -> str:
    said = str(facts.get("said") or say.get("offline-refused", code=str(facts["error"])))
    # What a conflict allows are states and steps of the machine: its sentence says them in words.
    values = () if facts["error"] == ConflictError.code else facts.get("allowed", ())
    named = (*listed(facts.get("missing", ()), say), *listed(values, say))
    allowed = [each for each in named if each not in said][:LISTED]
    return f"{said} {say.get('offline-allowed', allowed=', '.join(allowed))}" if allowed else said


def _order_line(order: Facts, say: Texts) -> str:
    due = order.get("due_at_local")
    return say.get(
        "offline-order-line",
        order=str(order["order"]),
        status=say.get(f"status-{order['status']}"),
        owner=str(order.get("owner") or say.get("offline-nobody")),
        due=str(due) if due else "—",
    )


def _listing(orders: Sequence[Facts], say: Texts) -> str:
    return "".join(f"\n• {_order_line(order, say)}" for order in orders[:LISTED])


def _queue(facts: Facts, say: Texts) -> str:
    head = say.get(
        "offline-queue",
        open=int(facts["open_orders"]),
        overdue=int(facts["overdue_orders"]),
        hot=int(facts["hot_orders"]),
        at=str(facts["as_of_local"]),
    )
    by_status = "".join(f"\n{_status_line(status, row, say)}" for status, row in facts["by_status"].items())
    return (
        head
        + by_status
        + ("\n" + say.get("offline-nearest") + _listing(facts["orders"], say) if facts["orders"] else "")
    )


def _status_line(status: str, row: Facts, say: Texts) -> str:
    name = say.get(f"status-{status}")
    return say.get("offline-status-line", status=name, orders=int(row["orders"]), overdue=int(row["overdue"]))


def _hot(facts: Facts, say: Texts) -> str:
    if not facts["orders"]:
        return say.get("offline-nothing-hot", at=str(facts["as_of_local"]))
    return say.get("offline-hot", count=int(facts["listed"]), at=str(facts["as_of_local"])) + _listing(
        facts["orders"], say
    )


def _order(facts: Facts, say: Texts) -> str:
    check = facts["check"]
    lines = [
        _order_line(facts, say),
        say.get("offline-order-hours", hours=number(facts["in_status_hours"], say)),
        say.get("offline-order-step", step=_step(facts, say)),
        say.get("offline-order-check", answered=int(check["answered"]), total=int(check["total"])),
    ]
    if facts["violations"]:
        lines.append(say.get("offline-order-violations", count=len(facts["violations"])))
    if facts["blockers"]:
        lines.append(say.get("offline-order-blockers", count=len(facts["blockers"])))
    if facts["pending_approvals"]:
        lines.append(say.get("offline-order-approvals", count=len(facts["pending_approvals"])))
    return "\n".join(lines)


def _step(facts: Facts, say: Texts) -> str:
    details = cast("Facts", facts.get("next_step_details") or {})
    shown = {name: value for name, value in details.items() if isinstance(value, str | int | float)}
    try:
        return say.get(f"step-{facts['next_step']}", **shown)
    except LookupError:
        return str(facts["next_step"] or "—")


def _managers(facts: Facts, say: Texts) -> str:
    rows = [
        say.get(
            "offline-manager-line",
            name=str(person["name"]),
            load=number(person.get("load") or 0, say),
            capacity=number(person.get("capacity") or 0, say),
            broken=int(person.get("broken_limits") or 0),
        )
        for person in facts["people"][:LISTED]
    ]
    return say.get("offline-managers", **_period(facts)) + "".join(f"\n• {row}" for row in rows)


def _kpis(facts: Facts, say: Texts) -> str:
    rows = [kpi_line(key, kpi, say) for key, kpi in facts["kpis"].items()]
    return say.get("offline-kpis", **_period(facts)) + "".join(f"\n• {row}" for row in rows if row)


def _signals(facts: Facts, say: Texts) -> str:
    rows = [
        say.get(
            "offline-signal-line",
            code=say.get(f"signal-{signal['code']}") if say.has(f"signal-{signal['code']}") else str(signal["code"]),
            order=str(signal["order"] or "—"),
            due=str(signal.get("due_at_local") or "—"),
        )
        for signal in facts["signals"][:LISTED]
    ]
    return say.get("offline-signals", count=int(facts["listed"])) + "".join(f"\n• {row}" for row in rows)


def _decisions(facts: Facts, say: Texts) -> str:
    rows = [
        say.get(
            "offline-decision-line",
            at=str(row["at_local"]),
            action=_action(row["action"], say),
            actor=str(row["actor_name"] or _actor(row["actor"], say)),
            outcome=say.get(f"outcome-{row['outcome']}")
            if say.has(f"outcome-{row['outcome']}")
            else str(row["outcome"]),
            number=str(row["decision"]),
        )
        for row in facts["decisions"]
        if say.has(f"action-{row['action']}")  # a role's own steps (thinking, checking its words) decide nothing
    ][:LISTED]
    return say.get("offline-decisions", count=len(rows)) + "".join(f"\n• {row}" for row in rows)


def _approvals(facts: Facts, say: Texts) -> str:
    rows = [
        say.get(
            "offline-approval-line",
            number=str(row["approval_id"]),
            action=_action(row["action"], say),
            order=str(row["order"] or "—"),
            until=str(row.get("expires_at_local") or "—"),
        )
        for row in facts["pending"][:LISTED]
    ]
    return say.get("offline-approvals", count=int(facts["pending_total"])) + "".join(f"\n• {row}" for row in rows)


def _forecast(facts: Facts, say: Texts) -> str:
    rows = [
        say.get(
            "offline-forecast-line",
            date=str(day["date"]),
            expected="—" if day["expected_orders"] is None else number(day["expected_orders"], say),
            days=int(day["past_days"]),
        )
        for day in facts["days"][:LISTED]
    ]
    return say.get("offline-forecast") + "".join(f"\n• {row}" for row in rows)


def _calendar(facts: Facts, say: Texts) -> str:
    rows = [
        say.get(
            "offline-calendar-line",
            name=str(person["name"]),
            shift=say.get("offline-on-shift" if person["on_shift"] else "offline-off-shift"),
            away=str(person.get("away_until_local") or "—"),
        )
        for person in facts["people"][:LISTED]
    ]
    return say.get("offline-calendar") + "".join(f"\n• {row}" for row in rows)


def _consulted(facts: Facts, say: Texts) -> str:
    return say.get("offline-consulted", role=str(facts.get("name") or facts["role"]), answer=str(facts["answer"]))


def _actor(actor: str, say: Texts) -> str:
    return say.get(f"actor-{actor}") if say.has(f"actor-{actor}") else actor


def _action(action: str, say: Texts) -> str:
    return say.get(f"action-{action}") if say.has(f"action-{action}") else action


def _period(facts: Facts) -> dict[str, str]:
    period = facts["period"]
    return {"since": str(period["from_local"]), "until": str(period["to_local"])}


_WORDINGS: Final[Mapping[str, Callable[[Facts, Texts], str]]] = {
    "look_at_queue": _queue,
    "hot_list": _hot,
    "look_at_order": _order,
    "look_at_managers": _managers,
    "look_at_kpis": _kpis,
    "look_at_signals": _signals,
    "look_at_decisions": _decisions,
    "look_at_approvals": _approvals,
    "load_forecast": _forecast,
    "look_at_calendar": _calendar,
    "precedents": precedents,
    "look_at_circles": circle,
    "consult_role": _consulted,
}
