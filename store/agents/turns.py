"""Turns of the role agents: what somebody asked of a role, kept with its job; its attempts, steps and answer.

A turn is asked for in one transaction with the job that works on it, and ends with one answer. An attempt that lost
its worker is followed by the next: `fence` keeps the old one from acting any more, and `effects.py` tells the new one
what has been done already.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.agency import EVERY_ROLE, Mode, strictest
from domain.errors import DeskError, NotFoundError
from domain.journal import Entry, canonical
from store import journal
from store.agents import usage
from store.agents.usage import (
    Spent,
    Usage,
)
from store.records import DEFER_DELIVERIES, NOTICES_INSERT, NOTICES_RETURNING, Outgoing, notice_rows

CHANNEL = "ai_turns"
"""The PostgreSQL channel on which a turn's steps and its end are told, as JSON with the turn's id."""

LONGEST_TOLD = 7_900
"""Bytes of one NOTIFY; PostgreSQL refuses 8,000."""
SHORT_DETAIL = 100


class TurnKind(StrEnum):
    """What sets a role to work."""

    CHAT = "chat"
    NEXT_STEPS = "next_steps"
    FOLLOW_UP = "follow_up"
    DIGEST = "digest"
    SIGNAL = "signal"
    APPROVAL_DECIDED = "approval_decided"
    ARBITRATION = "arbitration"


class TurnState(StrEnum):
    """How far a turn is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class TurnSupersededError(DeskError):
    """Another worker has taken this turn over: whatever this one wanted to do is not done (`turn`, `attempt`)."""

    code = "turn-superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTurn:
    """A request to a role; `dedup_key` makes one turn of many requests for the same (a redelivered message)."""

    thread: str
    role: str
    kind: TurnKind
    channel: str
    trace_id: str
    words: str = ""
    person_id: int | None = None
    about: Mapping[str, object]
    locale: str = "ru"
    dedup_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A stored turn."""

    id: int
    thread: str
    role: str
    kind: TurnKind
    person_id: int | None
    channel: str
    words: str
    about: Mapping[str, Any]
    locale: str
    state: TurnState
    attempt: int
    steps: Sequence[Mapping[str, Any]]
    answer: str | None
    outcome: Mapping[str, Any]
    trace_id: str
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A turn whose next attempt has begun, what its role has used on this day, and how far the role is let."""

    turn: Turn
    spent: Spent
    mode: Mode


_COLUMNS = ", ".join(Turn.__dataclass_fields__)

# One conversation's turns run one after another: the queue's lock is the thread.
_ASK = text("""
WITH n AS (
    INSERT INTO ai_turns (thread, role, kind, person_id, channel, words, about, locale, dedup_key, trace_id, created_at)
    VALUES (:thread, :role, :kind, :person_id, :channel, :words, CAST(:about AS jsonb), :locale, :dedup_key, :trace_id,
        :now)
    ON CONFLICT (dedup_key) WHERE dedup_key IS NOT NULL DO NOTHING RETURNING id, thread
), j AS (
    SELECT procrastinate_defer_jobs_v1(array_agg(ROW('agents', 'run_turn', :priority, 'thread\\:' || n.thread, NULL,
        jsonb_build_object('turn_id', n.id), NULL)::procrastinate_job_to_defer_v1)) AS jobs
    FROM n HAVING count(*) > 0
)
SELECT id, (SELECT jobs FROM j) AS jobs FROM n
""")


async def ask(tx: AsyncConnection, turn: NewTurn, *, now: datetime, priority: int = 0) -> int | None:
    """Store a request with its job, in the caller's commit; None when it is known already. High priority goes first."""
    row = (
        await tx.execute(
            _ASK,
            {
                "thread": turn.thread,
                "role": turn.role,
                "kind": turn.kind.value,
                "person_id": turn.person_id,
                "channel": turn.channel,
                "words": turn.words,
                "about": canonical(dict(turn.about)).decode(),
                "locale": turn.locale,
                "dedup_key": turn.dedup_key,
                "trace_id": turn.trace_id,
                "now": now,
                "priority": priority,
            },
        )
    ).one_or_none()
    return None if row is None else int(row.id)


async def known(tx: AsyncConnection, dedup_key: str) -> int:
    """The turn that these words became when they came for the first time."""
    rows = await tx.execute(text("SELECT id FROM ai_turns WHERE dedup_key = :key"), {"key": dedup_key})
    return int(rows.scalar_one())


async def get(tx: AsyncConnection, turn_id: int) -> Turn:
    """One turn. Raises NotFoundError."""
    rows = await tx.execute(text(f"SELECT {_COLUMNS} FROM ai_turns WHERE id = :id"), {"id": turn_id})
    row = rows.mappings().one_or_none()
    if row is None:
        raise NotFoundError(kind="turn", name=str(turn_id))
    return _turn(row)


_BEGIN = text(
    "WITH begun AS (UPDATE ai_turns SET state = 'running', attempt = attempt + 1, started_at = :now"
    f" WHERE id = :id AND state IN ('queued', 'running') RETURNING {_COLUMNS})"
    " SELECT begun.*, spent.*, ARRAY(SELECT mode FROM ai_modes WHERE role IN (begun.role, :every)) AS modes"
    f" FROM begun CROSS JOIN LATERAL ({usage.SPENT}) AS spent"
)


