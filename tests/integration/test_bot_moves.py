"""Moves on the phone: what lacks is said before the tap, evidence comes step by step, the summary comes first."""

from decimal import Decimal

from bots.taps import SEEN_CHARS, Do, VoteTap
from domain.commands import AnswerChecklist, RecordPayment
from domain.orders import CancelReason, Order, Status, Verdict
from domain.people import CRM_FEED
from store.database import Database
from tests.integration.desk import Desk, Member
from tests.integration.order_phone import Hand
from tests.integration.phone import Line, line


async def in_status(company: Desk, status: Status) -> Order:
    """An order that has come so far."""
    return await company.to_status(await company.order(), status)


async def vote(phone: Line, who: Member, ballot: str, approval: int) -> str:
    """A leader presses a ballot on the request's card."""
    await phone.deliver()
    seen = (await phone.company.approval(approval)).arguments_hash[:SEEN_CHARS]
    return await phone.press(who, VoteTap(ballot=ballot, approval=approval, seen=seen))


async def test_the_card_says_before_the_tap_what_lacks_for_the_move(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.full_check(await in_status(company, Status.UNDER_INSPECTION))
        frame = company.answer(6).model_copy(update={"photos": ()})
        await company.do(AnswerChecklist(order=order.code, answers=(frame,)), company.by(order))
        hand = Hand.of(phone, order)
        assert "«Решение и оплата клиента»: не хватает фото к пункту 6" in await hand.open()
        assert "не хватает:\n• фото к пункту 6" in await hand.press(Do.MOVE, Status.AWAITING_PAYMENT)
        assert (await hand.see()).status is Status.UNDER_INSPECTION


async def test_the_dispatch_is_asked_for_step_by_step_by_buttons_and_words(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        hand = Hand.of(phone, await in_status(company, Status.READY_FOR_SHIPMENT))
        sheet = await hand.tap(Do.MOVE, Status.IN_TRANSIT)
        assert "Не хватает: перевозчика; трек-номера; даты отправки" in sheet
        assert "Кто повезёт" in await hand.press(Do.LOGISTICS)
        assert "Когда отправка" in await hand.press(Do.SHIP, "c0")
        assert "Кто повезёт" in await hand.press(Do.LOGISTICS, "carrier")
        assert "Когда отправка" in await hand.write("Почта")
        assert "Когда отправка" in await hand.press(Do.SHIP, "days")
        assert "Какой трек-номер" in await hand.press(Do.SHIP, "2026-11-25")
        assert "Не похоже на трек-номер" in await hand.write("нет")
        assert "Почта, трек RB123456789DE, дата 25 ноября" in await hand.write("rb 123456789 de")
        assert "Новый статус: В пути" in await hand.press(Do.MOVE_NOW)
        order = await hand.see()
        assert (order.status, order.carrier) == (Status.IN_TRANSIT, "Почта")


async def test_the_evidence_of_an_interrupted_dispatch_stays_and_the_rest_is_asked_for_later(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        hand = Hand.of(phone, await in_status(company, Status.READY_FOR_SHIPMENT))
        await hand.tap(Do.LOGISTICS)
        await hand.press(Do.SHIP, "c0")
        assert "Готов к отправке" in await hand.press(Do.OPEN)
        assert "Когда отправка" in await hand.tap(Do.LOGISTICS)
        assert (await hand.see()).carrier == "СДЭК"


async def test_a_delivery_wants_its_day_which_is_neither_ahead_nor_before_the_dispatch(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        hand = Hand.of(phone, await in_status(company, Status.IN_TRANSIT))
        company.forward(days=5)
        assert "Когда клиент получил" in await hand.tap(Do.DELIVERED)
        assert "Такая дата доставки не подходит" in await hand.write("30.11")
        assert "Такая дата доставки не подходит" in await hand.write("01.11")
        assert "Доставлен: 21 ноября" in await hand.write("21.11")
        assert "Новый статус: Доставлен" in await hand.press(Do.MOVE_NOW)


async def test_going_back_into_the_check_wants_a_reason(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        hand = Hand.of(phone, await in_status(company, Status.AWAITING_PAYMENT))
        assert "Почему возвращаем" in await hand.tap(Do.MOVE, Status.UNDER_INSPECTION)
        assert "Причина: Не хватает фотографий" in await hand.press(Do.REWORK, "photos")
        assert "Новый статус: Проверка" in await hand.press(Do.MOVE_NOW)
        events = await company.rows("SELECT reason FROM order_status_events WHERE order_id = :id", id=hand.order.id)
        assert "Не хватает фотографий" in [event["reason"] for event in events]


async def test_a_red_verdict_goes_to_people_and_their_refusal_comes_back_with_its_reason_and_the_card(
    db: Database,
) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.full_check(await in_status(company, Status.UNDER_INSPECTION), verdict=Verdict.RED)
        hand = Hand.of(phone, order)
        assert "всё готово. Решают люди" in await hand.open()
        assert "Понадобится решение людей" in await hand.press(Do.MOVE, Status.AWAITING_PAYMENT)
        asked = await hand.press(Do.MOVE_NOW)
        assert "голосовать могут: Павел (руководитель), Ольга (владелец)" in asked
        (approval,) = await company.pending()
        await vote(phone, company.head, "reject", approval.id)
        await phone.write(company.head, "Рама треснула, не берём")
        await phone.deliver()
        told = (await phone.says(hand.who))[-1]
        assert "отклон" in told
        assert "«Против»: Павел. Рама треснула, не берём" in told
        assert f"Заказ №{order.code} · Проверка" in told
        assert (await hand.see()).status is Status.UNDER_INSPECTION


async def test_a_cancellation_after_a_payment_is_summed_up_and_waits_for_people(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await in_status(company, Status.AWAITING_PAYMENT)
        await company.do(RecordPayment(order=order.code, amount_eur=Decimal(300), reference="P-1"), CRM_FEED)
        hand = Hand.of(phone, order)
        assert "Почему отменяем" in await hand.tap(Do.CANCEL)
        assert "Можно добавить пояснение" in await hand.press(Do.CANCEL_FOR, CancelReason.CLIENT_CHANGED_MIND)
        summary = await hand.write("Нашёл другой")
        assert "Отменить заказ" in summary
        assert "Пояснение: Нашёл другой" in summary
        assert "Понадобится решение людей" in summary
        assert "отправлен" in await hand.press(Do.CANCEL_NOW)
        (approval,) = await company.pending()
        await vote(phone, company.head, "approve", approval.id)
        await phone.deliver()
        assert "Отменён" in (await phone.says(hand.who))[-1]
        assert (await hand.see()).cancel_reason is CancelReason.CLIENT_CHANGED_MIND


async def test_the_reason_other_needs_words(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        hand = Hand.of(phone, await in_status(company, Status.UNDER_INSPECTION))
        await hand.tap(Do.CANCEL)
        assert "обязательно" in await hand.press(Do.CANCEL_FOR, CancelReason.OTHER)
        assert Do.CANCEL_PLAIN not in {tap.do for tap in await hand.taps()}
        await hand.write("Клиент попал в больницу")
        assert "Заказ отменён" in await hand.press(Do.CANCEL_NOW)


async def test_what_the_client_says_to_have_paid_is_confirmed_by_people(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.confirmed(await in_status(company, Status.AWAITING_PAYMENT))
        hand = Hand.of(phone, order)
        assert "Сколько, по словам клиента" in await hand.tap(Do.PAID)
        assert "Не понимаю сумму" in await hand.write("всё")
        assert "Какой номер" in await hand.write("2 739,20 €")
        assert "Номер платежа: TR-77" in await hand.write("TR-77")
        assert "отправлен" in await hand.press(Do.PAID_NOW)
        (approval,) = await company.pending()
        assert (approval.action, approval.amount_eur) == ("confirm_payment", Decimal("2739.20"))
        await vote(phone, company.head, "approve", approval.id)
        await vote(phone, company.owner, "approve", approval.id)
        await phone.deliver()
        told = (await phone.says(hand.who))[-1]
        assert "Готов к отправке" in told
        assert (await hand.see()).status is Status.READY_FOR_SHIPMENT


async def test_a_payment_without_a_number_or_too_large_is_understood(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        hand = Hand.of(phone, await company.confirmed(await in_status(company, Status.AWAITING_PAYMENT)))
        await hand.tap(Do.PAID)
        await hand.press(Do.PAID_ALL)
        assert f"Номер платежа: {hand.order.code}-181126-1200" in await hand.press(Do.PAID_PLAIN)
        await hand.tap(Do.PAID)
        await hand.write("99999")
        await hand.write("A-1")
        assert "Такая сумма не подходит: можно от" in await hand.press(Do.PAID_NOW)


async def test_a_request_that_nobody_decides_comes_back_as_expired(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        hand = Hand.of(phone, await company.confirmed(await in_status(company, Status.AWAITING_PAYMENT)))
        await hand.tap(Do.MOVE, Status.READY_FOR_SHIPMENT)
        await hand.press(Do.MOVE_NOW)
        await company.pass_time(days=1)
        await phone.deliver()
        assert any("срок вышел без решения" in said and "Заказ №" in said for said in await phone.says(hand.who))


async def test_a_claim_keeps_the_order_open_until_a_leader_settles_it(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        hand = Hand.of(phone, await in_status(company, Status.DELIVERED))
        assert "Чем недоволен клиент" in await hand.tap(Do.CLAIM)
        assert "Открыта претензия" in await hand.write("Царапина на раме")
        assert "не хватает закрытой претензии" in await hand.open()
        assert {Do.CLAIM, Do.CLAIM_END}.isdisjoint(tap.do for tap in await hand.taps())
        leader = Hand(phone, hand.order, company.admin)
        assert "Чем закончилась" in await leader.tap(Do.CLAIM_END)
        assert "Претензия закрыта" in await leader.write("Клиент согласился на скидку в сервисе")
        await hand.tap(Do.MOVE, Status.CLOSED)
        assert "Новый статус: Закрыт" in await hand.press(Do.MOVE_NOW)


async def test_an_open_question_survives_a_restart_of_the_bot(
    db: Database,
) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        hand = Hand.of(phone, await in_status(company, Status.READY_FOR_SHIPMENT))
        await hand.tap(Do.LOGISTICS)
        async with line(company, telegram=phone.telegram) as restarted:
            assert restarted.door is not phone.door
            await phone.telegram.people.write(hand.who.telegram_id, hand.who.telegram_id, "DHL")
            await restarted.listen()
        assert (await hand.see()).carrier == "DHL"
