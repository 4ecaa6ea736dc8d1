"""Photos for the check: albums, files, several orders at once; each goes where it belongs, once, and none is lost."""

import itertools
from collections.abc import Sequence

import pytest

from bots.handling import handle_update
from bots.inbox import receive
from bots.local.files import Upload
from bots.local.testing import png
from bots.local.wire import Content, Message, Sticker, Video, Voice
from bots.taps import Check, CheckTap, PhotoTap, Put
from domain.orders import Order, Status
from store.database import Database
from store.desk import check
from store.desk.check import PointLine
from tests.integration.desk import Desk, Member
from tests.integration.phone import Line, line

SIZES = itertools.count(5)


def pictures(count: int) -> list[Upload]:
    """Pictures that all differ."""
    return [Upload(f"{size}.png", png(size, 2)) for size in itertools.islice(SIZES, count)]


async def two_orders(company: Desk) -> tuple[Member, Order, Order]:
    """One manager with two bikes under inspection."""
    who = company.anna
    first, second = await company.give(who, 2)
    return (
        who,
        await company.to_status(first, Status.UNDER_INSPECTION),
        await company.to_status(second, Status.UNDER_INSPECTION),
    )


async def open_point(phone: Line, who: Member, order: Order, number: int) -> int:
    """The card of a point on the screen; its message."""
    await phone.write(who, f"/order {order.code}")
    await phone.press(who, CheckTap(do=Check.SECTIONS, order=order.id))
    section = next(p.section.value for p in phone.company.policy.checklist.points if p.number == number)
    await phone.press(who, CheckTap(do=Check.SECTION, order=order.id, arg=section))
    await phone.press(who, CheckTap(do=Check.POINT, order=order.id, point=number))
    return await phone.card(who)


async def at(company: Desk, order: Order) -> dict[int, PointLine]:
    async with company.db.reading() as tx:
        return await check.points(tx, order.id)


async def photos_at(company: Desk, order: Order) -> dict[int, int]:
    """How many photos each point has."""
    return {number: len(line.photos) for number, line in (await at(company, order)).items() if line.photos}


async def album(
    phone: Line, who: Member, photos: Sequence[Upload], *, caption: str = "", reply_to: int | None = None
) -> list[Message]:
    return await phone.telegram.people.send_album(
        who.telegram_id, who.telegram_id, photos, caption=caption, reply_to=reply_to
    )


async def listen_in_order(phone: Line, places: Sequence[int]) -> None:
    """Handle what has come in this order instead of Telegram's."""
    await receive(phone.door.bot, phone.door.desk.db, None, wait=0)
    waiting = await phone.company.column(
        "SELECT update_id FROM inbox_updates WHERE handled_at IS NULL ORDER BY update_id"
    )
    for place in places:
        await handle_update(phone.door, waiting[place])


async def last(phone: Line, who: Member) -> str:
    return (await phone.says(who))[-1]


# ── to the right point ───────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_photo_without_reply_goes_to_the_open_point_and_says_where(db: Database) -> None:
    company = await Desk.open(db)
    who, first, second = await two_orders(company)
    async with line(company) as phone:
        await open_point(phone, who, first, 6)
        said = await phone.photo(who)
        assert "Фото к пункту 6 сохранено: 1" in said
        assert f"Рама, заказ №{first.code}" in said
        assert await photos_at(company, first) == {6: 1}
        assert await photos_at(company, second) == {}
        assert (await at(company, first))[6].answer is None, "a photo is no answer"


async def test_a_photo_in_reply_goes_to_the_card_it_replies_to_whatever_is_open(db: Database) -> None:
    company = await Desk.open(db)
    who, first, second = await two_orders(company)
    async with line(company) as phone:
        card = await open_point(phone, who, first, 6)
        await open_point(phone, who, second, 7)
        (photo,) = pictures(1)
        await phone.telegram.people.send_photo(who.telegram_id, who.telegram_id, photo, reply_to=card, caption="Скол")
        await phone.listen()
        assert f"заказ №{first.code}" in await last(phone, who)
        assert await photos_at(company, first) == {6: 1}
        assert (await at(company, first))[6].comment == "Скол"
        await phone.photo(who)
        assert await photos_at(company, second) == {7: 1}, "a reply is an aside: point 7 is still open"


