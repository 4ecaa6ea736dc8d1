"""A log on its way in, kept by the server: whatever its size and order, it is handed on case by case in little memory.

The rows stand in a temporary table of a connection of its own, which vanishes with it: an import that dies leaves
nothing behind but what it had committed.
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.rows import DictRow, dict_row

from domain.eventlog import BadRow, LogEvent
from domain.history import LogCase, LogReject, event_key, row_key
from store.database import libpq_url

FETCH: Final = 2_000

_TABLE: Final = (
    "CREATE TEMP TABLE log_rows (line int, case_name text, activity text, resource text, at timestamptz,"
    " column_name text, problem text, fields text)"
)
_COPY: Final = "COPY log_rows (line, case_name, activity, resource, at, column_name, problem, fields) FROM STDIN"
_CONTENTS: Final = """
SELECT count(*) AS events, count(DISTINCT case_name) AS cases, count(DISTINCT resource) AS people, min(at) AS first,
    max(at) AS last, (SELECT count(*) FROM log_rows WHERE problem IS NOT NULL) AS bad_rows,
    (SELECT jsonb_object_agg(activity, n) FROM
        (SELECT activity, count(*) AS n FROM log_rows WHERE problem IS NULL GROUP BY activity) AS a) AS activities
FROM log_rows WHERE problem IS NULL
"""
# The cases in the order they began, so that order numbers follow time; `ordinal` tells equal rows apart.
_EVENTS: Final = """
SELECT line, case_name, activity, resource, at,
    row_number() OVER (PARTITION BY case_name, activity, at ORDER BY line) AS ordinal,
    min(at) OVER (PARTITION BY case_name) AS began
FROM log_rows WHERE problem IS NULL ORDER BY began, case_name, at, line
"""
_BAD_ROWS: Final = """
SELECT line, case_name, column_name, problem, fields,
    row_number() OVER (PARTITION BY fields, problem ORDER BY line) AS ordinal
FROM log_rows WHERE problem IS NOT NULL ORDER BY line
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a log holds: how many of what, by how many people, from when to when, how often each activity."""

    events: int
    bad_rows: int
    cases: int
    people: int
    first: datetime | None
    last: datetime | None
    activities: Mapping[str, int]


class Staging:
    """A log in the server's keeping."""

    def __init__(self, connection: psycopg.AsyncConnection[DictRow]) -> None:
        self._connection = connection

    async def fill(self, rows: Iterable[LogEvent | BadRow]) -> Contents:
        """Hand every row to the server as it is read, and say what there is."""
        async with self._connection.cursor() as cursor:
            async with cursor.copy(_COPY) as copy:
                for row in rows:
                    await copy.write_row(_columns(row))
            await cursor.execute(_CONTENTS)
            found = await cursor.fetchone()
        assert found is not None
        fields: dict[str, Any] = {**found, "activities": found["activities"] or {}}
        return Contents(**fields)

    async def cases(self) -> AsyncIterator[LogCase]:
        """One case after another, in the order they began."""
        name, events = "", list[tuple[UUID, LogEvent]]()
        async for row in self._rows(_EVENTS, "cases"):
            event = _event(row)
            if events and event.case != name:
                yield LogCase(name, tuple(events))
                events = []
            name = event.case
            events.append((event_key(event, row["ordinal"]), event))
        if events:
            yield LogCase(name, tuple(events))

    async def rejects(self) -> AsyncIterator[LogReject]:
        """The rows that cannot be read, in the order of the log."""
        async for row in self._rows(_BAD_ROWS, "rejects"):
            bad = _bad_row(row)
            yield LogReject(row_key(bad, row["ordinal"]), bad)

    async def _rows(self, statement: str, name: str) -> AsyncIterator[dict[str, Any]]:
        async with self._connection.cursor(name, withhold=True) as cursor:
            cursor.itersize = FETCH
            await cursor.execute(statement.encode())
            async for row in cursor:
                yield row


@asynccontextmanager
async def staging(url: str) -> AsyncGenerator[Staging]:
    """Room for one log; it is gone when the block ends."""
    connection = await psycopg.AsyncConnection[DictRow].connect(
        libpq_url(url), autocommit=True, row_factory=dict_row, application_name="holacracy import"
    )
    async with connection:
        await connection.execute("SET TIME ZONE 'UTC'")
        await connection.execute(_TABLE)
        yield Staging(connection)


def _columns(row: LogEvent | BadRow) -> tuple[object, ...]:
    if isinstance(row, LogEvent):
        return (row.line, row.case, row.activity, row.resource, row.at, None, None, None)
    case = None if row.case is None else _storable(row.case)
    fields = json.dumps([_storable(value) for value in row.fields], ensure_ascii=False)
    return (row.line, case, None, None, None, row.column, row.problem, fields)


def _storable(value: str) -> str:
    """Text that PostgreSQL takes: what is no text is marked."""
    return value.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def _event(row: Mapping[str, Any]) -> LogEvent:
    return LogEvent(
        line=row["line"], case=row["case_name"], activity=row["activity"], resource=row["resource"], at=row["at"]
    )


def _bad_row(row: Mapping[str, Any]) -> BadRow:
    return BadRow(
        line=row["line"],
        column=row["column_name"],
        problem=row["problem"],
        case=row["case_name"],
        fields=json.loads(row["fields"]),
    )
