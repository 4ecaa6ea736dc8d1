"""The pulse and the heatmap in a real browser: charts that live, levers in place, cells that lead on, phones."""

import json

from playwright.async_api import Page, expect

from tests.browser.conftest import Stage


async def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    return int(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


async def test_charts_are_drawn_and_redrawn_with_new_numbers_without_reloading(stage: Stage) -> None:
    page = await stage.sit(stage.company.head, "/pulse")
    await expect(page.locator(".chart canvas")).to_have_count(3)
    await expect(page.locator("[data-live-state]")).to_have_text("в эфире")
    await page.evaluate("window.kept = true")
    await page.locator("#trends summary").click()
    await stage.company.order()
    await expect(page.locator("#chart-1 .legend a").first).to_have_text("1")
    given = json.loads(await page.locator("#chart-1").get_attribute("data-chart") or "")
    assert given["lines"][0]["values"][-1] == 1
    await expect(page.locator(".chart canvas")).to_have_count(3)
    await expect(page.locator("#trends details")).to_have_attribute("open", "")
    await expect(page.locator("#trends tbody tr").last.locator("td").first).to_have_text("1")
    assert await page.evaluate("window.kept") is True


async def test_a_burning_order_has_its_lever_on_the_pulse(stage: Stage) -> None:
    order = await stage.company.order()
    stage.company.forward(hours=1)
    await stage.company.sweep()
    page = await stage.sit(stage.company.head, "/pulse")
    await page.locator(f"#hot-{order.code}").get_by_role("link", name=f"Решить по заказу {order.code}").press("Enter")
    await expect(page.get_by_role("dialog")).to_contain_text(f"№{order.code}")


async def test_a_cell_of_the_heatmap_leads_to_its_violations_by_keyboard(stage: Stage) -> None:
    order = await stage.company.order()
    stage.company.forward(hours=1)
    await stage.company.sweep()
    page = await stage.sit(stage.company.head, "/heatmap?metric=count")
    await page.locator("#stages td.cell a.s5").first.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Сорванные сроки")
    await expect(page.locator("#violations tbody tr")).to_have_count(1)
    await expect(page.locator("#violations tbody")).to_contain_text(order.code)


async def test_a_phone_shows_both_pages_without_scrolling_sideways(stage: Stage) -> None:
    await stage.company.order()
    stage.company.forward(hours=1)
    await stage.company.sweep()
    for path in ("/pulse", "/heatmap"):
        page = await stage.sit(stage.company.head, path, phone=True, theme="dark")
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert await overflow(page) == 0, path
