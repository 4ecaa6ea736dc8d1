"""Telegram forums that leaders have set up, and their topics: one a role, one a crisis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.journal import canonical


class Purpose(StrEnum):
    """What a topic is for; its subject is a role's key or a crisis's own key."""

    ROLE = "role"
    CRISIS = "crisis"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A topic that a forum is to have."""

    purpose: Purpose
    subject: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic of a forum; `thread_id` is None until Telegram has made it, `told` what was posted there last.

    States: wanted, open, closing (its last word is on its way), closed. `host` is whoever set the forum up.
    """

    id: int
    chat_id: int
    thread_id: int | None
    purpose: Purpose
    subject: str
    title: str
    state: str
    told: Mapping[str, Any]
    host: int


_TOPICS = (
    "SELECT t.id, t.chat_id, t.thread_id, t.purpose, t.subject, t.title, t.state, t.told, f.person_id AS host"
    " FROM telegram_topics AS t JOIN telegram_forums AS f USING (chat_id) WHERE "
)


async def set_up(tx: AsyncConnection, chat_id: int, *, title: str, person_id: int, now: datetime) -> None:
    """A leader has made this group a room of the desk; a second time renews it."""
    await tx.execute(
        text(
            "INSERT INTO telegram_forums (chat_id, title, person_id, at) VALUES (:chat_id, :title, :person_id, :now)"
            " ON CONFLICT (chat_id) DO UPDATE SET title = excluded.title, person_id = excluded.person_id, active = true"
        ),
        {"chat_id": chat_id, "title": title, "person_id": person_id, "now": now},
    )


async def leave(tx: AsyncConnection, chat_id: int) -> bool:
    """The bot is out of the group, or a stranger is in it: nothing is posted there any more.

    False when it was no room of the desk.
    """
    left = await tx.execute(
        text("UPDATE telegram_forums SET active = false WHERE chat_id = :chat_id AND active RETURNING 1"),
        {"chat_id": chat_id},
    )
    return left.one_or_none() is not None


async def active(tx: AsyncConnection) -> list[int]:
    """The groups that are rooms of the desk now."""
    rows = await tx.execute(text("SELECT chat_id FROM telegram_forums WHERE active ORDER BY at, chat_id"))
    return list(rows.scalars())


async def is_active(tx: AsyncConnection, chat_id: int) -> bool:
    """Whether the group is a room of the desk now."""
    found = await tx.execute(
        text("SELECT EXISTS (SELECT 1 FROM telegram_forums WHERE chat_id = :chat_id AND active)"), {"chat_id": chat_id}
    )
    return bool(found.scalar_one())


async def follow(tx: AsyncConnection, old: int, new: int) -> None:
    """The group goes on under another number: its topics, and what is on its way to it, go along."""
    await tx.execute(
        text(
            "UPDATE telegram_forums SET chat_id = :new WHERE chat_id = :old"
            " AND NOT EXISTS (SELECT 1 FROM telegram_forums WHERE chat_id = :new)"
        ),
        {"old": old, "new": new},
    )
    await tx.execute(
        text(
            "UPDATE notifications SET params = jsonb_set(params, '{place,chat_id}', to_jsonb(CAST(:new AS bigint)))"
            " WHERE state IN ('queued', 'sending', 'failed', 'unknown')"
            " AND CAST(params->'place'->>'chat_id' AS bigint) = :old"
        ),
        {"old": old, "new": new},
    )
    await tx.execute(
        text(
            "UPDATE ai_turns SET about = jsonb_set(about, '{place,chat_id}', to_jsonb(CAST(:new AS bigint)))"
            " WHERE state IN ('queued', 'running') AND CAST(about->'place'->>'chat_id' AS bigint) = :old"
        ),
        {"old": old, "new": new},
    )


async def want(tx: AsyncConnection, chat_id: int, topics: Sequence[Wanted], *, now: datetime) -> None:
    """The forum is to have these topics; one that is open already stays, a closed one is wanted anew."""
    for topic in topics:
        await tx.execute(
            text(
                "INSERT INTO telegram_topics AS t (chat_id, purpose, subject, title, at)"
                " VALUES (:chat_id, :purpose, :subject, :title, :now)"
                " ON CONFLICT (chat_id, purpose, subject) DO UPDATE"
                " SET state = 'wanted', thread_id = NULL, told = '{}', title = excluded.title WHERE t.state = 'closed'"
            ),
            {
                "chat_id": chat_id,
                "purpose": topic.purpose.value,
                "subject": topic.subject,
                "title": topic.title,
                "now": now,
            },
        )


async def in_state(tx: AsyncConnection, state: str, *, purpose: Purpose | None = None) -> list[Topic]:
    """Topics of active forums in this state, the oldest first."""
    rows = await tx.execute(
        text(
            f"{_TOPICS} f.active AND t.state = :state AND (CAST(:purpose AS text) IS NULL OR t.purpose = :purpose)"
            " ORDER BY t.id"
        ),
        {"state": state, "purpose": None if purpose is None else purpose.value},
    )
    return [_topic(row) for row in rows.mappings()]


async def lock(tx: AsyncConnection, topic_id: int) -> Topic | None:
    """The topic, held until the commit; None when another worker holds it."""
    rows = await tx.execute(text(f"{_TOPICS} t.id = :id FOR UPDATE OF t SKIP LOCKED"), {"id": topic_id})
    row = rows.mappings().one_or_none()
    return None if row is None else _topic(row)


async def at(tx: AsyncConnection, chat_id: int, thread_id: int) -> Topic | None:
    """The topic behind a thread of a group; None for a thread that is none of ours."""
    rows = await tx.execute(
        text(f"{_TOPICS} t.chat_id = :chat_id AND t.thread_id = :thread_id"),
        {"chat_id": chat_id, "thread_id": thread_id},
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _topic(row)


async def of(tx: AsyncConnection, chat_id: int, purpose: Purpose) -> list[Topic]:
    """A forum's topics of one purpose, by subject."""
    rows = await tx.execute(
        text(f"{_TOPICS} t.chat_id = :chat_id AND t.purpose = :purpose ORDER BY t.id"),
        {"chat_id": chat_id, "purpose": purpose.value},
    )
    return [_topic(row) for row in rows.mappings()]


