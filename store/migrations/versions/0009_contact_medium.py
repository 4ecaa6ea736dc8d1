"""How a contact took place: by phone or in a chat, where somebody said so."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column."""
    op.add_column("order_notes", sa.Column("medium", sa.Text(), nullable=True))
    allowed = "medium IS NULL OR medium IN ('phone','chat') AND kind <> 'note'"
    op.create_check_constraint(op.f("ck_order_notes_medium"), "order_notes", allowed)
