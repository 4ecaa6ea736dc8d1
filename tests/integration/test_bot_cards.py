"""Cards that stand in several chats: whoever acts, everybody's card says who did what; and what comes too late."""

from decimal import Decimal

import pytest
from sqlalchemy import text

from bots.refreshing import refresh
from bots.taps import Climb, SignalDo, SignalEnd, SignalTap, ViolationTap, VoteTap
from domain.commands import ProposeDiscount, RaiseSignal, Resolve
from domain.people import Role
from domain.policy import SignalCode
from guardrails.approval.approvals import Ballot
from store.database import Database
from tests.integration.desk import Desk, Member
from tests.integration.phone import Line, line
from tests.integration.test_bot_admin import escalated


async def refreshed(company: Desk, phone: Line) -> int:
    """Do what the jobs of changed cards do; how many were edited."""
    behind = await company.rows("SELECT chat_id, message_id FROM shown_cards WHERE changes > shown")
    for row in behind:
        assert await refresh(phone.post, row["chat_id"], row["message_id"]) is None
    return len(behind)


async def card_in(phone: Line, who: Member, what: str) -> str:
    """The person's newest message that says this."""
    return next(words for words in reversed(await phone.says(who)) if what in words)


async def test_the_other_admins_card_says_who_took_the_case(db: Database) -> None:
    company = await Desk.open(db)
    second = await company.hire("Ирина", Role.ADMIN)
    async with line(company) as phone:
        card = await escalated(company, phone)
        await phone.press(company.admin, card.model_copy(update={"do": Climb.ACKNOWLEDGE}))
        assert "Занимается Олег" not in await card_in(phone, second, "Срок этапа вышел")
        assert await refreshed(company, phone) > 0
        assert "Занимается Олег, до" in await card_in(phone, second, "Срок этапа вышел")
        assert "Олег: в работе" in await card_in(phone, second, "Что уже сделано")
        assert await refreshed(company, phone) == 0


async def test_many_changes_are_one_job_and_one_edit(db: Database) -> None:
    company = await Desk.open(db)
    second = await company.hire("Ирина", Role.ADMIN)
    async with line(company) as phone:
        card = await escalated(company, phone)
        for option in ("30m", "2h", "tomorrow"):
            await phone.press(company.admin, card.model_copy(update={"do": Climb.SNOOZE}))
            await phone.press(company.admin, card.model_copy(update={"do": Climb.SNOOZE_FOR, "arg": option}))
        jobs = await company.rows("SELECT args FROM procrastinate_jobs WHERE task_name = 'refresh_card'")
        of_second = [job["args"]["message_id"] for job in jobs if job["args"]["chat_id"] == second.telegram_id]
        assert of_second
        assert len(of_second) == len(set(of_second))


async def test_a_resolved_case_leaves_no_buttons_in_any_chat_and_is_forgotten(db: Database) -> None:
    company = await Desk.open(db)
    second = await company.hire("Ирина", Role.ADMIN)
    async with line(company) as phone:
        card = await escalated(company, phone)
        await phone.press(company.admin, card.model_copy(update={"do": Climb.RESOLVE}))
        await phone.write(company.admin, "Договорились с продавцом на завтра")
        await refreshed(company, phone)
        for who in (company.admin, second):
            said = await card_in(phone, who, "Закрыто. Заказ")
            assert "Итог: Договорились с продавцом на завтра" in said
            assert "Закрыто: Олег" in said
        left = "SELECT count(*) FROM shown_cards WHERE subject_kind = 'violation' AND subject_id = :id"
        assert await company.value(left, id=card.violation) == 0


async def test_a_tap_that_comes_too_late_is_refused_and_the_card_shows_how_things_stand(db: Database) -> None:
    company = await Desk.open(db)
    second = await company.hire("Ирина", Role.ADMIN)
    async with line(company) as phone:
        card = await escalated(company, phone)
        await company.do(Resolve(violation_id=card.violation, resolution="Всё в порядке"), company.admin.actor)
        assert "уже закрыт" in await phone.press(second, card.model_copy(update={"do": Climb.SNOOZE}))
        assert "Итог: Всё в порядке" in await card_in(phone, second, "Закрыто")


