"""Points of the check through the gate: what an answer replaces, what it keeps, photos exactly once, stale taps."""

import asyncio
from typing import Any

import pytest

from domain.commands import AnswerChecklist, Photo, PointAnswer, SupplementPoint
from domain.errors import ConflictError, InvalidInputError, StaleError
from domain.orders import Order, Status
from store.database import Database
from store.desk import check
from store.desk.check import PointLine
from tests.integration.desk import Desk

RAMA = Photo(file_id="f-1", unique_id="u-1")
VILKA = Photo(file_id="f-2", unique_id="u-2", kind="document")


async def inspected(db: Database) -> tuple[Desk, Order]:
    company = await Desk.open(db)
    return company, await company.to_status(await company.order(), Status.UNDER_INSPECTION)


async def point(company: Desk, order: Order, number: int) -> PointLine:
    async with company.db.reading() as tx:
        return (await check.points(tx, order.id))[number]


async def say(company: Desk, order: Order, number: int, answer: str, **more: Any) -> None:
    given = PointAnswer.model_validate({"point": number, "answer": answer, **more})
    await company.do(AnswerChecklist(order=order.code, answers=(given,)), company.by(order))


async def add(company: Desk, order: Order, number: int, *photos: Photo, **more: Any) -> dict[str, Any]:
    command = SupplementPoint(order=order.code, point=number, add=photos, **more)
    return dict((await company.do(command, company.by(order))).result)


async def test_a_photo_waits_at_a_point_without_answering_it(db: Database) -> None:
    company, order = await inspected(db)
    await add(company, order, 6, RAMA, comment="Скол у каретки")
    waiting = await point(company, order, 6)
    assert (waiting.answer, waiting.comment, waiting.photos) == (None, "Скол у каретки", ["f-1"])
    assert (await company.see(order)).next_step is not None
    await say(company, order, 6, "ok")
    answered = await point(company, order, 6)
    assert (answered.answer, answered.comment, answered.photos) == ("ok", "Скол у каретки", ["f-1"])


async def test_the_same_picture_is_attached_once(db: Database) -> None:
    company, order = await inspected(db)
    assert (await add(company, order, 6, RAMA, VILKA))["added"] == ["f-1", "f-2"]
    again = Photo(file_id="f-9", unique_id="u-1")
    assert (await add(company, order, 6, again))["added"] == []
    assert (await point(company, order, 6)).photos == ["f-1", "f-2"]


async def test_two_people_add_at_once_and_nothing_is_lost(db: Database) -> None:
    company, order = await inspected(db)
    photos = [Photo(file_id=f"f-{n % 5}", unique_id=f"u-{n % 5}") for n in range(10)]
    await asyncio.gather(
        *(add(company, order, 6, photo) for photo in photos), say(company, order, 6, "problem", comment="Трещина")
    )
    told = await point(company, order, 6)
    assert sorted(told.photos) == [f"f-{n}" for n in range(5)]
    assert (told.answer, told.comment) == ("problem", "Трещина")


async def test_a_photo_is_taken_back_and_may_come_again(db: Database) -> None:
    company, order = await inspected(db)
    await add(company, order, 6, RAMA, VILKA)
    await company.do(SupplementPoint(order=order.code, point=6, remove=("f-1",)), company.by(order))
    assert (await point(company, order, 6)).photos == ["f-2"]
    await add(company, order, 6, RAMA)
    assert (await point(company, order, 6)).photos == ["f-2", "f-1"]


async def test_an_answer_without_comment_and_photos_keeps_them_but_not_the_description_of_a_problem(
    db: Database,
) -> None:
    company, order = await inspected(db)
    await say(company, order, 7, "ok", comment="Обслужена", photos=["f-7"])
    await say(company, order, 7, "ok")
    assert (await point(company, order, 7)).comment == "Обслужена"
    await say(company, order, 7, "problem", comment="Люфт")
    await say(company, order, 7, "ok")
    solved = await point(company, order, 7)
    assert (solved.comment, solved.photos) == ("", ["f-7"])
    told = await company.column("SELECT proposed::text FROM ai_decisions WHERE action = 'answer_checklist'")
    assert any("Люфт" in row for row in told), "the journal remembers"


async def test_a_line_of_comment_is_corrected_in_its_place(db: Database) -> None:
    company, order = await inspected(db)
    await add(company, order, 6, comment="Скол 2 мм")
    await add(company, order, 6, comment="Краска родная")
    await add(company, order, 6, comment="Скол 3 мм", instead_of="Скол 2 мм")
    assert (await point(company, order, 6)).comment == "Краска родная\nСкол 3 мм"


async def test_a_problem_does_not_lose_its_only_description(db: Database) -> None:
    company, order = await inspected(db)
    await say(company, order, 6, "problem", comment="Трещина")
    with pytest.raises(InvalidInputError):
        await add(company, order, 6, instead_of="Трещина")


async def test_a_point_holds_twenty_photos(db: Database) -> None:
    company, order = await inspected(db)
    await add(company, order, 6, *(Photo(file_id=f"f-{n}", unique_id=f"u-{n}") for n in range(20)))
    with pytest.raises(InvalidInputError, match="photos"):
        await add(company, order, 6, Photo(file_id="f-20", unique_id="u-20"))


async def test_a_tap_on_a_point_that_somebody_has_answered_meanwhile_is_refused(db: Database) -> None:
    company, order = await inspected(db)
    await say(company, order, 6, "problem", comment="Трещина")
    with pytest.raises(StaleError):
        await say(company, order, 6, "ok", seen="")
    seen = (await point(company, order, 6)).stamp
    await add(company, order, 6, RAMA)
    await say(company, order, 6, "ok", seen=seen)
    await say(company, order, 6, "ok", seen="")
    assert (await point(company, order, 6)).answer == "ok", "the very same answer twice is no conflict"


async def test_nothing_is_added_once_the_inspection_is_over(db: Database) -> None:
    company, order = await inspected(db)
    await company.to_status(order, Status.AWAITING_PAYMENT)
    with pytest.raises(ConflictError):
        await add(company, order, 6, RAMA)
