"""`./run digest`: a digest of a role as it would be now: its facts, its slots and its text. Nobody is sent it."""

import asyncio
import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from cli.desk import desk_at_hand
from domain.errors import InvalidInputError
from domain.policy import DigestKind, Digests
from guardrails.digests import ask_unsent
from locales import texts
from settings import load_settings
from store.agents import turns
from store.agents.turns import Turn


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(digest)


def digest(
    *,
    role: Annotated[str, typer.Option(help="The role that writes it: ai-rop or ai-ceo.")],
    kind: Annotated[DigestKind | None, typer.Option(help="Which of the role's digests; none: its daily one.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable result.")] = False,
) -> None:
    """Write a digest of now through the graph, and show it; without a model rules write it."""
    turn = asyncio.run(_written(role, kind))
    nothing: Mapping[str, Any] = {}
    gathered = next((step for step in turn.steps if step["step"] == "digest"), nothing)
    if as_json:
        typer.echo(json.dumps(_plain(turn, gathered), ensure_ascii=False, indent=2))
        return
    told = {"role": turn.role, "kind": str(turn.about["kind"]), "model": str(turn.outcome["model"])}
    typer.echo(texts(turn.locale).get("report-preview", verdict=str(turn.outcome["verdict"]), **told), err=True)
    typer.echo(turn.answer)


def chosen(role: str, kind: DigestKind | None, digests: Digests) -> DigestKind:
    """The role's digest of this kind, or its first. Raises InvalidInputError naming what there is."""
    own = [each for each, rule in digests.kinds.items() if rule.role == role]
    if not own:
        writers = sorted({rule.role for rule in digests.kinds.values()})
        raise InvalidInputError(field="role", value=role, allowed=writers)
    if kind is not None and kind not in own:
        raise InvalidInputError(field="kind", value=kind, allowed=[each.value for each in own])
    return kind or (DigestKind.DAILY if DigestKind.DAILY in own else own[0])


async def _written(role: str, kind: DigestKind | None) -> Turn:
    # Seconds of imports that a mistaken call need not pay.
    from cli.crew import open_agents  # noqa: PLC0415 - heavy, and only this command needs it

    async with desk_at_hand() as desk:
        which = chosen(role, kind, desk.policy.digests)
        async with open_agents(desk, load_settings()) as runner:
            turn_id = await ask_unsent(desk, which)
            await runner.run(turn_id)
        async with desk.db.reading() as tx:
            return await turns.get(tx, turn_id)


def _plain(turn: Turn, gathered: Mapping[str, Any]) -> dict[str, object]:
    return {
        "role": turn.role,
        **turn.about,
        "verdict": turn.outcome["verdict"],
        "model": turn.outcome["model"],
        "facts": gathered.get("facts", {}),
        "slots": gathered.get("slots", {}),
        "template": gathered.get("template"),
        "text": turn.answer,
    }
