"""Orders that somebody has put first, with the reason."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the two columns."""
    op.add_column("orders", sa.Column("urgent", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("orders", sa.Column("urgent_because", sa.Text(), nullable=True))
    op.create_check_constraint(op.f("ck_orders_urgent"), "orders", "urgent = (urgent_because IS NOT NULL)")
