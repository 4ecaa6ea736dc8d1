"""Cards that stand in people's chats: whatever changes what one is about has it shown anew, by a job in that commit."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

# A card that waits to be shown anew already gets no second job; its number of changes grows all the same, so that the
# job knows whether something has happened while it was at work.
MACHINERY = """
CREATE FUNCTION show_anew(subject text, subject_ids bigint[], about_order bigint) RETURNS void LANGUAGE sql AS $$
    WITH changed AS (
        UPDATE shown_cards SET changes = changes + 1
        WHERE (subject_kind = subject AND subject_id = ANY(subject_ids)) OR order_id = about_order
        RETURNING chat_id, message_id, changes - 1 = shown AS first
    )
    SELECT procrastinate_defer_jobs_v1(array_agg(ROW('delivery', 'refresh_card', -2, NULL, NULL,
        jsonb_build_object('chat_id', chat_id, 'message_id', message_id), NULL)::procrastinate_job_to_defer_v1))
    FROM changed WHERE first HAVING count(*) > 0
$$;

CREATE FUNCTION show_subject_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM show_anew(TG_ARGV[0], ARRAY[NEW.id], NULL);
    RETURN NULL;
END $$;

CREATE FUNCTION show_approval_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM show_anew('approval', ARRAY[NEW.approval_id], NULL);
    RETURN NULL;
END $$;

CREATE FUNCTION show_order_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM show_anew(NULL, NULL, NEW.id);
    RETURN NULL;
END $$;

CREATE FUNCTION show_orders_task_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM show_anew(NULL, NULL, NEW.order_id);
    RETURN NULL;
END $$;

CREATE TRIGGER show_anew AFTER UPDATE ON ai_sla_violations FOR EACH ROW
    WHEN ((OLD.ack_until, OLD.resolved_at, OLD.level) IS DISTINCT FROM (NEW.ack_until, NEW.resolved_at, NEW.level))
    EXECUTE FUNCTION show_subject_anew('violation');
CREATE TRIGGER show_anew AFTER UPDATE ON ai_signals FOR EACH ROW
    WHEN ((OLD.status, OLD.snoozed_until) IS DISTINCT FROM (NEW.status, NEW.snoozed_until))
    EXECUTE FUNCTION show_subject_anew('signal');
CREATE TRIGGER show_anew AFTER UPDATE ON approvals FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION show_subject_anew('approval');
CREATE TRIGGER show_anew AFTER INSERT ON approval_votes FOR EACH ROW EXECUTE FUNCTION show_approval_anew();
CREATE TRIGGER show_anew AFTER UPDATE ON orders FOR EACH ROW
    WHEN (OLD.owner_id IS NOT NULL AND OLD.owner_id IS DISTINCT FROM NEW.owner_id) EXECUTE FUNCTION show_order_anew();
CREATE TRIGGER show_anew AFTER INSERT ON ai_decisions FOR EACH ROW
    WHEN (NEW.action = 'create_task' AND NEW.outcome = 'done' AND NEW.order_id IS NOT NULL)
    EXECUTE FUNCTION show_orders_task_anew();
"""

GRANTS = """
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'holacracy_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON shown_cards TO holacracy_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    """Create the table, the triggers, and the journal's index by what a row is about."""
    op.create_table(
        "shown_cards",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("changes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("shown", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("subject_kind IN ('violation','signal','approval')", name=op.f("ck_shown_cards_subject")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_shown_cards_order_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_shown_cards_person_id")),
        sa.PrimaryKeyConstraint("chat_id", "message_id", name=op.f("pk_shown_cards")),
    )
    op.create_index("ix_shown_cards_subject", "shown_cards", ["subject_kind", "subject_id"], unique=False)
    op.create_index("ix_shown_cards_order_id", "shown_cards", ["order_id"], unique=False)
    op.create_index(
        "ix_ai_decisions_subject",
        "ai_decisions",
        ["subject_kind", "subject_id"],
        unique=False,
        postgresql_where=sa.text("subject_kind IN ('violation','signal')"),
    )
    op.execute(MACHINERY)
    op.execute(GRANTS)
