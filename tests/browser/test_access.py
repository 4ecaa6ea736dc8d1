"""The way in in a real browser: by password, through the keyboard; a session ended elsewhere; a key shown once."""

import re

from playwright.async_api import expect

from domain.commands import SetPassword
from domain.people import OPERATOR
from guardrails.passwords import Passwords
from tests.browser.conftest import Stage

PASSWORD = "верная лошадь 7"


async def test_a_person_signs_in_by_password_and_ends_the_session_of_another_browser(stage: Stage) -> None:
    head = stage.company.head
    hashed = await Passwords().hashed(PASSWORD)
    command = SetPassword(person_id=head.id, login="pavel", hashed=hashed, at=stage.door.wall())
    await stage.door.desk.gate.perform(command, OPERATOR)
    other = await stage.sit(head, "/queue")
    page = await (await stage.browser.new_context(base_url=stage.base, locale="ru-RU")).new_page()
    await page.goto("/account", wait_until="domcontentloaded")
    await page.get_by_label("Логин").press_sequentially("pavel")
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/account", wait_until="domcontentloaded")
    rows = page.locator("#sessions tbody tr")
    await expect(rows).to_have_count(2)
    await rows.filter(has_not_text="здесь").get_by_role("button").click()
    await expect(rows).to_have_count(1)
    await other.goto("/queue", wait_until="domcontentloaded")
    await expect(other).to_have_url(re.compile("/login"))


async def test_a_new_key_is_shown_in_a_window_and_stands_in_the_list(stage: Stage) -> None:
    page = await stage.sit(stage.company.head, "/system")
    await page.locator("#keys .title > button").click()
    await page.get_by_label("Для чего").fill("Касса")
    await page.locator("#add-key").get_by_role("button", name="Создать").click()
    await expect(page.get_by_role("dialog")).to_contain_text("crm_")
    await page.keyboard.press("Escape")
    await expect(page.locator("#keys tbody tr")).to_contain_text("Касса")


async def test_all_roles_are_stopped_with_a_reason_and_the_page_says_so_at_once(stage: Stage) -> None:
    page = await stage.sit(stage.company.head, "/system")
    await page.get_by_role("button", name="Сменить режим: Все роли").click()
    await page.locator("#mode-all").get_by_label("Причина").fill("Проверка")
    await page.locator("#mode-all").get_by_role("button", name="Остановить").click()
    await expect(page.locator("#ai .title")).to_contain_text("остановлены")
