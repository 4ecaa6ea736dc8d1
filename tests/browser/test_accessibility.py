"""No page has a finding of axe-core against WCAG 2.2 A and AA: in both themes, on a phone, with its windows open."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Final, Literal

import pytest
from playwright.async_api import Page, expect

from api.app import create_app
from tests.browser.conftest import Stage
from tests.integration.lived_in import LivedIn, live_in
from tests.integration.walk import ways

AXE: Final = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
ALL: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa")
COLOURS: Final = ("color-contrast", "link-in-text-block")
"""A theme changes colours and nothing else (`light-dark()` in app.css), so these rules tell the themes apart."""
RUN: Final = """
async ([where, rules]) => {
  const found = async (at) => (await axe.run(at, { runOnly: rules, resultTypes: ["violations"] })).violations.flatMap(
    ({ id, nodes }) => nodes.map(({ target, html, failureSummary }) =>
      `${id}: ${target} ${html.slice(0, 160)} ${failureSummary.slice(0, 300)}`));
  document.querySelectorAll("details").forEach((each) => { each.open = true; });
  const all = await found(where === null ? document : where);
  if (where !== null) return all;
  const ids = [...document.querySelectorAll("[popovertarget]")].map((each) => each.getAttribute("popovertarget"));
  const kinds = new Map(ids.map((id) => [id.replace(/\\d+/g, ""), id]));  // the rows of a list repeat theirs
  for (const id of kinds.values()) {
    const opened = document.getElementById(id);
    opened.showPopover();
    all.push(...(await found(opened)).map((each) => `#${id}: ${each}`));
    opened.hidePopover();
  }
  return all;
}
"""


STAYING: Final = "(plain => { setTimeout = (act, ms) => ms === 7000 ? 0 : plain(act, ms); })(setTimeout)"
"""Notes stay while they are looked at."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is looked at, and which rules the look can break."""

    theme: Literal["light", "dark"]
    width: int
    rules: Sequence[str]


LOOKS: Final = (
    Look("light", 1440, ALL),
    Look("dark", 1440, COLOURS),
    Look("light", 390, ALL),
    Look("dark", 390, COLOURS),
)


LEADS: Final = {"/approvals", "/managers/{person_id}", "/circles/{role}", "/chat/{role}", "/policy", "/system"}
MANAGES: Final = {"/orders/{code}", "/queue", "/signals", "/chat/{role}", "/account"}


@pytest.mark.parametrize(("role", "seen"), [("head", LEADS | MANAGES), ("manager", MANAGES)])
async def test_no_page_has_an_accessibility_finding(stage: Stage, role: str, seen: set[str]) -> None:
    lived = await live_in(stage.company, stage.door.desk)
    page = await stage.sit(lived.manager if role == "manager" else stage.company.head)
    found: list[str] = []
    looked: set[str] = set()
    async for path, address in _pages(page, stage, lived):
        await page.goto(address, wait_until="domcontentloaded")
        found += await _findings(page)
        looked.add(path)
    assert found == [], "\n".join(found)
    assert seen <= looked


async def test_neither_have_the_doors_the_errors_and_the_notes(stage: Stage) -> None:
    """Browsers log an error page as an error: these pages are looked at without counting that."""
    page = await stage.sit(stage.company.anna, "/queue", base=stage.base)
    found: list[str] = []
    for address in ("/system", "/nothing", "/signals/raise"):
        await page.goto(address, wait_until="domcontentloaded")
        await expect(page.locator(".refused")).to_be_visible()
        found += await _findings(page)
    await page.goto("/signals", wait_until="load")
    await page.evaluate(STAYING)
    await page.get_by_role("button", name="Поднять сигнал").first.click()
    for order in ("0", (await stage.company.order()).code):
        await page.fill("#raise-order", order)
        await page.fill("#raise-note", "Не отвечает третий день")
        await page.locator("#raise button").click()
        await expect(page.locator("#notes .note")).to_have_count(1 if order == "0" else 2)
    found += await _findings(page, "#notes")
    await page.context.clear_cookies()
    for address in ("/login", "/login/used-up", await stage.door.link(stage.company.anna)):
        await page.goto(address, wait_until="domcontentloaded")
        found += await _findings(page)
    assert found == [], "\n".join(found)


async def test_nor_have_the_windows_that_are_fetched(stage: Stage) -> None:
    await stage.company.order()
    page = await stage.sit(stage.company.head, "/queue")
    await page.locator("[hx-target='#levers']").first.click()
    await expect(page.locator("#levers")).to_be_visible()
    found = await _findings(page, "#levers")
    await page.goto("/system", wait_until="load")
    await page.locator("[popovertarget='add-key']").click()
    await page.fill("#key-name", "Касса")
    await page.locator("#add-key button").click()
    await expect(page.locator("#levers [data-secret]")).to_be_visible()
    found += await _findings(page, "#levers")
    assert found == [], "\n".join(found)


async def _pages(page: Page, stage: Stage, lived: LivedIn) -> AsyncIterator[tuple[str, str]]:
    """Every whole page: parts of pages, files and what only leads on are left out."""
    for way in ways(create_app(stage.door.desk)):
        if way.method != "GET" or not way.is_page or "/panel/" in way.path or way.path in {"/", "/live", "/menu"}:
            continue
        for address in lived.mine.addresses(way):
            answer = await page.request.get(address)
            if answer.ok and "/photos/" not in address and (await answer.text()).lstrip().startswith("<!doctype"):
                yield way.path, address


async def _findings(page: Page, where: str | None = None) -> list[str]:
    """In every look: of the page as it is and of each of its windows, with everything unfolded; or of one part."""
    await page.evaluate(AXE)
    found: list[str] = []
    for look in LOOKS:
        await page.emulate_media(color_scheme=look.theme)
        await page.set_viewport_size({"width": look.width, "height": 900})
        name = f"{page.url} {look.theme} {look.width}"
        violations: Sequence[str] = await page.evaluate(RUN, [where, list(look.rules)])
        found += [f"{name}: {each}" for each in violations]
        sticks_out = int(
            await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        )
        found += [f"{name} is wider than the screen by {sticks_out} px"] if sticks_out > 0 else []
    return found
