"""What happened on an order, told by taps: contacts, blockers, the client's decision and the follow-ups."""

from bots.taps import Do, OrderTap
from domain.commands import ExtendClock, Resolve, Snooze
from domain.orders import ClientDecision, Order, Status
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.order_phone import Hand
from tests.integration.phone import line


async def in_status(company: Desk, status: Status) -> Order:
    """An order that has come so far."""
    return await company.to_status(await company.order(), status)


# ── contacts ─────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_contact_is_one_tap_and_how_it_took_place_another_for_whoever_cares(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        hand = Hand.of(phone, await in_status(company, Status.UNDER_INSPECTION))
        assert "Контакт с продавцом записан" in await hand.tap(Do.SELLER)
        assert "с продавцом сегодня в 12:00, по телефону" in await hand.press(Do.HOW, "seller.phone")
        rows = await company.rows("SELECT kind, medium FROM order_notes WHERE order_id = :id", id=hand.order.id)
        assert [(row["kind"], row["medium"]) for row in rows] == [("contact_seller", "phone")]


async def test_how_said_long_after_is_a_contact_of_its_own(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        hand = Hand.of(phone, await in_status(company, Status.UNDER_INSPECTION))
        await hand.tap(Do.CLIENT)
        company.forward(hours=2)
        await hand.press(Do.HOW, "client.chat")
        kept = await company.column("SELECT medium FROM order_notes WHERE order_id = :id ORDER BY id", id=hand.order.id)
        assert kept == [None, "chat"]


# ── blockers ─────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_blocker_has_a_reason_somebody_and_a_deadline_all_by_buttons(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        hand = Hand.of(phone, await in_status(company, Status.READY_FOR_SHIPMENT))
        assert "Что мешает" in await hand.tap(Do.BLOCKER)
        assert "От кого это зависит" in await hand.press(Do.BLOCK_WHY, "carrier_refused")
        assert "До какого срока" in await hand.press(Do.BLOCK_WHO, "carrier")
        card = await hand.press(Do.BLOCK_DUE, "tomorrow")
        assert "Блокер записан" in card
        assert "Перевозчик отказал (ждём перевозчика)" in card
        assert f"Снимает {hand.who.name}, срок: завтра в 12:00" in card
        assert "Блокер снят" in await hand.press(Do.UNBLOCK)
        assert await company.value("SELECT count(*) FROM blockers WHERE closed_at IS NULL") == 0


async def test_a_colleague_who_is_to_remove_a_blocker_hears_of_it(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        hand = Hand.of(phone, await in_status(company, Status.UNDER_INSPECTION))
        await hand.tap(Do.BLOCKER)
        await hand.write("Нет доступа к объявлению")
        await hand.press(Do.BLOCK_WHO, str(company.admin.id))
        assert "Не понимаю срок" in await hand.write("когда-нибудь")
        assert f"Снимает {company.admin.name}, срок: 20 ноября в 15:30" in await hand.write("20.11 15:30")
        await phone.deliver()
        assert any("Нет доступа к объявлению" in said for said in await phone.says(company.admin))


# ── the client's decision ────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_client_who_thinks_leads_to_the_plan_with_texts_to_copy(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        hand = Hand.of(phone, await in_status(company, Status.AWAITING_PAYMENT))
        await hand.tap(Do.DECISION)
        plan = await hand.press(Do.DECIDED, ClientDecision.THINKING)
        assert "клиент думает" in plan
        assert "сегодня в 16:00: Спросите, что осталось неясным (позже)" in plan
        assert "Вы получили отчёт о проверке: Canyon Spectral 29" in await hand.press(Do.DRAFT, "clarify")
        assert "клиенту написали" in await phone.press(hand.who, await _sent(hand))
        assert (await phone.says(hand.who))[-2].count("(сделано)") == 1
        contacts = await company.column("SELECT text FROM order_notes WHERE kind = 'contact_client'")
        assert contacts == ["Клиенту отправлено: Спросите, что осталось неясным"]
        assert await company.value("SELECT count(*) FROM tasks WHERE key LIKE 'followup-%' AND state = 'done'") == 1


async def _sent(hand: Hand) -> OrderTap:
    return next(tap for tap in await hand.taps() if tap.do is Do.SENT)


async def test_what_the_client_answers_to_a_follow_up_is_one_tap(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        hand = Hand.of(phone, await in_status(company, Status.AWAITING_PAYMENT))
        await hand.tap(Do.DECISION)
        await hand.press(Do.DECIDED, ClientDecision.THINKING)
        assert "клиент подтвердил покупку" in await hand.press(Do.DECIDED, ClientDecision.CONFIRMED)
        assert "Дождитесь" in await hand.open()


async def test_a_sent_follow_up_pressed_twice_is_one_contact(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        hand = Hand.of(phone, await in_status(company, Status.AWAITING_PAYMENT))
        await hand.tap(Do.PLAN)
        sent = await _sent(hand)
        message = await phone.card(hand.who)
        for _ in range(2):
            await phone.telegram.people.press(hand.who.telegram_id, hand.who.telegram_id, message, sent.pack())
        await phone.listen()
        assert await company.value("SELECT count(*) FROM order_notes WHERE kind = 'contact_client'") == 1


# ── what became of an escalation ─────────────────────────────────────────────────────────────────────────────────────
async def test_the_manager_hears_who_took_on_settled_or_extended_what_was_overdue(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        hand = Hand.of(phone, await in_status(company, Status.UNDER_INSPECTION))
        await company.pass_time(hours=1)
        (late,) = await company.violations(hand.order)
        await company.do(Snooze(violation_id=late["id"], option="30m"), company.admin.actor)
        await phone.deliver()
        assert "Олег берёт на себя просроченное: первый контакт" in (await phone.says(hand.who))[-1]
        await company.do(Resolve(violation_id=late["id"], resolution="Позвонил продавцу сам"), company.admin.actor)
        await phone.deliver()
        settled = (await phone.says(hand.who))[-1]
        assert "Олег закрывает вопрос о просрочке: первый контакт" in settled
        assert "Причина: Позвонил продавцу сам" in settled
        await company.do(
            ExtendClock(order=hand.order.code, clock="stage", minutes=60, reason="Продавец в отъезде"),
            company.admin.actor,
        )
        await phone.deliver()
        assert "Олег даёт больше времени: срок этапа" in (await phone.says(hand.who))[-1]


# ── reminders and breaches ───────────────────────────────────────────────────────────────────────────────────────────
async def test_a_reminder_and_a_breach_are_short_and_have_one_main_button(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        hand = Hand.of(phone, await in_status(company, Status.UNDER_INSPECTION))
        await company.pass_time(minutes=13)
        await phone.deliver()
        assert "осталось 2 мин" in (await phone.says(hand.who))[-1]
        await company.pass_time(minutes=5)
        await phone.deliver()
        broken = (await phone.says(hand.who))[-1].splitlines()
        assert broken == [
            "❗ С продавцом не связались вовремя",
            f"Заказ №{hand.order.code}, Canyon Spectral 29 · Проверка",
            "Срок: сегодня в 12:15, просрочено на 3 мин",
            "➡️ Свяжитесь с продавцом",
        ]
        assert [tap.do for tap in await hand.taps()] == [Do.SELLER, Do.OPEN]
        assert "Контакт с продавцом записан" in await hand.press(Do.SELLER)


async def test_an_overdue_blocker_says_which_one_and_is_removed_from_there(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        hand = Hand.of(phone, await in_status(company, Status.READY_FOR_SHIPMENT))
        await hand.tap(Do.BLOCKER)
        await hand.press(Do.BLOCK_WHY, "no_documents")
        await hand.press(Do.BLOCK_WHO, "me")
        await hand.press(Do.BLOCK_DUE, "hours")
        await phone.deliver()
        await company.pass_time(hours=4, minutes=1)
        await phone.deliver()
        assert "О чём: Нет документов на велосипед" in (await phone.says(hand.who))[-1]
        assert "Блокер снят" in await hand.press(Do.UNBLOCK)
