"""All tables, as SQLAlchemy Core metadata: the one description that migrations are checked against.

Only `store/` imports this module. Constraints carry the invariants; `decision` columns tie every effect to the journal
row that explains it (a deferred foreign key, so that both are written in one commit, in any order).
"""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.types import UserDefinedType

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

OPEN = "status NOT IN ('closed', 'cancelled')"
REOPENED = "from_status IN ('delivered', 'closed', 'cancelled') AND to_status NOT IN ('closed', 'cancelled')"
PROMISE = "kind NOT IN ('movement', 'follow_up')"  # clocks that hold somebody to a time; the other two only watch


class Xid8(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id: tells which rows are settled when the journal is sealed."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """The type's name in DDL."""
        return "xid8"


cast("dict[str, object]", ischema_names)["xid8"] = (
    Xid8  # so that reflection knows it when migrations are compared with the tables
)


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(), primary_key=True)


def _at(name: str, *, required: bool = False) -> Column[datetime]:
    return Column(name, DateTime(timezone=True), nullable=not required)


def _json(name: str, default: str = "{}") -> Column[Any]:
    return Column(name, JSONB, nullable=False, server_default=text(f"'{default}'::jsonb"))


def _flag(name: str, *, default: bool = False) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("true" if default else "false"))


def _text(name: str, *, required: bool = False, default: str | None = None) -> Column[str]:
    server_default = None if default is None else text(f"'{default}'")
    return Column(name, Text, nullable=not (required or default is not None), server_default=server_default)


def _ref(name: str, target: str, *, required: bool = False) -> Column[int]:
    return Column(name, BigInteger, ForeignKey(target), nullable=not required)


def _decision() -> Column[object]:
    return Column(
        "decision",
        Uuid,
        ForeignKey("ai_decisions.uid", deferrable=True, initially="DEFERRED"),
        nullable=False,
    )


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────
people = Table(
    "people",
    metadata,
    _id(),
    _text("name", required=True),
    _text("role", required=True),
    _text("team", default="default"),
    Column("telegram_id", BigInteger, unique=True),
    _at("telegram_blocked_at"),
    _flag("active", default=True),
    Column("calendar", JSONB),
    _at("away_from"),
    _at("away_until"),
    _text("password_hash"),
    _at("created_at", required=True),
    CheckConstraint("role IN ('owner','head','admin','manager','viewer')", name="role"),
)

managers = Table(
    "managers",
    metadata,
    Column("id", BigInteger, ForeignKey("people.id"), primary_key=True),
    Column("capacity", Integer, nullable=False, server_default=text("20")),
    _json("constraints"),
    _at("last_assigned_at"),
    CheckConstraint("capacity >= 0", name="capacity"),
)

manager_stage_counts = Table(
    "manager_stage_counts",
    metadata,
    Column("manager_id", BigInteger, ForeignKey("people.id"), primary_key=True),
    Column("status", Text, primary_key=True),
    _count("n"),
)

