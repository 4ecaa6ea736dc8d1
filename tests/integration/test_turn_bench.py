"""The turn's bench runs, and measures turns that did what they should; a turn's end is all or nothing."""

from datetime import UTC, datetime

import pytest

from evals.bench.ground import Ground
from evals.bench.turn import turn
from store.agents import turns
from store.agents.turns import (
    Begun,
    NewTurn,
    TurnKind,
    TurnState,
    TurnSupersededError,
)
from store.agents.usage import Usage
from store.database import Database
from tests.integration.journal_rows import a_row

NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)


async def test_the_bench_of_a_turn_gives_its_ratios_and_where_the_time_goes(server_url: str) -> None:
    ground = Ground(server_url, embedded=False)
    await ground.prepare()
    ratios, absolute = await turn(ground, rounds=1)
    assert set(ratios) == {"turn_1", "turn_16", "turn_vs_prebuilt"}
    parts = {f"turn_ours_{part}_ms" for part in ("model", "tool", "statements", "checkpoint", "graph")}
    assert parts <= set(absolute)
    assert all(value > 0 for value in (*ratios.values(), *absolute.values()))


async def test_an_attempt_that_was_overtaken_ends_without_a_trace(db: Database) -> None:
    asked = NewTurn(thread="t", role="ai-rop", kind=TurnKind.CHAT, channel="api", trace_id="x", about={})
    async with db.transaction() as tx:
        number = await turns.ask(tx, asked, now=NOW)
    assert number is not None
    async with db.session() as connection:
        first = await turns.begin(connection, number, now=NOW)
        second = await turns.begin(connection, number, now=NOW)
    assert first is not None
    assert second is not None
    with pytest.raises(TurnSupersededError):
        await _end(db, first, "?")
    assert await _written(db) == (0, 0)
    await _end(db, second, "!")
    assert await _written(db) == (1, 1)
    async with db.reading() as tx:
        ended = await turns.get(tx, number)
    assert (ended.state, ended.answer) == (TurnState.DONE, "!")


async def _end(db: Database, begun: Begun, answer: str) -> None:
    used = [Usage(role="ai-rop", model="m", calls=1)]
    async with db.session() as connection:
        await turns.end(
            connection,
            begun.turn,
            answer=answer,
            steps=[],
            outcome={},
            entries=[a_row()],
            used=used,
            outgoing=[],
            now=NOW,
        )


async def _written(db: Database) -> tuple[int, int]:
    async with db.reading() as tx:
        decisions = await tx.exec_driver_sql("SELECT count(*) FROM ai_decisions")
        used = await tx.exec_driver_sql("SELECT count(*) FROM ai_usage")
        return int(decisions.scalar_one()), int(used.scalar_one())
