"""Queries that prove the invariants which constraints alone cannot: each counts what must not exist."""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from store.journal import LINKED, SLIPPED_IN

_LIVE = "status NOT IN ('closed', 'cancelled') AND source <> 'history'"

BROKEN: Mapping[str, str] = MappingProxyType(
    {
        "open orders without owner, due time or next step": (
            f"SELECT count(*) FROM orders WHERE {_LIVE} AND (owner_id IS NULL OR due_at IS NULL OR next_step IS NULL)"
        ),
        "open orders without a running clock": (
            f"SELECT count(*) FROM orders AS o WHERE {_LIVE} AND o.owner_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM"
            " clocks AS c WHERE c.order_id = o.id AND c.state <> 'done' AND c.subject_kind = 'order')"
        ),
        "running clocks that nobody looks at any more": (
            "SELECT count(*) FROM clocks AS c WHERE c.state = 'running' AND c.next_at IS NULL AND NOT EXISTS (SELECT 1"
            " FROM ai_sla_violations AS v WHERE v.clock_id = c.id AND v.epoch = c.epoch AND v.resolved_at IS NULL)"
        ),
        "open orders without an open assignment": (
            f"SELECT count(*) FROM orders AS o WHERE {_LIVE} AND o.owner_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM"
            " ai_assignments AS a WHERE a.order_id = o.id AND a.ended_at IS NULL AND a.manager_id = o.owner_id)"
        ),
        "closed orders with something still open behind them": (
            "SELECT count(*) FROM orders AS o WHERE o.status IN ('closed', 'cancelled') AND o.source <> 'history' AND ("
            " EXISTS (SELECT 1 FROM clocks AS c"
            " WHERE c.order_id = o.id AND c.state <> 'done' AND c.subject_kind = 'order')"
            " OR EXISTS (SELECT 1 FROM tasks AS t WHERE t.order_id = o.id AND t.state = 'open')"
            " OR EXISTS (SELECT 1 FROM ai_assignments AS a WHERE a.order_id = o.id AND a.ended_at IS NULL))"
        ),
        "load counts that differ from a recount": (
            "SELECT count(*) FROM (SELECT owner_id AS manager_id, status, count(*) AS n FROM orders"
            f" WHERE {_LIVE} AND owner_id IS NOT NULL GROUP BY owner_id, status) AS real"
            " FULL JOIN (SELECT manager_id, status, n FROM manager_stage_counts WHERE n <> 0) AS kept"
            " USING (manager_id, status) WHERE coalesce(real.n, 0) <> coalesce(kept.n, 0)"
        ),
        "escalations without owner or deadline": (
            "SELECT count(*) FROM escalations WHERE owner_id IS NULL OR deadline IS NULL"
        ),
        "journal rows among the newest ten thousand that the chain has passed by": (
            f"SELECT count(*) FROM {LINKED} WHERE {SLIPPED_IN} AND d.id > s.max_decision_id - 10000"
        ),
    }
)


async def broken(tx: AsyncConnection) -> dict[str, int]:
    """What is not as it must be: the sentence and how many; empty when all is well."""
    found: dict[str, int] = {}
    for sentence, query in BROKEN.items():
        count = (await tx.execute(text(query))).scalar_one()
        if count:
            found[sentence] = count
    return found
