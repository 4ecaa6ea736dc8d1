"""`./run api | worker | bot | all`: the long-running services, together or each in a process of its own."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from dataclasses import dataclass

import structlog
import typer
import uvicorn
from fastapi import FastAPI

from bots.app import build
from bots.delivery import PostOffice
from bots.door import TelegramDoor
from bots.menus import ask_for_all
from bots.photos import TelegramPhotos
from bots.receiving import Webhook, listen
from cli.connect import database_url
from cli.desk import public_url
from cli.stopping import stop_on_signals
from guardrails.desk import Desk, open_desk
from guardrails.updates import webhook_secret
from jobs.worker import run_worker
from settings import Settings, load_settings
from store.migrate import migrate

log = structlog.get_logger()

Service = Callable[[asyncio.Event], Awaitable[None]]
SERVICES = ("api", "worker", "bot")


class QuietServer(uvicorn.Server):
    """uvicorn that leaves signals to us: one stop event ends all services of the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Take no signals."""
        yield


async def serve_app(app: FastAPI, *, host: str, port: int, stop: asyncio.Event) -> None:
    """Serve one ASGI application until `stop` is set."""
    server = QuietServer(uvicorn.Config(app, host=host, port=port, log_config=None, timeout_graceful_shutdown=3))
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stopping.cancel()
    await serving
    if not stop.is_set():
        raise RuntimeError(f"the server on port {port} ended by itself")


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What services share in one process: the desk, the Telegram door (None without a token), the settings."""

    desk: Desk
    door: TelegramDoor | None
    settings: Settings
    sandbox_url: str = ""
    webhook: Webhook | None = None

    def service(self, name: str) -> Service:
        """The service of that name."""
        return {"api": self._api, "worker": self._worker, "bot": self._bot}[name]

    async def _api(self, stop: asyncio.Event) -> None:
        from api.app import create_app  # noqa: PLC0415 - worker and bot start sooner without the pages

        secret = "" if self.webhook is None else self.webhook.secret
        photos = None if self.door is None else TelegramPhotos(self.door.bot)
        app = create_app(self.desk, sandbox_url=self.sandbox_url, webhook_secret=secret, photos=photos)
        await serve_app(app, host=self.settings.host, port=self.settings.port, stop=stop)

    async def _worker(self, stop: asyncio.Event) -> None:
        post = None if self.door is None else PostOffice.of(self.door)
        from cli.crew import open_agents  # noqa: PLC0415 - only a worker needs the seconds that its libraries take

        async with open_agents(self.desk, self.settings) as agents:
            await run_worker(self.desk, self.door, post, stop=stop, agents=agents)

    async def _bot(self, stop: asyncio.Event) -> None:
        if self.door is None:
            log.warning("no TELEGRAM_TOKEN: the bot does not run, messages wait in the outbox")
            await stop.wait()
            return
        await ask_for_all(self.door)
        await listen(self.door.bot, self.desk.db, stop, self.webhook)


@contextlib.asynccontextmanager
async def running(
    settings: Settings,
    url: str,
    *,
    token: str | None = None,
    telegram_url: str | None = None,
    sandbox_url: str = "",
    speed: float = 1.0,
) -> AsyncGenerator[Running]:
    """Migrate, open the desk and the Telegram door; close them at the end. `speed`: how fast the demo's Telegram is."""
    await migrate(url)
    desk = await open_desk(url, public_url=public_url(settings), locale=settings.locale)
    door = None
    following = asyncio.create_task(desk.follow_rules())
    given = token or (settings.telegram_token.get_secret_value() if settings.telegram_token else None)
    try:
        if given:
            door = build(desk, given, telegram_url or settings.telegram_api_url, locale=settings.locale, speed=speed)
        hook = _webhook(settings, given) if given and token is None else None
        yield Running(desk=desk, door=door, settings=settings, sandbox_url=sandbox_url, webhook=hook)
    finally:
        following.cancel()
        if door is not None:
            await door.close()
        await desk.close()


def _webhook(settings: Settings, token: str) -> Webhook | None:
    if settings.telegram_webhook_url is None:
        return None
    given = settings.telegram_webhook_secret
    secret = webhook_secret(token, None if given is None else given.get_secret_value())
    return Webhook(settings.telegram_webhook_url, secret)


async def run_together(services: Sequence[Service], stop: asyncio.Event) -> None:
    """Run services until `stop` is set or one of them fails; then stop the others, and raise what failed."""
    tasks = [asyncio.create_task(_call(service, stop)) for service in services]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    stop.set()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, BaseException) and not isinstance(outcome, asyncio.CancelledError):
            raise outcome


async def _call(service: Service, stop: asyncio.Event) -> None:
    await service(stop)


async def _serve(names: Sequence[str]) -> None:
    settings = load_settings()
    url = database_url(settings)
    async with running(settings, url) as run:
        stop = stop_on_signals()
        await run_together([run.service(name) for name in names], stop)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("api")(api)
    app.command("worker")(worker)
    app.command("bot")(bot)
    app.command("all")(everything)


def api() -> None:
    """Serve HTTP on HOST:PORT."""
    asyncio.run(_serve(("api",)))


def worker() -> None:
    """Deliver messages, sweep clocks, seal the journal; start as many as you like, on as many machines."""
    asyncio.run(_serve(("worker",)))


def bot() -> None:
    """Receive Telegram updates; one process a token."""
    asyncio.run(_serve(("bot",)))


def everything() -> None:
    """All three in one process."""
    asyncio.run(_serve(SERVICES))
