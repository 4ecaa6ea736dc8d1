"""Real pages in a real browser: the application on a socket, Debian's Chromium, people who sign in and press things.

Where Chromium is missing the tests fail and say how to get it: a silent skip would be a hole in the proof.
"""

import asyncio
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import uvicorn
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, async_playwright

from api.app import create_app
from store.database import Database
from tests.integration.desk import Desk, Member
from tests.integration.door import Door, open_door

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@dataclass
class Watched:
    """What a page did that nobody wants: console errors, failed requests, requests to another host."""

    base: str
    troubles: list[str] = field(default_factory=list[str])

    def watch(self, context: BrowserContext) -> None:
        """Look at every page of a browser."""
        context.on("console", self.console)
        context.on("weberror", lambda fault: self.troubles.append(f"page error: {fault.error}"))
        context.on("request", self.request)
        context.on("response", self.response)

    def console(self, message: ConsoleMessage) -> None:
        """A line of the console."""
        if message.type in ("error", "warning"):
            self.troubles.append(f"console {message.type}: {message.text}")

    def request(self, request: Request) -> None:
        """A request that left the page."""
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.troubles.append(f"another host: {request.url}")

    def response(self, response: Response) -> None:
        """An answer that came back."""
        if response.status >= 500:
            self.troubles.append(f"HTTP {response.status}: {response.url}")


@dataclass(frozen=True, slots=True)
class Stage:
    """The company, its HTTP door, and browsers in which people sit."""

    company: Desk
    door: Door
    base: str
    browser: Browser
    watched: Watched

    async def sit(
        self, member: Member, path: str = "/", *, phone: bool = False, theme: str = "light", base: str = ""
    ) -> Page:
        """A person signed in, in a browser of their own, looking at a page.

        `base` is another server than the stage's, which may fail: what goes wrong there is not counted.
        """
        size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
        context = await self.browser.new_context(
            base_url=base or self.base,
            viewport=size,  # pyright: ignore[reportArgumentType] - a size
            color_scheme=theme,  # pyright: ignore[reportArgumentType] - light or dark
            locale="ru-RU",
        )
        context.set_default_timeout(15_000)
        if not base:
            self.watched.watch(context)
        page = await context.new_page()
        await page.goto(await self.door.link(member), wait_until="domcontentloaded")
        await page.get_by_role("button").click()
        await page.wait_for_url("**/*", wait_until="domcontentloaded")
        if path != "/":
            await page.goto(path, wait_until="domcontentloaded")
        return page


@asynccontextmanager
async def serving(door: Door, *, port: int = 0) -> AsyncGenerator[str]:
    """The application on a socket: a free one, or that of a server which has stopped."""
    app = create_app(door.desk)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, timeout_graceful_shutdown=1)
    )
    running = asyncio.create_task(server.serve())
    try:
        while not server.started:
            assert not running.done(), "the server did not start"
            await asyncio.sleep(0)
        (socket,) = server.servers[0].sockets
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running


@pytest.fixture
async def stage(db: Database) -> AsyncGenerator[Stage]:
    """The company at work with a browser; nothing unwanted may have happened in it."""
    if CHROMIUM is None:
        pytest.fail("Chromium is not here, so the pages are not proved. As root: apt-get install chromium")
    async with (
        open_door(await Desk.open(db)) as door,
        serving(door) as base,
        async_playwright() as play,
    ):
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        watched = Watched(base)
        yield Stage(door.company, door, base, browser, watched)
        await browser.close()
        assert watched.troubles == []
