"""The circles' pages: nine roles, KPIs with what is missing, who hears whom, rulings set aside by heads only."""

import re
from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest

from domain.agency import Mode
from domain.arbitration import Stance
from domain.commands import RuleConflict, SetAiMode, TakePosition
from domain.people import Actor
from store import policies
from store.database import Database
from tests.integration.desk import NOON, POLICY, Desk
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


async def ruling(desk: Desk) -> int:
    order = await desk.order()
    await desk.do(TakePosition(order=order.code, stance=Stance.HOLD, reason="Нет проверки"), Actor.agent("ai-grc"))
    await desk.do(TakePosition(order=order.code, stance=Stance.PROCEED, reason="Клиент ждёт"), Actor.agent("ai-rop"))
    done = await desk.do(RuleConflict(order=order.code, reason="Закон выше скорости"), Actor.agent("ai-ceo"))
    assert isinstance(done.value, int)
    return done.value


async def test_all_nine_roles_stand_with_mode_budget_and_who_hears_them(door: Door) -> None:
    await door.company.do(SetAiMode(role="ai-cfo", mode=Mode.SHADOW, reason="Проверяем"), door.company.head.actor)
    await door.sign_in(door.company.viewer)
    text = await page(door, "/circles")
    assert re.findall(r'id="role-([\w-]+)"', text) == list(POLICY.roles.roles)
    assert "только записывает" in text
    assert "0 из 500" in text
    for hearing in POLICY.circles.hears:
        assert f'href="/circles/{hearing.source}"' in text


@pytest.mark.parametrize("role", POLICY.roles.roles)
async def test_every_role_has_its_page_and_every_kpi_a_value_or_what_is_missing(door: Door, role: str) -> None:
    await door.sign_in(door.company.head)
    text = await page(door, f"/circles/{role}")
    rule = POLICY.roles.roles[role]
    assert rule.purpose in text
    assert re.findall(r'id="kpi-(\w+)"', text) == [kpi.value for kpi in rule.kpis]
    shown = re.findall(r'id="kpi-\w+">(.*?)</tr>', text, flags=re.DOTALL)
    assert all("нет данных" in row or re.search(r'class="num">\s*[\d−-]', row) for row in shown)


async def test_a_ruling_stands_with_its_losing_position_and_heads_set_it_aside(door: Door) -> None:
    number = await ruling(door.company)
    await door.sign_in(door.company.admin)
    text = await page(door, "/circles/ai-rop")
    assert "Прав круг: Управление рисками" in text
    assert "Клиент ждёт" in text
    assert "/do/overrule_ruling" not in text
    form = {"ruling_id": number, "reason": "Проверка была"}
    assert (await door.client.post("/do/overrule_ruling", data=form, headers=HX)).status_code == 403
    await door.sign_in(door.company.head)
    assert "/do/overrule_ruling" in await page(door, "/circles/ai-grc")
    assert (await door.client.post("/do/overrule_ruling", data=form, headers=HX)).status_code == 200
    assert "Проверка была" in await page(door, "/circles/ai-ceo")


async def test_a_role_is_switched_from_its_page_and_an_unknown_one_has_none(door: Door) -> None:
    await door.sign_in(door.company.head)
    form = {"role": "ai-rop", "mode": "off", "reason": "Разбираемся"}
    assert (await door.client.post("/do/set_ai_mode", data=form, headers=HX)).status_code == 200
    text = await page(door, "/circles/ai-rop")
    assert "остановлены" in text
    assert "Разбираемся" in text
    assert (await door.client.get("/circles/ai-coo")).status_code == 404


async def test_an_admin_is_offered_no_mode_that_heads_alone_may_set(door: Door) -> None:
    for member, offered in ((door.company.admin, ["shadow", "off"]), (door.company.head, ["act", "shadow", "off"])):
        await door.sign_in(member)
        form = (await page(door, "/circles/ai-rop")).partition('id="switch-mode"')[2].partition("</select>")[0]
        assert re.findall(r'value="(\w+)"', form) == offered


async def test_the_day_of_the_launch_is_the_readers(db: Database) -> None:
    night = NOON + timedelta(hours=13)
    async with open_door(await Desk.open(db, at=night)) as door:
        await door.company.order()
        door.company.forward(days=3)
        async with door.company.db.transaction() as tx:
            await policies.register(tx, POLICY, now=door.company.now)
        door.company.forward(days=3)
        await door.sign_in(door.company.head)
        assert "Запуск 19 ноября" in (await page(door, "/circles/ai-rop")).replace("\xa0", " ")


async def test_managers_see_no_circles(door: Door) -> None:
    await door.sign_in(door.company.anna)
    assert (await door.client.get("/circles")).status_code == 403
    assert (await door.client.get("/circles/ai-rop")).status_code == 403


async def test_what_is_to_fall_is_judged_by_the_time_before_the_launch_and_not_without_it(door: Door) -> None:
    company = door.company
    await door.sign_in(company.head)
    assert 'id="target-' not in await page(door, "/circles/ai-rop"), "nobody has worked by rules yet"
    await company.order()
    company.forward(days=3)
    async with company.db.transaction() as tx:
        await policies.register(tx, POLICY, now=company.now)
    company.forward(days=3)
    rows = dict(re.findall(r'id="target-(\w+)">(.*?)</tr>', await page(door, "/circles/ai-rop"), re.DOTALL))
    assert set(rows) == {"pending_manager_orders", "share_over_72h"}
    assert "снизить на 30" in rows["pending_manager_orders"]
    assert "не выполнена" in rows["pending_manager_orders"], "it waited before and still waits"
    assert 'id="target-' not in await page(door, "/circles/ai-cfo")
