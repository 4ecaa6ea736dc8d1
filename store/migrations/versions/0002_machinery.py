"""What tables alone do not say: the queue, the order numbers, load counts, the append-only journal, the app's role."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0002"
down_revision = "0001"

ORDER_NUMBERS = "CREATE SEQUENCE order_ids START WITH 1001"

# Open orders by manager and stage, kept by the database itself so that no code path can forget it. Rows are locked in
# key order, so that two mass moves cannot deadlock on the counts.
STAGE_COUNTS = """
CREATE FUNCTION count_orders_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO manager_stage_counts (manager_id, status, n)
    SELECT owner_id, status, count(*) FROM new_rows
    WHERE owner_id IS NOT NULL AND status NOT IN ('closed', 'cancelled') AND source <> 'history'
    GROUP BY owner_id, status ORDER BY owner_id, status
    ON CONFLICT (manager_id, status) DO UPDATE SET n = manager_stage_counts.n + excluded.n;
    RETURN NULL;
END $$;

CREATE FUNCTION count_orders_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO manager_stage_counts (manager_id, status, n)
    SELECT owner_id, status, sum(change) FROM (
        SELECT owner_id, status, 1 AS change FROM new_rows WHERE source <> 'history'
        UNION ALL
        SELECT owner_id, status, -1 FROM old_rows WHERE source <> 'history'
    ) AS changes
    WHERE owner_id IS NOT NULL AND status NOT IN ('closed', 'cancelled')
    GROUP BY owner_id, status HAVING sum(change) <> 0 ORDER BY owner_id, status
    ON CONFLICT (manager_id, status) DO UPDATE SET n = manager_stage_counts.n + excluded.n;
    RETURN NULL;
END $$;

CREATE FUNCTION count_orders_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE manager_stage_counts AS counts SET n = counts.n - gone.n
    FROM (SELECT owner_id, status, count(*) AS n FROM old_rows
          WHERE status NOT IN ('closed', 'cancelled') AND source <> 'history' GROUP BY owner_id, status) AS gone
    WHERE counts.manager_id = gone.owner_id AND counts.status = gone.status;
    RETURN NULL;
END $$;

CREATE TRIGGER count_inserted AFTER INSERT ON orders REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_orders_inserted();
CREATE TRIGGER count_updated AFTER UPDATE ON orders REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_orders_updated();
CREATE TRIGGER count_deleted AFTER DELETE ON orders REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_orders_deleted();
"""

# The turn to assign, and what assignment looks at, in one round trip: the lock is taken first, so that the loads read
# after it are those that the last assignment left behind.
DISPATCH_TURN = """
CREATE FUNCTION take_dispatch_turn(turn bigint, crm_ids text[]) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    known jsonb;
    fresh int;
BEGIN
    PERFORM pg_advisory_xact_lock(turn);
    SELECT coalesce(jsonb_object_agg(crm_id, code), '{}'), cardinality(crm_ids) - count(*) INTO known, fresh
    FROM orders WHERE crm_id = ANY (crm_ids);
    RETURN jsonb_build_object(
        'known', known,
        'held', EXISTS (
            SELECT FROM quarantine WHERE order_ref = ANY (crm_ids) AND state IN ('waiting', 'rejected')
        ),
        'ids', (
            SELECT coalesce(jsonb_agg(nextval('order_ids')), '[]') FROM generate_series(1, fresh)
        ),
        'people', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'id', p.id, 'name', p.name, 'role', p.role, 'team', p.team, 'calendar', p.calendar,
                'away_from', p.away_from, 'away_until', p.away_until, 'capacity', m.capacity,
                'linked', p.telegram_id IS NOT NULL AND p.telegram_blocked_at IS NULL,
                'constraints', m.constraints, 'last_assigned_at', m.last_assigned_at, 'counts', c.counts
            ) ORDER BY p.id), '[]')
            FROM people AS p
            LEFT JOIN managers AS m ON m.id = p.id
            LEFT JOIN LATERAL (
                SELECT jsonb_object_agg(status, n) AS counts FROM manager_stage_counts
                WHERE manager_id = m.id AND n <> 0
            ) AS c ON true
            WHERE p.active AND p.role <> 'viewer'
        )
    );
END $$;
"""

# The pages of metrics read the latest rows from indexes alone, which holds for pages that a vacuum has seen: with the
# server's own thresholds the last months of a year would wait for one.
VACUUM_SOON = """
ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_insert_scale_factor = 0.01, autovacuum_vacuum_insert_threshold = 1000)
"""
MEASURED_TABLES = ("order_status_events", "ai_assignments", "tasks", "clocks", "escalations")

APPEND_ONLY = """
CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
"""

# NOLOGIN: connections take it on by SET ROLE. Without the right to create roles (some managed servers) the triggers
# above still refuse rewriting; the doctor says so.
APP_ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'holacracy_app') THEN
        CREATE ROLE holacracy_app NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN RAISE NOTICE 'role holacracy_app could not be created';
END $$;
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'holacracy_app') THEN
        IF NOT pg_has_role(current_user, 'holacracy_app', 'MEMBER') THEN
            EXECUTE format('GRANT holacracy_app TO %I', current_user);
        END IF;
        GRANT USAGE ON SCHEMA public TO holacracy_app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO holacracy_app;
        GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO holacracy_app;
        REVOKE UPDATE, DELETE, TRUNCATE ON ai_decisions, ai_decision_seals, ai_decision_links FROM holacracy_app;
        -- What is asked, and what was voted, stands as it was written: only how a request ends is the application's.
        REVOKE UPDATE, DELETE ON approvals, approval_votes FROM holacracy_app;
        GRANT UPDATE (status, decided_at, outcome) ON approvals TO holacracy_app;
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN RAISE NOTICE 'role holacracy_app could not be granted: ./run doctor says how';
END $$;
"""

JOURNAL_TABLES = ("ai_decisions", "ai_decision_seals", "ai_decision_links")


def upgrade() -> None:
    """Create the machinery."""
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    with connection.cursor() as cursor:
        for block in (SchemaManager.get_schema(), ORDER_NUMBERS, STAGE_COUNTS, DISPATCH_TURN, APPEND_ONLY):
            cursor.execute(block)
        for table in MEASURED_TABLES:
            cursor.execute(VACUUM_SOON.format(table=table))
        for table in JOURNAL_TABLES:
            cursor.execute(
                f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()"
            )
        cursor.execute(APP_ROLE)
