"""Open violations for an admin."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bots.app import TelegramDoor
from bots.card import Button, Card, keyboard
from bots.taps import Climb, ViolationTap
from bots.words import Words, clip, lines
from store import orders, people, violations
from store.outbox import Notification
from store.violations import Violation


async def escalation_notice(
    tx: AsyncConnection, _door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    """A violation that has climbed the ladder; pointless once it is resolved."""
    params = notification.params
    violation = await violations.of_clock(tx, params["clock_id"], params["epoch"])
    if violation is None or violation.resolved_at is not None:
        return None
    card = await escalation(tx, words, violation, proposal=str(params.get("proposal", "extend")))
    if "reason" not in params:
        return card
    return card.under(words.say("card-escalated", by=str(params["by"]), reason=clip(str(params["reason"]))))


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
