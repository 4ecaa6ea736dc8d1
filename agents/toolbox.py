"""What a role's model may call: READ requests, commands of the gate, and the circle's own ways of speaking.

One definition serves the model, HTTP and the bots: the pydantic types of `domain/`. A model names colleagues by name:
ids of people are replaced by names in its schema, and found again when its call is parsed.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final, cast

from pydantic import BaseModel, ConfigDict, Field, create_model

from agents.colleagues import PEOPLE, inner, put_in, taken_out
from agents.models.model import ToolCall, ToolSchema
from domain.commands import COMMANDS, Command
from domain.errors import InvalidInputError
from domain.policy import Action, Policy
from domain.queries import QUERIES, Query
from domain.validation import parse
from policy.loading import FIELDS

UNSEEN: Final = frozenset({"version", "because"})
"""Fields that a model does not fill in."""


class ToolKind(StrEnum):
    """What a call may do."""

    READ = "read"
    WRITE = "write"
    CONSULT = "consult"


class ConsultRole(BaseModel):
    """Ask another role of the company for its view, facts or objections in its domain; it answers in a few lines."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    role: str = Field(description="The role to ask, such as 'ai-rom' or 'ai-cfo'.")
    question: str = Field(min_length=3, max_length=600, description="The question, with the order codes it is about.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelTool:
    """One tool as a model sees it; `target` is the type that its arguments become."""

    name: str
    kind: ToolKind
    target: type[BaseModel]
    schema: ToolSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedCall:
    """A call whose arguments are valid; `people` are fields whose names still have to become ids."""

    tool: ModelTool
    fields: Mapping[str, Any]
    people: Mapping[str, str]

    def request(self, ids: Mapping[str, int]) -> BaseModel:
        """The query or command, with the ids of the people it names.

        Raises InvalidInputError for a value that is not allowed.
        """
        return parse(self.tool.target, put_in(self.fields, ids))


def tools_of(role: str, policy: Policy) -> tuple[ModelTool, ...]:
    """The tools that the role holds by `policy/roles.yaml`."""
    return tuple(_tool(name, policy) for name in policy.roles.role(role).tools)


def parsed(call: ToolCall, tools: Mapping[str, ModelTool]) -> ParsedCall:
    """The call, its arguments checked.

    Raises:
        InvalidInputError: no such tool in the role's hands, or arguments that do not fit; what is allowed is named.
    """
    tool = tools.get(call.name)
    if tool is None:
        raise InvalidInputError(field="tool", value=call.name[:100], allowed=sorted(tools))
    unknown = sorted(UNSEEN & call.arguments.keys())
    if unknown:
        raise InvalidInputError(
            field=unknown[0], value=str(call.arguments[unknown[0]])[:100], allowed=sorted(_asked(tool.target))
        )
    given, people = taken_out(tool.target, call.arguments)
    if not people:
        parse(tool.target, given)
    return ParsedCall(tool=tool, fields=given, people=people)


def _tool(name: str, policy: Policy) -> ModelTool:
    if name == "consult_role":
        return _made(name, ToolKind.CONSULT, ConsultRole, {"role": sorted(policy.roles.roles)})
    if name in QUERIES:
        return _made(name, ToolKind.READ, QUERIES[name], {})
    return _made(name, ToolKind.WRITE, COMMANDS[name], _choices(name, policy))


def _choices(name: str, policy: Policy) -> Mapping[str, list[str]]:
    """Values that the rules list and the types do not."""
    if name == Action.PROPOSE_COMPENSATION:
        return {"kind": sorted(policy.money.compensations)}
    return {"file": sorted(FIELDS)} if name == Action.PROPOSE_POLICY_CHANGE else {}


def _made(name: str, kind: ToolKind, target: type[BaseModel], choices: Mapping[str, list[str]]) -> ModelTool:
    parameters = deepcopy(_parameters(target))
    for field, allowed in choices.items():
        parameters["properties"][field]["enum"] = allowed
    description = " ".join((target.__doc__ or "").split())
    return ModelTool(
        name=name,
        kind=kind,
        target=target,
        schema=ToolSchema(name=name, description=description, parameters=parameters),
    )


@cache
def _seen(target: type[BaseModel]) -> type[BaseModel]:
    """The type as a model fills it in: without what it does not see, people by name."""
    fields: dict[str, Any] = {}
    for name, info in target.model_fields.items():
        if name in UNSEEN:
            continue
        if name in PEOPLE:
            named = Field(description="A colleague's name, as people say it.")
            fields[PEOPLE[name]] = (
                (str, named) if info.is_required() else (str | None, Field(None, description=named.description))
            )
        elif (listed := inner(info)) is not None:
            fields[name] = (tuple[_seen(listed), ...], info)  # pyright: ignore[reportInvalidTypeArguments] - made at run time
        else:
            fields[name] = (info.annotation, info)
    return create_model(target.__name__, __config__=ConfigDict(extra="forbid"), **fields)


def _asked(target: type[BaseModel]) -> set[str]:
    return set(_seen(target).model_fields)


@cache
def _parameters(target: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of the arguments, without titles: they repeat the names."""
    return cast("dict[str, Any]", _untitled(_seen(target).model_json_schema()))


def _untitled(schema: object) -> object:
    match schema:
        case dict():
            inner = cast("dict[str, object]", schema)
            return {
                key: _untitled(value) for key, value in inner.items() if not (key == "title" and isinstance(value, str))
            }
        case list():
            return [_untitled(value) for value in cast("list[object]", schema)]
        case _:
            return schema


Request = Query | Command | ConsultRole
