"""The 28-point check on the phone: walked with one thumb, taken up again, corrected, by two people at once."""

from bots.app import build
from bots.local import SANDBOX_TOKEN
from bots.taps import Check, CheckTap, Do, OrderTap
from domain.commands import AnswerChecklist, PointAnswer
from domain.orders import Order, Status, Verdict
from guardrails.desk import Desk as OpenDesk
from store.database import Database
from store.desk import check
from store.desk.check import PointLine
from tests.integration.desk import Desk, Member
from tests.integration.phone import Line, line


async def inspected(company: Desk, **fields: object) -> tuple[Member, Order]:
    order = await company.to_status(await company.order(**fields), Status.UNDER_INSPECTION)
    return next(member for member in company.people.values() if member.id == order.owner_id), order


def tap(order: Order, do: Check, point: int = 0, arg: str = "") -> CheckTap:
    return CheckTap(do=do, order=order.id, point=point, arg=arg)


async def to_point(phone: Line, who: Member, order: Order, number: int) -> str:
    await phone.write(who, f"/order {order.code}")
    await phone.press(who, tap(order, Check.SECTIONS))
    section = next(p.section.value for p in phone.company.policy.checklist.points if p.number == number)
    await phone.press(who, tap(order, Check.SECTION, arg=section))
    return await phone.press(who, tap(order, Check.POINT, number))


async def line_of(company: Desk, order: Order, number: int) -> PointLine:
    async with company.db.reading() as tx:
        return (await check.points(tx, order.id))[number]


async def onward(phone: Line, who: Member) -> CheckTap:
    """What the button under the thumb carries: the first one of the newest card."""
    return CheckTap.unpack((await phone.buttons(who))[0])


