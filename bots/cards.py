"""What each message shows: cards rendered from the present facts, by kind of notice."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bots.app import TelegramDoor
from bots.card import Button, Card, columns, keyboard
from bots.taps import SEEN_CHARS, Check, CheckTap, Climb, Do, OrderTap, Show, ShowTap, ViolationTap, VoteTap
from bots.words import Words, clip, lines
from domain.checklist import Progress
from domain.notices import NoticeKind
from domain.orders import Order, Status
from domain.policy import Policy
from guardrails.order_card import OrderCard, order_card
from store import approvals, orders, people, violations
from store.approvals import Approval
from store.outbox import Notification
from store.violations import Violation

Render = Callable[[AsyncConnection, TelegramDoor, Words, Notification], Awaitable[Card | None]]

DECLINE_REASONS = ("busy", "away", "language", "bike")


async def render(tx: AsyncConnection, door: TelegramDoor, notification: Notification) -> Card | None:
    """The card of a notification for its reader; None when it has become pointless."""
    reader = await people.get(tx, notification.person_id)
    card = await _RENDER[NoticeKind(notification.kind)](tx, door, door.words(reader), notification)
    if card is None or not notification.may_repeat:
        return card
    return card.under(door.words(reader).say("card-repeat"))


# ── orders ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def new_order(words: Words, order: Order) -> Card:
    """A request for its owner: take it or give it back."""
    text = lines(
        words.say("card-new-order", code=order.code),
        _facts(words, order),
        words.say("card-accept-until", due=words.due(order.due_at)) if order.due_at else None,
    )
    return Card(
        text,
        keyboard(
            [
                (words.plain("button-accept"), OrderTap(do=Do.ACCEPT, order=order.id, version=order.version)),
                (words.plain("button-decline"), OrderTap(do=Do.DECLINE, order=order.id, version=order.version)),
            ]
        ),
    )


def _facts(words: Words, order: Order) -> Any:
    return words.say(
        "card-facts",
        bike=order.bike,
        price=words.money(order.price_eur),
        city=order.city or "—",
        client=order.client_name or "—",
    )


def order_view(words: Words, card: OrderCard) -> Card:
    """The order for whoever works on it: status, next step, deadline, progress, and every legal lever."""
    order = card.order
    if order.status is Status.PENDING_MANAGER:
        return new_order(words, order)
    text = lines(
        words.say("card-order", code=order.code, status=words.plain(f"status-{order.status}")),
        _facts(words, order),
        _progress(words, card.check) if order.status is Status.UNDER_INSPECTION else None,
        words.say("card-verdict", verdict=words.plain(f"verdict-{order.verdict}")) if order.verdict else None,
        words.say("card-decision", decision=words.plain(f"decision-{order.client_decision}"))
        if order.client_decision
        else None,
        _shipping(words, order),
        *(words.say("card-blocker", text=clip(each.text), due=words.due(each.due_at)) for each in card.blockers),
        words.say("card-next", step=words.step(order, card.particulars.next_step_params) or "—")
        if order.is_open
        else None,
        words.say("card-due", due=words.due(order.due_at)) if order.due_at else None,
    )
    return Card(text, keyboard(*_levers(words, card)))


def _progress(words: Words, check: Progress) -> Any:
    return words.say("card-progress", answered=check.answered, total=check.total)


def _shipping(words: Words, order: Order) -> Any:
    if not (order.carrier or order.tracking_number or order.dispatch_date):
        return None
    return words.say(
        "card-shipping",
        carrier=order.carrier or "—",
        tracking=order.tracking_number or "—",
        date=words.day(order.dispatch_date) if order.dispatch_date else "—",
    )


def _levers(words: Words, card: OrderCard) -> list[list[Button]]:
    order = card.order

    def tap(label: str, do: Do, arg: str = "") -> Button:
        return words.plain(label), OrderTap(do=do, order=order.id, version=order.version, arg=arg)

    rows: list[list[Button]] = []
    match order.status:
        case Status.UNDER_INSPECTION:
            rows.append([(words.plain("button-check"), CheckTap(do=Check.SECTIONS, order=order.id))])
            rows.append([tap("button-seller", Do.SELLER), tap("button-client", Do.CLIENT)])
        case Status.AWAITING_PAYMENT:
            rows.append([tap("button-decision", Do.DECISION), tap("button-client", Do.CLIENT)])
        case Status.READY_FOR_SHIPMENT:
            rows.append([tap("button-logistics", Do.LOGISTICS), tap("button-seller", Do.SELLER)])
        case Status.IN_TRANSIT:
            rows.append([tap("button-delivered", Do.DELIVERED), tap("button-client", Do.CLIENT)])
        case _:
            pass
    if not order.is_open:
        return rows
    moves = [
        (
            words.plain("button-move", status=words.plain(f"status-{target.to}")),
            OrderTap(do=Do.MOVE, order=order.id, version=order.version, arg=target.to.value),
        )
        for target in card.targets
        if target.to is not Status.CANCELLED
    ]
    rows.extend(columns(moves, 1))
    rows.append([tap("button-note", Do.NOTE), tap("button-blocker", Do.BLOCKER)])
    rows.extend([[tap("button-unblock", Do.UNBLOCK, str(each.id))] for each in card.blockers])
    if any(target.to is Status.CANCELLED for target in card.targets):
        rows.append([tap("button-cancel", Do.CANCEL)])
    return rows


# ── the 28-point check ───────────────────────────────────────────────────────────────────────────────────────────────
def check_sections(words: Words, card: OrderCard, policy: Policy) -> Card:
    """The check by section, with what is left in each."""
    left = {*card.check.missing_points, *card.check.missing_photos}
    buttons: list[Button] = []
    for section in dict.fromkeys(point.section for point in policy.checklist.points):
        numbers = [point.number for point in policy.checklist.points if point.section is section]
        remaining = len(left.intersection(numbers))
        label = words.plain(
            "button-section", name=words.plain(f"section-{section}"), left=remaining, total=len(numbers)
        )
        buttons.append((label, CheckTap(do=Check.SECTION, order=card.order.id, arg=section.value)))
    back = (words.plain("button-back"), OrderTap(do=Do.OPEN, order=card.order.id))
    text = lines(
        words.say("check-title", code=card.order.code), _progress(words, card.check), *_lacks(words, card.check)
    )
    return Card(text, keyboard(*columns(buttons, 1), [back]))


def _lacks(words: Words, check: Progress) -> list[Any]:
    said = [
        words.say("check-photos", points=", ".join(map(str, check.missing_photos))) if check.missing_photos else None
    ]
    return [each for each in said if each is not None]


def check_section(words: Words, card: OrderCard, policy: Policy, section: str) -> Card:
    """The points of a section with their answers."""
    given = {answer.point: answer for answer in card.answers}
    rows: list[list[Button]] = []
    for point in policy.checklist.points:
        if point.section.value != section:
            continue
        answer = given.get(point.number)
        state = "none" if answer is None else answer.answer
        photo = "need" if point.number in card.check.missing_photos else "no"
        label = words.plain(
            "button-point", number=point.number, name=words.plain(f"point-{point.key}"), state=state, photo=photo
        )
        rows.append([(label, CheckTap(do=Check.POINT, order=card.order.id, point=point.number))])
    rows.append([(words.plain("button-section-ok"), CheckTap(do=Check.SECTION_OK, order=card.order.id, arg=section))])
    rows.append([(words.plain("button-back"), CheckTap(do=Check.SECTIONS, order=card.order.id))])
    return Card(
        words.say("check-section", name=words.plain(f"section-{section}"), code=card.order.code), keyboard(*rows)
    )


def check_point(words: Words, card: OrderCard, policy: Policy, number: int) -> Card:
    """One point: its answer buttons, and how to attach photos."""
    point = policy.checklist.point(number)
    assert point is not None

    def tap(label: str, do: Check, arg: str = "") -> Button:
        return words.plain(label), CheckTap(do=do, order=card.order.id, point=number, arg=arg)

    given = next((answer for answer in card.answers if answer.point == number), None)
    rows: list[list[Button]]
    if number == policy.checklist.verdict_point:
        rows = [[tap(f"button-verdict-{verdict}", Check.VERDICT, verdict)] for verdict in ("green", "yellow", "red")]
    else:
        rows = [[tap("button-ok", Check.OK), tap("button-problem", Check.PROBLEM), tap("button-na", Check.NA)]]
    rows.append(
        [(words.plain("button-back"), CheckTap(do=Check.SECTION, order=card.order.id, arg=point.section.value))]
    )
    text = lines(
        words.say("check-point", number=number, name=words.plain(f"point-{point.key}")),
        words.say("check-answered", answer=words.plain(f"answer-{given.answer}"), photos=len(given.photos))
        if given
        else None,
        words.say("check-artefact") if point.artefact else words.say("check-photo-hint"),
    )
    return Card(text, keyboard(*rows))


# ── clocks ───────────────────────────────────────────────────────────────────────────────────────────────────────────
async def _new_order(tx: AsyncConnection, _door: TelegramDoor, words: Words, notification: Notification) -> Card | None:
    order = await _order(tx, notification)
    if order is None or order.status is not Status.PENDING_MANAGER or order.owner_id != notification.person_id:
        return None
    return new_order(words, order)


async def _about_order(
    tx: AsyncConnection, door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    """Reassigned orders and next steps: the order's card as it stands."""
    order = await _order(tx, notification)
    if order is None or order.owner_id != notification.person_id or not order.is_open:
        return None
    card = order_view(words, await order_card(tx, order.code, door.desk.policy))
    return card.under(words.say(f"card-{notification.kind}", reason=clip(str(notification.params.get("reason", "")))))


