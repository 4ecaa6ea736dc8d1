"""Whoever had a role ask people hears from that role what they decided."""

from decimal import Decimal

from domain.commands import RecordPayment
from domain.people import CRM_FEED
from guardrails.approval.approvals import Ballot
from store.agents.turns import (
    TurnKind,
    TurnState,
)
from store.database import Database
from tests.integration.asking import payable, payment
from tests.integration.desk import Desk
from tests.integration.phone import Line, line
from tests.integration.talking import Runner, at_work, work


async def asked_for(phone: Line, runner: Runner) -> int:
    """The admin has AI-ROP propose a refund; the approval that waits."""
    company = phone.company
    order = await company.order()
    await company.do(RecordPayment(order=order.code, amount_eur=Decimal(300), reference="P-1"), CRM_FEED)
    await phone.telegram.people.write(
        company.admin.telegram_id, company.admin.telegram_id, f"/rop верни деньги по {order.code}, 250 €"
    )
    await phone.listen()
    await work(runner, company)
    await phone.deliver()
    pending = await company.pending()
    assert len(pending) == 1, await phone.says(company.admin)
    approval = pending[0]
    assert (approval.requested_by, approval.requested_person) == ("ai-rop", company.admin.id)
    return approval.id


async def heard(phone: Line, runner: Runner) -> str:
    """What the admin reads when the turn after the decision has run."""
    await phone.deliver()
    (turn,) = await work(runner, phone.company)
    assert (turn.kind, turn.state, turn.person_id) == (
        TurnKind.APPROVAL_DECIDED,
        TurnState.DONE,
        phone.company.admin.id,
    )
    assert turn.thread == f"ai-rop:person:{phone.company.admin.id}"
    await phone.deliver()
    return (await phone.says(phone.company.admin))[-1]


async def test_a_rejected_request_comes_back_as_the_roles_message(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        approval = await asked_for(phone, runner)
        await company.vote(approval, company.head, Ballot.REJECT, reason="Не сейчас")
        told = await heard(phone, runner)
        assert f"Запрос №{approval}" in told
        assert "отклонён" in told


async def test_a_granted_request_comes_back_with_its_effect_once(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        approval = await asked_for(phone, runner)
        await company.approve(approval)
        assert "одобрен и исполнен" in await heard(phone, runner)
        assert await work(runner, company) == []


async def test_an_expired_request_comes_back_too(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        await asked_for(phone, runner)
        await company.pass_time(days=5)
        assert "истёк без решения" in await heard(phone, runner)


async def test_a_model_words_the_decision_from_its_facts(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        async with at_work(phone.door.desk) as runner:
            approval = await asked_for(phone, runner)
        await company.vote(approval, company.head, Ballot.REJECT, reason="Не сейчас")
        async with at_work(phone.door.desk, f"Люди отклонили запрос {approval}: не сейчас.") as runner:
            assert f"Люди отклонили запрос {approval}: не сейчас." in await heard(phone, runner)


async def test_a_model_may_say_that_a_granted_refund_is_settled(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        async with at_work(phone.door.desk) as runner:
            approval = await asked_for(phone, runner)
        await company.approve(approval)
        said = f"Возврат 250 € одобрен и оформлен, запрос {approval}."
        async with at_work(phone.door.desk, said) as runner:
            assert said in await heard(phone, runner)


async def test_a_model_may_not_say_that_a_rejected_refund_is_settled(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        async with at_work(phone.door.desk) as runner:
            approval = await asked_for(phone, runner)
        await company.vote(approval, company.head, Ballot.REJECT, reason="Не сейчас")
        said = f"Возврат 250 € одобрен и оформлен, запрос {approval}."
        async with at_work(phone.door.desk, said) as runner:
            told = await heard(phone, runner)
            assert said not in told
            assert "отклонён" in told


async def test_nothing_is_said_of_what_a_person_asked_or_while_the_role_is_off(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        own = await payment(company, await payable(company))
        await company.vote(own.approval_id, company.head, Ballot.REJECT, reason="Нет")
        assert await work(runner, company) == []
        approval = await asked_for(phone, runner)
        await phone.telegram.people.write(company.head.telegram_id, company.head.telegram_id, "/pause ai-rop")
        await phone.listen()
        await company.vote(approval, company.head, Ballot.REJECT, reason="Не сейчас")
        assert await work(runner, company) == []