@pytest.mark.parametrize("places", [(0, 1, 2, 3), (3, 1, 0, 2)])
async def test_an_album_has_one_card_in_whatever_order_its_photos_come(db: Database, places: Sequence[int]) -> None:
    company = await Desk.open(db)
    who, first, _ = await two_orders(company)
    async with line(company) as phone:
        await open_point(phone, who, first, 6)
        before = len(await phone.says(who))
        await album(phone, who, pictures(4), caption="Скол у каретки")
        await listen_in_order(phone, places)
        assert len(await phone.says(who)) == before + 1
        assert "сохранены: 4" in await last(phone, who)
        assert await photos_at(company, first) == {6: 4}
        assert (await at(company, first))[6].comment == "Скол у каретки"


async def test_an_album_handled_again_changes_nothing(db: Database) -> None:
    company = await Desk.open(db)
    who, first, _ = await two_orders(company)
    async with line(company) as phone:
        await open_point(phone, who, first, 6)
        await album(phone, who, pictures(3), caption="Скол")
        await phone.listen()
        said = await phone.says(who)
        rows = await company.value("SELECT count(*) FROM ai_decisions WHERE action = 'supplement_point'")
        async with company.db.transaction() as tx:
            await tx.exec_driver_sql(
                "UPDATE inbox_updates SET handled_at = NULL, attempts = 0 WHERE body->'message' ? 'photo'"
            )
        await phone.listen()
        assert await phone.says(who) == said
        assert await photos_at(company, first) == {6: 3}
        assert (await at(company, first))[6].comment == "Скол"
        assert await company.value("SELECT count(*) FROM ai_decisions WHERE action = 'supplement_point'") == rows


async def test_albums_of_two_orders_come_interleaved_and_stay_apart(db: Database) -> None:
    company = await Desk.open(db)
    who, first, second = await two_orders(company)
    async with line(company) as phone:
        one = await open_point(phone, who, first, 6)
        other = await open_point(phone, who, second, 7)
        await album(phone, who, pictures(3), reply_to=one)
        await album(phone, who, pictures(2), reply_to=other)
        await listen_in_order(phone, (0, 3, 1, 4, 2))
        assert await photos_at(company, first) == {6: 3}
        assert await photos_at(company, second) == {7: 2}


async def test_where_only_one_photo_of_an_album_replies_all_go_there(db: Database) -> None:
    company = await Desk.open(db)
    who, first, second = await two_orders(company)
    async with line(company) as phone:
        card = await open_point(phone, who, first, 6)
        await open_point(phone, who, second, 7)
        people = phone.telegram.people
        replied = next(m for m in await people.messages(who.telegram_id) if m.message_id == card)
        one, two = (phone.telegram.keep_photo(photo).photo() for photo in pictures(2))
        await people.send_content(who.telegram_id, who.telegram_id, Content(photo=(one,), media_group_id="9"))
        answer = Content(photo=(two,), media_group_id="9")
        await people.send_content(who.telegram_id, who.telegram_id, answer, reply_to=replied.message_id)
        await phone.listen()
        assert await photos_at(company, first) == {6: 2}
        assert await photos_at(company, second) == {}
        assert f"заказ №{first.code}" in await last(phone, who)


async def test_the_same_picture_twice_is_one_and_it_is_said(db: Database) -> None:
    company = await Desk.open(db)
    who, first, _ = await two_orders(company)
    async with line(company) as phone:
        await open_point(phone, who, first, 6)
        await phone.photo(who)
        assert "Из них уже были здесь: 1" in await phone.photo(who)
        assert await photos_at(company, first) == {6: 1}


