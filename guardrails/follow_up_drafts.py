"""A follow-up worded for this client: the catalogue's draft is there at once, a role is asked for a better one."""

from uuid_utils.compat import uuid7

from domain.agency import Mode
from domain.orders import Order
from domain.people import Channel, Role
from domain.policy import Duty, FollowUpKey
from domain.viewers import Viewer
from guardrails.desk import Desk
from guardrails.next_steps import SOON
from guardrails.thread_names import drafts_thread
from store.agents import modes, turns
from store.agents.turns import (
    NewTurn,
    TurnKind,
)
from store.people import Person


async def ask_for_draft(
    desk: Desk, person: Person, order: Order, step: FollowUpKey, *, plain: str, channel: Channel, locale: str
) -> int | None:
    """Ask the role whose duty it is to word this step; once for each state of the order.

    None where nobody is to be asked: the role is switched off, or it was asked already.

    Raises:
        ForbiddenError: a manager sees their own orders only.
    """
    Viewer.person(person.id, person.role).require_sees(order.owner_id)
    role = next(name for name, each in desk.policy.roles.roles.items() if Duty.FOLLOW_UP in each.duties)
    async with desk.db.transaction() as tx:
        if person.role is Role.VIEWER or await modes.mode_of(tx, role) is Mode.OFF:
            return None
        request = NewTurn(
            thread=drafts_thread(role, order.id),
            role=role,
            kind=TurnKind.FOLLOW_UP,
            channel=channel.value,
            trace_id=uuid7().hex,
            person_id=person.id,
            about={"order": order.code, "order_id": order.id, "step": step.value, "plain": plain},
            locale=locale,
            dedup_key=f"follow-up:{order.id}:{order.version}:{person.id}:{channel}:{locale}:{step}",
        )
        return await turns.ask(tx, request, now=desk.timeline.now(), priority=SOON)
