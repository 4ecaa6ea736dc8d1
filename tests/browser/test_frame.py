"""The frame of every page: fresh without reloading, honest about the connection, in the reader's language."""

from playwright.async_api import expect

from tests.browser.conftest import Stage


async def test_a_new_order_appears_in_the_menu_and_on_the_pulse_without_reloading(stage: Stage) -> None:
    page = await stage.sit(stage.company.head, "/pulse")
    await expect(page.locator("[data-live-state]")).to_have_text("в эфире")
    await page.evaluate("window.kept = true")
    await stage.company.order()
    await expect(page.locator("#menu a[href='/queue'] .count")).to_have_text("1")
    await expect(page.locator("#queue tbody tr").first.locator(".num")).to_have_text("1")
    assert await page.evaluate("window.kept") is True


async def test_language_and_colours_are_chosen_once_and_kept(stage: Stage) -> None:
    page = await stage.sit(stage.company.head, "/pulse")
    await page.get_by_label("Язык").select_option("en")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Pulse")
    await page.get_by_label("Colours").select_option("dark")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await page.goto("/pulse", wait_until="domcontentloaded")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Pulse")


async def test_a_manager_sees_no_page_of_the_leaders_in_the_menu_nor_by_its_address(stage: Stage) -> None:
    page = await stage.sit(stage.company.anna)
    assert "/system" not in await page.locator("#menu").inner_html()
    answer = await page.request.get("/pulse")
    assert answer.status == 403
