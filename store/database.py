"""The application's way to PostgreSQL: one engine a process, one transaction a unit of work.

Whoever opens `transaction()` commits; functions that take the `tx` never do.
"""

import select
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import ParamSpec, Protocol, TypeVar, cast

import orjson
import psycopg
import structlog
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry,
    retry_if_exception,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_random,
    wait_random_exponential,
)

from store.errors import DatabaseUnavailableError, OutcomeUnknownError, ServerError

P = ParamSpec("P")
T = TypeVar("T")

APP_ROLE = "holacracy_app"
OLDEST_SERVER = 150000  # PostgreSQL 15, as its server_version_num says it
PATIENCE_SECONDS = 15.0
IDLE_SECONDS = 30.0  # older connections are asked before use: a vanished network leaves no trace on the socket
CONFLICTS = frozenset({"40001", "40P01"})  # serialization failure, deadlock: PostgreSQL asks to try again
TRIES = 3
OUTAGE = (DatabaseUnavailableError, OutcomeUnknownError, OperationalError, InterfaceError, PoolTimeoutError)
"""What a loop that runs for ever waits out: the server is away, restarting or out of connections."""

log = structlog.get_logger()

SPEAK = "SELECT set_config('TimeZone', 'UTC', false), set_config('jit', 'off', false)"
TAKE_ROLE = "SELECT set_config('role', rolname, false) FROM pg_roles WHERE rolname = %s"


def sqlalchemy_url(url: str) -> str:
    """The URL as SQLAlchemy wants it (`postgresql+psycopg://`), from any usual spelling."""
    return f"postgresql+psycopg://{url.partition('://')[2]}"


def libpq_url(url: str) -> str:
    """The URL as libpq, psycopg and Procrastinate want it (`postgresql://`), from any usual spelling."""
    return f"postgresql://{url.partition('://')[2]}"


def require_supported(url: str) -> None:
    """Wait for the server to answer, and refuse one that is too old, with ServerError or DatabaseUnavailableError."""
    connected = retry(
        retry=retry_if_exception_type(psycopg.OperationalError),
        stop=stop_after_delay(PATIENCE_SECONDS),
        wait=wait_random_exponential(multiplier=0.1, max=1.0),
        before_sleep=_say_once,
        reraise=True,
    )(psycopg.connect)
    try:
        with connected(libpq_url(url), connect_timeout=10) as connection:
            _require_version(connection.info.server_version)
    except psycopg.OperationalError as error:
        raise _unavailable(error) from error


def _require_version(version: int) -> None:
    if version < OLDEST_SERVER:
        raise ServerError(
            problem=f"DATABASE_URL leads to a PostgreSQL {version // 10000}",
            mend=f"use PostgreSQL {OLDEST_SERVER // 10000} or newer",
        )


def _say_once(state: RetryCallState) -> None:
    if state.attempt_number == 1:
        log.warning("the database does not answer, waiting for it", patience_seconds=PATIENCE_SECONDS)


def _unavailable(error: BaseException | None) -> DatabaseUnavailableError:
    return DatabaseUnavailableError(
        problem=" ".join(str(error).split()), mend="start the PostgreSQL server, or correct DATABASE_URL"
    )


