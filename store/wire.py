"""The driver's connection, taught to wait less, for the few statements whose speed is the company's.

What needs no answer in between travels together: BEGIN with the first statement, COMMIT with the last, and a statement
can be sent ahead, so that the server works while the next one is being prepared.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Self, cast

import psycopg
from psycopg import AsyncConnection, AsyncCursor
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, Format, PipelineStatus, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.rows import TupleRow
from psycopg.waiting import Ready, Wait
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection as Transaction

Statement = tuple[bytes, Sequence[bytes | None]]
"""SQL with `$1`, and its parameters in their text form."""

_BEGIN = b"BEGIN ISOLATION LEVEL READ COMMITTED"
_COMMIT = b"COMMIT"


class Wire(AsyncConnection[TupleRow]):
    """A connection with a second, quicker way to speak; statements that go it are prepared once."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.cursor_factory = WireCursor
        self._names: dict[bytes, bytes] = {}
        self._named = 0
        self.kept_since = 0.0

    def send(self, *statements: Statement) -> None:
        """Send statements without waiting; their errors come with the next answer, the commit's at the latest."""
        if not self.is_ahead:
            self.pgconn.enter_pipeline_mode()
            if self.pgconn.transaction_status == TransactionStatus.IDLE:
                self.pgconn.send_query_params(_BEGIN, None)
        for statement in statements:
            self._send(*statement)
        self.pgconn.flush()

    async def ask(self, *statements: Statement) -> list[list[TupleRow]]:
        """The rows of each statement; each sees what was committed when it began."""
        self.send(*statements)
        return [self._rows(result) for result in await self.catch_up() if result.status == ExecStatus.TUPLES_OK]

    async def catch_up(self) -> list[PGresult]:
        """Wait for everything that was sent; raises the first error."""
        if not self.is_ahead:
            return []
        self.pgconn.pipeline_sync()
        async with self.lock:
            results = await self.wait(self._answers())
        for result in results:
            if result.status == ExecStatus.FATAL_ERROR:
                raise error_from_result(result, encoding=self.info.encoding)
        return results

    @property
    def is_ahead(self) -> bool:
        """Whether something was sent that nobody has waited for."""
        return self.pgconn.pipeline_status != PipelineStatus.OFF

    async def commit(self) -> None:
        """Commit, together with what was sent ahead."""
        if self.is_ahead:
            self.pgconn.send_query_params(_COMMIT, None)
            await self.catch_up()
        else:
            await super().commit()

    async def rollback(self) -> None:
        """Roll back what was sent too. The driver forgets its prepared statements then; ours go the same way."""
        with suppress(psycopg.Error):
            await self.catch_up()
        if self.pgconn.transaction_status == TransactionStatus.IDLE:
            return
        await super().rollback()
        if self._names:
            self._names.clear()
            self.pgconn.enter_pipeline_mode()
            self.pgconn.send_query_params(b"DEALLOCATE ALL", None)
            await self.catch_up()

    def _send(self, sql: bytes, parameters: Sequence[bytes | None]) -> None:
        name = self._names.get(sql)
        if name is None:
            self._named += 1
            name = self._names[sql] = b"wire_%d" % self._named
            self.pgconn.send_prepare(name, sql)
        self.pgconn.send_query_prepared(name, parameters, result_format=Format.BINARY)

    def _answers(self) -> PQGen[list[PGresult]]:
        """Read libpq's pipeline to its end, and leave it."""
        results: list[PGresult] = []
        try:
            while self.pgconn.flush():
                if (yield Wait.RW) & Ready.R:
                    self.pgconn.consume_input()
            while True:
                while self.pgconn.is_busy():
                    yield Wait.R
                    self.pgconn.consume_input()
                result = self.pgconn.get_result()
                if result is None:
                    continue
                if result.status == ExecStatus.PIPELINE_SYNC:
                    return results
                results.append(result)
        finally:
            if self.pgconn.status == ConnStatus.OK:
                self.pgconn.exit_pipeline_mode()

    def _rows(self, result: PGresult) -> list[TupleRow]:
        loader = Transformer(self)
        loader.set_pgresult(result)
        return loader.load_rows(0, result.ntuples, tuple)


class WireCursor(AsyncCursor[TupleRow]):
    """A cursor that waits for what was sent ahead of it."""

    async def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        """Execute, after what was sent."""
        await cast("Wire", self.connection).catch_up()
        return await super().execute(query, params, **options)


def wire_of(tx: Transaction) -> Wire:
    """The driver's connection under a transaction."""
    connection = tx.sync_connection
    assert connection is not None
    return cast("Wire", connection.connection.driver_connection)


async def ask(tx: Transaction, *statements: Statement) -> list[list[TupleRow]]:
    """The rows of each statement, as `Wire.ask`; an error is what the same error is everywhere else."""
    wire = wire_of(tx)
    try:
        return await wire.ask(*statements)
    except psycopg.Error as error:
        if wire.closed:
            await tx.invalidate(error)
        sql = statements[0][0].decode()
        raise DBAPIError.instance(sql, None, error, psycopg.Error, connection_invalidated=wire.closed) from error
