"""What people decided: money, which somebody pays by hand, and changes of the rules."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, ForeignKey, Index, Numeric, Table
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from store.tables.columns import decision, identity, instant, metadata, reference, words

money_decisions = Table(
    "money_decisions",
    metadata,
    identity(),
    reference("order_id", "orders.id", required=True),
    words("kind", required=True),
    words("ground"),
    Column("amount_eur", Numeric(10, 2), nullable=False),
    words("reason", required=True),
    Column("approval_id", BigInteger, ForeignKey("approvals.id"), nullable=False, unique=True),
    Column("approved_by", ARRAY(BigInteger), nullable=False),
    reference("task_id", "tasks.id", required=True),
    instant("at", required=True),
    decision(),
    CheckConstraint("kind IN ('refund','compensation','discount')", name="kind"),
    CheckConstraint("(kind = 'compensation') = (ground IS NOT NULL)", name="ground"),
    CheckConstraint("amount_eur > 0", name="amount_eur"),
    Index("ix_money_decisions_order_id", "order_id"),
)

policy_changes = Table(
    "policy_changes",
    metadata,
    identity(),
    words("file", required=True),
    words("key", required=True),
    Column("old_value", JSONB, nullable=False),
    Column("new_value", JSONB, nullable=False),
    words("reason", required=True),
    Column("effective_from", Date, nullable=False),
    words("policy_version", required=True),
    Column("approval_id", BigInteger, ForeignKey("approvals.id"), nullable=False, unique=True),
    Column("approved_by", ARRAY(BigInteger), nullable=False),
    reference("task_id", "tasks.id"),
    instant("at", required=True),
    decision(),
)
