"""A breach for the admins: what, whose, how late, who is at it, what was done, and the levers."""

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncConnection

from bots.card import About, Button, Card, columns, keyboard
from bots.cards.deeds import history, who
from bots.door import TelegramDoor
from bots.taps import Climb, Do, OrderTap, SignalDo, SignalTap, ViolationTap, VoteTap
from bots.words import Words, clip, lines
from domain.orders import Order
from guardrails.breaches import may_extend, proposal_for
from store import people
from store.desk import orders, violations
from store.desk.violations import Violation
from store.talk.outbox import Notification


async def escalation_notice(
    tx: AsyncConnection, door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    """A violation that has climbed the ladder; pointless once it is resolved."""
    params = notification.params
    violation = await violations.of_clock(tx, params["clock_id"], params["epoch"])
    if violation is None or violation.resolved_at is not None:
        return None
    card = await escalation(tx, door, words, violation)
    if "reason" not in params:
        return card
    return card.under(words.say("card-escalated", by=str(params["by"]), reason=clip(str(params["reason"]))))


async def escalation(tx: AsyncConnection, door: TelegramDoor, words: Words, violation: Violation) -> Card:
    """A violation as it stands: open with its levers, or resolved with what came of it."""
    order = None if violation.order_id is None else await orders.get_by_id(tx, violation.order_id)
    open_still = violation.resolved_at is None
    text = lines(
        _head(words, violation, order),
        words.say("card-escalation-order", bike=order.bike, status=words.plain(f"status-{order.status}"))
        if order
        else None,
        words.say("card-escalation-owner", name=await _owner(tx, violation, order)),
        words.say("card-due", due=words.due(violation.due_at) if open_still else words.moment(violation.due_at)),
        *(await _open_lines(tx, words, violation) if open_still else await _ended(tx, door, words, violation)),
        await history(
            tx,
            door,
            words,
            "violation",
            violation.id,
            order_id=violation.order_id,
            since=violation.breached_at,
        ),
    )
    if not open_still:
        return Card(text, keyboard(_links(words, violation, order)))
    return Card(text, keyboard(*_levers(words, violation, order)), about=About("violation", violation.id))


def _head(words: Words, violation: Violation, order: Order | None) -> Markup:
    what = words.plain(f"breach-{violation.clock_kind}")
    key = "card-escalation" if violation.resolved_at is None else "card-escalation-over"
    return words.say(key, what=what, code="" if order is None else order.code, about="order" if order else "none")


async def _owner(tx: AsyncConnection, violation: Violation, order: Order | None) -> str:
    owner_id = violation.owner_id if order is None else order.owner_id
    return "—" if owner_id is None else (await people.get(tx, owner_id)).name


async def _open_lines(tx: AsyncConnection, words: Words, violation: Violation) -> list[Markup | None]:
    step = words.say(
        "card-escalation-step", level=violation.level - 1, severity=words.plain(f"severity-{violation.severity}")
    )
    proposal = words.plain(f"proposal-{proposal_for(violation.clock_kind)}")
    return [step, words.say("card-proposal", proposal=proposal), await _held(tx, words, violation)]


async def _held(tx: AsyncConnection, words: Words, violation: Violation) -> Markup | None:
    if violation.ack_by is None or violation.ack_until is None or violation.ack_until <= words.now:
        return None
    by = await people.get(tx, violation.ack_by)
    return words.say("card-held", name=by.name, until=words.moment(violation.ack_until))


async def _ended(tx: AsyncConnection, door: TelegramDoor, words: Words, violation: Violation) -> list[Markup]:
    assert violation.resolved_at is not None
    return [
        words.say("card-resolution", resolution=words.reason(violation.resolution or "—")),
        words.say(
            "card-resolved-by",
            by=await _resolver(tx, door, words, violation.resolved_by or "system"),
            at=words.moment(violation.resolved_at),
        ),
    ]


async def _resolver(tx: AsyncConnection, door: TelegramDoor, words: Words, actor: str) -> str:
    kind, _, number = actor.partition(":")
    if kind == "person" and number.isdecimal():
        return (await people.get(tx, int(number))).name
    return who(door, actor, None) if actor in door.desk.policy.roles.roles else words.plain("card-by-itself")


def _levers(words: Words, violation: Violation, order: Order | None) -> list[list[Button]]:
    version = order.version if order else 0

    def tap(label: str, do: Climb) -> Button:
        return words.plain(label), ViolationTap(do=do, violation=violation.id, version=version)

    levers = [tap("button-acknowledge", Climb.ACKNOWLEDGE), tap("button-snooze", Climb.SNOOZE)]
    if order is not None and order.is_open:
        levers += [tap("button-give", Climb.GIVE), tap("button-task", Climb.TASK)]
        if may_extend(violation.clock_kind):
            levers.append(tap("button-extend", Climb.EXTEND))
    levers.append(tap("button-resolve", Climb.RESOLVE))
    return [*columns(levers, 2), _links(words, violation, order)]


def _links(words: Words, violation: Violation, order: Order | None) -> list[Button]:
    """To what the breach is about."""
    match violation.subject_kind:
        case "approval":
            tap = VoteTap(ballot="open", approval=violation.subject_id, seen="")
            return [(words.plain("button-open-approval"), tap)]
        case "signal":
            return [(words.plain("button-open-signal"), SignalTap(do=SignalDo.OPEN, signal=violation.subject_id))]
        case _ if order is not None:
            return [(words.plain("button-open"), OrderTap(do=Do.SHOW, order=order.id))]
        case _:
            return []
