"""The database of the tests: one server a run, one migrated template, a fresh copy of it for every test that asks.

The server lives in memory where there is enough: a copy costs 5 ms of processor time there, and 150 on a disk.
`TEST_DATABASE_URL` (or `DATABASE_URL`) in the shell runs the same tests on a real server; only databases named
`holacracy_test_*` are made and dropped there.
"""

import asyncio
import fcntl
import itertools
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import AsyncGenerator, Generator, Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from hypothesis import settings
from psycopg import sql

from store.database import Database, libpq_url
from store.server.cluster import Cluster
from store.server.embedded import (
    THROWAWAY,
    EmbeddedServer,
)

# The same examples every time, however slow the machine is; `--hypothesis-profile=explore` looks for new ones.
settings.register_profile("house", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=2_000)
settings.load_profile("house")

PREFIX = "holacracy-tests-"
TEMPLATE_LOCK = 0x54455354  # "TEST": the first worker migrates the template, the others wait for it
SWEEP_AFTER_SECONDS = 60.0
MEMORY = Path("/dev/shm")
MEMORY_NEEDED = 3 * 1024**3
IN_MEMORY = {**THROWAWAY, "max_wal_size": "256MB"}
RUN_DIR = pytest.StashKey[Path]()
RUN_LOCK = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    """The run's process makes the run's folder and keeps it locked; workers are told where it is."""
    told = getattr(config, "workerinput", None)
    if told is not None:
        config.stash[RUN_DIR] = Path(told["run_dir"])
        return
    _sweep_dead_runs()
    run_dir = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_ground()))
    lock = os.open(run_dir, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    config.stash[RUN_DIR] = run_dir
    config.stash[RUN_LOCK] = lock


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell an xdist worker the run's folder."""
    node.workerinput["run_dir"] = str(node.config.stash[RUN_DIR])


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what a crashed worker may have left, and leave nothing on the disk."""
    lock = config.stash.get(RUN_LOCK, None)
    if lock is None:
        return
    named = _real_server()
    if named is not None:
        _drop_databases(named, _run_name(config))
    _remove(config.stash[RUN_DIR])
    os.close(lock)


def _ground() -> Path:
    """Where the run's folder stands: in memory, if that is writable and leaves enough for everybody else."""
    if not os.access(MEMORY, os.W_OK):
        return Path(tempfile.gettempdir())
    free = min(shutil.disk_usage(MEMORY).free, psutil.virtual_memory().available // 2)
    return MEMORY if free >= MEMORY_NEEDED else Path(tempfile.gettempdir())


def _sweep_dead_runs() -> None:
    """End the servers of runs that were killed."""
    for run_dir in (each for ground in (MEMORY, Path(tempfile.gettempdir())) for each in ground.glob(f"{PREFIX}*")):
        try:
            found = run_dir.stat()
            if found.st_uid != os.geteuid() or time.time() - found.st_mtime < SWEEP_AFTER_SECONDS:
                continue
            lock = os.open(run_dir, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:  # its own run has just ended
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        else:
            _remove(run_dir)
        finally:
            os.close(lock)


def _remove(run_dir: Path) -> None:
    Cluster(run_dir / "data" / "postgres").stop()
    shutil.rmtree(run_dir)


def _run_name(config: pytest.Config) -> str:
    return f"holacracy_test_{config.stash[RUN_DIR].name.removeprefix(PREFIX)}".lower()


def _real_server() -> str | None:
    """The server that the shell names; a `.env` must not, or the tests would reach for the production server."""
    named = os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL")  # noqa: TID251 - no .env here
    return libpq_url(named) if named else None


def _drop_databases(server_url: str, run_name: str) -> None:
    with psycopg.connect(server_url, autocommit=True) as admin:
        left = admin.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [run_name]).fetchall()
        for (name,) in left:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def server_url(pytestconfig: pytest.Config) -> Generator[str]:
    """The server's own database: a real server where the shell names one, else this run's embedded server."""
    named = _real_server()
    if named is not None:
        yield named
        return
    with EmbeddedServer(pytestconfig.stash[RUN_DIR] / "data", parameters=IN_MEMORY, database="postgres") as url:
        yield url


@pytest.fixture(scope="session")
def template(server_url: str, pytestconfig: pytest.Config) -> str:
    """Name of the migrated database that every test's database is a copy of."""
    name = _run_name(pytestconfig)
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            _make_template(admin, server_url, name)
    return name


def _make_template(admin: psycopg.Connection[Any], server_url: str, name: str) -> None:
    from store.migrate import migrate

    unfinished = f"{name}_unfinished"
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(unfinished)))
    admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(unfinished)))
    asyncio.run(migrate(_database_of(server_url, unfinished)))
    admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(unfinished), sql.Identifier(name)))


@pytest.fixture(scope="session")
def database_names(template: str) -> Iterator[str]:
    """Names for this worker's databases."""
    return (f"{template}_{secrets.token_hex(3)}_{number}" for number in itertools.count())


@pytest.fixture
def database_url(server_url: str, template: str, database_names: Iterator[str]) -> Generator[str]:
    """A migrated, empty database of the test's own."""
    name = next(database_names)
    with psycopg.connect(server_url, autocommit=True) as admin:
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        admin.execute(copy.format(sql.Identifier(name), sql.Identifier(template)))
    yield _database_of(server_url, name)
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
async def db(database_url: str) -> AsyncGenerator[Database]:
    """The application's way to the test's database."""
    database = Database(database_url, pool_size=5)
    yield database
    await database.close()


@pytest.fixture
async def owner_db(database_url: str) -> AsyncGenerator[Database]:
    """The same database with its owner's rights, for tampering with what the application may not touch."""
    database = Database(database_url, as_owner=True, pool_size=2)
    yield database
    await database.close()


def _database_of(server_url: str, name: str) -> str:
    return re.sub(r"^(\w+://[^/?]*)(/[^?]*)?", rf"\1/{name}", server_url)
