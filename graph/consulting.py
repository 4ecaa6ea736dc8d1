"""One role asks another: the other thinks once, with tools that only read, and answers in a few lines."""

import json
from dataclasses import replace

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolMessage

from agents.models.errors import ModelNonsenseError, ModelUnavailableError
from agents.models.model import ToolCall
from agents.models.storable import storable
from agents.toolbox import ConsultRole, ToolKind, parsed
from domain.errors import DeskError, ForbiddenError
from domain.queries import Query
from graph.session import Session
from guardrails.agency import Step
from guardrails.text.foreign import as_data

LOOKS = 3
"""How often the role that is asked may look before it answers."""


async def consulted(session: Session, request: ConsultRole) -> str:
    """The other role's answer, as data for the one that asked.

    Raises:
        ForbiddenError: a role does not ask itself.
        NotFoundError: there is no such role.
    """
    if request.role == session.agent.role:
        raise ForbiddenError(action="consult_role", rule="not-oneself", allowed=session.crew.roles)
    other = session.crew.agent(request.role)
    await session.told(step="consult", role=request.role)
    tools = {tool.name: tool for tool in other.tools.values() if tool.kind is ToolKind.READ}
    prompt = other.prompt("consult")
    moment = {"now": session.local_now, "asker": session.agent.name}
    system = SystemMessage(prompt.filled({**other.charter, **moment}))
    messages: list[AnyMessage] = [HumanMessage(request.question)]
    answer = ""
    for look in range(LOOKS + 1):
        if session.budget.exhausted() is not None:
            break
        try:
            completion = storable(
                await session.model.complete(
                    [
                        system,
                        *(
                            message.model_copy(update={"content": session.mask.masked(str(message.content))})
                            for message in messages
                        ),
                    ],
                    [tool.schema for tool in tools.values()] if look < LOOKS else [],
                    deadline_s=session.budget.seconds_left,
                )
            )
        except ModelNonsenseError as error:
            session.count(error.completion)
            return json.dumps({"role": request.role, "error": error.code}, ensure_ascii=False)
        except ModelUnavailableError as error:
            return json.dumps({"role": request.role, "error": error.code}, ensure_ascii=False)
        session.count(completion)
        answer = session.mask.restored(completion.text)
        if not completion.calls:
            break
        calls = [
            {"id": call.id, "name": call.name, "args": dict(call.arguments), "type": "tool_call"}
            for call in completion.calls
        ]  # as the model said them: what it named is put back only where it is looked up
        messages.append(AIMessage(completion.text, tool_calls=calls))
        for call in completion.calls:
            if session.budget.tools_left == 0:
                told = json.dumps({"error": "limit"})
                messages.append(ToolMessage(told, tool_call_id=call.id, name=call.name))
                continue
            session.budget.count_tool()
            try:
                meant = replace(call, arguments=_restored(call, session))
                understood = parsed(meant, tools)
                ids = {field: await session.agency.person(said) for field, said in understood.people.items()}
                query = understood.request(ids)
                assert isinstance(query, Query)
                found = await session.agency.look(session.run, query)
                session.learn(found)
                told = as_data(found.facts)
            except DeskError as error:
                told = json.dumps({"error": error.code, "allowed": list(error.allowed)}, ensure_ascii=False)
            messages.append(ToolMessage(told, tool_call_id=call.id, name=call.name))
    session.agency.note(
        session.run,
        Step(
            action="consult", proposed={"role": request.role, "question": request.question}, result={"answer": answer}
        ),
    )
    return json.dumps({"role": request.role, "name": other.name, "answer": answer or "…"}, ensure_ascii=False)


def _restored(call: ToolCall, session: Session) -> dict[str, object]:
    """The arguments with the people whom their tokens mean."""
    return {name: session.mask.restored_value(value) for name, value in call.arguments.items()}
