"""People: staff, managers, and the counts that balance them."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from store.tables.columns import counter, flag, identity, instant, json_column, metadata, words

people = Table(
    "people",
    metadata,
    identity(),
    words("name", required=True),
    words("role", required=True),
    words("team", default="default"),
    Column("telegram_id", BigInteger, unique=True),
    instant("telegram_blocked_at"),
    flag("active", default=True),
    Column("calendar", JSONB),
    instant("away_from"),
    instant("away_until"),
    words("password_hash"),
    Column("login", Text, unique=True),
    instant("created_at", required=True),
    CheckConstraint("role IN ('owner','head','admin','manager','viewer')", name="role"),
)

managers = Table(
    "managers",
    metadata,
    Column("id", BigInteger, ForeignKey("people.id"), primary_key=True),
    Column("capacity", Integer, nullable=False, server_default=text("20")),
    json_column("constraints"),
    instant("last_assigned_at"),
    CheckConstraint("capacity >= 0", name="capacity"),
)

manager_stage_counts = Table(
    "manager_stage_counts",
    metadata,
    Column("manager_id", BigInteger, ForeignKey("people.id"), primary_key=True),
    Column("status", Text, primary_key=True),
    counter("n"),
)
