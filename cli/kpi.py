"""`./run kpi`: the KPIs of a period beside the one before it, and `./run kpi before-after` around a date."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.table import Table

from cli.desk import desk_at_hand
from domain.assessment import Change, Kpi, Target, Trend
from domain.errors import InvalidInputError
from domain.kpi import Unit
from domain.measures import Period, read_span
from locales import Texts, texts
from locales.times import exact
from settings import load_settings
from store.measures import metrics
from store.measures.metrics import BeforeAfter

AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable result.")]

STYLE = {Trend.GOOD: "green", Trend.BAD: "red", Trend.SAME: "dim", None: "dim"}
WIDTH = 140
MET = {True: "yes", False: "no", None: "unclear"}


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
    say = texts(load_settings().locale)
    since, until = (exact(at, zone=UTC, texts=say) for at in (span.since, span.until))
    _print(say.get("kpi-period", since=since, until=until), _kpi_table(found, say))


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
    say = texts(load_settings().locale)
    instants = (report.before_since, report.at, report.after_until)
    since, at_once, until = (exact(instant, zone=UTC, texts=say) for instant in instants)
    title = say.get("kpi-periods", since=since, at=at_once, until=until)
    _print(title if report.complete else say.get("kpi-periods-open", periods=title), _change_table(report.kpis, say))


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
def _kpi_table(found: Sequence[Kpi], say: Texts) -> Table:
    table = _table(say, "name", "value", "before", "change", "of")
    for one in found:
        of = "" if one.denominator is None else say.get("kpi-value-orders", value=one.denominator)
        value, before = shown(one.value, one.unit, say), shown(one.previous, one.unit, say)
        table.add_row(say.get(f"kpi-{one.key}"), value, before, _delta(one, say), of, style=STYLE[one.trend])
    return table


def _change_table(changes: Sequence[Change], say: Texts) -> Table:
    table = _table(say, "name", "before", "after", "change", "target", "met")
    for one in changes:
        change = "" if one.change is None else _signed("kpi-value-share", one.change, say)
        target = "" if one.target is None else _target(one.target, say)
        met = "" if one.target is None else say.get(f"kpi-met-{MET[one.met]}")
        before, after = shown(one.before, one.unit, say), shown(one.after, one.unit, say)
        table.add_row(say.get(f"kpi-{one.key}"), before, after, change, target, met, style=STYLE[one.trend])
    return table


def _table(say: Texts, name: str, *columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(say.get(f"kpi-column-{name}"), no_wrap=True)
    for column in columns:
        table.add_column(say.get(f"kpi-column-{column}"), justify="right", no_wrap=True)
    return table


def _print(title: str, table: Table) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    console.print(title, style="bold", highlight=False)
    console.print(table)


def shown(value: float | None, unit: Unit, say: Texts) -> str:
    """A value as people read it."""
    return "-" if value is None else say.get(f"kpi-value-{unit}", value=value)


def _delta(one: Kpi, say: Texts) -> str:
    if one.delta is None:
        return ""
    if one.unit is Unit.SHARE:
        return _signed("kpi-value-points", one.delta * 100, say)
    return _signed(f"kpi-value-{one.unit}", one.delta, say)


def _signed(key: str, change: float, say: Texts) -> str:
    words = say.get(key, value=change)
    return say.get("kpi-rise", value=words) if change > 0 else words


def _target(target: Target, say: Texts) -> str:
    return say.get(f"kpi-target-{target.demand}", bound=target.bound)
