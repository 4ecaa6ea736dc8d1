"""A topic per crisis in every forum of the desk: opened with it, told of each change, closed with it.

`keep_rooms` makes the forums true to the crises it is given, as often as it is called, by any number of workers; what
it posts goes through the outbox. Whoever knows crises better than `present` does calls it with them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog
from aiogram.exceptions import TelegramAPIError, TelegramRetryAfter
from sqlalchemy.ext.asyncio import AsyncConnection

from bots.door import TelegramDoor
from bots.places import Place, as_params
from bots.progress import sweep
from bots.rooms import make_missing
from domain.crises import codes_of
from domain.notices import Notice, NoticeKind
from locales import texts
from store.desk import crises
from store.records import Outgoing
from store.talk import outbox, rooms
from store.talk.rooms import (
    Purpose,
    Topic,
    Wanted,
)

OVER: Final = frozenset({"resolved", "rejected"})
LONGEST_TITLE: Final = 128
METRICS_SHOWN: Final = 6

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Crisis:
    """One crisis as its topic shows it: `key` names it for good, `status` is open, acknowledged, snoozed, resolved or
    rejected; `trigger` is the code of the signal behind it, `decision` the journal row that explains it."""

    key: str
    number: int
    trigger: str
    severity: str
    metric: Mapping[str, object]
    owner: str
    status: str
    reason: str | None
    due_at: datetime
    decision: UUID

    @property
    def facts(self) -> dict[str, object]:
        """What is posted of it."""
        return {
            "number": self.number,
            "trigger": self.trigger,
            "severity": self.severity,
            "metric": dict(list(self.metric.items())[:METRICS_SHOWN]),
            "owner": self.owner,
            "status": self.status,
            "reason": self.reason,
            "due_at": self.due_at.isoformat(),
        }


async def tend(door: TelegramDoor) -> int:
    """Everything that the rooms of the desk need from time to time; how many crises were told of."""
    await make_missing(door)
    told = await keep_rooms(door, await present(door))
    await make_missing(door)
    await sweep(door)
    return told


async def present(door: TelegramDoor) -> list[Crisis]:
    """The crises that the signals know of: those open, and those whose topic has not yet been told of their end."""
    policy = door.desk.policy
    codes = codes_of(policy)
    async with door.desk.db.reading() as tx:
        found = await crises.signals(tx, codes)
    circles, roles = policy.circles.circles, policy.roles.roles.values()
    return [
        Crisis(
            key=f"signal:{each.id}",
            number=each.id,
            trigger=each.code,
            severity=each.severity,
            metric=each.evidence,
            owner=", ".join(role.name for role in roles if role.circle == each.circle) or circles[each.circle].name,
            status=each.status,
            reason=each.resolution,
            due_at=each.due_at,
            decision=each.decision,
        )
        for each in found
    ]


async def keep_rooms(door: TelegramDoor, present: Sequence[Crisis]) -> int:
    """Make every forum true to these crises: topics, posts, their end; how many posts there were."""
    now, posted = door.desk.timeline.now(), 0
    async with door.desk.db.transaction() as tx:
        for chat_id in await rooms.active(tx):
            known = {topic.subject for topic in await rooms.of(tx, chat_id, Purpose.CRISIS)}
            fresh = [each for each in present if each.key not in known and each.status not in OVER]
            await rooms.want(tx, chat_id, [_wanted(door, each) for each in fresh], now=now)
    await make_missing(door)
    async with door.desk.db.reading() as tx:
        standing = await rooms.in_state(tx, "open", purpose=Purpose.CRISIS)
        closing = await rooms.in_state(tx, "closing", purpose=Purpose.CRISIS)
    by_key = {each.key: each for each in present}
    for topic in standing:
        if topic.subject in by_key:
            posted += await _tell(door, topic.id, by_key[topic.subject])
    for topic in closing:
        await _close(door, topic)
    return posted


def _wanted(door: TelegramDoor, crisis: Crisis) -> Wanted:
    said = texts(door.locale)
    title = said.get("crisis-topic", number=str(crisis.number), code=said.get(f"signal-{crisis.trigger}"))
    return Wanted(purpose=Purpose.CRISIS, subject=crisis.key, title=title[:LONGEST_TITLE])


async def _tell(door: TelegramDoor, topic_id: int, crisis: Crisis) -> bool:
    """Post what has changed since the last post, in one commit with the note of it."""
    async with door.desk.db.transaction() as tx:
        topic = await rooms.lock(tx, topic_id)
        if topic is None or topic.state != "open" or topic.told.get("status") == crisis.status:
            return False
        state = "closing" if crisis.status in OVER else "open"
        number = int(topic.told.get("posts", 0)) + 1
        await _post(tx, door, topic, crisis, number)
        await rooms.told(tx, topic.id, {"status": crisis.status, "posts": number}, state=state)
    return True


async def _post(tx: AsyncConnection, door: TelegramDoor, topic: Topic, crisis: Crisis, number: int) -> None:
    place = Place(chat_id=topic.chat_id, thread_id=topic.thread_id)
    params: dict[str, Any] = {"topic": topic.id, "crisis": crisis.facts, "place": as_params(place)}
    notice = Notice(
        person_id=topic.host,
        kind=NoticeKind.ROOM_POST,
        params=params,
        dedup_key=f"room:{topic.id}:{topic.thread_id}:{number}",
        decision=crisis.decision,
    )
    priority = door.desk.policy.notifications.priorities[NoticeKind.ROOM_POST]
    outgoing = Outgoing(
        notice=notice,
        priority=priority,
        deliver_at=None,
        created_at=door.desk.timeline.now(),
        decision=crisis.decision,
    )
    await outbox.put(tx, [outgoing])


async def _close(door: TelegramDoor, topic: Topic) -> None:
    """Close a topic whose last word has left; one that people have closed or deleted is closed too."""
    async with door.desk.db.transaction() as tx:
        held = await rooms.lock(tx, topic.id)
        if held is None or held.state != "closing" or await rooms.posts_waiting(tx, topic.id):
            return
        assert held.thread_id is not None
        try:
            await door.bot.close_forum_topic(held.chat_id, held.thread_id)
        except TelegramRetryAfter:
            return
        except TelegramAPIError as error:
            log.info("a crisis's topic could not be closed", topic=held.title, reason=str(error))
        await rooms.move(tx, held.id, "closed")
