"""Delivery: one message from the outbox to Telegram, at the pace Telegram allows, and what became of it.

States: queued, sending, sent, failed (will be tried again), dead (will not), merged (went out in a digest, or was
pointless). Where Telegram does not answer at all, or turns the bot itself away, no message is dead for it: all wait
without a job until the channel works again (`bots/channel.py`), and a signal says so. Where the fate of a send is
unknown (the connection broke after the request was out), the message goes out once more and says that it may be a
repeat.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_random_exponential

from bots import progress, reach, standing
from bots.card import Card
from bots.cards import render
from bots.channel import AWAY, CHANNEL, reported, surely_not_delivered
from bots.door import TelegramDoor
from bots.pace import booked
from bots.places import NoRoomError, Place, chat_of, place_of
from bots.places import post as post_card
from domain.notices import KEPT_APART, Notice, NoticeKind, calm
from store.database import OUTAGE, Database
from store.talk import outbox, parts
from store.talk.outbox import Notification

WITHIN = timedelta(seconds=0.5)
QUEUE_LOOKED_AT = 200
SEND_SECONDS = 60
STALE_SENDING = timedelta(seconds=150)  # longer than any living send: the wait for a slot, tries, SEND_SECONDS

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Delivered:
    """The message is in the chat."""

    message_id: int


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: try again at this instant of wall time, with this priority (the smaller goes first)."""

    wall: datetime
    priority: int


