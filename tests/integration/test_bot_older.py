"""What an older version of the bot left in chats, and what a changed client sends: a friendly answer, never a fault."""

import pytest
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from sqlalchemy import text

from bots.taps import Check, CheckTap, Do, OrderTap, PhotoTap, Put
from domain.orders import Status
from store.database import Database
from tests.integration.desk import Desk, Member
from tests.integration.phone import Line, line
from tests.integration.test_bot_notes import inspected, notes, reply

OLD = "Эта кнопка больше не работает"
FORGOTTEN = "Вопрос уже не актуален"
HUGE = "9" * 30


async def sent(phone: Line, who: Member, data: str) -> str | None:
    """What the alert says to a tap with these data, made on the newest message."""
    people = phone.telegram.people
    await phone.write(who, "/help")
    message = (await people.messages(who.telegram_id))[-1].message_id
    query = await people.press(who.telegram_id, who.telegram_id, message, data)
    await phone.listen()
    answer = await people.answer(query, wait=0)
    assert answer is not None, "the tap spins for ever"
    return answer.text


async def remember(phone: Line, who: Member, state: str, data: str) -> None:
    """What the conversation holds, as an older version has left it."""
    key = f"{phone.door.bot.id}:{who.telegram_id}:{who.telegram_id}:0"
    async with phone.company.db.transaction() as tx:
        await tx.execute(
            text(
                "INSERT INTO chat_states (key, state, data, updated_at)"
                " VALUES (:key, :state, CAST(:data AS jsonb), now())"
                " ON CONFLICT (key) DO UPDATE SET state = excluded.state, data = excluded.data"
            ),
            {"key": key, "state": state, "data": data},
        )


async def unhandled(company: Desk) -> int:
    return int(await company.value("SELECT count(*) FROM inbox_updates WHERE handled_at IS NULL"))


@pytest.mark.parametrize("data", ["zz:1:2", "o:vanished:1:0:", "nothing", "o:open", f"o:open:{HUGE}:0:", "al:-1"])
async def test_a_button_that_no_version_of_today_has_says_so(db: Database, data: str) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        assert OLD in str(await sent(phone, company.admin, data))
        assert await unhandled(company) == 0


async def test_arguments_that_no_button_has_are_refused_in_words(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        version = (await company.see(order)).version
        asking = (
            Do.MOVE, Do.MOVE_NOW, Do.CANCEL_FOR, Do.CANCEL_PLAIN, Do.DECIDED, Do.REWORK, Do.BLOCK_WHO, Do.BLOCK_DUE,
            Do.UNBLOCK, Do.LOGISTICS, Do.SHIP, Do.ARRIVED, Do.HOW, Do.DRAFT, Do.SENT, Do.DECLINE_FOR,
        )  # fmt: skip
        for do in asking:
            for arg in ("vanished", "", "²", HUGE):
                data = OrderTap(do=do, order=order.id, version=version, arg=arg[:20]).pack()
                await sent(phone, who, data)
                assert await unhandled(company) == 0, (do, arg)
        assert (await company.see(order)).status is Status.UNDER_INSPECTION


async def test_arguments_of_the_check_that_no_button_has_are_refused_in_words(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        for do in Check:
            for arg in ("vanished", "", "."):
                for point in (0, 5, 28, 99):
                    await sent(phone, who, CheckTap(do=do, order=order.id, point=point, arg=arg).pack())
                    assert await unhandled(company) == 0, (do, arg, point)


async def test_arguments_of_other_cards_that_no_button_has_are_refused_in_words(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        await phone.photo(who)
        batch = await company.value("SELECT id FROM photo_batches")
        for put in Put:
            await sent(phone, who, PhotoTap(do=put, batch=batch, order=order.id, arg="vanished").pack())
            assert await unhandled(company) == 0, put
        for data in ("y:aw:vanished", "y:me:vanished", "k:vanished", "j:0:vanished:0:0", "w:vanished:all", "s:open:7:x",
                     "s:vanished:1:", "q:vanished:0:0:", "t:dig:0:99", "t:cho:999:1", "a:vanished:1:x", "g:open:999:0:",
                     "v:ack:999:0:x", "l:again:999", "l:redo:999", "l:alike:999", "x:999999999", "m:all:999999999",
                     "q::0:99999999:", "al:999999999", "j:0::-5:0", "j:0:p999:0:0"):  # fmt: skip
            await sent(phone, company.admin, data)
            assert await unhandled(company) == 0, data


async def test_a_question_of_an_older_version_is_ended_kindly(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        kept = (
            ("Asked:words", '{"what": "vanished"}'),
            ("Asked:words", "{}"),
            ("Asked:words", '{"what": "note"}'),
            ("Asked:words", '{"what": "decline", "order": "1"}'),
            ("Asked:point", "{}"),
            ("Asked:vanished", '{"what": "note"}'),
        )
        for state, data in kept:
            await remember(phone, company.anna, state, data)
            assert FORGOTTEN in await phone.write(company.anna, "Согласен"), (state, data)
            assert await unhandled(company) == 0
            assert "/orders" in await phone.write(company.anna, "/help")


async def test_photos_under_a_state_of_an_older_version_are_asked_about(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, _ = await inspected(company)
        for state, data in (("Asked:photos", "{}"), ("Asked:photos", '{"order_id": 1}'), ("Asked:vanished", "{}")):
            await remember(phone, who, state, data)
            assert "фото" in (await phone.photo(who)).lower()
            assert await unhandled(company) == 0


@pytest.mark.parametrize(
    "data", ["o:vanished:1:0:", "c:pt:x:1:", "v:open:999:0:", "a:open:999:x", "p:ask:999:0:", "o:open:999:0:"]
)
async def test_a_reply_to_a_card_of_an_older_version_is_not_lost(db: Database, data: str) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        button = InlineKeyboardButton(text="?", callback_data=data)
        keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
        sent_card = await phone.door.bot.send_message(company.anna.telegram_id, "старая", reply_markup=keyboard)
        await reply(phone, company.anna, sent_card.message_id, "Продавец просит неделю")
        assert await unhandled(company) == 0
        assert await notes(company) == []
