"""The desk for a single command: the database brought up to date, opened, and closed again."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from cli.connect import database_url
from guardrails.desk import Desk, open_desk
from settings import Settings, load_settings
from store.migrate import migrate


def public_url(settings: Settings) -> str:
    """Where people reach the pages: what PUBLIC_URL says, else the address we listen on."""
    if settings.public_url is not None:
        return settings.public_url
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


@asynccontextmanager
async def desk_at_hand() -> AsyncGenerator[Desk]:
    """The desk of the settings."""
    settings = load_settings()
    url = database_url(settings)
    await migrate(url)
    desk = await open_desk(url, public_url=public_url(settings), locale=settings.locale, pool_size=2)
    try:
        yield desk
    finally:
        await desk.close()
