"""The embedded server: shared, left, killed, revived, in odd places."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import text

from settings import ROOT
from store.database import Database
from store.errors import ServerError
from store.server.embedded import (
    THROWAWAY,
    EmbeddedServer,
)

# A process that uses the server until it reads a line, or until it is interrupted; then it uses it once more.
USER = """
import signal, sys
from pathlib import Path
import psycopg
from store.server.embedded import THROWAWAY, EmbeddedServer
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job is started without it
server = EmbeddedServer(Path(sys.argv[1]), parameters=THROWAWAY)
url = server.start()
try:
    print("started", flush=True)
    sys.stdin.readline()
except KeyboardInterrupt:
    with psycopg.connect(url) as connection:
        print("interrupted", connection.execute("SELECT 1").fetchone(), flush=True)
"""

Start = Callable[[Path], "subprocess.Popen[str]"]


@pytest.fixture
def tmp_path() -> Generator[Path]:
    """A folder outside pytest's own, which every run of pytest closes to others, such as to root's server account."""
    with tempfile.TemporaryDirectory(prefix="holacracy-embedded-") as folder:
        yield Path(folder)


@pytest.fixture
def server(tmp_path: Path) -> Generator[EmbeddedServer]:
    embedded = EmbeddedServer(tmp_path / "data", parameters=THROWAWAY)
    yield embedded
    embedded.stop()


@pytest.fixture
def start_user() -> Generator[Start]:
    started: list[subprocess.Popen[str]] = []

    def start(data_dir: Path) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", USER, str(data_dir)],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        started.append(process)
        assert _next_line(process) == "started"
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _next_line(process: "subprocess.Popen[str]") -> str:
    """The next line that is no log."""
    assert process.stdout is not None
    return next(line.strip() for line in process.stdout if not line.startswith(("2", "{")))


def _ask(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(question.encode())
        return cursor.fetchone() if cursor.description else None


def test_starting_makes_a_server_with_our_database_and_safe_parameters(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path / "data") as url:
        shown = [_ask(url, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes", "jit")]
        assert shown == [("on",), ("on",), ("on",), ("off",)]
        assert _ask(url, "SELECT current_database(), current_setting('max_connections')") == ("holacracy", "200")


def test_russian_letters_fold_and_sort_whatever_the_locale_of_the_machine(server: EmbeddedServer) -> None:
    url = server.start()
    assert _ask(url, "SELECT lower('ЗАКАЗ'), 'ЗАКАЗ' ILIKE 'заказ'") == ("заказ", True)


def test_starting_again_keeps_the_server(server: EmbeddedServer) -> None:
    url = server.start()
    pid = server.pid
    assert (server.start(), server.pid) == (url, pid)


def test_stopping_ends_the_server_and_the_data_stay(server: EmbeddedServer) -> None:
    _ask(server.start(), "CREATE TABLE kept AS SELECT 7 AS n")
    server.stop()
    assert not server.is_running()
    assert _ask(server.start(), "SELECT n FROM kept") == (7,)


def test_the_last_process_out_stops_the_server(server: EmbeddedServer, tmp_path: Path, start_user: Start) -> None:
    other = start_user(tmp_path / "data")
    url = server.start()
    other.communicate("\n")
    assert _ask(url, "SELECT 1") == (1,)
    server.stop()
    assert not server.is_running()


def test_a_killed_process_is_not_counted_for_ever(server: EmbeddedServer, tmp_path: Path, start_user: Start) -> None:
    other = start_user(tmp_path / "data")
    server.start()
    other.kill()
    other.communicate()
    server.stop()
    assert not server.is_running()


def test_processes_that_start_together_share_one_server(tmp_path: Path, start_user: Start) -> None:
    with ThreadPoolExecutor() as pool:
        users = list(pool.map(start_user, [tmp_path / "data"] * 3))
    pid = EmbeddedServer(tmp_path / "data").pid
    assert pid is not None
    for user in users:
        assert EmbeddedServer(tmp_path / "data").pid == pid
        user.communicate("\n")
    assert not EmbeddedServer(tmp_path / "data").is_running()


def test_a_process_whose_data_were_removed_ends_quietly(server: EmbeddedServer, tmp_path: Path) -> None:
    server.start()
    postmaster = psutil.Process(server.pid)
    shutil.rmtree(tmp_path / "data")
    server.stop()
    postmaster.terminate()
    postmaster.wait(timeout=10)


def test_ctrl_c_ends_us_before_the_server(tmp_path: Path, start_user: Start) -> None:
    user = start_user(tmp_path / "data")
    os.killpg(user.pid, signal.SIGINT)
    said, _ = user.communicate()
    assert "interrupted (1,)" in said
    assert not EmbeddedServer(tmp_path / "data").is_running()


def test_a_killed_server_is_revived_with_its_data(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "data")
    with server as url:
        _ask(url, "CREATE TABLE kept AS SELECT 7 AS n")
        _kill(server)
        assert not server.is_running()
        assert server.start() == url
        assert _ask(url, "SELECT n FROM kept") == (7,)


def test_a_pid_file_whose_process_id_went_to_another_program_is_no_server(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    server.start()
    _kill(server)
    cluster = tmp_path / "data" / "postgres"
    for stale in (cluster / "postmaster.pid", cluster / ".s.PGSQL.5432.lock"):
        lines = stale.read_text().splitlines()
        stale.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert not server.is_running()
    assert _ask(server.start(), "SELECT 1") == (1,)


def test_an_interrupted_creation_is_begun_anew(server: EmbeddedServer, tmp_path: Path) -> None:
    leftover = tmp_path / "data" / "postgres.new-abc"
    leftover.mkdir(parents=True)
    (leftover / "PG_VERSION").write_text("18\n")
    assert _ask(server.start(), "SELECT 1") == (1,)
    assert not leftover.exists()


@pytest.mark.parametrize("name", ["with space", "with,comma", "with'quote", "глубоко/" * 12])
def test_data_may_lie_in_any_folder(name: str, tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path / name, parameters=THROWAWAY) as url:
        assert _ask(url, "SELECT 1") == (1,)


def test_data_of_another_version_are_refused_with_the_way_out(server: EmbeddedServer, tmp_path: Path) -> None:
    cluster = tmp_path / "data" / "postgres"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("16\n")
    with pytest.raises(ServerError, match=r"PostgreSQL 16, this is 18.*mend=.*pg_dump"):
        server.start()


def test_a_folder_of_somebody_elses_files_is_left_alone(server: EmbeddedServer, tmp_path: Path) -> None:
    cluster = tmp_path / "data" / "postgres"
    cluster.mkdir(parents=True)
    (cluster / "letter.txt").write_text("dear")
    with pytest.raises(ServerError, match="no PostgreSQL data folder"):
        server.start()
    assert (cluster / "letter.txt").read_text() == "dear"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ServerError, match=r"file/data cannot be made.*DATA_DIR"):
        EmbeddedServer(tmp_path / "file" / "data").start()


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "data", parameters={"no_such_parameter": "1"})
    with pytest.raises(ServerError, match=r"pg_ctl failed.*no_such_parameter.*mend=.*DATABASE_URL"):
        server.start()


async def test_the_application_outlives_a_restart_of_the_server(server: EmbeddedServer) -> None:
    db = Database(server.start(), pool_size=1, max_overflow=0)
    for _ in range(2):
        async with db.transaction() as tx:
            assert (await tx.execute(text("SELECT 1"))).scalar_one() == 1
        server.restart()
    await db.close()


async def test_the_application_waits_for_a_server_that_comes_back(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path / "data") as url:
        server = EmbeddedServer(tmp_path / "data")
        db = Database(url, pool_size=1, max_overflow=0)
        _kill(server)
        answer, _ = await asyncio.gather(_answer(db), asyncio.to_thread(server.start))
        assert answer == 1
        await db.close()
        server.stop()


async def _answer(db: Database) -> int:
    async with db.transaction() as tx:
        return (await tx.execute(text("SELECT 1"))).scalar_one()


def _kill(server: EmbeddedServer) -> None:
    process = psutil.Process(server.pid)
    process.kill()
    process.wait(timeout=10)
