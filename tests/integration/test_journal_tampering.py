"""What `journal verify` finds when somebody with the keys of the server has changed, removed or inserted rows."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import AddNote
from domain.errors import ForbiddenError
from domain.journal import content_hash
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


@asynccontextmanager
async def _unguarded(owner_db: Database) -> AsyncGenerator[AsyncConnection]:
    """A transaction of the server's administrator, who has switched the triggers off."""
    async with owner_db.transaction() as tx:
        for table in JOURNAL_TABLES:
            await tx.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        yield tx
        for table in JOURNAL_TABLES:
            await tx.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER ALL"))


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
        await journal.append(tx, [a_row()])
    await desk.seal()
    forged = a_row(actor="person:1")
    async with _unguarded(owner_db) as tx:
        await journal.append(tx, [forged])
        await tx.execute(text("UPDATE ai_decisions SET id = 15, txid = '3' WHERE uid = :uid"), {"uid": forged.uid})
    (finding,) = (await desk.verify()).findings
    assert (finding.decision_id, finding.what) == (15, "inserted")
    async with desk.db.reading() as tx:
        assert await broken(tx) == {"journal rows among the newest ten thousand that the chain has passed by": 1}


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


async def test_an_end_of_the_chain_that_was_written_anew_is_found_by_a_head_noted_before(
    desk: Desk, owner_db: Database, sealed: Sequence[int]
) -> None:
    noted = bytes.fromhex((await desk.verify()).head)
    row = (await desk.rows("SELECT * FROM ai_decisions WHERE id = :id", id=sealed[6]))[0]
    async with _unguarded(owner_db) as tx:
        await tx.execute(text("DELETE FROM ai_decision_links WHERE seal_id = 2"))
        await tx.execute(text("DELETE FROM ai_decision_seals WHERE id = 2"))
        forged = {"hash": content_hash({**row, "actor": "person:1"}), "id": sealed[6]}
        await tx.execute(text("UPDATE ai_decisions SET actor = 'person:1', row_hash = :hash WHERE id = :id"), forged)
    await desk.seal()
    async with desk.db.reading() as tx:
        assert (await journal.verify(tx)).ok
        compared = await journal.verify(tx, noted=noted)
    assert (compared.ok, compared.noted_found) == (False, False)


async def test_a_head_noted_before_stays_in_a_chain_that_only_grew(desk: Desk, sealed: Sequence[int]) -> None:
    noted = bytes.fromhex((await desk.verify()).head)
    async with desk.db.transaction() as tx:
        await journal.append(tx, [a_row()])
    await desk.seal()
    async with desk.db.reading() as tx:
        compared = await journal.verify(tx, noted=noted)
    assert (compared.ok, compared.noted_found, compared.sealed) == (True, True, len(sealed) + 1)


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
