"""The decision journal: rows, seals, links."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from store.tables.columns import Xid8, counter, identity, instant, json_column, metadata, reference, words

ai_decisions = Table(
    "ai_decisions",
    metadata,
    identity(),
    Column("uid", Uuid, nullable=False, unique=True),
    instant("at", required=True),
    words("actor_kind", required=True),
    words("actor", required=True),
    words("role"),
    words("channel", required=True),
    words("author", required=True),
    words("author_version", required=True),
    words("action", required=True),
    words("subject_kind"),
    Column("subject_id", BigInteger),
    Column("order_id", BigInteger),
    json_column("facts"),
    words("facts_digest", required=True),
    json_column("proposed"),
    words("verdict", required=True),
    words("rule", required=True),
    Column("approval_id", BigInteger),
    json_column("approvers", "[]"),
    words("outcome", required=True),
    json_column("result"),
    words("expected_effect"),
    Column("about", Uuid),
    Column("measured_effect", JSONB),
    Column("cost_eur", Numeric(12, 6)),
    Column("tokens_in", Integer),
    Column("tokens_out", Integer),
    Column("latency_ms", Float),
    words("trace_id", required=True),
    Column("row_hash", LargeBinary, nullable=False),
    Column("txid", Xid8(), nullable=False, server_default=text("pg_current_xact_id()")),
    CheckConstraint("verdict IN ('allow','needs_approval','refuse','shadow')", name="verdict"),
    CheckConstraint("outcome IN ('done','waiting','refused','failed','unchanged','shadow')", name="outcome"),
    Index("ix_ai_decisions_at", "at"),
    Index("ix_ai_decisions_order_id", "order_id", "id"),
    Index("ix_ai_decisions_txid", "txid"),
    Index(
        "ix_ai_decisions_subject",
        "subject_kind",
        "subject_id",
        postgresql_where=text("subject_kind IN ('violation','signal')"),
    ),
    Index("ix_ai_decisions_trace_id", "trace_id"),
)

ai_decision_seals = Table(
    "ai_decision_seals",
    metadata,
    identity(),
    instant("sealed_at", required=True),
    Column("horizon", Xid8(), nullable=False),
    counter("rows"),
    Column("max_decision_id", BigInteger, nullable=False),
    Column("previous_hash", LargeBinary, nullable=False, unique=True),
    Column("hash", LargeBinary, nullable=False),
)

ai_decision_links = Table(
    "ai_decision_links",
    metadata,
    Column("decision_id", BigInteger, primary_key=True, autoincrement=False),
    reference("seal_id", "ai_decision_seals.id", required=True),
    Column("row_hash", LargeBinary, nullable=False),
    Index("ix_ai_decision_links_seal_id", "seal_id", "decision_id"),
)
