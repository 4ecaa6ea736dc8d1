"""Doors and machine room: tokens, sessions, heartbeats, policy versions, requests that come twice."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from store.tables.columns import identity, instant, json_column, metadata, reference, words

api_tokens = Table(
    "api_tokens",
    metadata,
    identity(),
    words("name", required=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    words("scope", required=True),
    reference("person_id", "people.id"),
    instant("created_at", required=True),
    instant("last_used_at"),
    instant("revoked_at"),
    CheckConstraint("scope IN ('crm','person')", name="scope"),
    CheckConstraint("scope <> 'person' OR person_id IS NOT NULL", name="person"),
)

webhook_secrets = Table(
    "webhook_secrets",
    metadata,
    identity(),
    words("name", required=True),
    words("secret", required=True),  # in clear: a signature cannot be recomputed from a hash
    instant("created_at", required=True),
    instant("last_used_at"),
    instant("revoked_at"),
)

one_time_codes = Table(
    "one_time_codes",
    metadata,
    Column("code_hash", LargeBinary, primary_key=True),
    words("purpose", required=True),
    reference("person_id", "people.id", required=True),
    instant("created_at", required=True),
    instant("expires_at", required=True),
    instant("used_at"),
    reference("invited_by", "people.id"),
    CheckConstraint("purpose IN ('login','invite')", name="purpose"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    reference("person_id", "people.id", required=True),
    instant("created_at", required=True),
    instant("last_seen_at", required=True),
    instant("expires_at", required=True),
    instant("revoked_at"),
    words("user_agent", default=""),
    Column("id", BigInteger, Identity(), nullable=False, unique=True),
    Column("browser_hash", LargeBinary),
    Index("ix_sessions_person_id", "person_id"),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", Text, primary_key=True),
    instant("at", required=True),
    json_column("detail"),
)

policy_versions = Table(
    "policy_versions",
    metadata,
    Column("version", Text, primary_key=True),
    Column("body", JSONB, nullable=False),
    instant("loaded_at", required=True),
)

company_clock = Table(
    "company_clock",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    instant("company_at", required=True),
    instant("wall_at", required=True),
    Column("speed", Float, nullable=False),
    json_column("demo"),
    CheckConstraint("id = 1", name="single"),
    CheckConstraint("speed >= 0", name="speed"),
)

done_once = Table(
    "done_once",
    metadata,
    Column("key", Text, primary_key=True),
    json_column("results", "[]"),
    instant("at", required=True),
    Index("ix_done_once_at", "at"),
)
