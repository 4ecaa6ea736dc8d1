"""Stored requests read back: the command that an approval would carry out, and who asked for it."""

import json
from collections.abc import Mapping

from pydantic import ValidationError

from domain.commands import Command
from domain.errors import InvalidInputError
from domain.journal import plain
from domain.people import Actor, ActorKind, Channel
from store.desk.approvals import Approval
from tools.registry import TOOLS

COMMANDS: Mapping[str, type[Command]] = {command.action.value: command for command in TOOLS}


def requester(approval: Approval) -> Actor:
    """Whoever asked for what the approval is about."""
    return Actor(
        kind=ActorKind(approval.requested_kind),
        name=approval.requested_by,
        channel=Channel.API,
        person_id=approval.requested_person,
    )


def parse_command(action: str, arguments: Mapping[str, object]) -> Command:
    """The command of a stored request.

    Raises:
        InvalidInputError: unknown action, or arguments that do not fit it; the field and what is allowed are named.
    """
    kind = COMMANDS.get(action)
    if kind is None:
        raise InvalidInputError(field="action", value=action, allowed=sorted(COMMANDS))
    try:
        return kind.model_validate_json(json.dumps(plain(arguments), ensure_ascii=False))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InvalidInputError(field=field, value=str(first.get("input"))[:100], allowed=(first["msg"],)) from error