async def test_an_order_that_moved_on_is_not_given_away_by_an_old_card(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        card = await escalated(company, phone)
        async with db.transaction() as tx:
            await tx.execute(text("UPDATE orders SET version = version + 1"))
        assert "всё изменилось" in await phone.press(company.admin, card.model_copy(update={"do": Climb.TASK}))
        fresh = ViolationTap(do=Climb.TASK, violation=card.violation, version=card.version + 1)
        assert "К какому сроку" in await phone.press(company.admin, fresh)


async def test_the_menu_of_managers_offers_who_can_and_says_why_not_the_others(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        card = await escalated(company, phone)
        await company.alter(company.vera, away_from=company.now, away_until=None)
        said = await phone.press(company.admin, card.model_copy(update={"do": Climb.GIVE}))
        assert "Вера: в отъезде" in said
        give = [data for data in await phone.buttons(company.admin) if ":givt:" in data]
        assert not any(data.endswith(f":{company.vera.id}") for data in give)
        owner = await company.value("SELECT owner_id FROM orders")
        assert not any(data.endswith(f":{owner}") for data in give)


async def test_a_task_from_the_card_reaches_the_owner_and_stands_on_the_card(db: Database) -> None:
    company = await Desk.open(db)
    second = await company.hire("Ирина", Role.ADMIN)
    async with line(company) as phone:
        card = await escalated(company, phone)
        await phone.press(company.admin, card.model_copy(update={"do": Climb.TASK}))
        await phone.press(company.admin, card.model_copy(update={"do": Climb.TASK_DUE, "arg": "2h"}))
        assert "Задача поставлена" in await phone.write(company.admin, "Позвонить продавцу")
        await refreshed(company, phone)
        assert "Олег: задача «Позвонить продавцу»" in await card_in(phone, second, "Что уже сделано")


async def test_more_time_asks_for_a_reason_and_ends_the_breach(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        card = await escalated(company, phone)
        await phone.press(company.admin, card.model_copy(update={"do": Climb.EXTEND}))
        await phone.press(company.admin, card.model_copy(update={"do": Climb.EXTEND_BY, "arg": "480"}))
        assert "продлён, новый" in await phone.write(company.admin, "Продавец в отпуске до пятницы")
        await refreshed(company, phone)
        assert "Продавец в отпуске" in await card_in(phone, company.admin, "Закрыто. Заказ")


# ── signals ──────────────────────────────────────────────────────────────────────────────────────────────────────────
async def raised(company: Desk, phone: Line) -> SignalTap:
    """A signal about one order, with its card in the duty admin's chat."""
    order = await company.order()
    done = await company.do(RaiseSignal(code=SignalCode.SHIPMENT_BLOCKED, order=order.code), company.by(order))
    await phone.deliver()
    version = (await company.see(order)).version
    return SignalTap(do=SignalDo.TAKE, signal=done.value, version=version)


async def test_a_signal_is_taken_put_away_and_rejected_with_words(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        tap = await raised(company, phone)
        assert "Занимается Олег" in await phone.press(company.admin, tap)
        await phone.press(company.admin, tap.model_copy(update={"do": SignalDo.SNOOZE}))
        put_away = tap.model_copy(update={"do": SignalDo.SNOOZE_FOR, "arg": "2h"})
        assert "отложено, до" in await phone.press(company.admin, put_away)
        await phone.press(company.admin, tap.model_copy(update={"do": SignalDo.REJECT}))
        assert "Сигнал отклонён" in await phone.write(company.admin, "Перевозчик уже забрал")
        await refreshed(company, phone)
        assert "Перевозчик уже забрал" in await card_in(phone, company.admin, "Закрыто. Заказ")
        assert await company.value("SELECT status FROM ai_signals WHERE id = :id", id=tap.signal) == "rejected"


async def test_a_crisis_ends_by_its_metric_or_on_a_leaders_word(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        tap = await raised(company, phone)  # of a kind that nothing measures yet
        assert "по слову руководителя" in await phone.press(
            company.admin, tap.model_copy(update={"do": SignalDo.RESOLVE})
        )
        for end in (SignalEnd.CALM, SignalEnd.INSIST):
            await phone.press(company.admin, tap.model_copy(update={"do": SignalDo.RESOLVE, "arg": end}))
            said = await phone.write(company.admin, "Перевозчик забрал посылку")
            assert ("подтвердите явно" in said) is (end is SignalEnd.CALM)
        assert "✅ Закрыто" in said
        row = (await company.rows("SELECT status, resolution FROM ai_signals WHERE id = :id", id=tap.signal))[0]
        assert (row["status"], row["resolution"]) == ("resolved", "Перевозчик забрал посылку")


async def test_words_that_end_no_crisis_by_its_metric_end_it_by_one_tap(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        tap = await raised(company, phone)
        await phone.press(company.admin, tap.model_copy(update={"do": SignalDo.RESOLVE}))
        await phone.press(company.admin, tap.model_copy(update={"do": SignalDo.RESOLVE, "arg": SignalEnd.CALM}))
        said = await phone.write(company.admin, "Перевозчик забрал посылку")
        assert "подтвердите явно" in said
        assert "Перевозчик забрал посылку" in said
        confirmed = SignalTap(do=SignalDo.CONFIRM, signal=tap.signal)
        assert "Перевозчик забрал посылку" in await phone.press(company.admin, confirmed)
        row = (await company.rows("SELECT status, resolution FROM ai_signals WHERE id = :id", id=tap.signal))[0]
        assert (row["status"], row["resolution"]) == ("resolved", "Перевозчик забрал посылку")


async def test_a_crisis_whose_words_are_not_kept_any_more_is_confirmed_with_new_ones(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        tap = await raised(company, phone)
        await phone.press(company.admin, tap.model_copy(update={"do": SignalDo.RESOLVE}))
        await phone.press(company.admin, tap.model_copy(update={"do": SignalDo.RESOLVE, "arg": SignalEnd.CALM}))
        await phone.write(company.admin, "Перевозчик забрал посылку")
        await phone.write(company.admin, "/queue")
        await phone.press(company.admin, SignalTap(do=SignalDo.CONFIRM, signal=tap.signal))
        assert "✅ Закрыто" in await phone.write(company.admin, "Посылка у перевозчика")
        query = "SELECT resolution FROM ai_signals WHERE id = :id"
        assert await company.value(query, id=tap.signal) == "Посылка у перевозчика"


@pytest.mark.parametrize("arg", ["nonsense", SignalEnd.REJECTED])
async def test_a_crisis_ends_in_no_way_that_no_button_has(db: Database, arg: str) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        tap = await raised(company, phone)
        forged = tap.model_copy(update={"do": SignalDo.RESOLVE, "arg": arg})
        assert "больше не действует" in await phone.forge(company.admin, forged)
        assert await company.column("SELECT error FROM inbox_updates WHERE error IS NOT NULL") == []


async def test_a_signals_order_is_given_from_its_card(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        tap = await raised(company, phone)
        await phone.press(company.admin, tap.model_copy(update={"do": SignalDo.GIVE}))
        said = await phone.press(company.admin, tap.model_copy(update={"do": SignalDo.GIVE_TO, "arg": "0"}))
        assert "передан" in said


# ── requests ─────────────────────────────────────────────────────────────────────────────────────────────────────────
async def asked(company: Desk, phone: Line) -> VoteTap:
    """A discount that waits for a vote; the head's approving tap."""
    order = await company.order()
    ask = ProposeDiscount(order=order.code, amount_eur="60", reason="Долго ждал ответа")  # pyright: ignore[reportArgumentType] - parsed
    waiting = await company.ask(ask, company.by(order))
    await phone.deliver()
    return await _tap(company, waiting.approval_id)


async def _tap(company: Desk, approval_id: int) -> VoteTap:
    approval = await company.approval(approval_id)
    return VoteTap(ballot="approve", approval=approval_id, seen=approval.arguments_hash[:12])


async def test_after_a_vote_every_voters_card_tells_the_outcome(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        tap = await asked(company, phone)
        assert "Долго ждал ответа" in await card_in(phone, company.owner, "Дать скидку")
        assert "утверждено" in await phone.press(company.head, tap)
        await refreshed(company, phone)
        said = await card_in(phone, company.owner, "Дать скидку")
        assert "Итог: утверждено" in said
        assert "✅ Павел" in said
        assert "уже утверждён" in await phone.forge(company.owner, tap)


async def test_another_amount_is_another_request_and_the_old_card_says_so(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        tap = await asked(company, phone)
        assert "60" in await _question(phone, company.head, tap.model_copy(update={"ballot": "edit"}))
        assert "allowed" not in await phone.write(company.head, "сорок")
        assert "создан запрос" in await phone.write(company.head, "45,50 €")
        await refreshed(company, phone)
        (edited,) = await company.pending()
        assert edited.arguments["amount_eur"] == "45.5"
        assert f"теперь запрос №{edited.id}" in await card_in(phone, company.owner, f"Запрос №{tap.approval}")
        await phone.deliver()
        assert f"Заменяет запрос №{tap.approval}" in await card_in(phone, company.owner, f"Запрос №{edited.id}")


async def test_whoever_asked_first_hears_how_the_edited_request_ended(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.order()
        wanted = ProposeDiscount(order=order.code, amount_eur=Decimal(60), reason="Долго ждал ответа")
        waiting = await company.ask(wanted, company.admin.actor)
        await phone.deliver()
        tap = await _tap(company, waiting.approval_id)
        await phone.press(company.head, tap.model_copy(update={"ballot": "edit"}))
        await phone.write(company.head, "45,50 €")
        (edited,) = await company.pending()
        await company.vote(edited.id, company.owner, Ballot.REJECT, reason="Нет оснований")
        await phone.deliver()
        assert any(f"Запрос №{edited.id}: отклонено" in said for said in await phone.says(company.admin))


async def _question(phone: Line, who: Member, tap: VoteTap) -> str:
    await phone.press(who, tap)
    return (await phone.says(who))[-1]


async def test_a_request_that_ran_out_says_so_on_its_cards(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        await asked(company, phone)
        await company.pass_time(hours=30)
        await refreshed(company, phone)
        assert "срок вышел без решения" in await card_in(phone, company.head, "Дать скидку")
