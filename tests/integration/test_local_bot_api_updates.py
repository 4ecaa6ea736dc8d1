"""The local Bot API server: what the bot receives, by long poll, by webhook, and from pressed buttons."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from aiogram.filters import CommandStart
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from aiohttp import web

from bots.local import Limits, LocalTelegram, serving
from bots.local.testing import ManualClock, bot_at
from domain.errors import ConflictError, NotFoundError

ANNA, BORIS = 1, 2
BUTTONS = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Принять", callback_data="accept:7")]])


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def telegram(clock: ManualClock) -> LocalTelegram:
    telegram = LocalTelegram(clock=clock, limits=Limits(webhook_retry_seconds=0))
    await telegram.people.add_user(ANNA, "Анна", "anna")
    await telegram.people.add_user(BORIS, "Борис")
    return telegram


@pytest.fixture
async def bot(telegram: LocalTelegram) -> AsyncGenerator[Bot]:
    async with serving(telegram) as url, bot_at(url) as bot:
        yield bot


async def until_polled(telegram: LocalTelegram) -> None:
    """Until a poll has begun: its coming rings the bell."""
    rings = telegram.bell.rings
    while telegram.bell.rings == rings:
        await telegram.bell.wait()


def texts(updates: list[Update]) -> list[str | None]:
    return [update.message.text for update in updates if update.message]


async def test_waiting_poll_gets_a_message_as_soon_as_it_is_written(bot: Bot, telegram: LocalTelegram):
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await until_polled(telegram)
    await telegram.people.write(ANNA, ANNA, "/start")
    (update,) = await poll
    assert update.message
    assert update.message.from_user
    assert (update.message.from_user.first_name, update.message.chat.id) == ("Анна", ANNA)
    assert update.message.entities
    assert update.message.entities[0].type == "bot_command"


async def test_updates_come_again_until_an_offset_confirms_them(bot: Bot, telegram: LocalTelegram):
    for text in ("раз", "два", "три"):
        await telegram.people.write(ANNA, ANNA, text)
    first = await bot.get_updates()
    assert texts(first) == texts(await bot.get_updates()) == ["раз", "два", "три"]
    assert texts(await bot.get_updates(offset=first[1].update_id)) == ["два", "три"]
    assert texts(await bot.get_updates(limit=1)) == ["два"]
    assert await bot.get_updates(offset=first[-1].update_id + 1) == []
    assert await bot.get_updates() == []


async def test_negative_offset_keeps_only_the_last_updates(bot: Bot, telegram: LocalTelegram):
    for text in ("раз", "два", "три"):
        await telegram.people.write(ANNA, ANNA, text)
    assert texts(await bot.get_updates(offset=-1)) == ["три"]
    assert texts(await bot.get_updates()) == ["три"]


async def test_poll_comes_back_empty_when_its_time_is_over(bot: Bot, telegram: LocalTelegram, clock: ManualClock):
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await until_polled(telegram)
    clock.forward(49)
    telegram.nudge()
    assert not (await asyncio.wait({poll}, timeout=0))[0]
    clock.forward(1)
    telegram.nudge()
    assert await poll == []


async def test_closing_server_lets_a_waiting_poll_go(telegram: LocalTelegram):
    async with serving(telegram) as url, bot_at(url) as bot:
        poll = asyncio.create_task(bot.get_updates(timeout=50))
        await until_polled(telegram)
        await telegram.close()
        assert await poll == []


async def test_only_wanted_kinds_are_queued_and_the_wish_is_remembered(bot: Bot, telegram: LocalTelegram):
    message = await bot.send_message(ANNA, "?", reply_markup=BUTTONS)
    await bot.get_updates(allowed_updates=["callback_query"])
    await telegram.people.write(ANNA, ANNA, "не нужно")
    await telegram.people.press(ANNA, ANNA, message.message_id, "accept:7")
    (update,) = await bot.get_updates()
    assert update.callback_query
    await bot.get_updates(offset=update.update_id + 1, allowed_updates=[])
    await telegram.people.write(ANNA, ANNA, "нужно")
    assert texts(await bot.get_updates()) == ["нужно"]


async def test_second_poller_throws_the_first_one_out(bot: Bot, telegram: LocalTelegram):
    first = asyncio.create_task(bot.get_updates(timeout=50))
    await until_polled(telegram)
    second = asyncio.create_task(bot.get_updates(timeout=50))
    with pytest.raises(
        TelegramConflictError,
        match="Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    ):
        await first
    await telegram.people.write(ANNA, ANNA, "кому?")
    assert texts(await second) == ["кому?"]


async def test_poll_and_webhook_exclude_each_other(bot: Bot, telegram: LocalTelegram):
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await until_polled(telegram)
    await bot.set_webhook("http://127.0.0.1:1/")
    with pytest.raises(TelegramConflictError, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook is active; use delete"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == []


async def test_deleting_no_webhook_leaves_a_poll_alone(bot: Bot, telegram: LocalTelegram):
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await until_polled(telegram)
    await bot.delete_webhook()
    await telegram.people.write(ANNA, ANNA, "тут")
    assert texts(await poll) == ["тут"]


async def test_unchanged_dispatcher_answers_a_person(bot: Bot, telegram: LocalTelegram):
    dispatcher = Dispatcher()

    @dispatcher.message(CommandStart())
    async def start(message: Message) -> None:  # pyright: ignore[reportUnusedFunction] - by its decorator
        await message.answer("Здравствуйте", reply_markup=BUTTONS)

    @dispatcher.callback_query()
    async def accept(query: CallbackQuery) -> None:  # pyright: ignore[reportUnusedFunction] - by its decorator
        assert isinstance(query.message, Message)
        await query.message.edit_text("Принято")
        await query.answer("Заявка ваша", show_alert=True)

    work = dispatcher.start_polling  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - loose in aiogram
    polling = asyncio.create_task(work(bot, handle_signals=False, close_bot_session=False))
    await telegram.people.write(ANNA, ANNA, "/start")
    while len(await telegram.people.messages(ANNA)) < 2:
        await telegram.bell.wait()
    query = await telegram.people.press(ANNA, ANNA, 2, "accept:7")
    answer = await telegram.people.answer(query, wait=50)
    assert answer
    assert (answer.text, answer.show_alert) == ("Заявка ваша", True)
    assert [each.text for each in await telegram.people.messages(ANNA)] == ["/start", "Принято"]
    await dispatcher.stop_polling()
    await polling


@asynccontextmanager
async def webhook(statuses: list[int]) -> AsyncGenerator[tuple[str, asyncio.Queue[tuple[str | None, Update]]]]:
    """A bot's own server that answers with these statuses, then 200; gives its address and what it accepted."""
    accepted = asyncio.Queue[tuple[str | None, Update]]()

    async def receive(request: web.Request) -> web.Response:
        if statuses:
            return web.Response(status=statuses.pop(0))
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        accepted.put_nowait((secret, Update.model_validate(await request.json())))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook", accepted
    finally:
        await runner.cleanup()


