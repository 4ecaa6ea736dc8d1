"""People sign in by login and password; sessions have numbers and end with the role they were opened in."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

# Whoever leaves, or changes the role, signs in anew: no door can forget it.
ENDING = """
CREATE FUNCTION end_sessions_of_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE sessions SET revoked_at = clock_timestamp() WHERE person_id = NEW.id AND revoked_at IS NULL;
    UPDATE one_time_codes SET used_at = clock_timestamp()
        WHERE person_id = NEW.id AND purpose = 'login' AND used_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER end_sessions_of_changed AFTER UPDATE OF role, active ON people FOR EACH ROW
    WHEN ((OLD.role, OLD.active) IS DISTINCT FROM (NEW.role, NEW.active))
    EXECUTE FUNCTION end_sessions_of_changed();
"""


def upgrade() -> None:
    """Add the columns and the trigger."""
    op.add_column("people", sa.Column("login", sa.Text(), nullable=True))
    op.create_unique_constraint(op.f("uq_people_login"), "people", ["login"])
    op.add_column("sessions", sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False))
    op.create_unique_constraint(op.f("uq_sessions_id"), "sessions", ["id"])
    op.add_column("sessions", sa.Column("browser_hash", sa.LargeBinary(), nullable=True))
    op.create_index("ix_sessions_person_id", "sessions", ["person_id"], unique=False)
    op.execute(ENDING)
