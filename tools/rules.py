"""Law and the company's own rules: what people have decided is recorded and carried out (docs/DOMAIN.md 8)."""

from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import CancelOrder, ProposePolicyChange, RefuseOnLegalGrounds
from domain.errors import InvalidInputError
from domain.orders import CancelReason, Compliance
from domain.policy import Risk
from policy.changing import changed, contradiction, standing
from store import policy_changes
from store.desk import orders as order_store
from store.policy_changes import PolicyChange
from tools.moves import cancel, examine_cancel
from tools.registry import Context, Effect, Examination, tool

FURTHEST = timedelta(days=366)


def _cancelling(command: RefuseOnLegalGrounds) -> CancelOrder:
    return CancelOrder(order=command.order, reason_code=CancelReason.COMPLIANCE_BLOCK, note=command.reason)


async def examine_refusal(tx: AsyncConnection, command: RefuseOnLegalGrounds, context: Context) -> Examination:
    """A cancellation that always touches the law, and money once anything is paid."""
    exam = await examine_cancel(tx, _cancelling(command), context)
    return Examination(
        risks=exam.risks | {Risk.LEGAL}, amount_eur=exam.amount_eur, evidence=exam.evidence, why=command.reason
    )


@tool(RefuseOnLegalGrounds, examine=examine_refusal)
async def refuse(tx: AsyncConnection, command: RefuseOnLegalGrounds, context: Context) -> Effect:
    """Approved: compliance blocks the deal, and it is cancelled for that."""
    await order_store.change(tx, context.the_order.id, now=context.now, compliance=Compliance.BLOCKED.value)
    return await cancel(tx, _cancelling(command), context)


async def examine_policy_change(_tx: AsyncConnection, command: ProposePolicyChange, context: Context) -> Examination:
    """The file and the key exist, the value fits there, and the day is not past; a contradiction is shown to voters."""
    after = changed(context.policy, command.file, command.key, command.value)
    _require_day(command.effective_from, context)
    return Examination(
        risks=frozenset({Risk.POLICY}),
        evidence={
            "is": standing(context.policy, command.file, command.key),
            "shall_be": standing(after, command.file, command.key),
            "policy_version": context.policy.version,
            "effective_from": command.effective_from,
            "contradicts": contradiction(after),
        },
        why=command.reason,
    )


@tool(ProposePolicyChange, examine=examine_policy_change)
async def change_policy(tx: AsyncConnection, command: ProposePolicyChange, context: Context) -> Effect:
    """Approved: it stands over the file from the beginning of its day; every process takes it over by itself."""
    assert context.approval_id is not None, "the rules are changed by an approval only"
    file, key = command.file, command.key
    after = changed(context.policy, file, key, command.value)
    number = await policy_changes.add(
        tx,
        PolicyChange(
            file=file,
            key=key,
            old_value=standing(context.policy, file, key),
            new_value=standing(after, file, key),
            reason=command.reason,
            effective_from=command.effective_from,
            policy_version=context.policy.version,
            approval_id=context.approval_id,
            approved_by=context.approved_by,
            at=context.now,
            decision=context.decision,
        ),
    )
    return Effect(
        result={"policy_change": number, "effective_from": command.effective_from},
        subject=("policy_change", number),
        value=number,
    )


def _require_day(day: date, context: Context) -> None:
    today = context.now.astimezone(context.policy.calendars.of_team(None).zone).date()
    last = today + FURTHEST
    if not today <= day <= last:
        first, until = today.isoformat(), last.isoformat()
        raise InvalidInputError(
            field="effective_from",
            rule="day",
            value=day.isoformat(),
            first=first,
            last=until,
            allowed=(f"{first}..{until}",),
        )