# ── orders and what happens to them ──────────────────────────────────────────────────────────────────────────────────
orders = Table(
    "orders",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("crm_id", Text, unique=True),
    _text("status", required=True),
    Column("version", Integer, nullable=False, server_default=text("1")),
    _ref("owner_id", "people.id"),
    _text("client_name", default=""),
    _json("client_contact"),
    _text("seller_name", default=""),
    _text("city", default=""),
    _text("bike", default=""),
    _text("listing_url"),
    Column("price_eur", Numeric(10, 2), nullable=False, server_default=text("0")),
    _text("delivery_method", default="cargo"),
    _flag("is_ebike"),
    _flag("is_hardtail"),
    _at("accepted_at"),
    _text("verdict"),
    _text("client_decision"),
    _text("compliance", default="unknown"),
    Column("paid_eur", Numeric(10, 2), nullable=False, server_default=text("0")),
    _at("payment_confirmed_at"),
    _text("carrier"),
    _text("tracking_number"),
    Column("dispatch_date", Date),
    _at("delivery_confirmed_at"),
    _flag("claim_open"),
    _flag("hot"),
    _flag("urgent"),
    _text("urgent_because"),
    _text("cancel_reason"),
    _text("next_step"),
    _json("next_step_params"),
    _at("next_step_due"),
    _at("due_at"),
    _at("status_since", required=True),
    _at("last_moved_at", required=True),
    _at("created_at", required=True),
    _at("updated_at", required=True),
    _at("closed_at"),
    _text("source", default="crm"),
    CheckConstraint(
        "status IN ('pending_manager','under_inspection','awaiting_payment','ready_for_shipment',"
        "'in_transit','delivered','closed','cancelled')",
        name="status",
    ),
    CheckConstraint("status <> 'cancelled' OR cancel_reason IS NOT NULL OR source = 'history'", name="cancel_reason"),
    CheckConstraint("urgent = (urgent_because IS NOT NULL)", name="urgent"),
    Index("ix_orders_open_status", "status", "id", postgresql_where=text(OPEN)),
    Index("ix_orders_open_owner", "owner_id", "status", postgresql_where=text(OPEN)),
    Index("ix_orders_created_at", "created_at"),
    Index("ix_orders_open_due", "due_at", postgresql_where=text(OPEN)),
    Index("ix_orders_hot", "id", postgresql_where=text(f"hot AND {OPEN}")),
    Index("ix_orders_open_since", "status", "status_since", postgresql_where=text(OPEN)),
    Index("ix_orders_open_moved", "last_moved_at", "status", postgresql_where=text(OPEN)),
    Index(
        "ix_orders_ended_late",
        "id",
        postgresql_include=["closed_at"],
        postgresql_where=text("closed_at < last_moved_at"),
    ),
    Index("ix_orders_open_history", "owner_id", "status", postgresql_where=text(f"{OPEN} AND source = 'history'")),
    Index("ix_orders_incomplete", "id", postgresql_where=text(f"{OPEN} AND (owner_id IS NULL OR next_step IS NULL)")),
    Index(
        "ix_orders_unattended",
        "id",
        postgresql_where=text(
            f"{OPEN} AND source <> 'history' AND (owner_id IS NULL OR due_at IS NULL OR next_step IS NULL)"
        ),
    ),
)

order_status_events = Table(
    "order_status_events",
    metadata,
    _id(),
    _ref("order_id", "orders.id", required=True),
    _text("from_status"),
    _text("to_status", required=True),
    _at("at", required=True),
    _at("recorded_at", required=True),
    _ref("owner_id", "people.id"),
    _text("actor", required=True),
    _text("kind", default="normal"),
    _flag("legal", default=True),
    _text("reason"),
    Column("seconds_in_status", Float),
    Column("history_key", Uuid),
    _decision(),
    Index(
        "ix_order_status_events_order_id_at",
        "order_id",
        "at",
        "id",
        postgresql_include=["to_status"],
    ),
    Index("ix_order_status_events_at", "at"),
    Index(
        "ix_order_status_events_moves",
        "from_status",
        "at",
        postgresql_include=["to_status", "seconds_in_status", "order_id"],
        postgresql_where=text("from_status IS NOT NULL"),
    ),
    Index(
        "ix_order_status_events_deliveries",
        "at",
        postgresql_include=["order_id", "owner_id"],
        postgresql_where=text("to_status = 'delivered'"),
    ),
    Index("ix_order_status_events_reopened", "order_id", postgresql_where=text(REOPENED)),
    Index(
        "uq_order_status_events_history", "history_key", unique=True, postgresql_where=text("history_key IS NOT NULL")
    ),
    Index("ix_order_status_events_history_at", "at", postgresql_where=text("history_key IS NOT NULL")),
)

order_notes = Table(
    "order_notes",
    metadata,
    _id(),
    _ref("order_id", "orders.id", required=True),
    _ref("author_id", "people.id"),
    _text("kind", required=True),
    _text("text", default=""),
    _at("at", required=True),
    Column("history_key", Uuid),
    _decision(),
    CheckConstraint("kind IN ('note','contact_client','contact_seller')", name="kind"),
    Index("ix_order_notes_order_id", "order_id"),
    Index("uq_order_notes_history", "history_key", unique=True, postgresql_where=text("history_key IS NOT NULL")),
    Index("ix_order_notes_history_at", "at", postgresql_where=text("history_key IS NOT NULL")),
)

