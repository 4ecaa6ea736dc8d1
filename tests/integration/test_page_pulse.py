"""The pulse: the API's numbers in words, lines that add up to them, and behind each number exactly what it counts."""

import html
import json
import re
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from api.pages.pulse_kpis import tile
from domain.assessment import Kpi, trend_of
from domain.clocks import Level
from domain.commands import EscalateOrder, RaiseSignal, RecordPayment
from domain.kpi import Better, Group, Unit
from domain.measures import Period
from domain.orders import Status
from domain.people import CRM_FEED, WATCHDOG, Actor, Role
from domain.policy import SignalCode
from domain.trends import steps
from guardrails.approval.votes import Ballot
from locales import facts, texts
from locales.words import Words
from store import journal
from store.database import Database
from store.measures import metrics_standing, trends
from tests.integration.asking import payable, payment
from tests.integration.busy_company import BusyCompany
from tests.integration.desk import NOON, POLICY, Desk
from tests.integration.door import Door, open_door
from tests.integration.journal_rows import a_row
from tests.integration.test_history import SMALL, START, imported, written

TILE = re.compile(
    r'id="kpi-(?P<key>\w+)">.*?<dd class="number">(?:<a href="(?P<address>[^"]+)"><data value="(?P<value>[^"]+)">)?',
    re.DOTALL,
)


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        yield door


async def page(door: Door, address: str = "/pulse") -> str:
    answer = await door.client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


async def workspace(door: Door, period: str = "7d") -> dict[str, Any]:
    answer = await door.get("/api/admin/workspace", by=door.company.head, period=period)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def tiles(text: str) -> dict[str, tuple[str | None, float | None]]:
    """Each KPI's address and value, as the page has them."""
    return {
        found["key"]: (
            None if found["address"] is None else html.unescape(found["address"]),
            None if found["value"] is None else float(found["value"]),
        )
        for found in TILE.finditer(text)
    }


