"""Every scenario of `evals/scenarios` ends as it says, through graph, gate and tools."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import psycopg
import pytest
from psycopg import sql

from evals.players import AlwaysYes, DoNothing
from evals.replay import replay
from evals.scenario import scenarios
from store.database import libpq_url

SCENARIOS = scenarios()
Databases = Callable[[], AbstractAsyncContextManager[str]]


@pytest.fixture
def databases(database_url: str) -> Databases:
    """Copies of the test's empty database."""
    head, _, name = database_url.partition("?")[0].rpartition("/")
    query = database_url.partition("?")[2]
    made = iter(range(100))

    @asynccontextmanager
    async def database() -> AsyncGenerator[str]:
        copy = f"{name}_{next(made)}"
        with psycopg.connect(libpq_url(f"{head}/postgres?{query}"), autocommit=True) as admin:
            admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (copy, name))))
        yield f"{head}/{copy}?{query}"
        with psycopg.connect(libpq_url(f"{head}/postgres?{query}"), autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(copy)))

    return database


@pytest.mark.parametrize("name", SCENARIOS)
async def test_the_scenario_ends_as_it_says(name: str, databases: Databases) -> None:
    assert await replay(SCENARIOS[name], databases) == []


async def test_a_model_that_does_nothing_fails_where_something_is_to_be_done(databases: Databases) -> None:
    assert await replay(SCENARIOS["chat-acts"], databases, stand_in=DoNothing) != []


async def test_a_model_that_says_yes_to_all_fails_where_it_must_ask_back(databases: Databases) -> None:
    assert await replay(SCENARIOS["chat-asks-back"], databases, stand_in=AlwaysYes) != []
