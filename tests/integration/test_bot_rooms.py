"""A forum as the leaders' room: a topic a role, answers where the question was, and who is answered there."""

from collections.abc import Callable

import pytest
from aiogram.exceptions import TelegramServerError

from bots.local.faults import FaultKind
from bots.local.files import Upload
from bots.local.testing import png
from bots.local.wire import Content, Voice
from bots.progress import Tempo, showing
from bots.rooms import make_missing
from domain.people import Role
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.phone import Line, line
from tests.integration.rooms import Forum
from tests.integration.talking import at_work, work
from tests.integration.test_bot_talk import asked_roles


def roles(company: Desk) -> list[str]:
    return [role.name for role in company.policy.roles.roles.values()]


async def seen(phone: Line, shown: Callable[[], bool]) -> None:
    """Wait until Telegram shows it; whatever changes there rings the bell."""
    for _ in range(60):
        if shown():
            return
        await phone.telegram.bell.wait(0.5)
    raise AssertionError("it is not shown")


async def ready(phone: Line, company: Desk) -> Forum:
    forum = await Forum.of(phone, company.admin, company.head, company.anna)
    await forum.write(company.admin, "/setup")
    return forum


async def test_a_leader_sets_a_forum_up_and_each_role_has_its_topic_once(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        forum = await ready(phone, company)
        assert forum.topics() == roles(company)
        assert "у каждой роли AI своя тема" in forum.says()[-1]
        await forum.write(company.head, "/setup")
        assert forum.topics() == roles(company)


async def test_a_bot_that_a_leader_adds_to_a_forum_sets_it_up(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        forum = await Forum.of(phone, company.owner, company.anna)
        await forum.add_bot(company.anna)
        assert forum.topics() == []
        await forum.add_bot(company.owner)
        assert forum.topics() == roles(company)


async def test_setup_outside_of_a_forum_says_what_to_do(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        assert "в группе с темами" in await phone.write(company.admin, "/setup")
        forum = await Forum.of(phone, company.admin)
        forum.room.chat = forum.room.chat.model_copy(update={"is_forum": None})
        await forum.write(company.admin, "/setup")
        assert "нет тем" in forum.says()[-1]


async def test_words_in_a_topic_go_to_its_role_and_the_answer_comes_there_as_a_reply(db: Database) -> None:
    company = await Desk.open(db)
    await company.order()
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        forum = await ready(phone, company)
        topic = forum.topic("AI-РОМ")
        question = await forum.write(company.head, "кто перегружен?", topic=topic)
        (turn,) = await work(runner, company)
        assert (turn.role, turn.person_id) == ("ai-rom", company.head.id)
        await phone.deliver()
        answer = forum.messages(topic)[-1]
        assert answer.words.startswith("AI-РОМ")
        assert answer.reply_to_message is not None
        assert answer.reply_to_message.message_id == question
        assert len(await phone.says(company.head)) == 0, "nothing of it goes to the private chat"


async def test_a_command_outside_of_the_topics_is_answered_there_and_a_reply_goes_on(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        forum = await ready(phone, company)
        await forum.write(company.admin, "/ceo что горит?")
        await work(runner, company)
        await phone.deliver()
        answer = forum.messages()[-1]
        assert answer.words.startswith("AI-CEO")
        await forum.write(company.head, "а завтра?", to=answer.message_id)
        assert await asked_roles(company) == ["ai-ceo", "ai-ceo"]


async def test_what_people_say_to_each_other_is_left_alone(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        forum = await ready(phone, company)
        said = forum.says()
        await forum.write(company.admin, "Коллеги, обедаем?")
        await forum.write(company.anna, "Да!")
        await forum.write(company.admin, "/start@another_bot")
        assert forum.says() == said
        assert await asked_roles(company) == []


async def test_managers_are_told_to_write_privately_and_their_taps_do_nothing(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        forum = await ready(phone, company)
        await forum.write(company.anna, "/rop что горит?")
        assert "личный чат" in forum.says()[-1]
        topic = forum.topic("AI-РОП")
        await forum.write(company.anna, "что горит?", topic=topic)
        assert "личный чат" in forum.says(topic)[-1]
        await forum.write(company.admin, "/queue")
        tapped = await phone.telegram.people.press(
            forum.chat_id, company.anna.telegram_id, forum.messages()[-1].message_id, "l:queue:0"
        )
        await phone.listen()
        answer = await phone.telegram.people.answer(tapped)
        assert answer is not None
        assert "личный чат" in str(answer.text)
        assert await asked_roles(company) == []


async def with_a_stranger(phone: Line, company: Desk, *, set_up: bool) -> Forum:
    """A forum with a stranger; `set_up`: it was made a room before they came."""
    await phone.telegram.people.add_user(777, "Прохожий <b>")
    forum = await Forum.of(phone, company.admin, strangers=() if set_up else (777,))
    await forum.write(company.admin, "/setup")
    if set_up:
        forum.room.members.append(777)
    return forum


async def test_a_forum_with_strangers_in_it_is_made_no_room(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        forum = await with_a_stranger(phone, company, set_up=False)
        assert forum.topics() == []
        assert "1 участник, которого" in forum.says()[-1]
        forum.room.members.remove(777)
        await forum.write(company.admin, "/setup")
        assert forum.topics() == roles(company)


async def test_a_stranger_is_turned_away_once(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        forum = await with_a_stranger(phone, company, set_up=False)
        said = len(forum.says())
        for words in ("/rop что горит?", "/queue", "привет"):
            await forum.write(777, words)
        assert len(forum.says()) == said + 1
        assert "рабочий бот" in forum.says()[-1]
        assert await asked_roles(company) == []


async def test_a_stranger_ends_the_room_until_a_leader_sets_it_up_again(db: Database) -> None:
    company = await Desk.open(db)
    await company.order()
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        forum = await with_a_stranger(phone, company, set_up=True)
        await forum.write(company.admin, "/rop что горит?")
        await work(runner, company)
        await forum.write(777, "/queue")
        assert "которого я не знаю: Прохожий <b>" in forum.says()[-1]
        said = len(forum.says())
        await phone.deliver()
        assert len(forum.says()) == said, "the answer on its way goes to its asker"
        assert (await phone.says(company.admin))[-1].startswith("AI-РОП")
        await forum.write(company.admin, "/queue")
        assert "не подключена" in forum.says()[-1]
        forum.room.members.remove(777)
        await forum.write(company.admin, "/setup")
        await forum.write(company.admin, "/queue")
        assert "Открытые заказы" in forum.says()[-1]


async def test_a_stranger_who_is_added_to_the_group_ends_the_room_without_a_word(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        forum = await with_a_stranger(phone, company, set_up=True)
        await forum.add(company.admin, 777)
        assert "которого я не знаю" in forum.says()[-1]
        await forum.add(company.admin, company.head.telegram_id)
        assert "которого я не знаю" in forum.says()[-1]


@pytest.mark.parametrize(
    "said", [Content(text="Всем привет"), Content(voice=Voice(file_id="v", file_unique_id="v", duration=3))]
)
async def test_a_stranger_who_says_something_to_nobody_ends_the_room(db: Database, said: Content) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        forum = await with_a_stranger(phone, company, set_up=True)
        await phone.telegram.people.send_content(forum.chat_id, 777, said)
        await phone.listen()
        assert "которого я не знаю" in forum.says()[-1]
        assert await company.column("SELECT active FROM telegram_forums") == [False]


@pytest.mark.parametrize("by", ["setup", "adding the bot"])
async def test_strangers_who_are_found_in_a_room_end_it(db: Database, by: str) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        forum = await with_a_stranger(phone, company, set_up=True)
        if by == "setup":
            await forum.write(company.admin, "/setup")
        else:
            await forum.add_bot(company.admin)
        assert "1 участник, которого" in forum.says()[-1]
        assert await company.column("SELECT active FROM telegram_forums") == [False]


@pytest.mark.parametrize("how", ["writes", "joins"])
async def test_a_room_hears_once_why_it_has_ended_although_telegram_fails_first(db: Database, how: str) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        forum = await with_a_stranger(phone, company, set_up=True)
        phone.telegram.faults.plan(FaultKind.INTERNAL, calls=1, method="sendMessage")
        with pytest.raises(TelegramServerError):
            await (forum.write(777, "Всем привет") if how == "writes" else forum.add(company.admin, 777))
        assert await company.column("SELECT active FROM telegram_forums") == [False], "it ends whatever Telegram does"
        await phone.insist()
        await forum.write(777, "Есть кто?")
        assert len([said for said in forum.says() if "которого я не знаю" in said]) == 1


async def test_a_number_in_a_roles_topic_opens_the_order(db: Database) -> None:
    company = await Desk.open(db)
    order = await company.order()
    async with line(company) as phone:
        forum = await ready(phone, company)
        topic = forum.topic("AI-РОП")
        await forum.write(company.head, order.code, topic=topic)
        assert f"заказ №{order.code}" in forum.says(topic)[-1]


async def test_a_group_that_was_never_set_up_hears_nothing_of_the_desk(db: Database) -> None:
    company = await Desk.open(db)
    order = await company.order()
    async with line(company) as phone:
        forum = await Forum.of(phone, company.admin)
        for words in ("/queue", f"/order {order.code}", "/rop что горит?", "/managers"):
            await forum.write(company.admin, words)
            assert "не подключена" in forum.says()[-1]
        await forum.write(company.admin, "Обедаем?")
        assert len(forum.says()) == 4
        assert await asked_roles(company) == []


async def test_an_album_in_a_roles_topic_is_answered_once_and_shortly(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        forum = await ready(phone, company)
        topic, sender = forum.topic("AI-РОП"), company.admin.telegram_id
        photos = [Upload(f"{number}.png", png()) for number in range(3)]
        await phone.telegram.people.send_album(forum.chat_id, sender, photos, caption="Рама", topic=topic)
        await phone.listen()
        assert forum.says(topic) == ["Здесь роли читают только текст. Фото для проверки пришлите мне в личный чат."]


async def test_a_group_hears_nothing_of_a_private_conversation(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        forum = await ready(phone, company)
        await phone.telegram.people.write(company.head.telegram_id, company.head.telegram_id, "/rop что горит?")
        await phone.listen()
        await forum.write(company.head, "а ещё?", topic=forum.topic("AI-РОП"))
        threads = await company.column("SELECT thread FROM ai_turns ORDER BY id")
        assert len(set(threads)) == 2


async def test_a_deleted_topic_is_made_again_for_the_answer(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        forum = await ready(phone, company)
        topic = forum.topic("AI-РОП")
        await forum.write(company.head, "что горит?", topic=topic)
        forum.delete_topic(topic)
        await work(runner, company)
        await phone.deliver()
        assert forum.topic("AI-РОП") != topic
        assert forum.says(forum.topic("AI-РОП"))[-1].startswith("AI-РОП")
        assert await company.column("SELECT state FROM notifications") == ["sent"]


async def test_setup_finds_deleted_topics_and_a_closed_one_is_made_anew(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        forum = await ready(phone, company)
        closed, deleted = forum.topic("AI-РОП"), forum.topic("AI-CEO")
        await forum.close_topic(company.admin, closed)
        assert forum.topic("AI-РОП") != closed
        forum.delete_topic(deleted)
        await forum.write(company.admin, "/setup")
        assert forum.topic("AI-CEO") != deleted
        assert sorted(forum.topics()) == sorted([*roles(company), "AI-РОП"])


async def test_a_group_that_got_another_number_is_followed(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        forum = await ready(phone, company)
        topic = forum.topic("AI-РОП")
        await forum.write(company.head, "что горит?", topic=topic)
        old = forum.room
        new = Forum(phone, (await phone.telegram.people.create_forum("Штаб", old.members, forum.chat_id - 5)).id)
        new.room.topics.update(old.topics)
        await forum.upgrade(company.head, new.chat_id)
        assert await company.column("SELECT DISTINCT chat_id FROM telegram_topics") == [new.chat_id]
        await work(runner, company)
        await phone.deliver()
        assert new.says(topic)[-1].startswith("AI-РОП")


async def test_a_person_who_lost_the_role_is_not_answered_in_a_group(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        forum = await ready(phone, company)
        async with company.db.transaction() as tx:
            await tx.exec_driver_sql(f"UPDATE people SET role = '{Role.VIEWER}' WHERE id = {company.head.id}")
        await forum.write(company.head, "что горит?", topic=forum.topic("AI-РОП"))
        assert await asked_roles(company) == []


async def test_topics_that_telegram_would_not_make_at_once_come_by_themselves(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        forum = await Forum.of(phone, company.admin)
        phone.telegram.faults.plan(FaultKind.FLOOD, calls=1, method="createForumTopic", retry_after=1)
        await forum.write(company.admin, "/setup")
        assert "осталось создать тем: 9" in forum.says()[-1]
        assert await make_missing(phone.door) == 0
        assert forum.topics() == roles(company)


async def test_a_group_that_turned_the_bot_out_is_left_and_the_answer_goes_to_its_asker(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        forum = await ready(phone, company)
        await forum.write(company.head, "что горит?", topic=forum.topic("AI-РОП"))
        await work(runner, company)
        forum.room.blocked = True
        await phone.deliver()
        assert (await phone.says(company.head))[-1].startswith("AI-РОП")
        assert await company.column("SELECT active FROM telegram_forums") == [False]
        assert (
            await company.column("SELECT telegram_blocked_at FROM people WHERE telegram_blocked_at IS NOT NULL") == []
        )


QUICK = Tempo(typing=0.01, first=0, step=0.01)


async def test_steps_stand_in_one_message_of_the_group_until_the_answer_comes(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        forum = await ready(phone, company)
        topic = forum.topic("AI-РОП")
        await forum.write(company.head, "очередь", topic=topic)
        (turn_id,) = await company.column("SELECT id FROM ai_turns")
        async with showing(phone.door, turn_id, QUICK) as hear:
            for tool, words in (("look_at_queue", "смотрю очередь"), ("look_at_managers", "проверяю нагрузку")):
                hear({"step": "call", "tool": tool})
                await seen(phone, lambda words=words: words in "".join(forum.says(topic)[-1:]))
            assert len(forum.says(topic)) == 1, "one message, edited in place"
            await work(runner, company)
        await phone.deliver()
        (answer,) = forum.says(topic)
        assert answer.startswith("AI-РОП\n")
        assert await company.value("SELECT count(*) FROM turn_progress") == 0


async def test_a_step_message_of_a_dead_worker_is_taken_up_by_the_next(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        forum = await ready(phone, company)
        topic = forum.topic("AI-РОП")
        await forum.write(company.head, "очередь", topic=topic)
        (turn_id,) = await company.column("SELECT id FROM ai_turns")
        for tool, words in (("look_at_queue", "смотрю очередь"), ("hot_list", "что горит")):
            async with showing(phone.door, turn_id, QUICK) as hear:  # the worker dies without an answer
                hear({"step": "call", "tool": tool})
                await seen(phone, lambda words=words: words in "".join(forum.says(topic)[-1:]))
        assert len(forum.says(topic)) == 1
        await work(runner, company)
        await phone.deliver()
        (answer,) = forum.says(topic)
        assert answer.startswith("AI-РОП\n")


async def test_steps_are_drafts_in_private_and_the_answer_follows(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        await phone.telegram.people.write(company.head.telegram_id, company.head.telegram_id, "очередь")
        await phone.listen()
        room = phone.telegram.memory.rooms[company.head.telegram_id]
        (turn_id,) = await company.column("SELECT id FROM ai_turns")
        async with showing(phone.door, turn_id, QUICK) as hear:
            hear({"step": "call", "tool": "look_at_queue"})
            await seen(phone, lambda: room.draft is not None and "смотрю очередь" in room.draft.text)
            await work(runner, company)
        await phone.deliver()
        assert room.draft is None
        assert (await phone.says(company.head))[-1].startswith("AI-РОП")


async def test_nobody_misses_a_step_that_telegram_refuses(db: Database) -> None:
    company = await Desk.open(db)
    async with line(company) as phone, at_work(phone.door.desk) as runner:
        forum = await ready(phone, company)
        topic = forum.topic("AI-РОП")
        await forum.write(company.head, "очередь", topic=topic)
        (turn_id,) = await company.column("SELECT id FROM ai_turns")
        phone.telegram.faults.plan(FaultKind.INTERNAL, calls=3)
        async with showing(phone.door, turn_id, QUICK) as hear:
            hear({"step": "call", "tool": "look_at_queue"})
            await work(runner, company)
        phone.telegram.faults.clear()
        await phone.deliver()
        assert forum.says(topic)[-1].startswith("AI-РОП\n")
