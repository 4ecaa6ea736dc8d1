"""Truly at once: two leaders on one card, two votes, a tap and the job that shows its card anew, many chats."""

import asyncio

from bots.handling import handle_update
from bots.inbox import receive
from bots.refreshing import refresh
from bots.taps import SEEN_CHARS, Climb, VoteTap
from domain.orders import Status
from domain.people import Role
from store.database import Database
from tests.integration.asking import payable, payment
from tests.integration.desk import Desk
from tests.integration.phone import Line, line
from tests.integration.test_bot_admin import escalated


async def at_once(phone: Line) -> None:
    """Handle everything that people have done, as so many workers at the same moment."""
    await receive(phone.door.bot, phone.door.desk.db, None, wait=0)
    waiting = await phone.company.column("SELECT update_id FROM inbox_updates WHERE handled_at IS NULL")
    await asyncio.gather(*(handle_update(phone.door, update_id) for update_id in waiting))


async def test_of_two_leaders_who_take_a_case_at_the_same_moment_one_has_it_and_both_read_who(db: Database) -> None:
    company = await Desk.open(db)
    second = await company.hire("Ирина", Role.ADMIN)
    async with line(company) as phone:
        take = (await escalated(company, phone)).model_copy(update={"do": Climb.ACKNOWLEDGE})
        both = (company.admin, second)
        for who in both:
            card = await phone.card(who)
            await phone.telegram.people.press(who.telegram_id, who.telegram_id, card, take.pack())
        await at_once(phone)
        query = "SELECT count(*) FROM ai_decisions WHERE action = 'acknowledge' AND outcome = 'done'"
        assert await company.value(query) == 1
        read = {(await phone.says(who))[-1].partition("Занимается ")[2][:5] for who in both}
        assert len(read) == 1
        assert read != {""}


async def test_two_votes_at_the_same_moment_move_the_order_once(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await payable(company)
        waiting = await payment(company, order)
        await phone.deliver()
        seen = (await company.approval(waiting.approval_id)).arguments_hash[:SEEN_CHARS]
        tap = VoteTap(ballot="approve", approval=waiting.approval_id, seen=seen)
        for who in (company.head, company.owner):
            card = await phone.card(who)
            await phone.telegram.people.press(who.telegram_id, who.telegram_id, card, tap.pack())
        await at_once(phone)
        assert (await company.see(order)).status is Status.READY_FOR_SHIPMENT
        moves = "SELECT count(*) FROM order_status_events WHERE order_id = :id AND to_status = 'ready_for_shipment'"
        assert await company.value(moves, id=order.id) == 1


async def test_a_tap_and_the_job_that_shows_its_card_anew_do_not_block_each_other(db: Database) -> None:
    company = await Desk.open(db)
    second = await company.hire("Ирина", Role.ADMIN)
    async with line(company) as phone:
        card = await escalated(company, phone)
        held = {who.telegram_id: await phone.card(who) for who in (company.admin, second)}
        await phone.press(second, card.model_copy(update={"do": Climb.ACKNOWLEDGE}))
        message = held[company.admin.telegram_id]
        data = card.model_copy(update={"do": Climb.SNOOZE}).pack()
        await phone.telegram.people.press(company.admin.telegram_id, company.admin.telegram_id, message, data)
        await asyncio.gather(
            at_once(phone), *(refresh(phone.post, chat, held[chat]) for chat in held for _ in range(3))
        )
        assert await company.value("SELECT count(*) FROM inbox_updates WHERE handled_at IS NULL") == 0


async def test_as_many_chats_as_a_worker_has_hands_are_served_at_once(db: Database) -> None:
    company = await Desk.open(db)
    people = [*company.managers, *[await company.hire(f"Коллега {number}", Role.MANAGER) for number in range(5)]]
    async with line(company) as phone:
        for who in people:
            await phone.telegram.people.write(who.telegram_id, who.telegram_id, "/orders")
        await at_once(phone)
        for who in people:
            assert len(await phone.says(who)) == 1
