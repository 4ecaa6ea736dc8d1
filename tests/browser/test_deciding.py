"""Deciding in a real browser: requests by keyboard, the journal's row, a proposal of the rules to its approval."""

import re
from decimal import Decimal

from playwright.async_api import expect

from domain.commands import ProposeRefund, RecordPayment
from domain.people import CRM_FEED
from store.desk.approvals import Approval
from tests.browser.conftest import Stage
from tests.integration.asking import payable


async def refund(stage: Stage, amount: int) -> Approval:
    """A refund that waits for people."""
    company = stage.company
    order = await payable(company)
    payment = RecordPayment(order=order.code, amount_eur=Decimal(900), reference=f"P-{order.id}")
    await company.do(payment, CRM_FEED)
    command = ProposeRefund(order=order.code, amount_eur=Decimal(amount), reason="Скол на раме")
    return await company.approval((await company.ask(command, company.by(order))).approval_id)


async def test_requests_are_decided_by_keyboard_and_keys_rest_while_somebody_types(stage: Stage) -> None:
    first, second = await refund(stage, 40), await refund(stage, 50)
    page = await stage.sit(stage.company.head, "/approvals")
    await expect(page.locator("#request h2")).to_contain_text("Вернуть деньги клиенту")
    await page.keyboard.press("j")
    await page.wait_for_url(f"**/approvals/{second.id}")
    await page.keyboard.press("ArrowLeft")
    await page.wait_for_url(f"**/approvals/{first.id}")
    await page.keyboard.press("a")
    await page.wait_for_url(f"**/approvals/{second.id}?voted={first.id}")
    await expect(page.locator("#request .done-line")).to_contain_text("утверждено")
    await page.keyboard.press("r")
    reason = page.get_by_label("Почему отклоняем")
    await expect(reason).to_be_focused()
    await page.keyboard.type("aja")
    await expect(reason).to_have_value("aja")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/approvals?voted={second.id}")
    await expect(page.locator("#request h2")).to_have_text("Ничего не ждёт решения")
    assert (await stage.company.approval(first.id)).status == "done"
    assert (await stage.company.approval(second.id)).status == "rejected"


async def test_a_request_decided_elsewhere_is_said_and_a_new_one_appears_by_itself(stage: Stage) -> None:
    approval = await refund(stage, 40)
    page = await stage.sit(stage.company.head, f"/approvals/{approval.id}")
    await expect(page.locator("[data-live-state]")).to_have_text("в эфире")
    await stage.company.vote(approval.id, stage.company.owner)
    await expect(page.locator("#approval-hindrance")).to_be_visible()
    later = await refund(stage, 60)
    await expect(page.locator(f"#request-{later.id}")).to_be_visible()


async def test_a_change_of_the_rules_is_proposed_decided_and_found_in_the_journal(stage: Stage) -> None:
    page = await stage.sit(stage.company.admin, "/policy")
    await page.get_by_label("Изменить: kinds.accept.limit", exact=True).click()
    await page.get_by_label("Новое значение").fill("20m")
    await page.get_by_role("button", name="Показать разницу").click()
    await expect(page.locator("#proposal ins")).to_have_text(re.compile("20.мин"))
    await page.get_by_label("Зачем:").fill("Пятнадцати минут мало")
    await page.get_by_role("button", name="Предложить изменение").click()
    await expect(page.locator("#notes")).to_contain_text("Нужно решение")
    await expect(page.locator("#upcoming")).to_contain_text("Ждут решения")
    head = await stage.sit(stage.company.head, "/approvals")
    await head.keyboard.press("a")
    await expect(page.locator("#upcoming [id^='ahead-']")).to_be_visible()
    await head.goto("/decisions?action=propose_policy_change&outcome=done", wait_until="domcontentloaded")
    await head.locator("#rows tbody a").first.click()
    await expect(head.locator("#row h2")).to_have_text("Изменить правила")
    await expect(head.locator("#chain")).to_contain_text("Проверка сейчас")
