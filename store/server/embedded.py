"""The embedded PostgreSQL: every process of the application shares one server, and the last one out stops it.

Two kernel locks do the counting, and a killed process lets go of both by itself: the data folder's lock makes starting
and stopping one at a time; the cluster folder's lock is held shared by every process that uses the server, so whoever
gets it alone is the last one.
"""

import atexit
import contextlib
import fcntl
import os
from collections.abc import Generator, Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import psycopg
import structlog
from psycopg import sql
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_fixed

from store.errors import ServerError
from store.server.cluster import (
    PORT,
    SUPERUSER,
    Cluster,
    Postmaster,
)

DATABASE = "holacracy"

# Durability stays as PostgreSQL ships it. JIT costs more than it gives on statements of milliseconds.
SAFE: Mapping[str, str] = MappingProxyType(
    {
        "shared_buffers": "128MB",
        "max_connections": "200",
        "synchronous_commit": "on",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "random_page_cost": "1.1",
        "max_wal_size": "2GB",
        "log_checkpoints": "off",
        "unix_socket_permissions": "0700",
    }
)
# For tests and benchmarks of the tests' kind only: a power cut loses everything.
THROWAWAY: Mapping[str, str] = MappingProxyType(
    {**SAFE, "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum_naptime": "1h"}
)

log = structlog.get_logger()


class EmbeddedServer:
    """This process's share in the server of `data_dir`."""

    def __init__(self, data_dir: Path, *, parameters: Mapping[str, str] = SAFE, database: str = DATABASE) -> None:
        self._data_dir = data_dir
        self._parameters = parameters
        self._database = database
        self._share: int | None = None

    def __enter__(self) -> str:
        """Start, and give the URL."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Leave the server."""
        self.stop()

    def start(self) -> str:
        """Start the server unless it runs, make the database unless it exists, and return its `postgresql://` URL.

        Calling it again is harmless, and revives a server that was killed. Raises ServerError with the way out.
        """
        self._make_data_dir()
        with self._alone():
            cluster = self._cluster
            cluster.initialise(options=["--no-sync"] if self._parameters.get("fsync") == "off" else [])
            running = self._answering(cluster)
            self._enter()
        return _url(running, self._database)

    def stop(self) -> None:
        """Give up this process's share; the last process stops the server. Harmless when not started."""
        if self._share is None:
            return
        atexit.unregister(self.stop)
        if not self._data_dir.exists():
            return  # removed under our feet: a server without its files ends by itself within a minute
        with self._alone():
            share, self._share = self._share, None
            if _last_holder(share):
                self._cluster.stop()
            fcntl.flock(share, fcntl.LOCK_UN)
            os.close(share)

    def restart(self) -> None:
        """Stop and start under everybody's feet, as an administrator would: open connections break."""
        with self._alone():
            self._cluster.stop()
            self._cluster.start(self._parameters)

    def is_running(self) -> bool:
        """Whether a server serves this data folder now, whoever started it."""
        return self._cluster.postmaster() is not None

    @property
    def pid(self) -> int | None:
        """Process id of the server, None when it does not run."""
        running = self._cluster.postmaster()
        return None if running is None else running.pid

    @property
    def _cluster(self) -> Cluster:
        return Cluster(self._data_dir / "postgres")

    def _make_data_dir(self) -> None:
        try:
            self._data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ServerError(
                problem=f"{self._data_dir} cannot be made: {error.strerror}", mend="set DATA_DIR to a writable folder"
            ) from error
        if not os.access(self._data_dir, os.R_OK | os.W_OK | os.X_OK):
            raise ServerError(
                problem=f"{self._data_dir} is not writable for this user", mend="set DATA_DIR to a folder of your own"
            )

    @contextlib.contextmanager
    def _alone(self) -> Generator[None]:
        folder = os.open(self._data_dir, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def _enter(self) -> None:
        if self._share is not None:
            return
        self._share = os.open(self._cluster.pgdata, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(self._share, fcntl.LOCK_SH)
        atexit.register(self.stop)

    @retry(
        retry=retry_if_exception_type(psycopg.OperationalError),
        stop=stop_after_attempt(5),
        wait=wait_fixed(0.2),
        reraise=True,
    )
    def _answering(self, cluster: Cluster) -> Postmaster:
        """The server with our database; one that is just being killed may still look alive at the first try."""
        running = cluster.start(self._parameters)
        self._create_database(running)
        return running

    def _create_database(self, running: Postmaster) -> None:
        with psycopg.connect(_url(running, "postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self._database]).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self._database)))
                log.info("made the database", database=self._database, data_dir=str(self._data_dir))


def _last_holder(share: int) -> bool:
    try:
        fcntl.flock(share, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _url(running: Postmaster, database: str) -> str:
    return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(running.socket_dir), safe='')}&port={PORT}"


_servers: dict[Path, EmbeddedServer] = {}


def ensure_server(data_dir: Path) -> str:
    """The URL of this process's database in `data_dir`, its server started if needed and left at exit."""
    server = _servers.setdefault(data_dir.resolve(), EmbeddedServer(data_dir.resolve()))
    return server.start()
