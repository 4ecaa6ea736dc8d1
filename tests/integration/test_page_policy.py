"""The page of the rules: what is in force, a proposal with its difference, what is ahead, and what was changed."""

import re
from collections.abc import AsyncGenerator
from datetime import date, timedelta

import httpx
import pytest

from api.pages.rule_words import FILES, section_lines
from locales import texts
from locales.words import Words
from policy.changing import standing
from store.database import Database
from tests.integration.desk import NOON, POLICY, Desk
from tests.integration.door import SAME_SITE, Door, open_door

TODAY = date(2026, 11, 18)
FETCHED = {**SAME_SITE, "HX-Request": "true"}


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        await door.sign_in(door.company.admin)
        yield door


async def page(door: Door, address: str = "/policy") -> str:
    answer = await door.client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


async def propose(door: Door, value: str = "20m", day: date = TODAY, **changes: str) -> httpx.Response:
    form = {"file": "clocks", "key": "kinds.accept.limit", "value": value, "reason": "Пятнадцати минут мало"}
    sent = {**form, "effective_from": day.isoformat(), **changes}
    return await door.client.post("/policy/propose", data=sent, headers=FETCHED)


def row_of(shown: str, key: str) -> str:
    """The row of a rule in the table."""
    found = re.search(rf'<tr id="rule-{re.escape(key)}">(.*?)</tr>', shown, re.DOTALL)
    assert found is not None, key
    return found[1]


@pytest.mark.parametrize("file", FILES)
def test_every_value_that_can_be_changed_is_listed_under_its_key(file: str) -> None:
    zone = POLICY.calendars.of_team(None).zone
    words = Words(texts=texts("ru"), zone=zone, now=NOON)
    lines = [line for section in section_lines(POLICY, file, words).values() for line in section]
    assert lines
    for line in lines:
        standing(POLICY, file, line.key)


async def test_values_read_as_people_say_them(door: Door) -> None:
    clocks = await page(door)
    accept = row_of(clocks, "clocks-kinds.accept.limit")
    assert "приём заказа" in accept
    assert "15\xa0мин" in accept or "15 мин" in accept
    assert "80 %" in row_of(clocks, "clocks-remind_at").replace("\xa0", " ")
    money = await page(door, "/policy?file=money")
    assert "50\xa0€" in row_of(money, "money-compensations.scratch.maximum_eur")
    assert "2,5" in row_of(money, "money-insurance.rate")
    assert POLICY.version in clocks


async def test_the_difference_is_shown_before_anything_is_proposed(door: Door) -> None:
    shown = await page(door, "/policy?file=clocks&key=kinds.accept.limit&value=20m")
    assert re.search(r"<del>15.мин</del></td><td><ins>20.мин</ins>", shown)
    assert "остаются на прежних правилах" in shown
    both = await page(door, "/policy?file=approvals&key=expires_after&value=6h")
    assert "kinds.approval.limit" in both
    wrong = await page(door, "/policy?file=clocks&key=kinds.accept.limit&value=soon")
    assert "Подойдёт: 30s, 15m, 2h" in wrong
    assert "Предложить изменение" not in wrong
    few = await page(door, "/policy?file=approvals&key=mass_above&value=0")
    assert "Слишком мало (значение): нужно не меньше 1" in few
    same = await page(door, "/policy?file=clocks&key=kinds.accept.limit&value=15m")
    assert "Сейчас значение точно такое же" in same


async def test_a_proposal_waits_for_people_then_has_its_day_ahead_and_then_is_in_force(door: Door) -> None:
    day = TODAY + timedelta(days=1)
    answer = await propose(door, day=day)
    assert answer.status_code == 200, answer.text
    assert "Нужно решение" in answer.text
    (asked,) = await door.company.pending()
    assert f'id="waiting-{asked.id}"' in await page(door)
    await door.company.approve(asked.id)
    ahead = await page(door)
    assert 'id="ahead-' in ahead
    assert "15" in row_of(ahead, "clocks-kinds.accept.limit")
    await door.company.pass_time(hours=24)
    await door.desk.look_at_rules()
    now = await page(door)
    assert "20" in row_of(now, "clocks-kinds.accept.limit")
    assert 'id="ahead-' not in now
    assert "clocks.kinds.accept.limit" in now  # what the version changed
    assert POLICY.version != door.desk.policy.version
    assert f'id="version-{door.desk.policy.version}"' in now


async def test_a_wrong_proposal_is_refused_with_what_is_allowed(door: Door) -> None:
    wrong = await propose(door, value="soon")
    assert wrong.status_code == 422
    assert "30s" in wrong.text
    past = await propose(door, day=TODAY - timedelta(days=1))
    assert past.status_code == 422
    assert "Изменение может начать действовать с любого дня от" in past.text
    unknown = await propose(door, key="kinds.sleep.limit")
    assert (unknown.status_code, "kinds.accept" in unknown.text) == (422, True)
    assert await door.company.pending() == []


async def test_what_could_not_come_into_force_is_said_loudly(door: Door) -> None:
    await propose(door, file="approvals", key="expires_after", value="6h")
    (asked,) = await door.company.pending()
    await door.company.approve(asked.id)
    await door.desk.look_at_rules()
    shown = await page(door)
    assert "Утверждено, но не вступило в силу" in shown
    assert "kinds.approval.limit" in shown


async def test_a_viewer_reads_the_rules_and_proposes_nothing_and_a_manager_sees_no_page(door: Door) -> None:
    await door.sign_in(door.company.viewer)
    shown = await page(door, "/policy?file=clocks&key=kinds.accept.limit&value=20m")
    assert "Предлагают изменения" in shown
    assert "/policy/propose" not in shown
    assert (await propose(door)).status_code == 403
    await door.sign_in(door.company.anna)
    assert (await door.client.get("/policy")).status_code == 403
    assert (await propose(door)).status_code == 403


async def test_the_form_of_a_proposal_is_new_again_when_one_was_made_or_decided(door: Door) -> None:
    form = (await page(door, "/policy?file=clocks&key=kinds.accept.limit&value=20m")).partition('id="proposal"')[2]
    heard = form.partition(">")[0]
    assert "live:policy from:body" in heard
    assert "live:approvals from:body" in heard
