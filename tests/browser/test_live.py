"""Pages keep themselves fresh and leave their reader in peace: nothing typed, chosen, opened or scrolled is lost."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from playwright.async_api import Page, expect

from domain.commands import EndSessions
from store.database import Database
from tests.browser.conftest import Stage, serving
from tests.integration.desk import Desk
from tests.integration.lived_in import live_in
from tests.integration.walk import Way, boards

STATE = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const { id, selectionStart, selectionEnd } = document.activeElement;
  return {
    focus: id,
    caret: [selectionStart, selectionEnd],
    typed: all('input:not([type=hidden], [type=checkbox], [type=radio]), textarea, select')
      .map(each => `${each.id}=${each.value}`).filter(each => !each.endsWith('=')),
    chosen: all('input:checked').map(each => each.id),
    scrolled: scrollY,
    opened: all('details[open], dialog[open], [popover]:popover-open').map(each => each.id),
  };
}"""
OPEN_AND_TYPE = """() => {
  const all = (selector) => document.querySelectorAll(selector);
  for (const each of all('details')) each.open = true;
  all('section.panel [popover]')[0]?.showPopover();
  const typed = ':is(input:not([type]), input[type=text], input[type=search], textarea)';
  for (const each of all(`section.panel ${typed}`)) each.value = 'недописано';
  for (const each of all('section.panel input[type=checkbox]')) each.checked = true;
  const fields = ':is(input:not([type=hidden]), textarea, select)';
  (all(`section.panel :popover-open ${fields}`)[0] ?? all(`section.panel ${fields}`)[0])?.focus();
  scrollTo(0, 120);
}"""
FRESH = """() => new Promise(done => {
  let left = document.querySelectorAll('section.panel[hx-get]').length;
  document.body.addEventListener('htmx:finally:request', () => { left -= 1; if (left === 0) setTimeout(done, 100); });
  document.body.dispatchEvent(new CustomEvent('live:all'));
})"""
HIDE, SHOW = (
    f"""() => {{
  Object.defineProperty(document, 'hidden', {{configurable: true, get: () => {hidden}}});
  document.dispatchEvent(new Event('visibilitychange'));
}}"""
    for hidden in ("true", "false")
)


@asynccontextmanager
async def elsewhere(url: str) -> AsyncGenerator[Desk]:
    """The company as another process has it: connections of its own."""
    database = Database(url, pool_size=2)
    try:
        yield await Desk.join(database)
    finally:
        await database.close()


async def listening(page: Page) -> None:
    """Once it hears, by its own connection or by another tab's."""
    await expect(page.locator("[data-live-state]")).to_have_attribute("data-live-state", "live")


async def test_what_another_process_does_is_on_screen(stage: Stage, database_url: str) -> None:
    page = await stage.sit(stage.company.head, "/queue")
    await listening(page)
    async with elsewhere(database_url) as other:
        order = await other.order(crm_id="elsewhere-1")
        await expect(page.locator(f"#order-{order.code}")).to_be_visible()


async def test_a_reader_in_the_middle_of_the_queue_is_left_in_peace_by_what_happens(
    stage: Stage, database_url: str
) -> None:
    await stage.company.orders(45)
    page = await stage.sit(stage.company.head, "/queue")
    row = page.locator("tbody tr").nth(30)
    code = (await row.get_attribute("id") or "").removeprefix("order-")
    await page.locator("#queue-q").fill("недописанный пои")
    await page.locator("#bulk-reason").fill("отпуск до пятн")
    await row.locator("input[type=checkbox]").check()
    await row.scroll_into_view_if_needed()
    await page.evaluate(
        "id => getSelection().selectAllChildren(document.querySelector(`#${CSS.escape(id)} td:nth-child(4)`))",
        f"order-{code}",
    )
    await page.locator("#bulk-reason").evaluate(
        "each => { each.focus({preventScroll: true}); each.setSelectionRange(2, 5); }"
    )
    await page.evaluate("scrollTo(0, 700)")
    before = await _state(page)
    async with elsewhere(database_url) as other:
        order = await other.order(crm_id="elsewhere-1")
        await expect(page.locator(f"#order-{order.code}")).to_be_attached()
    assert await _state(page) == before
    assert before["focus"] == "bulk-reason"
    assert before["chosen"] == [f"choose-{code}"]


async def _state(page: Page) -> dict[str, object]:
    """What a reader would miss."""
    state: dict[str, object] = await page.evaluate(STATE)
    return state


async def test_a_marked_text_stays_marked(stage: Stage, database_url: str) -> None:
    first = await stage.company.order()
    page = await stage.sit(stage.company.head, "/queue")
    await page.evaluate(
        "id => getSelection().selectAllChildren(document.querySelector(`#${CSS.escape(id)} td:nth-child(5)`))",
        f"order-{first.code}",
    )
    before = await page.evaluate("String(getSelection())")
    assert "Canyon" in before
    async with elsewhere(database_url) as other:
        order = await other.order(crm_id="elsewhere-1")
        await expect(page.locator(f"#order-{order.code}")).to_be_attached()
    assert await page.evaluate("String(getSelection())") == before


