"""No page has a finding of axe-core against WCAG 2.2 A and AA: in both themes, on a phone, with its windows open."""

from collections.abc import Mapping
from importlib import resources
from typing import Any, Final

import pytest
from playwright.async_api import Page, expect

from api.app import create_app
from tests.browser.conftest import Stage
from tests.integration.lived_in import live_in
from tests.integration.walk import ways

AXE: Final = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa")
RUN: Final = (
    "([where, rules]) => axe.run(where ?? document, {runOnly: rules, resultTypes: ['violations']})"
    ".then(found => found.violations)"
)
WINDOWS: Final = 8
"""So many of a page's little windows are opened; the rows of a list repeat theirs."""


@pytest.mark.parametrize(("theme", "phone"), [("light", False), ("dark", False), ("light", True), ("dark", True)])
async def test_no_page_has_an_accessibility_finding(stage: Stage, theme: str, phone: bool) -> None:
    lived = await live_in(stage.company, stage.door.desk)
    page = await stage.sit(stage.company.head, theme=theme, phone=phone)
    found: list[str] = []
    looked = 0
    for way in ways(create_app(stage.door.desk)):
        if way.method != "GET" or not way.is_page or "/panel/" in way.path or way.path in {"/", "/live", "/menu"}:
            continue
        for address in lived.mine.addresses(way):
            answer = await page.request.get(address)
            if "/photos/" in address or not (await answer.text()).lstrip().startswith("<!doctype"):
                continue  # a part of a page, a file
            await page.goto(address, wait_until="domcontentloaded")
            looked += 1
            found += [f"{address}: {each}" for each in await _findings(page)]
            sticks_out = await _sticks_out(page)
            found += [f"{address} is wider than the screen by {sticks_out} px"] if sticks_out > 0 else []
    assert found == [], "\n".join(found)
    assert looked > 3


async def _findings(page: Page) -> list[str]:
    """Of the page as it is, then of each of its windows, with everything unfolded."""
    await page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    await page.evaluate(AXE)
    found = await _run(page)
    windows = await page.eval_on_selector_all(
        "[popovertarget]", "all => [...new Set(all.map(each => each.getAttribute('popovertarget')))]"
    )
    for window in windows[:WINDOWS]:
        await page.evaluate("id => document.getElementById(id).showPopover()", window)
        found += [f"#{window}: {each}" for each in await _run(page, f"#{window}")]
        await page.evaluate("id => document.getElementById(id).hidePopover()", window)
    return found


async def _run(page: Page, where: str | None = None) -> list[str]:
    violations: list[Mapping[str, Any]] = await page.evaluate(RUN, [where, list(RULES)])
    return [
        f"{each['id']}: {node['target']} {node['html'][:160]} {node['failureSummary'][:300]}"
        for each in violations
        for node in each["nodes"]
    ]


async def _sticks_out(page: Page) -> int:
    """By how many pixels the page scrolls sideways; wide tables scroll by themselves."""
    return int(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_the_note_about_a_deed_is_readable(stage: Stage, theme: str) -> None:
    order = await stage.company.order()
    page = await stage.sit(stage.company.head, f"/orders/{order.code}", theme=theme)
    await page.get_by_role("button", name="Поставить первым").click()
    await page.locator("#priority-reason").fill("Клиент уезжает завтра")
    await page.locator("#priority").get_by_role("button", name="Сделать").click()
    await expect(page.locator(".note")).to_contain_text("Готово")
    await page.evaluate(AXE)
    assert await _run(page, "#notes") == []
