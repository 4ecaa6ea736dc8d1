"""The crises' page: one rule what is one, the metric beside its bound, the end by metric or word, the postmortem."""

import re
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import CloseCrisis, RaiseSignal, ResolveSignal, WritePostmortem
from domain.crises import METRICS, Reading
from domain.errors import ConflictError, ForbiddenError, NotFoundError
from domain.policy import SignalCode
from evals.bench.history import CRISIS
from store.database import Database
from store.measures import crisis_metrics
from tests.integration.desk import Desk
from tests.integration.door import SAME_SITE, Door, open_door

HX = {**SAME_SITE, "HX-Request": "true"}
PARTS = {"cause": "Заболели двое", "done": "Раздали заказы", "effect": "Очередь 3", "protection": "Дежурный резерв"}


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        yield door


async def crisis(desk: Desk, code: SignalCode = SignalCode.PENDING_SPIKE) -> int:
    done = await desk.do(RaiseSignal(code=code, evidence={"orders": 14}), desk.admin.actor)
    assert isinstance(done.value, int)
    return done.value


async def page(door: Door, address: str) -> str:
    answer = await door.client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


async def post(door: Door, address: str, **form: object) -> httpx.Response:
    return await door.client.post(address, data=form, headers=HX)


async def test_the_menu_and_the_page_count_the_same_signals_as_crises(door: Door) -> None:
    number = await crisis(door.company)
    await door.company.do(RaiseSignal(code=SignalCode.API_DEGRADED), door.company.admin.actor)
    await door.sign_in(door.company.head)
    text = await page(door, "/crises")
    assert re.findall(r'id="crisis-(\d+)"', text) == [str(number)]
    assert "Идёт 1 кризис" in text
    menu = re.search(r'href="/crises"[^>]*>.*?class="count">(\d+)<', text)
    assert menu is not None
    assert menu[1] == "1"


async def test_one_crisis_shows_owner_deadline_evidence_and_its_metric_against_the_bound(door: Door) -> None:
    await door.company.orders(3)
    number = await crisis(door.company)
    await door.sign_in(door.company.head)
    text = await page(door, f"/crises/{number}")
    assert "AI-РОП" in text
    assert "осталось 2 ч" in text
    assert "<dt>заказы</dt><dd>14</dd>" in text
    assert "Заказы, которые ждут менеджера" in text
    assert re.search(r'class="good">3</strong>, граница <strong>10</strong>: в границе', text)
    assert 'data-line="[[' in text


