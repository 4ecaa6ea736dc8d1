"""The signals' page: filters, pages by key, evidence in words, levers through the gate, own orders for a manager."""

import re
from collections.abc import AsyncGenerator

import httpx
import pytest

from domain.commands import RaiseSignal
from domain.policy import SignalCode
from domain.severity import Severity
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.door import SAME_SITE, Door, open_door

HX = {**SAME_SITE, "HX-Request": "true"}


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        yield door


async def raised(desk: Desk, code: SignalCode, **fields: object) -> int:
    done = await desk.do(RaiseSignal.model_validate({"code": code, **fields}), desk.admin.actor)
    assert isinstance(done.value, int)
    return done.value


async def page(door: Door, address: str = "/signals") -> str:
    answer = await door.client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


def numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r'<tr id="signal-(\d+)"', text)]


async def post(door: Door, address: str, **form: object) -> httpx.Response:
    return await door.client.post(address, data=form, headers=HX)


async def test_filters_leave_what_they_name(door: Door) -> None:
    desk = door.company
    order = await desk.order()
    about = await raised(desk, SignalCode.DEFECT_RISK, order=order.code)
    slow = await raised(desk, SignalCode.API_DEGRADED)
    low = await raised(desk, SignalCode.FUNNEL_DROP, severity=Severity.LOW)
    await door.sign_in(desk.head)
    assert numbers(await page(door)) == [low, slow, about]
    assert numbers(await page(door, "/signals?severity=low")) == [low]
    assert numbers(await page(door, "/signals?code=api_degraded")) == [slow]
    assert numbers(await page(door, "/signals?circle=trust_quality")) == [about]
    assert numbers(await page(door, f"/signals?order={order.code}")) == [about]
    assert numbers(await page(door, "/signals?state=settled")) == []
    for wrong in ("severity=awful", "code=nonsense", "state=lost", "after=x"):
        assert (await door.client.get(f"/signals?{wrong}")).status_code == 422, wrong


async def test_pages_by_key_show_each_signal_once(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.pages.signals.LINES", 2)
    desk = door.company
    made = [await raised(desk, code) for code in tuple(SignalCode)[:5]]
    await door.sign_in(desk.head)
    seen: list[int] = []
    address: str | None = "/signals?state=all"
    while address is not None:
        text = await page(door, address)
        seen += numbers(text)
        following = re.search(r'href="([^"]+)" rel="next"', text)
        address = None if following is None else following[1].replace("&amp;", "&")
    assert seen == made[::-1]


async def test_evidence_is_told_in_words_and_what_has_no_words_as_it_was_given(door: Door) -> None:
    desk = door.company
    given = {"manager": desk.anna.id, "clock": "accept", "amount_eur": 12.5, "looks": "<b>плохо</b>"}
    await raised(desk, SignalCode.OVERLOAD, evidence=given, person_id=desk.boris.id)
    await door.sign_in(desk.head)
    text = await page(door)
    assert f"<td>{desk.boris.name}</td>" in text
    assert f"менеджер:</span> {desk.anna.name}" in text
    assert "срок:</span> приём заказа" in text
    assert "12,50" in text
    assert "looks:</span> &lt;b&gt;плохо&lt;/b&gt;" in text


async def test_a_leader_takes_a_signal_puts_it_away_resolves_and_rejects(door: Door) -> None:
    desk = door.company
    first = await raised(desk, SignalCode.API_DEGRADED)
    second = await raised(desk, SignalCode.OVERLOAD)
    await door.sign_in(desk.head)
    assert (await post(door, "/do/hold_signal", signal_id=first, option="taken")).status_code == 200
    assert "в работе" in await page(door)
    assert (await post(door, "/do/resolve_signal", signal_id=first, resolution="Снова быстро")).status_code == 200
    rejected = await post(door, "/do/resolve_signal", signal_id=second, resolution="Ошибка", rejected="true")
    assert rejected.status_code == 200, rejected.text
    text = await page(door, "/signals?state=settled")
    assert numbers(text) == [second, first]
    assert "Снова быстро" in text
    assert "отклонён" in text


async def test_a_signal_is_raised_with_what_was_seen_and_a_crisis_leads_to_its_page(door: Door) -> None:
    await door.sign_in(door.company.head)
    form = {"code": "pending_spike", "severity": "", "order": "", "note": "Очередь растёт", "number": "14"}
    assert (await post(door, "/signals/raise", **form)).status_code == 200
    (signal,) = await door.company.rows("SELECT id, evidence FROM ai_signals")
    assert signal["evidence"] == {"note": "Очередь растёт", "number": "14"}
    text = await page(door)
    assert f'href="/crises/{signal["id"]}"' in text
    assert "/do/resolve_signal" not in text
    assert (await post(door, "/signals/raise", **{**form, "code": "nonsense"})).status_code == 422


async def test_a_manager_sees_and_raises_those_on_own_orders_only(door: Door) -> None:
    desk = door.company
    mine, other = await desk.order(), await desk.order()
    owner = next(member for member in desk.managers if member.id == mine.owner_id)
    own = await raised(desk, SignalCode.DEFECT_RISK, order=mine.code)
    await raised(desk, SignalCode.DEFECT_RISK, order=other.code)
    await raised(desk, SignalCode.API_DEGRADED)
    await door.sign_in(owner)
    text = await page(door)
    assert numbers(text) == [own]
    assert "/do/" not in text
    assert (await door.client.get(f"/signals?order={other.code}")).status_code == 403
    seen = {"code": "claim_opened", "note": "Клиент недоволен"}
    assert (await post(door, "/signals/raise", order=mine.code, **seen)).status_code == 200
    assert (await post(door, "/signals/raise", order=other.code, **seen)).status_code == 403
    assert (await post(door, "/signals/raise", **seen)).status_code == 403
