"""Admins on the phone: escalation cards, two at once, approvals by buttons, dead letters."""

from sqlalchemy import text

from bots.taps import SEEN_CHARS, Climb, Show, ShowTap, SignalDo, SignalTap, ViolationTap, VoteTap
from domain.commands import AdvanceOrder, ReassignOrder
from domain.orders import Status
from domain.people import Role
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.phone import Line, line


async def escalated(company: Desk, phone: Line) -> ViolationTap:
    """An order whose stage ran out far enough for the duty admin's card; the card's opening tap."""
    order = await company.to_status(await company.order(), Status.UNDER_INSPECTION)
    await company.pass_time(hours=24 * 7)
    await company.pass_time(hours=24 * 7)
    await phone.deliver()
    found = await company.rows(
        "SELECT v.id, o.version FROM ai_sla_violations AS v JOIN orders AS o ON o.id = v.order_id"
        " WHERE v.order_id = :id AND v.clock_kind = 'stage' AND v.resolved_at IS NULL",
        id=order.id,
    )
    return ViolationTap(do=Climb.OPEN, violation=found[0]["id"], version=found[0]["version"])


async def test_an_admin_resolves_an_escalation_with_words(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        card = await escalated(company, phone)
        assert "Чем закончилось" in await _asked(phone, company, card.model_copy(update={"do": Climb.RESOLVE}))
        assert "Закрыто" in await phone.write(company.admin, "Договорились с продавцом на завтра")
        resolved = await company.rows("SELECT * FROM ai_sla_violations WHERE id = :id", id=card.violation)
        assert resolved[0]["resolution"] == "Договорились с продавцом на завтра"


async def _asked(phone: Line, company: Desk, tap: ViolationTap) -> str:
    await phone.press(company.admin, tap)
    return (await phone.says(company.admin))[-1]


async def test_of_two_admins_one_takes_the_case_and_the_other_sees_who(db: Database) -> None:
    company = await Desk.open(db)
    second = await company.hire("Ирина", Role.ADMIN)
    async with line(company) as phone:
        card = await escalated(company, phone)
        take = card.model_copy(update={"do": Climb.ACKNOWLEDGE})
        assert "Занимается Олег" in await phone.press(company.admin, take)
        assert "Этим уже занимаются: Олег" in await phone.press(second, take)


async def test_an_admin_hands_the_order_to_the_least_loaded_manager(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        card = await escalated(company, phone)
        assert "Кому передать" in await phone.press(company.admin, card.model_copy(update={"do": Climb.GIVE}))
        give = card.model_copy(update={"do": Climb.GIVE_TO, "arg": "0"})
        assert "передан" in await phone.press(company.admin, give)


async def test_the_sixth_order_that_an_admin_hands_over_in_a_breath_waits_for_a_head(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        card = await escalated(company, phone)
        for order in await company.orders(5):
            await company.do(ReassignOrder(order=order.code, reason="Отпуск"), company.admin.actor)
        await phone.press(company.admin, card.model_copy(update={"do": Climb.GIVE}))
        said = await phone.press(company.admin, card.model_copy(update={"do": Climb.GIVE_TO, "arg": "0"}))
        (approval,) = await company.pending()
        assert f"№{approval.id}" in said
        assert approval.risks == ["mass"]


async def test_a_snoozed_card_says_until_when(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        card = await escalated(company, phone)
        await phone.press(company.admin, card.model_copy(update={"do": Climb.SNOOZE}))
        said = await phone.press(company.admin, card.model_copy(update={"do": Climb.SNOOZE_FOR, "arg": "30m"}))
        assert "Занимается Олег, до" in said


async def test_head_and_owner_approve_a_payment_by_two_taps(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.to_status(await company.order(), Status.AWAITING_PAYMENT)
        await company.confirmed(order)
        ask = AdvanceOrder(order=order.code, to=Status.READY_FOR_SHIPMENT)
        waiting = await company.ask(ask, company.by(order))
        await phone.deliver()
        approval = await company.approval(waiting.approval_id)
        tap = VoteTap(ballot="approve", approval=approval.id, seen=approval.arguments_hash[:SEEN_CHARS])
        assert "Голосов «за»: 1 из 2" in await phone.press(company.head, tap)
        assert (await company.see(order)).status is Status.AWAITING_PAYMENT
        assert "утверждено" in await phone.press(company.owner, tap)
        assert (await company.see(order)).status is Status.READY_FOR_SHIPMENT
        assert [each for each in await phone.buttons(company.head) if each.startswith(f"{VoteTap.__prefix__}:")] == []


async def test_a_rejection_asks_for_a_reason_and_the_one_who_asked_hears_it(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.to_status(await company.order(), Status.AWAITING_PAYMENT)
        await company.confirmed(order)
        ask = AdvanceOrder(order=order.code, to=Status.READY_FOR_SHIPMENT)
        waiting = await company.ask(ask, company.by(order))
        await phone.deliver()
        approval = await company.approval(waiting.approval_id)
        await phone.press(
            company.head, VoteTap(ballot="reject", approval=approval.id, seen=approval.arguments_hash[:SEEN_CHARS])
        )
        assert "отклонено" in await phone.write(company.head, "Оплата не пришла")
        await phone.deliver()
        owner = next(member for member in company.people.values() if member.id == order.owner_id)
        assert "Оплата не пришла" in (await phone.says(owner))[-1]


async def test_a_dead_letter_is_listed_and_sent_again(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.order()
        owner = next(member for member in company.people.values() if member.id == order.owner_id)
        await phone.telegram.people.block(owner.telegram_id)
        await phone.deliver()
        assert "сотрудник заблокировал бота" in await phone.write(company.admin, "/dead")
        await phone.telegram.people.unblock(owner.telegram_id)
        await phone.listen()
        letter = await company.value("SELECT id FROM notifications WHERE state = 'dead'")
        assert "отправлено снова" in await phone.press(company.admin, ShowTap(show=Show.RESEND, arg=letter))
        await phone.deliver()
        assert "Новый заказ" in (await phone.says(owner))[-1]


async def test_all_letters_that_died_of_one_reason_are_counted_and_sent_again_together(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await company.orders(20)
        async with db.transaction() as tx:
            await tx.execute(text("UPDATE notifications SET state = 'dead', error = 'Bad Request: chat not found'"))
        died = await company.value("SELECT count(*) FROM notifications")
        newest = await company.value("SELECT max(id) FROM notifications")
        assert f"Недоставленные сообщения: {died}" in await phone.write(company.admin, "/dead")
        said = await phone.press(company.admin, ShowTap(show=Show.RESEND_ALIKE, arg=newest))
        assert f"Отправлено снова: {died}" in said
        assert await company.value("SELECT count(*) FROM notifications WHERE state = 'queued'") == died


async def test_an_alert_is_plain_text_and_is_cut_between_characters(db: Database) -> None:
    company = await Desk.open(db)
    second = await company.hire("Ирина", Role.ADMIN)
    async with line(company) as phone:
        card = await escalated(company, phone)
        take = card.model_copy(update={"do": Climb.ACKNOWLEDGE})
        await phone.press(company.admin, take)
        name = 'Олег <"Шериф"> ' + "&" * 120
        await company.alter(company.admin, name=name)
        assert await phone.press(second, take) == f"Этим уже занимаются: {name}."
        await company.alter(company.admin, name=name * 2)
        assert (await phone.press(second, take)).startswith(f"Этим уже занимаются: {name}Олег <")


async def test_an_order_that_nobody_can_take_comes_to_the_duty_admin_as_a_card_to_give_it_away(db: Database) -> None:
    company = await Desk.open(db)
    for manager in company.managers:
        await company.capacity(manager, 0)
    async with line(company) as phone:
        order = await company.order()
        assert order.owner_id == company.admin.id
        await phone.deliver()
        said = (await phone.says(company.admin))[-1]
        assert said.startswith(f"⚠️ Заказ №{order.code}: Некому отдать заказ")
        give = next(tap for tap in await phone.buttons(company.admin) if SignalTap.unpack(tap).do is SignalDo.GIVE)
        await company.capacity(company.anna, 20)
        said = await phone.press(company.admin, SignalTap.unpack(give))
        assert said.startswith(f"Кому передать заказ №{order.code}")