async def test_a_window_that_is_open_stays_open_with_what_was_typed_into_it(stage: Stage, database_url: str) -> None:
    first = await stage.company.order()
    page = await stage.sit(stage.company.head, "/queue")
    await page.locator(f"#order-{first.code} a.button").click()
    window = page.locator("dialog#levers")
    await expect(window).to_be_visible()
    field = window.locator("input:not([type=hidden]):not([type=checkbox]), textarea").first
    await field.evaluate(
        "each => { const held = each.closest('[popover]'); held?.showPopover(); each.value = 'недописано'; }"
    )
    async with elsewhere(database_url) as other:
        order = await other.order(crm_id="elsewhere-1")
        await expect(page.locator(f"#order-{order.code}")).to_be_attached()
    await expect(window).to_be_visible()
    assert await field.input_value() == "недописано"


async def test_on_every_page_what_is_typed_chosen_and_opened_outlives_a_refresh_of_all_its_panels(stage: Stage) -> None:
    lived = await live_in(stage.company, stage.door.desk)
    page = await stage.sit(stage.company.head)
    lost: list[str] = []
    for path in boards():
        for address in lived.mine.addresses(Way("GET", path)):
            await page.goto(address, wait_until="domcontentloaded")
            await page.evaluate(OPEN_AND_TYPE)
            before = await _state(page)
            await page.evaluate(FRESH)
            after = await _state(page)
            lost += [
                f"{address}: {name} {before[name]} -> {after[name]}" for name in before if before[name] != after[name]
            ]
    assert lost == [], "\n".join(lost)


async def test_what_was_typed_stays_although_the_page_suggests_something_else_by_now(stage: Stage) -> None:
    page = await stage.sit(stage.company.head, "/queue")
    await page.locator("#queue-q").fill("недописанный пои")
    await page.locator("#filters").evaluate(
        "each => each.setAttribute('hx-get', '/queue/panel/filters?q=new&sort=price')"
    )
    await page.locator("#queue-q").evaluate("each => each.blur()")
    await page.evaluate(FRESH)
    await expect(page.locator("#queue-sort option[selected]")).to_have_attribute("value", "price")
    assert await page.locator("#queue-q").input_value() == "недописанный пои"


async def test_ten_tabs_of_one_browser_all_live_at_once_over_one_connection(stage: Stage, database_url: str) -> None:
    first = await stage.sit(stage.company.head, "/queue")
    tabs = [first, *[await first.context.new_page() for _ in range(9)]]
    for tab in tabs[1:]:
        await tab.goto("/queue", wait_until="domcontentloaded")
    for tab in tabs:
        await listening(tab)
        assert await tab.evaluate("fetch('/queue/panel/orders').then(answer => answer.status)") == 200
    async with elsewhere(database_url) as other:
        order = await other.order(crm_id="elsewhere-1")
        for tab in tabs:
            await expect(tab.locator(f"#order-{order.code}")).to_be_attached()
        # Whoever holds the connection leaves: another one takes over, and nothing of what happens meanwhile is lost.
        await first.close()
        after = await other.order(crm_id="elsewhere-2")
        for tab in tabs[1:]:
            await expect(tab.locator(f"#order-{after.code}")).to_be_attached()


async def test_a_hidden_tab_closes_its_connection_and_looks_anew_when_it_is_shown(
    stage: Stage, database_url: str
) -> None:
    page = await stage.sit(stage.company.head, "/queue")
    await listening(page)
    async with page.expect_event("requestfailed", lambda request: request.url.endswith("/live")):
        await page.evaluate(HIDE)
    async with elsewhere(database_url) as other:
        order = await other.order(crm_id="elsewhere-1")
        await page.evaluate(SHOW)
        await expect(page.locator(f"#order-{order.code}")).to_be_attached()


async def test_a_lost_connection_is_shown_and_heals_with_what_happened_meanwhile(
    stage: Stage, database_url: str
) -> None:
    async with elsewhere(database_url) as other:
        async with serving(stage.door) as base:
            port = urlsplit(base).port
            assert port is not None
            page = await stage.sit(stage.company.head, "/queue", base=base)
            await listening(page)
        await expect(page.locator("[data-live-state]")).to_have_text("нет связи, восстанавливаем")
        order = await other.order(crm_id="elsewhere-1")
        async with serving(stage.door, port=port):
            await expect(page.locator(f"#order-{order.code}")).to_be_attached(timeout=20_000)
            await listening(page)
            await page.context.close()


async def test_who_was_signed_out_while_the_connection_was_lost_is_led_to_the_sign_in(stage: Stage) -> None:
    company = stage.company
    async with serving(stage.door) as base:
        port = urlsplit(base).port
        assert port is not None
        page = await stage.sit(company.head, "/queue", base=base)
        await listening(page)
    await company.do(EndSessions(person_id=company.head.id, at=stage.door.wall()), company.owner.actor)
    async with serving(stage.door, port=port):
        await page.wait_for_url("**/login", timeout=20_000)
        await page.context.close()
