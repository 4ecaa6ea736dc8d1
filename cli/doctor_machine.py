"""The doctor's questions about this machine and this checkout."""

import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import psutil
from packaging.requirements import Requirement

from cli.findings import Examination, Finding
from policy import load_policy
from settings import ROOT

OLDEST_PYTHON = (3, 11)
LEAST_FREE_BYTES = 1_000_000_000
SHOWN = 5


async def python(_: Examination) -> Finding:
    """The interpreter is new enough."""
    wanted = ".".join(map(str, OLDEST_PYTHON))
    ok = sys.version_info >= OLDEST_PYTHON
    return Finding(ok, f"Python {platform.python_version()}", "" if ok else f"install Python {wanted} and remove .venv")


async def lock(_: Examination) -> Finding:
    """Exactly what the lock names is installed."""
    wanted = list(_locked())
    wrong = [text for text in map(_difference, wanted) if text]
    if not wrong:
        return Finding(ok=True, detail=f"{len(wanted)} packages as locked")
    more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
    return Finding(
        ok=False, detail=", ".join(wrong[:SHOWN]) + more, mend="remove .venv/synced.lock and call ./run again"
    )


def _locked() -> Iterator[Requirement]:
    for line in (ROOT / "requirements.lock").read_text().splitlines():
        if line.strip() and not line.startswith((" ", "#")):
            requirement = Requirement(line.removesuffix("\\").strip())
            if requirement.marker is None or requirement.marker.evaluate():
                yield requirement


def _difference(requirement: Requirement) -> str:
    try:
        installed = version(requirement.name)
    except PackageNotFoundError:
        return f"{requirement.name} is missing"
    return "" if requirement.specifier.contains(installed, prereleases=True) else f"{requirement.name} is {installed}"


async def time_zones(_: Examination) -> Finding:
    """The time-zone data that the working calendars need are here."""
    try:
        ZoneInfo("Europe/Moscow")
    except ZoneInfoNotFoundError as error:
        return Finding(ok=False, detail=str(error), mend="remove .venv/synced.lock and call ./run again")
    return Finding(ok=True, detail="present")


async def policy(_: Examination) -> Finding:
    """The policy files are valid; PolicyError names file, key and allowed values."""
    return Finding(ok=True, detail=f"version {load_policy().version}")


async def settings(examination: Examination) -> Finding:
    """The environment and `.env` are valid."""
    loaded = examination.settings
    server = "the embedded server" if loaded.database_url is None else "DATABASE_URL"
    return Finding(ok=True, detail=f"{server}, {loaded.host}:{loaded.port}, {loaded.locale}")


async def data_dir(examination: Examination) -> Finding:
    """DATA_DIR is there, or can be made, and can be written to."""
    folder = examination.settings.data_dir
    existing = _existing(folder)
    try:
        with tempfile.TemporaryFile(dir=existing):
            return Finding(ok=True, detail=str(folder))
    except OSError as error:
        mend = f"give it to this user ({os.geteuid()}), or set DATA_DIR to another folder"
        return Finding(ok=False, detail=f"{existing}: {error.strerror}", mend=mend)


async def disk(examination: Examination) -> Finding:
    """There is room to work."""
    existing = _existing(examination.settings.data_dir)
    free = psutil.disk_usage(str(existing)).free
    mend = "" if free >= LEAST_FREE_BYTES else "free some space, or set DATA_DIR to another disk"
    return Finding(free >= LEAST_FREE_BYTES, f"{free / 1e9:.1f} GB free at {existing}", mend)


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())
