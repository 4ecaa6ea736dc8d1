"""The local Bot API server: Telegram's rates, and trouble planned for tests."""

import asyncio
from collections.abc import AsyncGenerator

import httpx
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import BufferedInputFile, InputMediaDocument

from bots.local import FaultKind, Limits, LocalTelegram, Rate, serving
from bots.local.testing import ManualClock, bot_at

ANNA = 1
FREE = Rate(1_000_000, 1, burst=1_000_000)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def telegram(clock: ManualClock) -> LocalTelegram:
    telegram = LocalTelegram(clock=clock)
    for person in range(1, 41):
        await telegram.people.add_user(person, f"Человек {person}")
    return telegram


@pytest.fixture
async def url(telegram: LocalTelegram) -> AsyncGenerator[str]:
    async with serving(telegram) as url:
        yield url


@pytest.fixture
async def bot(url: str) -> AsyncGenerator[Bot]:
    async with bot_at(url) as bot:
        yield bot


async def accepted(bot: Bot, chat: int, tries: int) -> int:
    """How many of so many messages pass before the first 429."""
    for done in range(tries):
        try:
            await bot.send_message(chat, "?")
        except TelegramRetryAfter:
            return done
    return tries


async def test_private_chat_takes_a_burst_and_then_one_message_a_second(bot: Bot, clock: ManualClock):
    assert await accepted(bot, ANNA, 10) == 5
    with pytest.raises(TelegramRetryAfter, match="Too Many Requests: retry after 1") as refused:
        await bot.send_message(ANNA, "?")
    assert refused.value.retry_after == 1
    clock.forward(1)
    assert await accepted(bot, ANNA, 10) == 1
    clock.forward(3)
    assert await accepted(bot, ANNA, 10) == 3


async def test_group_takes_twenty_messages_a_minute(bot: Bot, telegram: LocalTelegram, clock: ManualClock):
    group = await telegram.people.create_forum("Дежурные", [ANNA])
    assert await accepted(bot, group.id, 30) == 20
    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(group.id, "?")
    assert refused.value.retry_after == 3
    clock.forward(60)
    assert await accepted(bot, group.id, 30) == 20


async def test_bot_sends_thirty_messages_a_second_over_all_chats(bot: Bot, clock: ManualClock):
    for person in range(1, 31):
        await bot.send_message(person, "?")
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(31, "?")
    clock.forward(1 / 30)
    await bot.send_message(31, "?")
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(32, "?")


async def test_album_counts_as_many_messages_as_it_has_items(bot: Bot, telegram: LocalTelegram):
    items = [InputMediaDocument(media=BufferedInputFile(b"x", f"{n}.txt")) for n in range(4)]
    await bot.send_media_group(ANNA, [*items])
    assert await accepted(bot, ANNA, 10) == 1
    assert len(telegram.sent) == 5


async def test_refused_messages_cost_nothing_and_edits_cost_as_messages_do(
    bot: Bot, telegram: LocalTelegram, clock: ManualClock
):
    message = await bot.send_message(ANNA, "0")
    for number in range(1, 5):
        await bot.edit_message_text(str(number), chat_id=ANNA, message_id=message.message_id)
    with pytest.raises(TelegramRetryAfter):
        await bot.edit_message_text("5", chat_id=ANNA, message_id=message.message_id)
    assert await accepted(bot, ANNA, 10) == 0
    assert telegram.too_fast == 2
    clock.forward(1)
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_text("4", chat_id=ANNA, message_id=message.message_id)
    assert await accepted(bot, ANNA, 10) == 1


async def test_faster_company_has_faster_limits(bot: Bot, telegram: LocalTelegram):
    telegram.limits = Limits(overall=FREE).sped_up(4)
    assert await accepted(bot, ANNA, 30) == 20


async def test_flood_names_when_to_come_back_and_ends_after_its_calls(bot: Bot, telegram: LocalTelegram):
    telegram.faults.plan(FaultKind.FLOOD, calls=2, retry_after=17)
    for _ in range(2):
        with pytest.raises(TelegramRetryAfter) as refused:
            await bot.send_message(ANNA, "?")
        assert refused.value.retry_after == 17
    assert await bot.send_message(ANNA, "!")
    assert len(telegram.sent) == 1


async def test_server_errors_come_as_json_and_as_garbage(bot: Bot, telegram: LocalTelegram):
    telegram.faults.plan(FaultKind.INTERNAL)
    telegram.faults.plan(FaultKind.BAD_GATEWAY)
    with pytest.raises(TelegramServerError, match="Internal Server Error"):
        await bot.send_message(ANNA, "?")
    with pytest.raises(ClientDecodeError):
        await bot.send_message(ANNA, "?")
    assert not telegram.sent


