"""`./run token ...`: what programs come in with: tokens of the API and of the feed, signing secrets."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import typer

from cli.desk import desk_at_hand
from domain.commands import CreateKey, RevokeKey
from domain.errors import InvalidInputError
from domain.people import OPERATOR
from domain.validation import parse
from guardrails.gate import Done
from store.access import auth

AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable result.")]


def register(app: typer.Typer) -> None:
    """Add the command group."""
    tokens = typer.Typer(help="Tokens of the API and of the CRM feed.", no_args_is_help=True)
    tokens.command("create")(create_token)
    tokens.command("list")(list_tokens)
    tokens.command("revoke")(revoke_token)
    app.add_typer(tokens, name="token")


def _say(as_json: bool, result: Mapping[str, object], text: str) -> None:
    typer.echo(json.dumps(result, ensure_ascii=False, default=str) if as_json else text)


def create_token(
    *,
    name: Annotated[str, typer.Option(help="What it is for, e.g. the CRM's name.")],
    scope: Annotated[str, typer.Option(help="crm: the feed; person: the API as that person.")] = "crm",
    person: Annotated[int | None, typer.Option(help="The person it speaks for, with scope person.")] = None,
    webhook: Annotated[
        bool, typer.Option("--webhook", help="A signing secret for the feed (Standard Webhooks) instead of a token.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a token or a signing secret; it is shown now and never again."""
    if webhook:
        number, secret = asyncio.run(_new_key({"kind": "webhook", "name": name}))
        _say(as_json, {"id": number, "name": name, "webhook_secret": secret}, secret)
        return
    if scope not in {"crm", "person"}:
        raise InvalidInputError(field="scope", value=scope, allowed=("crm", "person"))
    if (scope == "person") != (person is not None):
        raise InvalidInputError(
            field="person", value=str(person), allowed=("a person with --scope person, none with --scope crm",)
        )
    asked = {"kind": "token", "name": name, "scope": scope, "person_id": person}
    number, secret = asyncio.run(_new_key(asked))
    _say(as_json, {"id": number, "name": name, "scope": scope, "person_id": person, "token": secret}, secret)


async def _new_key(command: Mapping[str, object]) -> tuple[int, str]:
    async with desk_at_hand() as desk:
        done = await desk.gate.perform(parse(CreateKey, {**command, "at": desk.wall()}), OPERATOR)
    assert isinstance(done, Done)
    number, secret = done.value
    return int(number), str(secret)


def list_tokens(*, as_json: AsJson = False) -> None:
    """All tokens and signing secrets, without what makes them worth something."""
    rows = asyncio.run(_tokens())
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, default=str))
        return
    for row in rows:
        state = "revoked" if row["revoked_at"] else f"last used {row['last_used_at'] or 'never'}"
        typer.echo(f"{row['kind']:7} {row['id']:>4}  {row['scope']:8} {row['name']}  ({state})")


async def _tokens() -> Sequence[Mapping[str, object]]:
    async with desk_at_hand() as desk, desk.db.reading() as tx:
        known = [
            {
                "kind": "token",
                "id": token.id,
                "name": token.name,
                "scope": token.scope,
                "person_id": token.person_id,
                "created_at": token.created_at,
                "last_used_at": token.last_used_at,
                "revoked_at": token.revoked_at,
            }
            for token in await auth.tokens(tx)
        ]
        signing = [
            {
                "kind": "webhook",
                "id": hook.id,
                "name": hook.name,
                "scope": "crm",
                "person_id": None,
                "created_at": hook.created_at,
                "last_used_at": hook.last_used_at,
                "revoked_at": hook.revoked_at,
            }
            for hook in await auth.webhooks(tx, which="all")
        ]
        return [*known, *signing]


def revoke_token(
    number: Annotated[int, typer.Argument(help="Its number, see `token list`.")],
    *,
    webhook: Annotated[bool, typer.Option("--webhook", help="A signing secret instead of a token.")] = False,
) -> None:
    """Make a token or a signing secret worthless at once."""
    asyncio.run(_revoke(number, "webhook" if webhook else "token"))
    typer.echo("revoked")


async def _revoke(number: int, kind: Literal["token", "webhook"]) -> None:
    async with desk_at_hand() as desk:
        await desk.gate.perform(RevokeKey(kind=kind, number=number, at=desk.wall()), OPERATOR)
