"""Requests for a human decision, and the votes on them."""

from sqlalchemy import CheckConstraint, Column, Index, Numeric, SmallInteger, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY

from store.tables.columns import decision, identity, instant, json_column, metadata, reference, words

approvals = Table(
    "approvals",
    metadata,
    identity(),
    words("action", required=True),
    json_column("arguments"),
    words("arguments_hash", required=True),
    words("request_hash", required=True),
    Column("risks", ARRAY(Text), nullable=False),
    words("rule", required=True),
    Column("voters", ARRAY(Text), nullable=False),
    Column("quorum", SmallInteger, nullable=False),
    Column("amount_eur", Numeric(10, 2)),
    reference("order_id", "orders.id"),
    words("requested_by", required=True),
    words("requested_kind", required=True),
    reference("requested_person", "people.id"),
    words("why", default=""),
    json_column("evidence"),
    words("status", default="pending"),
    instant("created_at", required=True),
    instant("expires_at", required=True),
    instant("decided_at"),
    reference("supersedes", "approvals.id"),
    json_column("outcome"),
    decision(),
    CheckConstraint("status IN ('pending','done','rejected','expired','superseded','failed','unknown')", name="status"),
    CheckConstraint("quorum BETWEEN 1 AND 2", name="quorum"),
    Index("ix_approvals_status_id", "status", "id"),
    Index(
        "uq_approvals_pending",
        "request_hash",
        unique=True,
        postgresql_where=text("status = 'pending'"),
    ),
    Index("ix_approvals_order_id", "order_id"),
)

approval_votes = Table(
    "approval_votes",
    metadata,
    identity(),
    reference("approval_id", "approvals.id", required=True),
    reference("person_id", "people.id", required=True),
    words("vote", required=True),
    words("seen_hash", required=True),
    words("reason", default=""),
    instant("at", required=True),
    decision(),
    UniqueConstraint("approval_id", "person_id"),
    CheckConstraint("vote IN ('approve','reject')", name="vote"),
)
