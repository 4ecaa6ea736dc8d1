"""Transactions, roles, conflicts and broken connections."""

import asyncio
import contextlib

import pytest
from sqlalchemy import bindparam, column, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

import store.database
from store.database import APP_ROLE, Database, libpq_url, require_supported, retrying, sqlalchemy_url, sqlstate
from store.errors import DatabaseUnavailableError, OutcomeUnknownError, ServerError
from store.server.health import session_facts

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
TERMINATE = "SELECT pg_terminate_backend(:pid, 5000)"


@pytest.fixture
async def counters(db: Database, owner_db: Database) -> Database:
    """Two rows that units of work fight for."""
    async with owner_db.transaction() as tx:
        await tx.execute(text("CREATE TABLE counters (id int PRIMARY KEY, n int NOT NULL)"))
        await tx.execute(text(f"GRANT ALL ON counters TO {APP_ROLE}"))
        await tx.execute(text("INSERT INTO counters VALUES (1, 0), (2, 0)"))
    return db


async def _count(db: Database) -> list[int]:
    async with db.reading() as tx:
        return list((await tx.execute(text("SELECT n FROM counters ORDER BY id"))).scalars())


async def _add(tx: AsyncConnection, row: int) -> None:
    await tx.execute(text("UPDATE counters SET n = n + 1 WHERE id = :id"), {"id": row})


async def _pid(tx: AsyncConnection) -> int:
    return (await tx.execute(text("SELECT pg_backend_pid()"))).scalar_one()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_any_usual_spelling_of_a_url_becomes_what_each_library_wants(scheme: str) -> None:
    rest = "://u:p%40@/d?host=%2Ftmp%2Fa%20b&port=5432"
    assert sqlalchemy_url(scheme + rest) == f"postgresql+psycopg{rest}"
    assert libpq_url(scheme + rest) == f"postgresql{rest}"


async def test_a_transaction_commits_at_its_end(counters: Database) -> None:
    async with counters.transaction() as tx:
        await _add(tx, 1)
    assert await _count(counters) == [1, 0]


async def test_a_transaction_that_raises_leaves_nothing(counters: Database) -> None:
    async def fail() -> None:
        async with counters.transaction() as tx:
            await _add(tx, 1)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await _count(counters) == [0, 0]


async def test_reading_cannot_write(counters: Database) -> None:
    with pytest.raises(DBAPIError, match="read-only transaction"):
        async with counters.reading() as tx:
            await _add(tx, 1)


async def test_reading_sees_one_snapshot_and_the_connection_writes_again_afterwards(counters: Database) -> None:
    async with counters.reading() as reader:
        before = (await reader.execute(text("SELECT sum(n) FROM counters"))).scalar_one()
        async with counters.transaction() as writer:
            await _add(writer, 1)
        assert (await reader.execute(text("SELECT sum(n) FROM counters"))).scalar_one() == before
    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(_add_one(counters))
    assert await _count(counters) == [5, 0]


async def _add_one(db: Database) -> None:
    async with db.transaction() as tx:
        await _add(tx, 1)


async def test_a_glance_opens_no_transaction_and_the_connection_rolls_back_again_afterwards(database_url: str) -> None:
    db = Database(database_url, pool_size=1, max_overflow=0)
    async with db.session() as connection:
        await connection.execute(text("SELECT pg_sleep(0.001)"))
        assert (await connection.execute(text("SELECT now() = statement_timestamp()"))).scalar_one()
    with contextlib.suppress(ZeroDivisionError):
        async with db.transaction() as tx:
            await tx.execute(text("CREATE TEMPORARY TABLE gone (id int)"))
            raise ZeroDivisionError
    async with db.session() as connection:
        assert (await connection.execute(text("SELECT to_regclass('gone')"))).scalar_one() is None
    await db.close()


async def test_connections_speak_utc_and_work_under_the_application_role(db: Database) -> None:
    async with db.reading() as tx:
        assert (await tx.execute(text("SHOW timezone"))).scalar_one() == "UTC"
    assert (await session_facts(db.url)).role == APP_ROLE


