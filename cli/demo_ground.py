"""The ground of the demo: a database of its own, with a company and a history in it, and free ports."""

import shutil
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from domain.errors import ConflictError
from domain.staff import CalendarBook
from domain.timeline import ManualTimeline
from evals.founding import Span, live_through, span_until, take_on
from guardrails.desk import open_desk
from policy import load_policy
from store.database import Database
from store.imported import founding
from store.migrate import migrate
from store.timeline import SystemTimeline, set_timeline

TELEGRAM_FOLDER = "telegram"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the demo stands on: the company's time at its start, its seed, and whether it was founded just now."""

    company_at: datetime
    seed: int
    orders: int | None
    seconds: float


def require_port(host: str, port: int) -> None:
    """Refuse a port that somebody listens on."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise ConflictError(
                kind="port", name=str(port), state=error.strerror or "in use", allowed=("another one: --port",)
            ) from error


async def prepare(
    url: str,
    data_dir: Path,
    *,
    fresh: bool,
    seed: int,
    begun: Callable[[Span], Callable[[float], None]],
    working_days: int = 10,
) -> Ground:
    """Make the database ready: resume the demo's own, found a company in an empty one.

    Raises:
        ConflictError: it holds people or orders that the demo did not make.
    """
    await migrate(url)
    owner = Database(url, as_owner=True, pool_size=1, max_overflow=1)
    try:
        mark = await _mark(owner, url)
        if mark is not None and (fresh or not mark.get("ready")):
            await _begin_anew(owner, url, data_dir)
            mark = None
        if mark is not None:
            return await _resume(owner, mark)
        if (data_dir / TELEGRAM_FOLDER).exists():
            shutil.rmtree(data_dir / TELEGRAM_FOLDER)
        span = span_until(SystemTimeline().now(), CalendarBook(load_policy()).of_team(None), working_days=working_days)
        return await _found(owner, url, seed, span, begun(span))
    finally:
        await owner.close()


async def _mark(owner: Database, url: str) -> Mapping[str, Any] | None:
    async with owner.reading() as tx:
        mark = await founding.read_mark(tx)
        inhabited = await founding.is_inhabited(tx)
    if mark is None and inhabited:
        raise ConflictError(
            kind="database",
            name=make_url(url).database or url,
            state="people or orders that the demo did not make",
            allowed=("an empty database: another DATABASE_URL or DATA_DIR",),
        )
    return mark


async def _begin_anew(owner: Database, url: str, data_dir: Path) -> None:
    async with owner.transaction() as tx:
        strange = await founding.strangers(tx)
        if strange:
            raise ConflictError(
                kind="database",
                name=make_url(url).database or url,
                state=f"tables of somebody else: {', '.join(strange)}",
                allowed=("a database of the demo's own",),
            )
        await founding.raze(tx)
    await migrate(url)
    shutil.rmtree(data_dir / TELEGRAM_FOLDER, ignore_errors=True)


async def _resume(owner: Database, mark: Mapping[str, Any]) -> Ground:
    """Where the company stopped: what it saved last, or, when it was killed, the last thing that happened."""
    async with owner.reading() as tx:
        last = await founding.last_event(tx)
    saved = datetime.fromisoformat(mark["company_at"])
    return Ground(company_at=max(saved, last or saved), seed=int(mark["seed"]), orders=None, seconds=0)


async def _found(owner: Database, url: str, seed: int, span: Span, progress: Callable[[float], None]) -> Ground:
    started = time.monotonic()
    timeline = ManualTimeline(span.starts_at)
    async with owner.transaction() as tx:
        await set_timeline(tx, company_at=span.starts_at, speed=0)
        await founding.write_mark(tx, {"seed": seed, "ready": False})
    desk = await open_desk(_hasty(url), timeline=timeline, pool_size=2)
    try:
        await take_on(desk)
        tally = await live_through(desk, timeline, span, seed=seed, progress=progress)
    finally:
        await desk.close()
    async with owner.transaction() as tx:
        await founding.gather_statistics(tx)
        await founding.write_mark(tx, {"ready": True, "company_at": span.ends_at.isoformat()})
    orders = tally.done.get("intake_order", 0)
    return Ground(company_at=span.ends_at, seed=seed, orders=orders, seconds=time.monotonic() - started)


def _hasty(url: str) -> str:
    """The same database, without waiting for the disk: a founding that is cut off is begun anew anyway."""
    hasty = make_url(url).update_query_dict({"options": "-c synchronous_commit=off"})
    return hasty.render_as_string(hide_password=False)
