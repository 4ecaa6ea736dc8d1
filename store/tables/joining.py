"""How people come into the bot: who knocks without being known, and the bot's own name."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, SmallInteger, Table

from store.tables.columns import counter, instant, metadata, words

strangers = Table(
    "strangers",
    metadata,
    Column("telegram_id", BigInteger, primary_key=True, autoincrement=False),
    words("name", required=True),
    words("username"),
    instant("first_seen_at", required=True),
    instant("last_seen_at", required=True),
    Column("last_update", BigInteger, nullable=False),
    words("last_words", default=""),
    counter("count"),
    instant("answered_at"),
    counter("guesses"),
    instant("guessing_since"),
    counter("guesses_lately"),
    Index("ix_strangers_last_seen_at", "last_seen_at"),
)

telegram_bot = Table(
    "telegram_bot",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    words("username", required=True),
    instant("at", required=True),
    CheckConstraint("id = 1", name="single"),
)
