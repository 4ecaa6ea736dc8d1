"""The check's photos on the page: fetched by the real bot from Telegram, for whoever may see the order."""

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import pytest

from api.photos import LARGEST, image_type
from bots.local.files import Upload
from bots.local.testing import png
from bots.photos import TelegramPhotos
from domain.commands import AcceptOrder, AnswerChecklist, PointAnswer
from domain.orders import Order
from store.database import Database
from tests.integration.desk import Desk, Member
from tests.integration.door import Door, open_door
from tests.integration.phone import Line, line


@dataclass(frozen=True, slots=True)
class Gallery:
    """An order with pictures at point 5: one that Telegram has, one that it does not know."""

    door: Door
    phone: Line
    order: Order
    content: bytes

    @property
    def mine(self) -> Member:
        """Whose order it is."""
        return next(member for member in self.door.company.managers if member.id == self.order.owner_id)


@pytest.fixture
async def gallery(db: Database) -> AsyncGenerator[Gallery]:
    company = await Desk.open(db)
    async with line(company) as phone, open_door(company, photos=TelegramPhotos(phone.door.bot)) as door:
        order = await company.order()
        await company.do(AcceptOrder(order=order.code), company.by(order))
        content = png(7, 5)
        anna = company.anna.telegram_id
        sent = await phone.telegram.people.send_photo(anna, anna, Upload("bike.png", content))
        assert sent.photo is not None
        answer = PointAnswer(point=5, answer="ok", photos=(sent.photo[-1].file_id, "demo-1042-5.jpg"))
        await company.do(AnswerChecklist(order=order.code, answers=(answer,)), company.by(order))
        yield Gallery(door, phone, order, content)


async def test_a_photo_is_shown_as_telegram_has_it_and_kept_by_that_browser_only(gallery: Gallery) -> None:
    door, code = gallery.door, gallery.order.code
    await door.sign_in(gallery.mine)
    text = (await door.client.get(f"/orders/{code}")).text
    shown = re.findall(r'<img src="(/orders/[^"]+)"', text)
    assert [address.partition("?")[0] for address in shown] == [f"/orders/{code}/photos/5/{n}" for n in (1, 2)]
    answer = await door.client.get(shown[0])
    assert (answer.status_code, answer.content) == (200, gallery.content)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"].startswith("private")
    assert "Cookie" in answer.headers["vary"], "another person in this browser asks anew"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_photo_that_telegram_does_not_know_is_said_and_not_kept(gallery: Gallery) -> None:
    await gallery.door.sign_in(gallery.mine)
    answer = await gallery.door.client.get(f"/orders/{gallery.order.code}/photos/5/2")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert "недоступно" in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_nobody_else_is_shown_the_photo(gallery: Gallery) -> None:
    door, address = gallery.door, f"/orders/{gallery.order.code}/photos/5/1"
    assert (await door.client.get(address)).status_code == 303
    for other in (member for member in door.company.managers if member != gallery.mine):
        await door.sign_in(other)
        assert (await door.client.get(address)).status_code == 403
    await door.sign_in(door.company.viewer)
    assert (await door.client.get(address)).status_code == 200


async def test_a_picture_that_is_too_large_is_not_fetched(gallery: Gallery) -> None:
    photos = TelegramPhotos(gallery.phone.door.bot)
    (reference, _) = await gallery.door.company.value("SELECT photos FROM checklist_answers")
    assert await photos.content(reference, largest=LARGEST) == gallery.content
    assert await photos.content(reference, largest=len(gallery.content) - 1) is None


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\nrest", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPrest", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVErest", None),
        (b"<svg onload=alert(1)>", None),
        (b"", None),
    ],
)
def test_what_is_no_picture_by_its_first_bytes_is_not_shown(content: bytes, kind: str | None) -> None:
    assert image_type(content) == kind
