"""Processes of their own without the seconds that libraries take: forked from one that has imported them once.

A command is run as `./run` runs it, with an environment of its own; how it starts from nothing is tests/e2e's and
test_cli's business.
"""

import multiprocessing
import os
import sys
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory

from settings import ROOT

PATIENCE_SECONDS = 90.0
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["cli.serve", "cli.crew", "api.app", "tests.resilience.service"])


def command(name: str, *arguments: str) -> None:
    """What `./run <name> <arguments>` does."""
    from cli.app import main

    os.chdir(ROOT)
    sys.argv = ["./run", name, *arguments]
    main()


def said(environment: dict[str, str], *arguments: str) -> "CompletedProcess[str]":
    """What the command has said and how it ended."""
    with TemporaryDirectory(prefix="holacracy-said-") as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = FORKS.Process(target=_written, args=(environment, str(out), str(err), *arguments), daemon=True)
        process.start()
        process.join(PATIENCE_SECONDS)
        assert process.exitcode is not None, f"{arguments} does not end"
        return CompletedProcess(arguments, process.exitcode, out.read_text(), err.read_text())


def _written(environment: dict[str, str], out: str, err: str, *arguments: str) -> None:
    for path, stream in ((out, 1), (err, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), stream)
    os.environ.clear()  # noqa: TID251 - the child's own
    os.environ.update(environment)  # noqa: TID251 - the child's own
    command(*arguments)
