"""An order's page: what each role sees and may do, its levers, its photos, its life on one axis."""

import re
from collections.abc import AsyncGenerator

import httpx
import pytest

from domain.commands import AcceptOrder, AddNote, AnswerChecklist, PointAnswer, RecordPayment, RemindOwner
from domain.orders import Order, Status, Verdict
from domain.people import CRM_FEED
from store.database import Database
from store.views.order_timeline import KINDS
from tests.integration.asking import payable, payment
from tests.integration.desk import Desk, Member
from tests.integration.door import SAME_SITE, Door, open_door

FETCHED = {**SAME_SITE, "HX-Request": "true"}
PANELS = ("summary", "moves", "limits", "check", "work", "deal", "rights", "life")


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        yield door


def owner_of(company: Desk, order: Order) -> Member:
    return next(member for member in company.people.values() if member.id == order.owner_id)


async def page(door: Door, order: Order, panel: str = "", **params: str) -> str:
    answer = await door.client.get(f"/orders/{order.code}" + (f"/panel/{panel}" if panel else ""), params=params)
    assert answer.status_code == 200, answer.text
    return answer.text


async def press(door: Door, path: str, **form: object) -> httpx.Response:
    return await door.client.post(path, data=form, headers=FETCHED)


async def test_every_role_sees_the_order_and_a_stranger_to_it_does_not(door: Door) -> None:
    company = door.company
    order = await company.order()
    mine = owner_of(company, order)
    others = [member for member in company.managers if member != mine]
    for reader in (company.owner, company.head, company.admin, company.viewer, mine):
        await door.sign_in(reader)
        text = await page(door, order)
        assert "Canyon Spectral 29" in text
        assert all(f'<section id="{panel}"' in text for panel in PANELS), reader
    for reader in others:
        await door.sign_in(reader)
        for panel in ("", *(f"/panel/{panel}" for panel in PANELS), "/photos/5/1"):
            assert (await door.client.get(f"/orders/{order.code}{panel}")).status_code == 403, panel


async def test_an_unknown_order_and_an_order_by_its_crm_number_have_no_page(door: Door) -> None:
    await door.company.order()
    await door.sign_in(door.company.head)
    for code in ("nothing", "crm-1"):
        assert (await door.client.get(f"/orders/{code}")).status_code == 404


async def test_the_clients_name_is_whole_only_for_those_who_know_the_client(door: Door) -> None:
    order = await door.company.order(client_contact={"phone": "+7 900 000-00-00"})
    owner = owner_of(door.company, order)

    async def shown(reader: Member) -> tuple[bool, bool]:
        await door.sign_in(reader)
        text = await page(door, order, "summary")
        return "Иван Петров" in text, "+7 900" in text

    assert await shown(door.company.head) == (True, True)
    assert await shown(door.company.viewer) == (False, False)
    assert await shown(owner) == (False, False)
    await door.company.do(AcceptOrder(order=order.code), owner.actor)
    assert await shown(owner) == (True, True)


async def test_a_viewer_has_no_levers_and_a_manager_none_of_the_leaders(door: Door) -> None:
    order = await door.company.order()
    await door.sign_in(door.company.viewer)
    assert "<form" not in (await page(door, order)).split("<main")[1]
    await door.sign_in(owner_of(door.company, order))
    text = await page(door, order)
    assert "/do/accept_order" in text
    assert "/do/add_note" in text
    for theirs in ("reassign_order", "resolve", "extend_clock", "escalate", "reprioritise", "refuse_on_legal_grounds"):
        assert f"/do/{theirs}" not in text


async def test_panels_hear_of_their_own_order(door: Door) -> None:
    order = await door.company.order()
    await door.sign_in(door.company.head)
    text = await page(door, order)
    assert text.count(f"live:order-{order.code} from:body") == len(PANELS)


async def test_a_move_brings_its_evidence_along_in_one_commit(door: Door) -> None:
    company = door.company
    order = await company.to_status(await company.order(), Status.READY_FOR_SHIPMENT)
    await door.sign_in(owner_of(company, order))
    text = await page(door, order, "moves")
    for field in ("carrier", "tracking_number", "dispatch_date"):
        assert f'name="{field}"' in text
    form = {"to": "in_transit", "version": order.version, "carrier": "СДЭК", "tracking_number": "RU1"}
    refused = await press(door, f"/orders/{order.code}/move", **form)
    assert refused.status_code == 409
    assert "не хватает" in refused.text
    assert (await company.see(order)).carrier is None
    done = await press(door, f"/orders/{order.code}/move", **form, dispatch_date="2026-11-20")
    assert done.status_code == 200, done.text
    moved = await company.see(order)
    assert (moved.status, moved.carrier, moved.tracking_number) == (Status.IN_TRANSIT, "СДЭК", "RU1")


