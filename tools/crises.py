"""Crises end here: by the metric that is calm again or a leader's word, and with a postmortem (docs/DOMAIN.md 6)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import CloseCrisis, WritePostmortem
from domain.crises import Calm, Reading, calm, codes_of, instants
from domain.errors import ConflictError, NotFoundError
from store.desk import clocks as clock_store
from store.desk import crises as crisis_store
from store.desk import signals as signal_store
from store.desk.crises import Postmortem
from store.desk.facts import Located
from store.desk.signals import Signal
from store.measures import crisis_metrics
from tools.registry import Context, Effect, Settling, tool


async def _locate_open(tx: AsyncConnection, command: CloseCrisis) -> Located:
    signal = await signal_store.get_open(tx, command.signal_id)
    return Located(id=signal.id, order_id=signal.order_id, owner_id=None)


@tool(CloseCrisis, locate=_locate_open)
async def close_crisis(tx: AsyncConnection, command: CloseCrisis, context: Context) -> Effect:
    """The signal behind it is resolved; the journal keeps whether the metric or a leader's word ended it."""
    signal = await signal_store.get_open(tx, command.signal_id)
    if signal.code not in codes_of(context.policy):
        raise NotFoundError(kind="crisis", name=str(command.signal_id))
    state, last = await _measured(tx, signal, context)
    if not command.insist:
        _require_calm(signal, state)
    await signal_store.settle(tx, signal.id, status="resolved", resolution=command.resolution, now=context.now)
    await clock_store.close(
        tx, subject_kind="signal", subject_id=signal.id, now=context.now, resolution=command.resolution
    )
    return Effect(
        result={"status": "resolved", "resolution": command.resolution, "metric": state.value},
        facts={} if last is None else {"value": last.value, "bound": last.bound},
        subject=("signal", signal.id),
        order_id=signal.order_id,
        settling=Settling.STEP,
    )


async def require_ends(tx: AsyncConnection, signal: Signal, context: Context, *, rejected: bool) -> None:
    """Raise ConflictError where the signal is a crisis that does not end like any signal.

    It ends by its metric or by an explicit word, so that its postmortem follows; to reject it is to say that there was
    none, which a metric outside its bound contradicts.
    """
    if signal.code not in codes_of(context.policy):
        return
    state, _ = await _measured(tx, signal, context)
    if not rejected or state is Calm.OUTSIDE:
        _require_calm(signal, state)


async def _measured(tx: AsyncConnection, signal: Signal, context: Context) -> tuple[Calm, Reading | None]:
    """Whether the crisis is calm by its metric, and the last reading of it."""
    calm_for = context.policy.crisis.calm_for
    at = instants(context.now - calm_for, context.now, calm_for=calm_for)
    read = await crisis_metrics.readings(tx, signal.code, at, context.policy, evidence=signal.evidence, now=context.now)
    return calm(read, calm_for=calm_for, now=context.now), read[-1] if read else None


def _require_calm(signal: Signal, state: Calm) -> None:
    if state is not Calm.CALM:
        raise ConflictError(kind="crisis", name=str(signal.id), state=state.value, allowed=("insist",))


async def _locate_over(tx: AsyncConnection, command: WritePostmortem) -> Located:
    crisis = await crisis_store.get(tx, command.signal_id)
    return Located(id=crisis.id, order_id=crisis.order_id, owner_id=None)


@tool(WritePostmortem, locate=_locate_over)
async def write_postmortem(tx: AsyncConnection, command: WritePostmortem, context: Context) -> Effect:
    """All four parts, once, of a crisis that is over."""
    crisis = await crisis_store.get(tx, command.signal_id)
    if crisis.code not in codes_of(context.policy):
        raise NotFoundError(kind="crisis", name=str(command.signal_id))
    if crisis.status != "resolved":
        raise ConflictError(kind="postmortem", name=str(crisis.id), state=crisis.status, allowed=("resolved",))
    written = Postmortem(
        cause=command.cause,
        done=command.done,
        effect=command.effect,
        protection=command.protection,
        at=context.now,
        by=None,
    )
    if not await crisis_store.add_postmortem(
        tx, crisis.id, written, by_id=context.person_id, decision=context.decision
    ):
        raise ConflictError(kind="postmortem", name=str(crisis.id), state="written", allowed=("once",))
    return Effect(
        result={"cause": command.cause, "done": command.done, "effect": command.effect},
        facts={"protection": command.protection},
        subject=("signal", crisis.id),
    )
