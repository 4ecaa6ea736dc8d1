"""The journal: append-only for the application, tamper-evident for everybody, and no queue for its writers."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from store import journal
from store.database import Database, sqlstate
from store.invariants import broken
from tests.integration.desk import NOON, Desk
from tests.integration.journal_rows import JOURNAL_TABLES, a_row, ten_sealed


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db)


@pytest.fixture
async def sealed(desk: Desk) -> Sequence[int]:
    """Ten sealed rows in two seals, none of which any effect refers to."""
    return await ten_sealed(desk)


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_writers_do_not_wait_for_each_other(desk: Desk) -> None:
    async with asyncio.timeout(20), desk.db.transaction() as first, desk.db.transaction() as second:
        await journal.append(first, [a_row()])
        await journal.append(second, [a_row()])
        await journal.append(first, [a_row()])
    assert await desk.value("SELECT count(*) FROM ai_decisions") == 3


async def test_a_sealer_does_not_keep_writers_waiting(desk: Desk) -> None:
    async with desk.db.transaction() as tx:
        await journal.append(tx, [a_row()])
    async with asyncio.timeout(20), desk.db.transaction() as sealer:
        await journal.seal(sealer, now=NOON)
        async with desk.db.transaction() as writer:
            await journal.append(writer, [a_row()])
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
    entry = a_row(facts=facts, result=facts, at=at, cost_eur=cost, latency_ms=latency)
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
        await journal.append(older, [a_row()])
        async with desk.db.transaction() as younger:
            await journal.append(younger, [a_row()])
        async with desk.db.transaction() as sealer:
            assert await journal.seal(sealer, now=NOON) == 0
    assert await desk.seal() == 2
    assert (await desk.verify()).ok


async def test_a_row_that_commits_behind_a_seal_is_picked_up_by_the_next(desk: Desk) -> None:
    async with desk.db.transaction() as tx:
        await journal.append(tx, [a_row()])
    async with desk.db.transaction() as older:
        await older.execute(text("SELECT nextval(pg_get_serial_sequence('ai_decisions', 'id'))"))
        await desk.seal()
        async with desk.db.transaction() as younger:
            await journal.append(younger, [a_row()])
        await desk.seal()
        await older.execute(text("SELECT setval(pg_get_serial_sequence('ai_decisions', 'id'), 1)"))
        await journal.append(older, [a_row()])  # takes the number that it had drawn before the second seal
        await older.execute(text("SELECT setval(pg_get_serial_sequence('ai_decisions', 'id'), 3)"))
    assert await desk.seal() == 1
    assert await desk.column("SELECT decision_id FROM ai_decision_links ORDER BY seal_id, decision_id") == [1, 3, 2]
    assert (await desk.verify()).ok


async def test_a_row_that_waits_for_its_seal_is_no_fault_however_old_the_chain_is(
    desk: Desk, sealed: Sequence[int]
) -> None:
    assert sealed
    async with desk.db.transaction() as tx:
        await journal.append(tx, [a_row(at=NOON + timedelta(days=30))])
    async with desk.db.reading() as tx:
        assert await broken(tx) == {}


async def test_a_long_backlog_is_sealed_batch_by_batch(desk: Desk) -> None:
    async with desk.db.transaction() as tx:
        await journal.append(tx, [a_row() for _ in range(25)])
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
                await journal.append(tx, [a_row(), a_row()])

    async def seal() -> None:
        for _ in range(15):
            async with desk.db.transaction() as tx:
                await journal.seal(tx, now=NOON, batch=7)

    await asyncio.gather(*(write() for _ in range(8)), *(seal() for _ in range(2)))
    await desk.seal()
    verified = await desk.verify()
    assert (verified.ok, verified.rows, verified.sealed) == (True, 160, 160)
