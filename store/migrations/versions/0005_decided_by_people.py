"""What people decided and somebody carries out by hand: money, and changes of the rules."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

GRANTS = """
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'holacracy_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON money_decisions, policy_changes TO holacracy_app;
        GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO holacracy_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "money_decisions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("amount_eur", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approval_id", sa.BigInteger(), nullable=False),
        sa.Column("approved_by", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('refund','compensation','discount')", name=op.f("ck_money_decisions_kind")),
        sa.CheckConstraint("(kind = 'compensation') = (ground IS NOT NULL)", name=op.f("ck_money_decisions_ground")),
        sa.CheckConstraint("amount_eur > 0", name=op.f("ck_money_decisions_amount_eur")),
        sa.ForeignKeyConstraint(["approval_id"], ["approvals.id"], name=op.f("fk_money_decisions_approval_id")),
        sa.ForeignKeyConstraint(
            ["decision"],
            ["ai_decisions.uid"],
            name=op.f("fk_money_decisions_decision"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_money_decisions_order_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_money_decisions_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_decisions")),
        sa.UniqueConstraint("approval_id", name=op.f("uq_money_decisions_approval_id")),
    )
    op.create_index("ix_money_decisions_order_id", "money_decisions", ["order_id"], unique=False)
    op.create_table(
        "policy_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("old_value", postgresql.JSONB(), nullable=False),
        sa.Column("new_value", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("approval_id", sa.BigInteger(), nullable=False),
        sa.Column("approved_by", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["approval_id"], ["approvals.id"], name=op.f("fk_policy_changes_approval_id")),
        sa.ForeignKeyConstraint(
            ["decision"],
            ["ai_decisions.uid"],
            name=op.f("fk_policy_changes_decision"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_policy_changes_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_changes")),
        sa.UniqueConstraint("approval_id", name=op.f("uq_policy_changes_approval_id")),
    )
    op.execute(GRANTS)
