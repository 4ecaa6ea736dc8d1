"""Digests: kept once, and sent to those whom the policy names (policy/digests.yaml)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import SendDigest
from domain.journal import Outcome
from domain.notices import Notice, NoticeKind
from store import people
from store.agents import digests
from store.agents.digests import NewDigest
from tools.registry import Context, Effect, tool


@tool(SendDigest)
async def send_digest(tx: AsyncConnection, command: SendDigest, context: Context) -> Effect:
    """The digest with a message to each reader; nothing when this span has its digest already."""
    rule = context.policy.digests.kinds[command.kind]
    number = await digests.add(
        tx,
        NewDigest(
            kind=command.kind.value,
            role=rule.role,
            period_from=command.period_from,
            period_to=command.period_to,
            locale=command.locale,
            slots=command.slots,
            body={"template": command.template},
            text=command.text,
            model=context.author,
            at=context.now,
            decision=context.decision,
        ),
    )
    told = {"kind": command.kind.value, "period_to": command.period_to}
    if number is None:
        return Effect(result=told, outcome=Outcome.UNCHANGED)
    readers = await people.with_roles(tx, rule.audience)
    return Effect(
        result={**told, "digest": number, "readers": len(readers)},
        subject=("digest", number),
        notices=[
            Notice(
                person_id=person.id,
                kind=NoticeKind.REPORT,
                params={"digest": number},
                dedup_key=f"report:{number}:{person.id}",
            )
            for person in readers
        ],
        value=number,
    )
