"""Orders as people read them: lists and one in full. Managers see their own."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.identity import Signed, desk_of
from api.paging import USUAL, Cursor, Limit, Page, before, paged
from domain.commands import Code, Id
from domain.orders import Status
from domain.people import Channel
from guardrails.next_steps import NextSteps, next_steps
from guardrails.order_card import OrderCard, order_card
from store.views import listings
from store.views.listings import (
    OrderFilter,
    OrderLine,
)

router = APIRouter(prefix="/api/orders", tags=["orders"])


@router.get("")
async def list_orders(
    request: Request,
    asker: Signed,
    *,
    status: Annotated[list[Status], Query(default_factory=list[Status], description="One or several.")],
    owner: Annotated[Id | None, Query(description="Id of the order's owner.")] = None,
    hot: Annotated[bool | None, Query(description="Only those on the hot list, or only those not on it.")] = None,
    q: Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$", description="In code, CRM id, client, bike.")] = "",
    cursor: Cursor = None,
    limit: Limit = USUAL,
) -> Page[OrderLine]:
    """Orders, the newest first."""
    own = asker.only_own()
    if own is not None and owner is not None:
        asker.require_sees(owner)
    which = OrderFilter(statuses=[one.value for one in status], owner_id=own or owner, hot=hot, words=q.strip())
    async with desk_of(request).db.reading() as tx:
        lines = await listings.orders(tx, which, before=before(cursor), limit=limit + 1)
    return paged(lines, limit)


@router.get("/{code}")
async def read_order(request: Request, asker: Signed, code: Code) -> OrderCard:
    """One order in full: facts, check, clocks, violations, history, where it may go and what lacks for each."""
    desk = desk_of(request)
    async with desk.db.reading() as tx:
        card = await order_card(tx, code, desk.policy)
    asker.require_sees(card.order.owner_id)
    return card


@router.get("/{code}/next-steps")
async def read_next_steps(request: Request, asker: Signed, code: Code) -> NextSteps:
    """What is to be done next on one order; a role is asked to word it where no text holds, ready at the next look."""
    desk = desk_of(request)
    return await next_steps(desk, asker.person, code, channel=Channel.API, locale=desk.locale)
