"""Putting photos where they belong, and taking them from there: a batch is moved whole, in one commit."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiogram.fsm.context import FSMContext

from bots.belonging import Belonging, open_point
from bots.handlers.point_words import viewed
from bots.questions import Asked
from bots.reader import Reader
from domain.commands import AnswerChecklist, Command, PointAnswer, SupplementPoint
from domain.orders import Status
from guardrails.approval.proposals import Waiting
from guardrails.gate import Done
from store.talk import photos
from store.talk.photos import (
    Batch,
    ChatPhoto,
)


def place_of(batch: Batch) -> Belonging | None:
    """Where the batch is; None while nobody knows."""
    return None if batch.order_id is None or batch.point is None else Belonging(batch.order_id, batch.point)


async def attach(
    reader: Reader, state: FSMContext, batch: Batch, message_id: int, *, place: Belonging, told: bool
) -> None:
    """One photo to a point; its caption is a line of the comment, or describes the problem that was asked for."""
    assert place.point is not None
    view = await viewed(reader, place.order_id)
    sent = {photo.message_id: photo for photo in await sent_in(reader, batch)}
    photo = sent[message_id]
    code = view.order.code
    commands: list[Command] = [
        SupplementPoint(order=code, point=place.point, add=(photo.photo,), comment=photo.caption)
    ]
    describes = bool(photo.caption) and await _asks_for_problem(state, place)
    if describes:
        known = view.points.get(place.point)
        flags = tuple(known.flags) if known else ()
        commands.append(
            AnswerChecklist(order=code, answers=(PointAnswer(point=place.point, answer="problem", flags=flags),))
        )
    where, brought = _outcome(await reader.perform_all(commands), place)
    fresh = {each.file_id for each in sent.values() if each.added}
    await _written(reader, batch, where, told=told, added={*fresh, *brought})
    if describes:
        await open_point(state, place)


def _outcome(done: Sequence[Done | Waiting], place: Belonging) -> tuple[Belonging, set[str]]:
    """Where the photo is, and what is new there: an update that is handled again is told what came of it at first."""
    results = [each.result for each in done if isinstance(each, Done) and "added" in each.result]
    at = [Belonging(int(str(result["order_id"])), int(str(result["point"]))) for result in results]
    which = at.index(place) if place in at else 0
    return at[which], _files(results[which])


async def _asks_for_problem(state: FSMContext, place: Belonging) -> bool:
    data = await state.get_data()
    waits = await state.get_state() == Asked.point and data.get("what") == "problem"
    return waits and (data.get("order_id"), data.get("point")) == (place.order_id, place.point)


async def move(reader: Reader, batch: Batch, place: Belonging | None) -> None:
    """All photos of the batch from where they are to another point (None: away), with their captions, in one commit."""
    sent = await sent_in(reader, batch)
    commands = [*await _away(reader, batch, sent), *(await _there(reader, sent, place) if place else ())]
    added: set[str] = set()
    if commands:
        for done in await reader.perform_all(commands):
            assert isinstance(done, Done)
            added |= _files(done.result)
    await _written(reader, batch, place, told=place is not None, added=added)


async def _away(reader: Reader, batch: Batch, sent: Sequence[ChatPhoto]) -> list[Command]:
    """Take back what this batch has brought, and nothing that was there before it."""
    place = place_of(batch)
    if place is None or place.point is None:
        return []
    view = await viewed(reader, place.order_id)
    line = view.points.get(place.point)
    if view.order.status is not Status.UNDER_INSPECTION or line is None:
        return []
    brought = tuple(photo.file_id for photo in sent if photo.added and photo.file_id in line.photos)
    kept = line.comment if line.answer == "problem" else ""  # a problem does not lose its only description
    said = [photo.caption for photo in sent if photo.caption and photo.caption != kept]
    first = SupplementPoint(
        order=view.order.code, point=place.point, remove=brought, instead_of=said[0] if said else ""
    )
    return [
        first,
        *(SupplementPoint(order=view.order.code, point=place.point, instead_of=each) for each in said[1:]),
    ]


async def _there(reader: Reader, sent: Sequence[ChatPhoto], place: Belonging) -> list[Command]:
    assert place.point is not None
    view = await viewed(reader, place.order_id)
    add = tuple(photo.photo for photo in sent)
    comment = "\n".join(dict.fromkeys(photo.caption for photo in sent if photo.caption))
    return [SupplementPoint(order=view.order.code, point=place.point, add=add, comment=comment)]


def _files(result: Mapping[str, Any]) -> set[str]:
    return {str(each) for each in result["added"]}


async def _written(reader: Reader, batch: Batch, place: Belonging | None, *, told: bool, added: set[str]) -> None:
    where = None if place is None or place.point is None else (place.order_id, place.point)
    async with reader.door.desk.db.transaction() as tx:
        await photos.put(tx, batch.id, where, told=told, added=sorted(added))


async def sent_in(reader: Reader, batch: Batch) -> list[ChatPhoto]:
    """Its photos, in the order in which they were sent."""
    async with reader.door.desk.db.reading() as tx:
        return await photos.of_batch(tx, batch.id)
