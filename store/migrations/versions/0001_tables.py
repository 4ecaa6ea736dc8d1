"""The tables of the order desk, the journal, the doors and the machine room."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from store.tables import Xid8

revision = "0001"
down_revision = None


def upgrade() -> None:  # noqa: PLR0915 - one statement a table
    """Create every table."""
    op.create_table(
        "ai_decision_seals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("horizon", Xid8(), nullable=False),
        sa.Column("rows", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("max_decision_id", sa.BigInteger(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ai_decision_seals")),
        sa.UniqueConstraint("previous_hash", name=op.f("uq_ai_decision_seals_previous_hash")),
    )
    op.create_table(
        "ai_decisions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("author_version", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=True),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("facts", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("facts_digest", sa.Text(), nullable=False),
        sa.Column("proposed", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("approval_id", sa.BigInteger(), nullable=True),
        sa.Column("approvers", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("result", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("expected_effect", sa.Text(), nullable=True),
        sa.Column("about", sa.Uuid(), nullable=True),
        sa.Column("measured_effect", postgresql.JSONB(), nullable=True),
        sa.Column("cost_eur", sa.Numeric(precision=12, scale=6), nullable=True),
        sa.Column("tokens_in", sa.Integer(), nullable=True),
        sa.Column("tokens_out", sa.Integer(), nullable=True),
        sa.Column("latency_ms", sa.Float(), nullable=True),
        sa.Column("trace_id", sa.Text(), nullable=False),
        sa.Column("row_hash", sa.LargeBinary(), nullable=False),
        sa.Column("txid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('done','waiting','refused','failed','unchanged','shadow')",
            name=op.f("ck_ai_decisions_outcome"),
        ),
        sa.CheckConstraint(
            "verdict IN ('allow','needs_approval','refuse','shadow')", name=op.f("ck_ai_decisions_verdict")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ai_decisions")),
        sa.UniqueConstraint("uid", name=op.f("uq_ai_decisions_uid")),
    )
    op.create_index("ix_ai_decisions_at", "ai_decisions", ["at"], unique=False)
    op.create_index("ix_ai_decisions_order_id", "ai_decisions", ["order_id", "id"], unique=False)
    op.create_index("ix_ai_decisions_trace_id", "ai_decisions", ["trace_id"], unique=False)
    op.create_index("ix_ai_decisions_txid", "ai_decisions", ["txid"], unique=False)
    op.create_table(
        "chat_states",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("data", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_chat_states")),
    )
    op.create_table(
        "company_clock",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("company_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wall_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("speed", sa.Float(), nullable=False),
        sa.Column("demo", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_company_clock_single")),
        sa.CheckConstraint("speed >= 0", name=op.f("ck_company_clock_speed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_clock")),
    )
    op.create_table(
        "crm_events",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("order_ref", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.CheckConstraint("outcome IN ('applied','late','waiting','quarantined')", name=op.f("ck_crm_events_outcome")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_crm_events")),
    )
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "inbox_updates",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_inbox_updates")),
    )
    op.create_index(
        "ix_inbox_updates_open",
        "inbox_updates",
        ["update_id"],
        unique=False,
        postgresql_where=sa.text("handled_at IS NULL"),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), server_default=sa.text("'default'"), nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=True),
        sa.Column("telegram_blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("calendar", postgresql.JSONB(), nullable=True),
        sa.Column("away_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("away_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('owner','head','admin','manager','viewer')", name=op.f("ck_people_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("telegram_id", name=op.f("uq_people_telegram_id")),
    )
    op.create_table(
        "policy_versions",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policy_versions")),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("order_ref", sa.Text(), nullable=True),
        sa.Column("raw", postgresql.JSONB(), nullable=False),
        sa.Column("error_code", sa.Text(), nullable=False),
        sa.Column("error", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'rejected'"), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replayed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("state IN ('waiting','rejected','replayed','discarded')", name=op.f("ck_quarantine_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
    )
    op.create_index(
        "ix_quarantine_open",
        "quarantine",
        ["order_ref"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting','rejected')"),
    )
    op.create_index(
        "uq_quarantine_event", "quarantine", ["event_id"], unique=True, postgresql_where=sa.text("event_id IS NOT NULL")
    )
    op.create_table(
        "rate_slots",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("tat", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_slots")),
    )
    op.create_table(
        "webhook_messages",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_messages")),
    )
    op.create_index("ix_webhook_messages_received_at", "webhook_messages", ["received_at"], unique=False)
    op.create_table(
        "webhook_secrets",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_secrets")),
    )
    op.create_table(
        "ai_decision_links",
        sa.Column("decision_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seal_id", sa.BigInteger(), nullable=False),
        sa.Column("row_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["seal_id"], ["ai_decision_seals.id"], name=op.f("fk_ai_decision_links_seal_id")),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_ai_decision_links")),
    )
    op.create_index("ix_ai_decision_links_seal_id", "ai_decision_links", ["seal_id", "decision_id"], unique=False)
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("scope <> 'person' OR person_id IS NOT NULL", name=op.f("ck_api_tokens_person")),
        sa.CheckConstraint("scope IN ('crm','person')", name=op.f("ck_api_tokens_scope")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_api_tokens_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
    )
    op.create_table(
        "manager_stage_counts",
        sa.Column("manager_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["manager_id"], ["people.id"], name=op.f("fk_manager_stage_counts_manager_id")),
        sa.PrimaryKeyConstraint("manager_id", "status", name=op.f("pk_manager_stage_counts")),
    )
    op.create_table(
        "managers",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("capacity", sa.Integer(), server_default=sa.text("20"), nullable=False),
        sa.Column("constraints", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("last_assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_managers_capacity")),
        sa.ForeignKeyConstraint(["id"], ["people.id"], name=op.f("fk_managers_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_managers")),
    )
    op.create_table(
        "one_time_codes",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("purpose IN ('login','invite')", name=op.f("ck_one_time_codes_purpose")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_one_time_codes_person_id")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_one_time_codes")),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("crm_id", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("client_name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "client_contact",
            postgresql.JSONB(),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("seller_name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("city", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("bike", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("listing_url", sa.Text(), nullable=True),
        sa.Column("price_eur", sa.Numeric(precision=10, scale=2), server_default=sa.text("0"), nullable=False),
        sa.Column("delivery_method", sa.Text(), server_default=sa.text("'cargo'"), nullable=False),
        sa.Column("is_ebike", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_hardtail", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("client_decision", sa.Text(), nullable=True),
        sa.Column("compliance", sa.Text(), server_default=sa.text("'unknown'"), nullable=False),
        sa.Column("paid_eur", sa.Numeric(precision=10, scale=2), server_default=sa.text("0"), nullable=False),
        sa.Column("payment_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carrier", sa.Text(), nullable=True),
        sa.Column("tracking_number", sa.Text(), nullable=True),
        sa.Column("dispatch_date", sa.Date(), nullable=True),
        sa.Column("delivery_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claim_open", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("hot", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("next_step", sa.Text(), nullable=True),
        sa.Column(
            "next_step_params",
            postgresql.JSONB(),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("next_step_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.Text(), server_default=sa.text("'crm'"), nullable=False),
        sa.CheckConstraint(
            "status <> 'cancelled' OR cancel_reason IS NOT NULL OR source = 'history'",
            name=op.f("ck_orders_cancel_reason"),
        ),
        sa.CheckConstraint(
            "status IN ('pending_manager','under_inspection','awaiting_payment','ready_for_shipment','in_transit','delivered','closed','cancelled')",
            name=op.f("ck_orders_status"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_orders_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("code", name=op.f("uq_orders_code")),
        sa.UniqueConstraint("crm_id", name=op.f("uq_orders_crm_id")),
    )
    op.create_index("ix_orders_created_at", "orders", ["created_at"], unique=False)
    op.create_index(
        "ix_orders_ended_late",
        "orders",
        ["id"],
        unique=False,
        postgresql_include=["closed_at"],
        postgresql_where=sa.text("closed_at < last_moved_at"),
    )
    op.create_index(
        "ix_orders_hot",
        "orders",
        ["id"],
        unique=False,
        postgresql_where=sa.text("hot AND status NOT IN ('closed', 'cancelled')"),
    )
    op.create_index(
        "ix_orders_incomplete",
        "orders",
        ["id"],
        unique=False,
        postgresql_where=sa.text("status NOT IN ('closed', 'cancelled') AND (owner_id IS NULL OR next_step IS NULL)"),
    )
    op.create_index(
        "ix_orders_open_due",
        "orders",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("status NOT IN ('closed', 'cancelled')"),
    )
    op.create_index(
        "ix_orders_open_history",
        "orders",
        ["owner_id", "status"],
        unique=False,
        postgresql_where=sa.text("status NOT IN ('closed', 'cancelled') AND source = 'history'"),
    )
    op.create_index(
        "ix_orders_open_moved",
        "orders",
        ["last_moved_at", "status"],
        unique=False,
        postgresql_where=sa.text("status NOT IN ('closed', 'cancelled')"),
    )
    op.create_index(
        "ix_orders_open_owner",
        "orders",
        ["owner_id", "status"],
        unique=False,
        postgresql_where=sa.text("status NOT IN ('closed', 'cancelled')"),
    )
    op.create_index(
        "ix_orders_open_since",
        "orders",
        ["status", "status_since"],
        unique=False,
        postgresql_where=sa.text("status NOT IN ('closed', 'cancelled')"),
    )
    op.create_index(
        "ix_orders_open_status",
        "orders",
        ["status", "id"],
        unique=False,
        postgresql_where=sa.text("status NOT IN ('closed', 'cancelled')"),
    )
    op.create_index(
        "ix_orders_unattended",
        "orders",
        ["id"],
        unique=False,
        postgresql_where=sa.text(
            "status NOT IN ('closed', 'cancelled') AND source <> 'history' AND (owner_id IS NULL OR due_at IS NULL OR next_step IS NULL)"
        ),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("user_agent", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sessions_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    op.create_table(
        "ai_assignments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("manager_id", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("decision", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision"],
            ["ai_decisions.uid"],
            name=op.f("fk_ai_assignments_decision"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["manager_id"], ["people.id"], name=op.f("fk_ai_assignments_manager_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_ai_assignments_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ai_assignments")),
    )
    op.create_index(
        "ix_ai_assignments_accepted_at",
        "ai_assignments",
        ["accepted_at"],
        unique=False,
        postgresql_include=["assigned_at", "starts_at", "manager_id"],
        postgresql_where=sa.text("accepted_at IS NOT NULL"),
    )
    op.create_index("ix_ai_assignments_assigned_at", "ai_assignments", ["assigned_at"], unique=False)
    op.create_index(
        "ix_ai_assignments_ended_at",
        "ai_assignments",
        ["ended_at"],
        unique=False,
        postgresql_include=["assigned_at", "order_id"],
        postgresql_where=sa.text("ended_at IS NOT NULL"),
    )
    op.create_index(
        "ix_ai_assignments_manager_id_assigned_at", "ai_assignments", ["manager_id", "assigned_at"], unique=False
    )
    op.create_index("ix_ai_assignments_order_id", "ai_assignments", ["order_id"], unique=False)
    op.create_index(
        "uq_ai_assignments_open",
        "ai_assignments",
        ["order_id"],
        unique=True,
        postgresql_include=["assigned_at"],
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "ai_signals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("raised_by", sa.Text(), nullable=False),
        sa.Column("circle", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("evidence", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("dedup_key", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ack_by", sa.BigInteger(), nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("effect", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("decision", sa.Uuid(), nullable=False),
        sa.CheckConstraint("severity IN ('critical','high','medium','low')", name=op.f("ck_ai_signals_severity")),
        sa.CheckConstraint(
            "status IN ('open','acknowledged','snoozed','resolved','rejected')", name=op.f("ck_ai_signals_status")
        ),
        sa.ForeignKeyConstraint(["ack_by"], ["people.id"], name=op.f("fk_ai_signals_ack_by")),
        sa.ForeignKeyConstraint(
            ["decision"],
            ["ai_decisions.uid"],
            name=op.f("fk_ai_signals_decision"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_ai_signals_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ai_signals")),
    )
    op.create_index("ix_ai_signals_created_at", "ai_signals", ["created_at"], unique=False)
    op.create_index(
        "ix_ai_signals_open",
        "ai_signals",
        ["severity", "due_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('open','acknowledged','snoozed')"),
    )
    op.create_index("ix_ai_signals_order_id", "ai_signals", ["order_id"], unique=False)
    op.create_index(
        "uq_ai_signals_open",
        "ai_signals",
        ["dedup_key"],
        unique=True,
        postgresql_where=sa.text("status IN ('open','acknowledged','snoozed')"),
    )
    op.create_table(
        "approvals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("arguments", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("arguments_hash", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("risks", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("voters", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("quorum", sa.SmallInteger(), nullable=False),
        sa.Column("amount_eur", sa.Numeric(precision=10, scale=2), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_kind", sa.Text(), nullable=False),
        sa.Column("requested_person", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("evidence", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'pending'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supersedes", sa.BigInteger(), nullable=True),
        sa.Column("outcome", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("decision", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "status IN ('pending','done','rejected','expired','superseded','failed','unknown')",
            name=op.f("ck_approvals_status"),
        ),
        sa.CheckConstraint("quorum BETWEEN 1 AND 2", name=op.f("ck_approvals_quorum")),
        sa.ForeignKeyConstraint(
            ["decision"],
            ["ai_decisions.uid"],
            name=op.f("fk_approvals_decision"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_approvals_order_id")),
        sa.ForeignKeyConstraint(["requested_person"], ["people.id"], name=op.f("fk_approvals_requested_person")),
        sa.ForeignKeyConstraint(["supersedes"], ["approvals.id"], name=op.f("fk_approvals_supersedes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
    )
    op.create_index("ix_approvals_order_id", "approvals", ["order_id"], unique=False)
    op.create_index("ix_approvals_status_id", "approvals", ["status", "id"], unique=False)
    op.create_index(
        "uq_approvals_pending",
        "approvals",
        ["request_hash"],
        unique=True,
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_table(
        "blockers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("decision", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision"], ["ai_decisions.uid"], name=op.f("fk_blockers_decision"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_blockers_order_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_blockers_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blockers")),
    )
    op.create_index(
        "ix_blockers_open", "blockers", ["order_id"], unique=False, postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_table(
        "checklist_answers",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("point", sa.SmallInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("photos", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("flags", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.Uuid(), nullable=False),
        sa.CheckConstraint("answer IN ('ok','problem','na')", name=op.f("ck_checklist_answers_answer")),
        sa.CheckConstraint("point BETWEEN 1 AND 28", name=op.f("ck_checklist_answers_point")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_checklist_answers_by_id")),
        sa.ForeignKeyConstraint(
            ["decision"],
            ["ai_decisions.uid"],
            name=op.f("fk_checklist_answers_decision"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_checklist_answers_order_id")),
        sa.PrimaryKeyConstraint("order_id", "point", name=op.f("pk_checklist_answers")),
    )
    op.create_table(
        "clocks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("limit_seconds", sa.BigInteger(), nullable=False),
        sa.Column("working", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("severity", sa.Text(), server_default=sa.text("'medium'"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("l2_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("l3_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("level", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'running'"), nullable=False),
        sa.Column("pauses", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("extended_seconds", sa.Float(), server_default=sa.text("0"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'done') = (closed_at IS NOT NULL)", name=op.f("ck_clocks_closed")),
        sa.CheckConstraint("state IN ('running','paused','done')", name=op.f("ck_clocks_state")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_clocks_order_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_clocks_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clocks")),
    )
    op.create_index(
        "ix_clocks_decided",
        "clocks",
        [sa.literal_column("LEAST(due_at, closed_at)")],
        unique=False,
        postgresql_include=["due_at", "closed_at", "kind", "stage"],
        postgresql_where=sa.text("kind NOT IN ('movement', 'follow_up')"),
    )
    op.create_index(
        "ix_clocks_next",
        "clocks",
        ["next_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'running' AND next_at IS NOT NULL"),
    )
    op.create_index("ix_clocks_order_id", "clocks", ["order_id"], unique=False)
    op.create_index(
        "ix_clocks_retried",
        "clocks",
        ["id", "epoch"],
        unique=False,
        postgresql_where=sa.text("epoch > 1 AND kind NOT IN ('movement', 'follow_up')"),
    )
    op.create_index(
        "uq_clocks_open",
        "clocks",
        ["subject_kind", "subject_id", "kind"],
        unique=True,
        postgresql_where=sa.text("state <> 'done'"),
    )
    op.create_table(
        "notifications",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("params", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("priority", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("dedup_key", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default=sa.text("'queued'"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("deliver_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("may_repeat", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("decision", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued','sending','sent','failed','dead','unknown','merged')",
            name=op.f("ck_notifications_state"),
        ),
        sa.ForeignKeyConstraint(
            ["decision"],
            ["ai_decisions.uid"],
            name=op.f("fk_notifications_decision"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_notifications_order_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notifications_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_notifications_dedup_key")),
    )
    op.create_index("ix_notifications_created_at", "notifications", ["created_at"], unique=False)
    op.create_index("ix_notifications_message", "notifications", ["chat_id", "message_id"], unique=False)
    op.create_index("ix_notifications_order_id", "notifications", ["order_id"], unique=False)
    op.create_index(
        "ix_notifications_pending",
        "notifications",
        ["person_id", "kind"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "ix_notifications_trouble",
        "notifications",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state IN ('sending','failed','dead','unknown')"),
    )
    op.create_table(
        "order_notes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("history_key", sa.Uuid(), nullable=True),
        sa.Column("decision", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('note','contact_client','contact_seller')", name=op.f("ck_order_notes_kind")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_order_notes_author_id")),
        sa.ForeignKeyConstraint(
            ["decision"],
            ["ai_decisions.uid"],
            name=op.f("fk_order_notes_decision"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_notes_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_notes")),
    )
    op.create_index(
        "ix_order_notes_history_at",
        "order_notes",
        ["at"],
        unique=False,
        postgresql_where=sa.text("history_key IS NOT NULL"),
    )
    op.create_index("ix_order_notes_order_id", "order_notes", ["order_id"], unique=False)
    op.create_index(
        "uq_order_notes_history",
        "order_notes",
        ["history_key"],
        unique=True,
        postgresql_where=sa.text("history_key IS NOT NULL"),
    )
    op.create_table(
        "order_payments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_eur", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_by", sa.Text(), nullable=False),
        sa.Column("decision", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision"],
            ["ai_decisions.uid"],
            name=op.f("fk_order_payments_decision"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_payments_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_payments")),
        sa.UniqueConstraint("order_id", "reference", name=op.f("uq_order_payments_order_id_reference")),
    )
    op.create_table(
        "order_status_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("from_status", sa.Text(), nullable=True),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("'normal'"), nullable=False),
        sa.Column("legal", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("seconds_in_status", sa.Float(), nullable=True),
        sa.Column("history_key", sa.Uuid(), nullable=True),
        sa.Column("decision", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision"],
            ["ai_decisions.uid"],
            name=op.f("fk_order_status_events_decision"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_status_events_order_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_order_status_events_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_status_events")),
    )
    op.create_index("ix_order_status_events_at", "order_status_events", ["at"], unique=False)
    op.create_index(
        "ix_order_status_events_deliveries",
        "order_status_events",
        ["at"],
        unique=False,
        postgresql_include=["order_id", "owner_id"],
        postgresql_where=sa.text("to_status = 'delivered'"),
    )
    op.create_index(
        "ix_order_status_events_history_at",
        "order_status_events",
        ["at"],
        unique=False,
        postgresql_where=sa.text("history_key IS NOT NULL"),
    )
    op.create_index(
        "ix_order_status_events_moves",
        "order_status_events",
        ["from_status", "at"],
        unique=False,
        postgresql_include=["to_status", "seconds_in_status", "order_id"],
        postgresql_where=sa.text("from_status IS NOT NULL"),
    )
    op.create_index(
        "ix_order_status_events_order_id_at",
        "order_status_events",
        ["order_id", "at", "id"],
        unique=False,
        postgresql_include=["to_status"],
    )
    op.create_index(
        "ix_order_status_events_reopened",
        "order_status_events",
        ["order_id"],
        unique=False,
        postgresql_where=sa.text(
            "from_status IN ('delivered', 'closed', 'cancelled') AND to_status NOT IN ('closed', 'cancelled')"
        ),
    )
    op.create_index(
        "uq_order_status_events_history",
        "order_status_events",
        ["history_key"],
        unique=True,
        postgresql_where=sa.text("history_key IS NOT NULL"),
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("'manual'"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("params", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('open','done','cancelled')", name=op.f("ck_tasks_state")),
        sa.ForeignKeyConstraint(
            ["decision"], ["ai_decisions.uid"], name=op.f("fk_tasks_decision"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_tasks_order_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_tasks_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index(
        "ix_tasks_done_step",
        "tasks",
        ["done_at"],
        unique=False,
        postgresql_include=["created_at", "order_id"],
        postgresql_where=sa.text("kind = 'step' AND done_at IS NOT NULL"),
    )
    op.create_index(
        "ix_tasks_open_owner", "tasks", ["owner_id", "due_at"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
    op.create_index("ix_tasks_order_id", "tasks", ["order_id"], unique=False)
    op.create_index(
        "uq_tasks_open_step",
        "tasks",
        ["order_id"],
        unique=True,
        postgresql_include=["created_at"],
        postgresql_where=sa.text("kind = 'step' AND state = 'open'"),
    )
    op.create_table(
        "ai_sla_violations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("clock_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("clock_kind", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("breached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ack_by", sa.BigInteger(), nullable=True),
        sa.Column("ack_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ack_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Text(), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("decision", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(resolved_at IS NULL) = (resolution IS NULL)", name=op.f("ck_ai_sla_violations_resolution")
        ),
        sa.ForeignKeyConstraint(["ack_by"], ["people.id"], name=op.f("fk_ai_sla_violations_ack_by")),
        sa.ForeignKeyConstraint(["clock_id"], ["clocks.id"], name=op.f("fk_ai_sla_violations_clock_id")),
        sa.ForeignKeyConstraint(
            ["decision"],
            ["ai_decisions.uid"],
            name=op.f("fk_ai_sla_violations_decision"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_ai_sla_violations_order_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_ai_sla_violations_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ai_sla_violations")),
        sa.UniqueConstraint("clock_id", "epoch", name=op.f("uq_ai_sla_violations_clock_id_epoch")),
    )
    op.create_index(
        "ix_ai_sla_violations_breached_at",
        "ai_sla_violations",
        ["breached_at"],
        unique=False,
        postgresql_include=["owner_id"],
    )
    op.create_index(
        "ix_ai_sla_violations_broken",
        "ai_sla_violations",
        ["stage"],
        unique=False,
        postgresql_where=sa.text("resolved_at IS NULL AND stage IS NOT NULL AND order_id IS NOT NULL"),
    )
    op.create_index("ix_ai_sla_violations_due_at", "ai_sla_violations", ["due_at"], unique=False)
    op.create_index(
        "ix_ai_sla_violations_hot",
        "ai_sla_violations",
        ["level", "due_at"],
        unique=False,
        postgresql_where=sa.text("resolved_at IS NULL AND order_id IS NOT NULL"),
    )
    op.create_index(
        "ix_ai_sla_violations_open",
        "ai_sla_violations",
        ["order_id"],
        unique=False,
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_index(
        "ix_ai_sla_violations_subject",
        "ai_sla_violations",
        ["subject_kind", "subject_id"],
        unique=False,
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_table(
        "approval_votes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("approval_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("vote", sa.Text(), nullable=False),
        sa.Column("seen_hash", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.Uuid(), nullable=False),
        sa.CheckConstraint("vote IN ('approve','reject')", name=op.f("ck_approval_votes_vote")),
        sa.ForeignKeyConstraint(["approval_id"], ["approvals.id"], name=op.f("fk_approval_votes_approval_id")),
        sa.ForeignKeyConstraint(
            ["decision"],
            ["ai_decisions.uid"],
            name=op.f("fk_approval_votes_decision"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_approval_votes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_votes")),
        sa.UniqueConstraint("approval_id", "person_id", name=op.f("uq_approval_votes_approval_id_person_id")),
    )
    op.create_table(
        "escalations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("violation_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("decision", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(resolved_at IS NULL) = (resolution IS NULL)", name=op.f("ck_escalations_resolution")),
        sa.ForeignKeyConstraint(
            ["decision"],
            ["ai_decisions.uid"],
            name=op.f("fk_escalations_decision"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_escalations_order_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_escalations_owner_id")),
        sa.ForeignKeyConstraint(["violation_id"], ["ai_sla_violations.id"], name=op.f("fk_escalations_violation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
        sa.UniqueConstraint("violation_id", "level", name=op.f("uq_escalations_violation_id_level")),
    )
    op.create_index(
        "ix_escalations_at",
        "escalations",
        ["at"],
        unique=False,
        postgresql_include=["order_id", "resolved_at", "deadline"],
    )
    op.create_index(
        "ix_escalations_open",
        "escalations",
        ["violation_id"],
        unique=False,
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
