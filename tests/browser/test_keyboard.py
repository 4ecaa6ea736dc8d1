"""Levers by keyboard alone: Enter opens a window, Tab goes through to its button, Escape gives the focus back."""

from typing import Final

from playwright.async_api import Page

from tests.browser.conftest import Stage
from tests.integration.lived_in import live_in
from tests.integration.walk import Way, boards

LEVERS: Final = {"/signals", "/managers", "/orders", "/system", "/circles"}
"""Pages with windows, by the first word of their address; on others the forms stand open or are fetched."""
LONGEST: Final = 40
"""Stops in one window."""
SENDS: Final = "document.activeElement?.matches('button:not([type=button]), [type=submit]') ?? false"
FOCUSED: Final = "document.activeElement?.getAttribute('popovertarget')"
WITHIN: Final = "id => document.getElementById(id).contains(document.activeElement)"
OPEN: Final = "id => document.getElementById(id).matches(':popover-open')"


async def test_every_window_opens_takes_the_focus_and_gives_it_back(stage: Stage) -> None:
    lived = await live_in(stage.company, stage.door.desk)
    page = await stage.sit(stage.company.head)
    tried: set[str] = set()
    for path in boards():
        for address in lived.mine.addresses(Way("GET", path)):
            await page.goto(address, wait_until="load")
            for window in await _windows(page):
                await _tried(page, window)
                tried.add("/" + path.split("/")[1])
    assert tried >= LEVERS, LEVERS - tried


async def _windows(page: Page) -> list[str]:
    """The first of each kind: ids that differ in their numbers only are of one kind."""
    script = (
        "all => Object.values(Object.fromEntries(all.filter(each => each.checkVisibility()).reverse()"
        ".map(each => each.getAttribute('popovertarget')).map(id => [id.replace(/\\d+/g, ''), id])))"
    )
    return list(await page.eval_on_selector_all("[popovertarget]", script))


async def _tried(page: Page, window: str) -> None:
    await page.locator(f"[popovertarget='{window}']").first.focus()
    await page.keyboard.press("Enter")
    assert await page.evaluate(OPEN, window), f"{page.url} #{window} does not open"
    for stop in range(LONGEST):
        await page.keyboard.press("Tab")
        assert await page.evaluate(WITHIN, window), f"{page.url} #{window} is left after {stop} stops, unsent"
        if await page.evaluate(SENDS):
            break
    await page.keyboard.press("Escape")
    assert not await page.evaluate(OPEN, window), f"{page.url} #{window} does not close"
    assert await page.evaluate(FOCUSED) == window, f"{page.url} #{window} keeps the focus"
