"""Approval cards: approve, reject with a reason, ask for another amount; and the list of those that wait."""

from decimal import Decimal
from typing import Final

from aiogram import Router
from aiogram.filters import Command as Slash
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bots import standing
from bots.card import About, Card, columns, keyboard
from bots.cards.pages import turning
from bots.reader import Introduce, Reader, ask, say, show
from bots.taps import SEEN_CHARS, ApprovalsTap, VoteTap
from bots.toasts import toast
from bots.words import lines
from domain.errors import ConflictError, ForbiddenError, InvalidInputError, StaleError
from guardrails.approval.approvals import Ballot
from store.desk import approvals
from store.desk.approvals import Approval
from store.views import approval_lines
from store.views.approval_lines import (
    ApprovalFilter,
    ApprovalLine,
)

LISTED: Final = 8
OPEN: Final = "open"
EDIT: Final = "edit"


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="approvals")
    made.callback_query.middleware(Introduce())
    made.message.middleware(Introduce())
    made.message(Slash("approvals"))(on_list)
    made.callback_query(VoteTap.filter())(on_vote)
    made.callback_query(ApprovalsTap.filter())(on_page)
    return made


# ── one request ──────────────────────────────────────────────────────────────────────────────────────────────────────
async def on_vote(query: CallbackQuery, callback_data: VoteTap, reader: Reader, state: FSMContext) -> None:
    """A vote on exactly the request that the card showed; a rejection asks why first."""
    about = About("approval", callback_data.approval)
    if callback_data.ballot == OPEN:
        reader.require_leads("view_approvals")
        await toast(query)
        if isinstance(query.message, Message):
            await standing.put_up(query.message, reader, about)
        return
    try:
        voted = await _cast(query, callback_data, reader, state)
    except (ConflictError, StaleError) as error:
        await say(query, reader.words.refusal(error))
        await standing.change(query, reader, about)
        return
    if voted:
        await toast(query)
        await standing.change(query, reader, about)


async def _cast(query: CallbackQuery, tap: VoteTap, reader: Reader, state: FSMContext) -> bool:
    """Approve at once; for everything else words are asked for, and nothing is decided yet."""
    async with reader.door.desk.db.reading() as tx:
        approval = await approvals.get(tx, tap.approval)
    _require_votes(reader, approval)
    seen = approval.arguments_hash if tap.seen == approval.arguments_hash[:SEEN_CHARS] else tap.seen
    if tap.ballot == Ballot.APPROVE:
        await reader.vote(approval.id, Ballot.APPROVE, seen=seen)
        return True
    _require_pending(approval)
    if tap.ballot == Ballot.REJECT:
        question = reader.words.say("ask-reject", id=str(approval.id))
        await ask(state, query, question, "reject", approval=approval.id, seen=seen)
    elif tap.ballot == EDIT:
        reader.require_leads("edit_approval")
        await ask(state, query, _ask_amount(reader, approval), "amount", approval=approval.id)
    else:
        raise InvalidInputError(field="button", value=tap.ballot[:20], allowed=tuple(Ballot))
    return False


def _require_votes(reader: Reader, approval: Approval) -> None:
    """Whoever neither votes nor leads learns nothing of a request, not even by a refusal."""
    if not reader.leads and reader.person.role.value not in approval.voters:
        allowed = tuple(approval.voters)
        raise ForbiddenError(action="vote_approval", rule="voters", role=reader.person.role, allowed=allowed)


def _require_pending(approval: Approval) -> None:
    if approval.status != "pending":
        raise ConflictError(kind="approval", name=str(approval.id), state=approval.status, allowed=("pending",))


def _ask_amount(reader: Reader, approval: Approval) -> str:
    return reader.words.say(
        "ask-amount", id=str(approval.id), amount=reader.words.money(Decimal(str(approval.arguments["amount_eur"])))
    )


# ── those that wait ──────────────────────────────────────────────────────────────────────────────────────────────────
async def on_list(message: Message, reader: Reader) -> None:
    """`/approvals`: what waits for votes, what expires first on top."""
    card = await _listed(reader, 0)
    await message.answer(card.text, reply_markup=card.keyboard)


async def on_page(query: CallbackQuery, callback_data: ApprovalsTap, reader: Reader) -> None:
    """Another page of the list."""
    await show(query, await _listed(reader, callback_data.page))


async def _listed(reader: Reader, page: int) -> Card:
    """A manager sees what they asked for themselves; viewers see all and may open none."""
    words = reader.words
    which = ApprovalFilter() if reader.sees_all else ApprovalFilter(requested_person=reader.person.id)
    async with reader.door.desk.db.reading() as tx:
        found = await approval_lines.expiring(tx, which, offset=page * LISTED, limit=LISTED)
        count = await approval_lines.count_pending(tx, which)
    turn = turning(page, LISTED, count, lambda number: ApprovalsTap(page=number))
    if not found:
        return Card(words.say("list-approvals-empty"), keyboard(turn))
    buttons = [
        (words.plain("button-approval", id=str(line.id)), VoteTap(ballot=OPEN, approval=line.id, seen=""))
        for line in found
    ]
    text = lines(words.say("list-approvals", count=count), "", *(_line(reader, line) for line in found))
    return Card(text, keyboard(*columns(buttons if reader.leads else [], 4), turn))


def _line(reader: Reader, line: ApprovalLine) -> str:
    words = reader.words
    return words.say(
        "approval-line",
        id=str(line.id),
        what=words.plain(f"action-{line.action}"),
        order=line.order or "",
        about="order" if line.order else "none",
        amount=words.money(line.amount_eur) if line.amount_eur else "",
        money="yes" if line.amount_eur else "no",
        left=words.left(line.expires_at),
        given=sum(vote["vote"] == "approve" for vote in line.votes),
        quorum=line.quorum,
    )
