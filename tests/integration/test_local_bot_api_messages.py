"""The local Bot API server: sending, changing and deleting messages, by the unchanged aiogram over real HTTP."""

import io
from collections.abc import AsyncGenerator

import httpx
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    KeyboardButton,
    Message,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

from bots.local import SANDBOX_TOKEN, Limits, LocalTelegram, Upload, serving
from bots.local.testing import ManualClock, bot_at, png

ANNA = 1
WALL = 1_780_000_000.0


@pytest.fixture
def wall() -> ManualClock:
    return ManualClock(WALL)


@pytest.fixture
async def telegram(wall: ManualClock) -> LocalTelegram:
    telegram = LocalTelegram(wall=wall, limits=Limits(photo_bytes=2_000, upload_bytes=4_000, download_bytes=3_000))
    await telegram.people.add_user(ANNA, "Анна", "anna")
    return telegram


@pytest.fixture
async def url(telegram: LocalTelegram) -> AsyncGenerator[str]:
    async with serving(telegram) as url:
        yield url


@pytest.fixture
async def bot(url: str) -> AsyncGenerator[Bot]:
    async with bot_at(url) as bot:
        yield bot


def keyboard(*data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text="Да", callback_data=each)] for each in data]
    )


def buttons(message: Message) -> list[str | None]:
    return (
        [each.callback_data for row in message.reply_markup.inline_keyboard for each in row]
        if message.reply_markup
        else []
    )


async def test_bot_learns_who_it_is(bot: Bot):
    me = await bot.me()
    assert (me.id, me.is_bot, me.username) == (bot.id, True, "bikewerk_desk_bot")


async def test_sent_message_returns_and_stands_in_the_chat_and_in_the_record(bot: Bot, telegram: LocalTelegram):
    message = await bot.send_message(ANNA, "  Здравствуйте \n")
    assert (message.text, message.chat.first_name, message.date.timestamp()) == ("Здравствуйте", "Анна", WALL)
    (stored,) = await telegram.people.messages(ANNA)
    (sent,) = telegram.sent
    assert stored.message_id == message.message_id
    assert (sent.chat_id, sent.message_id, sent.method, sent.text) == (ANNA, 1, "sendMessage", "Здравствуйте")


async def test_reply_keyboard_stays_until_it_is_removed(bot: Bot, telegram: LocalTelegram):
    keys = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="В порядке"), KeyboardButton(text="Проблема")]])
    await bot.send_message(ANNA, "Рама?", reply_markup=keys)
    assert telegram.room(ANNA).keys == [["В порядке", "Проблема"]]
    await bot.send_message(ANNA, "Спасибо", reply_markup=ReplyKeyboardRemove())
    assert telegram.room(ANNA).keys == []


async def test_unknown_chat_is_not_found(bot: Bot):
    with pytest.raises(TelegramBadRequest, match="Bad Request: chat not found"):
        await bot.send_message(404, "Есть кто?")
    with pytest.raises(TelegramBadRequest, match="Bad Request: chat not found"):
        await bot.get_chat("@nobody")


async def test_blocked_bot_may_neither_send_nor_edit(bot: Bot, telegram: LocalTelegram):
    message = await bot.send_message(ANNA, "Раз")
    await telegram.people.block(ANNA)
    with pytest.raises(TelegramForbiddenError, match="Forbidden: bot was blocked by the user"):
        await bot.send_message(ANNA, "Два")
    with pytest.raises(TelegramForbiddenError, match="Forbidden: bot was blocked by the user"):
        await bot.edit_message_text("Три", chat_id=ANNA, message_id=message.message_id)
    await telegram.people.unblock(ANNA)
    assert await bot.send_message(ANNA, "Четыре")


async def test_edit_changes_text_in_place_and_drops_the_keyboard(bot: Bot, telegram: LocalTelegram, wall: ManualClock):
    message = await bot.send_message(ANNA, "Заявка", reply_markup=keyboard("accept"))
    wall.forward(60)
    edited = await bot.edit_message_text(
        "<b>Принята</b>", chat_id=ANNA, message_id=message.message_id, parse_mode="HTML"
    )
    assert isinstance(edited, Message)
    assert (edited.message_id, edited.text, edited.reply_markup) == (message.message_id, "Принята", None)
    assert edited.edit_date == WALL + 60
    assert [each.text for each in await telegram.people.messages(ANNA)] == ["Принята"]