@dataclass(frozen=True, slots=True)
class Settled:
    """Nothing more to do: dead, merged, pointless, or in other hands."""

    state: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A claimed message, ready to be sent after the wait for its slot; `gave_way`: the one whose slot it took."""

    notification: Notification
    card: Card
    wait: timedelta
    gave_way: Notification | None = None


@dataclass(frozen=True, slots=True)
class PostOffice:
    """What delivery works with."""

    door: TelegramDoor

    @classmethod
    def of(cls, door: TelegramDoor) -> "PostOffice":
        """The post office behind a Telegram door."""
        return cls(door)


async def deliver(post: PostOffice, notification_id: int) -> Delivered | Later | Settled:
    """Deliver one message, or say why not and what next."""
    try:
        prepared = await _prepare(post, notification_id)
    except OUTAGE:
        raise  # nothing happened to the message: the queue tries again
    except Exception as error:  # a fault of ours in this message: recorded on it, so that it shows
        log.exception("a message cannot be prepared", notification=notification_id)
        return await _spoilt(post, notification_id, error)
    if not isinstance(prepared, Prepared):
        return prepared
    await asyncio.sleep(prepared.wait.total_seconds())
    outcome = await _send(post, prepared.notification, prepared.card)
    if prepared.gave_way is None:
        return outcome
    if isinstance(outcome, Later):  # the urgent one's own job may have found it in our hands, and ended
        async with post.door.desk.db.transaction() as tx:
            await outbox.defer(tx, prepared.notification.id, at=outcome.wall)
    place = place_of(prepared.gave_way)
    assert place is not None  # it shares the chat of the one that it gave way to
    return _after(post, place, prepared.gave_way)


def _after(post: PostOffice, place: Place, notification: Notification) -> Later:
    """When the chat may be free for a message that gave way to a more urgent one."""
    return Later(post.door.desk.wall() + post.door.pace.of(place.chat_id), notification.priority)


async def _prepare(post: PostOffice, notification_id: int) -> Prepared | Later | Settled:
    """Claim the message, its slot and its words."""
    async with post.door.desk.db.transaction() as tx:
        notification = await outbox.claim(tx, notification_id)
        if notification is None:
            return Settled("taken")
        if not notification.active:  # who has left hears nothing of the company any more
            await outbox.mark(tx, [notification.id], "merged", error="left")
            return Settled("merged")
        place = place_of(notification)
        blocked = place is not None and notification.blocked and not place.is_group
        if place is None or blocked:
            await outbox.mark(tx, [notification.id], "dead", error="no-telegram" if place is None else "blocked")
            if blocked:  # somebody may have settled the signal although nothing has changed
                await reach.lost(tx, post.door.desk, notification.person_id, reason="blocked the bot")
            return Settled("dead")
        if await outbox.outage(tx, CHANNEL) is not None:
            await outbox.postpone(tx, notification, error="the channel is down")
            return Settled("held")
        slot = await post.door.pace.book(tx, place.chat_id, within=WITHIN)
        if not slot.taken:
            await outbox.postpone(tx, notification)
            return Later(slot.at, notification.priority)
        urgent = await _more_urgent(tx, post, notification, place)
        chosen = await _calmed(tx, post, urgent or notification)
        card = await render(tx, post.door, chosen)
        if card is None:
            await outbox.mark(tx, [chosen.id], "merged", error="pointless")
            return Settled("merged") if urgent is None else _after(post, place, notification)
    return Prepared(chosen, card, slot.wait, gave_way=None if urgent is None else notification)


async def _more_urgent(
    tx: AsyncConnection, post: PostOffice, notification: Notification, place: Place
) -> Notification | None:
    """The most urgent message that waits for the same chat, claimed, if it is more urgent than this one."""
    waiting = await outbox.waiting_for(tx, notification.person_id, wall=post.door.desk.wall(), limit=QUEUE_LOOKED_AT)
    first = next((each for each in waiting if chat_of(each) == place.chat_id), None)
    if first is None or first.priority >= notification.priority:
        return None
    await outbox.postpone(tx, notification)
    return await outbox.claim(tx, first.id)


async def _spoilt(post: PostOffice, notification_id: int, error: Exception) -> Later | Settled:
    async with post.door.desk.db.transaction() as tx:
        notification = await outbox.claim(tx, notification_id)
    if notification is None:
        return Settled("taken")
    return await _failed(post, notification, f"{type(error).__name__}: {error}"[:500])


async def _calmed(tx: AsyncConnection, post: PostOffice, notification: Notification) -> Notification:
    """Too many messages waiting for one person become one digest card (domain/notices.py)."""
    desk = post.door.desk
    waiting = await outbox.waiting_for(tx, notification.person_id, wall=desk.wall(), limit=QUEUE_LOOKED_AT)
    crowd = {each.id: each for each in [notification, *waiting] if each.kind != NoticeKind.DIGEST}
    notices = [
        Notice(person_id=each.person_id, kind=NoticeKind(each.kind), order_id=each.order_id) for each in crowd.values()
    ]
    digests = [n for n in calm(notices, threshold=desk.policy.clocks.storm_threshold) if n.kind is NoticeKind.DIGEST]
    if not digests or notification.kind in KEPT_APART:
        return notification
    mergeable = [each.id for each in crowd.values() if each.kind not in KEPT_APART]
    await outbox.mark(tx, [each for each in mergeable if each != notification.id], "merged", error="digest")
    return await outbox.become_digest(tx, notification.id, dict(digests[0].params))


async def _send(post: PostOffice, notification: Notification, card: Card) -> Delivered | Later | Settled:
    desk = post.door.desk
    try:
        await progress.clear(post.door, notification)
        with booked():
            message = await _quickly(post_card)(post.door, notification, card, seconds=SEND_SECONDS)
    except TelegramRetryAfter as error:
        return await _flooded(post, notification, error.retry_after)
    except TelegramForbiddenError as error:
        return await _blocked(post, notification, error.message)
    except TelegramNetworkError as error:
        if surely_not_delivered(error):
            return await _failed(post, notification, str(error))
        return await _unknown(post, notification, str(error))
    except AWAY as error:
        return await _failed(post, notification, str(error).splitlines()[0])
    except NoRoomError as error:
        return await _dead(desk.db, notification, str(error))
    except TelegramAPIError as error:
        return await _dead(desk.db, notification, error.message)
    async with desk.db.transaction() as tx:
        in_time = await outbox.settle(
            tx,
            notification,
            "sent",
            chat_id=message.chat.id,
            message_id=message.message_id,
            sent_at=desk.timeline.now(),
            error=None,
        )
        if card.more:
            await parts.follow(tx, notification)
        if message.chat.id == notification.telegram_id:
            await reach.over(tx, desk, notification.person_id)
            await standing.hangs(tx, post.door, notification, message.message_id, card)
    if not in_time:
        log.warning("a message got through after it was given to another sender", notification=notification.id)
    return Delivered(message.message_id)


_quickly = retry(
    retry=retry_if_exception(surely_not_delivered),
    stop=stop_after_attempt(3),
    wait=wait_random_exponential(multiplier=0.05, max=0.5),
    reraise=True,
)


async def _flooded(post: PostOffice, notification: Notification, seconds: float) -> Later:
    async with post.door.desk.db.transaction() as tx:
        await outbox.postpone(tx, notification, error=f"429: retry after {seconds} s")
    return Later(post.door.desk.wall() + timedelta(seconds=seconds), notification.priority)


async def _failed(post: PostOffice, notification: Notification, reason: str) -> Later | Settled:
    if await reported(post.door):  # no fault of this message: it waits with the others
        async with post.door.desk.db.transaction() as tx:
            await outbox.postpone(tx, notification, error=reason)
        return Settled("held")
    rules = post.door.desk.policy.notifications.retry
    if notification.attempts >= rules.attempts:
        return await _dead(post.door.desk.db, notification, reason)
    async with post.door.desk.db.transaction() as tx:
        if not await outbox.settle(tx, notification, "failed", error=reason):
            return Settled("taken")
    wait = min(rules.first_wait * 2 ** (notification.attempts - 1), rules.longest_wait)
    return Later(post.door.desk.wall() + wait, notification.priority)


async def _dead(db: Database, notification: Notification, reason: str) -> Settled:
    async with db.transaction() as tx:
        if not await outbox.settle(tx, notification, "dead", error=reason):
            return Settled("taken")
    log.error("a message is dead", notification=notification.id, reason=reason)
    return Settled("dead")


async def _blocked(post: PostOffice, notification: Notification, reason: str) -> Settled:
    """The person blocked the bot: they get no new orders until they are back, and the duty admin hears of it."""
    if chat_of(notification) != notification.telegram_id:  # a group has turned the bot out: nobody's fault
        return await _dead(post.door.desk.db, notification, reason)
    async with post.door.desk.db.transaction() as tx:
        await reach.lost(tx, post.door.desk, notification.person_id, reason=reason)
    return await _dead(post.door.desk.db, notification, "blocked")


async def _unknown(post: PostOffice, notification: Notification, reason: str) -> Later | Settled:
    """Perhaps it arrived, perhaps not: once more, marked; the second time it stays unknown for a human."""
    await reported(post.door)
    async with post.door.desk.db.transaction() as tx:
        log.warning("a message's fate is unknown", notification=notification.id, reason=reason)
        if await outbox.send_again(tx, notification):
            return Settled("again")
    return Settled("unknown")


async def recover_sending(db: Database, *, older_than: timedelta) -> int:
    """Messages whose worker died while sending: their fate is unknown; they go out once more, marked."""
    async with db.transaction() as tx:
        return await outbox.recover_sending(tx, older_than=older_than)
