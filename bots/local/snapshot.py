"""The memory on disk: one JSON file, replaced as a whole, so that a crash leaves the last complete one."""

import asyncio
import os
from pathlib import Path

import structlog
from pydantic import ValidationError

from bots.local.memory import Memory
from bots.local.state import State
from bots.local.updates import Bell
from domain.errors import InvalidInputError

SECONDS_BETWEEN = 1.0
# A snapshot may take a twentieth of the time at most, however large the memory grows.
SHARE = 20

log = structlog.get_logger(__name__)


def load(folder: Path, *, now: float) -> Memory:
    """The last snapshot, or an empty memory; `now` is the clock's reading.

    What was on screen for a while is gone, and a press that waits for its answer gets its full time again, because the
    clock of another process says nothing here. Raises InvalidInputError when the file is damaged or of another version.
    """
    file = _file(folder)
    if not file.exists():
        return Memory()
    try:
        memory = Memory.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise InvalidInputError(
            field="snapshot", value=str(file), problem=str(error.errors()[0]["msg"]), mend="remove the file"
        ) from error
    for room in memory.rooms.values():
        room.draft = room.action = None
    for press in memory.presses.values():
        press.at = now
    return memory


def save(folder: Path, content: bytes) -> None:
    """Replace the snapshot."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = _file(folder).with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(_file(folder))


async def keep_saving(state: State, folder: Path, saved: Bell) -> None:
    """Until the server closes: write what changed, at most once a second, and ring `saved`."""
    loop = asyncio.get_running_loop()
    written = -1
    while not state.updates.closed:
        if written == state.bell.rings:
            await state.bell.wait()
            continue
        started, written = loop.time(), state.bell.rings
        try:
            await asyncio.to_thread(save, folder, content_of(state.memory))
        except OSError:
            log.exception("the snapshot of the local Telegram could not be written", folder=str(folder))
        saved.ring()
        rest_until = loop.time() + max(SECONDS_BETWEEN, SHARE * (loop.time() - started))
        while not state.updates.closed and (left := rest_until - loop.time()) > 0:
            await state.bell.wait(left)


def content_of(memory: Memory) -> bytes:
    """The memory as JSON."""
    return memory.model_dump_json(by_alias=True, exclude_none=True).encode()


def _file(folder: Path) -> Path:
    return folder / "telegram.json"