async def opened(tx: AsyncConnection, topic_id: int, thread_id: int) -> None:
    """Telegram has made the topic."""
    await tx.execute(
        text("UPDATE telegram_topics SET state = 'open', thread_id = :thread_id WHERE id = :id"),
        {"id": topic_id, "thread_id": thread_id},
    )


async def told(tx: AsyncConnection, topic_id: int, facts: Mapping[str, object], *, state: str) -> None:
    """What has been posted in the topic last, and its state from now on."""
    await tx.execute(
        text("UPDATE telegram_topics SET told = CAST(:told AS jsonb), state = :state WHERE id = :id"),
        {"id": topic_id, "told": canonical(dict(facts)).decode(), "state": state},
    )


async def move(tx: AsyncConnection, topic_id: int, state: str) -> None:
    """Give the topic another state; a wanted one has no thread any more."""
    await tx.execute(
        text(
            "UPDATE telegram_topics SET state = :state,"
            " thread_id = CASE WHEN CAST(:state AS text) = 'wanted' THEN NULL ELSE thread_id END WHERE id = :id"
        ),
        {"id": topic_id, "state": state},
    )


async def posts_waiting(tx: AsyncConnection, topic_id: int) -> bool:
    """Whether something posted in the topic has not left yet."""
    found = await tx.execute(
        text(
            "SELECT EXISTS (SELECT 1 FROM notifications WHERE kind = 'room_post'"
            " AND state IN ('queued', 'sending', 'failed') AND CAST(params->>'topic' AS bigint) = :id)"
        ),
        {"id": topic_id},
    )
    return bool(found.scalar_one())


def _topic(row: RowMapping) -> Topic:
    columns: dict[str, Any] = dict(row)
    columns["purpose"] = Purpose(row["purpose"])
    return Topic(**columns)
