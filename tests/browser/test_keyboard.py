"""Every lever by keyboard alone: Enter opens its window, Tab goes in, Escape closes it and gives the focus back."""

from typing import Final

from playwright.async_api import Page

from tests.browser.conftest import Stage
from tests.integration.lived_in import live_in
from tests.integration.walk import Way, boards

EACH: Final = 4
"""So many different windows of a page are opened; the rows of a list repeat theirs."""
FOCUSED: Final = "document.activeElement?.getAttribute('popovertarget')"
WITHIN: Final = "id => document.getElementById(id).contains(document.activeElement)"
OPEN: Final = "id => document.getElementById(id).matches(':popover-open')"


async def test_every_window_opens_takes_the_focus_and_gives_it_back(stage: Stage) -> None:
    lived = await live_in(stage.company, stage.door.desk)
    page = await stage.sit(stage.company.head)
    tried = 0
    for path in boards():
        for address in lived.mine.addresses(Way("GET", path)):
            await page.goto(address, wait_until="load")
            for window in await _windows(page):
                await _tried(page, window)
                tried += 1
    assert tried > 10


async def _windows(page: Page) -> list[str]:
    """The first of each kind: ids that differ in their numbers only are of one kind."""
    script = (
        "all => Object.values(Object.fromEntries(all.filter(each => each.checkVisibility()).reverse()"
        ".map(each => each.getAttribute('popovertarget')).map(id => [id.replace(/\\d+/g, ''), id])))"
    )
    return list(await page.eval_on_selector_all("[popovertarget]", script))[:EACH]


async def _tried(page: Page, window: str) -> None:
    await page.locator(f"[popovertarget='{window}']").first.focus()
    await page.keyboard.press("Enter")
    assert await page.evaluate(OPEN, window), f"{page.url} #{window} does not open"
    await page.keyboard.press("Tab")
    assert await page.evaluate(WITHIN, window), f"{page.url} #{window} is not the next stop"
    await page.keyboard.press("Escape")
    assert not await page.evaluate(OPEN, window), f"{page.url} #{window} does not close"
    assert await page.evaluate(FOCUSED) == window, f"{page.url} #{window} keeps the focus"
