"""Messages made ready for the outbox: priority by kind, quiet hours by the receiver's time (docs/DOMAIN.md 5)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import InvalidInputError
from domain.notices import AWAITED, Notice
from domain.staff import Staffed
from store import people as people_store
from store.records import Outgoing
from tools.registry import Context


async def outgoing(tx: AsyncConnection, notices: Sequence[Notice], context: Context) -> list[Outgoing]:
    """Each notice with its priority and, outside the receiver's working time, the instant it has to wait for."""
    if not notices:
        return []
    people = await people_store.by_ids(tx, [notice.person_id for notice in notices])
    active = {person.id: person for person in people.values() if person.active}
    return addressed(notices, active, context)


def addressed(notices: Sequence[Notice], people: Mapping[int, Staffed], context: Context) -> list[Outgoing]:
    """The same for receivers that are known already; who is not among them hears nothing."""
    receivers = {notice.person_id for notice in notices} & people.keys()
    opening = {person_id: _quiet_until(people[person_id], context) for person_id in receivers}
    priorities = context.policy.notifications.priorities
    return [
        Outgoing(
            notice=notice,
            priority=0 if notice.critical else priorities[notice.kind],
            deliver_at=_deliver_at(notice, opening[notice.person_id], context),
            created_at=context.now,
            decision=notice.decision or context.decision,
        )
        for notice in notices
        if notice.person_id in opening
    ]


def _quiet_until(person: Staffed, context: Context) -> datetime | None:
    """When the person's working time opens; None while it is open, or when it never does (then nobody waits for it)."""
    if not context.policy.clocks.quiet_hours.outside_working_time:
        return None
    try:
        opening = context.calendars.working(person).opening_at_or_after(context.now)
    except InvalidInputError:
        return None
    return opening if opening > context.now else None


def _deliver_at(notice: Notice, opening: datetime | None, context: Context) -> datetime | None:
    if notice.critical or opening is None or notice.kind in AWAITED:
        return None
    return context.timeline.wall(opening)
