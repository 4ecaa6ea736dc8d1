"""What cannot be taken in yet, or at all, is kept: it follows by itself when it can, or a person sees to it."""

from datetime import timedelta
from typing import Any

import pytest

from domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from domain.orders import Status
from domain.people import OPERATOR
from domain.policy import Policy
from guardrails.crm.feed import Feed
from guardrails.crm.quarantine import Quarantine
from guardrails.crm.results import EventOutcome
from guardrails.desk import Desk as OpenDesk
from jobs.queue import FEED, open_queue, register
from jobs.worker import WorkerWorks
from store.database import Database
from tests.integration.asking import payable, payment
from tests.integration.crm import Crm
from tests.integration.desk import POLICY, Desk

APPLIED, APPROVAL, UNCHANGED, DUPLICATE, LATE, WAITING, REJECTED = EventOutcome


@pytest.fixture
async def crm(db: Database) -> Crm:
    return Crm(await Desk.open(db))


def quarantine(crm: Crm) -> Quarantine:
    return Quarantine(crm.desk.gate, crm.feed)


def with_code(policy: Policy, code: str, status: Status) -> Policy:
    """The policy of the next release, which knows one more code of the CRM."""
    codes = {**policy.lifecycle.crm_codes, code: status}
    return policy.model_copy(update={"lifecycle": policy.lifecycle.model_copy(update={"crm_codes": codes})})


# ── waiting ──────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_events_of_an_order_that_is_not_here_yet_follow_it(crm: Crm) -> None:
    early = [crm.event("note_added", "k-1", text=words) for words in ("первая", "вторая")]
    assert [result.outcome for result in await crm.send(*early)] == [WAITING, WAITING]
    digested = await crm.digest(crm.created("k-1"))
    assert [result.event_id for result in digested.released] == ["e-1", "e-2"]
    assert await crm.desk.column("SELECT text FROM order_notes ORDER BY id") == ["первая", "вторая"]
    assert {row["state"] for row in await crm.kept()} == {"replayed"}
    assert set((await crm.known()).values()) == {"applied"}


async def test_an_order_posted_by_itself_also_brings_its_waiting_events(crm: Crm) -> None:
    await crm.one("note_added", "k-1", text="рано")
    await crm.feed.take_orders([{"crm_id": "k-1", "client_name": "Иван", "bike": "Trek", "price_eur": 900}])
    assert await crm.desk.column("SELECT text FROM order_notes") == ["рано"]


async def test_a_move_whose_evidence_is_still_missing_waits_and_follows_the_evidence(crm: Crm) -> None:
    order = await crm.desk.to_status(await crm.desk.order(), Status.UNDER_INSPECTION)
    move = await crm.one("status_changed", order, status="check_ready")
    assert move.outcome is WAITING
    assert move.error is not None
    assert "note" in move.error.missing
    assert (await crm.one("note_added", order, text="Осмотр закончен")).outcome is APPLIED
    assert (await crm.desk.see(order)).status is Status.UNDER_INSPECTION
    digested = await crm.digest(crm.full_check(order))
    assert [result.event_id for result in digested.released] == ["e-1"]
    assert (await crm.desk.see(order)).status is Status.AWAITING_PAYMENT


async def follow(crm: Crm) -> None:
    """What a worker does with the jobs that were deferred for the feed."""
    desk = OpenDesk.of(crm.desk.db, crm.desk.policy, crm.desk.timeline)
    queue = open_queue(crm.desk.db.url, pool_size=2)
    register(queue, WorkerWorks(desk, None, None, None), ())
    async with queue.open_async():
        await queue.run_worker_async(queues=[FEED], wait=False, install_signal_handlers=False)


FOLLOWING = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'follow'"


