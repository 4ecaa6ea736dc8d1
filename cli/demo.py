"""`./run demo`: a company at work in this process: its desk, a Telegram of its own, its people, its clients."""

import asyncio
import logging
import threading
from collections.abc import Coroutine
from contextlib import suppress
from importlib import import_module
from typing import Annotated, Any, TypeVar

import typer

from cli import demo_ground
from cli.connect import database_url
from cli.demo_said import Said
from cli.logs import configure_logging
from cli.stopping import stop_on_signals
from locales import texts
from settings import Settings, load_settings

T = TypeVar("T")
STAGE = "cli.demo_stage"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    *,
    speed: Annotated[float, typer.Option(min=1, max=600, help="How many times faster than the wall clock.")] = 60,
    seed: Annotated[int, typer.Option(help="Which company is founded, at the first start and with --fresh.")] = 7,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew instead of going on.")] = False,
    port: Annotated[int | None, typer.Option(min=1, max=65534, help="The next one is the local Telegram's.")] = None,
) -> None:
    """Watch a company work: requests arrive, managers take them up in a local Telegram, the watchdog escalates."""
    configure_logging(logging.WARNING)
    settings = load_settings()
    settings = settings.model_copy(update={"port": port or settings.port})
    asyncio.run(_demo(settings, speed=speed, seed=seed, fresh=fresh))


async def _demo(settings: Settings, *, speed: float, seed: int, fresh: bool) -> None:
    said = Said(texts(settings.locale))
    demo_ground.require_port(settings.host, settings.port)
    demo_ground.require_port("127.0.0.1", settings.port + 1)
    stop = stop_on_signals()
    # While the history waits for the database, the libraries of the doors are read from the disk.
    threading.Thread(target=import_module, args=(STAGE,), daemon=True).start()
    url = database_url(settings)
    work = demo_ground.prepare(url, settings.data_dir, fresh=fresh, seed=seed, begun=said.founding)
    ground = await _unless_stopped(work, stop)
    if ground is None:
        return
    said.ground(ground)
    stage = await asyncio.to_thread(import_module, STAGE)
    await stage.play(settings, url, ground, said, speed=speed, stop=stop)


async def _unless_stopped(work: Coroutine[Any, Any, T], stop: asyncio.Event) -> T | None:
    """The result of the work; None when it was stopped before its end."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if working.done():
        return working.result()
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working
    return None
