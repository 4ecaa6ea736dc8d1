"""A real `./run demo`: it comes up by itself, people work through Telegram, Ctrl-C ends it, the next start goes on."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx
import psycopg
import pytest

from bots.local import SANDBOX_TOKEN
from settings import ROOT
from store.server.embedded import EmbeddedServer

UP_SECONDS = 120.0  # a slow, busy machine; how long it really takes is the bench's business
WORK_SECONDS = 120.0
STOP_SECONDS = 30.0


def _free_pair() -> int:
    """A port whose neighbour is free as well."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as first:
            port = first.getsockname()[1]
            try:
                socket.create_server(("127.0.0.1", port + 1)).close()
            except OSError:
                continue
            return port


class Demo:
    """A running demo."""

    def __init__(self, process: subprocess.Popen[str], port: int, data_dir: Path) -> None:
        self.process = process
        self.port = port
        self.data_dir = data_dir

    def wait_until_ready(self) -> None:
        """Until the API says so."""
        self._until(lambda: httpx.get(f"http://127.0.0.1:{self.port}/readyz").is_success, UP_SECONDS)

    def chats(self) -> list[int]:
        """How many messages each chat of the local Telegram has had."""
        found = httpx.get(f"http://127.0.0.1:{self.port + 1}/sandbox/api/chats").json()
        return [chat["last_message_id"] for chat in found]

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """What the demo's database says."""
        with EmbeddedServer(self.data_dir) as url, psycopg.connect(url) as connection:
            return connection.execute(query.encode()).fetchall()

    def keeps_photo(self, file_id: str) -> bool:
        """Whether the local Telegram has the picture."""
        address = f"http://127.0.0.1:{self.port + 1}/bot{SANDBOX_TOKEN}/getFile"
        return bool(httpx.get(address, params={"file_id": file_id}).json()["ok"])

    def wait_for_rows(self, query: str) -> list[tuple[object, ...]]:
        """Until the query finds something."""
        found: list[tuple[object, ...]] = []

        def look() -> bool:
            found[:] = self.rows(query)
            return bool(found)

        self._until(look, WORK_SECONDS)
        return found

    def interrupt(self) -> str:
        """Ctrl-C in the terminal: the whole group hears it; what was printed, all of it."""
        os.killpg(self.process.pid, signal.SIGINT)
        said, _ = self.process.communicate(timeout=STOP_SECONDS)
        return said

    def _until(self, there: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.process.communicate()[0]
            try:
                if there():
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.2)
        pytest.fail(f"not within {seconds:.0f} s")


@contextmanager
def running(data_dir: Path, *options: str) -> Generator[Demo]:
    """A demo in a process group of its own, as a terminal gives it; killed when a test leaves it behind."""
    port = _free_pair()
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}  # noqa: TID251 - handed on
    with subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), "demo", "--port", str(port), *options],
        env={**kept, "DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield Demo(process, port, data_dir)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture
def tmp_path() -> Generator[Path]:
    """A folder outside pytest's own, which every run of pytest closes to others, such as to root's server account."""
    with tempfile.TemporaryDirectory(prefix="holacracy-demo-") as folder:
        yield Path(folder)


def test_a_company_works_through_telegram_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    with running(tmp_path, "--speed", "240") as demo:
        demo.wait_until_ready()
        taken_up = demo.wait_for_rows(
            "SELECT order_id FROM ai_decisions WHERE channel = 'telegram' AND action = 'accept_order'"
            " AND outcome = 'done' AND at > (SELECT company_at FROM company_clock)"
        )
        assert taken_up
        past = demo.rows("SELECT DISTINCT jsonb_array_elements_text(photos) FROM checklist_answers LIMIT 3")
        assert all(demo.keeps_photo(str(file_id)) for (file_id,) in past), "the pictures of its history are there"
        assert past
        assert sum(demo.chats()) > 3
        said = demo.interrupt()
        assert demo.process.returncode == 0, said
    assert "Traceback" not in said
    assert re.search(r"http://127\.0\.0\.1:\d+/login/\S+", said)
    assert re.search(r"http://127\.0\.0\.1:\d+/sandbox", said)
    stopped_at = _saved(demo)

    with running(tmp_path, "--speed", "60") as again:
        again.wait_until_ready()
        went_on_at = _company_at(again)
        assert abs((went_on_at - stopped_at).total_seconds()) < 60
        assert sum(again.chats()) > 3, "the chats are remembered"

    with running(tmp_path, "--speed", "60") as risen:
        risen.wait_until_ready()
        assert _company_at(risen) >= went_on_at
        said = risen.interrupt()
        assert risen.process.returncode == 0, said


def _company_at(demo: Demo) -> datetime:
    ((at,),) = demo.rows("SELECT company_at FROM company_clock")
    assert isinstance(at, datetime)
    return at


def _saved(demo: Demo) -> datetime:
    ((saved,),) = demo.rows("SELECT demo->>'company_at' FROM company_clock")
    return datetime.fromisoformat(str(saved))
