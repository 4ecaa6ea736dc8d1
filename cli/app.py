"""`./run`: the table of commands, and what becomes of their errors.

A command's module is imported only when that command is asked for, so that help answers at once. Exit codes: 0 done,
1 failed, 2 wrong usage or settings, 3 unhealthy. Results go to stdout, everything else to stderr.
"""

import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from types import FrameType

import typer
from typer.models import CommandInfo

from domain.errors import DeskError

PROGRAM = "./run"
FAILED = 1
USAGE = 2
UNHEALTHY = 3

INTRODUCTION = "AI holacracy: people execute, AI controls the process."


@dataclass(frozen=True, slots=True)
class Entry:
    """A command: its name, the module whose `register(app)` adds it, and its line in the help."""

    name: str
    module: str
    help: str


COMMANDS = (
    Entry("demo", "cli.demo", "A small company at work in a local Telegram; nothing else is needed."),
    Entry("all", "cli.serve", "Run everything in one process: API, worker, bot."),
    Entry("api", "cli.serve", "Serve HTTP on HOST:PORT."),
    Entry("worker", "cli.serve", "Deliver messages, sweep clocks, seal the journal; start as many as you like."),
    Entry("bot", "cli.serve", "Receive Telegram updates; one process a token."),
    Entry("token", "cli.access", "Tokens of the API and of the CRM feed: create, list, revoke."),
    Entry("user", "cli.users", "People and how they come in: add, list, invite, login, logout."),
    Entry("import", "cli.history", "A process event log as history: --events, --mapping; `import quarantine`."),
    Entry("kpi", "cli.kpi", "The KPIs of a period; `kpi before-after` around a date."),
    Entry("ai", "cli.ai", "How far the role agents are let: `ai`, `ai pause|shadow|resume [--role ROLE]`."),
    Entry("policy", "cli.policy", "The rules in force, and the approved changes: in force, ahead, refused; --json."),
    Entry("digest", "cli.digest", "A role's digest of now, sent to nobody: --role ai-rop|ai-ceo, --kind, --json."),
    Entry("clock", "cli.clock", "Company time: `clock show`, `clock reset`."),
    Entry("journal", "cli.journal", "Prove the decision journal: `journal verify`."),
    Entry("seed", "cli.seed", "The founding staff of a company, into an empty database; --staff FILE for your own."),
    Entry("migrate", "cli.migrate", "Bring the database to the newest schema."),
    Entry("doctor", "cli.doctor", "Say what is wrong with this installation, and how to mend it."),
    Entry("eval", "cli.eval", "Scenarios and a hostile model, against what the role agents must and must not do."),
    Entry("bench", "cli.bench", "How fast the desk is, as ratios measured in one run."),
    Entry("check", "cli.check", "Lint, types, import contracts, dead code, migrations."),
    Entry("test", "cli.test", "Run the tests; arguments go to pytest."),
)


def build(arguments: Sequence[str]) -> typer.Typer:
    """The application with the one command that the arguments name; the others stand in the help only."""
    app = typer.Typer(
        help=INTRODUCTION,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_root)
    named = next((argument for argument in arguments if not argument.startswith("-")), None)
    for entry in COMMANDS:
        if entry.name == named:
            import_module(entry.module).register(app)
        else:
            app.command(entry.name, help=entry.help)(never_called)
    return app


def name_of(command: CommandInfo) -> str:
    """The name under which a registered command is called."""
    return command.name or (command.callback.__name__ if command.callback else "").replace("_", "-")


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    arguments = sys.argv[1:] or ["--help"]
    signal.signal(signal.SIGTERM, _leave)
    try:
        app = build(arguments)
        if not arguments[0].startswith("-"):
            import_module("cli.logs").configure_logging()
        app(arguments, prog_name=PROGRAM)
    except DeskError as error:
        typer.echo(f"{PROGRAM}: {error}", err=True)
        raise SystemExit(USAGE if error.code == "settings-invalid" else FAILED) from error


def _root() -> None:
    """Make a group of the commands, even of a single one."""


def never_called() -> None:
    """Stand in the help for a command whose module is not imported."""


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """On SIGTERM leave as on any exit, so that the embedded server is left properly too."""
    raise SystemExit(128 + signal.SIGTERM)