async def test_a_move_that_waits_follows_the_evidence_that_people_bring_by_other_doors(crm: Crm) -> None:
    order = await crm.desk.to_status(await crm.desk.order(), Status.UNDER_INSPECTION)
    assert await crm.desk.value(FOLLOWING) == 0
    assert (await crm.one("status_changed", order, status="check_ready")).outcome is WAITING
    await crm.desk.full_check(order)
    assert (await crm.desk.see(order)).status is Status.UNDER_INSPECTION
    assert await crm.desk.value(FOLLOWING) == 2
    await follow(crm)
    assert (await crm.desk.see(order)).status is Status.AWAITING_PAYMENT
    assert [row["state"] for row in await crm.kept()] == ["replayed"]
    row = (await crm.desk.decisions("advance_order"))[-1]
    assert (row["actor"], row["outcome"]) == ("crm", "done")


async def test_a_move_that_waits_for_a_decision_of_people_follows_the_vote(crm: Crm) -> None:
    order = await payable(crm.desk)
    early = await crm.one("logistics_set", order, carrier="СДЭК", tracking_number="RU1", dispatch_date="2026-11-20")
    assert early.outcome is WAITING
    await crm.desk.approve((await payment(crm.desk, order)).approval_id)
    await follow(crm)
    assert await crm.desk.column("SELECT tracking_number FROM orders") == ["RU1"]


async def test_an_order_for_which_nothing_waits_wakes_nobody_and_neither_does_a_rejected_event(crm: Crm) -> None:
    order, other = await crm.desk.orders(2)
    assert (await crm.one("status_changed", order, status="paid_out")).outcome is REJECTED
    assert (await crm.one("status_changed", other, status="check_ready")).outcome is not WAITING
    await crm.desk.to_status(order, Status.UNDER_INSPECTION)
    assert await crm.desk.value(FOLLOWING) == 0


async def test_a_fact_of_a_later_status_waits_for_that_status(crm: Crm) -> None:
    order = await crm.desk.to_status(await crm.desk.order(), Status.UNDER_INSPECTION)
    assert (await crm.one("client_decided", order, decision="confirmed")).outcome is WAITING
    await crm.send(crm.full_check(order), crm.event("note_added", order, text="Всё хорошо"))
    digested = await crm.digest(crm.event("status_changed", order, status="check_ready"))
    assert [result.outcome for result in digested.released] == [APPLIED]
    assert (await crm.desk.see(order)).client_decision == "confirmed"


async def test_a_fact_of_an_earlier_status_is_rejected(crm: Crm) -> None:
    order = await crm.desk.to_status(await crm.desk.order(), Status.AWAITING_PAYMENT)
    assert (await crm.one("checklist_answered", order, point=1, answer="ok")).outcome is REJECTED


async def test_what_only_the_event_itself_could_have_said_does_not_wait(crm: Crm) -> None:
    order = await crm.desk.to_status(await crm.desk.order(), Status.AWAITING_PAYMENT)
    result = await crm.one("status_changed", order, status="inspection")
    assert result.outcome is REJECTED
    assert result.error is not None
    assert result.error.missing == ("reason",)


async def test_a_chain_of_waiting_events_follows_link_by_link(crm: Crm) -> None:
    at = crm.desk.now
    crm.desk.forward(hours=1)
    chain = [
        crm.event("client_decided", "k-1", decision="confirmed", at=at + timedelta(minutes=50)),
        crm.event("status_changed", "k-1", status="check_ready", at=at + timedelta(minutes=40)),
        crm.event("note_added", "k-1", text="Готово", at=at + timedelta(minutes=30)),
        crm.full_check("k-1", at=at + timedelta(minutes=20)),
        crm.event("status_changed", "k-1", status="inspection", at=at + timedelta(minutes=10)),
    ]
    for event in chain:
        assert (await crm.send(event))[0].outcome is WAITING
    digested = await crm.digest(crm.created("k-1", at=at))
    assert [result.outcome for result in digested.released] == [APPLIED] * 5
    order = await crm.desk.see("k-1")
    assert (order.status, order.client_decision) == (Status.AWAITING_PAYMENT, "confirmed")
    assert (await crm.desk.verify()).ok


