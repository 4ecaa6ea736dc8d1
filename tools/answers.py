"""Answers of the 28-point check."""

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.checklist import Answer, PointAnswer, progress, validate_answer
from domain.commands import AnswerChecklist
from domain.orders import Status
from store import facts as fact_store
from store import orders as order_store
from tools.order_state import require_status
from tools.registry import Context, Effect, Settling, tool
from tools.settle import order_facts


@tool(AnswerChecklist)
async def answer(tx: AsyncConnection, command: AnswerChecklist, context: Context) -> Effect:
    """Write answers of the 28-point check while the bike is under inspection (docs/DOMAIN.md 3)."""
    order = context.the_order
    require_status(order, Status.UNDER_INSPECTION)
    answers = [
        validate_answer(
            given.point,
            Answer(
                point=given.point,
                answer=PointAnswer(given.answer),
                comment=given.comment,
                photos=given.photos,
                flags=given.flags,
                verdict=given.verdict,
            ),
            order,
            context.policy,
        )
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
