"""What comes in and what goes out."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from store.tables.columns import counter, decision, flag, identity, instant, json_column, metadata, reference, words

crm_events = Table(
    "crm_events",
    metadata,
    Column("event_id", Text, primary_key=True),
    words("kind", required=True),
    words("order_ref", required=True),
    instant("occurred_at", required=True),
    instant("received_at", required=True),
    words("outcome", required=True),
    CheckConstraint("outcome IN ('applied','late','waiting','quarantined')", name="outcome"),
)

quarantine = Table(
    "quarantine",
    metadata,
    identity(),
    words("source", required=True),
    words("event_id"),
    words("order_ref"),
    Column("raw", JSONB, nullable=False),
    words("error_code", required=True),
    json_column("error"),
    words("state", default="rejected"),
    instant("received_at", required=True),
    instant("replayed_at"),
    counter("attempts"),
    CheckConstraint("state IN ('waiting','rejected','replayed','discarded')", name="state"),
    Index("ix_quarantine_open", "order_ref", postgresql_where=text("state IN ('waiting','rejected')")),
    Index("uq_quarantine_event", "event_id", unique=True, postgresql_where=text("event_id IS NOT NULL")),
)

webhook_messages = Table(
    "webhook_messages",
    metadata,
    Column("id", Text, primary_key=True),
    instant("received_at", required=True),
    Index("ix_webhook_messages_received_at", "received_at"),
)

notifications = Table(
    "notifications",
    metadata,
    identity(),
    reference("person_id", "people.id", required=True),
    reference("order_id", "orders.id"),
    words("kind", required=True),
    json_column("params"),
    Column("priority", SmallInteger, nullable=False, server_default=text("0")),
    Column("dedup_key", Text, unique=True),
    words("state", default="queued"),
    counter("attempts"),
    words("error"),
    Column("chat_id", BigInteger),
    Column("message_id", BigInteger),
    instant("deliver_at"),
    instant("created_at", required=True),
    instant("sent_at"),
    instant("claimed_at"),
    flag("may_repeat"),
    decision(),
    CheckConstraint("state IN ('queued','sending','sent','failed','dead','unknown','merged')", name="state"),
    Index("ix_notifications_pending", "person_id", "kind", postgresql_where=text("state = 'queued'")),
    Index("ix_notifications_trouble", "id", postgresql_where=text("state IN ('sending','failed','dead','unknown')")),
    Index("ix_notifications_created_at", "created_at"),
    Index("ix_notifications_message", "chat_id", "message_id"),
    Index("ix_notifications_order_id", "order_id"),
)

inbox_updates = Table(
    "inbox_updates",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger),
    Column("body", JSONB, nullable=False),
    instant("received_at", required=True),
    instant("handled_at"),
    counter("attempts"),
    words("error"),
    Index("ix_inbox_updates_open", "update_id", postgresql_where=text("handled_at IS NULL")),
)

chat_states = Table(
    "chat_states",
    metadata,
    Column("key", Text, primary_key=True),
    words("state"),
    json_column("data"),
    instant("updated_at", required=True),
)

shown_cards = Table(
    "shown_cards",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    reference("person_id", "people.id", required=True),
    words("subject_kind", required=True),
    Column("subject_id", BigInteger, nullable=False),
    reference("order_id", "orders.id"),
    counter("changes"),
    counter("shown"),
    CheckConstraint("subject_kind IN ('violation','signal','approval')", name="subject"),
    Index("ix_shown_cards_subject", "subject_kind", "subject_id"),
    Index("ix_shown_cards_order_id", "order_id"),
)

telegram_files = Table(
    "telegram_files",
    metadata,
    Column("file_id", Text, primary_key=True),
    words("unique_id", required=True),
    words("kind", required=True),
    CheckConstraint("kind IN ('photo','document')", name="kind"),
)

photo_batches = Table(
    "photo_batches",
    metadata,
    identity(),
    Column("chat_id", BigInteger, nullable=False),
    words("key", required=True),
    reference("person_id", "people.id", required=True),
    reference("order_id", "orders.id"),
    Column("point", SmallInteger),
    flag("told"),
    Column("card_id", BigInteger),
    instant("at", required=True),
    UniqueConstraint("chat_id", "key"),
    Index("ix_photo_batches_card", "chat_id", "card_id"),
)

chat_photos = Table(
    "chat_photos",
    metadata,
    Column("chat_id", BigInteger, primary_key=True),
    Column("message_id", BigInteger, primary_key=True),
    reference("batch_id", "photo_batches.id", required=True),
    words("file_id", required=True),
    words("unique_id", required=True),
    words("kind", required=True),
    words("caption", default=""),
    flag("added"),
    Index("ix_chat_photos_batch_id", "batch_id"),
)

chat_notes = Table(
    "chat_notes",
    metadata,
    Column("chat_id", BigInteger, primary_key=True),
    Column("message_id", BigInteger, primary_key=True),
    reference("order_id", "orders.id", required=True),
    Column("point", SmallInteger),
    words("words", required=True),
    instant("at", required=True),
)

rate_slots = Table(
    "rate_slots",
    metadata,
    Column("key", Text, primary_key=True),
    Column("tat", DateTime(timezone=True), nullable=False),
)
