"""What a message shows its reader, without a chat to show it in."""

from bots.app import build
from bots.cards.rendering import render
from guardrails.desk import Desk as OpenDesk
from store.talk import outbox
from tests.integration.desk import Desk


async def shown(desk: Desk, notification_id: int) -> str:
    """The text of the card, with Telegram's marks."""
    door = build(OpenDesk.of(desk.db, desk.policy, desk.timeline), "1:test")
    try:
        async with desk.db.reading() as tx:
            notification = await outbox.get(tx, notification_id)
            assert notification is not None
            card = await render(tx, door, notification)
    finally:
        await door.close()
    assert card is not None, "the message has become pointless"
    return card.text
