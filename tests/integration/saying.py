"""Notes by reply: the shortest way from a person's words in Telegram to an effect that can be counted."""

from bots.local import LocalTelegram
from domain.orders import Order
from tests.integration.desk import Desk, Member
from tests.integration.phone import Line


async def told(company: Desk, phone: Line, who: Member, *notes: str) -> Order:
    """An order of that manager's, its card in their chat, and these notes as replies to it; nobody has listened yet."""
    (order,) = await company.give(who, 1)
    await phone.write(who, f"/order {order.code}")
    await say(phone.telegram, who, await phone.card(who), *notes)
    return order


async def say(telegram: LocalTelegram, who: Member, card: int, *notes: str) -> None:
    """The person answers a card, again and again."""
    for note in notes:
        await telegram.people.write(who.telegram_id, who.telegram_id, note, reply_to=card)


async def notes_of(company: Desk, order: Order) -> list[str]:
    """The order's notes in the order in which they were taken down."""
    return await company.column("SELECT text FROM order_notes WHERE order_id = :id ORDER BY id", id=order.id)
