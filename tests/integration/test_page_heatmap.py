"""The heatmap: each cell equals an independent recount, and leads to exactly the violations that it counts."""

import html
import re
from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from domain.measures import Period
from store.database import Database
from tests.integration.busy_company import BusyCompany
from tests.integration.desk import Desk
from tests.integration.door import Door, open_door
from tests.integration.recount import OF_A_STAGE
from tests.integration.test_metrics import measured

MOSCOW = ZoneInfo("Europe/Moscow")
CELL = re.compile(r'<td class="cell">(?:<a class="s\d" href="([^"]+)"[^>]*>(\d+)</a>)')
OPEN = ("pending_manager", "under_inspection", "awaiting_payment", "ready_for_shipment", "in_transit", "delivered")


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        yield door


async def page(door: Door, address: str) -> str:
    answer = await door.client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


async def listed(door: Door, address: str) -> int:
    """How many violations a list holds, over all its pages."""
    total, following = 0, address
    while True:
        text = await page(door, following)
        total += text.count('<th scope="row">')
        more = re.search(r'href="([^"]+)" rel="next"', text)
        if more is None:
            return total
        following = html.unescape(more[1])


async def broken(desk: Desk, since: datetime, until: datetime) -> list[Mapping[str, Any]]:
    """Every broken limit of a stage by the raw rows: whose, of which stage, when it fell due."""
    clocks = {row["id"]: row for row in await desk.rows("SELECT * FROM clocks")}
    violations = {(row["clock_id"], row["epoch"]): row for row in await desk.rows("SELECT * FROM ai_sla_violations")}
    found: list[Mapping[str, Any]] = []
    for clock in clocks.values():
        late = clock["closed_at"] is None or clock["closed_at"] > clock["due_at"]
        if late and since < clock["due_at"] <= until:
            seen = violations.get((clock["id"], clock["epoch"]))
            owner = clock["owner_id"] if seen is None or seen["owner_id"] is None else seen["owner_id"]
            found.append({"kind": clock["kind"], "stage": clock["stage"], "owner": owner, "at": clock["due_at"]})
    for (clock_id, epoch), row in violations.items():
        if epoch < clocks[clock_id]["epoch"] and since < row["due_at"] <= until:
            found.append(
                {"kind": row["clock_kind"], "stage": row["stage"], "owner": row["owner_id"], "at": row["due_at"]}
            )
    return [limit for limit in found if limit["kind"] in OF_A_STAGE and limit["stage"] in OPEN]


def asked(address: str) -> tuple[str | None, str | None, str | None, str | None]:
    query = parse_qs(urlsplit(html.unescape(address)).query)
    stage, owner, hour, weekday = (query.get(name, [None])[0] for name in ("stage", "owner", "hour", "weekday"))
    return stage, owner, hour, weekday


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_cell_equals_the_recount_and_leads_to_as_many_violations(
    door: Door, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr("api.pages.heat.LINES", 7)
    desk = door.company
    await BusyCompany(desk, seed).work(200, hours=24 * 16)
    await door.sign_in(desk.head)
    text = await page(door, "/heatmap?period=30d&metric=count")
    expected: Counter[Any] = Counter()
    for limit in await broken(desk, desk.now - timedelta(days=30), desk.now):
        owner, at = str(limit["owner"] or 0), limit["at"].astimezone(MOSCOW)
        expected[limit["stage"], owner, None, None] += 1
        expected[None, owner, str(at.hour), None] += 1
        expected[limit["stage"], None, None, str(at.isoweekday())] += 1
    shown = {asked(address): (html.unescape(address), int(count)) for address, count in CELL.findall(text)}
    assert {cell: count for cell, (_, count) in shown.items()} == expected
    assert len(shown) > 10
    for address, count in shown.values():
        assert await listed(door, address) == count, address


async def test_all_cells_together_are_the_kpi(door: Door) -> None:
    desk = door.company
    await BusyCompany(desk, 3).work(150, hours=24 * 8)
    await door.sign_in(desk.head)
    kpis = await measured(desk, Period(since=desk.now - timedelta(days=7), until=desk.now))
    for key, more in (("sla_breach_rate", ""), ("sla_breach_rate_critical", "&critical=true")):
        text = await page(door, f"/heatmap/behind?period=7d{more}")
        counted = re.search(r'data-broken="(\d+)" data-decided="(\d+)"', text)
        assert counted is not None
        assert (float(counted[1]), float(counted[2])) == (kpis[key].numerator, kpis[key].denominator)


async def test_an_empty_company_says_that_there_is_no_data(door: Door) -> None:
    await door.sign_in(door.company.head)
    assert "Нет данных: за этот период не решился ни один срок." in await page(door, "/heatmap")


async def test_a_wrong_filter_is_refused_in_words(door: Door) -> None:
    await door.sign_in(door.company.head)
    for wrong in ("?period=1y", "?metric=beauty", "?clock=cuckoo", "/behind?hour=25", "/behind?after=%21"):
        answer = await door.client.get(f"/heatmap{wrong}")
        assert (answer.status_code, "Так не получится" in answer.text) == (422, True), wrong


async def test_whoever_sees_only_own_orders_has_no_heatmap(door: Door) -> None:
    await door.sign_in(door.company.anna)
    for path in ("/heatmap", "/heatmap/behind", "/heatmap/panel/hours"):
        assert (await door.client.get(path)).status_code == 403, path
    await door.sign_in(door.company.viewer)
    assert (await door.client.get("/heatmap")).status_code == 200