async def test_a_move_that_came_before_the_one_it_follows_is_made_good(crm: Crm) -> None:
    at = crm.desk.now
    order = await crm.desk.order(created_at=at)
    crm.desk.forward(hours=1)
    cancelled = crm.event("order_cancelled", order, reason_code="bike_unavailable", at=at + timedelta(minutes=40))
    early = crm.event("status_changed", order, status="check_ready", at=at + timedelta(minutes=30))
    assert (await crm.send(early))[0].outcome is REJECTED
    assert await crm.desk.signals(order) == ["illegal_transition"]
    middle = [
        crm.event("status_changed", order, status="inspection", at=at + timedelta(minutes=10)),
        crm.full_check(order, at=at + timedelta(minutes=20)),
        crm.event("note_added", order, text="Готово", at=at + timedelta(minutes=25)),
    ]
    digested = await crm.digest(*middle)
    assert [result.event_id for result in digested.released] == [early["event_id"]]
    assert (await crm.desk.see(order)).status is Status.AWAITING_PAYMENT
    assert await crm.desk.signals(order) == []
    assert (await crm.send(cancelled))[0].outcome is APPLIED


async def test_waiting_again_for_the_same_is_journaled_once(crm: Crm) -> None:
    order = await crm.desk.to_status(await crm.desk.order(), Status.UNDER_INSPECTION)
    await crm.one("status_changed", order, status="check_ready")
    for words in ("раз", "два", "три"):
        await crm.one("contact_recorded", order, party="client", text=words)
    (kept,) = await crm.kept()
    assert (kept["state"], kept["attempts"]) == ("waiting", 4)
    refused = await crm.desk.rows("SELECT 1 FROM ai_decisions WHERE outcome = 'refused'")
    assert len(refused) == 1


# ── sent again ───────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_rejected_event_sent_again_as_it_was_is_a_duplicate(crm: Crm) -> None:
    order = await crm.desk.order()
    event = crm.event("status_changed", order, status="teleported")
    assert [(await crm.send(event))[0].outcome for _ in range(2)] == [REJECTED, DUPLICATE]
    assert len(await crm.kept()) == 1


async def test_a_rejected_event_sent_again_corrected_is_taken_in(crm: Crm) -> None:
    order = await crm.desk.order()
    event = crm.event("status_changed", order, status="inspektion")
    await crm.send(event)
    (result,) = await crm.send({**event, "data": {"status": "inspection"}})
    assert result.outcome is APPLIED
    assert (await crm.desk.see(order)).status is Status.UNDER_INSPECTION
    assert [row["state"] for row in await crm.kept()] == ["replayed"]
    assert await crm.known() == {event["event_id"]: "applied"}


async def test_an_event_that_was_unreadable_is_taken_in_once_it_is_readable(crm: Crm) -> None:
    order = await crm.desk.order()
    event = crm.event("note_added", order, text="Заметка")
    assert (await crm.send({**event, "type": "note"}))[0].outcome is REJECTED
    assert [(await crm.send(event))[0].outcome for _ in range(2)] == [APPLIED, DUPLICATE]


async def test_an_applied_event_cannot_be_changed_afterwards(crm: Crm) -> None:
    order = await crm.desk.order()
    event = crm.event("note_added", order, text="первая")
    await crm.send(event)
    assert (await crm.send({**event, "data": {"text": "вторая"}}))[0].outcome is DUPLICATE
    assert (await crm.send({**event, "type": "nonsense"}))[0].outcome is DUPLICATE
    assert await crm.desk.column("SELECT text FROM order_notes") == ["первая"]


