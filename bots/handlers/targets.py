"""An order with one of the moves that are legal for it."""

from bots.card import Card
from bots.cards.move import move_sheet
from bots.reader import Reader
from domain.errors import TransitionRefusedError
from domain.lifecycle import Target
from domain.orders import Status
from guardrails.order_card import OrderCard, order_card


async def full(reader: Reader, code: str) -> OrderCard:
    """The order in full, for somebody who may see it."""
    async with reader.door.desk.db.reading() as tx:
        card = await order_card(tx, code, reader.door.desk.policy)
    reader.require_sees(card.order.owner_id)
    return card


async def target_of(reader: Reader, code: str, to: Status) -> tuple[OrderCard, Target]:
    """The order and its move to this status; raises `TransitionRefusedError` where there is no such move."""
    card = await full(reader, code)
    found = next((target for target in card.targets if target.to is to), None)
    if found is None:
        allowed = tuple(target.to for target in card.targets)
        raise TransitionRefusedError(order=code, source=card.order.status, target=to, allowed=allowed)
    return card, found


async def sheet_when_ready(reader: Reader, code: str, to: Status) -> Card | None:
    """The summary of the move that has just become possible; None while anything lacks for it, or it is none."""
    card = await full(reader, code)
    found = next((target for target in card.targets if target.to is to), None)
    return None if found is None or found.missing else move_sheet(reader.words, card, found)
