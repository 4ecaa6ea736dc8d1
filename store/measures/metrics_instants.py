"""Instants that statements count at, and which orders count then.

An imported history is known up to its last event: later than that its open orders are not counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

IS_OPEN: Final = "status NOT IN ('closed', 'cancelled')"

# A page must not take all cores nor sort on disk: for this transaction only.
_TUNE = "SELECT set_config('max_parallel_workers_per_gather', '0', true), set_config('work_mem', '64MB', true)"


async def tune(tx: AsyncConnection) -> None:
    """Prepare a reading transaction for the statements of these rooms."""
    await tx.execute(text(_TUNE))


# ── which orders count ───────────────────────────────────────────────────────────────────────────────────────────────
_KNOWN_UNTIL = """
SELECT greatest((SELECT max(at) FROM order_status_events WHERE history_key IS NOT NULL),
    (SELECT max(at) FROM order_notes WHERE history_key IS NOT NULL))
"""
_IS_HISTORY = "EXISTS (SELECT 1 FROM orders AS h WHERE h.id = order_id AND h.source = 'history')"


async def history_known_until(tx: AsyncConnection) -> datetime | None:
    """The last event of any imported history; None without one."""
    return (await tx.execute(text(_KNOWN_UNTIL))).scalar_one()


@dataclass(frozen=True, slots=True)
class Instants:
    """The instants asked for, in order, and until when a history is known (None: there is none)."""

    at: Sequence[datetime]
    now: datetime
    known_until: datetime | None

    @property
    def mixed(self) -> bool:
        """Whether a history counts at some of them only: then each order is asked whose it is."""
        return any(self.past_history(at) for at in self.at)

    def past_history(self, at: datetime) -> bool:
        """Whether nothing is known of a history any more."""
        return self.known_until is not None and at > self.known_until

    def each(self, condition: str) -> str:
        """One count for each instant: `{at}` in the condition is that instant, columns are `n_0`, `n_1`, ..."""
        return ", ".join(
            f"count(*) FILTER (WHERE {condition.format(at=f':at_{i}')}{' AND live' if self.past_history(at) else ''})"
            f" AS n_{i}"
            for i, at in enumerate(self.at)
        )

    @property
    def live(self) -> str:
        """The column `live` of a statement over `orders`."""
        return "source <> 'history'" if self.mixed else "true"

    @property
    def live_order(self) -> str:
        """The column `live` of a statement over what refers to orders by `order_id`."""
        return f"NOT {_IS_HISTORY}" if self.mixed else "true"

    @property
    def parameters(self) -> dict[str, Any]:
        """The instants by name, the first and the last of them."""
        return {f"at_{i}": at for i, at in enumerate(self.at)} | {"first": self.at[0], "last": self.at[-1]}


def live_only(known_until: datetime | None, at: datetime) -> str:
    """The condition on tables that refer to orders which leaves out a history that is not known at `at` any more."""
    return f" AND NOT {_IS_HISTORY}" if known_until is not None and at > known_until else ""
