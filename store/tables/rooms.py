"""Telegram forums, their topics, and what a group is shown of a turn that is at work."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Table, UniqueConstraint

from store.tables.columns import flag, identity, instant, json_column, metadata, reference, words

telegram_forums = Table(
    "telegram_forums",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    words("title", default=""),
    reference("person_id", "people.id", required=True),
    flag("active", default=True),
    instant("at", required=True),
)

telegram_topics = Table(
    "telegram_topics",
    metadata,
    identity(),
    Column("chat_id", BigInteger, ForeignKey("telegram_forums.chat_id", onupdate="CASCADE"), nullable=False),
    Column("thread_id", BigInteger),
    words("purpose", required=True),
    words("subject", required=True),
    words("title", required=True),
    words("state", default="wanted"),
    json_column("told"),
    instant("at", required=True),
    CheckConstraint("purpose IN ('role','crisis')", name="purpose"),
    CheckConstraint("state IN ('wanted','open','closing','closed')", name="state"),
    UniqueConstraint("chat_id", "purpose", "subject"),
    UniqueConstraint("chat_id", "thread_id"),
)

turn_progress = Table(
    "turn_progress",
    metadata,
    Column("turn_id", BigInteger, ForeignKey("ai_turns.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
)
