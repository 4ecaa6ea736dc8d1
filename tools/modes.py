"""The switches of the role agents (docs/DOMAIN.md 8): whoever runs the desk may stop them, heads let them go on."""

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.agency import EVERY_ROLE, LOOSENERS, Mode, strictest
from domain.commands import SetAiMode
from domain.errors import ForbiddenError
from domain.journal import Outcome
from store.agents import modes as mode_store
from tools.registry import Context, Effect, tool


@tool(SetAiMode)
async def set_ai_mode(tx: AsyncConnection, command: SetAiMode, context: Context) -> Effect:
    """Set one switch; an admin only makes it stricter. Raises NotFoundError that names the roles there are."""
    if command.role != EVERY_ROLE:
        context.policy.roles.role(command.role)
    before = await mode_store.lock(tx, command.role)
    result = {"role": command.role, "mode": command.mode}
    if before is command.mode:
        return Effect(result=result, outcome=Outcome.UNCHANGED)
    if strictest(before, command.mode) is before:
        _require_loosener(command, before, context)
    await mode_store.set_mode(
        tx,
        command.role,
        command.mode,
        reason=command.reason,
        set_by=context.person_id,
        now=context.now,
        decision=context.decision,
    )
    return Effect(result=result, facts={"was": before, "reason": command.reason})


def _require_loosener(command: SetAiMode, before: Mode, context: Context) -> None:
    """The operator has no role: whoever holds the machine may do what its owner may."""
    if context.role is not None and context.role not in LOOSENERS:
        raise ForbiddenError(action=command.action, rule="heads-loosen", mode=before, allowed=LOOSENERS)
