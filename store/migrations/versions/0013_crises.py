"""What is kept of a crisis that is over; the tasks of a signal and the settled signals found without a search; constraints too."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

GRANTS = """
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'holacracy_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON crisis_postmortems TO holacracy_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    """Create the table and the indexes."""
    op.create_table(
        "crisis_postmortems",
        sa.Column("signal_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("protection", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["signal_id"], ["ai_signals.id"], name=op.f("fk_crisis_postmortems_signal_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_crisis_postmortems_by_id")),
        sa.ForeignKeyConstraint(
            ["decision"],
            ["ai_decisions.uid"],
            name=op.f("fk_crisis_postmortems_decision"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("signal_id", name=op.f("pk_crisis_postmortems")),
    )
    op.create_index(
        "ix_tasks_signal",
        "tasks",
        [sa.text("(params ->> 'signal')")],
        postgresql_where=sa.text("(params ->> 'signal') IS NOT NULL"),
    )
    op.create_index(
        "ix_ai_signals_resolved_at",
        "ai_signals",
        ["resolved_at"],
        postgresql_where=sa.text("resolved_at IS NOT NULL"),
    )
    op.create_index("ix_ai_signals_code", "ai_signals", ["code", "id"])
    op.create_index(
        "ix_ai_decisions_constraints",
        "ai_decisions",
        ["subject_id", "id"],
        postgresql_where=sa.text("action = 'set_constraint' AND outcome = 'done'"),
    )
    op.execute(GRANTS)
