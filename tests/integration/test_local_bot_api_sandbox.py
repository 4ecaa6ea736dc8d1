"""The local Bot API server: the human side over HTTP, the page, and the memory on disk."""

from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest
from aiogram import Bot
from aiogram.types import BotCommand, BotCommandScopeChat, InlineKeyboardButton, InlineKeyboardMarkup

from bots.local import FaultKind, LocalTelegram, Upload, serving
from bots.local.testing import ManualClock, bot_at, png
from domain.errors import InvalidInputError

ANNA, BORIS = 1, 2
BUTTONS = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Принять", callback_data="accept:7")]])
PNG = png()


@pytest.fixture
async def telegram() -> LocalTelegram:
    telegram = LocalTelegram(wall=ManualClock(1_780_000_000))
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


@pytest.fixture
async def client(url: str) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{url}/sandbox", follow_redirects=True) as client:
        yield client


async def test_person_joins_writes_and_reads_over_http(client: httpx.AsyncClient, bot: Bot):
    joined = await client.post("/api/users", json={"id": BORIS, "first_name": "Борис", "username": "boris"})
    said = await client.post(f"/api/chats/{BORIS}/messages", json={"from": BORIS, "text": "/start"})
    await bot.send_message(BORIS, "Здравствуйте", reply_markup=BUTTONS)
    fresh = (await client.get(f"/api/chats/{BORIS}/messages", params={"after": said.json()["message_id"]})).json()
    chats = (await client.get("/api/chats")).json()
    assert joined.json() == {"id": BORIS, "type": "private", "first_name": "Борис", "username": "boris"}
    assert [(each["from"]["is_bot"], each["text"]) for each in fresh] == [(True, "Здравствуйте")]
    assert [(each["chat"]["id"], each["last_message_id"]) for each in chats] == [(ANNA, 0), (BORIS, 2)]


async def test_group_photo_reply_and_block_over_http(client: httpx.AsyncClient, bot: Bot):
    group = (await client.post("/api/groups", json={"title": "Дежурные", "members": [ANNA]})).json()
    photo = await client.post(
        f"/api/chats/{ANNA}/photos", data={"from": ANNA, "caption": "Рама"}, files={"photo": ("rama.png", PNG)}
    )
    reply = {"from": ANNA, "text": "Вот она", "reply_to": photo.json()["message_id"]}
    await client.post(f"/api/chats/{ANNA}/messages", json=reply)
    assert (await client.post(f"/api/chats/{ANNA}/block")).status_code == 204
    assert (await client.post(f"/api/chats/{ANNA}/unblock")).status_code == 204
    updates = await bot.get_updates()
    assert (group["type"], group["is_forum"]) == ("supergroup", True)
    assert updates[0].message
    assert updates[0].message.photo
    assert updates[1].message
    assert updates[1].message.reply_to_message
    assert updates[1].message.reply_to_message.caption == "Рама"
    assert [bool(each.my_chat_member) for each in updates] == [False, False, True, True]


async def test_press_over_http_brings_the_answer_or_its_number(client: httpx.AsyncClient, bot: Bot):
    message = await bot.send_message(ANNA, "Заявка", reply_markup=BUTTONS)
    body = {"from": ANNA, "message_id": message.message_id, "data": "accept:7", "wait": 0}
    unanswered = (await client.post(f"/api/chats/{ANNA}/callbacks", json=body)).json()
    await bot.answer_callback_query(unanswered["id"], text="Принято")
    answered = (await client.get(f"/api/callbacks/{unanswered['id']}")).json()
    assert unanswered["answer"] is None
    assert answered["answer"]["text"] == "Принято"


async def test_impossible_actions_are_told_apart(client: httpx.AsyncClient, telegram: LocalTelegram):
    await telegram.people.add_user(BORIS, "Борис")
    said = {"from": BORIS, "text": "?"}
    assert (await client.post("/api/chats/404/messages", json=said)).status_code == 404
    assert (await client.post(f"/api/chats/{ANNA}/messages", json=said)).status_code == 409
    assert (await client.post(f"/api/chats/{BORIS}/messages", json={**said, "text": " "})).status_code == 400
    assert (await client.post(f"/api/chats/{BORIS}/messages", json={**said, "txt": ""})).status_code == 422
    photo = {"photo": ("a.png", b"not a picture")}
    assert (await client.post(f"/api/chats/{BORIS}/photos", data={"from": BORIS}, files=photo)).status_code == 400


