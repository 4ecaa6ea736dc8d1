"""People join by invitations that know who invited, strangers leave a trace, menus follow a person's role."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

# Whatever changes what an account may see makes a job that sets its menu of commands, in the same commit.
MENUS = """
CREATE FUNCTION follow_menu() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM procrastinate_defer_jobs_v1(array_agg(
        ROW('delivery', 'menu', -9, 'menu:' || chat.id, NULL,
            jsonb_build_object('chat_id', chat.id, 'farewell', chat.farewell), NULL)::procrastinate_job_to_defer_v1
        ORDER BY chat.farewell DESC))
    FROM (
        SELECT OLD.telegram_id AS id, true AS farewell WHERE OLD.telegram_id IS DISTINCT FROM NEW.telegram_id
        UNION ALL
        SELECT NEW.telegram_id, false
    ) AS chat
    WHERE chat.id IS NOT NULL HAVING count(*) > 0;
    RETURN NULL;
END $$;
CREATE TRIGGER follow_menu AFTER UPDATE OF telegram_id, role, active ON people FOR EACH ROW
    WHEN ((OLD.telegram_id, OLD.role, OLD.active) IS DISTINCT FROM (NEW.telegram_id, NEW.role, NEW.active))
    EXECUTE FUNCTION follow_menu();
"""
GRANTS = """
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'holacracy_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON strangers, telegram_bot TO holacracy_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    """Add the column, the tables and the trigger."""
    op.add_column("one_time_codes", sa.Column("invited_by", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_one_time_codes_invited_by"), "one_time_codes", "people", ["invited_by"], ["id"])
    op.create_table(
        "strangers",
        sa.Column("telegram_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=True),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_update", sa.BigInteger(), nullable=False),
        sa.Column("last_words", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("guesses", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("guessing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("guesses_lately", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("telegram_id", name=op.f("pk_strangers")),
    )
    op.create_index("ix_strangers_last_seen_at", "strangers", ["last_seen_at"], unique=False)
    op.create_table(
        "telegram_bot",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_telegram_bot_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telegram_bot")),
    )
    op.execute(MENUS)
    op.execute(GRANTS)