async def test_dropped_answer_leaves_the_message_delivered(bot: Bot, telegram: LocalTelegram):
    telegram.faults.plan(FaultKind.DROP)
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(ANNA, "Дошло?")
    assert [each.text for each in await telegram.people.messages(ANNA)] == ["Дошло?"]
    assert [each.text for each in telegram.sent] == ["Дошло?"]


async def test_hanging_call_lasts_until_the_client_gives_up_and_is_not_done(url: str, telegram: LocalTelegram):
    telegram.faults.plan(FaultKind.HANG)
    async with bot_at(url, timeout_seconds=0.05) as hasty:
        with pytest.raises(TelegramNetworkError, match="Request timeout error"):
            await hasty.send_message(ANNA, "?")
    async with bot_at(url) as bot:
        assert await bot.send_message(ANNA, "!")
    assert [each.text for each in telegram.sent] == ["!"]


async def test_an_answer_that_comes_too_late_leaves_the_message_delivered(url: str, telegram: LocalTelegram):
    telegram.faults.plan(FaultKind.LATE)
    async with bot_at(url, timeout_seconds=0.05) as hasty:
        with pytest.raises(TelegramNetworkError, match="Request timeout error"):
            await hasty.send_message(ANNA, "Дошло?")
    assert [each.text for each in telegram.sent] == ["Дошло?"]


async def test_a_reset_connection_does_nothing(bot: Bot, telegram: LocalTelegram):
    telegram.faults.plan(FaultKind.RESET)
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(ANNA, "?")
    assert not telegram.sent


async def test_a_slow_call_is_done_when_its_time_has_passed(bot: Bot, telegram: LocalTelegram, clock: ManualClock):
    telegram.faults.plan(FaultKind.SLOW, retry_after=30)
    sending = asyncio.create_task(bot.send_message(ANNA, "!"))
    while list(telegram.faults):
        await telegram.bell.wait()
    assert not telegram.sent
    clock.forward(30)
    telegram.nudge()
    assert (await sending).text == "!"


async def test_really_all_calls_can_fail_the_poll_too(bot: Bot, telegram: LocalTelegram):
    telegram.faults.plan(FaultKind.BAD_GATEWAY, calls=None, method="*")
    for call in (bot.get_updates, bot.get_me):
        with pytest.raises(ClientDecodeError):
            await call()


async def test_closing_server_lets_a_hanging_call_go(telegram: LocalTelegram):
    async with serving(telegram) as url, bot_at(url) as bot:
        telegram.faults.plan(FaultKind.HANG)
        hanging = asyncio.create_task(bot.send_message(ANNA, "?"))
        while list(telegram.faults):
            await telegram.bell.wait()
        await telegram.close()
        with pytest.raises((ClientDecodeError, TelegramNetworkError)):
            await hanging


async def test_trouble_can_be_bound_to_a_method_a_chat_and_a_time(
    bot: Bot, telegram: LocalTelegram, clock: ManualClock
):
    telegram.faults.plan(FaultKind.INTERNAL, calls=None, method="editMessageText")
    telegram.faults.plan(FaultKind.INTERNAL, calls=None, seconds=60, chat_id=2)
    message = await bot.send_message(ANNA, "0")
    for _ in range(3):
        with pytest.raises(TelegramServerError):
            await bot.edit_message_text("1", chat_id=ANNA, message_id=message.message_id)
        with pytest.raises(TelegramServerError):
            await bot.send_message(2, "?")
    clock.forward(60)
    assert await bot.send_message(2, "!")
    telegram.faults.clear()
    assert await bot.edit_message_text("1", chat_id=ANNA, message_id=message.message_id)


async def test_trouble_spares_the_poll_unless_it_is_named(bot: Bot, telegram: LocalTelegram):
    telegram.faults.plan(FaultKind.INTERNAL)
    assert await bot.get_updates() == []
    telegram.faults.clear()
    telegram.faults.plan(FaultKind.INTERNAL, method="getUpdates")
    with pytest.raises(TelegramServerError):
        await bot.get_updates()


async def test_trouble_is_planned_listed_and_cleared_over_http(url: str, bot: Bot):
    async with httpx.AsyncClient(base_url=f"{url}/sandbox/api") as client:
        planned = await client.post("/faults", json={"kind": "flood", "calls": 2, "chat_id": ANNA, "retry_after": 5})
        await client.post("/faults", json={"kind": "drop", "method": "sendPhoto", "seconds": 30})
        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(ANNA, "?")
        listed = (await client.get("/faults")).json()
        await client.delete("/faults")
        assert (await client.get("/faults")).json() == []
        wrong = await client.post("/faults", json={"kind": "earthquake"})
    assert planned.status_code == 201
    assert [(each["kind"], each["calls"], each["method"]) for each in listed] == [
        ("flood", 1, None),
        ("drop", None, "sendPhoto"),
    ]
    assert wrong.status_code == 422
