"""What is shown to whom: forged votes, people who have left or changed their role, and groups."""

from bots.refreshing import refresh
from bots.taps import Check, CheckTap, Climb, VoteTap
from domain.commands import Resolve
from domain.people import Role
from store.database import Database
from tests.integration.asking import payable, payment
from tests.integration.desk import Desk
from tests.integration.phone import line
from tests.integration.rooms import Forum
from tests.integration.test_bot_admin import escalated
from tests.integration.test_bot_notes import inspected
from tests.integration.test_bot_talk import asked_roles

HELD = "SELECT message_id FROM shown_cards WHERE chat_id = :chat AND subject_id = :id ORDER BY message_id"
NOT_YOURS = "Голосуют по этому запросу"


async def test_a_manager_learns_nothing_of_a_request_by_a_vote_on_it(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        waiting = await payment(company, await payable(company))
        number = waiting.approval_id
        for state in ("pending", "expired"):
            if state == "expired":
                company.forward(hours=24 * 30)
            for ballot in ("approve", "reject", "edit"):
                said = await phone.forge(company.vera, VoteTap(ballot=ballot, approval=number, seen="x"))
                assert NOT_YOURS in said, (state, ballot)
                assert "Canyon" not in "".join(await phone.says(company.vera))


async def test_a_standing_card_of_somebody_who_has_left_is_shown_anew_no_more(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        card = await escalated(company, phone)
        chat = company.admin.telegram_id
        message = (await company.column(HELD, chat=chat, id=card.violation))[-1]
        before = await phone.says(company.admin)
        await company.alter(company.admin, active=False)
        await company.do(Resolve(violation_id=card.violation, resolution="Секретное решение"), company.head.actor)
        assert await refresh(phone.post, chat, message) is None
        assert await phone.says(company.admin) == before


async def test_a_standing_card_of_a_leader_who_is_a_manager_now_is_shown_anew_no_more(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        card = await escalated(company, phone)
        chat = company.admin.telegram_id
        message = (await company.column(HELD, chat=chat, id=card.violation))[-1]
        before = await phone.says(company.admin)
        await company.hire("Ирина", Role.ADMIN)
        await company.alter(company.admin, role=Role.MANAGER.value)
        await company.do(Resolve(violation_id=card.violation, resolution="Секретное решение"), company.head.actor)
        await refresh(phone.post, chat, message)
        assert await phone.says(company.admin) == before


async def test_a_message_to_somebody_who_has_left_is_not_sent(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        order = await company.order()
        who = next(member for member in company.managers if member.id == order.owner_id)
        await company.alter(who, active=False)
        await phone.deliver()
        assert await phone.says(who) == []
        assert [row["state"] for row in await company.messages(kind="new_order")] == ["merged"]


async def test_talk_in_a_group_answers_no_question_that_was_asked_in_another_topic(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        forum = await Forum.of(phone, company.admin, company.head)
        await forum.write(company.admin, "/setup")
        one, two = forum.topic("AI-РОМ"), forum.topic("AI-CEO")
        assert one != two
        await forum.write(company.admin, "/queue", topic=one)
        await company.order()
        card = await escalated(company, phone)
        message = forum.messages(one)[-1].message_id
        tap = card.model_copy(update={"do": Climb.RESOLVE})
        await phone.telegram.people.press(forum.chat_id, company.admin.telegram_id, message, tap.pack())
        await phone.listen()
        await forum.write(company.admin, "Как прошли выходные?", topic=two)
        query = "SELECT resolved_at FROM ai_sla_violations WHERE id = :id"
        assert await company.value(query, id=card.violation) is None


async def test_an_open_point_does_not_make_the_bot_listen_to_a_group(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        forum = await Forum.of(phone, company.admin, company.head)
        _, order = await inspected(company)
        await forum.write(company.admin, "/queue")
        message = forum.messages()[-1].message_id
        tap = CheckTap(do=Check.POINT, order=order.id, point=6)
        await phone.telegram.people.press(forum.chat_id, company.admin.telegram_id, message, tap.pack())
        await phone.listen()
        said = forum.says()
        await forum.write(company.admin, "Коллеги, обедаем?")
        assert forum.says() == said
        assert await asked_roles(company) == []