async def test_events_carry_names_only(client: httpx.AsyncClient, telegram: LocalTelegram):
    async with client.stream("GET", "/events") as stream:
        await telegram.people.add_user(BORIS, "Борис")
        await telegram.people.write(BORIS, BORIS, "секрет")
        heard: list[str] = []
        async for line in stream.aiter_lines():
            heard.append(line)
            if len(heard) == 5:
                break
    assert heard == ["event: chats", "data: ", "", f"event: chat:{BORIS}", "data: "]


async def test_page_shows_chats_side_by_side_in_russian(client: httpx.AsyncClient, telegram: LocalTelegram, bot: Bot):
    await telegram.people.add_user(BORIS, "Борис")
    card = await bot.send_message(ANNA, "<b>Заявка</b> 7", parse_mode="HTML", reply_markup=BUTTONS)
    await bot.edit_message_text(
        "<b>Заявка</b> 8", chat_id=ANNA, message_id=card.message_id, parse_mode="HTML", reply_markup=BUTTONS
    )
    page = await client.get("", params={"open": f"{ANNA},{BORIS}"})
    assert page.status_code == 200
    assert '<html lang="ru">' in page.text
    assert page.text.count('<section class="chat"') == 2
    assert "<strong>Заявка</strong> 8" in page.text
    assert 'data-press="accept:7">Принять</button>' in page.text
    assert "изменено" in page.text


async def test_page_offers_the_bots_commands_of_each_chats_scope(
    client: httpx.AsyncClient, telegram: LocalTelegram, bot: Bot
):
    await telegram.people.add_user(BORIS, "Борис")
    await bot.set_my_commands([BotCommand(command="help", description="Помощь")])
    await bot.set_my_commands([BotCommand(command="mine", description="Мои")], scope=BotCommandScopeChat(chat_id=BORIS))
    assert 'data-say="/help" title="Помощь"' in (await client.get(f"/chats/{ANNA}")).text
    page = (await client.get(f"/chats/{BORIS}")).text
    assert 'data-say="/mine"' in page
    assert 'data-say="/help"' not in page


async def test_every_kind_of_trouble_has_its_name_on_the_page(client: httpx.AsyncClient, telegram: LocalTelegram):
    for kind in FaultKind:
        telegram.faults.plan(kind)
    assert (await client.get("/nav")).text.count("· ещё 1") == len(FaultKind)


async def test_page_escapes_what_people_write(client: httpx.AsyncClient, telegram: LocalTelegram):
    await telegram.people.add_user(BORIS, "<b>Борис</b>")
    await telegram.people.write(BORIS, BORIS, '<img src=x onerror="alert(1)">')
    page = await client.get(f"/chats/{BORIS}")
    assert "<img src=x" not in page.text
    assert "&lt;img src=x onerror=&#34;alert(1)&#34;&gt;" in page.text
    assert "<b>Борис</b>" not in page.text


async def test_page_allows_no_inline_script_and_no_frame(client: httpx.AsyncClient):
    page = await client.get("")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "style=" not in page.text
    assert "onclick" not in page.text


async def test_page_parts_style_script_and_photos_are_served(client: httpx.AsyncClient, telegram: LocalTelegram):
    message = await telegram.people.send_photo(ANNA, ANNA, Upload("rama.png", PNG))
    assert message.photo
    photo = await client.get(f"/photos/{message.photo[-1].file_id}")
    assert (photo.headers["content-type"], photo.content) == ("image/png", PNG)
    for path, part in (("/nav", "Анна"), ("/static/sandbox.css", "light-dark("), ("/static/sandbox.js", "EventSource")):
        assert part in (await client.get(path)).text
    assert (await client.get("/chats/404")).status_code == 404


async def test_foreign_host_and_foreign_site_are_refused(url: str, client: httpx.AsyncClient):
    rebound = await client.get("", headers={"Host": "evil.example"})
    body = {"id": 9, "first_name": "Чужой"}
    crossed = await client.post("/api/users", json=body, headers={"Sec-Fetch-Site": "cross-site"})
    own = await client.post("/api/users", json=body, headers={"Sec-Fetch-Site": "same-origin"})
    named = await client.get("", headers={"Host": f"localhost:{httpx.URL(url).port}"})
    assert (rebound.status_code, crossed.status_code, own.status_code, named.status_code) == (400, 403, 201, 200)


