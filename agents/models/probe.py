"""What a model can do, found out by asking it: does it answer, call tools, count tokens."""

from dataclasses import dataclass

from langchain_core.messages import HumanMessage, SystemMessage

from agents.models.errors import ModelNonsenseError, ModelUnavailableError, Trouble
from agents.models.model import ChatModel, ToolSchema

TOOL = ToolSchema(
    name="report_ready",
    description="Report that you are ready to work.",
    parameters={
        "type": "object",
        "properties": {"state": {"type": "string", "enum": ["ready"], "description": "Always: ready"}},
        "required": ["state"],
        "additionalProperties": False,
    },
)
ASKED = (
    SystemMessage("You answer with a single tool call and no text."),
    HumanMessage("Call the tool report_ready with the state ready."),
)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a model showed of itself; `problem` says why it does not answer, `latency_ms` how long it took."""

    model: str
    answers: bool
    calls_tools: bool = False
    counts_tokens: bool = False
    latency_ms: float = 0.0
    problem: str = ""

    @property
    def fit(self) -> bool:
        """Whether a role can work with it; one that counts no tokens is estimated."""
        return self.answers and self.calls_tools

    def text(self) -> str:
        """One line for the operator."""
        if not self.answers:
            return f"{self.model} does not answer: {self.problem}"
        tools = "calls tools" if self.calls_tools else "does not call tools"
        tokens = "" if self.counts_tokens else ", counts no tokens (they are estimated)"
        return f"{self.model} answers in {self.latency_ms:.0f} ms, {tools}{tokens}"


async def probe(model: ChatModel, *, deadline_s: float) -> Capabilities:
    """Ask for one tool call, and where tools are refused, for a plain answer."""
    try:
        return await _shown(model, (TOOL,), deadline_s=deadline_s)
    except ModelUnavailableError as error:
        if error.trouble is not Trouble.REFUSED:
            return Capabilities(model.name, answers=False, problem=str(error.params["problem"]))
    try:
        return await _shown(model, (), deadline_s=deadline_s)
    except ModelUnavailableError as error:
        return Capabilities(model.name, answers=False, problem=str(error.params["problem"]))


async def _shown(model: ChatModel, tools: tuple[ToolSchema, ...], *, deadline_s: float) -> Capabilities:
    try:
        completion = await model.complete(ASKED, tools, deadline_s=deadline_s)
    except ModelNonsenseError as error:
        completion = error.completion
    return Capabilities(
        model.name,
        answers=True,
        calls_tools=any(call.name == TOOL.name for call in completion.calls),
        counts_tokens=completion.counted == "provider",
        latency_ms=completion.latency_ms,
    )
