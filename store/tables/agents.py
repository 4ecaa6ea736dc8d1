"""The role agents: turns, effects, modes, usage, rulings, texts, digests."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from store.tables.columns import counter, decision, identity, instant, json_column, metadata, reference, words

ai_turns = Table(
    "ai_turns",
    metadata,
    identity(),
    words("thread", required=True),
    words("role", required=True),
    words("kind", required=True),
    reference("person_id", "people.id"),
    words("channel", required=True),
    words("words", default=""),
    json_column("about"),
    words("locale", default="ru"),
    words("dedup_key"),
    words("state", default="queued"),
    counter("attempt"),
    json_column("steps", "[]"),
    words("answer"),
    json_column("outcome"),
    words("trace_id", required=True),
    instant("created_at", required=True),
    instant("started_at"),
    instant("ended_at"),
    CheckConstraint("state IN ('queued','running','done','failed')", name="state"),
    Index("ix_ai_turns_thread", "thread", "id"),
    Index("ix_ai_turns_unfinished", "id", postgresql_where=text("state IN ('queued','running')")),
    Index("uq_ai_turns_dedup", "dedup_key", unique=True, postgresql_where=text("dedup_key IS NOT NULL")),
)

ai_effects = Table(
    "ai_effects",
    metadata,
    Column("turn_id", BigInteger, ForeignKey("ai_turns.id", ondelete="CASCADE"), primary_key=True),
    Column("call_key", Text, primary_key=True),
    words("action", required=True),
    words("outcome", required=True),
    json_column("result"),
    decision(),
)

ai_modes = Table(
    "ai_modes",
    metadata,
    Column("role", Text, primary_key=True),
    words("mode", required=True),
    words("reason", default=""),
    reference("set_by", "people.id"),
    instant("set_at", required=True),
    decision(),
    CheckConstraint("mode IN ('act','shadow','off')", name="mode"),
)

ai_usage = Table(
    "ai_usage",
    metadata,
    Column("day", Date, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("model", Text, primary_key=True),
    counter("calls"),
    Column("tokens_in", BigInteger, nullable=False, server_default=text("0")),
    Column("tokens_out", BigInteger, nullable=False, server_default=text("0")),
    Column("cost_eur", Numeric(12, 6), nullable=False, server_default=text("0")),
    counter("fallbacks"),
    counter("refusals"),
    counter("rejected_texts"),
)

ai_rulings = Table(
    "ai_rulings",
    metadata,
    identity(),
    words("subject_kind", required=True),
    Column("subject_id", BigInteger, nullable=False),
    reference("order_id", "orders.id"),
    words("winner", required=True),
    json_column("losers", "[]"),
    json_column("positions", "[]"),
    words("rule", required=True),
    words("reason", required=True),
    reference("precedent_id", "ai_rulings.id"),
    instant("at", required=True),
    reference("overruled_by", "people.id"),
    instant("overruled_at"),
    words("overruled_because"),
    decision(),
    Index("ix_ai_rulings_subject", "subject_kind", "subject_id"),
    Index("ix_ai_rulings_winner", "winner", "id"),
)

ai_positions = Table(
    "ai_positions",
    metadata,
    identity(),
    words("role", required=True),
    words("subject_kind", required=True),
    Column("subject_id", BigInteger, nullable=False),
    reference("order_id", "orders.id"),
    words("stance", required=True),
    words("reason", required=True),
    instant("at", required=True),
    reference("ruling_id", "ai_rulings.id"),
    decision(),
    Index(
        "uq_ai_positions_open",
        "role",
        "subject_kind",
        "subject_id",
        unique=True,
        postgresql_where=text("ruling_id IS NULL"),
    ),
)

ai_texts = Table(
    "ai_texts",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("subject_id", BigInteger, primary_key=True, autoincrement=False),
    Column("locale", Text, primary_key=True),
    words("facts_digest", required=True),
    words("text", required=True),
    words("model", required=True),
    instant("at", required=True),
)

ai_digests = Table(
    "ai_digests",
    metadata,
    identity(),
    words("kind", required=True),
    words("role", required=True),
    instant("period_from", required=True),
    instant("period_to", required=True),
    words("locale", required=True),
    json_column("slots"),
    json_column("body"),
    words("text", default=""),
    words("model", required=True),
    instant("at", required=True),
    decision(),
    UniqueConstraint("kind", "period_to", "locale"),
)