async def test_a_move_on_an_older_state_is_refused_and_the_page_gets_the_present_one(door: Door) -> None:
    company = door.company
    order = await company.order()
    await company.do(AcceptOrder(order=order.code), company.by(order))
    await door.sign_in(company.head)
    stale = await press(door, "/do/decline_order", order=order.code, version=order.version, reason="Не успею")
    assert stale.status_code == 409
    assert "Сейчас заказ в статусе «Проверка»" in stale.text
    assert stale.headers["HX-Trigger"] == '{"live:all": {}}'


async def test_a_move_that_people_decide_says_whom_it_waits_for_and_is_voted_on_here(door: Door) -> None:
    company = door.company
    order = await company.confirmed(await company.to_status(await company.order(), Status.AWAITING_PAYMENT))
    await door.sign_in(company.head)
    assert "Решают двое из них:" in await page(door, order, "moves")
    asked = await press(door, f"/orders/{order.code}/move", to="ready_for_shipment", version=order.version)
    assert "Нужно решение" in asked.text
    (approval,) = await company.pending()
    vote = {"approval": approval.id, "seen": approval.arguments_hash, "vote": "approve"}
    assert "/vote" not in await page(door, order, "summary")
    own = await press(door, f"/orders/{order.code}/vote", **vote)
    assert own.status_code == 403
    second = await company.hire("Пётр", company.head.role)
    for voter in (company.owner, second):
        await door.sign_in(voter)
        assert f'id="approval-{approval.id}"' in await page(door, order, "summary")
        answer = await press(door, f"/orders/{order.code}/vote", **vote)
        assert answer.status_code == 200, answer.text
    assert (await company.see(order)).status is Status.READY_FOR_SHIPMENT


async def test_a_vote_is_offered_only_while_it_can_be_cast(door: Door) -> None:
    company = door.company
    order = await payable(company)
    asked = await payment(company, order)
    await door.sign_in(company.head)
    assert "/vote" in await page(door, order, "summary")
    company.forward(hours=24 * 30)
    shown = await page(door, order, "summary")
    assert f'id="approval-{asked.approval_id}"' in shown
    assert "/vote" not in shown


async def test_a_vote_named_on_another_orders_page_is_not_found(door: Door) -> None:
    company = door.company
    order = await company.confirmed(await company.to_status(await company.order(), Status.AWAITING_PAYMENT))
    other = await company.order()
    await door.sign_in(company.head)
    await press(door, f"/orders/{order.code}/move", to="ready_for_shipment", version=order.version)
    (approval,) = await company.pending()
    await door.sign_in(company.owner)
    vote = {"approval": approval.id, "seen": approval.arguments_hash, "vote": "approve"}
    assert (await press(door, f"/orders/{other.code}/vote", **vote)).status_code == 404


async def test_a_cancellation_needs_its_reason_and_other_needs_a_note(door: Door) -> None:
    order = await door.company.order()
    await door.sign_in(door.company.head)
    for form, status in (({}, 422), ({"reason_code": "other"}, 409)):
        answer = await press(door, f"/orders/{order.code}/move", to="cancelled", version=order.version, **form)
        assert answer.status_code == status, form
    done = await press(
        door, f"/orders/{order.code}/move", to="cancelled", version=order.version, reason_code="duplicate_order"
    )
    assert done.status_code == 200
    assert (await door.company.see(order)).status is Status.CANCELLED


# ── the check ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def checked(company: Desk) -> Order:
    """An order whose point 5 has a photo and a comment."""
    order = await company.order()
    await company.do(AcceptOrder(order=order.code), company.by(order))
    given = PointAnswer(point=5, answer="ok", comment="Номер чист", photos=("photo-5.jpg",))
    await company.do(AnswerChecklist(order=order.code, answers=(given,)), company.by(order))
    return await company.see(order)


