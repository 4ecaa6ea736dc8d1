"""Approval cards: approve, or reject with a reason."""

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from bots import cards
from bots.reader import Introduce, Reader, ask, show
from bots.taps import SEEN_CHARS, VoteTap
from guardrails.approvals import Ballot
from store import approvals
from store.approvals import Approval


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="approvals")
    made.callback_query.middleware(Introduce())
    made.callback_query(VoteTap.filter())(on_vote)
    return made


async def on_vote(query: CallbackQuery, callback_data: VoteTap, reader: Reader, state: FSMContext) -> None:
    """A vote on exactly the request that the card showed; a rejection asks why first."""
    approval = await _approval(reader, callback_data.approval)
    shown = callback_data.seen == approval.arguments_hash[:SEEN_CHARS]
    seen = approval.arguments_hash if shown else callback_data.seen
    if callback_data.ballot == Ballot.REJECT:
        question = reader.words.say("ask-reject", id=str(approval.id))
        await ask(state, query, question, "reject", approval=approval.id, seen=seen)
        return
    await reader.door.desk.approvals.vote(approval.id, Ballot.APPROVE, seen_hash=seen, by=reader.actor)
    async with reader.door.desk.db.reading() as tx:
        card = await cards.approval_card(tx, reader.words, await approvals.get(tx, approval.id))
    await show(query, cards.voted(card))


async def _approval(reader: Reader, approval_id: int) -> Approval:
    async with reader.door.desk.db.reading() as tx:
        return await approvals.get(tx, approval_id)
