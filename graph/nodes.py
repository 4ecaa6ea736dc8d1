"""The nodes: gather, think, act, check, plain, enact. Each does one thing and writes its step down."""

import json
from collections.abc import Mapping
from typing import Any, Final

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, RemoveMessage, SystemMessage, ToolMessage
from langgraph.graph.message import REMOVE_ALL_MESSAGES
from langgraph.runtime import Runtime

from agents.models.errors import ModelNonsenseError, ModelUnavailableError
from agents.models.model import ToolCall
from agents.models.storable import storable
from agents.toolbox import ConsultRole, ParsedCall, ToolKind, parsed
from domain.commands import AssignOrder, Command, OrderCommand, ReassignOrder
from domain.errors import DeskError
from domain.journal import Outcome
from domain.policy import VerdictKind
from domain.queries import Query
from graph.consulting import consulted
from graph.session import Session
from graph.state import State
from guardrails.agency import Known, Step
from guardrails.approval.proposals import Waiting
from guardrails.text.foreign import as_data
from locales import sentences
from store.agents.turns import TurnSupersededError

MEND: Final = "mend"
"""The role is asked to say it again."""
READ: Final = "foreign_read"
"""On an answer that is remembered: whether its run had read what others wrote."""
REPAIRS: Final = 1
"""How often a role may mend its own answer before rules write it."""

Update = Mapping[str, Any]
Live = Runtime[Session]


async def gather(state: State, runtime: Live) -> Update:
    """The words, and the facts to start from, become messages of this turn; an interrupted attempt's are forgotten."""
    session = runtime.context
    before = [message for message in state["messages"] if not _is_of(session, message, ("",))]
    conversation: list[AnyMessage | RemoveMessage] = [RemoveMessage(REMOVE_ALL_MESSAGES), *before]
    session.run.foreign_read |= any(_may_quote(message) for message in before)
    await session.told(step="gather")
    session.mask.learn(state.get("people", ()))
    facts = await session.duty.gather(session)
    session.known.append(facts)
    if facts:
        session.show(facts)
    words = HumanMessage(session.turn.words, id=_id(session, "words"))
    if not facts and not session.known[:-1]:
        return {"messages": [*conversation, words], "answer": "", "verdict": ""}
    shown = as_data({**facts, **({"done_already": list(session.known[:-1])} if session.known[:-1] else {})})
    data = HumanMessage(f"{session.texts.get('agent-facts')}\n{shown}", id=_id(session, "facts"))
    return {"messages": [*conversation, data, words], "answer": "", "verdict": ""}


async def think(state: State, runtime: Live) -> Update:
    """The role's model answers or calls tools; when there is no model to be had, rules go on."""
    session = runtime.context
    exhausted = session.budget.exhausted()
    if exhausted is not None:
        session.agency.note(session.run, Step(action="limit", result={"limit": exhausted}, outcome=Outcome.REFUSED))
        return {"verdict": f"limit:{exhausted}"}
    speaks = session.duty.remembers and bool(session.turn.words)
    if session.model is session.crew.offline and (session.writes_closed or not speaks):
        return {"verdict": "offline"}  # rules write such texts directly
    await session.told(step="think", model=session.model.name)
    masks = session.model is not session.crew.offline
    spoken = [_masked(message, session) for message in state["messages"]] if masks else state["messages"]
    try:
        completion = storable(
            await session.model.complete(
                [SystemMessage(_system(session, masks=masks)), *spoken],
                [tool.schema for tool in session.offered()],
                deadline_s=session.budget.seconds_left,
            )
        )
    except ModelUnavailableError as error:
        session.agency.note(
            session.run, Step(action="think", result={"error": error.code, **error.params}, outcome=Outcome.FAILED)
        )
        return {"verdict": error.code}
    except ModelNonsenseError as error:
        return _nonsense(error, session)
    session.count(completion)
    calls = [
        {"id": call.id, "name": call.name, "args": session.mask.restored_value(call.arguments), "type": "tool_call"}
        for call in completion.calls
    ]
    text = session.mask.restored(completion.text)
    return {
        "messages": [AIMessage(text, tool_calls=calls, id=_id(session, f"thought-{session.budget.model_calls}"))],
        "answer": "" if calls else text,
        "verdict": "",
    }