async def test_json_comes_back_as_it_went_in(db: Database) -> None:
    value = {"город": "Тула", "n": [1, 2.5, None, True]}
    async with db.reading() as tx:
        question = text("SELECT :value").bindparams(bindparam("value", value, type_=JSONB)).columns(column("v", JSONB))
        assert (await tx.execute(question)).scalar_one() == value


async def test_the_owner_keeps_the_rights_of_the_login(owner_db: Database) -> None:
    async with owner_db.reading() as tx:
        assert (await tx.execute(text("SELECT current_user = session_user"))).scalar_one()


@pytest.mark.parametrize("verb", ["UPDATE ai_decisions SET actor = 'x'", "DELETE FROM ai_decisions"])
async def test_the_application_cannot_rewrite_the_journal(verb: str, db: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with db.transaction() as tx:
            await tx.execute(text(verb))
    assert sqlstate(caught.value) == "42501"


async def test_a_deadlock_is_tried_again(counters: Database) -> None:
    both_hold_one = asyncio.Barrier(2)
    attempts: list[int] = []

    @retrying
    async def take(first: int, second: int) -> None:
        attempts.append(first)
        async with counters.transaction() as tx:
            await _add(tx, first)
            if len(attempts) <= 2:
                await both_hold_one.wait()
            await _add(tx, second)

    await asyncio.gather(take(1, 2), take(2, 1))
    assert await _count(counters) == [2, 2]
    assert len(attempts) == 3


async def test_a_mistake_is_not_tried_again(counters: Database) -> None:
    attempts: list[int] = []

    @retrying
    async def mistake() -> None:
        attempts.append(1)
        async with counters.transaction() as tx:
            await tx.execute(text("INSERT INTO counters VALUES (1, 0)"))

    with pytest.raises(DBAPIError):
        await mistake()
    assert len(attempts) == 1


async def test_a_connection_closed_by_the_server_is_replaced_before_use(database_url: str, owner_db: Database) -> None:
    db = Database(database_url, pool_size=1, max_overflow=0)
    async with db.transaction() as tx:
        first = await _pid(tx)
    async with owner_db.transaction() as tx:
        await tx.execute(text(TERMINATE), {"pid": first})
    async with db.transaction() as tx:
        assert await _pid(tx) != first
    await db.close()


async def test_a_long_idle_connection_is_asked_before_use(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.database, "IDLE_SECONDS", 0.0)
    db = Database(database_url, pool_size=1, max_overflow=0)
    for _ in range(2):
        async with db.transaction() as tx:
            await _pid(tx)
    await db.close()


async def test_a_unit_whose_connection_breaks_before_the_commit_is_tried_again(
    counters: Database, owner_db: Database
) -> None:
    attempts: list[int] = []

    @retrying
    async def unit() -> None:
        async with counters.transaction() as tx:
            await _add(tx, 1)
            attempts.append(await _pid(tx))
            if len(attempts) == 1:
                async with owner_db.transaction() as admin:
                    await admin.execute(text(TERMINATE), {"pid": attempts[0]})
            await _add(tx, 1)

    await unit()
    assert await _count(counters) == [2, 0]


async def test_a_connection_that_breaks_during_the_commit_leaves_the_outcome_unknown(
    counters: Database, owner_db: Database
) -> None:
    attempts: list[int] = []

    @retrying
    async def unit() -> None:
        async with counters.transaction() as tx:
            await _add(tx, 1)
            attempts.append(await _pid(tx))
            async with owner_db.transaction() as admin:
                await admin.execute(text(TERMINATE), {"pid": attempts[-1]})

    with pytest.raises(OutcomeUnknownError):
        await unit()
    assert len(attempts) == 1


async def test_a_server_that_does_not_answer_within_the_patience_is_named() -> None:
    db = Database(NOWHERE, patience=0.1)
    with pytest.raises(DatabaseUnavailableError, match=r"refused.*mend=.*DATABASE_URL"):
        async with db.transaction():
            pass
    await db.close()


async def test_a_server_that_is_too_old_is_refused(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.database, "OLDEST_SERVER", 990000)
    with pytest.raises(ServerError, match="use PostgreSQL 99 or newer"):
        require_supported(database_url)
    db = Database(database_url)
    with pytest.raises(ServerError, match="use PostgreSQL 99 or newer"):
        async with db.transaction():
            pass
    await db.close()
