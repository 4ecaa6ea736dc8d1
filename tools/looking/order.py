"""One order in full, as its card shows it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.answers import Answer
from domain.checklist import progress
from domain.foreign import Fact, foreign
from domain.lifecycle import OrderFacts, PriceRuling, price_ruling, targets
from domain.money import quote
from domain.orders import Order
from domain.policy import Policy
from domain.queries import LookAtOrder
from store.desk import clocks, orders, violations
from store.desk.clocks import ClockRow
from store.desk.violations import Violation
from store.views import approval_lines, listings, order_history
from store.views.approval_lines import ApprovalFilter
from store.views.listings import DecisionFilter
from store.views.order_history import (
    Note,
    Particulars,
    StatusEvent,
)
from tools.looking.approvals import approval_facts
from tools.looking.decisions import decision_facts
from tools.looking.queue import priority
from tools.looking.records import told
from tools.looking.registry import LookContext, looks
from tools.looking.times import Times, euros, hours, minutes, percent, rounded
from tools.settle import order_facts

LAST = 8
"""So many events, decisions and notes are told, the newest first; the counts say how many there are."""


@looks(LookAtOrder)
async def order(tx: AsyncConnection, query: LookAtOrder, context: LookContext) -> Answer:
    """Raises ForbiddenError for a manager who does not own it, NotFoundError for an unknown code."""
    found = await orders.get(tx, query.order)
    context.viewer.require_sees(found.owner_id)
    facts, _ = await order_facts(tx, found)
    particulars = await order_history.particulars(tx, found.id)
    return Answer.of(
        {
            **context.times.present(),
            **_standing(found, particulars, context.times),
            "check": _check(found, facts, context.policy),
            "moves": _moves(found, facts, context.policy),
            "money": _money(found, context.policy),
            **await _work(tx, found, context),
            **await _history(tx, found, context),
        }
    )


def _standing(order: Order, known: Particulars, times: Times) -> dict[str, Fact]:
    return {
        "order": order.code,
        "status": order.status.value,
        "version": order.version,
        "owner": known.owner,
        "owner_id": order.owner_id,
        "hot": order.hot,
        **priority(urgent=order.urgent, because=order.urgent_because),
        "source": order.source,
        "next_step": order.next_step,
        "next_step_details": told(known.next_step_params),
        **times.deadline("due_at", order.due_at),
        **times.at("in_status_since", order.status_since),
        "in_status_hours": hours(times.now - order.status_since),
        "without_movement_hours": hours(times.now - order.last_moved_at),
        **times.at("created_at", order.created_at),
        "age_hours": hours(times.now - order.created_at),
        "client_decision": order.client_decision,
        "compliance": order.compliance,
        "delivery_method": order.delivery_method,
        "carrier": foreign("note", order.carrier),
        "tracking_number": foreign("note", order.tracking_number),
        "dispatch_date": None if order.dispatch_date is None else order.dispatch_date.isoformat(),
        "claim_open": order.claim_open,
        "cancel_reason": order.cancel_reason,
        "is_ebike": order.is_ebike,
        "client": foreign("client", order.client_name),
        "client_reachable_by": sorted(name for name, value in known.client_contact.items() if value),
        "seller": foreign("seller", known.seller_name),
        "city": foreign("city", order.city),
        "bike": foreign("bike", order.bike),
        "listing": foreign("url", known.listing_url),
    }


def _check(order: Order, facts: OrderFacts, policy: Policy) -> dict[str, Fact]:
    check = progress(facts.answers, order, policy)
    return {
        "answered": check.answered,
        "total": check.total,
        "complete": check.complete,
        "missing_points": check.missing_points,
        "missing_photos": check.missing_photos,
        "problems": [
            {"point": number, "critical": number in check.critical_failed, "comment": _comment(facts, number)}
            for number in check.problems
        ],
        "verdict": check.verdict,
    }


def _comment(facts: OrderFacts, number: int) -> Fact:
    return foreign("note", facts.answers[number].comment)


def _moves(order: Order, facts: OrderFacts, policy: Policy) -> list[Fact]:
    return [
        {
            "to": target.to.value,
            "kinds": [kind.value for kind in target.kinds],
            "needs_approval": target.needs_approval,
            "missing": list(target.missing),
        }
        for target in targets(order, facts, policy)
    ]


def _money(order: Order, policy: Policy) -> dict[str, Fact]:
    """What the deal costs and brings by tariff; actual costs are not recorded, so there is no actual margin."""
    facts: dict[str, Fact] = {
        "price_eur": euros(order.price_eur),
        "paid_eur": euros(order.paid_eur),
        "payment_confirmed": order.payment_confirmed_at is not None,
        "actual_costs": "not_recorded",
    }
    ruling = price_ruling(order.price_eur, policy)
    if ruling is not PriceRuling.ACCEPTED:
        return facts | {"tariff": ruling.value}
    deal = quote(order.price_eur, order.delivery_method, policy)
    return facts | {
        "tariff": ruling.value,
        "client_total_eur": euros(deal.client_total),
        "unpaid_eur": euros(max(deal.client_total - order.paid_eur, deal.client_total * 0)),
        "service_fee_eur": euros(deal.service_fee),
        "delivery_eur": euros(deal.delivery),
        "insurance_eur": euros(deal.insurance),
        "payment_fee_eur": euros(deal.payment_fee),
        "planned_margin_eur": euros(deal.planned_margin),
        "planned_margin_percent": percent(float(deal.margin_share)),
        "low_margin_below_percent": percent(float(policy.money.low_margin_below)),
        "low_margin": deal.margin_share < policy.money.low_margin_below,
    }


# ── what is to be done ───────────────────────────────────────────────────────────────────────────────────────────────
async def _work(tx: AsyncConnection, order: Order, context: LookContext) -> dict[str, Fact]:
    times = context.times
    waiting = await approval_lines.pending(tx, ApprovalFilter(order_id=order.id), limit=LAST)
    return {
        "clocks": [_clock(clock, times) for clock in await clocks.open_of_order(tx, order.id)],
        "violations": [_violation(one, times) for one in await violations.open_of_order(tx, order.id)],
        "tasks": [
            {
                "task_id": task.id,
                "kind": task.kind,
                "what": task.key,
                "details": told(task.params),
                "owner": task.owner,
                **times.deadline("due_at", task.due_at),
            }
            for task in await order_history.tasks(tx, order.id)
        ],
        "blockers": [
            {
                "blocker_id": blocker.id,
                "text": foreign("note", blocker.text),
                "owner": blocker.owner,
                **times.at("opened_at", blocker.opened_at),
                **times.deadline("due_at", blocker.due_at),
            }
            for blocker in await order_history.blockers(tx, order.id)
        ],
        "pending_approvals": [approval_facts(line, context) for line in waiting],
    }


def _clock(clock: ClockRow, times: Times) -> dict[str, Fact]:
    return {
        "clock": clock.kind,
        "state": clock.state,
        "limit_minutes": round(clock.limit_seconds / 60, 1),
        "extended_minutes": rounded(clock.extended_seconds / 60),
        "counts": "working_time" if clock.working else "calendar_time",
        "attempt": clock.epoch,
        **times.at("opened_at", clock.opened_at),
        **times.deadline("due_at", clock.due_at),
    }


def _violation(one: Violation, times: Times) -> dict[str, Fact]:
    return {
        "violation_id": one.id,
        "clock": one.clock_kind,
        "severity": one.severity,
        "ladder_step": max(one.level - 1, 0),
        **times.at("broken_since", one.due_at),
        "broken_for_minutes": minutes(times.now - one.due_at),
        **times.at("acknowledged_until", one.ack_until),
    }


# ── what has happened ────────────────────────────────────────────────────────────────────────────────────────────────
async def _history(tx: AsyncConnection, order: Order, context: LookContext) -> dict[str, Fact]:
    events = await order_history.status_events(tx, order.id)
    notes = await order_history.notes(tx, order.id)
    payments = await order_history.payments(tx, order.id)
    decisions = await listings.decisions(tx, DecisionFilter(order_id=order.id), before=None, limit=LAST)
    return {
        "payments": [
            {
                "amount_eur": euros(payment.amount_eur),
                "reference": foreign("note", payment.reference),
                "reported_by": payment.reported_by,
                **context.times.at("at", payment.at),
            }
            for payment in payments
        ],
        "status_events_total": len(events),
        "status_events": [_event(event, context.times) for event in events[:LAST]],
        "notes_total": len(notes),
        "notes": [_note(note, context.times) for note in notes[:LAST]],
        "decisions": await decision_facts(tx, decisions, context),
    }


def _event(event: StatusEvent, times: Times) -> dict[str, Fact]:
    seconds = event.seconds_in_status
    return {
        **times.at("at", event.at),
        "from": event.from_status,
        "to": event.to_status,
        "legal": event.legal,
        "kind": event.kind,
        "owner": event.owner,
        "actor": event.actor,
        "before_that_hours": None if seconds is None else round(seconds / 3600, 1),
        "reason": foreign("note", event.reason),
    }


def _note(note: Note, times: Times) -> dict[str, Fact]:
    return {
        **times.at("at", note.at),
        "kind": note.kind,
        "author": note.author,
        "text": foreign("note", note.text),
    }