# ── asked for ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_with_nothing_open_the_bot_asks_and_keeps_the_album_until_it_is_told(db: Database) -> None:
    company = await Desk.open(db)
    who, first, second = await two_orders(company)
    async with line(company) as phone:
        before = len(await phone.says(who))
        await album(phone, who, pictures(3), caption="Номер рамы")
        await phone.listen()
        assert len(await phone.says(who)) == before + 1
        assert "Получено 3 фото. К какому заказу и пункту?" in await last(phone, who)
        batch = await company.value("SELECT id FROM photo_batches")
        await phone.write(who, "/orders")
        assert "К какому пункту?" in await phone.press(who, PhotoTap(do=Put.ORDER, batch=batch, order=second.id))
        said = await phone.press(who, PhotoTap(do=Put.POINT, batch=batch, order=second.id, arg="5"))
        assert "Фото к пункту 5 сохранены: 3" in said
        assert await photos_at(company, second) == {5: 3}
        assert (await at(company, second))[5].comment == "Номер рамы"
        assert await photos_at(company, first) == {}


async def test_a_photo_in_reply_to_an_orders_card_is_asked_for_its_point_only(db: Database) -> None:
    company = await Desk.open(db)
    who, first, second = await two_orders(company)
    async with line(company) as phone:
        await open_point(phone, who, second, 7)
        await phone.write(who, f"/order {first.code}")
        await phone.telegram.people.send_photo(
            who.telegram_id, who.telegram_id, pictures(1)[0], reply_to=await phone.card(who)
        )
        await phone.listen()
        said = await last(phone, who)
        assert "К какому пункту?" in said
        assert f"Заказ №{first.code}" in said
        batch = await company.value("SELECT id FROM photo_batches")
        await phone.press(who, PhotoTap(do=Put.SECTION, batch=batch, order=first.id, arg="mechanics"))
        await phone.press(who, PhotoTap(do=Put.POINT, batch=batch, order=first.id, arg="16"))
        assert await photos_at(company, first) == {16: 1}
        assert await photos_at(company, second) == {}


async def test_not_here_moves_the_photos_with_their_caption_and_nothing_else(db: Database) -> None:
    company = await Desk.open(db)
    who, first, second = await two_orders(company)
    async with line(company) as phone:
        await open_point(phone, who, first, 6)
        await phone.photo(who)
        await album(phone, who, pictures(2), caption="Потёк масла")
        await phone.listen()
        batch = await company.value("SELECT max(id) FROM photo_batches")
        await phone.press(who, PhotoTap(do=Put.WHERE, batch=batch))
        await phone.press(who, PhotoTap(do=Put.ORDER, batch=batch, order=second.id))
        await phone.press(who, PhotoTap(do=Put.POINT, batch=batch, order=second.id, arg="7"))
        assert await photos_at(company, first) == {6: 1}
        assert await photos_at(company, second) == {7: 2}
        assert (await at(company, first))[6].comment == ""
        assert (await at(company, second))[7].comment == "Потёк масла"


async def test_photos_that_were_sent_by_mistake_go_away(db: Database) -> None:
    company = await Desk.open(db)
    who, first, _ = await two_orders(company)
    async with line(company) as phone:
        await open_point(phone, who, first, 6)
        await phone.photo(who)
        batch = await company.value("SELECT id FROM photo_batches")
        await phone.press(who, PhotoTap(do=Put.WHERE, batch=batch))
        assert "Фото убраны: 1" in await phone.press(who, PhotoTap(do=Put.AWAY, batch=batch))
        assert await photos_at(company, first) == {}


async def test_a_photo_for_a_check_that_is_over_is_kept_and_asked_for(db: Database) -> None:
    company = await Desk.open(db)
    who, first, second = await two_orders(company)
    async with line(company) as phone:
        card = await open_point(phone, who, first, 6)
        await company.to_status(first, Status.AWAITING_PAYMENT)
        await phone.telegram.people.send_photo(who.telegram_id, who.telegram_id, pictures(1)[0], reply_to=card)
        await phone.listen()
        said = await last(phone, who)
        assert "Решение и оплата клиента" in said
        assert f"Заказ №{second.code}" in said
        batch = await company.value("SELECT id FROM photo_batches")
        await phone.press(who, PhotoTap(do=Put.POINT, batch=batch, order=second.id, arg="6"))
        assert await photos_at(company, second) == {6: 1}


