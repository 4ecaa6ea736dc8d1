"""`./run journal verify`: prove that the decision journal is whole and that no effect lacks its row."""

import asyncio
import json
from typing import Annotated

import typer

from cli.connect import database_url
from settings import load_settings
from store.database import Database
from store.journal import Verification
from store.journal import verify as prove

FAILED = 1


def register(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(help="The decision journal.", no_args_is_help=True)
    group.callback()(_group)
    group.command()(verify)
    app.add_typer(group, name="journal")


def _group() -> None:
    """The decision journal."""


def verify(*, as_json: Annotated[bool, typer.Option("--json", help="Machine-readable result.")] = False) -> None:
    """Recompute every hash and every seal; name changed, removed and inserted rows; exit 1 when something is wrong."""
    verdict = asyncio.run(_verify(database_url(load_settings())))
    typer.echo(json.dumps(as_data(verdict), ensure_ascii=False) if as_json else _text(verdict))
    if not verdict.ok:
        raise typer.Exit(FAILED)


async def _verify(url: str) -> Verification:
    db = Database(url)
    try:
        async with db.reading() as tx:
            return await prove(tx)
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
    }


def _text(verdict: Verification) -> str:
    lines = [f"rows {verdict.rows}, sealed {verdict.sealed}, head {verdict.head[:16]}"]
    lines += [f"decision {finding.decision_id}: {finding.what}" for finding in verdict.findings]
    lines += [f"{table}: {count} effects without a decision" for table, count in verdict.orphans.items() if count]
    lines.append("the journal is whole" if verdict.ok else "the journal is NOT whole")
    return "\n".join(lines)
