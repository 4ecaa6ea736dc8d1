"""Role agents as askers at the gate: by themselves, and for a person who ordered it by name."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import Command
from domain.people import Actor
from guardrails.approval.proposals import Waiting
from guardrails.gate import Done
from tests.integration.desk import Desk, Member

ROP = Actor.agent("ai-rop")
CEO = Actor.agent("ai-ceo")


async def ordered(desk: Desk, command: Command, by: Member, role: str = "ai-rop") -> Done | Waiting:
    """What the role does because this person ordered it in their own words."""
    actor = Actor.agent(role, person_id=by.id)

    async def unit(tx: AsyncConnection) -> Done | Waiting:
        context = await desk.gate.context(tx, actor, "test")
        return await desk.gate.perform_in(tx, command, replace(context, asked=True))

    return await desk.gate.committed(unit, actor, "test", at_work=lambda: command)
