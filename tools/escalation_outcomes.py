"""What became of an escalation, told to the manager whose order it is: they need not ask."""

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.notices import Notice, NoticeKind
from domain.people import ActorKind
from tools.registry import Context
from tools.reminders import asker


async def by_whom(tx: AsyncConnection, context: Context) -> str:
    """The person or role that decides, as people call them; empty where the desk does it by itself."""
    return await asker(tx, context) if context.actor.kind in (ActorKind.PERSON, ActorKind.AGENT) else ""


async def tell_owner(tx: AsyncConnection, context: Context, became: str, **params: object) -> list[Notice]:
    """The notice for the order's owner; none for whoever decided it themselves, or where nobody has the order.

    `became` is `held`, `resolved` or `extended`.
    """
    order = context.order
    if order is None or order.owner_id in (None, context.person_id) or not order.is_open:
        return []
    assert order.owner_id is not None
    told = {"became": became, "by": await by_whom(tx, context), **params}
    return [Notice(person_id=order.owner_id, kind=NoticeKind.ESCALATION_OUTCOME, order_id=order.id, params=told)]
