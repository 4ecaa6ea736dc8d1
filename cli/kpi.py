"""`./run kpi`: the KPIs of a period beside the one before it, and `./run kpi before-after` around a date."""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.table import Table

from cli.desk import desk_at_hand
from domain.assessment import Change, Demand, Kpi, Target, Trend
from domain.errors import InvalidInputError
from domain.kpi import Unit
from domain.measures import Period, read_span
from store import metrics
from store.metrics import BeforeAfter

AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable result.")]

STYLE = {Trend.GOOD: "green", Trend.BAD: "red", Trend.SAME: "dim", None: "dim"}
WIDTH = 120
DEMANDS = {Demand.FALL: "falls by {} %", Demand.BELOW: "below {} %", Demand.AT_LEAST: "at least {} %"}


def register(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(help="The KPIs of AI-ROP.")
    group.callback(invoke_without_command=True)(kpi)
    group.command("before-after")(before_after)
    app.add_typer(group, name="kpi")


def kpi(
    context: typer.Context,
    *,
    period: Annotated[str, typer.Option(help="A length of time: 24h, 7d, 30d.")] = "7d",
    until: Annotated[str | None, typer.Option(help="The end of the period, ISO 8601 with a zone; none: now.")] = None,
    as_json: AsJson = False,
) -> None:
    """Every KPI of the period with the previous period's value, the difference, and whether that is good."""
    if context.invoked_subcommand is not None:
        return
    span, found = asyncio.run(_kpis(period, None if until is None else read_instant(until, field="until")))
    if as_json:
        rows = _plain(tuple[Kpi, ...], found)
        typer.echo(
            json.dumps({"since": span.since.isoformat(), "until": span.until.isoformat(), "kpis": rows}, indent=2)
        )
        return
    _print(f"{span.since:%Y-%m-%d %H:%M} to {span.until:%Y-%m-%d %H:%M} UTC", _kpi_table(found))


async def _kpis(period: str, until: datetime | None) -> tuple[Period, Sequence[Kpi]]:
    length = read_span(period, field="period")
    async with desk_at_hand() as desk:
        span = Period.ending(length, now=desk.timeline.now(), until=until)
        async with desk.db.reading() as tx:
            return span, await metrics.kpis(tx, span, desk.policy, now=desk.timeline.now())


def before_after(
    *,
    at: Annotated[str, typer.Option(help="The date of the introduction, ISO 8601 with a zone.")],
    window: Annotated[str, typer.Option(help="How long before and after is measured.")] = "14d",
    as_json: AsJson = False,
) -> None:
    """Each KPI before and after a date with its change, judged by the release's targets."""
    report = asyncio.run(_before_after(read_instant(at, field="at"), window))
    if as_json:
        typer.echo(json.dumps(_plain(BeforeAfter, report), indent=2))
        return
    title = f"{report.before_since:%Y-%m-%d} to {report.at:%Y-%m-%d %H:%M} UTC, and to {report.after_until:%Y-%m-%d}"
    _print(title if report.complete else f"{title} (not over yet)", _change_table(report.kpis))


async def _before_after(at: datetime, window: str) -> BeforeAfter:
    length = read_span(window, field="window")
    async with desk_at_hand() as desk, desk.db.reading() as tx:
        return await metrics.before_after(tx, at, length, desk.policy, now=desk.timeline.now())


def read_instant(value: str, *, field: str) -> datetime:
    """An instant of ISO 8601 that says its zone; raises InvalidInputError that names the field."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        at = None
    if at is None or at.utcoffset() is None:
        raise InvalidInputError(field=field, value=value, allowed=("an instant such as 2026-03-01T00:00:00+03:00",))
    return at


def _plain(kind: Any, value: object) -> Any:
    return TypeAdapter[Any](kind).dump_python(value, mode="json")


# ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _kpi_table(found: Sequence[Kpi]) -> Table:
    table = _table("KPI", "value", "before", "change", "of")
    for one in found:
        of = "" if one.denominator is None else f"{one.denominator:g}"
        style = STYLE[one.trend]
        table.add_row(one.key, shown(one.value, one.unit), shown(one.previous, one.unit), _delta(one), of, style=style)
    return table


def _change_table(changes: Sequence[Change]) -> Table:
    table = _table("KPI", "before", "after", "change", "target", "met")
    for one in changes:
        change = "" if one.change is None else f"{one.change:+.1%}"
        target = "" if one.target is None else _target(one.target)
        met = "" if one.target is None else {True: "yes", False: "no", None: "cannot be told"}[one.met]
        before, after = shown(one.before, one.unit), shown(one.after, one.unit)
        table.add_row(one.key, before, after, change, target, met, style=STYLE[one.trend])
    return table


def _table(name: str, *columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(name, no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _print(title: str, table: Table) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    console.print(title, style="bold")
    console.print(table)


def shown(value: float | None, unit: Unit) -> str:
    """A value as people read it."""
    if value is None:
        return "-"
    match unit:
        case Unit.SHARE:
            return f"{value:.1%}"
        case Unit.ORDERS:
            return f"{value:.1f}".removesuffix(".0")
        case Unit.HOURS:
            return f"{value:.1f} h"
        case Unit.MINUTES:
            return f"{value:.1f} min"


def _delta(one: Kpi) -> str:
    if one.delta is None:
        return ""
    return f"{one.delta * 100:+.1f} pp" if one.unit is Unit.SHARE else f"{one.delta:+.1f}"


def _target(target: Target) -> str:
    return DEMANDS[target.demand].format(f"{target.bound * 100:g}")
