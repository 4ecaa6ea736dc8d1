"""The role agents from outside: how far each is let and what it uses; the switches."""

from fastapi import APIRouter, Request, Response

from api.actions import ActionReport, perform
from api.identity import Signed, desk_of
from domain.commands import SetAiMode
from guardrails.ai_report import AiReport, ai_report

router = APIRouter(prefix="/api/ai", tags=["ai"])


@router.get("")
async def read_ai(request: Request, asker: Signed) -> AiReport:
    """Modes of all roles with who set them and why; tokens and money of the day by role and model, and the limits."""
    asker.require_leads("read_ai")
    return await ai_report(desk_of(request))


@router.post("/mode")
async def set_mode(request: Request, response: Response, asker: Signed, body: SetAiMode) -> ActionReport:
    """Stop the role agents (`off`), only write down what they would do (`shadow`), or let them act: all, or one."""
    return await perform(request, response, asker, (body,))
