"""The journal in PostgreSQL: append rows, seal settled ones into the chain, verify it and that nothing is orphaned."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

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
    """The result of `./run journal verify`: rows read and sealed, every finding, effects without a row, chain head."""

    rows: int
    sealed: int
    findings: tuple[Finding, ...]
    orphans: Mapping[str, int]
    head: str

    @property
    def ok(self) -> bool:
        """Whether the chain holds and every effect has its decision."""
        return not self.findings and not any(self.orphans.values())

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


async def verify(tx: AsyncConnection) -> Verification:
    """Recompute every row hash and every seal, streaming; name changed, removed and inserted rows."""
    findings: list[Finding] = []
    rows = 0
    async for row in _stream(tx, _ROWS):
        rows += 1
        findings.extend(_row_findings(row))
    sealed = (await tx.execute(text("SELECT count(*) FROM ai_decision_links"))).scalar_one()
    findings.extend(Finding(r.decision_id, "removed") for r in await tx.execute(text(_REMOVED)))
    findings.extend(Finding(r.decision_id, f"seal {r.seal_id} removed") for r in await tx.execute(text(_SEALS_REMOVED)))
    head, broken = await _verify_chain(tx)
    findings.extend(broken)
    orphans = {table: (await tx.execute(text(_orphans(table)))).scalar_one() for table in EFFECT_TABLES}
    unique = dict.fromkeys(findings)
    return Verification(rows, sealed, tuple(sorted(unique, key=lambda f: f.decision_id)), orphans, head)


_ROWS = f"""
SELECT d.id, {", ".join("d." + name for name in HASHED)}, d.facts_digest, d.row_hash, l.row_hash AS linked_hash,
    (l.decision_id IS NULL AND d.txid < s.horizon AND d.id <= s.max_decision_id) AS slipped_in
FROM ai_decisions AS d
LEFT JOIN ai_decision_links AS l ON l.decision_id = d.id
LEFT JOIN (SELECT horizon, max_decision_id FROM ai_decision_seals ORDER BY id DESC LIMIT 1) AS s ON true
ORDER BY d.id
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


def _row_findings(row: Mapping[str, object]) -> list[Finding]:
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
