"""Whether one row of the journal still says what was sealed: its own hash, its link, and the batch that holds it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import NotFoundError
from domain.journal import seal_hash
from store.journal import ROWS, row_findings


class ChainState(StrEnum):
    """What a look at one row found."""

    OK = "ok"
    UNSEALED = "unsealed"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedState:
    """The state of a row, and the batch in which it was sealed (`rows` of it), None as long as it is not."""

    state: ChainState
    row_hash: str
    seal_id: int | None
    sealed_at: datetime | None
    rows: int | None


_BATCH = text("""
SELECT s.id, s.sealed_at, s.rows, s.previous_hash, s.hash,
    array_agg(l.decision_id ORDER BY l.decision_id) AS ids, array_agg(l.row_hash ORDER BY l.decision_id) AS hashes
FROM ai_decision_seals AS s JOIN ai_decision_links AS l ON l.seal_id = s.id
WHERE s.id = (SELECT seal_id FROM ai_decision_links WHERE decision_id = :id) GROUP BY s.id
""")


async def sealed_state(tx: AsyncConnection, decision_id: int) -> SealedState:
    """Recompute the row's hash and its batch's (at most `journal.SEAL_BATCH` rows), now. Raises NotFoundError."""
    found = (await tx.execute(text(f"{ROWS} WHERE d.id = :id"), {"id": decision_id})).mappings().one_or_none()
    if found is None:
        raise NotFoundError(kind="decision", name=str(decision_id))
    intact = not row_findings(found)
    batch = (await tx.execute(_BATCH, {"id": decision_id})).one_or_none()
    linked = found["linked_hash"] is not None
    if batch is None:
        whole, state = not linked, ChainState.UNSEALED
    else:
        links = list(zip(batch.ids, map(bytes, batch.hashes), strict=True))
        whole = len(links) == batch.rows and seal_hash(bytes(batch.previous_hash), links) == bytes(batch.hash)
        state = ChainState.OK
    return SealedState(
        state=state if intact and whole else ChainState.BROKEN,
        row_hash=bytes(found["row_hash"]).hex(),
        seal_id=None if batch is None else batch.id,
        sealed_at=None if batch is None else batch.sealed_at,
        rows=None if batch is None else batch.rows,
    )