async def test_without_any_order_under_inspection_the_photo_waits(db: Database) -> None:
    company = await Desk.open(db)
    who = company.anna
    async with line(company) as phone:
        assert "заказов на проверке у вас сейчас нет" in await phone.photo(who)
        (order,) = await company.give(who, 1)
        order = await company.to_status(order, Status.UNDER_INSPECTION)
        batch = await company.value("SELECT id FROM photo_batches")
        assert "К какому пункту?" in await phone.press(who, PhotoTap(do=Put.WHERE, batch=batch))
        await phone.press(who, PhotoTap(do=Put.POINT, batch=batch, order=order.id, arg="6"))
        assert await photos_at(company, order) == {6: 1}


async def test_somebody_elses_photos_are_not_moved_by_a_forged_tap(db: Database) -> None:
    company = await Desk.open(db)
    who, first, _ = await two_orders(company)
    async with line(company) as phone:
        await open_point(phone, who, first, 6)
        await phone.photo(who)
        batch = await company.value("SELECT id FROM photo_batches")
        assert "прислали не вы" in await phone.forge(company.boris, PhotoTap(do=Put.AWAY, batch=batch))
        assert await photos_at(company, first) == {6: 1}


# ── kinds ────────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("name", ["рама.JPG", "рама.jpeg", "рама.png", "рама.webp", "IMG_0001.HEIC"])
async def test_a_picture_sent_as_a_file_is_taken(db: Database, name: str) -> None:
    company = await Desk.open(db)
    who, first, _ = await two_orders(company)
    async with line(company) as phone:
        await open_point(phone, who, first, 6)
        await phone.telegram.people.send_document(who.telegram_id, who.telegram_id, Upload(name, png()))
        await phone.listen()
        assert "Фото к пункту 6 сохранено" in await last(phone, who)


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (Upload("договор.pdf", b"%PDF-1.7"), "Файл такого типа"),
        (Upload("анимация.gif", b"GIF89a"), "Файл такого типа"),
        (Upload("рама.png", b"x" * (20 * 1024 * 1024 + 1)), "слишком большой"),
    ],
    ids=lambda each: each.name if isinstance(each, Upload) else "",
)
async def test_other_files_are_refused_with_a_word_on_what_is_allowed(db: Database, file: Upload, why: str) -> None:
    company = await Desk.open(db)
    who, first, _ = await two_orders(company)
    async with line(company) as phone:
        await open_point(phone, who, first, 6)
        await phone.telegram.people.send_document(who.telegram_id, who.telegram_id, file)
        await phone.listen()
        said = await last(phone, who)
        assert why in said
        assert "JPEG, PNG, WebP или HEIC, до 20 МБ" in said
        assert await photos_at(company, first) == {}


@pytest.mark.parametrize(
    "content",
    [
        Content(voice=Voice(file_id="v", file_unique_id="v", duration=3)),
        Content(video=Video(file_id="v", file_unique_id="v", width=1, height=1, duration=3)),
        Content(sticker=Sticker(file_id="s", file_unique_id="s", width=1, height=1)),
    ],
    ids=("voice", "video", "sticker"),
)
async def test_voices_films_and_stickers_are_refused_kindly(db: Database, content: Content) -> None:
    company = await Desk.open(db)
    async with line(company) as phone:
        who = company.anna
        await phone.telegram.people.send_content(who.telegram_id, who.telegram_id, content)
        await phone.listen()
        assert "JPEG, PNG, WebP или HEIC" in await last(phone, who)


# ── seen and removed ─────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_points_photos_come_back_as_an_album_and_one_is_taken_away(db: Database) -> None:
    company = await Desk.open(db)
    who, first, _ = await two_orders(company)
    async with line(company) as phone:
        await open_point(phone, who, first, 6)
        await album(phone, who, pictures(3))
        await phone.listen()
        await open_point(phone, who, first, 6)
        sent = len(phone.telegram.sent)
        await phone.press(who, CheckTap(do=Check.PHOTOS, order=first.id, point=6))
        methods = [each.method for each in list(phone.telegram.sent)[sent:]]
        assert methods == ["sendMediaGroup"] * 3 + ["sendMessage"]
        drop = next(each for each in await phone.buttons(who) if each.startswith("c:drp:"))
        said = await phone.press(who, CheckTap.unpack(drop))
        assert "Фото убрано" in said
        assert await photos_at(company, first) == {6: 2}
