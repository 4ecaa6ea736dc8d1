"""Talk with a role in a real browser: typed, streamed, answered, read again after a reload."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Stage
from tests.integration.talking import at_work, work


@asynccontextmanager
async def agents(stage: Stage) -> AsyncGenerator[None]:
    """A worker that answers by rules as soon as somebody asks."""

    async def working() -> None:
        async with at_work(stage.door.desk) as runner:
            while True:
                await work(runner, stage.company)
                await asyncio.sleep(0.05)

    task = asyncio.create_task(working())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_question_typed_is_answered_with_evidence_and_stands_after_a_reload(stage: Stage) -> None:
    order = await stage.company.order()
    page = await stage.sit(stage.company.head, "/chat/ai-rop")
    async with agents(stage):
        words = page.get_by_label("Ваш вопрос или поручение")
        await words.press_sequentially(f"Что с {order.code}?")
        await words.press("Shift+Enter")
        await words.press("Enter")
        turn = page.locator("article.turn")
        await expect(turn.locator(".stamp")).to_contain_text("По правилам")
        await expect(words).to_have_value("")
        await turn.locator("summary").click()
        await expect(turn.get_by_role("table").first).to_be_visible()
        assert await turn.get_by_role("link", name=f"№{order.code}").count() == 1
    await page.reload(wait_until="domcontentloaded")
    await expect(page.locator("article.turn .stamp")).to_contain_text("По правилам")


@pytest.mark.parametrize(
    ("status", "told"), [(403, "Задать этот вопрос вам нельзя"), (503, "Не получилось. Вопрос остался в поле")]
)
async def test_a_refusal_is_told_in_the_pages_own_words(stage: Stage, status: int, told: str) -> None:
    page = await stage.sit(stage.company.head, "/chat/ai-rop")
    refusal = {"title": "Not allowed", "detail": "forbidden: rule=deny"}
    await page.route("**/api/chat/**", lambda route: route.fulfill(status=status, json=refusal))
    words = page.get_by_label("Ваш вопрос или поручение")
    await words.fill("Что горит?")
    await words.press("Enter")
    await expect(page.locator("[data-wrong]")).to_contain_text(told)
    await expect(words).to_have_value("Что горит?")
    stage.watched.troubles.clear()  # the refusal was ours


async def test_an_answer_appears_on_a_page_whose_stream_broke(stage: Stage) -> None:
    page = await stage.sit(stage.company.head, "/chat/ai-rop")
    await page.route("**/api/chat/**", lambda route: route.abort())
    words = page.get_by_label("Ваш вопрос или поручение")
    await words.fill("Что горит?")
    await words.press("Enter")
    await expect(page.locator("[data-wrong]")).to_contain_text("Нет связи")
    await expect(words).to_have_value("Что горит?")
    await page.unroute("**/api/chat/**")
    stage.watched.troubles.clear()  # the broken connection was ours
    await words.press("Enter")
    await expect(page.locator("article[data-pending]")).to_have_count(1)
    await page.reload(wait_until="domcontentloaded")
    async with agents(stage):
        await expect(page.locator("article.turn .stamp")).to_contain_text("По правилам")
