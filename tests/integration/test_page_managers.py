"""The managers' pages: load and shifts of the team; numbers, orders and calendar of one, whose own it is for most."""

import re
from collections.abc import AsyncGenerator
from datetime import timedelta

import httpx
import pytest

from domain.commands import AcceptOrder, SetConstraint
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.door import SAME_SITE, Door, open_door

HX = {**SAME_SITE, "HX-Request": "true"}


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        yield door


async def page(door: Door, address: str) -> str:
    answer = await door.client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


async def post(door: Door, address: str, **form: object) -> httpx.Response:
    return await door.client.post(address, data=form, headers=HX)


def row_of(text: str, number: int) -> str:
    found = re.search(rf'<tr id="manager-{number}">(.*?)</tr>', text, flags=re.DOTALL)
    assert found is not None
    return found[1]


async def test_the_team_stands_with_load_shift_orders_by_stage_and_telegram(door: Door) -> None:
    desk = door.company
    order, _ = await desk.give(desk.anna, 2)
    await desk.do(AcceptOrder(order=order.code), desk.anna.actor)
    await desk.alter(desk.boris, telegram_blocked_at=desk.now)
    await desk.alter(desk.vera, telegram_id=None)
    await door.sign_in(desk.viewer)
    text = await page(door, "/managers")
    assert len(re.findall(r'<tr id="manager-', text)) == 3
    anna = row_of(text, desk.anna.id)
    assert "на смене" in anna
    assert f'href="/queue?owner={desk.anna.id}&amp;status=under_inspection">1</a>' in anna
    assert "подключён" in anna
    assert "бот заблокирован" in row_of(text, desk.boris.id)
    assert "не подключён" in row_of(text, desk.vera.id)


async def test_one_manager_has_numbers_beside_the_former_ones_orders_and_two_weeks_ahead(door: Door) -> None:
    desk = door.company
    order, other = await desk.give(desk.anna, 2)
    await desk.do(AcceptOrder(order=order.code), desk.anna.actor)
    await door.sign_in(desk.head)
    text = await page(door, f"/managers/{desk.anna.id}")
    assert "Получено заказов" in text
    assert {order.code, other.code} == set(re.findall(r'<tr id="order-([^"]+)"', text))
    calendar = text[text.index('id="calendar"') :]
    assert calendar.count('<th scope="row"') == 14
    assert "выходной" in calendar
    assert "Больше всего поможет" not in text
    for period in ("7d", "30d"):
        assert (await door.client.get(f"/managers/{desk.anna.id}?period={period}")).status_code == 200
    assert (await door.client.get(f"/managers/{desk.anna.id}?period=1y")).status_code == 422


async def test_a_manager_sees_own_page_only_and_its_kind_words(door: Door) -> None:
    desk = door.company
    orders = await desk.give(desk.anna, 3)
    for order in orders:
        await desk.do(AcceptOrder(order=order.code), desk.anna.actor)
    await door.sign_in(desk.anna)
    text = await page(door, "/managers")
    assert re.findall(r'<tr id="manager-(\d+)"', text) == [str(desk.anna.id)]
    own = await page(door, f"/managers/{desk.anna.id}")
    assert "Отлично!" in own
    assert "/do/set_constraint" not in own
    assert "/do/set_availability" in own
    assert (await door.client.get(f"/managers/{desk.boris.id}")).status_code == 403
    assert (await door.client.get(f"/managers/{desk.boris.id}/panel/card")).status_code == 403


async def test_away_and_back_are_set_by_a_leader_and_by_oneself_and_not_for_a_colleague(door: Door) -> None:
    desk = door.company
    until = f"{desk.now + timedelta(hours=29):%Y-%m-%dT%H:%M}"
    await door.sign_in(desk.head)
    assert (await post(door, "/do/set_availability", person_id=desk.anna.id, away_until=until)).status_code == 200
    text = await page(door, f"/managers/{desk.anna.id}")
    assert "нет на месте" in text[text.index('id="shift"') : text.index('id="limits"')]
    assert "нет на месте" in text[text.index('id="calendar"') :]
    await door.sign_in(desk.anna)
    assert (await post(door, "/do/set_availability", person_id=desk.anna.id)).status_code == 200
    assert "на смене" in await page(door, f"/managers/{desk.anna.id}")
    assert (await post(door, "/do/set_availability", person_id=desk.boris.id, away_until=until)).status_code == 403


async def test_constraints_stand_with_who_set_them_and_why(door: Door) -> None:
    desk = door.company
    await door.sign_in(desk.head)
    form = {"manager_id": desk.anna.id, "max_load": "4.5", "no_ebikes": "true", "reason": "Обучается"}
    assert (await post(door, "/do/set_constraint", **form)).status_code == 200
    text = await page(door, f"/managers/{desk.anna.id}")
    assert "<dd>4.5</dd>" in text
    assert "не получает" in text
    assert f"{desk.head.name}, " in text
    assert ": Обучается" in text
    lifted = {**form, "max_load": "", "lift_load": "true", "no_ebikes": "false", "reason": "Обучилась"}
    assert (await post(door, "/do/set_constraint", **lifted)).status_code == 200
    text = await page(door, f"/managers/{desk.anna.id}")
    assert "без предела" in text
    assert "не получает" not in text


async def test_what_a_new_constraint_does_not_name_stays_as_it_was(door: Door) -> None:
    desk = door.company
    kept = "SELECT constraints FROM managers WHERE id = :id"
    anna = desk.anna.id
    for change, present in (
        ({"no_ebikes": True}, {"no_ebikes": True}),
        ({"max_load": 4.5}, {"max_load": 4.5, "no_ebikes": True}),
        ({"no_ebikes": False}, {"max_load": 4.5}),
        ({"lift_load": True}, {}),
    ):
        command = SetConstraint.model_validate({"manager_id": anna, "reason": "Обучение", **change})
        await desk.do(command, desk.admin.actor)
        assert await desk.value(kept, id=anna) == present


async def test_who_is_no_manager_has_no_page_here(door: Door) -> None:
    await door.sign_in(door.company.head)
    assert (await door.client.get(f"/managers/{door.company.head.id}")).status_code == 404
