"""The client thinks: the plan, its drafts to copy, and that a text has gone out by hand."""

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from bots.card import Card
from bots.cards.follow_up import draft as draft_text
from bots.cards.follow_up import plan_card
from bots.handlers.forms import keeping_list
from bots.reader import Reader, show
from bots.taps import OrderTap
from bots.toasts import toast
from domain.commands import CompleteTask, DraftFollowUp, RecordContact
from domain.errors import ConflictError, InvalidInputError
from domain.followups import plan as plan_of
from domain.orders import Order
from domain.people import Channel
from domain.policy import FollowUpKey
from guardrails.follow_up_drafts import ask_for_draft
from guardrails.outcomes import Done
from store import people
from store.desk import follow_ups
from store.desk import orders as order_store


async def plan(query: CallbackQuery, _tapped: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> None:
    """The steps with their times, in the place of the card."""
    await show(query, keeping_list(query, await planned(reader, order.id)))


async def planned(reader: Reader, order_id: int) -> Card:
    """The plan as it stands; raises `ConflictError` once there is none, because the client has decided."""
    desk = reader.door.desk
    async with desk.db.reading() as tx:
        order = await order_store.get_by_id(tx, order_id)
        taken = await follow_ups.follow_ups(tx, order.id, since=order.status_since)
        owner = None if order.owner_id is None else await people.get(tx, order.owner_id)
    calendar = desk.gate.calendars.of_team(None) if owner is None else desk.gate.calendars.of(owner)
    steps = plan_of(
        order,
        desk.policy.followups,
        now=reader.words.now,
        calendar=calendar,
        done=frozenset(FollowUpKey(key) for key in taken),
    )
    if not steps:
        raise ConflictError(kind="order", name=order.code, state="decided", allowed=("a client who has not decided",))
    return plan_card(reader.words, order, steps)


async def draft(query: CallbackQuery, tapped: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> None:
    """The text alone, in a message of its own, so that one touch copies it; a role's wording follows as a message."""
    step = _step(tapped)
    await toast(query)
    if query.message is not None:
        await query.message.answer(draft_text(reader.words, order, step))
    await ask_for_draft(
        reader.door.desk,
        reader.person,
        order,
        step,
        plain=reader.words.plain(f"followup-{step}-draft", bike=order.bike),
        channel=Channel.TELEGRAM,
        locale=reader.door.locale,
    )


async def sent(query: CallbackQuery, tapped: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> None:
    """The manager has sent it: a contact with the client, and the step is done."""
    step = _step(tapped)
    taken = await reader.perform(DraftFollowUp(order=order.code, version=tapped.version, step=step))
    assert isinstance(taken, Done), "a follow-up waits for nobody"
    told = reader.words.plain("contact-followed-up", step=reader.words.plain(f"followup-{step}"))
    await reader.perform_all(
        [
            CompleteTask(task_id=int(taken.result["task_id"])),
            RecordContact(order=order.code, party="client", text=told, medium="chat"),
        ]
    )
    card = await planned(reader, order.id)
    await show(query, keeping_list(query, card.under(reader.words.say("note-followed-up"))))


def _step(tapped: OrderTap) -> FollowUpKey:
    if tapped.arg not in tuple(FollowUpKey):
        raise InvalidInputError(field="step", value=tapped.arg, allowed=tuple(FollowUpKey))
    return FollowUpKey(tapped.arg)
