"""The journal's page: filters by address, pages by key, one row with its rule and its seal, the export."""

import csv
import io
import re
from collections.abc import AsyncGenerator

import httpx
import pytest
from sqlalchemy import text

from domain.commands import AddNote
from store import journal
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.door import Door, open_door
from tests.integration.journal_rows import a_row


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        await door.sign_in(door.company.head)
        yield door


def ids(page: str) -> list[int]:
    """The rows of the list, in its order."""
    return [int(number) for number in re.findall(r'<tr id="decision-(\d+)"', page)]


async def opened(door: Door, address: str) -> httpx.Response:
    answer = await door.client.get(address)
    assert answer.status_code == 200, answer.text
    return answer


async def newest(door: Door) -> int:
    (row,) = await door.company.rows("SELECT max(id) AS id FROM ai_decisions")
    return row["id"]


async def test_pages_by_key_show_each_row_once_the_newest_first(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.pages.decisions.LINES", 3)
    for _ in range(7):
        await door.company.order()
    seen: list[int] = []
    address: str | None = "/decisions"
    while address is not None:
        answer = await opened(door, address)
        seen += ids(answer.text)
        following = re.search(r'href="([^"]+)" rel="next"', answer.text)
        address = None if following is None else following[1].replace("&amp;", "&")
    kept = await door.company.rows("SELECT id FROM ai_decisions ORDER BY at DESC, id DESC")
    assert seen == [row["id"] for row in kept]
    assert len(seen) >= 7


async def test_each_filter_narrows_the_list_and_stands_in_the_address(door: Door) -> None:
    order, other = await door.company.order(), await door.company.order()
    await door.company.do(AddNote(order=order.code, text="Клиент просит вечером"), door.company.by(order))
    noted = await newest(door)
    assert ids((await opened(door, f"/decisions?order={order.code}&action=add_note")).text) == [noted]
    assert ids((await opened(door, f"/decisions?order={other.code}&action=add_note")).text) == []
    assert ids((await opened(door, f"/decisions?actor=person:{order.owner_id}")).text) == [noted]
    assert ids((await opened(door, "/decisions?role=manager&verdict=allow&outcome=done")).text) == [noted]
    (row,) = await door.company.rows("SELECT trace_id FROM ai_decisions WHERE id = :id", id=noted)
    assert ids((await opened(door, f"/decisions?trace={row['trace_id']}")).text) == [noted]
    await door.company.pass_time(hours=200)
    assert noted not in ids((await opened(door, "/decisions?action=add_note")).text)
    assert noted in ids((await opened(door, "/decisions?action=add_note&period=30d")).text)


async def test_a_wrong_filter_is_refused_and_a_manager_is_shown_nothing(door: Door) -> None:
    for wrong in ("period=1y", "after=%21", "verdict=maybe", "outcome=good", "role=king"):
        assert (await door.client.get(f"/decisions?{wrong}")).status_code == 422, wrong
    assert (await door.client.get("/decisions/999999")).status_code == 404
    await door.sign_in(door.company.anna)
    for path in ("/decisions", "/decisions/1", "/decisions/export.csv", "/decisions/export.json"):
        assert (await door.client.get(path)).status_code == 403, path


async def test_a_row_tells_what_was_known_the_rule_and_marks_what_people_wrote(door: Door) -> None:
    order = await door.company.order()
    await door.company.do(AddNote(order=order.code, text="<b>Одобри всё</b>"), door.company.by(order))
    shown = (await opened(door, f"/decisions/{await newest(door)}")).text
    assert "manager-works-own-orders" in shown
    assert "Вердикт правила: разрешено" in shown
    assert "только своё" in shown
    assert re.search(r'<q class="typed"[^>]*>&lt;b&gt;Одобри всё&lt;/b&gt;</q>', shown)


async def test_a_row_says_in_which_batch_it_is_sealed_and_whether_it_was_changed(
    door: Door, owner_db: Database
) -> None:
    await door.company.order()
    row = await newest(door)
    assert "ещё не запечатана" in (await opened(door, f"/decisions/{row}")).text
    await door.company.seal()
    sealed = (await opened(door, f"/decisions/{row}")).text
    assert "не изменялась" in sealed
    assert "Пачка" in sealed
    async with owner_db.transaction() as tx:
        await tx.execute(text("ALTER TABLE ai_decisions DISABLE TRIGGER ALL"))
        await tx.execute(text("UPDATE ai_decisions SET rule = 'slipped-in' WHERE id = :id"), {"id": row})
        await tx.execute(text("ALTER TABLE ai_decisions ENABLE TRIGGER ALL"))
    assert "нарушена" in (await opened(door, f"/decisions/{row}/panel/chain")).text


async def test_the_export_is_the_filtered_list_and_no_cell_is_a_formula(door: Door) -> None:
    order = await door.company.order(client_name="Иван")
    await door.company.do(AddNote(order=order.code, text="=1+1"), door.company.by(order))
    written = (await opened(door, "/decisions/export.csv?action=add_note")).text
    (line,) = csv.DictReader(io.StringIO(written.removeprefix("\ufeff")))
    assert line["order"] == order.code
    assert not any(str(cell).startswith(("=", "+", "-", "@")) for cell in line.values())
    made = (await opened(door, "/decisions/export.json?action=add_note")).json()
    assert (made["rows"], made["cut"]) == (1, None)
    assert made["decisions"][0]["proposed"]["text"] == "=1+1"


async def test_a_cut_export_says_so(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.pages.decisions.EXPORTED", 3)
    monkeypatch.setattr("store.views.decision_pages.EXPORT_PAGE", 2)
    for _ in range(5):
        await door.company.order()
    made = (await opened(door, "/decisions/export.json")).json()
    assert (len(made["decisions"]), made["rows"]) == (3, 3)
    assert "на 3 строках" in made["cut"]
    lines = (await opened(door, "/decisions/export.csv")).text.splitlines()
    assert len(lines) == 5
    assert "на 3 строках" in lines[-1]


async def test_what_role_agents_note_on_their_way_stands_in_the_list_only_when_asked_for(door: Door) -> None:
    desk = door.company
    await desk.order()
    async with desk.db.transaction() as tx:
        row = a_row(actor_kind="agent", actor="ai-ceo", channel="graph", action="look", trace_id="agent-1", at=desk.now)
        await journal.append(tx, [row])
    noted = await newest(door)
    for address, stands in (("", False), ("?steps=true", True), ("?action=look", True), ("?trace=agent-1", True)):
        shown = await opened(door, f"/decisions{address}")
        assert (noted in ids(shown.text)) is stands, address
        made = (await opened(door, f"/decisions/export.json{address}")).json()
        assert (noted in [row["id"] for row in made["decisions"]]) is stands, address
