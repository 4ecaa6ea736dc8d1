"""An order followed on its page by pressing things, by several people in browsers of their own."""

import re
from collections.abc import Mapping
from datetime import timedelta

from playwright.async_api import Locator, Page, expect

from domain.commands import AnswerChecklist, CreateTask
from domain.orders import Order, Status
from tests.browser.conftest import Stage
from tests.integration.desk import Member


def owner_of(stage: Stage, order: Order) -> Member:
    return next(member for member in stage.company.people.values() if member.id == order.owner_id)


async def press(page: Page, opener: str) -> Locator:
    """Open a small window by its button; the form in it."""
    button = page.locator(f"[popovertarget='{opener}']")
    await button.click()
    form = page.locator(f"#{opener}")
    await expect(form).to_be_visible()
    return form


async def said(page: Page, words: str) -> None:
    await expect(page.locator("#notes").get_by_text(words).last).to_be_visible()


async def in_status(page: Page, words: str) -> None:
    await expect(page.locator("#summary .title .tag").first).to_have_text(words)


async def go(page: Page, to: str, fields: Mapping[str, str], *checked: str) -> None:
    """Make a move with what its form asks for."""
    form = await press(page, f"go-{to}")
    for label, value in fields.items():
        await form.get_by_label(label).fill(value)
    for label in checked:
        await form.get_by_label(label).check()
    await form.get_by_role("button", name="Подтвердить").click()


async def test_an_order_goes_from_request_to_closed_by_the_levers_of_its_page(stage: Stage) -> None:
    company = stage.company
    order = await company.order()
    page = await stage.sit(owner_of(stage, order), f"/orders/{order.code}")
    await page.locator("#moves").get_by_role("button", name="Принять заказ").click()
    await in_status(page, "Проверка")

    section = page.locator("#section-identification")
    await section.locator("summary").click()
    await section.get_by_role("button", name="в порядке").click()
    await expect(page.locator("#check .title")).to_contain_text("отвечено 4 из 28")
    await expect(page.locator("#answer-5")).to_be_visible()  # the next one comes under the hand
    await page.locator("#answer-5").get_by_label("в порядке").check()
    await page.locator("#answer-5").get_by_label("Комментарий").fill("Номер чист")
    await page.locator("#answer-5").get_by_role("button", name="Сохранить").click()
    await expect(page.locator("#point-5 .said")).to_have_text("Номер чист")
    answers = tuple(company.answer(point.number) for point in company.policy.checklist.points)
    await company.do(AnswerChecklist(order=order.code, answers=answers), company.by(order))  # photos come by the bot
    await expect(page.locator("#check .title")).to_contain_text("отвечено 28 из 28")
    await go(page, "awaiting_payment", {"Заметка по итогам проверки": "Осмотр закончен"})
    await in_status(page, "Решение и оплата клиента")
    await is_paid_by_the_word_of_three(stage, page, order)
    await in_status(page, "Готов к отправке")
    await go(page, "in_transit", {"Перевозчик": "СДЭК", "Трек-номер": "RU123", "Дата отправки": "2026-11-19"})
    await in_status(page, "В пути")
    await go(page, "delivered", {}, "Доставка подтверждена")
    await in_status(page, "Доставлен")
    await go(page, "closed", {})
    await in_status(page, "Закрыт")
    await expect(page.locator("#moves")).to_contain_text("Заказ завершён")
    assert (await company.see(order)).status is Status.CLOSED


async def is_paid_by_the_word_of_three(stage: Stage, page: Page, order: Order) -> None:
    """The manager asks, the head and the owner agree, each in a browser of their own."""
    company = stage.company
    head = await stage.sit(company.head, f"/orders/{order.code}")
    form = await press(head, "compliance")
    await form.get_by_role("button", name="замечаний нет").click()
    await expect(page.locator("#deal dl")).to_contain_text("замечаний нет")
    form = await press(page, "payment")
    await form.get_by_label("Сумма, €").fill("100")
    await form.get_by_label("Номер платежа").fill("P-1")
    await form.get_by_role("button", name="Сохранить").click()
    await expect(page.locator("#deal")).to_contain_text("P-1")
    await go(page, "ready_for_shipment", {}, "Клиент подтвердил покупку")
    await said(page, "Нужно решение")
    await head.locator("#summary").get_by_role("button", name="Утвердить").click()
    await said(head, "Голос учтён: 1 из 2")
    boss = await stage.sit(company.owner, f"/orders/{order.code}")
    await boss.locator("#summary").get_by_role("button", name="Утвердить").click()


async def test_of_two_leaders_who_hand_an_order_over_at_once_one_wins_and_the_other_is_told(stage: Stage) -> None:
    company = stage.company
    order = await company.order()
    first = await stage.sit(company.head, f"/orders/{order.code}")
    second = await stage.sit(company.admin, f"/orders/{order.code}")
    others = [member for member in company.managers if member.id != order.owner_id]
    forms = [await press(page, "give") for page in (first, second)]
    for form, member in zip(forms, others, strict=True):
        await form.get_by_label("Кому отдать").select_option(value=str(member.id))
        await form.get_by_label("Причина").fill(f"Ближе к {member.name}")
    await second.route("**/panel/**", lambda route: route.abort())  # this tab has not heard of the other one yet
    await forms[0].get_by_role("button", name="Отдать").click()
    await expect(first.locator("#summary")).to_contain_text(others[0].name)
    await second.unroute("**/panel/**")
    await forms[1].get_by_role("button", name="Отдать").click()
    await said(second, "всё изменилось")
    await expect(second.locator("#summary dl")).to_contain_text(others[0].name)
    assert (await company.see(order)).owner_id == others[0].id
    (told,) = stage.watched.troubles  # Chromium writes every refusal into its console
    assert "409" in told
    stage.watched.troubles.clear()


async def test_what_is_being_typed_survives_what_happens_meanwhile(stage: Stage) -> None:
    company = stage.company
    order = await company.order()
    page = await stage.sit(company.head, f"/orders/{order.code}")
    await expect(page.locator("[data-live-state]")).to_have_text("в эфире")
    form = await press(page, "note")
    await form.get_by_label("Заметка").fill("Клиент просит")
    task = CreateTask(order=order.code, text="Запросить фото рамы", due_at=company.now + timedelta(hours=3))
    await company.do(task, company.by(order))
    await expect(page.locator("#work")).to_contain_text("Запросить фото рамы")
    await expect(form).to_be_visible()
    await expect(form.get_by_label("Заметка")).to_have_value("Клиент просит")
    await expect(form.get_by_label("Заметка")).to_be_focused()
    await form.get_by_role("button", name="Сохранить").click()
    await expect(page.locator("#life")).to_contain_text("Клиент просит")


async def test_the_page_fits_a_phone(stage: Stage) -> None:
    order = await stage.company.to_status(await stage.company.order(), Status.AWAITING_PAYMENT)
    page = await stage.sit(stage.company.head, f"/orders/{order.code}", phone=True, theme="dark")
    await expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(order.code))
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
