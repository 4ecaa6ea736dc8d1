"""The journal: append-only for the application, tamper-evident for everybody, and no queue for its writers."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import AddNote
from domain.errors import ForbiddenError
from domain.journal import Entry, Outcome, content_hash
from store import journal
from store.database import Database, sqlstate
from tests.integration.desk import NOON, Desk

JOURNAL_TABLES = ("ai_decisions", "ai_decision_seals", "ai_decision_links")


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db)


@pytest.fixture
async def sealed(desk: Desk) -> Sequence[int]:
    """Ten sealed rows in two seals, none of which any effect refers to."""
    for _ in range(2):
        async with desk.db.transaction() as tx:
            await journal.append(tx, [_entry() for _ in range(5)])
        await desk.seal()
    return await desk.column("SELECT id FROM ai_decisions ORDER BY id")


def _entry(**fields: Any) -> Entry:
    entry = Entry(
        uid=uuid4(),
        at=NOON,
        actor_kind="timer",
        actor="watchdog",
        role=None,
        channel="watchdog",
        author="rules",
        author_version="1",
        action="remind",
        verdict="allow",
        rule="timer-keeps-the-desk",
        outcome=Outcome.DONE,
        trace_id="trace",
    )
    return replace(entry, **fields)


@asynccontextmanager
async def _unguarded(owner_db: Database) -> AsyncGenerator[AsyncConnection]:
    """A transaction of the server's administrator, who has switched the triggers off."""
    async with owner_db.transaction() as tx:
        for table in JOURNAL_TABLES:
            await tx.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        yield tx
        for table in JOURNAL_TABLES:
            await tx.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER ALL"))


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_writers_do_not_wait_for_each_other(desk: Desk) -> None:
    async with asyncio.timeout(20), desk.db.transaction() as first, desk.db.transaction() as second:
        await journal.append(first, [_entry()])
        await journal.append(second, [_entry()])
        await journal.append(first, [_entry()])
    assert await desk.value("SELECT count(*) FROM ai_decisions") == 3


async def test_a_sealer_does_not_keep_writers_waiting(desk: Desk) -> None:
    async with desk.db.transaction() as tx:
        await journal.append(tx, [_entry()])
    async with asyncio.timeout(20), desk.db.transaction() as sealer:
        await journal.seal(sealer, now=NOON)
        async with desk.db.transaction() as writer:
            await journal.append(writer, [_entry()])
    assert await desk.value("SELECT count(*) FROM ai_decisions") == 2


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ключ_key", max_size=5), inner, max_size=3),
    max_leaves=8,
)
INSTANTS = st.integers(0, 10**15).map(lambda past: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=past))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    facts=st.dictionaries(st.text("abвгд", min_size=1, max_size=4), JSON_VALUES, max_size=4),
    at=INSTANTS,
    cost=st.none() | st.decimals(0, 100_000, places=6),
    latency=st.none() | st.floats(0, 1e9),
)
async def test_a_row_reads_back_to_the_hash_it_was_written_with(
    db: Database, facts: dict[str, object], at: datetime, cost: Decimal | None, latency: float | None
) -> None:
    entry = _entry(facts=facts, result=facts, at=at, cost_eur=cost, latency_ms=latency)
    async with db.transaction() as tx:
        attempt = await tx.begin_nested()
        await journal.append(tx, [entry])
        verified = await journal.verify(tx)
        await attempt.rollback()
    assert verified.findings == ()


# ── what the application may not ─────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("table", JOURNAL_TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_the_application_can_neither_update_nor_delete_nor_truncate(
    desk: Desk, sealed: Sequence[int], table: str, statement: str
) -> None:
    column = {"ai_decisions": "actor"}.get(table, "row_hash" if table.endswith("links") else "hash")
    with pytest.raises(DBAPIError) as refused:
        async with desk.db.transaction() as tx:
            await tx.execute(text(statement.format(table, column, column)))
    assert sqlstate(refused.value) == "42501"


@pytest.mark.parametrize("statement", ["UPDATE ai_decisions SET actor = 'x'", "TRUNCATE ai_decisions CASCADE"])
async def test_even_the_owner_of_the_tables_has_to_switch_a_trigger_off_first(
    owner_db: Database, sealed: Sequence[int], statement: str
) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        async with owner_db.transaction() as tx:
            await tx.execute(text(statement))


# ── sealing ──────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_sealing_links_every_settled_row_once(desk: Desk, sealed: Sequence[int]) -> None:
    assert await desk.column("SELECT decision_id FROM ai_decision_links ORDER BY decision_id") == list(sealed)
    assert await desk.column("SELECT rows FROM ai_decision_seals ORDER BY id") == [5, 5]
    async with desk.db.transaction() as tx:
        assert await journal.seal(tx, now=NOON) == 0
    verified = await desk.verify()
    assert (verified.ok, verified.rows, verified.sealed, verified.first_bad) == (True, 10, 10, None)


