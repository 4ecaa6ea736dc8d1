"""The local Bot API server: formatting, lengths and buttons, as strict as Telegram."""

import html
from collections.abc import AsyncGenerator

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup, Message
from hypothesis import given
from hypothesis import strategies as st

from bots.local import LocalTelegram, serving
from bots.local.entities import formatted, units
from bots.local.testing import bot_at, png

ANNA = 1


@pytest.fixture
async def bot() -> AsyncGenerator[Bot]:
    telegram = LocalTelegram()
    await telegram.people.add_user(ANNA, "Анна", "anna")
    async with serving(telegram) as url, bot_at(url) as bot:
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


async def test_html_becomes_entities_counted_in_utf16_units(bot: Bot):
    text = '🚲 <b>Рама <i>M</i></b> &lt;500&gt; <a href="https://example.org/a?b=1&amp;c=2">смотреть</a>'
    message = await bot.send_message(ANNA, text, parse_mode="HTML")
    assert message.text == "🚲 Рама M <500> смотреть"
    assert [(each.type, each.extract_from(message.text)) for each in message.entities or []] == [
        ("bold", "Рама M"),
        ("italic", "M"),
        ("text_link", "смотреть"),
    ]
    assert message.entities
    assert message.entities[2].url == "https://example.org/a?b=1&c=2"


@pytest.mark.parametrize(
    ("markup", "kind", "field", "value"),
    [
        ("<tg-spoiler>x</tg-spoiler>", "spoiler", "type", "spoiler"),
        ('<span class="tg-spoiler">x</span>', "spoiler", "type", "spoiler"),
        ("<blockquote expandable>x</blockquote>", "expandable_blockquote", "length", 1),
        ('<pre><code class="language-python">x</code></pre>', "pre", "language", "python"),
        (
            '<tg-emoji emoji-id="5368324170671202286">x</tg-emoji>',
            "custom_emoji",
            "custom_emoji_id",
            "5368324170671202286",
        ),
        ("<a href='tg://user?id=1'>x</a>", "text_link", "url", "tg://user?id=1"),
        ("<del>x</del>", "strikethrough", "offset", 0),
        ("<ins>x</ins>", "underline", "offset", 0),
    ],
)
async def test_every_documented_tag_is_understood(bot: Bot, markup: str, kind: str, field: str, value: object):
    message = await bot.send_message(ANNA, markup, parse_mode="HTML")
    assert message.entities
    assert message.entities[0].type == kind
    assert getattr(message.entities[0], field) == value


@pytest.mark.parametrize(
    ("markup", "problem"),
    [
        ("цена < 500", 'Unsupported start tag "" at byte offset 9'),
        ("<p>абзац</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("строка<br/>", 'Unsupported start tag "br/" at byte offset 12'),
        ("<b>жирный", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>жирный</i>", 'Unmatched end tag at byte offset 15, expected "</b>", found "</i>"'),
        ("</b>", "Unexpected end tag at byte offset 0"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ('<a href="x', 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
    ],
)
async def test_wrong_html_is_refused_with_its_place(bot: Bot, markup: str, problem: str):
    with pytest.raises(TelegramBadRequest) as refused:
        await bot.send_message(ANNA, markup, parse_mode="HTML")
    assert refused.value.message == f"Bad Request: can't parse entities: {problem}"


async def test_other_parse_modes_are_refused(bot: Bot):
    with pytest.raises(TelegramBadRequest, match="unsupported parse_mode"):
        await bot.send_message(ANNA, "*a*", parse_mode="MarkdownV2")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_escaped_text_always_arrives_as_written(text: str):
    content = formatted(f"<b>{html.escape(text)}</b>", "HTML", None)
    assert content.text == text.strip()
    assert [(each.offset, each.length) for each in content.entities] == (
        [(0, units(text.strip()))] if text.strip() else []
    )


async def test_text_length_counts_after_parsing(bot: Bot):
    message = await bot.send_message(ANNA, f"<b>{'я' * 4096}</b>", parse_mode="HTML")
    assert len(message.text or "") == 4096
    with pytest.raises(TelegramBadRequest, match="message is too long"):
        await bot.send_message(ANNA, "я" * 4097)
    with pytest.raises(TelegramBadRequest, match="message text is empty"):
        await bot.send_message(ANNA, "<b> </b>", parse_mode="HTML")
    with pytest.raises(TelegramBadRequest, match="message text is empty"):
        await bot.send_message(ANNA, "")


async def test_caption_holds_1024_characters(bot: Bot):
    photo = BufferedInputFile(png(), "rama.png")
    message = await bot.send_photo(ANNA, photo, caption=f"<i>{'я' * 1024}</i>", parse_mode="HTML")
    assert len(message.caption or "") == 1024
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_photo(ANNA, photo, caption="я" * 1025)


@pytest.mark.parametrize(
    ("data", "accepted"), [("x" * 64, True), ("x" * 65, False), ("ж" * 32, True), ("ж" * 33, False)]
)
async def test_callback_data_holds_64_bytes_not_characters(bot: Bot, data: str, accepted: bool):
    if accepted:
        message = await bot.send_message(ANNA, "?", reply_markup=keyboard(data))
        assert buttons(message) == [data]
        return
    with pytest.raises(TelegramBadRequest, match="BUTTON_DATA_INVALID"):
        await bot.send_message(ANNA, "?", reply_markup=keyboard(data))


async def test_keyboard_holds_a_hundred_buttons(bot: Bot):
    await bot.send_message(ANNA, "?", reply_markup=keyboard(*map(str, range(100))))
    with pytest.raises(TelegramBadRequest, match="REPLY_MARKUP_TOO_LONG"):
        await bot.send_message(ANNA, "?", reply_markup=keyboard(*map(str, range(101))))


@pytest.mark.parametrize(
    ("button", "problem"),
    [
        (InlineKeyboardButton(text="Да"), "Text buttons are unallowed in the inline keyboard"),
        (InlineKeyboardButton(text="Да", callback_data="a", url="https://example.org"), "exactly one action"),
        (InlineKeyboardButton(text="Да", url="http://localhost:8000/"), "Wrong HTTP URL"),
        (InlineKeyboardButton(text="Да", callback_data=""), "BUTTON_DATA_INVALID"),
    ],
)
async def test_wrong_buttons_are_refused(bot: Bot, button: InlineKeyboardButton, problem: str):
    with pytest.raises(TelegramBadRequest, match=problem):
        await bot.send_message(ANNA, "?", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))


async def test_buttons_may_link_to_the_loopback_address(bot: Bot):
    button = InlineKeyboardButton(text="Открыть", url="http://127.0.0.1:8000/orders/1")
    assert await bot.send_message(ANNA, "?", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))
