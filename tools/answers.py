"""Answers of the 28-point check, and what is added to its points."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.checklist import Answer, PointAnswer, amended, progress, validate_answer
from domain.commands import AnswerChecklist, Photo, SupplementPoint
from domain.commands import PointAnswer as GivenAnswer
from domain.errors import InvalidInputError, StaleError
from domain.journal import Outcome
from domain.orders import Order, Status
from store.desk import check as check_store
from store.desk import facts as fact_store
from store.desk import orders as order_store
from store.desk.check import PointLine
from tools.order_state import require_status
from tools.registry import Context, Effect, Settling, tool
from tools.settle import order_facts

PHOTOS = 20
"""So many pictures a point may have."""
COMMENT_CHARS = 2000


@tool(AnswerChecklist)
async def answer(tx: AsyncConnection, command: AnswerChecklist, context: Context) -> Effect:
    """Write answers of the 28-point check while the bike is under inspection (docs/DOMAIN.md 3)."""
    order = context.the_order
    require_status(order, Status.UNDER_INSPECTION)
    known = await check_store.points(tx, order.id)
    for given in command.answers:
        _refuse_stale(given, known.get(given.point), order)
    answers = [
        validate_answer(given.point, _whole(given, known.get(given.point)), order, context.policy)
        for given in command.answers
    ]
    await fact_store.put_answers(
        tx, order.id, answers, by_id=context.person_id, now=context.now, decision=context.decision
    )
    facts, _ = await order_facts(tx, order)
    check = progress(facts.answers, order, context.policy)
    await order_store.change(
        tx, order.id, now=context.now, verdict=None if check.verdict is None else check.verdict.value
    )
    return Effect(
        result={
            "answered": check.answered,
            "total": check.total,
            "missing_points": check.missing_points,
            "missing_photos": check.missing_photos,
            "verdict": check.verdict,
        },
        facts={"points": [given.point for given in answers]},
        order_id=order.id,
        settling=Settling.MOVED,
    )


def _refuse_stale(given: GivenAnswer, known: PointLine | None, order: Order) -> None:
    """A tap on a card that showed another answer of this point; the very answer that stands is no conflict."""
    present = "" if known is None else known.stamp
    if given.seen is None or given.seen == present or _says_the_same(given, known):
        return
    raise StaleError(order=order.code, seen=given.seen, present=present, status=order.status, point=given.point)


def _says_the_same(given: GivenAnswer, known: PointLine | None) -> bool:
    said = (given.answer, given.verdict, list(given.flags))
    return known is not None and said == (known.answer, known.verdict, list(known.flags))


def _whole(given: GivenAnswer, known: PointLine | None) -> Answer:
    """What is left out stays; only what described a problem goes with it."""
    solved = known is not None and known.answer == PointAnswer.PROBLEM and given.answer != PointAnswer.PROBLEM
    kept = "" if known is None or solved else known.comment
    return Answer(
        point=given.point,
        answer=PointAnswer(given.answer),
        comment=kept if given.comment is None else given.comment,
        photos=given.photos if given.photos is not None else () if known is None else tuple(known.photos),
        flags=given.flags,
        verdict=given.verdict,
    )


@tool(SupplementPoint)
async def supplement(tx: AsyncConnection, command: SupplementPoint, context: Context) -> Effect:
    """Attach or take back pictures and lines of comment while the bike is under inspection."""
    order = context.the_order
    require_status(order, Status.UNDER_INSPECTION)
    known = (await check_store.points(tx, order.id)).get(command.point)
    before: Sequence[str] = () if known is None else known.photos
    removed = [ref for ref in before if ref in command.remove]
    kept = [ref for ref in before if ref not in command.remove]
    added = _unknown(command.add, await check_store.pictures(tx, kept))
    photos = [*kept, *(photo.file_id for photo in added)]
    if added and len(photos) > PHOTOS:
        raise InvalidInputError(field="photos", value=len(photos), allowed=(f"up to {PHOTOS}",))
    comment = _comment(command, known)
    result = {
        "order_id": order.id,
        "point": command.point,
        "added": [photo.file_id for photo in added],
        "removed": removed,
        "photos": len(photos),
    }
    if not added and not removed and comment == ("" if known is None else known.comment):
        return Effect(result=result, order_id=order.id, outcome=Outcome.UNCHANGED)
    await check_store.know(tx, added)
    await check_store.supplement(
        tx,
        order.id,
        command.point,
        comment=comment,
        photos=photos,
        by_id=context.person_id,
        now=context.now,
        decision=context.decision,
    )
    await order_store.change(tx, order.id, now=context.now)
    return Effect(result=result, facts={"point": command.point}, order_id=order.id, settling=Settling.MOVED)


def _unknown(add: Sequence[Photo], known: Mapping[str, Photo]) -> list[Photo]:
    """Those of the pictures that are not there yet, each once."""
    seen = {photo.unique_id for photo in known.values()}
    fresh = {photo.unique_id: photo for photo in add if photo.unique_id not in seen}
    return list(fresh.values())


def _comment(command: SupplementPoint, known: PointLine | None) -> str:
    comment = amended("" if known is None else known.comment, instead_of=command.instead_of, added=command.comment)
    if len(comment) > COMMENT_CHARS:
        allowed = (f"up to {COMMENT_CHARS} characters",)
        raise InvalidInputError(
            field="comment", value=comment[:40], allowed=allowed, longest=COMMENT_CHARS, given=len(comment)
        )
    if known is not None and known.answer == PointAnswer.PROBLEM and not comment:
        raise InvalidInputError(field="comment", value="", allowed=("text",))
    return comment
