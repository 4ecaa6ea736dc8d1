"""Messages on a bad day: what Telegram refuses, delays or swallows, and what becomes of each message."""

import asyncio
from datetime import timedelta
from itertools import pairwise

from sqlalchemy import text
from structlog.testing import capture_logs

from bots import reach
from bots.app import build
from bots.channel import watch_channel
from bots.delivery import SEND_SECONDS, Delivered, Later, PostOffice, Settled, deliver, recover_sending
from bots.local import FaultKind
from domain.orders import Status
from jobs.queue import open_queue
from jobs.watch import Watch
from store import (
    people,
    rates,
)
from store.database import Database
from store.talk import outbox
from tests.integration.desk import Desk, Member
from tests.integration.phone import line


async def a_message(company: Desk) -> tuple[int, Member]:
    """One queued message, and who is to read it."""
    order = await company.order()
    owner = next(member for member in company.people.values() if member.id == order.owner_id)
    return int(await company.value("SELECT max(id) FROM notifications")), owner


async def state(company: Desk, message: int) -> str:
    return str(await company.value("SELECT state FROM notifications WHERE id = :id", id=message))


async def test_a_flood_limit_is_obeyed_and_the_message_waits(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        message, reader = await a_message(company)
        phone.telegram.faults.plan(FaultKind.FLOOD, retry_after=7)
        before = phone.door.desk.wall()
        later = await deliver(phone.post, message)
        assert isinstance(later, Later)
        assert later.wall >= before + timedelta(seconds=7)
        assert await state(company, message) == "queued"
        assert await phone.says(reader) == []


async def test_waiting_for_its_turn_costs_a_message_none_of_its_attempts(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        message, reader = await a_message(company)
        for _ in range(company.policy.notifications.retry.attempts):
            async with db.transaction() as tx:
                await rates.hold(tx, f"chat:{reader.telegram_id}", length=timedelta(seconds=30))
            assert isinstance(await deliver(phone.post, message), Later)
            await free_the_slots(db)
            phone.telegram.faults.plan(FaultKind.FLOOD)
            assert isinstance(await deliver(phone.post, message), Later)
            await free_the_slots(db)
        phone.telegram.faults.plan(FaultKind.INTERNAL)
        assert isinstance(await deliver(phone.post, message), Later), "its first real failure"
        assert isinstance(await deliver(phone.post, message), Delivered)


async def free_the_slots(db: Database) -> None:
    """Time passes for Telegram's limits."""
    async with db.transaction() as tx:
        await tx.execute(text("DELETE FROM rate_slots"))


async def test_a_server_error_is_tried_again_later(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        message, reader = await a_message(company)
        phone.telegram.faults.plan(FaultKind.INTERNAL)
        assert isinstance(await deliver(phone.post, message), Later)
        assert await state(company, message) == "failed"
        assert isinstance(await deliver(phone.post, message), Delivered)
        assert len(await phone.says(reader)) == 1


async def test_after_the_last_attempt_the_message_is_dead_and_says_why(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        message, _ = await a_message(company)
        attempts = company.policy.notifications.retry.attempts
        phone.telegram.faults.plan(FaultKind.BAD_GATEWAY, calls=attempts, method="sendMessage")
        outcomes = [await deliver(phone.post, message) for _ in range(attempts)]
        assert [type(outcome) for outcome in outcomes] == [Later] * (attempts - 1) + [Settled]
        assert await state(company, message) == "dead"
        assert await company.value("SELECT error FROM notifications WHERE id = :id", id=message)


async def test_a_message_that_cannot_be_written_is_tried_again_and_then_dead_with_its_reason(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        message, reader = await a_message(company)
        await spoil(db, message)
        attempts = company.policy.notifications.retry.attempts
        with capture_logs():
            outcomes = [await deliver(phone.post, message) for _ in range(attempts)]
        assert [type(outcome) for outcome in outcomes] == [Later] * (attempts - 1) + [Settled]
        (row,) = await company.rows("SELECT state, attempts, error FROM notifications WHERE id = :id", id=message)
        assert (row["state"], row["attempts"]) == ("dead", attempts)
        assert "KeyError" in row["error"]
        assert await phone.says(reader) == []


async def spoil(db: Database, message: int) -> None:
    """A message of a kind whose words need what this one does not have."""
    async with db.transaction() as tx:
        await tx.execute(
            text("UPDATE notifications SET kind = 'approval_request', params = '{}' WHERE id = :id"), {"id": message}
        )


async def test_a_bot_that_is_turned_away_loses_no_message_and_says_so_once(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        messages = [(await a_message(company))[0] for _ in range(3)]
        turned_away = build(phone.door.desk, "42:revoked", phone.address)
        with capture_logs() as said:
            for message in messages:
                assert await deliver(PostOffice.of(turned_away), message) == Settled("held")
        assert len([each for each in said if each["log_level"] == "error"]) == 1, "the others do not even ask"
        assert [await state(company, message) for message in messages] == ["queued"] * 3
        (signal,) = await company.rows("SELECT circle, status, evidence FROM ai_signals WHERE code = 'channel_outage'")
        assert (signal["circle"], signal["status"]) == ("reliability", "open")
        assert signal["evidence"] == {
            "channel": "telegram",
            "problem": "Telegram server says - Unauthorized",
        }
        assert not await watch_channel(turned_away)
        await turned_away.close()

        assert await watch_channel(phone.door)
        assert await company.value("SELECT status FROM ai_signals WHERE code = 'channel_outage'") == "resolved"
        assert isinstance((await phone.deliver())[0], Delivered)
        assert not await watch_channel(phone.door)
        assert (await company.verify()).ok


async def test_a_message_whose_job_was_lost_gets_another(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        message, _ = await a_message(company)
        watch = Watch(phone.door.desk, open_queue(db.url))
        assert await watch.rescue() == 0
        async with db.transaction() as tx:
            await tx.execute(text("UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name = 'deliver'"))
        with capture_logs():
            assert await watch.rescue() == 1
            assert await watch.rescue() == 0
        (job,) = await company.rows("SELECT args FROM procrastinate_jobs WHERE status = 'todo'")
        assert job["args"] == {"notification_id": message}


async def test_a_swallowed_answer_leads_to_one_repeat_that_says_so(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        message, reader = await a_message(company)
        phone.telegram.faults.plan(FaultKind.DROP)
        assert await deliver(phone.post, message) == Settled("again")
        assert isinstance((await phone.deliver())[0], Delivered)
        said = await phone.says(reader)
        assert len(said) == 2
        assert "Возможен повтор" not in said[0]
        assert "Возможен повтор" in said[1]


async def test_a_fate_unknown_twice_is_left_to_a_human(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        message, _ = await a_message(company)
        phone.telegram.faults.plan(FaultKind.DROP, calls=2, method="sendMessage")
        await deliver(phone.post, message)
        assert await deliver(phone.post, message) == Settled("unknown")
        assert await state(company, message) == "unknown"


async def test_a_message_whose_worker_died_while_sending_goes_out_once_more_marked(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        message, reader = await a_message(company)
        async with db.transaction() as tx:
            await outbox.claim(tx, message)
        assert await recover_sending(db, older_than=timedelta()) == 1
        assert await recover_sending(db, older_than=timedelta()) == 0
        await phone.deliver()
        assert "Возможен повтор" in (await phone.says(reader))[-1]


async def test_a_slow_sender_that_was_overtaken_changes_nothing_any_more(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company):
        message, _ = await a_message(company)
        async with db.transaction() as tx:
            slow = await outbox.claim(tx, message)
        await recover_sending(db, older_than=timedelta())
        async with db.transaction() as tx:
            quick = await outbox.claim(tx, message)
            assert slow is not None
            assert quick is not None
            assert not await outbox.settle(tx, slow, "dead", error="too late")
            assert not await outbox.send_again(tx, slow)
            assert await outbox.settle(tx, quick, "sent", message_id=7)
            assert not await outbox.settle(tx, slow, "sent", message_id=6)
        assert await state(company, message) == "sent"
        assert await company.value("SELECT message_id FROM notifications WHERE id = :id", id=message) == 7


async def test_a_slow_sender_whose_message_got_through_spares_the_reader_the_repeat(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        message, reader = await a_message(company)
        async with db.transaction() as tx:
            slow = await outbox.claim(tx, message)
        await recover_sending(db, older_than=timedelta())
        async with db.transaction() as tx:
            assert slow is not None
            assert await outbox.settle(tx, slow, "sent")
        assert await deliver(phone.post, message) == Settled("taken")
        assert await phone.says(reader) == []


async def test_a_living_send_is_not_taken_for_a_dead_one(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        message, _ = await a_message(company)
        async with db.transaction() as tx:
            await outbox.claim(tx, message)
            await tx.execute(
                text("UPDATE notifications SET claimed_at = claimed_at - CAST(:tried AS interval)"),
                {"tried": timedelta(seconds=2 * SEND_SECONDS)},
            )
        await Watch(phone.door.desk, open_queue(db.url)).recover_messages()
        assert await state(company, message) == "sending"


async def test_who_blocked_the_bot_gets_no_new_orders_and_the_message_is_dead(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        message, reader = await a_message(company)
        await phone.telegram.people.block(reader.telegram_id)
        assert await deliver(phone.post, message) == Settled("dead")
        others = {order.owner_id for order in await company.orders(6)}
        assert reader.id not in others


async def test_who_blocked_the_bot_is_one_signal_and_the_duty_admin_hears_it_once(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await company.give(company.anna, 3)
        await phone.telegram.people.block(company.anna.telegram_id)
        await phone.deliver()
        await phone.deliver()
        (signal,) = await company.rows("SELECT * FROM ai_signals WHERE code = 'delivery_failed'")
        assert (signal["circle"], signal["severity"], signal["raised_by"]) == ("reliability", "high", "postman")
        assert (signal["subject_kind"], signal["subject_id"]) == ("person", company.anna.id)
        told = [words for words in await phone.says(company.admin) if "Анна" in words]
        assert [words.splitlines()[0] for words in told] == ["⚠️ Сообщения не доходят до сотрудника: Анна"]
        assert len(await company.decisions("raise_signal")) == 1


async def test_the_signal_is_over_when_the_person_writes_again(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        message, reader = await a_message(company)
        async with db.transaction() as tx:
            await reach.lost(tx, phone.door.desk, reader.id, reason="Forbidden")
        assert await company.signals() == ["delivery_failed"]
        await phone.write(reader, "/help")
        assert await company.signals() == []
        assert await company.signals(status="resolved") == ["delivery_failed"]
        assert (await company.decisions("resolve_signal"))[0]["actor"] == "postman"
        assert await deliver(phone.post, message) != Settled("dead")


async def test_the_signal_is_over_when_a_message_gets_through_and_comes_again_with_the_next_block(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        message, reader = await a_message(company)
        async with db.transaction() as tx:
            await reach.lost(tx, phone.door.desk, reader.id, reason="Forbidden")
            await people.set_blocked(tx, reader.id, None)
        assert isinstance(await deliver(phone.post, message), Delivered)
        assert await company.signals() == []
        async with db.transaction() as tx:
            await reach.lost(tx, phone.door.desk, reader.id, reason="Forbidden")
        assert await company.signals() == ["delivery_failed"]


async def test_two_workers_never_send_the_same_message(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        message, reader = await a_message(company)
        outcomes = await asyncio.gather(*(deliver(phone.post, message) for _ in range(4)))
        assert sum(isinstance(outcome, Delivered) for outcome in outcomes) == 1
        assert len(await phone.says(reader)) == 1


async def test_a_hundred_waiting_messages_become_one_digest(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        for _ in range(40):
            await company.order()
        await phone.deliver()
        per_person = [len(await phone.says(member)) for member in company.managers]
        assert max(per_person) <= 2
        assert "Накопились сообщения" in (await phone.says(company.anna))[0]
        assert await company.value("SELECT count(*) FROM notifications WHERE state NOT IN ('sent', 'merged')") == 0


async def test_the_pace_holds_over_two_connections(db: Database) -> None:
    interval = timedelta(milliseconds=100)

    async def reserve() -> rates.Slot:
        async with db.transaction() as tx:
            return await rates.reserve(tx, "global", interval=interval, within=timedelta(seconds=10))

    slots = await asyncio.gather(*(reserve() for _ in range(20)))
    instants = sorted(slot.at for slot in slots)
    gaps = [later - earlier for earlier, later in pairwise(instants)]
    assert min(gaps) >= interval - timedelta(microseconds=1)


async def test_a_card_that_has_become_pointless_is_not_sent(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        message, reader = await a_message(company)
        order = await company.see("1001")
        await company.to_status(order, Status.UNDER_INSPECTION)
        assert await deliver(phone.post, message) == Settled("merged")
        assert await phone.says(reader) == []
