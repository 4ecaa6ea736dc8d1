"""/web: the bot sends its reader a link that signs them in on the pages, once, and in private only."""

import re
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from bots.door import TelegramDoor
from domain.people import Role
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.door import SAME_SITE, open_door
from tests.integration.phone import Line, line


@pytest.fixture
async def company(db: Database) -> Desk:
    return await Desk.open(db)


@pytest.fixture
async def phone(company: Desk) -> AsyncGenerator[Line]:
    async with line(company) as phone:
        yield phone


def reached_at(phone: Line, url: str) -> None:
    """The pages are at this address."""
    door: TelegramDoor = phone.door
    object.__setattr__(door, "desk", replace(door.desk, public_url=url))


async def test_the_link_signs_in_whoever_asked_for_it_whatever_their_role(company: Desk, phone: Line) -> None:
    reached_at(phone, "http://desk.test")
    for member in (company.anna, company.viewer):
        said = await phone.write(member, "/web")
        link = re.search(r"http://desk\.test(/login/[\w-]+)", said)
        assert link is not None
        async with open_door(company) as door:
            door.wall.at = phone.door.desk.wall()
            assert (await door.client.post(link[1], headers=SAME_SITE)).status_code == 303
            assert member.name in (await door.client.get("/account")).text
            assert (await door.client.post(link[1], headers=SAME_SITE)).status_code == 410
    rows = await company.decisions("give_login_link")
    assert [row["role"] for row in rows] == [Role.MANAGER, Role.VIEWER]
    assert "/login/" not in str(rows)


async def test_without_an_address_of_the_pages_the_bot_says_so(company: Desk, phone: Line) -> None:
    assert "не настроен" in await phone.write(company.anna, "/web")
    assert await company.value("SELECT count(*) FROM one_time_codes") == 0