async def listed(door: Door, address: str) -> int:
    """How many lines a list holds, over all its pages."""
    total = 0
    while True:
        text = await page(door, address)
        total += len(re.findall(r'<th scope="row"', text))
        more = re.search(r'href="([^"]+)" rel="next"', text)
        if more is None:
            return total
        address = html.unescape(more[1])


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_number_is_the_apis_and_leads_to_exactly_what_it_counts(
    door: Door, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr("api.pages.pulse_behind.LINES", 6)
    await BusyCompany(door.company, seed).work(200, hours=24 * 14)
    await door.sign_in(door.company.head)
    facts = {kpi["key"]: kpi for kpi in (await workspace(door))["kpis"]}
    shown = tiles(await page(door))
    assert set(shown) == {key for key, kpi in facts.items() if kpi["group"] in ("main", "target")}
    for key, (address, value) in shown.items():
        assert value == facts[key]["value"], key
        if address is None:
            continue
        counted = re.search(r'data-(?:hits|broken)="(\d+)" data-(?:of|decided)="(\d+)"', await page(door, address))
        if counted is None:  # the queue, which shows what is open now
            assert address.startswith("/queue?")
            assert await listed(door, address) == (facts[key]["numerator"] or facts[key]["value"]), key
            continue
        hits, of = facts[key]["numerator"], facts[key]["denominator"]
        if of is not None:
            assert float(counted[1 if hits is None else 2]) == of, key
        assert float(counted[1]) == (hits if hits is not None else of if of is not None else int(counted[1])), key
        if address.startswith("/pulse/behind/"):
            assert await listed(door, f"{address}&show=hits") == int(counted[1]), key
            assert await listed(door, f"{address}&show=all") == int(counted[2]), key
    assert await listed(door, f"{shown['delivered'][0]}") == facts["delivered"]["value"]


async def test_ages_lead_to_as_many_orders_as_stand_in_the_bar(door: Door) -> None:
    await BusyCompany(door.company, 4).work(120, hours=24 * 6)
    await door.sign_in(door.company.head)
    text = await page(door)
    queue = (await workspace(door))["queue"]
    shown = re.findall(r'<a href="(/pulse/behind/ages[^"]+)" aria-label="[^"]*: (\d+)">', text)
    assert sorted(int(count) for _, count in shown) == sorted(
        count for row in queue for key, count in row.items() if key.endswith("h") and count
    )
    for address, count in shown:
        assert await listed(door, html.unescape(address)) == int(count), address
    totals = re.findall(r'class="code" href="(/queue\?status=\w+)" aria-label="[^"]*: (\d+)"', text)
    assert len(totals) == len(queue)
    for address, count in totals:
        assert await listed(door, address) == int(count), address


@pytest.mark.parametrize("period", ["24h", "7d", "30d"])
async def test_lines_stand_where_the_desk_stood_and_add_up_to_the_kpis(door: Door, period: str) -> None:
    desk = door.company
    await BusyCompany(desk, 5).work(150, hours=24 * 20)
    await door.sign_in(desk.head)
    text = await page(door, f"/pulse?period={period}")
    found = [json.loads(html.unescape(data)) for data in re.findall(r'data-chart="([^"]+)"', text)]
    stood, broken, delivered = ([line["values"] for line in chart["lines"]] for chart in found)
    facts = {kpi["key"]: kpi for kpi in (await workspace(door, period))["kpis"]}
    assert sum(broken[0]) == (facts["sla_breach_rate"]["numerator"] or 0)
    assert sum(delivered[0]) == facts["delivered"]["value"]
    length = timedelta(days={"24h": 1, "7d": 7, "30d": 30}[period])
    span = Period(since=desk.now - length, until=desk.now)
    async with desk.db.reading() as tx:
        expected = (await metrics_standing.stood(tx, steps(span), POLICY, now=desk.now)).standings
        again = await trends.trends(tx, span)
    legend = text.partition('id="trends"')[2].partition("<details")[0]
    numbers = re.findall(r'<a class="code" href="([^"]+)">(\d+)</a>', legend)
    assert len(numbers) == 4
    for address, count in numbers:
        behind = await page(door, html.unescape(address))
        listed = re.search(r'data-(?:of|broken)="(\d+)"|<h2>(\d+) заказ', behind)
        assert listed is not None, address
        assert int(listed[1] or listed[2]) == int(count), address
    assert list(again.open) == stood[0] == [each.open for each in expected]
    assert stood[1] == [each.orders(next(iter(each.by_status))) for each in expected]


async def test_a_trend_is_said_in_words_and_a_target_with_what_became_of_it(door: Door) -> None:
    await BusyCompany(door.company, 1).work(150, hours=24 * 14)
    await door.sign_in(door.company.head)
    text = await page(door)
    facts = {kpi["key"]: kpi for kpi in (await workspace(door))["kpis"]}
    words = {"good": ", лучше", "bad": ", хуже", "same": "было столько же", None: "не с чем сравнить"}
    for key, kpi in facts.items():
        if kpi["group"] == "secondary":
            continue
        part = text.partition(f'id="kpi-{key}"')[2].partition("</div>")[0]
        assert words[kpi["trend"]] in part, key
    critical = text.partition('id="kpi-sla_breach_rate_critical"')[2].partition("</div>")[0]
    met = facts["sla_breach_rate_critical"]["value"] < 0.1
    assert f'Цель: меньше 10\xa0%, <span class="{"good" if met else "bad"}">' in critical.replace("\u202f", "\xa0")


async def test_what_the_desk_decided_is_told_with_its_reason_and_what_waits_with_its_age(door: Door) -> None:
    order = await door.company.order()
    door.company.forward(hours=1)
    await door.company.sweep()
    await door.sign_in(door.company.head)
    text = await page(door)
    decisions = text.partition('id="decisions"')[2]
    assert "сообщили ответственному о сорванном сроке" in decisions
    assert "Срок «приём заказа»" in decisions
    hot = text.partition('id="hot"')[2].partition("</section>")[0]
    assert f'hx-get="/queue/levers/{order.code}"' in hot


async def test_the_pulse_counts_as_crises_what_their_page_lists(door: Door) -> None:
    done = await door.company.do(RaiseSignal(code=SignalCode.SHIPMENT_BLOCKED), door.company.admin.actor)
    await door.company.do(RaiseSignal(code=SignalCode.STUCK_72H), door.company.admin.actor)  # critical, yet no crisis
    await door.sign_in(door.company.head)
    text = await page(door)
    tile = text.partition('<a href="/crises"><data value="')[2].partition('"')[0]
    panel = text.partition('id="crises"')[2].partition("</section>")[0]
    there = re.findall(r'id="crisis-(\d+)"', await page(door, "/crises"))
    assert there == [str(done.value)] == re.findall(r'id="crisis-(\d+)"', panel)
    assert tile == "1"
    assert f'href="/crises/{done.value}"' in panel


async def test_what_was_asked_of_people_is_told_as_it_stands_now(door: Door) -> None:
    order = await payable(door.company)
    payment = RecordPayment(order=order.code, amount_eur=door.company.total(order), reference="P-1")
    await door.company.do(payment, CRM_FEED)
    (asked,) = await door.company.pending()
    (row,) = await door.company.rows("SELECT id FROM ai_decisions WHERE approval_id IS NOT NULL")
    await door.sign_in(door.company.head)
    places = ("/pulse/panel/decisions", "/decisions", f"/decisions/{row['id']}", f"/orders/{order.code}/panel/life")
    for place in places:
        assert "ждёт решения" in await page(door, place), place
    move = '<li id="move-ready_for_shipment">'
    told = (await page(door, f"/orders/{order.code}")).partition(move)[2].partition("</li>")[0]
    assert f'Уже запрошено: <a href="/approvals/{asked.id}">' in told
    assert "<form" not in told
    await door.company.vote(asked.id, door.company.head, Ballot.REJECT, reason="Деньги не дошли")
    for place in places:
        text = await page(door, place)
        assert ("отклонено" in text, "ждёт решения</span>" in text) == (True, False), place


def test_a_long_time_is_told_in_days_and_a_fall_with_a_true_minus() -> None:
    words = Words(texts=texts("ru"), zone=ZoneInfo("Europe/Moscow"), now=NOON)

    def of(value: float, previous: float) -> tuple[str, ...]:
        kpi = Kpi(
            key="cycle_time",
            group=Group.MAIN,
            unit=Unit.HOURS,
            better=Better.LOWER,
            value=value,
            previous=previous,
            delta=value - previous,
            trend=trend_of(value - previous, Better.LOWER),
            numerator=None,
            denominator=None,
            previous_numerator=None,
            previous_denominator=None,
            parts={},
        )
        shown = tile(kpi, None, words, None)
        return tuple(said.replace("\xa0", " ") for said in (shown.value, shown.before, shown.change))

    assert of(480, 360) == ("20,0 дн.", "15,0 дн.", "+5,0 дн.")
    assert of(24, 26.5) == ("24,0 ч", "26,5 ч", "−2,5 ч")


async def test_a_viewer_sees_the_numbers_and_no_lever(door: Door) -> None:
    await door.company.order()
    door.company.forward(hours=1)
    await door.company.sweep()
    await door.sign_in(door.company.viewer)
    assert door.company.viewer.role is Role.VIEWER
    text = await page(door)
    assert "/queue/levers/" not in text
    assert 'href="/approvals' not in text
    await door.sign_in(door.company.anna)
    for path in ("/pulse", "/pulse/behind/delivered", "/pulse/panel/kpis"):
        assert (await door.client.get(path)).status_code == 403, path


async def test_wrong_words_of_an_address_are_refused(door: Door) -> None:
    await door.sign_in(door.company.head)
    for wrong in (
        "?period=1y",
        "/behind/beauty",
        "/behind/delivered?after=%21",
        "/behind/ages?age=old",
        "/behind/delivered?show=me",
    ):
        answer = await door.client.get(f"/pulse{wrong}")
        assert (answer.status_code, "Так не получится" in answer.text) == (422, True), wrong


async def test_an_empty_company_has_a_pulse_without_invented_numbers(door: Door) -> None:
    await door.sign_in(door.company.head)
    text = await page(door)
    assert tiles(text)["cycle_time"] == (None, None)
    assert "нет данных" in text.partition('id="kpi-cycle_time"')[2].partition("</div>")[0]
    assert "Ничего не горит" in text


async def test_where_an_imported_history_counts_each_number_leads_to_its_orders(db: Database) -> None:
    async with open_door(await Desk.open(db, at=START + timedelta(hours=410))) as door:
        await imported(db, written(SMALL), company_clock=False)
        await door.sign_in(door.company.head)
        text = await page(door)
        now = text.partition('id="now"')[2].partition("</section>")[0]
        legend = text.partition('id="trends"')[2].partition("<details")[0]
        shown = re.findall(
            r'<a (?:class="code" )?href="([^"]+)">(?:<data value="\d+">)?(\d+)<', now.partition("<dt>")[2]
        )[:1]
        shown += re.findall(r'<a class="code" href="([^"]+)">(\d+)</a>', legend)[:2]
        assert [count for _, count in shown] == ["2", "2", "1"]
        for address, count in shown:
            assert await listed(door, html.unescape(address)) == int(count), address


async def test_a_request_whose_time_is_over_waits_for_nobody(door: Door) -> None:
    asked = await payment(door.company, await payable(door.company))
    await door.sign_in(door.company.head)
    row = f'<li id="approval-{asked.approval_id}"'
    assert row in await page(door)
    assert (await workspace(door))["approvals"]["count"] == 1
    door.company.forward(hours=24 * 30)
    text = await page(door)
    assert row not in text
    assert '<a href="/approvals"><data value="0">' in text
    assert (await workspace(door))["approvals"]["count"] == 0


async def test_what_roles_only_looked_at_and_thought_is_no_decision(door: Door) -> None:
    actions = [*facts.NOTED, "some_action_of_an_older_version"]
    rows = [a_row(actor_kind="agent", actor="ai-rop", action=action) for action in actions]
    async with door.company.db.transaction() as tx:
        await journal.append(tx, rows)
    await door.sign_in(door.company.head)
    told = (await page(door)).partition('id="decisions"')[2]
    assert told.count('<li id="decision-') == 1
    assert "some_action_of_an_older_version" in told


@pytest.mark.parametrize("by", [WATCHDOG, Actor.agent("ai-rop")])
async def test_an_order_put_before_the_admin_is_told_so_whoever_put_it_there(door: Door, by: Actor) -> None:
    order = await door.company.to_status(await door.company.order(), Status.UNDER_INSPECTION)
    await door.company.pass_time(minutes=23 if by is WATCHDOG else 16)
    if by is not WATCHDOG:
        await door.company.do(EscalateOrder(order=order.code, reason="Клиент ждёт"), by)
    rows = await door.company.rows(
        "SELECT id, result FROM ai_decisions WHERE action = 'escalate' AND actor = :by ORDER BY id DESC", by=by.name
    )
    risen = next(row["id"] for row in rows if row["result"]["level"] == int(Level.L2))
    await door.sign_in(door.company.head)
    told = (await page(door)).partition(f'id="decision-{risen}"')[2].partition("</li>")[0]
    assert "подняли сорванный срок до дежурного администратора" in told
