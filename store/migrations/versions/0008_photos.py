"""Points with photos or a comment but no answer yet; pictures from Telegram, what they came with, where they belong."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

GRANTS = """
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'holacracy_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON telegram_files, photo_batches, chat_photos, chat_notes
            TO holacracy_app;
        GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO holacracy_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    """Let a point wait for its answer, and create the tables."""
    op.alter_column("checklist_answers", "answer", existing_type=sa.Text(), nullable=True)
    op.create_table(
        "telegram_files",
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("unique_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('photo','document')", name=op.f("ck_telegram_files_kind")),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_telegram_files")),
    )
    op.create_table(
        "photo_batches",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("point", sa.SmallInteger(), nullable=True),
        sa.Column("told", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("card_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_photo_batches_order_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_photo_batches_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo_batches")),
        sa.UniqueConstraint("chat_id", "key", name=op.f("uq_photo_batches_chat_id_key")),
    )
    op.create_index("ix_photo_batches_card", "photo_batches", ["chat_id", "card_id"], unique=False)
    op.create_table(
        "chat_photos",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("unique_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("caption", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("added", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["photo_batches.id"], name=op.f("fk_chat_photos_batch_id")),
        sa.PrimaryKeyConstraint("chat_id", "message_id", name=op.f("pk_chat_photos")),
    )
    op.create_index("ix_chat_photos_batch_id", "chat_photos", ["batch_id"], unique=False)
    op.create_table(
        "chat_notes",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("point", sa.SmallInteger(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_chat_notes_order_id")),
        sa.PrimaryKeyConstraint("chat_id", "message_id", name=op.f("pk_chat_notes")),
    )
    op.execute(GRANTS)
