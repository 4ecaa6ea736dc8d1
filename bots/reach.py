"""Who can be reached: somebody who blocked the bot is a signal (docs/DOMAIN.md 9), which ends when they are back."""

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from domain.commands import RaiseSignal, ResolveSignal
from domain.people import POSTMAN
from domain.policy import SignalCode
from domain.remarks import RemarkKey, remark
from guardrails.desk import Desk
from store import people
from store.desk import signals


def _key(person_id: int) -> str:
    return f"{SignalCode.DELIVERY_FAILED}:person:{person_id}"


async def lost(tx: AsyncConnection, desk: Desk, person_id: int, *, reason: str) -> None:
    """The person cannot be reached: no new orders for them, and one signal while that lasts."""
    await people.set_blocked(tx, person_id, desk.timeline.now())
    if await signals.open_with_key(tx, _key(person_id)) is not None:
        return
    command = RaiseSignal(code=SignalCode.DELIVERY_FAILED, person_id=person_id, evidence={"reason": reason[:200]})
    await desk.gate.perform_in(tx, command, await desk.gate.context(tx, POSTMAN, uuid7().hex))


async def found(tx: AsyncConnection, desk: Desk, person_id: int) -> None:
    """The person wrote, or a message got through: they get orders again, and the signal is over."""
    await people.set_blocked(tx, person_id, None)
    await over(tx, desk, person_id)


async def over(tx: AsyncConnection, desk: Desk, person_id: int) -> None:
    """The signal about this person, if one is open, has resolved itself."""
    signal_id = await signals.open_with_key(tx, _key(person_id))
    if signal_id is None:
        return
    command = ResolveSignal(signal_id=signal_id, resolution=remark(RemarkKey.REACHABLE))
    await desk.gate.perform_in(tx, command, await desk.gate.context(tx, POSTMAN, uuid7().hex))
