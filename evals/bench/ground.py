"""Where the bench runs: a throwaway server with safe settings, scratch databases, and equal managers on shift."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql

from domain.people import Role
from domain.timeline import ManualTimeline
from guardrails.gate import Gate
from policy import load_policy
from store import people
from store.database import Database, libpq_url
from store.migrate import migrate
from store.server.embedded import EmbeddedServer

NOON = datetime(2026, 11, 18, 9, tzinfo=UTC)
"""Wednesday, 12:00 in Moscow: everybody is on shift."""
MANAGERS = 10
TEMPLATE = "bench_template"
EMPTY = "bench_empty"
"""The template of a migrated database with nobody in it."""


@dataclass(slots=True)
class Ground:
    """A server to make scratch databases on; `embedded`: one of the bench's own, because the settings name none."""

    server: str
    embedded: bool
    made: int = 0

    @asynccontextmanager
    async def database(self, template: str = TEMPLATE) -> AsyncGenerator[str]:
        """A fresh migrated database with ten equal managers and an admin, or a copy of another; dropped afterwards."""
        self.made += 1
        name = f"bench_{self.made}"
        await asyncio.to_thread(self._execute, sql.SQL("CREATE DATABASE {} TEMPLATE {}"), name, template)
        try:
            yield self._named(name)
        finally:
            await asyncio.to_thread(self._execute, sql.SQL("DROP DATABASE {} WITH (FORCE)"), name)

    async def prepare(self) -> None:
        """Make the templates."""
        for name in (TEMPLATE, EMPTY):
            await asyncio.to_thread(self._execute, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), name)
        await asyncio.to_thread(self._execute, sql.SQL("CREATE DATABASE {}"), EMPTY)
        await migrate(self._named(EMPTY))
        await asyncio.to_thread(self._execute, sql.SQL("CREATE DATABASE {} TEMPLATE {}"), TEMPLATE, EMPTY)
        db = Database(self._named(TEMPLATE))
        async with db.transaction() as tx:
            for number in range(MANAGERS):
                await people.add(
                    tx,
                    name=f"Manager {number}",
                    role=Role.MANAGER,
                    team="default",
                    capacity=10_000_000,
                    telegram_id=1_000 + number,
                    now=NOON,
                )
            await people.add(tx, name="Admin", role=Role.ADMIN, team="default", capacity=0, telegram_id=2_000, now=NOON)
        await db.close()

    def _named(self, name: str) -> str:
        head, mark, query = self.server.partition("?")
        return f"{head.rpartition('/')[0]}/{name}{mark}{query}"

    def _execute(self, statement: sql.SQL, *names: str) -> None:
        with psycopg.connect(libpq_url(self.server), autocommit=True) as connection:
            connection.execute(statement.format(*map(sql.Identifier, names)))


@asynccontextmanager
async def ground(database_url: str | None) -> AsyncGenerator[Ground]:
    """The server of `database_url`, or an embedded one in a temporary folder with real settings."""
    if database_url is not None:
        made = Ground(database_url, embedded=False)
        await made.prepare()
        yield made
        return
    with tempfile.TemporaryDirectory(prefix="holacracy-bench-") as folder:
        server = EmbeddedServer(Path(folder))
        made = Ground(await asyncio.to_thread(server.start), embedded=True)
        try:
            await made.prepare()
            yield made
        finally:
            await asyncio.to_thread(server.stop)


@asynccontextmanager
async def desk(url: str) -> AsyncGenerator[tuple[Database, Gate, ManualTimeline]]:
    """A gate over a scratch database at Wednesday noon."""
    db, timeline = Database(url), ManualTimeline(NOON)
    try:
        yield db, Gate(db, load_policy(), timeline), timeline
    finally:
        await db.close()
