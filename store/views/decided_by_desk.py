"""The last decisions that no person took: the role agents' and the desk's own rules, with what they stood on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

LOOKED_AT: Final = 2_000
"""So many of the journal's newest rows are looked through: a list of the latest need not know older ones."""
QUIET: Final = ("watch_signals", "sweep_clocks", "audit_orders", "resend_notification")
"""What the desk does by itself and changes nothing for anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskDecision:
    """One row of the journal; `by_role` where a role agent decided, else the desk's rules did.

    `approval_status` is how its request stands now.
    """

    id: int
    at: datetime
    actor: str
    by_role: bool
    action: str
    order: str | None
    facts: Mapping[str, Any]
    proposed: Mapping[str, Any]
    result: Mapping[str, Any]
    expected_effect: str | None
    approval_id: int | None
    approval_status: str | None
    outcome: str


_LAST: Final = """
SELECT d.id, d.at, d.actor, d.actor_kind = 'agent' AS by_role, d.action, o.code AS "order", d.facts, d.proposed,
    d.result, d.expected_effect, d.approval_id, a.status AS approval_status, d.outcome
FROM (
    SELECT * FROM (SELECT * FROM ai_decisions ORDER BY id DESC LIMIT :looked_at) AS newest
    WHERE actor_kind IN ('agent', 'timer') AND action <> ALL(:quiet) ORDER BY id DESC LIMIT :limit
) AS d LEFT JOIN orders AS o ON o.id = d.order_id LEFT JOIN approvals AS a ON a.id = d.approval_id ORDER BY d.id DESC
"""


async def last(tx: AsyncConnection, *, but: Sequence[str], limit: int) -> Sequence[DeskDecision]:
    """The newest first. `but`: actions that are left out beside the quiet ones."""
    given = {"looked_at": LOOKED_AT, "quiet": [*QUIET, *but], "limit": limit}
    return [DeskDecision(**row) for row in (await tx.execute(text(_LAST), given)).mappings()]