async def _taken_away(
    tx: AsyncConnection, _door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    order = await _order(tx, notification)
    if order is None:
        return None
    reason = clip(str(notification.params.get("reason", "")))
    return Card(words.say("card-taken-away", code=order.code, bike=order.bike, reason=reason))


async def _clock(tx: AsyncConnection, door: TelegramDoor, words: Words, notification: Notification) -> Card | None:
    """A reminder or a breach for the owner; pointless once the clock has stopped or begun anew."""
    params = notification.params
    if not await violations.clock_runs(tx, params["clock_id"], params["epoch"]):
        return None
    order = await _order(tx, notification)
    clock, kind = str(params["clock"]), notification.kind
    verb = "reminder" if kind == NoticeKind.REMINDER else "breach"
    head = words.say("card-clock", mark=verb, what=words.plain(f"{verb}-{clock}"))
    due = words.say("card-due", due=words.due(datetime.fromisoformat(str(params["due_at"]))))
    if order is None or not order.is_open:
        return Card(lines(head, due))
    card = order_view(words, await order_card(tx, order.code, door.desk.policy))
    return card.under(lines(head, due))


async def _escalation(
    tx: AsyncConnection, _door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    params = notification.params
    violation = await violations.of_clock(tx, params["clock_id"], params["epoch"])
    if violation is None or violation.resolved_at is not None:
        return None
    return await escalation(tx, words, violation, proposal=str(params.get("proposal", "extend")))


async def escalation(tx: AsyncConnection, words: Words, violation: Violation, *, proposal: str = "extend") -> Card:
    """An open violation for an admin: what, whose, how late, what AI-ROP proposes, and the levers."""
    order = None if violation.order_id is None else await orders.get_by_id(tx, violation.order_id)
    owner = None if violation.owner_id is None else await people.get(tx, violation.owner_id)
    text = lines(
        words.say(
            "card-escalation",
            level=violation.level - 1,
            severity=words.plain(f"severity-{violation.severity}"),
            what=words.plain(f"breach-{violation.clock_kind}"),
        ),
        words.say(
            "card-escalation-order", code=order.code, bike=order.bike, status=words.plain(f"status-{order.status}")
        )
        if order
        else None,
        words.say("card-escalation-owner", name=owner.name if owner else "—"),
        words.say("card-due", due=words.due(violation.due_at)),
        words.say("card-proposal", proposal=words.plain(f"proposal-{proposal}")),
        await _held(tx, words, violation),
    )
    version = order.version if order else 0

    def tap(label: str, do: Climb) -> Button:
        return words.plain(label), ViolationTap(do=do, violation=violation.id, version=version)

    first = [tap("button-acknowledge", Climb.ACKNOWLEDGE), tap("button-snooze", Climb.SNOOZE)]
    second = [tap("button-resolve", Climb.RESOLVE)]
    if order is not None and order.is_open:
        second.insert(0, tap("button-give", Climb.GIVE))
    return Card(text, keyboard(first, second))


async def _held(tx: AsyncConnection, words: Words, violation: Violation) -> Any:
    if violation.ack_by is None or violation.ack_until is None or violation.ack_until <= words.now:
        return None
    by = await people.get(tx, violation.ack_by)
    return words.say("card-held", name=by.name, until=words.moment(violation.ack_until))


# ── approvals ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def _approval_request(
    tx: AsyncConnection, _door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    approval = await approvals.get(tx, int(notification.params["approval"]))
    return None if approval.status != "pending" else await approval_card(tx, words, approval)


async def approval_card(tx: AsyncConnection, words: Words, approval: Approval) -> Card:
    """A request for a decision: what, why, on which evidence, how much, how many votes, until when."""
    order = None if approval.order_id is None else await orders.get_by_id(tx, approval.order_id)
    votes = await approvals.votes(tx, approval.id)
    text = lines(
        words.say("approval-title", id=approval.id, what=words.plain(f"action-{approval.action}")),
        words.say("approval-order", code=order.code, bike=order.bike, status=words.plain(f"status-{order.status}"))
        if order
        else None,
        words.say("approval-to", status=words.plain(f"status-{approval.arguments['to']}"))
        if "to" in approval.arguments
        else None,
        words.say("approval-risks", risks=", ".join(words.plain(f"risk-{risk}") for risk in approval.risks)),
        words.say("approval-amount", amount=words.money(approval.amount_eur)) if approval.amount_eur else None,
        words.say("approval-why", why=clip(approval.why)) if approval.why else None,
        _evidence(words, approval.evidence),
        words.say("approval-votes", given=sum(vote.vote == "approve" for vote in votes), quorum=approval.quorum),
        words.say("approval-expires", due=words.due(approval.expires_at))
        if approval.status == "pending"
        else words.say("approval-status", status=words.plain(f"approval-{approval.status}")),
        *(words.say("approval-vote", name=vote.name, vote=vote.vote, reason=clip(vote.reason)) for vote in votes),
    )
    if approval.status != "pending":
        return Card(text)
    seen = approval.arguments_hash[:SEEN_CHARS]
    return Card(
        text,
        keyboard(
            [
                (words.plain("button-approve"), VoteTap(ballot="approve", approval=approval.id, seen=seen)),
                (words.plain("button-reject"), VoteTap(ballot="reject", approval=approval.id, seen=seen)),
            ]
        ),
    )


def _evidence(words: Words, evidence: Mapping[str, Any]) -> Any:
    if evidence.get("client_total_eur") is None:
        return None
    return words.say(
        "approval-evidence", total=str(evidence["client_total_eur"]), paid=str(evidence.get("paid_eur", 0))
    )


def voted(card: Card) -> Card:
    """The card after this reader's vote: nothing left to press."""
    return Card(card.text)


async def _approval_outcome(
    tx: AsyncConnection, _door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    approval = await approvals.get(tx, int(notification.params["approval"]))
    return Card((await approval_card(tx, words, approval)).text)


# ── the rest ─────────────────────────────────────────────────────────────────────────────────────────────────────────
async def _task(tx: AsyncConnection, _door: TelegramDoor, words: Words, notification: Notification) -> Card | None:
    order = await _order(tx, notification)
    due = words.due(datetime.fromisoformat(str(notification.params["due_at"])))
    return Card(
        words.say(
            "card-task" if notification.kind == NoticeKind.TASK else "card-blocker-notice",
            code=order.code if order else "—",
            text=clip(str(notification.params["text"])),
            due=due,
        ),
        keyboard([(words.plain("button-open"), OrderTap(do=Do.OPEN, order=order.id))]) if order else None,
    )


async def _signal(tx: AsyncConnection, _door: TelegramDoor, words: Words, notification: Notification) -> Card | None:
    order = await _order(tx, notification)
    what = words.plain(f"signal-{notification.params['code']}")
    if order is None:
        about = notification.params.get("person") or f"№{notification.params.get('approval', '—')}"
        return Card(words.say("card-signal-about", what=what, about=str(about)))
    return Card(words.say("card-signal", what=what, code=order.code))


async def _digest(tx: AsyncConnection, _door: TelegramDoor, words: Words, notification: Notification) -> Card | None:
    counts = [
        words.say(f"digest-{kind}", count=int(count)) for kind, count in notification.params.get("counts", {}).items()
    ]
    listed = [await orders.get_by_id(tx, order_id) for order_id in notification.params.get("orders", ())]
    buttons: list[Button] = [
        (words.plain("button-order", code=order.code, bike=order.bike), OrderTap(do=Do.OPEN, order=order.id))
        for order in listed
    ]
    mine: Button = (words.plain("button-mine"), ShowTap(show=Show.MINE))
    return Card(lines(words.say("digest-title"), *counts), keyboard(*columns(buttons, 1), [mine]))


async def _order(tx: AsyncConnection, notification: Notification) -> Order | None:
    return None if notification.order_id is None else await orders.get_by_id(tx, notification.order_id)


_RENDER: Mapping[NoticeKind, Render] = {
    NoticeKind.NEW_ORDER: _new_order,
    NoticeKind.REMINDER: _clock,
    NoticeKind.BREACH: _clock,
    NoticeKind.STUCK: _clock,
    NoticeKind.ESCALATION: _escalation,
    NoticeKind.ALARM: _escalation,
    NoticeKind.REASSIGNED: _about_order,
    NoticeKind.NEXT_STEP: _about_order,
    NoticeKind.TAKEN_AWAY: _taken_away,
    NoticeKind.APPROVAL_REQUEST: _approval_request,
    NoticeKind.APPROVAL_OUTCOME: _approval_outcome,
    NoticeKind.TASK: _task,
    NoticeKind.BLOCKER: _task,
    NoticeKind.SIGNAL: _signal,
    NoticeKind.DIGEST: _digest,
}
