"""Values that nobody means well: no filter, no lever, no fact that somebody wrote makes a page fail."""

from collections.abc import AsyncGenerator
from decimal import Decimal

import pytest
from structlog.testing import capture_logs

from domain.commands import ProposeDiscount, RaiseSignal
from domain.orders import Status
from domain.policy import SignalCode
from store.database import Database
from store.keyset import written_key
from tests.integration.desk import Desk
from tests.integration.door import SAME_SITE, Door, open_door

FETCHED = {**SAME_SITE, "HX-Request": "true"}
KEYS = (
    ("a", "b"),
    ("\x00", "\x00"),
    ("2026-13-45 00:00:00+00", "1"),
    ("infinity", "9" * 18 + "9" * 4),
    ("NaN", "1"),
    ("true", "x", "1"),
    ("true", "infinity", "1.5"),
    ("2026-11-18 09:00:00+00", "1", "99999999999"),
)


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        await door.sign_in(door.company.head)
        yield door


@pytest.mark.parametrize(
    "page",
    ["/queue", "/queue?sort=price", "/queue?sort=newest", "/heatmap/behind", "/pulse/behind/open", "/decisions"],
)
async def test_a_key_of_a_page_that_is_none_is_refused(door: Door, page: str) -> None:
    for key in KEYS:
        answer = await door.client.get(page, params={"after": written_key(key)})
        assert answer.status_code == 422, (key, answer.status_code)


@pytest.mark.parametrize("page", ["/heatmap", "/heatmap/behind", "/pulse/behind/open"])
@pytest.mark.parametrize("until", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
async def test_a_period_ends_in_years_that_orders_live_in(door: Door, page: str, until: str) -> None:
    assert (await door.client.get(page, params={"until": until})).status_code == 422


@pytest.mark.parametrize("due_at", ["2026-13-45T99:99", "٢٠٢٦-١١-١٩T١٠:٠٠", "0001-01-01T00:00", "9999-12-31T23:59"])
async def test_a_moment_that_is_none_is_refused_by_its_field(door: Door, due_at: str) -> None:
    order = await door.company.order()
    form = {"order": order.code, "text": "Позвонить", "due_at": due_at}
    answer = await door.client.post("/do/create_task", data=form, headers=FETCHED)
    assert answer.status_code == 422, answer.text
    assert await door.company.value("SELECT count(*) FROM tasks WHERE kind <> 'step'") == 0


async def test_a_code_that_no_order_can_have_finds_none(door: Door) -> None:
    assert (await door.client.get("/queue/levers/a%00b")).status_code == 422
    given = {"orders": "a\x00b", "reason": "Отпуск"}
    assert (await door.client.post("/queue/reassign", data=given, headers=FETCHED)).status_code == 422


async def test_more_orders_than_can_be_given_at_once_are_refused_and_not_left_out(door: Door) -> None:
    given = {"orders": [str(number) for number in range(1_001)], "reason": "Отпуск"}
    answer = await door.client.post("/queue/reassign", data=given, headers=FETCHED)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "evidence",
    [
        {"due_at": "скоро", "since": "0001-01-01T00:00:00+14:00"},
        {"due_at": "9999-12-31T23:59:59-12:00", "clock": "x"},
        {"loss_eur": "много", "margin_eur": 1e300, "paid_eur": True},
        {"manager": "Анна", "person": 7.5, "status": True},
        {"clock": "order", "outcome": "held", "role": "mode-act"},
    ],
)
async def test_what_somebody_saw_is_shown_as_they_wrote_it_and_breaks_no_page(
    door: Door, evidence: dict[str, object]
) -> None:
    desk = door.company
    anna = await desk.order()
    seen = RaiseSignal.model_validate({"code": SignalCode.PENDING_SPIKE, "evidence": evidence})
    number = (await desk.do(seen, desk.admin.actor)).value
    told = RaiseSignal.model_validate({"code": SignalCode.DEFECT_RISK, "order": anna.code, "evidence": evidence})
    await desk.do(told, desk.by(anna))
    rows = await desk.rows("SELECT id FROM ai_decisions")
    decisions = [f"/decisions/{row['id']}" for row in rows]
    pages = (
        "/signals",
        f"/crises/{number}",
        "/crises",
        "/circles/ai-rop",
        "/circles/ai-quality",
        "/pulse",
        "/decisions",
    )
    for page in (*pages, f"/orders/{anna.code}", *decisions):
        assert (await door.client.get(page)).status_code == 200, page