async def test_edit_that_changes_nothing_is_refused(bot: Bot):
    message = await bot.send_message(ANNA, "Заявка", reply_markup=keyboard("a"))
    with pytest.raises(TelegramBadRequest, match="message is not modified: specified new message content and reply"):
        await bot.edit_message_text("Заявка", chat_id=ANNA, message_id=message.message_id, reply_markup=keyboard("a"))
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_reply_markup(chat_id=ANNA, message_id=message.message_id, reply_markup=keyboard("a"))


async def test_edit_reaches_only_own_messages_of_the_right_kind(bot: Bot, telegram: LocalTelegram):
    hers = await telegram.people.write(ANNA, ANNA, "Моё")
    text = await bot.send_message(ANNA, "Текст")
    photo = await bot.send_photo(ANNA, BufferedInputFile(png(), "a.png"))
    with pytest.raises(TelegramBadRequest, match="Bad Request: message to edit not found"):
        await bot.edit_message_text("x", chat_id=ANNA, message_id=99)
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("x", chat_id=ANNA, message_id=hers.message_id)
    with pytest.raises(TelegramBadRequest, match="there is no caption in the message to edit"):
        await bot.edit_message_caption(chat_id=ANNA, message_id=text.message_id, caption="x")
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await bot.edit_message_text("x", chat_id=ANNA, message_id=photo.message_id)


async def test_caption_and_buttons_can_be_edited_alone(bot: Bot):
    photo = await bot.send_photo(ANNA, BufferedInputFile(png(), "a.png"), caption="Рама", reply_markup=keyboard("a"))
    edited = await bot.edit_message_caption(
        chat_id=ANNA, message_id=photo.message_id, caption="Вилка", reply_markup=keyboard("a")
    )
    assert isinstance(edited, Message)
    assert (edited.caption, edited.edit_date, buttons(edited)) == ("Вилка", WALL, ["a"])
    edited = await bot.edit_message_reply_markup(chat_id=ANNA, message_id=photo.message_id)
    assert isinstance(edited, Message)
    assert (edited.caption, edited.reply_markup) == ("Вилка", None)


async def test_messages_can_be_deleted_for_48_hours(bot: Bot, telegram: LocalTelegram, wall: ManualClock):
    first, second = await bot.send_message(ANNA, "Раз"), await bot.send_message(ANNA, "Два")
    wall.forward(48 * 3600)
    assert await bot.delete_message(ANNA, first.message_id)
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await bot.delete_message(ANNA, first.message_id)
    wall.forward(1)
    with pytest.raises(TelegramBadRequest, match="message can't be deleted for everyone"):
        await bot.delete_message(ANNA, second.message_id)
    assert [each.text for each in await telegram.people.messages(ANNA)] == ["Два"]


async def test_reply_quotes_a_message_that_exists(bot: Bot, telegram: LocalTelegram):
    question = await telegram.people.write(ANNA, ANNA, "Где заявка?")
    answer = await bot.send_message(ANNA, "Вот", reply_parameters=ReplyParameters(message_id=question.message_id))
    assert answer.reply_to_message
    assert answer.reply_to_message.text == "Где заявка?"
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(ANNA, "Вот", reply_parameters=ReplyParameters(message_id=99))
    lenient = ReplyParameters(message_id=99, allow_sending_without_reply=True)
    assert (await bot.send_message(ANNA, "Вот", reply_parameters=lenient)).reply_to_message is None


async def test_photo_goes_by_upload_then_by_file_id_and_downloads_unchanged(bot: Bot):
    first = await bot.send_photo(ANNA, BufferedInputFile(png(30, 20), "rama.png"), caption="Рама")
    assert first.photo
    assert (first.photo[-1].width, first.photo[-1].height) == (30, 20)
    again = await bot.send_photo(ANNA, first.photo[-1].file_id)
    assert again.photo
    assert again.photo[-1].file_unique_id == first.photo[-1].file_unique_id
    content = await bot.download(first.photo[-1], io.BytesIO())
    assert content
    assert content.read() == png(30, 20)


async def test_jpeg_size_is_read_from_its_frame(bot: Bot):
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08\x00\x14\x00\x1e\x01\x01\x11\x00\xff\xd9"
    message = await bot.send_photo(ANNA, BufferedInputFile(jpeg, "a.jpg"))
    assert message.photo
    assert (message.photo[-1].width, message.photo[-1].height) == (30, 20)