order_payments = Table(
    "order_payments",
    metadata,
    _id(),
    _ref("order_id", "orders.id", required=True),
    Column("amount_eur", Numeric(10, 2), nullable=False),
    _text("reference", required=True),
    _at("at", required=True),
    _text("reported_by", required=True),
    _decision(),
    UniqueConstraint("order_id", "reference"),
)

checklist_answers = Table(
    "checklist_answers",
    metadata,
    Column("order_id", BigInteger, ForeignKey("orders.id"), primary_key=True),
    Column("point", SmallInteger, primary_key=True),
    _text("answer", required=True),
    _text("comment", default=""),
    _json("photos", "[]"),
    _json("flags", "[]"),
    _text("verdict"),
    _ref("by_id", "people.id"),
    _at("at", required=True),
    _decision(),
    CheckConstraint("point BETWEEN 1 AND 28", name="point"),
    CheckConstraint("answer IN ('ok','problem','na')", name="answer"),
)

tasks = Table(
    "tasks",
    metadata,
    _id(),
    _ref("order_id", "orders.id"),
    _ref("owner_id", "people.id", required=True),
    _text("kind", default="manual"),
    _text("key", required=True),
    _json("params"),
    _at("due_at", required=True),
    _text("state", default="open"),
    _at("created_at", required=True),
    _at("done_at"),
    _decision(),
    CheckConstraint("state IN ('open','done','cancelled')", name="state"),
    Index(
        "uq_tasks_open_step",
        "order_id",
        unique=True,
        postgresql_include=["created_at"],
        postgresql_where=text("kind = 'step' AND state = 'open'"),
    ),
    Index(
        "ix_tasks_done_step",
        "done_at",
        postgresql_include=["created_at", "order_id"],
        postgresql_where=text("kind = 'step' AND done_at IS NOT NULL"),
    ),
    Index("ix_tasks_open_owner", "owner_id", "due_at", postgresql_where=text("state = 'open'")),
    Index("ix_tasks_order_id", "order_id"),
)

blockers = Table(
    "blockers",
    metadata,
    _id(),
    _ref("order_id", "orders.id", required=True),
    _ref("owner_id", "people.id", required=True),
    _text("text", required=True),
    _at("due_at", required=True),
    _at("opened_at", required=True),
    _at("closed_at"),
    _text("resolution"),
    _decision(),
    Index("ix_blockers_open", "order_id", postgresql_where=text("closed_at IS NULL")),
)

