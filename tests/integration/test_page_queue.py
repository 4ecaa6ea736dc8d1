"""The queue's page: filters, sorts and pages by address, own orders for a manager, many at once through the gate."""

import re
from collections.abc import AsyncGenerator

import pytest

from domain.commands import CancelOrder
from domain.orders import CancelReason
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.door import SAME_SITE, Door, open_door


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        yield door


def codes(text: str) -> list[str]:
    """The orders of the list, in its order."""
    return re.findall(r'<tr id="order-([^"]+)"', text)


async def listed(door: Door, address: str = "/queue") -> list[str]:
    answer = await door.client.get(address)
    assert answer.status_code == 200, answer.text
    return codes(answer.text)


async def test_pages_by_key_show_each_order_once_in_every_sort(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.pages.queue.LINES", 2)
    made = {(await door.company.order(price_eur=1000 + number)).code for number in range(5)}
    await door.sign_in(door.company.head)
    for sort in ("urgency", "oldest", "newest", "price"):
        seen: list[str] = []
        address: str | None = f"/queue?sort={sort}"
        while address is not None:
            answer = await door.client.get(address)
            seen += codes(answer.text)
            following = re.search(r'href="([^"]+)" rel="next"', answer.text)
            address = None if following is None else following[1].replace("&amp;", "&")
        assert (sorted(seen), len(seen)) == (sorted(made), 5), sort


async def test_a_manager_sees_own_orders_and_cannot_ask_for_others(door: Door) -> None:
    mine = await door.company.order()
    other = await door.company.order()
    owner = next(member for member in door.company.managers if member.id == mine.owner_id)
    assert other.owner_id != mine.owner_id
    await door.sign_in(owner)
    assert await listed(door) == [mine.code]
    assert (await door.client.get(f"/queue?owner={other.owner_id}")).status_code == 403
    assert (await door.client.get(f"/queue/levers/{mine.code}")).status_code == 403


async def test_each_order_says_its_next_step_and_which_limit_is_broken(door: Door) -> None:
    order = await door.company.order()
    door.company.forward(minutes=20)
    await door.company.sweep()
    await door.sign_in(door.company.head)
    row = (await door.client.get("/queue")).text.partition(f'id="order-{order.code}"')[2].partition("</tr>")[0]
    assert "Примите заказ" in row
    assert '<span class="small bad">сорван: приём заказа</span>' in row
    window = (await door.client.get(f"/queue/levers/{order.code}")).text
    assert "Сорван срок: приём заказа" in window
    assert 'name="due_at" type="datetime-local" required value="2026-11-18T14:20"' in window


async def test_a_wrong_link_leads_back_to_the_page_without_filters(door: Door) -> None:
    await door.sign_in(door.company.head)
    refused = await door.client.get("/queue?age=1y")
    assert '<a class="button primary" href="/queue">Показать без отбора</a>' in refused.text
    missing = await door.client.get("/orders/none")
    assert "Показать без отбора" not in missing.text


async def test_a_wrong_filter_is_refused_in_words(door: Door) -> None:
    await door.sign_in(door.company.head)
    for wrong in ("sort=beauty", "after=%21", "age=1y", "severity=awful"):
        answer = await door.client.get(f"/queue?{wrong}")
        assert answer.status_code == 422, wrong
        assert "Так не получится" in answer.text


async def test_a_few_chosen_orders_change_hands_at_once_and_many_wait_for_a_head(door: Door) -> None:
    orders = [await door.company.order() for _ in range(12)]
    owner = orders[0].owner_id
    mine = [order.code for order in orders if order.owner_id == owner]
    await door.sign_in(door.company.admin)
    few = await door.client.post(
        "/queue/reassign", data={"orders": mine[:1], "reason": "Отпуск"}, headers={**SAME_SITE, "HX-Request": "true"}
    )
    assert few.status_code == 200
    assert "Роздано заказов: 1." in few.text
    rest = [order.code for order in orders if order.code not in mine[:1]][:8]
    many = await door.client.post(
        "/queue/reassign", data={"orders": rest, "reason": "Отпуск"}, headers={**SAME_SITE, "HX-Request": "true"}
    )
    pending = await door.company.pending()
    assert pending
    for approval in pending:
        assert re.search(rf"Нужно решение: [^\n]+, до [^\n]+\. Запрос {approval.id}\.", many.text), approval.id


async def test_the_same_form_sent_twice_takes_effect_once(door: Door) -> None:
    order = await door.company.order()
    await door.sign_in(door.company.admin)
    window = (await door.client.get(f"/queue/levers/{order.code}")).text
    key = re.search(r'name="_key" value="([^"]+)"', window)
    assert key is not None
    form = {"_key": key[1], "order": order.code, "text": "Позвонить", "due_at": "2026-11-19T12:00"}
    for _ in range(2):
        answer = await door.client.post("/do/create_task", data=form, headers={**SAME_SITE, "HX-Request": "true"})
        assert answer.status_code == 200, answer.text
    (task,) = await door.company.rows("SELECT due_at FROM tasks WHERE kind = 'manual'")
    assert task["due_at"].hour == 9  # noon in Moscow


async def test_a_command_of_the_timers_is_no_lever(door: Door) -> None:
    await door.sign_in(door.company.owner)
    for name in ("sweep_clocks", "audit_orders", "intake_order", "nothing"):
        assert (await door.client.post(f"/do/{name}", headers=SAME_SITE)).status_code == 404


async def test_orders_that_are_over_by_now_are_said_to_stay_and_not_counted_as_handed_out(door: Door) -> None:
    first, second = await door.company.give(door.company.managers[0], 2)
    head = door.company.head
    await door.company.do(
        CancelOrder(order=second.code, reason_code=CancelReason.CLIENT_CHANGED_MIND), door.company.managers[0].actor
    )
    await door.sign_in(head)
    given = {"orders": [first.code, second.code], "reason": "Отпуск"}
    answer = await door.client.post("/queue/reassign", data=given, headers={**SAME_SITE, "HX-Request": "true"})
    assert "Роздано заказов: 1." in answer.text
    assert "Осталось на месте: 1." in answer.text


async def test_what_is_so_already_is_not_said_to_be_done(door: Door) -> None:
    order = await door.company.order()
    await door.sign_in(door.company.head)
    wish = {"order": order.code, "urgency": "high", "reason": "Клиент ждёт"}
    notes = [
        (await door.client.post("/do/reprioritise", data=wish, headers={**SAME_SITE, "HX-Request": "true"})).text
        for _ in range(2)
    ]
    assert "Готово" in notes[0]
    assert "Готово" not in notes[1]
    assert "Ничего не изменилось" in notes[1]