async def test_a_row_of_a_transaction_still_open_is_sealed_later(desk: Desk) -> None:
    async with desk.db.transaction() as older:
        await journal.append(older, [_entry()])
        async with desk.db.transaction() as younger:
            await journal.append(younger, [_entry()])
        async with desk.db.transaction() as sealer:
            assert await journal.seal(sealer, now=NOON) == 0
    assert await desk.seal() == 2
    assert (await desk.verify()).ok


async def test_a_row_that_commits_behind_a_seal_is_picked_up_by_the_next(desk: Desk) -> None:
    async with desk.db.transaction() as tx:
        await journal.append(tx, [_entry()])
    async with desk.db.transaction() as older:
        await older.execute(text("SELECT nextval(pg_get_serial_sequence('ai_decisions', 'id'))"))
        await desk.seal()
        async with desk.db.transaction() as younger:
            await journal.append(younger, [_entry()])
        await desk.seal()
        await older.execute(text("SELECT setval(pg_get_serial_sequence('ai_decisions', 'id'), 1)"))
        await journal.append(older, [_entry()])  # takes the number that it had drawn before the second seal
        await older.execute(text("SELECT setval(pg_get_serial_sequence('ai_decisions', 'id'), 3)"))
    assert await desk.seal() == 1
    assert await desk.column("SELECT decision_id FROM ai_decision_links ORDER BY seal_id, decision_id") == [1, 3, 2]
    assert (await desk.verify()).ok


async def test_a_long_backlog_is_sealed_batch_by_batch(desk: Desk) -> None:
    async with desk.db.transaction() as tx:
        await journal.append(tx, [_entry() for _ in range(25)])
    async with asyncio.timeout(30):
        while await desk.value("SELECT count(*) FROM ai_decision_links") < 25:
            async with desk.db.transaction() as tx:
                await journal.seal(tx, now=NOON, batch=10)
    assert await desk.column("SELECT rows FROM ai_decision_seals ORDER BY id") == [10, 10, 5]
    assert (await desk.verify()).ok


async def test_eight_writers_and_two_sealers_at_once_leave_a_whole_chain(desk: Desk) -> None:
    async def write() -> None:
        for _ in range(10):
            async with desk.db.transaction() as tx:
                await journal.append(tx, [_entry(), _entry()])

    async def seal() -> None:
        for _ in range(15):
            async with desk.db.transaction() as tx:
                await journal.seal(tx, now=NOON, batch=7)

    await asyncio.gather(*(write() for _ in range(8)), *(seal() for _ in range(2)))
    await desk.seal()
    verified = await desk.verify()
    assert (verified.ok, verified.rows, verified.sealed) == (True, 160, 160)


# ── tampering ────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "change",
    [
        "actor = 'person:1'",
        "facts = '{\"paid\"\\: 1}'",
        "at = at + interval '1 second'",
        "approvers = '[5]'",
        "row_hash = sha256('x')",
        "facts_digest = 'x'",
    ],
)
async def test_a_changed_row_is_found_and_named(
    desk: Desk, owner_db: Database, sealed: Sequence[int], change: str
) -> None:
    async with _unguarded(owner_db) as tx:
        await tx.execute(text(f"UPDATE ai_decisions SET {change} WHERE id = :id"), {"id": sealed[3]})
    verified = await desk.verify()
    assert not verified.ok
    assert [(finding.decision_id, finding.what) for finding in verified.findings] == [(sealed[3], "changed")]
    assert verified.first_bad == sealed[3]


async def test_a_changed_row_with_a_hash_to_match_is_found_by_its_link(
    desk: Desk, owner_db: Database, sealed: Sequence[int]
) -> None:
    row = (await desk.rows("SELECT * FROM ai_decisions WHERE id = :id", id=sealed[6]))[0]
    forged = content_hash({**row, "actor": "person:1"})
    async with _unguarded(owner_db) as tx:
        await tx.execute(
            text("UPDATE ai_decisions SET actor = 'person:1', row_hash = :hash WHERE id = :id"),
            {"hash": forged, "id": sealed[6]},
        )
    assert (await desk.verify()).first_bad == sealed[6]


async def test_a_changed_row_with_hash_and_link_to_match_breaks_the_chain(
    desk: Desk, owner_db: Database, sealed: Sequence[int]
) -> None:
    row = (await desk.rows("SELECT * FROM ai_decisions WHERE id = :id", id=sealed[6]))[0]
    forged = {"hash": content_hash({**row, "actor": "person:1"}), "id": sealed[6]}
    async with _unguarded(owner_db) as tx:
        await tx.execute(text("UPDATE ai_decisions SET actor = 'person:1', row_hash = :hash WHERE id = :id"), forged)
        await tx.execute(text("UPDATE ai_decision_links SET row_hash = :hash WHERE decision_id = :id"), forged)
    verified = await desk.verify()
    assert [finding.what for finding in verified.findings] == ["chain broken at seal 2"]
    assert verified.first_bad == sealed[5]


