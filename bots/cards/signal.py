"""A signal for the admins: what is the matter, about what, until when, who is at it, and the levers."""

from typing import Final

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncConnection

from bots.card import About, Button, Card, columns, keyboard
from bots.cards.deeds import history
from bots.door import TelegramDoor
from bots.taps import Do, OrderTap, SignalDo, SignalTap
from bots.words import Words, clip, lines
from domain.orders import Order
from store import people
from store.desk import orders, signals
from store.desk.signals import (
    OPEN,
    Signal,
)
from store.talk.outbox import Notification

SAID: Final = "text"
"""The fact of a signal that is a person's own words."""
UNOWNED: Final = ("no_eligible_manager", "not_accepted")


async def signal_notice(
    tx: AsyncConnection, door: TelegramDoor, words: Words, notification: Notification
) -> Card | None:
    """A signal that concerns you; pointless once it is settled."""
    number = notification.params.get("signal")
    if number is None:
        return Card(await _plain(tx, words, notification))
    signal = await signals.get(tx, int(number))
    return await signal_card(tx, door, words, signal) if signal.status in OPEN else None


async def _plain(tx: AsyncConnection, words: Words, notification: Notification) -> Markup:
    """What is told without a signal of its own: an approval that has run out."""
    what = words.plain(f"signal-{notification.params['code']}")
    if notification.order_id is not None:
        code = (await orders.get_by_id(tx, notification.order_id)).code
        return words.say("card-signal-about", what=what, about=words.plain("thing-order", name=code))
    if "approval" in notification.params:
        about = words.plain("thing-approval", name=str(notification.params["approval"]))
        return words.say("card-signal-about", what=what, about=about)
    return words.say("card-signal", what=what)


async def signal_card(tx: AsyncConnection, door: TelegramDoor, words: Words, signal: Signal) -> Card:
    """A signal as it stands: open with its levers, or settled with what came of it."""
    order = None if signal.order_id is None else await orders.get_by_id(tx, signal.order_id)
    is_open = signal.status in OPEN
    owner = None if order is None or order.owner_id is None else await people.get(tx, order.owner_id)
    text = lines(
        await _head(tx, words, signal, order),
        words.say("card-escalation-order", bike=order.bike, status=words.plain(f"status-{order.status}"))
        if order
        else None,
        words.say("card-escalation-owner", name=owner.name if owner else "—") if order else None,
        _quoted(words, signal),
        words.say("card-signal-severity", severity=words.plain(f"severity-{signal.severity}")) if is_open else None,
        words.say("card-signal-due", due=words.due(signal.due_at)) if is_open else None,
        await _held(tx, words, signal) if is_open else _ended(words, signal),
        await history(tx, door, words, "signal", signal.id, order_id=signal.order_id, since=signal.created_at),
    )
    if not is_open:
        return Card(text, keyboard(_link(words, order)))
    return Card(text, keyboard(*_levers(words, signal, order)), about=About("signal", signal.id))


async def _head(tx: AsyncConnection, words: Words, signal: Signal, order: Order | None) -> Markup:
    """What is the matter with whom, in the first line."""
    what = words.plain(f"signal-{signal.code}")
    key = "card-signal-open" if signal.status in OPEN else "card-signal-over"
    if order is not None:
        return words.say(key, what=what, name=order.code, about="order")
    if signal.subject_kind == "person" and signal.subject_id is not None:
        return words.say(key, what=what, name=(await people.get(tx, signal.subject_id)).name, about="person")
    return words.say(key, what=what, name="", about="none")


def _quoted(words: Words, signal: Signal) -> Markup | None:
    said = signal.evidence.get(SAID)
    return words.say("card-signal-said", said=clip(said)) if isinstance(said, str) else None


async def _held(tx: AsyncConnection, words: Words, signal: Signal) -> Markup | None:
    if signal.ack_by is None or signal.snoozed_until is None or signal.snoozed_until <= words.now:
        return None
    by = await people.get(tx, signal.ack_by)
    return words.say("card-held", name=by.name, until=words.moment(signal.snoozed_until))


def _ended(words: Words, signal: Signal) -> Markup:
    return words.say("card-resolution", resolution=words.reason(signal.resolution or "—"))


def _levers(words: Words, signal: Signal, order: Order | None) -> list[list[Button]]:
    version = 0 if order is None else order.version

    def tap(label: str, do: SignalDo) -> Button:
        return words.plain(label), SignalTap(do=do, signal=signal.id, version=version)

    levers = [tap("button-acknowledge", SignalDo.TAKE), tap("button-snooze", SignalDo.SNOOZE)]
    levers += [tap("button-resolve", SignalDo.RESOLVE), tap("button-reject-signal", SignalDo.REJECT)]
    first: list[Button] = []
    if order is not None and order.is_open:
        first = [tap("button-assign" if signal.code in UNOWNED else "button-give", SignalDo.GIVE)]
    return [first, *columns(levers, 2), _link(words, order)]


def _link(words: Words, order: Order | None) -> list[Button]:
    return [] if order is None else [(words.plain("button-open"), OrderTap(do=Do.SHOW, order=order.id))]
