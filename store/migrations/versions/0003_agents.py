"""The role agents: turns, effects, modes, usage, rulings, texts, digests; and the checkpoints of their graph."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

GRANTS = """
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'holacracy_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON ai_turns, ai_effects, ai_modes, ai_usage, ai_rulings, ai_positions,
            ai_texts, ai_digests, checkpoints, checkpoint_blobs, checkpoint_writes, checkpoint_migrations
            TO holacracy_app;
        GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO holacracy_app;
    END IF;
END $$;
"""


def upgrade() -> None:  # one statement a table
    """Create the tables, and LangGraph's own."""
    op.create_table(
        "ai_texts",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("facts_digest", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", "locale", name=op.f("pk_ai_texts")),
    )
    op.create_table(
        "ai_usage",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("calls", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("tokens_in", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("tokens_out", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("cost_eur", sa.Numeric(precision=12, scale=6), server_default=sa.text("0"), nullable=False),
        sa.Column("fallbacks", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("refusals", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rejected_texts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("day", "role", "model", name=op.f("pk_ai_usage")),
    )
    op.create_table(
        "ai_digests",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("period_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("period_to", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("slots", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("body", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("text", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision"],
            ["ai_decisions.uid"],
            name=op.f("fk_ai_digests_decision"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ai_digests")),
        sa.UniqueConstraint("kind", "period_to", "locale", name=op.f("uq_ai_digests_kind_period_to_locale")),
    )
    op.create_table(
        "ai_modes",
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.Uuid(), nullable=False),
        sa.CheckConstraint("mode IN ('act','shadow','off')", name=op.f("ck_ai_modes_mode")),
        sa.ForeignKeyConstraint(
            ["decision"], ["ai_decisions.uid"], name=op.f("fk_ai_modes_decision"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["set_by"], ["people.id"], name=op.f("fk_ai_modes_set_by")),
        sa.PrimaryKeyConstraint("role", name=op.f("pk_ai_modes")),
    )
    op.create_table(
        "ai_turns",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("about", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("locale", sa.Text(), server_default=sa.text("'ru'"), nullable=False),
        sa.Column("dedup_key", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default=sa.text("'queued'"), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("steps", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("outcome", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("trace_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('queued','running','done','failed')", name=op.f("ck_ai_turns_state")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_ai_turns_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ai_turns")),
    )
    op.create_index("ix_ai_turns_thread", "ai_turns", ["thread", "id"], unique=False)
    op.create_index(
        "ix_ai_turns_unfinished",
        "ai_turns",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state IN ('queued','running')"),
    )
    op.create_index(
        "uq_ai_turns_dedup", "ai_turns", ["dedup_key"], unique=True, postgresql_where=sa.text("dedup_key IS NOT NULL")
    )
    op.create_table(
        "ai_effects",
        sa.Column("turn_id", sa.BigInteger(), nullable=False),
        sa.Column("call_key", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("result", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("decision", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision"],
            ["ai_decisions.uid"],
            name=op.f("fk_ai_effects_decision"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["turn_id"], ["ai_turns.id"], name=op.f("fk_ai_effects_turn_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("turn_id", "call_key", name=op.f("pk_ai_effects")),
    )
    op.create_table(
        "ai_rulings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("winner", sa.Text(), nullable=False),
        sa.Column("losers", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("positions", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("precedent_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("overruled_by", sa.BigInteger(), nullable=True),
        sa.Column("overruled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overruled_because", sa.Text(), nullable=True),
        sa.Column("decision", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision"],
            ["ai_decisions.uid"],
            name=op.f("fk_ai_rulings_decision"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_ai_rulings_order_id")),
        sa.ForeignKeyConstraint(["overruled_by"], ["people.id"], name=op.f("fk_ai_rulings_overruled_by")),
        sa.ForeignKeyConstraint(["precedent_id"], ["ai_rulings.id"], name=op.f("fk_ai_rulings_precedent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ai_rulings")),
    )
    op.create_index("ix_ai_rulings_subject", "ai_rulings", ["subject_kind", "subject_id"], unique=False)
    op.create_index("ix_ai_rulings_winner", "ai_rulings", ["winner", "id"], unique=False)
    op.create_table(
        "ai_positions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ruling_id", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision"],
            ["ai_decisions.uid"],
            name=op.f("fk_ai_positions_decision"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_ai_positions_order_id")),
        sa.ForeignKeyConstraint(["ruling_id"], ["ai_rulings.id"], name=op.f("fk_ai_positions_ruling_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ai_positions")),
    )
    op.create_index(
        "uq_ai_positions_open",
        "ai_positions",
        ["role", "subject_kind", "subject_id"],
        unique=True,
        postgresql_where=sa.text("ruling_id IS NULL"),
    )
    _create_checkpoints()
    op.execute(GRANTS)


def _create_checkpoints() -> None:
    """What the checkpointer's own `setup` would do, inside this migration (there, indexes are built concurrently)."""
    from langgraph.checkpoint.postgres.base import BasePostgresSaver  # noqa: PLC0415 - half a second at every start

    for version, statement in enumerate(BasePostgresSaver.MIGRATIONS):
        op.execute(sa.text(statement.replace("CONCURRENTLY ", "").replace(":", "\\:")))
        op.execute(sa.text("INSERT INTO checkpoint_migrations (v) VALUES (:v)").bindparams(v=version))
