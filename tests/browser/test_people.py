"""Managers, circles and signals in the browser: levers open, work once, and what changed is on screen."""

from datetime import timedelta

from playwright.async_api import expect

from domain.commands import RaiseSignal
from domain.policy import SignalCode
from tests.browser.conftest import Stage


async def test_a_leader_sets_a_manager_away_and_back(stage: Stage) -> None:
    company = stage.company
    page = await stage.sit(company.head, f"/managers/{company.anna.id}")
    shift = page.locator("#shift")
    await expect(shift).to_contain_text("на смене")
    await expect(page.locator("#away")).to_be_hidden()
    await page.get_by_role("button", name="Отметить отсутствие").click()
    await page.get_by_label("До какого времени нет на месте").fill(f"{company.now + timedelta(hours=5):%Y-%m-%dT%H:%M}")
    await page.locator("#away").get_by_role("button").click()
    await expect(shift).to_contain_text("нет на месте")
    await page.get_by_role("button", name="Снова на месте").click()
    await expect(shift.locator(".tag").first).to_have_text("на смене")


async def test_a_role_is_stopped_and_the_other_tab_sees_it(stage: Stage) -> None:
    other = await stage.sit(stage.company.viewer, "/circles")
    await expect(other.locator("#role-ai-rop")).to_contain_text("действует")
    page = await stage.sit(stage.company.head, "/circles/ai-rop")
    await page.get_by_role("button", name="Переключить").click()
    await page.locator("#switch-mode").select_option("off")
    await page.locator("#switch-reason").fill("Разбираемся")
    await page.locator("#switch").get_by_role("button").click()
    await expect(page.locator("#mode")).to_contain_text("не работает")
    await expect(other.locator("#role-ai-rop")).to_contain_text("не работает")


async def test_a_signal_is_taken_and_resolved_in_place(stage: Stage) -> None:
    await stage.company.do(RaiseSignal(code=SignalCode.API_DEGRADED), stage.company.admin.actor)
    page = await stage.sit(stage.company.head, "/signals")
    await page.get_by_role("button", name="Взять в работу или отложить сигнал").click()
    await page.get_by_role("button", name="беру в работу").click()
    row = page.locator("#signals tbody tr")
    await expect(row).to_contain_text("в работе")
    await page.get_by_role("button", name="Закрыть сигнал").click()
    await page.get_by_label("Чем закончилось").fill("Снова быстро")
    await page.get_by_role("button", name="Закрыть", exact=True).click()
    await expect(page.locator("#signals .empty")).to_be_visible()
