"""`./run import quarantine`: what the CRM sent and could not be taken in; look at it, try it again, let it go."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated

import typer

from cli.desk import desk_at_hand
from domain.errors import InvalidInputError
from domain.people import OPERATOR
from guardrails.crm.quarantine import (
    Quarantine,
    Replayed,
)
from guardrails.crm.results import error_record
from store import feed as feed_store
from store.feed import Held

PAGE = 500

Row = Mapping[str, object]


def add_to(group: typer.Typer) -> None:
    """Add the command to the `import` group."""
    group.command("quarantine")(quarantine)


def quarantine(
    *,
    replay: Annotated[str | None, typer.Option(help="Try one again by its number, or `all`.")] = None,
    discard: Annotated[int | None, typer.Option(help="Let one go by its number; it stays readable.")] = None,
    reason: Annotated[str, typer.Option(help="Why it is discarded.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable result.")] = False,
) -> None:
    """List what is kept, why, and what was allowed; replay or discard. Waiting ones are tried again by themselves."""
    if replay is not None and discard is not None:
        raise InvalidInputError(field="--discard", value=str(discard), allowed=("either --replay or --discard",))
    if replay is not None:
        _print(as_json, [_replayed(one) for one in asyncio.run(_replay(_numbers(replay)))], _replayed_line)
    elif discard is not None:
        asyncio.run(_discard(discard, reason))
        _print(as_json, [{"id": discard, "outcome": "discarded"}], _replayed_line)
    else:
        _print(as_json, [_kept(held) for held in asyncio.run(_listed())], _kept_line)


def _numbers(replay: str) -> list[int] | None:
    if replay == "all":
        return None
    if not replay.isdecimal():
        raise InvalidInputError(field="--replay", value=replay, allowed=("a number of the list", "all"))
    return [int(replay)]


async def _listed() -> list[Held]:
    found: list[Held] = []
    async with desk_at_hand() as desk, desk.db.reading() as tx:
        while page := await feed_store.listed(tx, after=found[-1].id if found else 0, limit=PAGE):
            found += page
    return found


async def _replay(numbers: Sequence[int] | None) -> list[Replayed]:
    async with desk_at_hand() as desk:
        return await Quarantine(desk.gate, desk.feed).replay(numbers, by=OPERATOR)


async def _discard(number: int, reason: str) -> None:
    async with desk_at_hand() as desk:
        await Quarantine(desk.gate, desk.feed).discard(number, reason=reason, by=OPERATOR)


def _kept(held: Held) -> Row:
    return {
        "id": held.id,
        "received_at": held.received_at.isoformat(),
        "source": held.source,
        "event_id": held.event_id,
        "order": held.order_ref,
        "state": held.state,
        "attempts": held.attempts,
        "error": held.error_code,
        "detail": held.error.get("detail"),
        "field": held.error.get("params", {}).get("field"),
        "allowed": held.error.get("allowed", []),
        "missing": held.error.get("missing", []),
        "raw": held.raw,
    }


def _replayed(one: Replayed) -> Row:
    error = None if one.error is None else error_record(one.error)
    return {"id": one.id, "outcome": one.outcome, "order": one.order, "error": error}


def _kept_line(row: Row) -> str:
    what = f"{row['event_id'] or row['source']} order {row['order'] or '?'}"
    return f"{row['id']:>5}  {row['received_at']}  {row['state']:8} {what}: {row['detail']}"


def _replayed_line(row: Row) -> str:
    return f"{row['id']:>5}  {row['outcome']}"


def _print(as_json: bool, rows: Sequence[Row], line: Callable[[Row], str]) -> None:
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        typer.echo(line(row))
    if not rows:
        typer.echo("nothing is kept")
