"""Approved changes of the rules come into force by themselves, in every process, on their day."""

from collections.abc import AsyncGenerator
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from domain.commands import ProposePolicyChange
from domain.people import Actor
from guardrails.desk import Desk as OpenDesk
from guardrails.desk import open_desk
from store.database import Database
from tests.integration.desk import Desk

TODAY = date(2026, 11, 18)
CFO = Actor.agent("ai-cfo")


@pytest.fixture
async def desk(db: Database) -> Desk:
    return await Desk.open(db)


@pytest.fixture
async def process(desk: Desk) -> AsyncGenerator[OpenDesk]:
    """Another process on the same database."""
    other = await open_desk(desk.db.url, timeline=desk.timeline, pool_size=2)
    yield other
    await other.close()


async def approve(desk: Desk, *, day: date = TODAY, **changes: str) -> None:
    said = {"file": "clocks", "key": "kinds.accept.limit", "value": "20m", **changes}
    command = ProposePolicyChange(reason="Пятнадцати минут мало: 40 % просрочек", effective_from=day, **said)
    await desk.approve((await desk.ask(command, CFO)).approval_id)


async def test_a_change_is_in_force_in_every_process_from_its_day_on(desk: Desk, process: OpenDesk) -> None:
    await approve(desk, day=TODAY + timedelta(days=1))
    files = process.policy.version
    await process.look_at_rules()
    assert process.policy.version == files
    await desk.pass_time(hours=15)  # 03:00 in Moscow, the next day
    await process.look_at_rules()
    rules = process.policy.clocks.kinds
    assert next(rule.limit for kind, rule in rules.items() if kind == "accept") == timedelta(minutes=20)
    assert process.policy.version != files
    kept = await desk.rows("SELECT version FROM policy_versions")
    assert {row["version"] for row in kept} == {files, process.policy.version}


async def test_a_process_that_starts_later_goes_by_it_at_once(desk: Desk) -> None:
    await approve(desk)
    later = await open_desk(desk.db.url, timeline=desk.timeline, pool_size=2)
    try:
        assert str(later.policy.clocks.model_dump(mode="json")["kinds"]["accept"]["limit"]) == "20m"
    finally:
        await later.close()


async def test_running_clocks_keep_the_rules_they_were_opened_under(desk: Desk, process: OpenDesk) -> None:
    await desk.order()
    await approve(desk)
    await desk.gate.rules.refresh(desk.db, now=desk.now)
    await desk.order()
    clocks = await desk.rows("SELECT policy_version, due_at FROM clocks WHERE kind = 'accept' ORDER BY id")
    assert [row["due_at"] - desk.now for row in clocks] == [timedelta(minutes=15), timedelta(minutes=20)]
    assert clocks[0]["policy_version"] == process.policy.version != clocks[1]["policy_version"]


async def test_what_the_rules_cannot_take_is_a_signal_and_the_good_rules_stand(desk: Desk, process: OpenDesk) -> None:
    await approve(desk, file="approvals", key="expires_after", value="6h")  # clocks.yaml says otherwise
    await approve(desk)
    for _ in range(2):
        await process.look_at_rules()
    assert process.policy.approvals.expires_after == timedelta(hours=4)
    assert str(process.policy.clocks.model_dump(mode="json")["kinds"]["accept"]["limit"]) == "20m"
    (signal,) = await desk.rows("SELECT code, severity, evidence FROM ai_signals")
    assert (signal["code"], signal["severity"]) == ("doc_drift", "high")
    assert signal["evidence"]["key"] == "expires_after"
    rows = await desk.rows("SELECT 1 FROM ai_decisions WHERE action = 'raise_signal'")
    assert len(rows) == 1
    await approve(desk, key="kinds.approval.limit", value="6h")
    await process.look_at_rules()
    assert process.policy.approvals.expires_after == timedelta(hours=6)


async def test_a_kept_change_that_fits_no_more_does_not_stop_a_start(desk: Desk) -> None:
    await approve(desk)
    async with desk.db.transaction() as tx:
        await tx.execute(text("UPDATE policy_changes SET key = 'kinds.forgotten.limit'"))
    later = await open_desk(desk.db.url, timeline=desk.timeline, pool_size=2)
    try:
        assert later.policy == later.rules.files
        await later.look_at_rules()
    finally:
        await later.close()
    assert [row["code"] for row in await desk.rows("SELECT code FROM ai_signals")] == ["doc_drift"]
