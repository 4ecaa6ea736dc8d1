"""Signals that somebody names: about an order, a person or the company; raised once while open (docs/DOMAIN.md 9)."""

import pytest

from domain.commands import RaiseSignal, ResolveSignal
from domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from domain.journal import Outcome
from domain.people import Actor, ActorKind, Channel, Role
from domain.policy import SignalCode
from domain.severity import Severity
from domain.validation import parse
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.door import open_door

AI_ROP = Actor.agent("ai-rop")
AI_CFO = Actor(kind=ActorKind.AGENT, name="ai-cfo", channel=Channel.GRAPH)


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db)


async def test_an_agent_raises_a_signal_with_its_numbers_once_and_the_duty_admin_hears_it(desk: Desk) -> None:
    order = await desk.order()
    leak = RaiseSignal(code=SignalCode.MARGIN_LEAK, order=order.code, evidence={"leak_eur": 12.5, "component": "cargo"})
    done = await desk.do(leak, AI_CFO)
    (signal,) = await desk.rows("SELECT * FROM ai_signals")
    assert (signal["id"], signal["circle"], signal["severity"]) == (done.value, "unit_economics", "high")
    assert (signal["raised_by"], signal["order_id"], signal["evidence"]) == ("ai-cfo", order.id, dict(leak.evidence))
    assert (await desk.do(leak, AI_CFO)).outcome is Outcome.UNCHANGED
    (message,) = await desk.messages(desk.admin, kind="signal")
    assert message["params"] == {"code": "margin_leak", "signal": done.value}
    assert (await desk.verify()).ok


async def test_what_is_not_urgent_waits_on_the_list(desk: Desk) -> None:
    await desk.do(RaiseSignal(code=SignalCode.TRAINING_NEED, person_id=desk.anna.id), AI_CFO)
    await desk.do(RaiseSignal(code=SignalCode.FUNNEL_DROP, severity=Severity.LOW), AI_CFO)
    assert await desk.column("SELECT dedup_key FROM ai_signals ORDER BY id") == [
        f"training_need:person:{desk.anna.id}",
        "funnel_drop:company:None",
    ]
    assert await desk.messages(kind="signal") == []


async def test_a_manager_raises_signals_about_their_own_orders_only(desk: Desk) -> None:
    order = await desk.order()
    command = RaiseSignal(code=SignalCode.DEFECT_RISK, order=order.code)
    stranger = next(member for member in desk.managers if member.id != order.owner_id)
    for refused in (command, RaiseSignal(code=SignalCode.DEFECT_RISK)):
        with pytest.raises(ForbiddenError):
            await desk.do(refused, stranger.actor)
    await desk.do(command, desk.by(order))
    assert await desk.signals(order) == ["defect_risk"]


async def test_who_raised_it_does_not_hear_of_it(desk: Desk) -> None:
    await desk.do(RaiseSignal(code=SignalCode.API_DEGRADED), desk.admin.actor)
    assert await desk.messages(desk.admin, kind="signal") == []


async def test_an_agent_lets_people_decide_that_a_signal_is_settled(desk: Desk) -> None:
    done = await desk.do(RaiseSignal(code=SignalCode.API_DEGRADED), AI_CFO)
    waiting = await desk.ask(ResolveSignal(signal_id=done.value, resolution="Снова быстро"), AI_ROP)
    assert waiting.voters == {Role.ADMIN, Role.HEAD, Role.OWNER}
    await desk.vote(waiting.approval_id, desk.admin)
    assert await desk.signals(status="resolved") == ["api_degraded"]


async def test_nobody_is_asked_to_settle_a_crisis_that_does_not_end_like_a_signal(desk: Desk) -> None:
    number = (await desk.do(RaiseSignal(code=SignalCode.INTEGRATION_DOWN), AI_CFO)).value
    with pytest.raises(ConflictError) as refused:
        await desk.ask(ResolveSignal(signal_id=number, resolution="Снова работает"), AI_ROP)
    assert (refused.value.params["kind"], await desk.pending()) == ("crisis", [])


async def test_a_signal_is_about_one_thing_that_exists(desk: Desk) -> None:
    order = await desk.order()
    with pytest.raises(InvalidInputError):
        parse(RaiseSignal, {"code": "overload", "order": order.code, "person_id": desk.anna.id})
    with pytest.raises(NotFoundError):
        await desk.do(RaiseSignal(code=SignalCode.OVERLOAD, person_id=4711), AI_CFO)


async def test_a_leader_raises_a_signal_through_the_api(desk: Desk) -> None:
    async with open_door(desk) as door:
        answer = await door.post("/api/signals", {"code": "overload", "person_id": desk.anna.id}, by=desk.head)
        assert (answer.status_code, answer.json()["outcome"]) == (200, "done")
        assert (await door.post("/api/signals", {"code": "nonsense"}, by=desk.head)).status_code == 422
    assert await desk.signals() == ["overload"]
