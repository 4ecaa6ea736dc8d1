"""A real `./run demo` in a process of its own: how long until its door is open, and how much memory it lives in."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import psutil

from evals.bench.ground import Ground
from store.server.embedded import EmbeddedServer

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"
UP_SECONDS = 300.0
STOP_SECONDS = 60.0
LOOK_SECONDS = 0.05
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


EMPTY = "template1"


async def demo(ground: Ground, *, seconds: float) -> dict[str, float]:
    """Seconds from the start in an empty folder to `/readyz`, and megabytes after so many seconds of company life.

    Memory that processes share is counted once (PSS): Python's processes are one number, PostgreSQL's the other. Where
    the settings name a server, the demo works there, in an empty database, and the server's memory is not looked at.
    """
    if ground.embedded:
        return await _measured({}, seconds)
    async with ground.database(EMPTY) as url:
        return await _measured({"DATABASE_URL": url}, seconds)


async def _measured(where: dict[str, str], seconds: float) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="holacracy-bench-demo-", ignore_cleanup_errors=True) as folder:
        port = _free_pair()
        began = time.monotonic()
        async with _running(where | {"DATA_DIR": folder}, port) as process:
            await _until_ready(process, port)
            ready = time.monotonic() - began
            await asyncio.sleep(seconds)
            server = EmbeddedServer(Path(folder)).pid
            postgres = [] if server is None else _tree(server)
            python = [one for one in _tree(process.pid) if one not in postgres]
            found = {"demo_ready_s": ready, "demo_memory_mb": _megabytes(python), "demo_processes": len(python)}
            return found | ({"demo_postgres_memory_mb": _megabytes(postgres)} if postgres else {})


@asynccontextmanager
async def _running(where: dict[str, str], port: int) -> AsyncGenerator[subprocess.Popen[bytes]]:
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}  # noqa: TID251 - handed to the child
    process = subprocess.Popen(  # noqa: ASYNC220, S603 - our own program
        [sys.executable, str(ROOT / "main.py"), "demo", "--port", str(port)],
        cwd=ROOT,
        env=environment | where | {"HOST": LOOPBACK},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        try:
            await asyncio.to_thread(process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise


async def _until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    async with httpx.AsyncClient() as client, asyncio.timeout(UP_SECONDS):
        while process.poll() is None:
            try:
                if (await client.get(f"http://{LOOPBACK}:{port}/readyz")).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(LOOK_SECONDS)
    raise RuntimeError(f"the demo ended with {process.returncode} before it was ready")


def _tree(pid: int) -> list[psutil.Process]:
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def _megabytes(processes: list[psutil.Process]) -> float:
    return sum(process.memory_full_info().pss for process in processes) / 2**20


def _free_pair() -> int:
    """A port whose neighbour, the local Telegram's, is free as well."""
    while True:
        with socket.create_server((LOOPBACK, 0)) as first:
            port: int = first.getsockname()[1]
            try:
                socket.create_server((LOOPBACK, port + 1)).close()
            except OSError:
                continue
            return port
