"""The journal in PostgreSQL: append rows, seal settled ones into the chain, verify it and that nothing is orphaned."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.journal import (
    GENESIS,
    HASHED,
    Entry,
    canonical,
    content_hash,
    digest,
    entry_content,
    seal_hash,
    steady,
)

SEAL_LOCK = 0x5345414C  # "SEAL": one sealer at a time, writers never wait
SEAL_BATCH = 5_000
AUTHOR_LOCK = 0x4D415353  # "MASS": one author's countable changes take turns

_COLUMNS = ", ".join((*HASHED, "facts_digest", "row_hash"))
# Shared with the set-based statements that write their journal rows in the same statement as their effects.
INSERT = (
    f"INSERT INTO ai_decisions ({_COLUMNS}) SELECT {_COLUMNS}"
    " FROM jsonb_populate_recordset(CAST(NULL AS ai_decisions), CAST(:journal AS jsonb))"
)


def as_json(entries: Sequence[Entry]) -> str:
    """The rows as the one JSON parameter that `INSERT` expects."""
    rows: list[dict[str, object]] = []
    for entry in entries:
        content = entry_content(steady(entry))
        row_hash = content_hash(content)
        rows.append(content | {"facts_digest": digest(content["facts"]), "row_hash": rf"\x{row_hash.hex()}"})
    return canonical(rows).decode()


async def append(tx: AsyncConnection, entries: Sequence[Entry]) -> None:
    """Write rows in the caller's transaction."""
    if entries:
        await tx.execute(text(INSERT), {"journal": as_json(entries)})


# ── what an author did lately ────────────────────────────────────────────────────────────────────────────────────────
async def lock_author(tx: AsyncConnection, actor: str) -> None:
    """Wait for this author's turn; held until the transaction ends."""
    await tx.execute(text("SELECT pg_advisory_xact_lock(:key, hashtext(:actor))"), {"key": AUTHOR_LOCK, "actor": actor})


_ORDERS_CHANGED = text("""
SELECT DISTINCT coalesce(o.code, moved.code) AS code FROM ai_decisions AS d
LEFT JOIN orders AS o ON o.id = d.order_id
LEFT JOIN LATERAL jsonb_array_elements_text(
    CASE WHEN jsonb_typeof(d.result -> 'moved') = 'array' THEN d.result -> 'moved' ELSE '[]' END
) AS moved(code) ON true
WHERE d.at > :since AND d.actor = :actor AND d.action = ANY(:actions) AND d.outcome = 'done'
    AND d.approval_id IS NULL AND coalesce(o.code, moved.code) IS NOT NULL
""")


async def orders_changed(tx: AsyncConnection, *, actor: str, actions: Sequence[str], since: datetime) -> frozenset[str]:
    """Codes of the orders to which this author did any of these things since then without a human's approval."""
    rows = await tx.execute(_ORDERS_CHANGED, {"actor": actor, "actions": list(actions), "since": since})
    return frozenset(row.code for row in rows)


async def last_done(tx: AsyncConnection, *, order_id: int, action: str, since: datetime) -> datetime | None:
    """When somebody, not a timer, last did this to the order since then."""
    found = await tx.execute(
        text(
            "SELECT max(at) FROM ai_decisions WHERE order_id = :order_id AND action = :action AND outcome = 'done'"
            " AND actor_kind <> 'timer' AND at > :since"
        ),
        {"order_id": order_id, "action": action, "since": since},
    )
    return found.scalar_one()


# ── sealing ──────────────────────────────────────────────────────────────────────────────────────────────────────────
# A row is settled when no transaction that could still commit is older than it. Rows that committed late carry a
# transaction id at or above the last horizon; rows written after a restore into a new server (whose transaction ids
# begin anew) are found by their id.
_SETTLED = """
SELECT d.id, d.row_hash FROM ai_decisions AS d
WHERE d.txid < CAST(:horizon AS xid8) AND (d.txid >= CAST(:last_horizon AS xid8) OR d.id > :last_id)
  AND NOT EXISTS (SELECT 1 FROM ai_decision_links AS l WHERE l.decision_id = d.id)
ORDER BY d.id LIMIT :batch
"""


