"""`./run ai`: how far the role agents are let, and the kill switch."""

import asyncio
import json
from collections.abc import Callable
from typing import Annotated

import typer

from cli.desk import desk_at_hand
from domain.agency import EVERY_ROLE, Mode
from domain.commands import SetAiMode
from domain.journal import plain
from domain.people import OPERATOR, Actor, Channel
from domain.validation import parse
from guardrails.ai_report import AiReport, ai_report

AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable result.")]
SWITCHES = {
    "pause": (Mode.OFF, "Stop the role agents at once."),
    "shadow": (Mode.SHADOW, "Let the role agents only write down what they would do."),
    "resume": (Mode.ACT, "Let the role agents act again, as far as the policy goes."),
}


def register(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(help="How far the role agents are let.", invoke_without_command=True)
    group.callback()(_state)
    group.command()(status)
    for name, (mode, said) in SWITCHES.items():
        group.command(name, help=said)(_switch(mode))
    app.add_typer(group, name="ai")


def _state(context: typer.Context) -> None:
    """Say how far the role agents are let."""
    if context.invoked_subcommand is None:
        status()


def status(*, as_json: AsJson = False) -> None:
    """Modes of all roles, and what they have used today of what they may."""
    _say(asyncio.run(_report()), as_json=as_json)


def _switch(mode: Mode) -> Callable[..., None]:
    def turn(
        *,
        role: Annotated[str, typer.Option(help="One role, such as ai-rop; none: all of them.")] = EVERY_ROLE,
        reason: Annotated[str, typer.Option(help="Why; it stands in the journal and beside the switch.")] = "",
        by: Annotated[int | None, typer.Option(help="The person who decides; none: the operator.")] = None,
        as_json: AsJson = False,
    ) -> None:
        command = parse(SetAiMode, {"role": role, "mode": mode, "reason": reason or "at the command line"})
        _say(asyncio.run(_set(command, by)), as_json=as_json)

    return turn


async def _report() -> AiReport:
    async with desk_at_hand() as desk:
        return await ai_report(desk)


async def _set(command: SetAiMode, by: int | None) -> AiReport:
    actor = OPERATOR if by is None else Actor.person(by, Channel.CLI)
    async with desk_at_hand() as desk:
        await desk.gate.perform(command, actor)
        return await ai_report(desk)


def _say(report: AiReport, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(plain(report), ensure_ascii=False))
        return
    typer.echo(f"all roles: {report.mode}" + ("" if report.switch is None else f" ({report.switch.reason})"))
    for role in report.roles:
        because = "" if role.switch is None else f"  ({role.switch.reason})"
        spent = f"{role.tokens}/{role.tokens_a_day} tokens, {role.cost_eur:.2f}/{role.eur_a_day:.2f} EUR today"
        typer.echo(f"{role.role:11} {role.mode:7} {spent}{because}")