async def test_webhook_gets_waiting_and_new_updates_in_order_with_the_secret(bot: Bot, telegram: LocalTelegram):
    await telegram.people.write(ANNA, ANNA, "раз")
    async with webhook([]) as (url, accepted):
        await bot.set_webhook(url, secret_token="s3cret_-")
        secret, first = await accepted.get()
        await telegram.people.write(ANNA, ANNA, "два")
        _, second = await accepted.get()
        assert (secret, texts([first, second])) == ("s3cret_-", ["раз", "два"])


async def test_webhook_is_retried_until_it_accepts_and_the_failure_is_told(bot: Bot, telegram: LocalTelegram):
    await telegram.people.write(ANNA, ANNA, "раз")
    await telegram.people.write(ANNA, ANNA, "два")
    async with webhook([500, 502]) as (url, accepted):
        await bot.set_webhook(url)
        assert texts([(await accepted.get())[1], (await accepted.get())[1]]) == ["раз", "два"]
        info = await bot.get_webhook_info()
    assert (info.url, info.last_error_message) == (url, "Wrong response from the webhook: 502 Bad Gateway")
    assert info.last_error_date


async def test_webhook_that_nobody_serves_keeps_its_updates(telegram: LocalTelegram, clock: ManualClock):
    telegram.limits = Limits(webhook_retry_seconds=60)
    async with serving(telegram) as url, bot_at(url) as bot:
        await bot.set_webhook("http://127.0.0.1:1/", max_connections=1)
        await telegram.people.write(ANNA, ANNA, "раз")
        while not (telegram.memory.webhook and telegram.memory.webhook.last_error_message):
            await telegram.bell.wait()
        info = await bot.get_webhook_info()
        assert (info.pending_update_count, info.last_error_message) == (1, "Connection failed: ConnectError")
        async with webhook([]) as (reachable, accepted):
            await bot.set_webhook(reachable)
            assert texts([(await accepted.get())[1]]) == ["раз"]