async def test_a_request_refused_and_sent_again_is_kept_once_and_let_go_when_corrected(crm: Crm) -> None:
    request: dict[str, Any] = {"crm_id": "k-1", "client_name": "Иван", "bike": "Trek", "price_eur": 100}
    for _ in range(2):
        await crm.feed.take_orders([request])
    (kept,) = await crm.kept()
    assert (kept["source"], kept["state"], kept["attempts"]) == ("orders", "rejected", 2)
    await crm.feed.take_orders([{**request, "price_eur": 1000}])
    assert [row["state"] for row in await crm.kept()] == ["replayed"]


# ── a person sees to it ──────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_code_that_the_next_policy_knows_is_taken_in_by_replay(crm: Crm) -> None:
    order = await crm.desk.order()
    await crm.one("status_changed", order, status="photo_check")
    newer = crm.desk.with_policy(with_code(POLICY, "photo_check", Status.UNDER_INSPECTION))
    (done,) = await Quarantine(newer.gate, Feed(newer.gate)).replay(None, by=OPERATOR)
    assert (done.outcome, done.order) == ("applied", order.code)
    assert (await crm.desk.see(order)).status is Status.UNDER_INSPECTION
    (row,) = await crm.desk.decisions("replay_event")
    assert (row["actor"], row["proposed"]["what"]) == ("operator", "replay")
    assert (await crm.desk.verify()).ok


async def test_replaying_what_is_still_wrong_leaves_it_there(crm: Crm) -> None:
    order = await crm.desk.order()
    await crm.one("status_changed", order, status="photo_check")
    (done,) = await quarantine(crm).replay(None, by=OPERATOR)
    assert done.outcome == "rejected"
    (kept,) = await crm.kept()
    assert (kept["state"], kept["attempts"]) == ("rejected", 2)


async def test_a_refused_request_is_replayed_like_an_event(crm: Crm) -> None:
    await crm.feed.take_orders([{"crm_id": "k-1", "client_name": "Иван", "bike": "Trek", "price_eur": 450}])
    window = POLICY.money.price_window.model_copy(update={"minimum_eur": 400})
    money = POLICY.money.model_copy(update={"price_window": window})
    newer = crm.desk.with_policy(POLICY.model_copy(update={"money": money}))
    (done,) = await Quarantine(newer.gate, Feed(newer.gate)).replay([1], by=OPERATOR)
    assert done.outcome == "applied"
    assert (await crm.desk.see("k-1")).status is Status.PENDING_MANAGER


async def test_a_discarded_event_is_never_tried_again_and_says_why_in_the_journal(crm: Crm) -> None:
    await crm.one("note_added", "k-1", text="не наш заказ")
    await quarantine(crm).discard(1, reason="чужой заказ", by=crm.desk.admin.actor)
    await crm.send(crm.created("k-1"))
    assert [row["state"] for row in await crm.kept()] == ["discarded"]
    assert await crm.desk.value("SELECT count(*) FROM order_notes") == 0
    (row,) = await crm.desk.decisions("replay_event")
    assert (row["proposed"]["what"], row["proposed"]["reason"]) == ("discard", "чужой заказ")
    with pytest.raises(ConflictError):
        await quarantine(crm).discard(1, reason="ещё раз", by=OPERATOR)


async def test_only_leaders_and_the_operator_see_to_the_quarantine(crm: Crm) -> None:
    await crm.one("note_added", "k-1", text="рано")
    for member in (crm.desk.anna, crm.desk.viewer):
        with pytest.raises(ForbiddenError):
            await quarantine(crm).replay([1], by=member.actor)
    (done,) = await quarantine(crm).replay([1], by=crm.desk.head.actor)
    assert done.outcome == "waiting"


async def test_what_is_not_there_can_be_neither_replayed_nor_discarded(crm: Crm) -> None:
    with pytest.raises(NotFoundError):
        await quarantine(crm).replay([7], by=OPERATOR)
    with pytest.raises(NotFoundError):
        await quarantine(crm).discard(7, reason="нет такого", by=OPERATOR)
    with pytest.raises(InvalidInputError):
        await quarantine(crm).discard(7, reason=" ", by=OPERATOR)
