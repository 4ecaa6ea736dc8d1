"""`./run test`: the tests, on all cores."""

import os

import pytest
import typer

from settings import ROOT

LEAST_WORKERS = 2  # tests wait for servers more than they compute

EXIT_CODES = {pytest.ExitCode.OK: 0, pytest.ExitCode.USAGE_ERROR: 2}


def register(app: typer.Typer) -> None:
    """Add the command; it takes pytest's own arguments as they are."""
    app.command(
        "test", add_help_option=False, context_settings={"allow_extra_args": True, "ignore_unknown_options": True}
    )(run_tests)


def run_tests(context: typer.Context) -> None:
    """Run the tests; arguments go to pytest, and paths in them start at the checkout."""
    os.chdir(ROOT)
    workers = max(LEAST_WORKERS, os.cpu_count() or LEAST_WORKERS)
    # Each worker keeps to its own half, so what a file's tests share is made once; who is done early takes over.
    code = pytest.main(["-n", str(workers), "--dist", "worksteal", *context.args])
    raise typer.Exit(EXIT_CODES.get(pytest.ExitCode(code), 1))