async def test_the_metric_of_a_crisis_is_read_once_a_look_at_its_page(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await crisis(door.company)
    await door.sign_in(door.company.head)
    read: list[str] = []
    readings = crisis_metrics.readings

    async def counted(tx: AsyncConnection, code: str, *args: Any, **more: Any) -> list[Reading] | None:
        read.append(code)
        return await readings(tx, code, *args, **more)

    monkeypatch.setattr("api.pages.crises.crisis_metrics.readings", counted)
    await page(door, f"/crises/{number}")
    assert read == [SignalCode.PENDING_SPIKE]


def test_the_crises_of_the_bench_have_a_metric_to_draw() -> None:
    assert CRISIS in METRICS


async def test_what_nothing_measures_says_so(door: Door) -> None:
    number = await crisis(door.company, SignalCode.INTEGRATION_DOWN)
    await door.sign_in(door.company.head)
    assert "пока не измеряется" in await page(door, f"/crises/{number}")
    assert "data-line=" not in await page(door, f"/crises/{number}")


async def test_a_signal_that_is_no_crisis_has_no_page_here(door: Door) -> None:
    other = await crisis(door.company, SignalCode.API_DEGRADED)
    await door.sign_in(door.company.head)
    assert (await door.client.get(f"/crises/{other}")).status_code == 404
    assert (await door.client.get("/crises/4711")).status_code == 404
    with pytest.raises(NotFoundError):
        await door.company.do(CloseCrisis(signal_id=other, resolution="Готово"), door.company.admin.actor)


async def test_a_crisis_whose_metric_is_outside_ends_only_on_a_leaders_word(door: Door) -> None:
    desk = door.company
    await desk.orders(12)
    number = await crisis(desk)
    await desk.pass_time(minutes=40)
    closing = CloseCrisis(signal_id=number, resolution="Разобрали")
    with pytest.raises(ConflictError) as refused:
        await desk.do(closing, desk.admin.actor)
    assert refused.value.params["state"] == "outside"
    done = await desk.do(closing.model_copy(update={"insist": True}), desk.admin.actor)
    assert done.result["metric"] == "outside"
    assert await desk.signals(status="resolved") == ["pending_spike"]
    assert (await desk.verify()).ok


async def test_a_crisis_whose_metric_is_calm_again_is_closed_by_a_confirmation(door: Door) -> None:
    desk = door.company
    number = await crisis(desk)
    done = await desk.do(CloseCrisis(signal_id=number, resolution="Всё спокойно"), desk.head.actor)
    assert done.result["metric"] == "calm"


async def test_an_unmeasured_crisis_needs_the_word_too_and_managers_close_none(door: Door) -> None:
    desk = door.company
    number = await crisis(desk, SignalCode.CHANNEL_OUTAGE)
    with pytest.raises(ConflictError):
        await desk.do(CloseCrisis(signal_id=number, resolution="Работает"), desk.head.actor)
    with pytest.raises(ForbiddenError):
        await desk.do(CloseCrisis(signal_id=number, resolution="Работает", insist=True), desk.anna.actor)


async def test_the_postmortem_comes_after_the_end_whole_and_once(door: Door) -> None:
    desk = door.company
    number = await crisis(desk)
    with pytest.raises(ConflictError):
        await desk.do(WritePostmortem(signal_id=number, **PARTS), desk.head.actor)
    await desk.do(CloseCrisis(signal_id=number, resolution="Всё спокойно"), desk.head.actor)
    await door.sign_in(desk.head)
    assert "ещё не записан" in await page(door, "/crises")
    lacking = await post(door, "/do/write_postmortem", signal_id=number, **{**PARTS, "protection": ""})
    assert lacking.status_code == 422
    written = await post(door, "/do/write_postmortem", signal_id=number, **PARTS)
    assert written.status_code == 200, written.text
    text = await page(door, f"/crises/{number}")
    assert "Дежурный резерв" in text
    assert desk.head.name in text
    assert (await post(door, "/do/write_postmortem", signal_id=number, **PARTS)).status_code == 409
    assert (await desk.verify()).ok


async def test_a_plan_gives_mini_tasks_and_becomes_the_next_step(door: Door) -> None:
    desk = door.company
    number = await crisis(desk)
    await door.sign_in(desk.head)
    plan = {
        "goal": "Очередь меньше десяти",
        "text": ["Взять пять заказов", "", ""],
        "owner_id": [str(desk.anna.id)] * 3,
        "due_at": ["2026-11-18T14:00"] * 3,
    }
    answer = await door.client.post(f"/crises/{number}/plan", data=plan, headers=HX)
    assert answer.status_code == 200, answer.text
    text = await page(door, f"/crises/{number}")
    assert "Взять пять заказов, осталось 2 ч" in text
    (task,) = await desk.rows("SELECT id, owner_id FROM tasks WHERE kind = 'manual'")
    assert task["owner_id"] == desk.anna.id
    assert (await post(door, "/do/complete_task", task_id=task["id"])).status_code == 200
    assert "сделано" in await page(door, f"/crises/{number}")
    assert (await door.client.post(f"/crises/{number}/plan", data={"goal": "Ещё"}, headers=HX)).status_code == 422


async def test_who_only_looks_sees_no_levers_and_managers_see_no_crises(door: Door) -> None:
    number = await crisis(door.company)
    await door.sign_in(door.company.viewer)
    text = await page(door, f"/crises/{number}")
    assert "/do/close_crisis" not in text
    assert "/plan" not in text
    assert (await post(door, "/do/close_crisis", signal_id=number, resolution="Всё")).status_code == 403
    await door.sign_in(door.company.anna)
    assert (await door.client.get(f"/crises/{number}")).status_code == 403


async def test_those_that_are_over_come_by_pages(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.pages.crises.LINES", 2)
    desk = door.company
    numbers: list[int] = []
    for _ in range(5):
        numbers.append(await crisis(desk))
        await desk.do(ResolveSignal(signal_id=numbers[-1], resolution="Прошло"), desk.admin.actor)
    await door.sign_in(desk.head)
    seen: list[str] = []
    address: str | None = "/crises"
    while address is not None:
        text = await page(door, address)
        seen += re.findall(r'id="crisis-(\d+)"', text)
        following = re.search(r'href="([^"]+)" rel="next"', text)
        address = None if following is None else following[1].replace("&amp;", "&")
    assert seen == [str(number) for number in reversed(numbers)]


async def test_a_crisis_is_not_ended_past_its_metric_by_calling_its_signal_dealt_with(door: Door) -> None:
    desk = door.company
    await door.sign_in(desk.head)
    unmeasured = await crisis(desk, SignalCode.INTEGRATION_DOWN)
    answer = await post(door, "/do/resolve_signal", signal_id=unmeasured, resolution="Прошло")
    assert (answer.status_code, "подтвердите" in answer.text) == (409, True)
    assert await desk.value("SELECT status FROM ai_signals WHERE id = :id", id=unmeasured) == "open"
    closed = await post(door, "/do/close_crisis", signal_id=unmeasured, resolution="Прошло", insist="true")
    assert closed.status_code == 200
    calm = await crisis(desk)
    assert (await post(door, "/do/resolve_signal", signal_id=calm, resolution="Прошло")).status_code == 200


async def test_a_crisis_may_be_called_a_false_alarm_unless_its_metric_says_otherwise(door: Door) -> None:
    desk = door.company
    await door.sign_in(desk.head)
    unmeasured = await crisis(desk, SignalCode.INTEGRATION_DOWN)
    false_alarm = {"resolution": "Это была проверка", "rejected": "true"}
    assert (await post(door, "/do/resolve_signal", signal_id=unmeasured, **false_alarm)).status_code == 200
    for _ in range(12):
        await desk.order()
    real = await crisis(desk)
    assert (await post(door, "/do/resolve_signal", signal_id=real, **false_alarm)).status_code == 409
    assert await desk.value("SELECT status FROM ai_signals WHERE id = :id", id=real) == "open"