async def test_webhook_arguments_are_checked(bot: Bot, telegram: LocalTelegram):
    with pytest.raises(TelegramBadRequest, match="bad webhook"):
        await bot.set_webhook("ftp://127.0.0.1/")
    with pytest.raises(TelegramBadRequest, match="secret token contains unallowed characters"):
        await bot.set_webhook("http://127.0.0.1:1/", secret_token="с пробелом")
    await telegram.people.write(ANNA, ANNA, "старое")
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == []


async def test_press_is_answered_once(bot: Bot, telegram: LocalTelegram):
    message = await bot.send_message(ANNA, "Заявка", reply_markup=BUTTONS)
    query = await telegram.people.press(ANNA, ANNA, message.message_id, "accept:7")
    (update,) = await bot.get_updates()
    assert update.callback_query
    assert (update.callback_query.id, update.callback_query.data) == (query, "accept:7")
    assert await telegram.people.answer(query) is None
    assert await bot.answer_callback_query(query, text="Принято")
    answer = await telegram.people.answer(query)
    assert answer
    assert answer.text == "Принято"
    with pytest.raises(TelegramBadRequest) as refused:
        await bot.answer_callback_query(query)
    assert refused.value.message == (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )


async def test_press_expires(bot: Bot, telegram: LocalTelegram, clock: ManualClock):
    message = await bot.send_message(ANNA, "Заявка", reply_markup=BUTTONS)
    in_time = await telegram.people.press(ANNA, ANNA, message.message_id, "accept:7")
    clock.forward(15)
    assert await bot.answer_callback_query(in_time)
    late = await telegram.people.press(ANNA, ANNA, message.message_id, "accept:7")
    clock.forward(15.1)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(late)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query("404")


async def test_answer_to_a_press_holds_200_characters(bot: Bot, telegram: LocalTelegram):
    message = await bot.send_message(ANNA, "Заявка", reply_markup=BUTTONS)
    query = await telegram.people.press(ANNA, ANNA, message.message_id, "accept:7")
    with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
        await bot.answer_callback_query(query, text="я" * 201)
    assert await bot.answer_callback_query(query, text="я" * 200)


async def test_old_keyboard_may_still_be_pressed(bot: Bot, telegram: LocalTelegram):
    message = await bot.send_message(ANNA, "Заявка", reply_markup=BUTTONS)
    await bot.edit_message_text("Ушла другому", chat_id=ANNA, message_id=message.message_id)
    await telegram.people.press(ANNA, ANNA, message.message_id, "accept:7")
    (update,) = await bot.get_updates()
    assert update.callback_query
    assert isinstance(update.callback_query.message, Message)
    assert (update.callback_query.data, update.callback_query.message.text) == ("accept:7", "Ушла другому")


async def test_blocking_and_unblocking_tell_the_bot(bot: Bot, telegram: LocalTelegram):
    await telegram.people.block(ANNA)
    await telegram.people.block(ANNA)
    with pytest.raises(ConflictError):
        await telegram.people.write(ANNA, ANNA, "?")
    await telegram.people.unblock(ANNA)
    moves = [each.my_chat_member for each in await bot.get_updates()]
    assert [(each.old_chat_member.status, each.new_chat_member.status) for each in moves if each] == [
        ("member", "kicked"),
        ("kicked", "member"),
    ]


async def test_people_speak_only_where_they_belong(bot: Bot, telegram: LocalTelegram):
    group = await telegram.people.create_forum("Дежурные", [ANNA])
    topic = await bot.create_forum_topic(group.id, "Кризис")
    await telegram.people.write(group.id, ANNA, "Беру", topic=topic.message_thread_id)
    (update,) = await bot.get_updates()
    assert update.message
    assert (update.message.chat.title, update.message.message_thread_id) == ("Дежурные", topic.message_thread_id)
    begun = update.message.reply_to_message
    assert begun is not None, "Telegram names the topic's beginning where nothing is replied to"
    assert begun.forum_topic_created is not None
    await bot.close_forum_topic(group.id, topic.message_thread_id)
    with pytest.raises(ConflictError):
        await telegram.people.write(group.id, ANNA, "Ещё", topic=topic.message_thread_id)
    with pytest.raises(ConflictError):
        await telegram.people.write(group.id, BORIS, "Пустите")
    with pytest.raises(NotFoundError):
        await telegram.people.write(ANNA, ANNA, "Ответ", reply_to=99)