async def test_a_removed_row_is_found_and_named(desk: Desk, owner_db: Database, sealed: Sequence[int]) -> None:
    async with _unguarded(owner_db) as tx:
        await tx.execute(text("DELETE FROM ai_decisions WHERE id = :id"), {"id": sealed[7]})
    verified = await desk.verify()
    assert [(finding.decision_id, finding.what) for finding in verified.findings] == [(sealed[7], "removed")]


async def test_a_removed_row_and_link_break_the_chain(desk: Desk, owner_db: Database, sealed: Sequence[int]) -> None:
    async with _unguarded(owner_db) as tx:
        await tx.execute(text("DELETE FROM ai_decisions WHERE id = :id"), {"id": sealed[7]})
        await tx.execute(text("DELETE FROM ai_decision_links WHERE decision_id = :id"), {"id": sealed[7]})
    assert not (await desk.verify()).ok


COPY = """
INSERT INTO ai_decisions OVERRIDING SYSTEM VALUE
SELECT (jsonb_populate_record(d, jsonb_build_object('id', CAST(:id AS bigint), 'uid', gen_random_uuid()))).*
FROM ai_decisions AS d WHERE id = :model
"""


async def test_a_row_copied_in_with_a_hash_that_is_not_its_own_is_found_and_named(
    desk: Desk, owner_db: Database, sealed: Sequence[int]
) -> None:
    async with _unguarded(owner_db) as tx:
        await tx.execute(text(COPY), {"id": 4711, "model": sealed[0]})
    (finding,) = (await desk.verify()).findings
    assert (finding.decision_id, finding.what) == (4711, "inserted or changed before it was sealed")


async def test_a_row_slipped_in_behind_a_seal_with_a_right_hash_is_found_and_named(
    desk: Desk, owner_db: Database, sealed: Sequence[int]
) -> None:
    async with _unguarded(owner_db) as tx:  # make room among the sealed numbers: as a rolled-back writer would
        await tx.execute(text("SELECT setval(pg_get_serial_sequence('ai_decisions', 'id'), 20)"))
    async with desk.db.transaction() as tx:
        await journal.append(tx, [_entry()])
    await desk.seal()
    forged = _entry(actor="person:1")
    async with _unguarded(owner_db) as tx:
        await journal.append(tx, [forged])
        await tx.execute(text("UPDATE ai_decisions SET id = 15, txid = '3' WHERE uid = :uid"), {"uid": forged.uid})
    (finding,) = (await desk.verify()).findings
    assert (finding.decision_id, finding.what) == (15, "inserted")


@pytest.mark.parametrize("change", ["hash = sha256('x')", "previous_hash = sha256('x')", "rows = 4"])
async def test_a_changed_seal_is_found_and_named(
    desk: Desk, owner_db: Database, sealed: Sequence[int], change: str
) -> None:
    async with _unguarded(owner_db) as tx:
        await tx.execute(text(f"UPDATE ai_decision_seals SET {change} WHERE id = 1"))
    verified = await desk.verify()
    assert verified.findings[0].what == "chain broken at seal 1"
    assert verified.first_bad == sealed[0]


async def test_a_removed_seal_is_found_and_named(desk: Desk, owner_db: Database, sealed: Sequence[int]) -> None:
    async with _unguarded(owner_db) as tx:
        await tx.execute(text("DELETE FROM ai_decision_seals WHERE id = 2"))
    (finding,) = (await desk.verify()).findings
    assert (finding.decision_id, finding.what) == (sealed[5], "seal 2 removed")


async def test_an_effect_whose_decision_is_gone_is_counted(desk: Desk, owner_db: Database) -> None:
    order = await desk.order()
    await desk.do(AddNote(order=order.code, text="Запомните это"), desk.by(order))
    async with _unguarded(owner_db) as tx:
        await tx.execute(text("DELETE FROM ai_decisions WHERE action = 'add_note'"))
    verified = await desk.verify()
    assert not verified.ok
    assert verified.orphans["order_notes"] == 1


async def test_no_effect_can_be_written_without_its_decision(desk: Desk) -> None:
    order = await desk.order()
    with pytest.raises(DBAPIError) as refused:
        async with desk.db.transaction() as tx:
            await tx.execute(
                text("INSERT INTO order_notes (order_id, kind, at, decision) VALUES (:id, 'note', :at, :decision)"),
                {"id": order.id, "at": NOON, "decision": uuid4()},
            )
    assert sqlstate(refused.value) == "23503"


async def test_refusals_stand_in_the_chain_like_everything_else(desk: Desk) -> None:
    order = await desk.order()
    with pytest.raises(ForbiddenError):
        await desk.do(AddNote(order=order.code, text="Я смотрю"), desk.viewer.actor)
    await desk.seal()
    verified = await desk.verify()
    assert (verified.ok, verified.rows, verified.sealed) == (True, 2, 2)
