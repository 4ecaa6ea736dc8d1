"""The chat's page: the conversation as it stands, evidence beside each answer, nobody else's words."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from api.pages.fact_tables import tables
from domain.commands import RecordPayment
from domain.orders import Status
from domain.people import CRM_FEED, Channel
from guardrails.conversation import ask
from locales import texts
from locales.words import Words
from store.database import Database
from tests.integration.desk import Desk, Member
from tests.integration.door import SAME_SITE, Door, open_door
from tests.integration.talking import at_work, work


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        yield door


async def said(door: Door, who: Member, words: str, role: str = "ai-rop") -> int:
    """Somebody's question, answered by rules."""
    async with door.company.db.reading() as tx:
        from store import people

        person = await people.get(tx, who.id)
    asked = await ask(door.desk, person, role, words, channel=Channel.WEB, locale="ru")
    async with at_work(door.desk) as runner:
        await work(runner, door.company)
    return asked.turn_id


async def test_an_answer_stands_with_its_steps_facts_orders_and_stamp(door: Door) -> None:
    order = await door.company.order()
    turn = await said(door, door.company.head, f"Что с {order.code}?")
    await door.sign_in(door.company.head)
    page = (await door.client.get("/chat/ai-rop")).text
    assert f'id="turn-{turn}"' in page
    assert "По правилам, без языковой модели" in page
    assert f'href="/orders/{order.code}"' in page
    assert "<caption" in page.partition("evidence")[2]
    assert 'href="/decisions?trace=' in page
    assert "data-pending" not in page


async def test_a_proposal_shows_its_approval(door: Door) -> None:
    order = await door.company.to_status(await door.company.order(), Status.AWAITING_PAYMENT)
    await door.company.do(RecordPayment(order=order.code, amount_eur=Decimal(400), reference="P-1"), CRM_FEED)
    await said(door, door.company.head, f"верни деньги по {order.code}, 250 €", "ai-cfo")
    await door.sign_in(door.company.head)
    page = (await door.client.get("/chat/ai-cfo")).text
    (waiting,) = await door.company.pending()
    assert f'href="/approvals/{waiting.id}"' in page


async def test_a_conversation_is_its_persons_own(door: Door) -> None:
    turn = await said(door, door.company.head, "Что горит?")
    await door.sign_in(door.company.admin)
    assert f"turn-{turn}" not in (await door.client.get("/chat/ai-rop")).text
    assert "<article" not in (await door.client.get(f"/chat/ai-rop/panel/conversation?turn={turn}")).text


async def test_without_scripts_a_question_is_asked_and_waits_on_the_page(door: Door) -> None:
    await door.sign_in(door.company.anna)
    sent = await door.client.post("/chat/ai-rop", data={"text": "Что горит?"}, headers=SAME_SITE)
    assert sent.headers["location"] == "/chat/ai-rop"
    page = (await door.client.get("/chat/ai-rop")).text
    assert "data-pending" in page
    assert (await door.client.post("/chat/ai-rop", data={"text": "?"})).status_code == 403


async def test_viewers_look_and_an_unknown_role_is_named_with_those_there_are(door: Door) -> None:
    await door.sign_in(door.company.viewer)
    assert 'id="say"' not in (await door.client.get("/chat/ai-rop")).text
    assert (await door.client.post("/chat/ai-rop", data={"text": "?"}, headers=SAME_SITE)).status_code == 403
    assert (await door.client.get("/chat/ai-cook")).status_code == 404
    assert (await door.client.get("/chat")).headers["location"] == "/chat/ai-rop"


def test_nested_facts_become_rows_and_columns() -> None:
    words = Words(texts=texts("ru"), zone=ZoneInfo("Europe/Moscow"), now=datetime(2026, 11, 18, 9, tzinfo=UTC))
    found = tables(
        {
            "open": 3,
            "by": {"status": "in_transit"},
            "orders": [{"order": "1", "due_at": "2026-11-18T12:00:00+00:00"}, {"order": "2", "late": True}],
        },
        words,
    )
    assert [(each.name, each.columns) for each in found] == [("", ()), ("заказы", ["заказ", "срок", "late"])]
    assert found[0].rows == [("открыто", "3"), ("by.статус", "В пути")]
    assert found[1].rows == [["1", "18 ноября 2026 года в 15:00", ""], ["2", "", "да"]]


def test_columns_that_do_not_fit_are_counted() -> None:
    words = Words(texts=texts("ru"), zone=ZoneInfo("Europe/Moscow"), now=datetime(2026, 11, 18, 9, tzinfo=UTC))
    wide, narrow = ({"orders": [{f"key{number}": number for number in range(count)}]} for count in (11, 8))
    assert [(len(each.columns), each.columns_left_out) for each in tables(wide, words)] == [(8, 3)]
    assert [(len(each.columns), each.columns_left_out) for each in tables(narrow, words)] == [(8, 0)]
