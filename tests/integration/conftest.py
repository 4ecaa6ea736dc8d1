"""A company that has worked for weeks: it lives through them once a worker, and each test gets a copy of its own."""

from collections.abc import Awaitable, Iterator
from typing import Protocol

import psycopg
import pytest
from psycopg import sql

from store.database import Database
from tests.integration.busy_company import BusyCompany
from tests.integration.desk import Desk

Life = tuple[int, int, float]


class Busy(Protocol):
    """Gives the company of this seed after so many actions in so many hours, on the test's database."""

    def __call__(self, seed: int = 1, *, actions: int = 200, hours: float = 24 * 16) -> Awaitable[Desk]:
        """The company."""
        ...


@pytest.fixture(scope="session")
def lives() -> dict[Life, tuple[str, Desk]]:
    """What companies have lived through: the database it is kept in, and how the company stood then."""
    return {}


@pytest.fixture
def busy(db: Database, server_url: str, database_names: Iterator[str], lives: dict[Life, tuple[str, Desk]]) -> Busy:
    """See Busy."""

    async def lived(seed: int = 1, *, actions: int = 200, hours: float = 24 * 16) -> Desk:
        life = (seed, actions, hours)
        if life in lives:
            kept, desk = lives[life]
            _copy(server_url, kept, _name(db))
            return desk.again(db)
        desk = await Desk.open(db)
        await BusyCompany(desk, seed).work(actions, hours=hours)
        await db.close()  # a database in use cannot be copied; the next statement connects anew
        lives[life] = (next(database_names), desk.again(db))
        _copy(server_url, _name(db), lives[life][0])
        return desk

    return lived


def _name(db: Database) -> str:
    with psycopg.connect(db.url) as connection:
        return connection.info.dbname


def _copy(server_url: str, one: str, other: str) -> None:
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(other)))
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        admin.execute(copy.format(sql.Identifier(other), sql.Identifier(one)))
