"""Messages made ready for the outbox: priority by kind, quiet hours by the receiver's working time (docs/DOMAIN.md 5)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import InvalidInputError
from domain.notices import Notice
from store import people as people_store
from store.people import Person
from store.records import Outgoing
from tools.registry import Context


async def outgoing(
    tx: AsyncConnection, notices: Sequence[Notice], context: Context, *, decision: UUID | None = None
) -> list[Outgoing]:
    """Each notice with its priority and, outside the receiver's working time, the instant it has to wait for."""
    if not notices:
        return []
    people = await people_store.by_ids(tx, [notice.person_id for notice in notices])
    opening: dict[int, datetime | None] = {
        person.id: _quiet_until(person, context) for person in people.values() if person.active
    }
    priorities = context.policy.notifications.priorities
    return [
        Outgoing(
            notice=notice,
            priority=0 if notice.critical else priorities[notice.kind],
            deliver_at=_deliver_at(notice, opening[notice.person_id], context),
            created_at=context.now,
            decision=decision or context.decision,
        )
        for notice in notices
        if notice.person_id in opening
    ]


def _quiet_until(person: Person, context: Context) -> datetime | None:
    """When the person's working time opens; None while it is open, or when it never opens (then nobody waits for it)."""
    if not context.policy.clocks.quiet_hours.outside_working_time:
        return None
    try:
        opening = context.calendars.working(person).opening_at_or_after(context.now)
    except InvalidInputError:
        return None
    return opening if opening > context.now else None


def _deliver_at(notice: Notice, opening: datetime | None, context: Context) -> datetime | None:
    if notice.critical or opening is None:
        return None
    return context.timeline.wall(opening)