async def test_everything_comes_back_after_a_restart(tmp_path: Path):
    before = LocalTelegram(path=tmp_path)
    await before.people.add_user(ANNA, "Анна")
    await before.people.send_photo(ANNA, ANNA, Upload("rama.png", PNG))
    async with serving(before) as url, bot_at(url) as bot:
        message = await bot.send_message(ANNA, "<b>Заявка</b>", parse_mode="HTML", reply_markup=BUTTONS)
        (update,) = await bot.get_updates()
        assert update.message
        assert update.message.photo
        photo = update.message.photo[-1]

    after = LocalTelegram(path=tmp_path)
    query = await after.people.press(ANNA, ANNA, message.message_id, "accept:7")
    async with serving(after) as url, bot_at(url) as bot:
        first, second = await bot.get_updates()
        assert (first.update_id, second.update_id) == (update.update_id, update.update_id + 1)
        assert await bot.answer_callback_query(query)
        edited = await bot.edit_message_text("Принята", chat_id=ANNA, message_id=message.message_id)
        assert not isinstance(edited, bool)
        assert edited.text == "Принята"
        assert (await bot.send_message(ANNA, "Ещё")).message_id == message.message_id + 1
        content = await bot.download(photo)
        assert content
        assert content.read() == PNG


async def test_memory_is_written_while_the_server_runs(tmp_path: Path):
    async with LocalTelegram(path=tmp_path) as telegram:
        await telegram.people.add_user(ANNA, "Анна")
        await telegram.saved.wait(10)
        assert [room.chat.first_name for room in LocalTelegram(path=tmp_path).memory.rooms.values()] == ["Анна"]


async def test_confirmed_updates_stay_confirmed_after_a_restart(tmp_path: Path):
    telegram = LocalTelegram(path=tmp_path)
    await telegram.people.add_user(ANNA, "Анна")
    await telegram.people.write(ANNA, ANNA, "раз")
    async with serving(telegram) as url, bot_at(url) as bot:
        (update,) = await bot.get_updates()
        await bot.get_updates(offset=update.update_id + 1)
    assert LocalTelegram(path=tmp_path).memory.pending == []


async def test_chat_keeps_only_its_latest_messages():
    telegram = LocalTelegram(kept=3)
    await telegram.people.add_user(ANNA, "Анна")
    for number in range(5):
        await telegram.people.write(ANNA, ANNA, str(number))
    assert [each.text for each in await telegram.people.messages(ANNA)] == ["2", "3", "4"]


async def test_damaged_memory_is_named_and_not_overwritten(tmp_path: Path):
    (tmp_path / "telegram.json").write_text('{"version": 1, "rooms": {"1"', encoding="utf-8")
    with pytest.raises(InvalidInputError, match=r"telegram\.json"):
        LocalTelegram(path=tmp_path)
    assert (tmp_path / "telegram.json").read_text(encoding="utf-8").endswith('"1"')


async def test_albums_and_files_stay_in_their_topic(
    client: httpx.AsyncClient, bot: Bot, telegram: LocalTelegram
) -> None:
    group = await telegram.people.create_forum("Дежурные", [ANNA])
    topic = (await bot.create_forum_topic(group.id, "Кризис")).message_thread_id
    photos = [("photos", (f"{number}.png", PNG)) for number in range(2)]
    told = {"from": ANNA, "topic": topic}
    await client.post(f"/api/chats/{group.id}/albums", data=told, files=photos)
    await client.post(f"/api/chats/{group.id}/documents", data=told, files={"document": ("rama.png", PNG)})
    sent = [update.message for update in await bot.get_updates() if update.message]
    assert [(each.message_thread_id, each.is_topic_message) for each in sent] == [(topic, True)] * 3


async def test_albums_files_voices_and_edits_reach_the_bot(client: httpx.AsyncClient, telegram: LocalTelegram) -> None:
    photos = [("photos", (f"{n}.png", png(n, n))) for n in (3, 4)]
    album = await client.post(f"/api/chats/{ANNA}/albums", data={"from": ANNA, "caption": "Рама"}, files=photos)
    assert album.status_code == 201
    assert len({message["media_group_id"] for message in album.json()}) == 1
    file = {"document": ("рама.heic", b"heic")}
    sent = await client.post(f"/api/chats/{ANNA}/documents", data={"from": ANNA}, files=file)
    assert sent.json()["document"]["mime_type"] == "image/heic"
    voice = {"from": ANNA, "content": {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}}}
    assert (await client.post(f"/api/chats/{ANNA}/contents", json=voice)).status_code == 201
    first = album.json()[0]["message_id"]
    edited = await client.put(f"/api/chats/{ANNA}/messages/{first}", json={"from": ANNA, "text": "Рама, скол"})
    assert edited.json()["caption"] == "Рама, скол"
    assert telegram.memory.pending[-1].edited_message is not None
