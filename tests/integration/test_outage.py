"""Telegram away for an hour: nothing is lost, nobody is stormed afterwards, and the pages say so meanwhile."""

from collections import Counter
from collections.abc import Generator

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bots.channel import watch_channel
from bots.delivery import Settled, deliver
from bots.local import FaultKind
from domain.notices import Notice, NoticeKind
from store.database import Database
from store.records import Outgoing
from store.talk import outbox
from tests.integration.desk import Desk
from tests.integration.door import open_door
from tests.integration.phone import Line, line

WAITING = "SELECT count(*) FROM notifications WHERE state NOT IN ('sent', 'merged')"
IN_LINE = (
    "SELECT CAST(args->>'notification_id' AS bigint) FROM procrastinate_jobs WHERE task_name = 'deliver'"
    " AND status = 'todo' ORDER BY priority DESC, id"
)


@pytest.fixture(autouse=True)
def quiet() -> Generator[None]:
    """The trouble is meant; its traces need not be printed."""
    with capture_logs():
        yield


async def work_off(phone: Line) -> list[object]:
    """What a worker does with the delivery jobs it finds: each ends."""
    line = await phone.company.column(IN_LINE)
    async with phone.company.db.transaction() as tx:
        await tx.execute(text("DELETE FROM procrastinate_jobs WHERE task_name = 'deliver'"))
    return [await deliver(phone.post, notification_id) for notification_id in line]


async def test_an_hour_without_telegram_loses_nothing_storms_nobody_and_is_told(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone, open_door(company) as door:
        began = company.now
        phone.telegram.faults.plan(FaultKind.BAD_GATEWAY, calls=None, method="*")
        for _ in range(12):
            await company.order()
            await company.order()
            company.forward(minutes=5)
            await company.sweep()
            outcomes = await work_off(phone)
            assert set(outcomes) <= {Settled("held")}, outcomes
            assert not await watch_channel(phone.door)
        await alarm(company)
        assert set(await work_off(phone)) == {Settled("held")}
        waiting = int(await company.value(WAITING))
        assert waiting > 24

        ready = (await door.client.get("/readyz")).json()
        assert ready["outage"]["waiting"] == waiting
        assert ready["outage"]["since"][:15] == began.isoformat()[:15], "since its beginning, not since the last try"
        assert any("telegram is down since" in each for each in ready["degraded"])
        await door.sign_in(company.head)
        assert "Telegram не отвечает" in (await door.client.get("/", follow_redirects=True)).text

        phone.telegram.faults.clear()
        assert await watch_channel(phone.door)
        await work_off(phone)
        first = phone.telegram.sent[0]
        assert (first.chat_id, "Канал связи не работает" in first.text) == (company.head.telegram_id, True), first
        assert await company.value(WAITING) == 0
        told = Counter(message.chat_id for message in phone.telegram.sent)
        assert max(told.values()) <= company.policy.clocks.storm_threshold, told
        assert not any("Возможен повтор" in message.text for message in phone.telegram.sent)
        assert (await door.client.get("/readyz")).json()["outage"] is None
        assert "channel_outage" in await company.signals(status="resolved")
    assert (await company.verify()).ok


async def alarm(company: Desk) -> None:
    """Something critical, asked for last."""
    decision = await company.value("SELECT decision FROM notifications LIMIT 1")
    notice = Notice(
        person_id=company.head.id,
        kind=NoticeKind.SIGNAL,
        params={"code": "channel_outage"},
        critical=True,
        decision=decision,
    )
    async with company.db.transaction() as tx:
        await outbox.put(
            tx, [Outgoing(notice=notice, priority=0, deliver_at=None, created_at=company.now, decision=decision)]
        )


async def test_updates_that_cannot_be_answered_while_telegram_is_away_are_not_given_up(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await phone.telegram.people.write(company.anna.telegram_id, company.anna.telegram_id, "/help")
        phone.telegram.faults.plan(FaultKind.INTERNAL, calls=None, method="*", chat_id=company.anna.telegram_id)
        phone.telegram.faults.plan(FaultKind.INTERNAL, calls=None, method="getMe")
        for _ in range(10):
            with pytest.raises(AssertionError, match="not handled"):
                await phone.insist(tries=1)
        assert await company.value("SELECT attempts FROM inbox_updates") == 0
        phone.telegram.faults.clear()
        await phone.insist(tries=1)
        assert len(await phone.says(company.anna)) == 1
