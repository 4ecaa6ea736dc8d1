"""Migrations: bring a database to the newest schema, and prove that the migrations match the tables.

Alembic runs synchronously in a worker thread over a plain psycopg connection, as the database's owner.
"""

import asyncio
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, pool, text

from store.database import sqlalchemy_url
from store.tables import metadata

MIGRATION_LOCK = 0x484F4C41  # "HOLA": two processes that start together migrate once


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def _head() -> str:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return ScriptDirectory.from_config(config).get_current_head() or ""


def _migrate(url: str) -> str:
    engine = create_engine(sqlalchemy_url(url), poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()
        command.upgrade(_config(connection), "head")
        connection.commit()
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()
    engine.dispose()
    return _head()


def is_ours(name: str | None, kind: str, reflected: bool) -> bool:
    """Whether alembic should compare this object; the tables of the queue and of the graph are their own business."""
    return not (kind == "table" and reflected and (name or "").startswith(("procrastinate_", "alembic_", "checkpoint")))


def include_object(_object: object, name: str | None, kind: str, reflected: bool, _other: object) -> bool:
    """Alembic's `include_object` hook around `is_ours`."""
    return is_ours(name, kind, reflected)


def _differences(url: str) -> list[str]:
    engine = create_engine(sqlalchemy_url(url), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": include_object, "compare_type": True, "target_metadata": metadata}
        )
        found = compare_metadata(context, metadata)
    engine.dispose()
    return [str(difference) for difference in found]


def _current(url: str) -> str:
    engine = create_engine(sqlalchemy_url(url), poolclass=pool.NullPool)
    with engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return revision or ""


async def migrate(url: str) -> str:
    """Upgrade the database at `url` to the newest revision and return its name."""
    return await asyncio.to_thread(_migrate, url)


async def check_migrations(url: str) -> list[str]:
    """What the migrated database lacks of, or has beyond, `store/tables/`; empty when they match."""
    return await asyncio.to_thread(_differences, url)


async def revision_state(url: str) -> tuple[str, str]:
    """The revision the database stands at and the newest one (`""` when never migrated)."""
    return await asyncio.to_thread(_current, url), _head()


async def newest_revision() -> str:
    """The revision that the program is written for."""
    return await asyncio.to_thread(_head)
