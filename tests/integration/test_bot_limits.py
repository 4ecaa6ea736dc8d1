"""The longest of everything: lists, reasons and staffs keep within Telegram's limits, and foreign texts stay texts."""

import asyncio

from sqlalchemy import text

from bots.inbox import receive
from bots.taps import Do, OrderTap
from domain.commands import SetAiMode
from domain.people import Role
from domain.validation import parse
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.phone import line
from tests.integration.test_bot_notes import inspected, notes

LONG = "<b>&\N{CYRILLIC SMALL LETTER YA}" * 125


async def test_dead_letters_with_long_reasons_are_listed(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await company.orders(14)
        async with db.transaction() as tx:
            await tx.execute(
                text("UPDATE notifications SET state = 'dead', error = :error || id"), {"error": LONG[:490]}
            )
        said = await phone.write(company.admin, "/dead")
        assert said.count("<b>&я") > 12


async def test_switches_with_long_reasons_are_listed(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        for role in company.policy.roles.roles:
            switch = {"role": role, "mode": "off", "reason": LONG[:450]}
            await company.do(parse(SetAiMode, switch), company.head.actor)
        assert "<b>&я" in await phone.write(company.admin, "/ai")


async def test_in_a_large_company_a_blockers_owner_can_be_chosen(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        for number in range(110):
            await company.hire(f"Менеджер {number}", Role.MANAGER, linked=False)
        await phone.write(who, f"/order {order.code}")
        version = (await company.see(order)).version
        await phone.press(who, OrderTap(do=Do.BLOCKER, order=order.id, version=version))
        assert "От кого это зависит?" in await phone.write(who, "Нет коробки")
        assert str(company.head.id) in [OrderTap.unpack(each).arg for each in await phone.buttons(who)]


async def test_characters_that_no_database_stores_hold_up_nobody(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        await phone.write(who, f"/order {order.code}")
        version = (await company.see(order)).version
        await phone.press(who, OrderTap(do=Do.NOTE, order=order.id, version=version))
        await phone.write(who, "Ждём\0до пятницы")
        assert await notes(company) == ["Ждём\N{REPLACEMENT CHARACTER}до пятницы"]


async def test_an_update_that_this_version_cannot_read_holds_up_nobody(db: Database) -> None:
    company = await Desk.open(db)
    body = (
        b'{"ok": true, "result": [{"update_id": 7, "message": {"message_id": "new kind"}},'
        b' {"update_id": 8, "message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}}}]}'
    )

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, line(company) as phone:
        api = phone.door.bot.session.api
        phone.door.bot.session.api = type(api).from_base(f"http://127.0.0.1:{port}")
        assert await receive(phone.door.bot, db, None, wait=0) == 9
    assert await company.column("SELECT update_id FROM inbox_updates ORDER BY 1") == [7, 8]