# ── control: assignments, clocks, violations, signals ────────────────────────────────────────────────────────────────
ai_assignments = Table(
    "ai_assignments",
    metadata,
    _id(),
    _ref("order_id", "orders.id", required=True),
    _ref("manager_id", "people.id", required=True),
    _text("actor", required=True),
    _at("assigned_at", required=True),
    _at("starts_at", required=True),
    _at("accepted_at"),
    _at("ended_at"),
    _text("end_reason"),
    _decision(),
    Index(
        "uq_ai_assignments_open",
        "order_id",
        unique=True,
        postgresql_include=["assigned_at"],
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index(
        "ix_ai_assignments_accepted_at",
        "accepted_at",
        postgresql_include=["assigned_at", "starts_at", "manager_id"],
        postgresql_where=text("accepted_at IS NOT NULL"),
    ),
    Index(
        "ix_ai_assignments_ended_at",
        "ended_at",
        postgresql_include=["assigned_at", "order_id"],
        postgresql_where=text("ended_at IS NOT NULL"),
    ),
    Index("ix_ai_assignments_order_id", "order_id"),
    Index("ix_ai_assignments_manager_id_assigned_at", "manager_id", "assigned_at"),
    Index("ix_ai_assignments_assigned_at", "assigned_at"),
)

clocks = Table(
    "clocks",
    metadata,
    _id(),
    _text("subject_kind", required=True),
    Column("subject_id", BigInteger, nullable=False),
    _ref("order_id", "orders.id"),
    _text("kind", required=True),
    Column("epoch", Integer, nullable=False, server_default=text("1")),
    _text("stage"),
    _ref("owner_id", "people.id"),
    _text("policy_version", required=True),
    Column("limit_seconds", BigInteger, nullable=False),
    _flag("working"),
    _text("severity", default="medium"),
    _at("opened_at", required=True),
    _at("remind_at"),
    _at("due_at", required=True),
    _at("l2_at"),
    _at("l3_at"),
    _at("next_at"),
    Column("level", SmallInteger, nullable=False, server_default=text("0")),
    _text("state", default="running"),
    _json("pauses", "[]"),
    Column("extended_seconds", Float, nullable=False, server_default=text("0")),
    _at("closed_at"),
    CheckConstraint("state IN ('running','paused','done')", name="state"),
    CheckConstraint("(state = 'done') = (closed_at IS NOT NULL)", name="closed"),
    Index(
        "uq_clocks_open", "subject_kind", "subject_id", "kind", unique=True, postgresql_where=text("state <> 'done'")
    ),
    Index("ix_clocks_next", "next_at", "id", postgresql_where=text("state = 'running' AND next_at IS NOT NULL")),
    Index("ix_clocks_order_id", "order_id"),
    Index(
        "ix_clocks_decided",
        text("LEAST(due_at, closed_at)"),
        postgresql_include=["due_at", "closed_at", "kind", "stage"],
        postgresql_where=text(PROMISE),
    ),
    Index("ix_clocks_retried", "id", "epoch", postgresql_where=text(f"epoch > 1 AND {PROMISE}")),
)

ai_sla_violations = Table(
    "ai_sla_violations",
    metadata,
    _id(),
    _ref("clock_id", "clocks.id", required=True),
    _text("subject_kind", required=True),
    Column("subject_id", BigInteger, nullable=False),
    _ref("order_id", "orders.id"),
    _text("clock_kind", required=True),
    Column("epoch", Integer, nullable=False),
    _text("stage"),
    _ref("owner_id", "people.id"),
    _text("severity", required=True),
    Column("level", SmallInteger, nullable=False),
    _at("due_at", required=True),
    _at("breached_at", required=True),
    _at("deadline", required=True),
    _ref("ack_by", "people.id"),
    _at("ack_at"),
    _at("ack_until"),
    _at("resolved_at"),
    _text("resolved_by"),
    _text("resolution"),
    _decision(),
    UniqueConstraint("clock_id", "epoch"),
    CheckConstraint("(resolved_at IS NULL) = (resolution IS NULL)", name="resolution"),
    Index("ix_ai_sla_violations_open", "order_id", postgresql_where=text("resolved_at IS NULL")),
    Index("ix_ai_sla_violations_breached_at", "breached_at", postgresql_include=["owner_id"]),
    Index("ix_ai_sla_violations_due_at", "due_at"),
    Index(
        "ix_ai_sla_violations_hot",
        "level",
        "due_at",
        postgresql_where=text("resolved_at IS NULL AND order_id IS NOT NULL"),
    ),
    Index(
        "ix_ai_sla_violations_broken",
        "stage",
        postgresql_where=text("resolved_at IS NULL AND stage IS NOT NULL AND order_id IS NOT NULL"),
    ),
    Index("ix_ai_sla_violations_subject", "subject_kind", "subject_id", postgresql_where=text("resolved_at IS NULL")),
)

escalations = Table(
    "escalations",
    metadata,
    _id(),
    _ref("violation_id", "ai_sla_violations.id", required=True),
    _ref("order_id", "orders.id"),
    Column("level", SmallInteger, nullable=False),
    _ref("owner_id", "people.id", required=True),
    _at("at", required=True),
    _at("deadline", required=True),
    _at("resolved_at"),
    _text("resolution"),
    _decision(),
    UniqueConstraint("violation_id", "level"),
    CheckConstraint("(resolved_at IS NULL) = (resolution IS NULL)", name="resolution"),
    Index("ix_escalations_at", "at", postgresql_include=["order_id", "resolved_at", "deadline"]),
    Index("ix_escalations_open", "violation_id", postgresql_where=text("resolved_at IS NULL")),
)

ai_signals = Table(
    "ai_signals",
    metadata,
    _id(),
    _text("code", required=True),
    _text("raised_by", required=True),
    _text("circle", required=True),
    _text("severity", required=True),
    _text("subject_kind", required=True),
    Column("subject_id", BigInteger),
    _ref("order_id", "orders.id"),
    _json("evidence"),
    _text("dedup_key", required=True),
    _at("due_at", required=True),
    _text("status", default="open"),
    _at("created_at", required=True),
    _ref("ack_by", "people.id"),
    _at("snoozed_until"),
    _at("resolved_at"),
    _text("resolution"),
    _json("effect"),
    _decision(),
    CheckConstraint("severity IN ('critical','high','medium','low')", name="severity"),
    CheckConstraint("status IN ('open','acknowledged','snoozed','resolved','rejected')", name="status"),
    Index(
        "uq_ai_signals_open",
        "dedup_key",
        unique=True,
        postgresql_where=text("status IN ('open','acknowledged','snoozed')"),
    ),
    Index(
        "ix_ai_signals_open",
        "severity",
        "due_at",
        postgresql_where=text("status IN ('open','acknowledged','snoozed')"),
    ),
    Index("ix_ai_signals_created_at", "created_at"),
    Index("ix_ai_signals_order_id", "order_id"),
)

# ── the journal ──────────────────────────────────────────────────────────────────────────────────────────────────────
ai_decisions = Table(
    "ai_decisions",
    metadata,
    _id(),
    Column("uid", Uuid, nullable=False, unique=True),
    _at("at", required=True),
    _text("actor_kind", required=True),
    _text("actor", required=True),
    _text("role"),
    _text("channel", required=True),
    _text("author", required=True),
    _text("author_version", required=True),
    _text("action", required=True),
    _text("subject_kind"),
    Column("subject_id", BigInteger),
    Column("order_id", BigInteger),
    _json("facts"),
    _text("facts_digest", required=True),
    _json("proposed"),
    _text("verdict", required=True),
    _text("rule", required=True),
    Column("approval_id", BigInteger),
    _json("approvers", "[]"),
    _text("outcome", required=True),
    _json("result"),
    _text("expected_effect"),
    Column("about", Uuid),
    Column("measured_effect", JSONB),
    Column("cost_eur", Numeric(12, 6)),
    Column("tokens_in", Integer),
    Column("tokens_out", Integer),
    Column("latency_ms", Float),
    _text("trace_id", required=True),
    Column("row_hash", LargeBinary, nullable=False),
    Column("txid", Xid8(), nullable=False, server_default=text("pg_current_xact_id()")),
    CheckConstraint("verdict IN ('allow','needs_approval','refuse','shadow')", name="verdict"),
    CheckConstraint("outcome IN ('done','waiting','refused','failed','unchanged','shadow')", name="outcome"),
    Index("ix_ai_decisions_at", "at"),
    Index("ix_ai_decisions_order_id", "order_id", "id"),
    Index("ix_ai_decisions_txid", "txid"),
    Index("ix_ai_decisions_trace_id", "trace_id"),
)

ai_decision_seals = Table(
    "ai_decision_seals",
    metadata,
    _id(),
    _at("sealed_at", required=True),
    Column("horizon", Xid8(), nullable=False),
    _count("rows"),
    Column("max_decision_id", BigInteger, nullable=False),
    Column("previous_hash", LargeBinary, nullable=False, unique=True),
    Column("hash", LargeBinary, nullable=False),
)

ai_decision_links = Table(
    "ai_decision_links",
    metadata,
    Column("decision_id", BigInteger, primary_key=True, autoincrement=False),
    _ref("seal_id", "ai_decision_seals.id", required=True),
    Column("row_hash", LargeBinary, nullable=False),
    Index("ix_ai_decision_links_seal_id", "seal_id", "decision_id"),
)

# ── approvals ────────────────────────────────────────────────────────────────────────────────────────────────────────
approvals = Table(
    "approvals",
    metadata,
    _id(),
    _text("action", required=True),
    _json("arguments"),
    _text("arguments_hash", required=True),
    _text("request_hash", required=True),
    Column("risks", ARRAY(Text), nullable=False),
    _text("rule", required=True),
    Column("voters", ARRAY(Text), nullable=False),
    Column("quorum", SmallInteger, nullable=False),
    Column("amount_eur", Numeric(10, 2)),
    _ref("order_id", "orders.id"),
    _text("requested_by", required=True),
    _text("requested_kind", required=True),
    _ref("requested_person", "people.id"),
    _text("why", default=""),
    _json("evidence"),
    _text("status", default="pending"),
    _at("created_at", required=True),
    _at("expires_at", required=True),
    _at("decided_at"),
    _ref("supersedes", "approvals.id"),
    _json("outcome"),
    _decision(),
    CheckConstraint("status IN ('pending','done','rejected','expired','superseded','failed','unknown')", name="status"),
    CheckConstraint("quorum BETWEEN 1 AND 2", name="quorum"),
    Index("ix_approvals_status_id", "status", "id"),
    Index(
        "uq_approvals_pending",
        "request_hash",
        unique=True,
        postgresql_where=text("status = 'pending'"),
    ),
    Index("ix_approvals_order_id", "order_id"),
)

approval_votes = Table(
    "approval_votes",
    metadata,
    _id(),
    _ref("approval_id", "approvals.id", required=True),
    _ref("person_id", "people.id", required=True),
    _text("vote", required=True),
    _text("seen_hash", required=True),
    _text("reason", default=""),
    _at("at", required=True),
    _decision(),
    UniqueConstraint("approval_id", "person_id"),
    CheckConstraint("vote IN ('approve','reject')", name="vote"),
)

# ── what comes in and what goes out ──────────────────────────────────────────────────────────────────────────────────
crm_events = Table(
    "crm_events",
    metadata,
    Column("event_id", Text, primary_key=True),
    _text("kind", required=True),
    _text("order_ref", required=True),
    _at("occurred_at", required=True),
    _at("received_at", required=True),
    _text("outcome", required=True),
    CheckConstraint("outcome IN ('applied','late','waiting','quarantined')", name="outcome"),
)

quarantine = Table(
    "quarantine",
    metadata,
    _id(),
    _text("source", required=True),
    _text("event_id"),
    _text("order_ref"),
    Column("raw", JSONB, nullable=False),
    _text("error_code", required=True),
    _json("error"),
    _text("state", default="rejected"),
    _at("received_at", required=True),
    _at("replayed_at"),
    _count("attempts"),
    CheckConstraint("state IN ('waiting','rejected','replayed','discarded')", name="state"),
    Index("ix_quarantine_open", "order_ref", postgresql_where=text("state IN ('waiting','rejected')")),
    Index("uq_quarantine_event", "event_id", unique=True, postgresql_where=text("event_id IS NOT NULL")),
)

webhook_messages = Table(
    "webhook_messages",
    metadata,
    Column("id", Text, primary_key=True),
    _at("received_at", required=True),
    Index("ix_webhook_messages_received_at", "received_at"),
)

notifications = Table(
    "notifications",
    metadata,
    _id(),
    _ref("person_id", "people.id", required=True),
    _ref("order_id", "orders.id"),
    _text("kind", required=True),
    _json("params"),
    Column("priority", SmallInteger, nullable=False, server_default=text("0")),
    Column("dedup_key", Text, unique=True),
    _text("state", default="queued"),
    _count("attempts"),
    _text("error"),
    Column("chat_id", BigInteger),
    Column("message_id", BigInteger),
    _at("deliver_at"),
    _at("created_at", required=True),
    _at("sent_at"),
    _at("claimed_at"),
    _flag("may_repeat"),
    _decision(),
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
    _at("received_at", required=True),
    _at("handled_at"),
    _count("attempts"),
    _text("error"),
    Index("ix_inbox_updates_open", "update_id", postgresql_where=text("handled_at IS NULL")),
)

chat_states = Table(
    "chat_states",
    metadata,
    Column("key", Text, primary_key=True),
    _text("state"),
    _json("data"),
    _at("updated_at", required=True),
)

rate_slots = Table(
    "rate_slots",
    metadata,
    Column("key", Text, primary_key=True),
    Column("tat", DateTime(timezone=True), nullable=False),
)

# ── doors and machine room ───────────────────────────────────────────────────────────────────────────────────────────
api_tokens = Table(
    "api_tokens",
    metadata,
    _id(),
    _text("name", required=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    _text("scope", required=True),
    _ref("person_id", "people.id"),
    _at("created_at", required=True),
    _at("last_used_at"),
    _at("revoked_at"),
    CheckConstraint("scope IN ('crm','person')", name="scope"),
    CheckConstraint("scope <> 'person' OR person_id IS NOT NULL", name="person"),
)

webhook_secrets = Table(
    "webhook_secrets",
    metadata,
    _id(),
    _text("name", required=True),
    _text("secret", required=True),  # in clear: a signature cannot be recomputed from a hash
    _at("created_at", required=True),
    _at("last_used_at"),
    _at("revoked_at"),
)

one_time_codes = Table(
    "one_time_codes",
    metadata,
    Column("code_hash", LargeBinary, primary_key=True),
    _text("purpose", required=True),
    _ref("person_id", "people.id", required=True),
    _at("created_at", required=True),
    _at("expires_at", required=True),
    _at("used_at"),
    CheckConstraint("purpose IN ('login','invite')", name="purpose"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    _ref("person_id", "people.id", required=True),
    _at("created_at", required=True),
    _at("last_seen_at", required=True),
    _at("expires_at", required=True),
    _at("revoked_at"),
    _text("user_agent", default=""),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", Text, primary_key=True),
    _at("at", required=True),
    _json("detail"),
)

policy_versions = Table(
    "policy_versions",
    metadata,
    Column("version", Text, primary_key=True),
    Column("body", JSONB, nullable=False),
    _at("loaded_at", required=True),
)

company_clock = Table(
    "company_clock",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    _at("company_at", required=True),
    _at("wall_at", required=True),
    Column("speed", Float, nullable=False),
    _json("demo"),
    CheckConstraint("id = 1", name="single"),
    CheckConstraint("speed >= 0", name="speed"),
)

# ── the role agents ──────────────────────────────────────────────────────────────────────────────────────────────────
ai_turns = Table(
    "ai_turns",
    metadata,
    _id(),
    _text("thread", required=True),
    _text("role", required=True),
    _text("kind", required=True),
    _ref("person_id", "people.id"),
    _text("channel", required=True),
    _text("words", default=""),
    _json("about"),
    _text("locale", default="ru"),
    _text("dedup_key"),
    _text("state", default="queued"),
    _count("attempt"),
    _json("steps", "[]"),
    _text("answer"),
    _json("outcome"),
    _text("trace_id", required=True),
    _at("created_at", required=True),
    _at("started_at"),
    _at("ended_at"),
    CheckConstraint("state IN ('queued','running','done','failed')", name="state"),
    Index("ix_ai_turns_thread", "thread", "id"),
    Index("ix_ai_turns_unfinished", "id", postgresql_where=text("state IN ('queued','running')")),
    Index("uq_ai_turns_dedup", "dedup_key", unique=True, postgresql_where=text("dedup_key IS NOT NULL")),
)

ai_effects = Table(
    "ai_effects",
    metadata,
    Column("turn_id", BigInteger, ForeignKey("ai_turns.id", ondelete="CASCADE"), primary_key=True),
    Column("call_key", Text, primary_key=True),
    _text("action", required=True),
    _text("outcome", required=True),
    _json("result"),
    _decision(),
)

ai_modes = Table(
    "ai_modes",
    metadata,
    Column("role", Text, primary_key=True),
    _text("mode", required=True),
    _text("reason", default=""),
    _ref("set_by", "people.id"),
    _at("set_at", required=True),
    _decision(),
    CheckConstraint("mode IN ('act','shadow','off')", name="mode"),
)

ai_usage = Table(
    "ai_usage",
    metadata,
    Column("day", Date, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("model", Text, primary_key=True),
    _count("calls"),
    Column("tokens_in", BigInteger, nullable=False, server_default=text("0")),
    Column("tokens_out", BigInteger, nullable=False, server_default=text("0")),
    Column("cost_eur", Numeric(12, 6), nullable=False, server_default=text("0")),
    _count("fallbacks"),
    _count("refusals"),
    _count("rejected_texts"),
)

ai_rulings = Table(
    "ai_rulings",
    metadata,
    _id(),
    _text("subject_kind", required=True),
    Column("subject_id", BigInteger, nullable=False),
    _ref("order_id", "orders.id"),
    _text("winner", required=True),
    _json("losers", "[]"),
    _json("positions", "[]"),
    _text("rule", required=True),
    _text("reason", required=True),
    _ref("precedent_id", "ai_rulings.id"),
    _at("at", required=True),
    _ref("overruled_by", "people.id"),
    _at("overruled_at"),
    _text("overruled_because"),
    _decision(),
    Index("ix_ai_rulings_subject", "subject_kind", "subject_id"),
    Index("ix_ai_rulings_winner", "winner", "id"),
)

ai_positions = Table(
    "ai_positions",
    metadata,
    _id(),
    _text("role", required=True),
    _text("subject_kind", required=True),
    Column("subject_id", BigInteger, nullable=False),
    _ref("order_id", "orders.id"),
    _text("stance", required=True),
    _text("reason", required=True),
    _at("at", required=True),
    _ref("ruling_id", "ai_rulings.id"),
    _decision(),
    Index(
        "uq_ai_positions_open",
        "role",
        "subject_kind",
        "subject_id",
        unique=True,
        postgresql_where=text("ruling_id IS NULL"),
    ),
)

ai_texts = Table(
    "ai_texts",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("subject_id", BigInteger, primary_key=True, autoincrement=False),
    Column("locale", Text, primary_key=True),
    _text("facts_digest", required=True),
    _text("text", required=True),
    _text("model", required=True),
    _at("at", required=True),
)

ai_digests = Table(
    "ai_digests",
    metadata,
    _id(),
    _text("kind", required=True),
    _text("role", required=True),
    _at("period_from", required=True),
    _at("period_to", required=True),
    _text("locale", required=True),
    _json("slots"),
    _json("body"),
    _text("text", default=""),
    _text("model", required=True),
    _at("at", required=True),
    _decision(),
    UniqueConstraint("kind", "period_to", "locale"),
)

# ── what people decided and somebody carries out by hand ─────────────────────────────────────────────────────────────
money_decisions = Table(
    "money_decisions",
    metadata,
    _id(),
    _ref("order_id", "orders.id", required=True),
    _text("kind", required=True),
    _text("ground"),
    Column("amount_eur", Numeric(10, 2), nullable=False),
    _text("reason", required=True),
    Column("approval_id", BigInteger, ForeignKey("approvals.id"), nullable=False, unique=True),
    Column("approved_by", ARRAY(BigInteger), nullable=False),
    _ref("task_id", "tasks.id", required=True),
    _at("at", required=True),
    _decision(),
    CheckConstraint("kind IN ('refund','compensation','discount')", name="kind"),
    CheckConstraint("(kind = 'compensation') = (ground IS NOT NULL)", name="ground"),
    CheckConstraint("amount_eur > 0", name="amount_eur"),
    Index("ix_money_decisions_order_id", "order_id"),
)

policy_changes = Table(
    "policy_changes",
    metadata,
    _id(),
    _text("file", required=True),
    _text("key", required=True),
    Column("old_value", JSONB, nullable=False),
    Column("new_value", JSONB, nullable=False),
    _text("reason", required=True),
    Column("effective_from", Date, nullable=False),
    _text("policy_version", required=True),
    Column("approval_id", BigInteger, ForeignKey("approvals.id"), nullable=False, unique=True),
    Column("approved_by", ARRAY(BigInteger), nullable=False),
    _ref("task_id", "tasks.id", required=True),
    _at("at", required=True),
    _decision(),
)

# ── requests that come twice ─────────────────────────────────────────────────────────────────────────────────────────
done_once = Table(
    "done_once",
    metadata,
    Column("key", Text, primary_key=True),
    _json("results", "[]"),
    _at("at", required=True),
    Index("ix_done_once_at", "at"),
)