async def test_an_answer_is_given_and_mended_in_place_and_keeps_its_photos(door: Door) -> None:
    company = door.company
    order = await checked(company)
    await door.sign_in(owner_of(company, order))
    text = await page(door, order, "check", point="5")
    assert 'id="answer-5"' in text
    assert 'name="flags" value="serial_stolen"' in text
    seen = re.search(r'name="seen" value="([^"]+)"', text)
    assert seen is not None
    form = {"point": 5, "seen": seen[1], "answer": "problem"}
    assert (await press(door, f"/orders/{order.code}/check", **form)).status_code == 422
    done = await press(door, f"/orders/{order.code}/check", **form, comment="В розыске", flags="serial_stolen")
    assert done.status_code == 200, done.text
    (row,) = await company.rows("SELECT answer, comment, photos FROM checklist_answers WHERE point = 5")
    assert (row["answer"], row["comment"], row["photos"]) == ("problem", "В розыске", ["photo-5.jpg"])
    assert (await company.see(order)).verdict is Verdict.RED
    assert "point=6" in done.headers["HX-Location"]
    late = await press(door, f"/orders/{order.code}/check", **form | {"answer": "ok"})
    assert late.status_code == 409


async def test_the_verdict_point_carries_its_answer_with_it(door: Door) -> None:
    company = door.company
    order = await checked(company)
    await door.sign_in(company.head)
    assert 'name="verdict" value="yellow"' in await page(door, order, "check", point="28")
    done = await press(door, f"/orders/{order.code}/check", point=28, version=order.version, verdict="yellow")
    assert done.status_code == 200, done.text
    assert (await company.see(order)).verdict is Verdict.YELLOW


async def test_the_rest_of_a_section_is_fine_at_once_but_never_what_needs_a_closer_look(door: Door) -> None:
    company = door.company
    order = await checked(company)
    await door.sign_in(company.head)
    done = await press(door, f"/orders/{order.code}/check", section="history", version=order.version)
    assert done.status_code == 200, done.text
    answered = await company.column("SELECT point FROM checklist_answers ORDER BY point")
    assert answered == [5, 21, 22, 23, 25]  # 24, the crash history, is critical


async def test_without_a_bot_photos_are_told_in_words(door: Door) -> None:
    order = await checked(door.company)
    await door.sign_in(door.company.head)
    text = await page(door, order, "check")
    assert "<img" not in text
    assert "показать нельзя: бот не подключён" in text
    answer = await door.client.get(f"/orders/{order.code}/photos/5/1")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert (await door.client.get(f"/orders/{order.code}/photos/5/2")).status_code == 404


# ── work, limits, money ──────────────────────────────────────────────────────────────────────────────────────────────
async def test_notes_tasks_blockers_and_contacts_have_their_levers(door: Door) -> None:
    company = door.company
    order = await company.order()
    await door.sign_in(owner_of(company, order))
    soon = "2026-11-19T12:00"
    presses: dict[str, dict[str, object]] = {
        "add_note": {"text": "Позвонить утром"},
        "record_contact": {"party": "seller", "direction": "out", "medium": "phone"},
        "create_task": {"text": "Запросить фото рамы", "due_at": soon},
        "open_blocker": {"text": "Продавец в отъезде", "due_at": soon},
    }
    for command, fields in presses.items():
        text = await page(door, order, "work")
        version = re.search(r'name="version" value="(\d+)"', text)
        assert version is not None
        answer = await press(door, f"/do/{command}", order=order.code, version=version[1], **fields)
        assert answer.status_code == 200, answer.text
    text = await page(door, order, "work")
    assert "Запросить фото рамы" in text
    blocker = re.search(r'name="blocker_id" value="(\d+)"', text)
    assert blocker is not None
    assert (await press(door, "/do/close_blocker", blocker_id=blocker[1], resolution="Вернулся")).status_code == 200
    assert "Продавец в отъезде" not in await page(door, order, "work")
    life = await page(door, order, "life", kind="note")
    assert "Позвонить утром" in life
    assert "Контакт с продавцом (звонок)" in life


async def test_leaders_steer_the_order_and_its_clocks(door: Door) -> None:
    company = door.company
    order = await company.order()
    await door.sign_in(company.admin)
    clock = {"order": order.code, "clock": "accept", "minutes": 30, "reason": "Продавец отвечает завтра"}
    assert (await press(door, "/do/extend_clock", **clock)).status_code == 200
    assert (await press(door, "/do/pause_clock", **clock)).status_code == 200
    limits = await page(door, order, "limits")
    assert "на паузе" in limits
    assert "/do/resume_clock" in limits
    assert (await press(door, "/do/resume_clock", order=order.code, clock="accept")).status_code == 200
    for command in ("remind", "escalate"):
        steered = {"order": order.code, "text" if command == "remind" else "reason": "Клиент ждёт"}
        assert (await press(door, f"/do/{command}", **steered)).status_code == 200
    first = {"order": order.code, "urgency": "high", "reason": "Просил владелец"}
    assert (await press(door, "/do/reprioritise", **first)).status_code == 200
    assert "Вернуть на место по сроку" in await page(door, order, "summary")


