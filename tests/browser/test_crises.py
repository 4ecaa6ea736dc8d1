"""A crisis in the browser: from the raised signal over mini-tasks and its end to the postmortem."""

from playwright.async_api import expect

from tests.browser.conftest import Stage


async def test_a_crisis_goes_from_the_raised_signal_to_its_postmortem(stage: Stage) -> None:
    page = await stage.sit(stage.company.head, "/signals")
    await page.get_by_role("button", name="Поднять сигнал").click()
    form = page.locator("#raise")
    await form.get_by_label("Что случилось").select_option("pending_spike")
    await form.get_by_label("Что вы видите, лучше с числами").fill("Очередь растёт с утра")
    await form.get_by_role("button", name="Поднять сигнал").click()
    await expect(page.locator("#menu a[href='/crises'] .count")).to_have_text("1")
    await page.get_by_role("link", name="К кризису").click()

    await expect(page.locator("#state h2")).to_have_text("Очередь новых заявок резко выросла")
    await expect(page.locator("#line canvas")).to_be_visible()
    await page.get_by_label("Что будет, когда план выполнен").fill("Очередь меньше десяти")
    await page.get_by_label("Задача 1", exact=True).fill("Взять пять заказов")
    await page.get_by_label("Кто делает задачу 1").select_option(label=stage.company.anna.name)
    await page.get_by_role("button", name="Раздать", exact=True).click()
    await expect(page.locator("#state")).to_contain_text("Взять пять заказов")
    await page.get_by_role("button", name="Сделано: Взять пять заказов").click()
    await expect(page.locator("#tasks table")).to_contain_text("сделано")

    await page.get_by_label("Чем закончилось").fill("Разобрали очередь")
    await page.get_by_role("button", name="Закрыть кризис").click()
    for part, said in (
        ("Причина", "Заболели двое"),
        ("Что сделали", "Раздали заказы"),
        ("Какой эффект", "В очереди три заказа"),
        ("Защита от повторения", "Дежурный резерв"),
    ):
        await page.get_by_label(part).fill(said)
    await page.get_by_role("button", name="Записать разбор").click()
    await expect(page.locator("#ending")).to_contain_text("Дежурный резерв")
    await expect(page.locator("#ending")).to_contain_text(stage.company.head.name)
    await page.get_by_role("link", name="Все кризисы").click()
    await expect(page.locator("#over tbody tr")).to_contain_text("записан")


async def test_a_crisis_in_a_dark_phone_draws_its_line_and_keeps_what_is_being_written(stage: Stage) -> None:
    await stage.company.orders(2)
    page = await stage.sit(stage.company.head, "/signals", phone=True, theme="dark")
    raised = await page.request.post(
        "/signals/raise",
        form={"code": "pending_spike", "severity": "", "order": "", "note": "Растёт", "number": ""},
        headers={"Origin": stage.base},
    )
    assert raised.status == 200, await raised.text()
    await page.goto("/crises", wait_until="domcontentloaded")
    await page.locator("#present tbody a").first.click()
    await expect(page.locator("#line canvas")).to_be_visible()
    words = page.get_by_label("Чем закончилось")
    await words.fill("Пишу, пока на странице что-то меняется")
    await stage.company.order()
    await expect(page.locator("#menu a[href='/queue'] .count")).to_have_text("3")
    await expect(words).to_have_value("Пишу, пока на странице что-то меняется")
    wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert wide is False