async def seal(tx: AsyncConnection, *, now: datetime, batch: int = SEAL_BATCH) -> int:
    """Link the next batch of settled rows to the chain; how many (0: nothing to do, or another sealer is at it)."""
    if not (await tx.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": SEAL_LOCK})).scalar_one():
        return 0
    last = (
        await tx.execute(
            text(
                "SELECT hash, horizon::text AS horizon, max_decision_id FROM ai_decision_seals ORDER BY id DESC LIMIT 1"
            )
        )
    ).one_or_none()
    previous, last_horizon, last_id = (GENESIS, "0", 0) if last is None else tuple(last)
    horizon = (await tx.execute(text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text"))).scalar_one()
    rows = (
        await tx.execute(
            text(_SETTLED), {"horizon": horizon, "last_horizon": last_horizon, "last_id": last_id, "batch": batch}
        )
    ).all()
    if not rows:
        return 0
    links = [(row.id, bytes(row.row_hash)) for row in rows]
    await tx.execute(
        text(
            "WITH s AS (INSERT INTO ai_decision_seals (sealed_at, horizon, rows, max_decision_id, previous_hash, hash)"
            " VALUES (:now, CAST(:horizon AS xid8), :rows, :max_id, :previous, :hash) RETURNING id)"
            " INSERT INTO ai_decision_links (decision_id, seal_id, row_hash)"
            " SELECT u.id, s.id, u.hash FROM s, unnest(CAST(:ids AS bigint[]), CAST(:hashes AS bytea[])) AS u(id, hash)"
        ),
        {
            "now": now,
            # A full batch may have left settled rows behind: keep the old horizon, so that the next call finds them.
            "horizon": horizon if len(rows) < batch else last_horizon,
            "rows": len(rows),
            "max_id": max(last_id, links[-1][0]),
            "previous": previous,
            "hash": seal_hash(previous, links),
            "ids": [decision_id for decision_id, _ in links],
            "hashes": [row_hash for _, row_hash in links],
        },
    )
    return len(rows)


# ── verification ─────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in the journal: which row, and what happened to it."""

    decision_id: int
    what: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of `./run journal verify`: rows read and sealed, every finding, effects without a row, chain head.

    `noted_found`: whether a head noted outside still stands in the chain; None when none was given.
    """

    rows: int
    sealed: int
    findings: tuple[Finding, ...]
    orphans: Mapping[str, int]
    head: str
    noted_found: bool | None = None

    @property
    def ok(self) -> bool:
        """Whether the chain holds, includes the noted head, and every effect has its decision."""
        return not self.findings and not any(self.orphans.values()) and self.noted_found is not False

    @property
    def first_bad(self) -> int | None:
        """The lowest decision id with a finding."""
        return min((finding.decision_id for finding in self.findings), default=None)


EFFECT_TABLES = (
    "order_status_events",
    "ai_assignments",
    "ai_sla_violations",
    "escalations",
    "ai_signals",
    "tasks",
    "blockers",
    "order_notes",
    "order_payments",
    "checklist_answers",
    "approvals",
    "approval_votes",
    "notifications",
)


async def verify(tx: AsyncConnection, *, noted: bytes | None = None) -> Verification:
    """Recompute every row hash and every seal, streaming; name changed, removed and inserted rows.

    `noted` is a head of earlier: what it stood for must still be the beginning of the chain.
    """
    findings: list[Finding] = []
    rows = 0
    async for row in _stream(tx, f"{ROWS} ORDER BY d.id"):
        rows += 1
        findings.extend(row_findings(row))
    sealed = (await tx.execute(text("SELECT count(*) FROM ai_decision_links"))).scalar_one()
    findings.extend(Finding(r.decision_id, "removed") for r in await tx.execute(text(_REMOVED)))
    findings.extend(Finding(r.decision_id, f"seal {r.seal_id} removed") for r in await tx.execute(text(_SEALS_REMOVED)))
    head, broken = await _verify_chain(tx)
    findings.extend(broken)
    orphans = {table: (await tx.execute(text(_orphans(table)))).scalar_one() for table in EFFECT_TABLES}
    unique = dict.fromkeys(findings)
    found = None if noted is None else await _stands(tx, noted)
    return Verification(rows, sealed, tuple(sorted(unique, key=lambda f: f.decision_id)), orphans, head, found)


async def _stands(tx: AsyncConnection, noted: bytes) -> bool:
    """Whether this head is the empty chain's or some seal's: each seal hashes all before it."""
    rows = await tx.execute(text("SELECT 1 FROM ai_decision_seals WHERE hash = :noted"), {"noted": noted})
    return noted == GENESIS or rows.first() is not None


# A row that the sealer has passed by: it looks for none so old any more, and none so old may come.
SLIPPED_IN = "l.decision_id IS NULL AND d.txid < s.horizon AND d.id <= s.max_decision_id"
LINKED = """ai_decisions AS d
LEFT JOIN ai_decision_links AS l ON l.decision_id = d.id
LEFT JOIN (SELECT horizon, max_decision_id FROM ai_decision_seals ORDER BY id DESC LIMIT 1) AS s ON true
"""
ROWS = f"""
SELECT d.id, {", ".join("d." + name for name in HASHED)}, d.facts_digest, d.row_hash, l.row_hash AS linked_hash,
    ({SLIPPED_IN}) AS slipped_in
FROM {LINKED}
"""
_REMOVED = (
    "SELECT l.decision_id FROM ai_decision_links AS l"
    " WHERE NOT EXISTS (SELECT 1 FROM ai_decisions AS d WHERE d.id = l.decision_id)"
)

_SEALS_REMOVED = (
    "SELECT l.seal_id, min(l.decision_id) AS decision_id FROM ai_decision_links AS l"
    " WHERE NOT EXISTS (SELECT 1 FROM ai_decision_seals AS s WHERE s.id = l.seal_id) GROUP BY l.seal_id"
)


def _orphans(table: str) -> str:
    return (
        f"SELECT count(*) FROM {table} AS e WHERE NOT EXISTS (SELECT 1 FROM ai_decisions AS d WHERE d.uid = e.decision)"
    )


async def _stream(tx: AsyncConnection, statement: str) -> AsyncIterator[Mapping[str, object]]:
    result = await tx.stream(text(statement), execution_options={"yield_per": 1_000})
    async for row in result.mappings():
        yield dict(row)


def row_findings(row: Mapping[Any, object]) -> list[Finding]:
    """What is wrong with one row of `ROWS`: its hash against what it says, and against its link."""
    decision_id = row["id"]
    assert isinstance(decision_id, int)
    stored = row["row_hash"]
    assert isinstance(stored, bytes)
    content = {name: row[name] for name in HASHED}
    intact = content_hash(content) == stored and digest(row["facts"]) == row["facts_digest"]
    linked = row["linked_hash"]
    if linked is not None and (linked != stored or not intact):
        return [Finding(decision_id, "changed")]
    if not intact:
        return [Finding(decision_id, "inserted or changed before it was sealed")]
    if row["slipped_in"]:
        return [Finding(decision_id, "inserted")]
    return []


async def _verify_chain(tx: AsyncConnection) -> tuple[str, list[Finding]]:
    """Walk the seals in order: each must follow the one before and hash exactly its links."""
    broken: list[Finding] = []
    previous = GENESIS
    result = await tx.stream(
        text(
            "SELECT s.id, s.rows, s.previous_hash, s.hash, min(l.decision_id) AS first_id,"
            " array_agg(l.decision_id ORDER BY l.decision_id) AS ids,"
            " array_agg(l.row_hash ORDER BY l.decision_id) AS hashes"
            " FROM ai_decision_seals AS s LEFT JOIN ai_decision_links AS l ON l.seal_id = s.id"
            " GROUP BY s.id ORDER BY s.id"
        ),
        execution_options={"yield_per": 10},
    )
    async for row in result:
        links = [] if row.first_id is None else list(zip(row.ids, map(bytes, row.hashes), strict=True))
        follows = bytes(row.previous_hash) == previous
        if not follows or len(links) != row.rows or seal_hash(previous, links) != bytes(row.hash):
            broken.append(Finding(row.first_id or 0, f"chain broken at seal {row.id}"))
        previous = bytes(row.hash)
    return previous.hex(), broken