async def test_all_points_are_walked_with_one_thumb_to_the_next_move(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        await to_point(phone, who, order, 1)
        for number in range(1, 28):
            said = await phone.press(who, tap(order, Check.OK, number))
            assert f"{number} из 28" in said
            following = await onward(phone, who)
            assert (following.do, following.point) == (Check.POINT, number + 1)
            await phone.press(who, following)
        await phone.press(who, tap(order, Check.VERDICT, 28, "green"))
        for number in (5, 6, 7, 8, 9, 10):
            assert (await onward(phone, who)).point == number, "back to the points whose photo lacks"
            await phone.press(who, await onward(phone, who))
            await phone.photo(who)
        assert (await onward(phone, who)).point == 28
        await phone.press(who, await onward(phone, who))
        await phone.photo(who)
        finish = await onward(phone, who)
        assert finish.do is Check.FINISH
        said = await phone.press(who, finish)
        assert "Все ответы и фото на месте" in said
        assert "заметки" in said
        assert OrderTap.unpack((await phone.buttons(who))[0]).do is Do.NOTE
        await phone.press(who, OrderTap(do=Do.NOTE, order=order.id, version=(await company.see(order)).version))
        await phone.write(who, "Отличный велосипед")
        await to_point(phone, who, order, 28)
        await phone.press(who, await onward(phone, who))
        version = (await company.see(order)).version
        move = OrderTap(do=Do.MOVE, order=order.id, version=version, arg=Status.AWAITING_PAYMENT.value)
        await phone.press(who, move)
        await phone.press(who, move.model_copy(update={"do": Do.MOVE_NOW}))
        assert (await company.see(order)).status is Status.AWAITING_PAYMENT


async def test_the_end_shows_what_lacks_as_buttons_that_lead_there(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        answers = tuple(company.answer(n) for n in range(1, 29) if n not in (3, 6, 14))
        bare = PointAnswer(point=6, answer="ok", photos=())
        await company.do(AnswerChecklist(order=order.code, answers=(*answers, bare)), who.actor)
        await phone.write(who, f"/order {order.code}")
        await phone.press(who, tap(order, Check.SECTIONS))
        said = await phone.press(who, tap(order, Check.FINISH))
        assert "Без ответа: 3, 14" in said
        assert "Нет фото к пунктам: 6" in said
        leads = [CheckTap.unpack(each) for each in await phone.buttons(who)]
        assert [each.point for each in leads if each.do is Check.POINT] == [3, 6, 14]
        assert "14. Каретка" in await phone.press(who, tap(order, Check.POINT, 14))


async def test_the_check_goes_on_days_later_in_another_process(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        await to_point(phone, who, order, 1)
        for number in range(1, 13):
            await phone.press(who, tap(order, Check.OK, number))
            await phone.press(who, await onward(phone, who))
        await company.pass_time(hours=70)
        await phone.door.close()
        desk = OpenDesk.of(company.db, phone.door.desk.policy, company.timeline)
        phone.door = build(desk, SANDBOX_TOKEN, phone.address)
        await phone.write(who, f"/order {order.code}")
        said = await phone.press(who, tap(order, Check.GO_ON))
        assert "5. Серийный номер" in said, "its photo lacks"
        await phone.photo(who)
        following = await onward(phone, who)
        assert following.do is Check.POINT
        for _ in range(8):
            said = await phone.press(who, await next_button(phone, who))
        assert "12 из 28" in said


async def next_button(phone: Line, who: Member) -> CheckTap:
    """The button to the next point, wherever it stands."""
    taps = [CheckTap.unpack(each) for each in await phone.buttons(who) if each.startswith("c:")]
    return next(each for each in taps if each.do is Check.POINT)


async def test_the_rest_of_a_section_is_in_order_and_what_is_answered_stays(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        await to_point(phone, who, order, 12)
        await phone.press(who, tap(order, Check.PROBLEM, 12))
        await phone.write(who, "Лысая")
        await phone.press(who, tap(order, Check.SECTION, arg="condition"))
        said = await phone.press(who, tap(order, Check.SECTION_OK, arg="condition"))
        assert "В порядке: 6 пунктов (6–11)" in said
        assert (await line_of(company, order, 12)).answer == "problem"
        assert tap(order, Check.SECTION_OK, arg="condition").pack() not in await phone.buttons(who)


async def test_a_finding_that_forces_red_is_one_tap_and_one_tap_back(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        await to_point(phone, who, order, 6)
        said = await phone.press(who, tap(order, Check.FLAG, 6, "cracked_frame"))
        assert "Трещина рамы: вердикт красный" in said
        assert (await company.see(order)).verdict is Verdict.RED
        flagged = await line_of(company, order, 6)
        assert (flagged.answer, flagged.comment) == ("problem", "Трещина рамы")
        await phone.press(who, tap(order, Check.PROBLEM, 6))
        await phone.write(who, "Трещина у подседельной трубы, 3 см")
        assert (await line_of(company, order, 6)).flags == ["cracked_frame"], "describing it does not take it back"
        seen = (await line_of(company, order, 6)).stamp
        await phone.press(who, tap(order, Check.FLAG, 6, f"cracked_frame.{seen}"))
        assert (await line_of(company, order, 6)).flags == []


async def test_a_dead_battery_is_offered_on_an_electric_bike_only(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        for is_ebike in (True, False):
            who, order = await inspected(company, is_ebike=is_ebike)
            await to_point(phone, who, order, 9)
            offered = tap(order, Check.FLAG, 9, "dead_battery").pack() in await phone.buttons(who)
            assert offered is is_ebike


async def test_not_applicable_is_offered_only_where_it_is_an_answer(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company, is_hardtail=True)
        await to_point(phone, who, order, 8)
        assert tap(order, Check.NA, 8).pack() in await phone.buttons(who)
        await to_point(phone, who, order, 7)
        assert tap(order, Check.NA, 7).pack() not in await phone.buttons(who)


async def test_a_point_in_order_may_have_a_comment_and_an_answer_is_replaced(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        await to_point(phone, who, order, 7)
        await phone.press(who, tap(order, Check.OK, 7))
        await phone.press(who, tap(order, Check.COMMENT, 7))
        assert "комментарий записан" in await phone.write(who, "Обслужена в мае")
        said = await line_of(company, order, 7)
        assert (said.answer, said.comment) == ("ok", "Обслужена в мае")
        await phone.press(who, tap(order, Check.PROBLEM, 7))
        await phone.write(who, "Потёк сальник")
        assert (await line_of(company, order, 7)).answer == "problem"
        journal = await company.column("SELECT proposed::text FROM ai_decisions WHERE action = 'supplement_point'")
        assert "Обслужена в мае" in journal[0]


async def test_a_photo_with_a_caption_describes_the_problem_that_was_asked_for(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        await to_point(phone, who, order, 6)
        await phone.press(who, tap(order, Check.PROBLEM, 6))
        await phone.photo(who)
        assert (await line_of(company, order, 6)).answer is None, "a photo alone describes nothing"
        assert "проблема записана" in await phone.write(who, "Вмятина на верхней трубе")
        described = await line_of(company, order, 6)
        assert (described.answer, len(described.photos)) == ("problem", 1)


# ── at the same time, again, too late ────────────────────────────────────────────────────────────────────────────────
async def test_two_people_answer_one_point_and_the_second_sees_what_the_first_said(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        await to_point(phone, who, order, 6)
        await to_point(phone, company.admin, order, 6)
        await phone.press(company.admin, tap(order, Check.PROBLEM, 6))
        await phone.write(company.admin, "Трещина")
        assert "уже ответили иначе" in await phone.press(who, tap(order, Check.OK, 6))
        assert (await line_of(company, order, 6)).answer == "problem"
        card = (await phone.says(who))[-1]
        assert f"({company.admin.name}," in card
        seen = (await line_of(company, order, 6)).stamp
        await phone.press(who, tap(order, Check.OK, 6, seen))
        assert (await line_of(company, order, 6)).answer == "ok", "who has seen it may answer otherwise"


async def test_an_impatient_second_tap_is_no_conflict(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        await to_point(phone, who, order, 6)
        people, card = phone.telegram.people, await phone.card(who)
        for _ in range(2):
            await people.press(who.telegram_id, who.telegram_id, card, tap(order, Check.OK, 6).pack())
        await phone.listen()
        assert (await line_of(company, order, 6)).answer == "ok"
        assert "✅" in (await phone.says(who))[-1]


async def test_taps_that_are_handled_again_change_nothing(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        await to_point(phone, who, order, 6)
        await phone.press(who, tap(order, Check.FLAG, 6, "cracked_frame"))
        await phone.press(who, tap(order, Check.COMMENT, 6))
        await phone.write(who, "У каретки")
        told, version = await line_of(company, order, 6), (await company.see(order)).version
        async with company.db.transaction() as tx:
            await tx.exec_driver_sql("UPDATE inbox_updates SET handled_at = NULL, attempts = 0")
        await phone.listen()
        assert await line_of(company, order, 6) == told
        assert (await company.see(order)).version == version


async def test_a_check_that_is_over_is_not_answered_any_more(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who, order = await inspected(company)
        await to_point(phone, who, order, 6)
        await phone.press(who, tap(order, Check.COMMENT, 6))
        await company.to_status(order, Status.AWAITING_PAYMENT)
        assert "Решение и оплата клиента" in await phone.press(who, tap(order, Check.OK, 6))
        assert "записаны заметкой" in await phone.write(who, "Скол у каретки")
        assert "Пункт 6: Скол у каретки" in await company.column("SELECT text FROM order_notes")
