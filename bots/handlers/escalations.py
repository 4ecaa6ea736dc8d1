"""Escalation cards: acknowledge, snooze, reassign, resolve; the card is edited in place with who did what."""

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery
from markupsafe import Markup

from bots import cards
from bots.card import Card, columns, keyboard
from bots.handlers.order_moves import waiting
from bots.reader import Introduce, Reader, ask, show
from bots.taps import Climb, ViolationTap
from domain.commands import Acknowledge, ReassignOrder, Snooze
from domain.errors import ConflictError
from domain.orders import Status
from guardrails.proposals import Waiting
from store import listings, people, violations
from store import orders as order_store
from store.violations import Violation

ANYBODYS = (Climb.OPEN, Climb.ACKNOWLEDGE)
"""What may be pressed by the one whose breach it is; the rest is a leader's."""


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="escalations")
    made.callback_query.middleware(Introduce())
    made.callback_query(ViolationTap.filter())(on_tap)
    return made


async def on_tap(query: CallbackQuery, callback_data: ViolationTap, reader: Reader, state: FSMContext) -> None:
    """One tap on an escalation card."""
    tap, words = callback_data, reader.words
    if tap.do not in ANYBODYS:
        reader.require_leads(tap.do)
    violation = await _violation(reader, tap.violation)
    if violation.resolved_at is not None:
        await show(query, Card(words.say("note-resolved-already", resolution=words.reason(violation.resolution or ""))))
        return
    match tap.do:
        case Climb.ACKNOWLEDGE:
            await _refuse_held(reader, violation)
            await reader.perform(Acknowledge(violation_id=tap.violation))
        case Climb.SNOOZE:
            await show(query, _snooze_menu(reader, tap))
            return
        case Climb.SNOOZE_FOR:
            await reader.perform(Snooze(violation_id=tap.violation, option=tap.arg))  # pyright: ignore[reportArgumentType] - the command checks it
        case Climb.RESOLVE:
            await ask(state, query, words.say("ask-resolution"), "resolve", violation=tap.violation)
            return
        case Climb.GIVE:
            await show(query, await _managers_menu(reader, tap))
            return
        case Climb.GIVE_TO:
            note = await _give(reader, violation, tap)
            await show(query, Card(note))
            return
        case _:
            pass
    async with reader.door.desk.db.reading() as tx:
        card = await cards.escalation(tx, words, await violations.get(tx, tap.violation))
    await show(query, card)


async def _violation(reader: Reader, violation_id: int) -> Violation:
    async with reader.door.desk.db.reading() as tx:
        violation = await violations.get(tx, violation_id)
        order = None if violation.order_id is None else await order_store.get_by_id(tx, violation.order_id)
    reader.require_sees(violation.owner_id if order is None else order.owner_id)
    return violation


async def _refuse_held(reader: Reader, violation: Violation) -> None:
    """Somebody else is at it already: one wins, the other sees who."""
    now = reader.words.now
    if violation.ack_by in (None, reader.person.id) or violation.ack_until is None or violation.ack_until <= now:
        return
    async with reader.door.desk.db.reading() as tx:
        by = await people.get(tx, violation.ack_by or 0)
    raise ConflictError(
        kind="violation", name=str(violation.id), state="held", by=by.name, allowed=("snooze", "resolve")
    )


def _snooze_menu(reader: Reader, tap: ViolationTap) -> Card:
    buttons = [
        (
            reader.words.plain(f"snooze-{option.key}"),
            ViolationTap(do=Climb.SNOOZE_FOR, violation=tap.violation, version=tap.version, arg=option.key),
        )
        for option in reader.door.desk.policy.clocks.snooze
    ]
    back = (
        reader.words.plain("button-back"),
        ViolationTap(do=Climb.OPEN, violation=tap.violation, version=tap.version),
    )
    return Card(reader.words.say("ask-snooze"), keyboard(*columns(buttons, 3), [back]))


async def _managers_menu(reader: Reader, tap: ViolationTap) -> Card:
    weights = reader.door.desk.policy.assignment.stage_weights
    async with reader.door.desk.db.reading() as tx:
        managers = await listings.managers(tx)
    buttons = [
        (
            reader.words.plain(
                "button-manager",
                name=manager.name,
                load=round(sum(float(weights[Status(status)]) * n for status, n in manager.counts.items()), 1),
                capacity=manager.capacity,
            ),
            ViolationTap(do=Climb.GIVE_TO, violation=tap.violation, version=tap.version, arg=str(manager.id)),
        )
        for manager in managers
    ]
    best = (
        reader.words.plain("button-least-loaded"),
        ViolationTap(do=Climb.GIVE_TO, violation=tap.violation, version=tap.version, arg="0"),
    )
    back = (
        reader.words.plain("button-back"),
        ViolationTap(do=Climb.OPEN, violation=tap.violation, version=tap.version),
    )
    return Card(reader.words.say("ask-manager"), keyboard([best], *columns(buttons, 2), [back]))


async def _give(reader: Reader, violation: Violation, tap: ViolationTap) -> Markup:
    assert violation.order_id is not None
    async with reader.door.desk.db.reading() as tx:
        order = await order_store.get_by_id(tx, violation.order_id)
    done = await reader.perform(
        ReassignOrder(
            order=order.code,
            version=tap.version,
            manager_id=int(tap.arg) or None,
            reason=reader.words.plain("reason-escalation"),
        )
    )
    if isinstance(done, Waiting):  # one of many given away lately: a mass change
        return Markup(waiting(reader, done))  # noqa: S704 - words.say has escaped it
    async with reader.door.desk.db.reading() as tx:
        to = await people.get(tx, int(done.result["to"]))
    return reader.words.say("note-given", code=order.code, name=to.name, by=reader.person.name)