def _nonsense(error: ModelNonsenseError, session: Session) -> Update:
    """What was said has no meaning: the model may say it again, once."""
    session.count(error.completion)
    session.agency.note(session.run, Step(action="think", result={"error": error.code}, outcome=Outcome.FAILED))
    if session.repairs >= REPAIRS:
        return {"verdict": error.code}
    session.repairs += 1
    said = AIMessage(
        session.mask.restored(storable(error.completion).text), id=_id(session, f"thought-{session.budget.model_calls}")
    )
    again = session.texts.get("agent-unreadable", problem=error.problem)
    return {"messages": [said, HumanMessage(again, id=_id(session, f"mend-{session.repairs}"))], "verdict": MEND}


async def act(state: State, runtime: Live) -> Update:
    """Every call of the last thought, one after the other, through the gate; what came of it is told to the model."""
    session = runtime.context
    thought = state["messages"][-1]
    assert isinstance(thought, AIMessage)
    answers: list[ToolMessage] = []
    for number, call in enumerate(thought.tool_calls):
        told = await _called(ToolCall(id=call["id"] or "", name=call["name"], arguments=call["args"]), session)
        identity = _id(session, f"tool-{session.budget.model_calls}-{number}")
        answers.append(ToolMessage(told, tool_call_id=call["id"], name=call["name"], id=identity))
    return {"messages": answers}


async def check(state: State, runtime: Live) -> Update:
    """The text's findings; a first text with findings goes back to the role, a second one is not sent."""
    session = runtime.context
    session.findings = tuple(session.duty.findings(session, state["answer"]))
    session.agency.note(
        session.run,
        Step(
            action="check_text",
            facts={"length": len(state["answer"]), "repairs": session.repairs},
            result={"findings": list(session.findings)},
            outcome=Outcome.REFUSED if session.findings else Outcome.DONE,
            verdict=VerdictKind.REFUSE if session.findings else VerdictKind.ALLOW,
            rule="text-checks",
        ),
    )
    if not session.findings:
        return {"verdict": "repaired" if session.repairs else "model"}
    session.rejected()
    await session.told(step="check", findings=len(session.findings))
    if session.repairs >= REPAIRS:
        return {"verdict": "rejected"}
    session.repairs += 1
    listed = "\n".join(session.findings)
    mend = HumanMessage(session.texts.get("agent-mend", findings=listed), id=_id(session, f"mend-{session.repairs}"))
    return {"messages": [mend], "answer": "", "verdict": MEND}


async def plain(state: State, runtime: Live) -> Update:
    """Rules write the text; where they cannot, the offline model takes the role over, and says so."""
    session = runtime.context
    await session.told(step="plain", because=state.get("verdict", ""))
    text = await session.duty.plain(session)
    if text is not None:
        session.run.author, session.run.author_version = "rules", session.policy.version
        return {"answer": text, "verdict": f"plain:{state.get('verdict', '')}"}
    session.model, session.repairs = session.crew.offline, 0
    session.past = [*session.past, *session.run.effects]  # rules do not do again what a model has done
    mine = [message for message in state["messages"] if not _is_of(session, message, ("thought-", "tool-", "mend-"))]
    return {"messages": [RemoveMessage(REMOVE_ALL_MESSAGES), *mine], "answer": "", "verdict": "offline"}


async def enact(state: State, runtime: Live) -> Update:
    """What the text sets off; then the conversation is shortened to what is worth remembering."""
    session = runtime.context
    text = await session.duty.enact(session, state["answer"])
    if not session.duty.remembers:
        return {"answer": text}
    answer = AIMessage(text, id=_id(session, "answer"), response_metadata={READ: session.run.foreign_read})
    kept = [message for message in state["messages"] if _is_worth_keeping(session, message)]
    limit = 2 * session.policy.agents.threads.turns
    remembered = [*kept[-limit:], answer]
    people = session.mask.named_in("\n".join(str(message.content) for message in remembered))
    return {"messages": [RemoveMessage(REMOVE_ALL_MESSAGES), *remembered], "answer": text, "people": people}


