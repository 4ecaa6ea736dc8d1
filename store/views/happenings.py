"""What has just happened, by the journal: every effect leaves a row there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

LOOKED_AT: Final = 200

_TOPICS: Final[Mapping[str, Sequence[str]]] = {
    "intake_order": ("orders",),
    "audit_orders": ("orders",),
    "import_history": ("orders",),
    "mass_reassign": ("orders", "people"),
    "make_plan": ("orders", "signals"),
    "set_ai_mode": ("ai",),
    "send_digest": ("ai",),
    "set_availability": ("people", "orders"),
    "set_constraint": ("people",),
    "add_person": ("people", "access"),
    "link_telegram": ("access",),
    "invite_person": ("access",),
    "set_password": ("access",),
    "open_session": ("access",),
    "end_sessions": ("access",),
    "create_key": ("access",),
    "revoke_key": ("access",),
    "resend_notification": ("system",),
    "rehandle_update": ("system",),
    "retry_job": ("system",),
    "replay_event": ("system",),
    "report_channel": ("signals", "system"),
    "raise_signal": ("signals",),
    "resolve_signal": ("signals",),
    "hold_signal": ("signals",),
    "watch_signals": ("signals",),
    "close_crisis": ("signals",),
    "write_postmortem": ("signals",),
    "complete_task": ("signals",),
    "propose_policy_change": ("policy",),
    "vote_approval": ("approvals", "orders", "policy"),
    "edit_approval": ("approvals",),
    "expire_approval": ("approvals", "orders"),
    "sweep_clocks": ("orders", "signals"),
    "take_position": ("ai",),
    "rule_conflict": ("ai",),
    "overrule_ruling": ("ai",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One row of the journal, as far as it concerns who watches."""

    id: int
    action: str
    order: str | None
    owner_id: int | None
    waits: bool

    @property
    def topics(self) -> frozenset[str]:
        """What it is about; every row is about the decisions."""
        named = {"decisions", *_TOPICS.get(self.action, ())}
        if self.order is not None:
            named |= {"orders", f"order-{self.order}"}
        if self.waits:
            named.add("approvals")
        return frozenset(named)

    def topics_for(self, own: int | None) -> frozenset[str]:
        """What of it is told to somebody; `own` is whoever hears of their own orders only."""
        if own in (None, self.owner_id):
            return self.topics
        return self.topics - {f"order-{self.order}"}


_NEWEST = text("""
SELECT d.id, d.action, o.code AS order, o.owner_id, d.approval_id IS NOT NULL AS waits
FROM ai_decisions AS d LEFT JOIN orders AS o ON o.id = d.order_id ORDER BY d.id DESC LIMIT :limit
""")


async def newest(tx: AsyncConnection, *, limit: int = LOOKED_AT) -> list[Happening]:
    """The newest rows, the newest first."""
    return [Happening(**row) for row in (await tx.execute(_NEWEST, {"limit": limit})).mappings()]


_NEWEST_IDS = text("SELECT sum(id) FROM (SELECT id FROM ai_decisions ORDER BY id DESC LIMIT :limit) AS newest")


async def newest_ids(tx: AsyncConnection, *, limit: int = LOOKED_AT) -> int:
    """A number that is another one as soon as anything has happened, a row that was committed late included."""
    return int((await tx.execute(_NEWEST_IDS, {"limit": limit})).scalar_one() or 0)
