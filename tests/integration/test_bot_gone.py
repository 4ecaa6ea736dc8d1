"""Answers that do not arrive: an old tap, a deleted card, a chat that is gone; what was done stays done, once."""

from collections.abc import Generator

import pytest
from aiogram.filters.callback_data import CallbackData
from structlog.testing import capture_logs

from bots.local import FaultKind
from bots.taps import SEEN_CHARS, Do, OrderTap, VoteTap
from domain.orders import Status
from guardrails.approval.proposals import Waiting
from store.database import Database
from tests.integration.asking import payable, payment
from tests.integration.desk import Desk, Member
from tests.integration.order_phone import Hand
from tests.integration.phone import Line, line


@pytest.fixture(autouse=True)
def quiet() -> Generator[None]:
    """The trouble is meant; its traces need not be printed."""
    with capture_logs():
        yield


async def pressed(phone: Line, who: Member, tap: CallbackData) -> int:
    """The person presses on their newest card, and nobody has listened yet; that card."""
    message = await phone.card(who)
    await phone.telegram.people.press(who.telegram_id, who.telegram_id, message, tap.pack())
    return message


async def ballot(company: Desk, waiting: Waiting, what: str) -> VoteTap:
    seen = (await company.approval(waiting.approval_id)).arguments_hash[:SEEN_CHARS]
    return VoteTap(ballot=what, approval=waiting.approval_id, seen=seen)


async def left(company: Desk) -> int:
    return int(await company.value("SELECT count(*) FROM inbox_updates WHERE handled_at IS NULL"))


async def test_a_vote_whose_answer_was_lost_is_one_vote_and_no_refusal(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        waiting = await payment(company, await payable(company))
        await phone.deliver()
        await pressed(phone, company.head, await ballot(company, waiting, "approve"))
        phone.telegram.faults.plan(FaultKind.BAD_GATEWAY, method="editMessageText")
        await phone.insist()
        assert await company.value("SELECT count(*) FROM approval_votes") == 1
        assert "Голосов «за»: 1 из 2" in (await phone.says(company.head))[-1]
        refused = "SELECT count(*) FROM ai_decisions WHERE action = 'vote_approval' AND outcome = 'refused'"
        assert await company.value(refused) == 0


async def test_a_rejection_and_another_amount_whose_answers_were_lost_are_told_as_done(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        waiting = await payment(company, await payable(company))
        await phone.deliver()
        await phone.press(company.head, await ballot(company, waiting, "reject"))
        await phone.telegram.people.write(company.head.telegram_id, company.head.telegram_id, "Нет чека")
        phone.telegram.faults.plan(FaultKind.BAD_GATEWAY, method="sendMessage")
        await phone.insist()
        assert "Нет чека" in (await phone.says(company.head))[-1]
        assert (await company.approval(waiting.approval_id)).status == "rejected"


async def test_a_tap_on_a_card_that_was_deleted_meanwhile_is_answered_below(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.to_status(await company.order(), Status.UNDER_INSPECTION)
        hand = Hand.of(phone, order)
        await hand.open()
        card = await pressed(phone, hand.who, OrderTap(do=Do.CLIENT, order=order.id, version=order.version))
        await phone.door.bot.delete_message(hand.who.telegram_id, card)
        await phone.listen()
        assert "Контакт с клиентом записан" in (await phone.says(hand.who))[-1]
        assert await left(company) == 0


async def test_a_card_that_stands_and_was_deleted_is_shown_anew_and_goes_on_changing(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        waiting = await payment(company, await payable(company))
        await phone.deliver()
        card = await pressed(phone, company.head, await ballot(company, waiting, "approve"))
        await phone.door.bot.delete_message(company.head.telegram_id, card)
        await phone.listen()
        assert "Голосов «за»: 1 из 2" in (await phone.says(company.head))[-1]
        newest = (await phone.telegram.people.messages(company.head.telegram_id))[-1].message_id
        chat = company.head.telegram_id
        held = await company.column("SELECT message_id FROM shown_cards WHERE chat_id = :chat", chat=chat)
        assert held == [newest]


async def test_who_blocks_the_bot_right_after_a_tap_has_done_what_they_did(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.to_status(await company.order(), Status.UNDER_INSPECTION)
        hand = Hand.of(phone, order)
        await hand.open()
        await pressed(phone, hand.who, OrderTap(do=Do.CLIENT, order=order.id, version=order.version))
        await phone.telegram.people.block(hand.who.telegram_id)
        await phone.listen()
        assert await company.value("SELECT count(*) FROM order_notes WHERE kind = 'contact_client'") == 1
        assert await left(company) == 0


@pytest.mark.parametrize("do", [Do.NOTE, Do.BLOCKER, Do.SHOW])
async def test_a_tap_that_is_handled_too_late_to_be_answered_still_leads_on(db: Database, do: Do) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.to_status(await company.order(), Status.UNDER_INSPECTION)
        hand = Hand.of(phone, order)
        await hand.open()
        shown = len(await phone.says(hand.who))
        await pressed(phone, hand.who, OrderTap(do=do, order=order.id, version=order.version))
        phone.telegram.memory.presses.clear()
        await phone.listen()
        assert len(await phone.says(hand.who)) == shown + 1
        assert await left(company) == 0
