"""What a role's command is about: its orders and the colleagues it names, as the person's words must name them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import Command
from domain.policy import Action
from store import people
from store.desk import orders
from tools.registry import tool_for

COLLEAGUES: Final = frozenset({"manager_id", "owner_id", "from_manager", "person_id"})
"""Fields that hold a person's id, wherever in the arguments they stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The action, the codes of the orders it is about, the names of the colleagues in it.

    `is_unnamed` is true of what can only be pointed at by a number (a violation, a signal) and belongs to no order.
    """

    action: Action
    orders: frozenset[str] = frozenset()
    people: tuple[str, ...] = ()
    is_unnamed: bool = False


async def target_of(tx: AsyncConnection, command: Command) -> Target:
    """What the command is about. Raises NotFoundError where it points at something that is not there."""
    arguments = command.model_dump(mode="python", exclude_none=True)
    codes, is_unnamed = await _orders(tx, command, arguments)
    ids = sorted(set(_ids(arguments)))
    known = await people.by_ids(tx, ids) if ids else {}
    names = tuple(known[each].name if each in known else "" for each in ids)
    return Target(action=command.action, orders=codes, people=names, is_unnamed=is_unnamed)


async def _orders(tx: AsyncConnection, command: Command, arguments: Mapping[str, Any]) -> tuple[frozenset[str], bool]:
    """The codes in the arguments, with that of the order to which what is pointed at belongs."""
    codes = frozenset[str]({arguments["order"]} if "order" in arguments else arguments.get("orders", ()))
    locate = tool_for(command).locate
    if codes or locate is None:
        return codes, False
    located = await locate(tx, command)
    if located.order_id is None:
        return codes, True
    return frozenset({(await orders.get_by_id(tx, located.order_id)).code}), False


def _ids(value: object) -> Iterator[int]:
    """The ids of colleagues, also those inside lists (the steps of a plan)."""
    if isinstance(value, Mapping):
        for name, inner in cast("Mapping[str, object]", value).items():
            if name in COLLEAGUES and isinstance(inner, int):
                yield inner
            else:
                yield from _ids(inner)
    elif isinstance(value, list | tuple):
        for inner in cast("Sequence[object]", value):
            yield from _ids(inner)
