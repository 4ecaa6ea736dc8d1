"""Journal rows of no importance, for tests of the journal itself."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from domain.journal import Entry, Outcome
from store import journal
from tests.integration.desk import NOON, Desk

JOURNAL_TABLES = ("ai_decisions", "ai_decision_seals", "ai_decision_links")


def a_row(**fields: Any) -> Entry:
    """A row that no effect refers to; `fields` replace what it says by default."""
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


async def ten_sealed(desk: Desk) -> Sequence[int]:
    """The ids of ten rows in two seals."""
    for _ in range(2):
        async with desk.db.transaction() as tx:
            await journal.append(tx, [a_row() for _ in range(5)])
        await desk.seal()
    return await desk.column("SELECT id FROM ai_decisions ORDER BY id")