def retrying(unit: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Run a whole unit of work, its transaction included, three times at most while it surely left nothing behind.

    That is: after a conflict with another unit, or when the connection broke before the commit.
    """

    async def tried(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await unit(*args, **kwargs)  # what nearly always succeeds pays for no machinery
        except DBAPIError as error:
            if not _left_nothing(error):
                raise
        again = retry(
            retry=retry_if_exception(_left_nothing),
            stop=stop_after_attempt(TRIES - 1),
            wait=wait_random(0.005, 0.05),
            reraise=True,
        )
        return await again(unit)(*args, **kwargs)

    return tried


def sqlstate(error: BaseException) -> str | None:
    """PostgreSQL's five-character code of a database error, None for anything else."""
    return getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None


def _left_nothing(error: BaseException) -> bool:
    return isinstance(error, DBAPIError) and (error.connection_invalidated or sqlstate(error) in CONFLICTS)


class Database:
    """A pool of connections to one database.

    Every connection speaks UTC and takes on the role `holacracy_app`, which migrations make and which cannot rewrite
    the journal; `as_owner` keeps the login's own rights (migrations, the demo's `--fresh`). `capacity` is how many
    there are at most at once.
    """

    def __init__(
        self,
        url: str,
        *,
        as_owner: bool = False,
        pool_size: int = 10,
        max_overflow: int = 10,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self.url = libpq_url(url)
        self._as_owner = as_owner
        self._patience = patience
        self.capacity = pool_size + max_overflow
        self._engine: AsyncEngine = create_async_engine(
            sqlalchemy_url(url),
            pool_size=pool_size,
            max_overflow=max_overflow,
            pool_timeout=30,
            connect_args={"application_name": "holacracy", "connect_timeout": 10, "keepalives_idle": 60},
            json_serializer=_json,
            json_deserializer=orjson.loads,
        )
        self._reader = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._autocommit = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        event.listen(self._engine.sync_engine, "connect", self._prepare)
        event.listen(self._engine.sync_engine, "checkin", _note_return)
        event.listen(self._engine.sync_engine, "checkout", self._discard_dead)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction that commits at the end of the block and rolls back on an exception.

        Raises DatabaseUnavailableError when no connection can be had within the patience, and OutcomeUnknownError when
        the connection breaks during the commit.
        """
        committing = False
        try:
            async with aclosing(await self._connected(self._engine)) as tx, tx.begin():
                yield tx
                committing = True
        except DBAPIError as error:
            if committing and error.connection_invalidated:
                raise OutcomeUnknownError(problem=str(error.orig).strip()) from error
            raise

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncConnection]:
        """A read-only transaction in which all statements see one and the same snapshot."""
        async with aclosing(await self._connected(self._reader)) as tx, tx.begin():
            yield tx

    @asynccontextmanager
    async def session(self) -> AsyncGenerator[AsyncConnection]:
        """A connection on which each statement commits by itself, in one round trip; session locks belong to it."""
        async with aclosing(await self._connected(self._autocommit)) as connection:
            yield connection

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()

    async def _connected(self, engine: AsyncEngine) -> AsyncConnection:
        try:
            return await engine.connect()
        except OperationalError:
            return await self._patiently_connected(engine)

    async def _patiently_connected(self, engine: AsyncEngine) -> AsyncConnection:
        """A restarting server comes back within seconds: wait for it rather than fail the request."""
        attempts = AsyncRetrying(
            retry=retry_if_exception_type(OperationalError),
            stop=stop_after_delay(self._patience),
            wait=wait_random_exponential(multiplier=0.1, max=1.0),
            before_sleep=_say_once,
            reraise=True,
        )

        async def connected() -> AsyncConnection:
            return await engine.connect()

        try:
            return await attempts(connected)
        except OperationalError as error:
            raise _unavailable(error.orig) from error

    def _prepare(self, connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        _require_version(_driver(connection).info.server_version)
        cursor = connection.cursor()
        cursor.execute(SPEAK)
        if not self._as_owner:
            self._take_role(cursor)
        cursor.close()
        connection.commit()

    def _take_role(self, cursor: DBAPICursor) -> None:
        """Without its role the application could rewrite the journal: rather not work than work so."""
        try:
            cursor.execute(TAKE_ROLE, (APP_ROLE,))
        except InsufficientPrivilege as error:
            raise ServerError(
                problem=f"the user of DATABASE_URL may not take on the role {APP_ROLE}",
                mend=f"GRANT {APP_ROLE} TO that user, as the server's administrator",
            ) from error

    def _discard_dead(
        self, connection: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        """Replace a connection that the server has closed, without a round trip for each that it has not.

        An idle connection has nothing to read; when it has, the server said goodbye.
        """
        if _has_something_to_read(_driver(connection).pgconn.socket):
            raise DisconnectionError("the server closed the connection")
        idle_since = cast("float | None", entry.info.get("idle_since"))
        if idle_since is None or time.monotonic() - idle_since < IDLE_SECONDS:
            return
        try:
            self._engine.dialect.do_ping(connection)
        except self._engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError("the server does not answer on this connection") from error


class _Session(Protocol):
    """The part of libpq's connection that is looked at."""

    socket: int


class _Server(Protocol):
    server_version: int


class _Driver(Protocol):
    """The part of psycopg's connection that is looked at."""

    pgconn: _Session
    info: _Server


def _driver(connection: DBAPIConnection) -> _Driver:
    return cast("_Driver", connection.driver_connection)


def _note_return(_connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    entry.info["idle_since"] = time.monotonic()


def _has_something_to_read(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poll.poll(0))


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