async def begin(tx: AsyncConnection, turn_id: int, *, now: datetime) -> Begun | None:
    """Start the next attempt; None when the turn has ended. From here on, earlier attempts are fenced off."""
    given = {"id": turn_id, "now": now, "day": now.date(), "every": EVERY_ROLE}
    row = (await tx.execute(_BEGIN, given)).mappings().one_or_none()
    if row is None:
        return None
    spent = Spent(calls=row["spent_calls"], tokens=row["spent_tokens"], cost_eur=row["spent_eur"])
    mode = strictest(*(Mode(each) for each in row["modes"]))
    return Begun(turn=_turn({name: row[name] for name in Turn.__dataclass_fields__}), spent=spent, mode=mode)


async def fence(tx: AsyncConnection, turn_id: int, attempt: int) -> None:
    """Hold the turn for this attempt until the commit. Raises TurnSupersededError when it is no longer its turn."""
    row = (
        await tx.execute(
            text("SELECT 1 FROM ai_turns WHERE id = :id AND attempt = :attempt AND state = 'running' FOR SHARE"),
            {"id": turn_id, "attempt": attempt},
        )
    ).one_or_none()
    if row is None:
        raise TurnSupersededError(turn=turn_id, attempt=attempt)


def _if_ended(insert: str, rows: str) -> str:
    """The insert with no rows to insert unless the turn is ended: one statement needs no transaction around it."""
    given = f"CAST(:{rows} AS jsonb)"
    assert given in insert
    return insert.replace(given, f"(SELECT {given} FROM ended)")


_END = text(
    "WITH ended AS (UPDATE ai_turns SET state = :state, answer = :answer, steps = CAST(:steps AS jsonb),"
    " outcome = CAST(:outcome AS jsonb), ended_at = :now"
    " WHERE id = :id AND attempt = :attempt AND state = 'running' RETURNING pg_notify(:channel, :told)),"
    f" written AS ({_if_ended(journal.INSERT, 'journal')}), used AS ({_if_ended(usage.ADD, 'rows')}),"
    f" n AS ({_if_ended(NOTICES_INSERT, 'notices')} {NOTICES_RETURNING})"
    f" SELECT {DEFER_DELIVERIES} AS jobs FROM ended"
)


async def end(
    tx: AsyncConnection,
    turn: Turn,
    *,
    answer: str,
    steps: Sequence[Mapping[str, object]],
    outcome: Mapping[str, object],
    entries: Sequence[Entry],
    used: Sequence[Usage],
    outgoing: Sequence[Outgoing],
    now: datetime,
    failed: bool = False,
) -> None:
    """Write the answer with its journal rows, the day's account and its messages, and tell whoever listens.

    Raises TurnSupersededError: then nothing is written.
    """
    row = (
        await tx.execute(
            _END,
            {
                "id": turn.id,
                "attempt": turn.attempt,
                "state": (TurnState.FAILED if failed else TurnState.DONE).value,
                "answer": answer,
                "steps": canonical(list(steps)).decode(),
                "outcome": canonical(dict(outcome)).decode(),
                "now": now,
                "channel": CHANNEL,
                "told": json.dumps({"turn": turn.id, "event": "end"}),
                "journal": journal.as_json(entries),
                "notices": notice_rows(outgoing),
                **usage.increments(now.date(), used),
            },
        )
    ).one_or_none()
    if row is None:
        raise TurnSupersededError(turn=turn.id, attempt=turn.attempt)


async def tell(tx: AsyncConnection, turn_id: int, step: Mapping[str, object]) -> None:
    """Tell whoever listens what the role is at; nothing is stored, and nobody waits for it.

    What is longer than PostgreSQL's messages may be is told without its details.
    """
    told = _told(turn_id, step)
    if len(told.encode()) > LONGEST_TOLD:
        told = _told(turn_id, {name: said for name, said in step.items() if len(str(said)) <= SHORT_DETAIL})
    await tx.execute(text("SELECT pg_notify(:channel, :told)"), {"channel": CHANNEL, "told": told})


def _told(turn_id: int, step: Mapping[str, object]) -> str:
    return json.dumps({"turn": turn_id, "event": "step", "step": dict(step)}, ensure_ascii=False, default=str)


async def history(tx: AsyncConnection, thread: str, *, limit: int = 50) -> list[Turn]:
    """The newest turns of a conversation, oldest first."""
    rows = await tx.execute(
        text(f"SELECT {_COLUMNS} FROM ai_turns WHERE thread = :thread ORDER BY id DESC LIMIT :limit"),
        {"thread": thread, "limit": limit},
    )
    return [_turn(row) for row in reversed(rows.mappings().all())]


def _turn(row: Mapping[str, Any] | RowMapping) -> Turn:
    columns: dict[str, Any] = dict(row)
    columns["kind"], columns["state"] = TurnKind(row["kind"]), TurnState(row["state"])
    return Turn(**columns)
