"""All tables, as SQLAlchemy Core metadata: the one description that migrations are checked against.

Only `store/` imports this module. Constraints carry the invariants; `decision` columns tie every effect to the journal
row that explains it (a deferred foreign key, so that both are written in one commit, in any order).
"""

from store.tables import (
    agents,
    approvals,
    control,
    decided,
    doors,
    joining,
    journal,
    messages,
    orders,
    people,
    rooms,
)
from store.tables.columns import Xid8, metadata

__all__ = [
    "Xid8",
    "agents",
    "approvals",
    "control",
    "decided",
    "doors",
    "joining",
    "journal",
    "messages",
    "metadata",
    "orders",
    "people",
    "rooms",
]
