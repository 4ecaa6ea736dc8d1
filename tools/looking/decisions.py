"""The journal: what was decided, by whom, on which facts, by which rule, and what came of it."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.answers import Answer
from domain.foreign import Fact, foreign
from domain.queries import LookAtDecisions
from store.desk import orders
from store.views import listings
from store.views.listings import (
    DecisionFilter,
    DecisionLine,
)
from tools.looking import actors
from tools.looking.records import told
from tools.looking.registry import LookContext, looks


@looks(LookAtDecisions)
async def decisions(tx: AsyncConnection, query: LookAtDecisions, context: LookContext) -> Answer:
    """Those of one order for whoever sees that order, as its card shows them; the whole journal for leaders."""
    order_id = None
    if query.order is None:
        context.viewer.require_leads("read_decisions")
    else:
        order = await orders.get(tx, query.order)
        context.viewer.require_sees(order.owner_id)
        order_id = order.id
    since = context.since(query.period)
    which = DecisionFilter(
        order_id=order_id, actor=query.actor, action=query.action, outcome=query.outcome, since=since
    )
    lines = await listings.decisions(tx, which, before=None, limit=query.limit)
    return Answer.of(
        {
            **context.times.present(),
            "period": None
            if since is None
            else {**context.times.at("from", since), **context.times.at("to", context.now)},
            "listed": len(lines),
            "decisions": await decision_facts(tx, lines, context),
        }
    )


async def decision_facts(tx: AsyncConnection, lines: list[DecisionLine], context: LookContext) -> list[Fact]:
    """Rows of the journal with the names of the people in them."""
    voters = [person_id for line in lines for person_id in line.approvers]
    named = await actors.names(tx, [line.actor for line in lines], voters)
    return [_facts(line, context, named) for line in lines]


def _facts(line: DecisionLine, context: LookContext, named: Mapping[str, str]) -> dict[str, Fact]:
    return {
        "decision": line.id,
        **context.times.at("at", line.at),
        "action": line.action,
        "order": line.order,
        "actor": line.actor,
        "actor_name": named.get(line.actor) or actors.role_name(line.actor, context.policy),
        "channel": line.channel,
        "author": line.author,
        "author_version": line.author_version,
        "verdict": line.verdict,
        "rule": line.rule,
        "outcome": line.outcome,
        "facts": told(line.facts),
        "asked": told(line.proposed),
        "result": told(line.result),
        "approval_id": line.approval_id,
        "approved_by": [named.get(f"person:{person_id}", f"person:{person_id}") for person_id in line.approvers],
        "expected_effect": foreign("note", line.expected_effect),
        "measured_effect": told(line.measured_effect),
    }