async def test_a_violation_is_taken_on_put_away_and_resolved_here(door: Door) -> None:
    company = door.company
    order = await company.order()
    await company.pass_time(hours=3)
    order = await company.see(order)
    await door.sign_in(company.head)
    text = await page(door, order, "limits")
    violation = re.search(r'id="violation-(\d+)"', text)
    assert violation is not None
    number = violation[1]
    assert (await press(door, "/do/snooze", violation_id=number, option="2h")).status_code == 200
    assert f"занимается {company.head.name}" in await page(door, order, "limits")
    done = await press(door, "/do/resolve", violation_id=number, resolution="Менеджер на месте")
    assert done.status_code == 200, done.text
    assert f'id="violation-{number}"' not in await page(door, order, "limits")


async def test_money_is_shown_by_tariff_and_what_it_really_cost_is_not_made_up(door: Door) -> None:
    company = door.company
    order = await company.to_status(await company.order(), Status.AWAITING_PAYMENT)
    await company.do(RecordPayment(order=order.code, amount_eur=company.total(order), reference="P-1"), CRM_FEED)
    await door.sign_in(company.head)
    text = await page(door, order, "deal")
    assert "Маржа по плану" in text
    assert "нет данных" in text
    assert "P-1" in text
    await door.sign_in(owner_of(company, order))
    text = await page(door, order, "deal")
    assert "Маржа по плану" not in text
    assert "P-1" in text


async def test_who_may_do_what_is_what_the_rules_say(door: Door) -> None:
    order = await door.company.order()
    await door.sign_in(door.company.viewer)
    text = await page(door, order, "rights")
    rows = {
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", name)).strip(): re.findall(r'title="([^"]+)"', cells)
        for name, cells in re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', text, re.DOTALL)
    }
    leaders = ["leaders-run-the-desk"] * 3
    assert rows["Принять заказ"] == [*leaders, "manager-works-own-orders", "no-rule", "viewer-looks-only"]
    assert rows["Передать заказ"] == [*leaders, "no-rule", "no-rule", "viewer-looks-only"]
    legal = ["leaders-ask-for-money-law-and-rules/legal"] * 3
    assert rows["Отказать по юридическим основаниям"] == [*legal, "no-rule", "no-rule", "viewer-looks-only"]


# ── its life ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def happened(text: str) -> list[str]:
    """The events of the timeline, in its order."""
    return re.findall(r'<li id="life-([a-z]+-\d+)"', text)


async def test_everything_that_happened_is_on_one_axis_the_newest_first_page_by_page(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = door.company
    order = await company.order()
    await company.pass_time(minutes=13)
    await company.pass_time(hours=3)
    await company.do(RemindOwner(order=order.code, text="Клиент ждёт"), company.head.actor)
    await company.do(AddNote(order=order.code, text="Ждём продавца"), company.by(await company.see(order)))
    order = await company.to_status(order, Status.CLOSED)
    await door.sign_in(company.head)
    whole = happened(await page(door, order, "life"))
    monkeypatch.setattr("api.pages.order.LINES", 7)
    seen: list[str] = []
    address: str | None = f"/orders/{order.code}"
    while address is not None:
        text = (await door.client.get(address)).text
        seen += happened(text)
        following = re.search(r'href="([^"#]+)#life" rel="next"', text)
        address = None if following is None else following[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen))
    assert seen[: len(whole)] == whole
    events = {each.partition("-")[0] for each in seen}
    assert {"status", "decision", "message", "note", "confirmed"} <= events
    assert {"opened", "reminded", "breached", "resolved", "closed"} <= events
    for kind in KINDS:
        assert happened(await page(door, order, "life", kind=kind)), kind


async def test_a_page_of_the_timeline_is_asked_for_by_a_key_only(door: Door) -> None:
    order = await door.company.order()
    await door.sign_in(door.company.head)
    for wrong in ("x", "2026-11-18T09:00:00~status~1", "2026-99-18T09:00:00+00:00~status~1", f"{'9' * 19}~status~1"):
        answer = await door.client.get(f"/orders/{order.code}", params={"after": wrong})
        assert answer.status_code == 422, wrong


async def test_decisions_are_linked_for_those_who_may_open_them(door: Door) -> None:
    order = await door.company.order()
    await door.sign_in(door.company.head)
    assert 'href="/decisions/' in await page(door, order, "life", kind="decision")
    await door.sign_in(owner_of(door.company, order))
    assert 'href="/decisions/' not in await page(door, order, "life", kind="decision")
