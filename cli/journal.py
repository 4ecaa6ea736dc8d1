"""`./run journal verify`: prove that the decision journal is whole and that no effect lacks its row."""

import asyncio
import json
from typing import Annotated

import typer

from cli.connect import database_url
from domain.errors import InvalidInputError
from settings import load_settings
from store.database import Database
from store.journal import Verification
from store.journal import verify as prove

FAILED = 1
HEAD_BYTES = 32
NOT_FOUND = "the noted head is not in the chain: seals that stood when it was noted were dropped or written anew"


def register(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(help="The decision journal.", no_args_is_help=True)
    group.callback()(_group)
    group.command()(verify)
    app.add_typer(group, name="journal")


def _group() -> None:
    """The decision journal."""


def verify(
    *,
    head: Annotated[
        str | None,
        typer.Option(help="A head noted earlier and kept elsewhere: was everything up to it left as it was?"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable result.")] = False,
) -> None:
    """Recompute every hash and every seal; name changed, removed and inserted rows; exit 1 when something is wrong.

    The last line's head stands for the whole journal so far. Whoever owns the database could drop the newest seals and
    seal anew: only a head that was noted outside of it, and given as --head, shows that.
    """
    noted = None if head is None else _parsed(head)
    verdict = asyncio.run(_verify(database_url(load_settings()), noted))
    typer.echo(json.dumps(as_data(verdict), ensure_ascii=False) if as_json else _text(verdict))
    if not verdict.ok:
        raise typer.Exit(FAILED)


def _parsed(head: str) -> bytes:
    """Raises InvalidInputError unless it is a head as `verify` prints it."""
    try:
        noted = bytes.fromhex(head)
    except ValueError:
        noted = b""
    if len(noted) != HEAD_BYTES:
        raise InvalidInputError(
            field="head", value=head, allowed=(f"{2 * HEAD_BYTES} hex digits, as verify prints them",)
        )
    return noted


async def _verify(url: str, noted: bytes | None) -> Verification:
    db = Database(url)
    try:
        async with db.reading() as tx:
            return await prove(tx, noted=noted)
    finally:
        await db.close()


def as_data(verdict: Verification) -> dict[str, object]:
    """The verification under its stable names."""
    return {
        "rows": verdict.rows,
        "sealed": verdict.sealed,
        "ok": verdict.ok,
        "first_bad": verdict.first_bad,
        "findings": [{"decision": finding.decision_id, "what": finding.what} for finding in verdict.findings],
        "orphans": {table: count for table, count in verdict.orphans.items() if count},
        "head": verdict.head,
        "noted_head_found": verdict.noted_found,
    }


def _text(verdict: Verification) -> str:
    lines = [f"rows {verdict.rows}, sealed {verdict.sealed}, head {verdict.head}"]
    lines += [f"decision {finding.decision_id}: {finding.what}" for finding in verdict.findings]
    lines += [f"{table}: {count} effects without a decision" for table, count in verdict.orphans.items() if count]
    if verdict.noted_found is not None:
        lines.append("the noted head is in the chain" if verdict.noted_found else NOT_FOUND)
    lines.append("the journal is whole" if verdict.ok else "the journal is NOT whole")
    return "\n".join(lines)