# ── what a call comes to ─────────────────────────────────────────────────────────────────────────────────────────────
async def _called(call: ToolCall, session: Session) -> str:
    if session.budget.tools_left == 0:
        return _json({"error": "limit", "allowed": ["answer with what you know"]})
    offered = {tool.name: tool for tool in session.offered()}
    session.budget.count_tool()
    await session.told(step="call", tool=call.name, arguments=call.arguments)
    try:
        understood = parsed(call, offered)
        with session.crew.telemetry.tool_call(call.name, call_id=call.id, arguments=call.arguments) as span:
            told = await _carried_out(understood, session)
            span.returned(told)
            return told
    except TurnSupersededError:
        raise
    except DeskError as error:
        told = {
            "error": error.code,
            **error.params,
            "said": sentences.refusal(error, session.texts),
            "allowed": list(error.allowed),
            "missing": list(error.missing),
        }
        session.known.append(told)
        session.refused()
        await session.told(step="refused", tool=call.name, error=error.code)
        return _json(told)


async def _carried_out(call: ParsedCall, session: Session) -> str:
    ids = {field: await session.agency.person(said) for field, said in call.people.items()}
    request = call.request(ids)
    if isinstance(request, Query):
        answer = await session.agency.look(session.run, request)
        session.learn(answer)
        session.show(answer.facts)
        return as_data(answer.facts)
    if isinstance(request, ConsultRole):
        assert call.tool.kind is ToolKind.CONSULT
        return await consulted(session, request)
    assert isinstance(request, Command)
    return await _done(request, session)


async def _done(command: Command, session: Session) -> str:
    done = await session.agency.act(session.run, command)
    if isinstance(done, Waiting):
        told: dict[str, object] = {
            "waiting_for_approval": done.approval_id,
            "voters": sorted(done.voters),
            "quorum": done.quorum,
            "expires_at": done.expires_at.isoformat(),
        }
    elif isinstance(done, Known):
        told = {"done_already": dict(done.effect.result), "outcome": done.effect.outcome}
    elif done.outcome is Outcome.SHADOW:
        told = {"shadow": "written down, not done"}
    else:
        told = {"done": await _named(done.result, command, session)}
        session.done.append(command.action.value)
    session.known.append(told)
    await session.told(step="acted", action=command.action.value, result=next(iter(told)))
    return _json(told)


async def _named(result: Mapping[str, object], command: Command, session: Session) -> dict[str, object]:
    """What was done, with the order's code and the new owner's name: nobody knows people by number."""
    told = dict(result)
    if isinstance(command, OrderCommand):
        told["order"] = command.order
    if isinstance(command, AssignOrder | ReassignOrder) and isinstance(to := result.get("to"), int):
        told["to_name"] = await session.agency.name_of(to)
    return told


# ── messages ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def _system(session: Session, *, masks: bool) -> str:
    """The prompt: its own words stand as written, for they explain the tokens; only what fills its slots is masked."""
    slots = session.duty.slots(session)
    if masks:
        slots = {name: session.mask.masked(value) for name, value in slots.items()}
    return session.prompt.filled({**session.agent.charter, **slots})


def _masked(message: AnyMessage, session: Session) -> AnyMessage:
    content = session.mask.masked(str(message.content))
    changed: dict[str, object] = {"content": content}
    if isinstance(message, AIMessage) and message.tool_calls:
        changed["tool_calls"] = [
            {**call, "args": session.mask.masked_value(call["args"])} for call in message.tool_calls
        ]
    return message.model_copy(update=changed)


def _json(told: Mapping[str, object]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=str)


def _id(session: Session, part: str) -> str:
    return f"turn-{session.turn.id}-{part}"


def _is_of(session: Session, message: AnyMessage, parts: tuple[str, ...]) -> bool:
    return any((message.id or "").startswith(_id(session, part)) for part in parts)


def _may_quote(message: AnyMessage) -> bool:
    """Whether an earlier answer may hold what a client wrote: its words reach a model again with the conversation."""
    return isinstance(message, AIMessage) and bool(message.response_metadata.get(READ, True))


def _is_worth_keeping(session: Session, message: AnyMessage) -> bool:
    """Words and answers; what was looked up and tried on the way is in the journal."""
    return (message.id or "").endswith(("-words", "-answer")) and message.id != _id(session, "answer")
