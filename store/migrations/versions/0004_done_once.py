"""Keys of units of work that are carried out once, however often they are asked for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

GRANTS = """
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'holacracy_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON done_once TO holacracy_app;
    END IF;
END $$;
"""


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "done_once",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("results", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_done_once")),
    )
    op.create_index("ix_done_once_at", "done_once", ["at"], unique=False)
    op.execute(GRANTS)