async def test_other_words_in_the_same_form_are_other_work_and_the_same_words_are_not(door: Door) -> None:
    desk = door.company
    order = await desk.order()
    key = "0f9f6c4e-2b7e-4b0e-9d52-6f0a4d0b7a11"
    for words in ("Первая", "Первая", "Вторая"):
        form = {"order": order.code, "text": words, "_key": key}
        assert (await door.client.post("/do/add_note", data=form, headers=FETCHED)).status_code == 200
    contact = {"order": order.code, "party": "client", "text": "Первая", "_key": key}
    assert (await door.client.post("/do/record_contact", data=contact, headers=FETCHED)).status_code == 200
    notes = await desk.rows("SELECT text FROM order_notes ORDER BY id")
    assert [row["text"] for row in notes][:2] == ["Первая", "Вторая"]
    assert await desk.value("SELECT count(*) FROM ai_decisions WHERE action = 'record_contact'") == 1


async def test_a_form_that_is_too_large_is_refused_on_a_page_in_words(door: Door) -> None:
    for form in ({"orders": [str(number) for number in range(2_000)]}, {"text": "я" * 600_000}):
        fetched = await door.client.post("/do/add_note", data=form, headers=FETCHED)
        plain = await door.client.post("/do/add_note", data=form, headers=SAME_SITE)
        for answer in (fetched, plain):
            assert (answer.status_code, answer.headers["content-type"]) == (413, "text/html; charset=utf-8")
            assert "Слишком много" in answer.text


async def test_a_request_for_approval_takes_no_nonsense_and_cuts_no_reason(door: Door) -> None:
    desk = door.company
    order = await desk.to_status(await desk.order(), Status.AWAITING_PAYMENT)
    await desk.ask(ProposeDiscount(order=order.code, amount_eur=Decimal(20), reason="Ждал долго"), desk.by(order))
    (one,) = await desk.pending()
    rejecting = {"vote": "reject", "hash": one.arguments_hash, "reason": "я" * 2_001}
    wrong: tuple[tuple[str, dict[str, str]], ...] = (
        (f"{one.id}/vote", rejecting),
        (f"{one.id}/vote", {"vote": "maybe", "hash": one.arguments_hash}),
        (f"{10**30}/vote", {"vote": "approve", "hash": one.arguments_hash}),
        (f"{one.id}/edit", {"amount_eur": "5\x00"}),
        (f"{one.id}/edit", {"amount_eur": "1e309"}),
        (f"{10**30}/edit", {"amount_eur": "5"}),
    )
    for address, form in wrong:
        answer = await door.client.post(f"/approvals/{address}", data=form, headers=FETCHED)
        assert answer.status_code == 422, (address, answer.text)
    assert [pending.id for pending in await desk.pending()] == [one.id]
    whole = rejecting | {"reason": "я" * 2_000}
    assert (await door.client.post(f"/approvals/{one.id}/vote", data=whole, headers=FETCHED)).status_code == 204
    assert await desk.value("SELECT length(reason) FROM approval_votes") == 2_000


async def test_a_fault_of_ours_is_words_over_the_page_and_no_raw_answer_in_it(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("api.pages.queue.queue_page", broken)
    with capture_logs():
        panel = await door.client.get("/queue/panel/orders", headers=FETCHED)
        page = await door.client.get("/queue")
    assert (panel.status_code, panel.headers["hx-retarget"], "data-note" in panel.text) == (500, "#notes", True)
    assert (page.status_code, page.headers["content-type"]) == (500, "text/html; charset=utf-8")
    for answer in (panel, page):
        assert answer.headers["x-request-id"] in answer.text
        assert "secret" not in answer.text


async def test_an_address_that_leads_nowhere_is_words_for_a_browser(door: Door) -> None:
    answer = await door.client.get("/nowhere", headers={"Accept": "text/html"})
    assert (answer.status_code, "Такой страницы нет" in answer.text) == (404, True)
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