async def test_files_of_the_wrong_kind_or_size_are_refused(bot: Bot):
    with pytest.raises(TelegramBadRequest, match="IMAGE_PROCESS_FAILED"):
        await bot.send_photo(ANNA, BufferedInputFile(b"not a picture", "a.png"))
    with pytest.raises(TelegramEntityTooLarge, match="Request Entity Too Large"):
        await bot.send_photo(ANNA, BufferedInputFile(png() + bytes(2_000), "a.png"))
    with pytest.raises(TelegramBadRequest, match="file must be non-empty"):
        await bot.send_document(ANNA, BufferedInputFile(b"", "a.pdf"))
    with pytest.raises(TelegramBadRequest, match="wrong file identifier/HTTP URL specified"):
        await bot.send_photo(ANNA, "AgACAgIAAxkBAAI")
    with pytest.raises(TelegramBadRequest, match="failed to get HTTP URL content"):
        await bot.send_photo(ANNA, "https://example.org/a.png")
    with pytest.raises(TelegramBadRequest, match="wrong file_id or the file is temporarily unavailable"):
        await bot.get_file("AgACAgIAAxkBAAI")


async def test_document_keeps_its_name_and_large_ones_cannot_be_downloaded(bot: Bot):
    message = await bot.send_document(ANNA, BufferedInputFile(bytes(3_500), "отчёт.pdf"), caption="Отчёт")
    assert message.document
    assert (message.document.file_name, message.document.file_size) == ("отчёт.pdf", 3_500)
    with pytest.raises(TelegramBadRequest, match="can't use file of type Document as Photo"):
        await bot.send_photo(ANNA, message.document.file_id)
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.get_file(message.document.file_id)


async def test_album_is_two_to_ten_items_of_one_kind(bot: Bot, telegram: LocalTelegram):
    photos = [InputMediaPhoto(media=BufferedInputFile(png(n, n), f"{n}.png"), caption=f"Фото {n}") for n in (1, 2, 3)]
    messages = await bot.send_media_group(ANNA, [*photos])
    assert [each.caption for each in messages] == ["Фото 1", "Фото 2", "Фото 3"]
    assert len({each.media_group_id for each in messages}) == 1
    assert [each.method for each in telegram.sent] == ["sendMediaGroup"] * 3
    with pytest.raises(TelegramBadRequest, match="must be 2-10"):
        await bot.send_media_group(ANNA, [photos[0]])
    mixed = InputMediaDocument(media=BufferedInputFile(b"x", "a.pdf"))
    with pytest.raises(TelegramBadRequest, match="can't be mixed"):
        await bot.send_media_group(ANNA, [photos[0], mixed])


async def test_photo_of_a_person_reaches_the_bot_and_can_be_sent_on(bot: Bot, telegram: LocalTelegram):
    await telegram.people.send_photo(ANNA, ANNA, Upload("rama.png", png()), caption="Рама")
    (update,) = await bot.get_updates()
    assert update.message
    assert update.message.photo
    assert update.message.caption == "Рама"
    assert await bot.send_photo(ANNA, update.message.photo[-1].file_id)


async def test_topic_is_opened_written_in_and_closed(bot: Bot, telegram: LocalTelegram):
    group = await telegram.people.create_forum("Дежурные", [ANNA])
    topic = await bot.create_forum_topic(group.id, "Кризис")
    message = await bot.send_message(group.id, "Очередь растёт", message_thread_id=topic.message_thread_id)
    assert (message.message_thread_id, message.is_topic_message) == (topic.message_thread_id, True)
    assert (await bot.get_chat(group.id)).is_forum
    assert await bot.close_forum_topic(group.id, topic.message_thread_id)
    with pytest.raises(TelegramBadRequest, match="TOPIC_NOT_MODIFIED"):
        await bot.close_forum_topic(group.id, topic.message_thread_id)
    kinds = [
        (bool(each.forum_topic_created), bool(each.forum_topic_closed))
        for each in telegram.room(group.id).messages.values()
    ]
    assert kinds == [(True, False), (False, False), (False, True)]


