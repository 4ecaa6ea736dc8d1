"""Telegram forums with their topics, and what a group is shown of a turn that is at work."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"

GRANTS = """
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'holacracy_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON telegram_forums, telegram_topics, turn_progress TO holacracy_app;
        GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO holacracy_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "telegram_forums",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_telegram_forums_person_id")),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_telegram_forums")),
    )
    op.create_table(
        "telegram_topics",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'wanted'"), nullable=False),
        sa.Column("told", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('role','crisis')", name=op.f("ck_telegram_topics_purpose")),
        sa.CheckConstraint("state IN ('wanted','open','closing','closed')", name=op.f("ck_telegram_topics_state")),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["telegram_forums.chat_id"], name=op.f("fk_telegram_topics_chat_id"), onupdate="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telegram_topics")),
        sa.UniqueConstraint("chat_id", "purpose", "subject", name=op.f("uq_telegram_topics_chat_id_purpose_subject")),
        sa.UniqueConstraint("chat_id", "thread_id", name=op.f("uq_telegram_topics_chat_id_thread_id")),
    )
    op.create_table(
        "turn_progress",
        sa.Column("turn_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["ai_turns.id"], name=op.f("fk_turn_progress_turn_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_turn_progress")),
    )
    op.execute(GRANTS)