async def test_topics_exist_only_in_forums_and_only_when_created(bot: Bot, telegram: LocalTelegram):
    group = await telegram.people.create_forum("Дежурные", [ANNA])
    with pytest.raises(TelegramBadRequest, match="the chat is not a forum"):
        await bot.create_forum_topic(ANNA, "Кризис")
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(group.id, "Куда?", message_thread_id=77)
    with pytest.raises(TelegramBadRequest, match="TOPIC_TITLE_INVALID"):
        await bot.create_forum_topic(group.id, "я" * 129)


async def test_bot_has_one_reaction_of_the_documented_emoji(bot: Bot, telegram: LocalTelegram):
    message = await telegram.people.write(ANNA, ANNA, "Готово")
    assert await bot.set_message_reaction(ANNA, message.message_id, [ReactionTypeEmoji(emoji="👍")])
    assert telegram.room(ANNA).reactions == {message.message_id: "👍"}
    with pytest.raises(TelegramBadRequest, match="REACTION_INVALID"):
        await bot.set_message_reaction(ANNA, message.message_id, [ReactionTypeEmoji(emoji="🚲")])
    assert await bot.set_message_reaction(ANNA, message.message_id, [])
    assert telegram.room(ANNA).reactions == {}
    with pytest.raises(TelegramBadRequest, match="message to react not found"):
        await bot.set_message_reaction(ANNA, 99, [ReactionTypeEmoji(emoji="👍")])


async def test_action_and_draft_are_shown_until_the_message_comes(bot: Bot, telegram: LocalTelegram):
    room = telegram.room(ANNA)
    await bot.send_chat_action(ANNA, "typing")
    await bot.send_message_draft(ANNA, draft_id=7, text="Заявка <b>принята", parse_mode=None)
    assert room.action
    assert room.draft
    assert (room.action.text, room.draft.text) == ("typing", "Заявка <b>принята")
    await bot.send_message(ANNA, "Заявка принята")
    assert (room.action, room.draft) == (None, None)
    with pytest.raises(TelegramBadRequest, match="wrong parameter action in request"):
        await bot.send_chat_action(ANNA, "dancing")


async def test_commands_are_kept_per_scope_and_checked(bot: Bot):
    commands = [BotCommand(command="queue", description="Моя очередь")]
    await bot.set_my_commands(commands)
    assert [each.command for each in await bot.get_my_commands()] == ["queue"]
    assert await bot.get_my_commands(language_code="en") == []
    with pytest.raises(TelegramBadRequest, match="BOT_COMMAND_INVALID"):
        await bot.set_my_commands([BotCommand(command="Очередь", description="x")])


async def test_unknown_method_and_token_are_refused_as_by_telegram(url: str):
    async with httpx.AsyncClient(base_url=url) as client:
        unknown = await client.post(f"/bot{SANDBOX_TOKEN}/sendPigeon")
        stranger = await client.get("/bot42:wrong/getMe")
        nonsense = await client.get("/botnonsense/getMe")
        hidden = await client.get("/file/bot42:wrong/photos/file_1.png")
    assert (unknown.status_code, unknown.json()["description"]) == (404, "Not Found: method not found")
    assert stranger.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert (nonsense.status_code, hidden.status_code) == (404, 401)


async def test_arguments_may_come_as_json_or_in_the_address(url: str):
    async with httpx.AsyncClient(base_url=f"{url}/bot{SANDBOX_TOKEN}") as client:
        by_json = await client.post(
            "/sendMessage", json={"chat_id": ANNA, "text": "?", "reply_markup": {"inline_keyboard": []}}
        )
        by_address = await client.get("/SENDMESSAGE", params={"chat_id": ANNA, "text": "Да"})
        broken = await client.post("/sendMessage", data={"chat_id": ANNA, "text": "?", "reply_markup": "{"})
        nobody = await client.post("/sendMessage", data={"text": "?"})
    assert by_json.json()["result"]["message_id"] == 1
    assert by_address.json()["result"]["text"] == "Да"
    assert broken.json()["description"] == "Bad Request: object expected as reply markup"
    assert nobody.json()["description"] == "Bad Request: chat_id is empty"


async def test_wrong_token_stops_aiogram(url: str):
    async with bot_at(url) as bot:
        stranger = Bot("42:wrong", session=bot.session)
        with pytest.raises(TelegramUnauthorizedError):
            await stranger.get_me()
        with pytest.raises(TelegramNotFound):
            await bot.send_dice(ANNA)
