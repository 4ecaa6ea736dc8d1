"""The house rules that no linter knows."""

import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from cli.app import COMMANDS, Entry, build, name_of, never_called
from cli.doctor import CHECKS
from settings import ROOT, VARIABLES

NOT_OURS = {".git", ".venv", ".boot", ".data", "__pycache__", "node_modules"}
NAMES_WITHOUT_MEANING = {"utils", "util", "helpers", "helper", "common", "misc"}


def _own_files() -> list[Path]:
    files = chain.from_iterable(folder.rglob("*") for folder in ROOT.iterdir() if folder.name not in NOT_OURS)
    return [path for path in chain(files, ROOT.glob("*.*")) if path.is_file() and not NOT_OURS & set(path.parts)]


def _top_level_names() -> set[str]:
    modules = {path.stem for path in ROOT.glob("*.py")}
    packages = {path.name for path in ROOT.iterdir() if path.name not in NOT_OURS and any(path.glob("*.py"))}
    return modules | packages


def _tool_settings(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"][name]


def test_our_top_level_names_collide_with_no_installed_package() -> None:
    installed = {name: owners for name, owners in packages_distributions().items() if name in _top_level_names()}
    assert installed == {}


def test_our_top_level_names_hide_no_module_of_python() -> None:
    assert _top_level_names() & sys.stdlib_module_names == set()


def test_no_file_and_no_folder_has_a_name_without_meaning() -> None:
    named = [path for path in _own_files() if NAMES_WITHOUT_MEANING & {*path.relative_to(ROOT).parts, path.stem}]
    assert named == []


def test_env_example_names_exactly_the_variables_of_the_settings() -> None:
    named = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE)
    assert sorted(named) == sorted(VARIABLES)


def test_import_contracts_hold(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_every_room_of_the_house_stands_in_the_import_contracts() -> None:
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert rooms - {"tests"} == set(_tool_settings("importlinter")["root_packages"])


def test_every_room_is_searched_for_dead_code() -> None:
    searched = set(_tool_settings("vulture")["paths"])
    assert set(_tool_settings("importlinter")["root_packages"]) <= searched


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_every_line_of_the_help_leads_to_a_command(entry: Entry) -> None:
    app = build([entry.name])
    commands = [name_of(command) for command in app.registered_commands if command.callback is not never_called]
    groups = [group.name for group in app.registered_groups]
    assert entry.name in {*commands, *groups}


def test_a_check_of_the_doctor_needs_only_earlier_ones() -> None:
    names = [check.name for check in CHECKS]
    assert all(set(check.needs) <= set(names[:number]) for number, check in enumerate(CHECKS))


def test_no_lock_and_no_source_file_names_an_address_of_a_package_registry() -> None:
    locks = [ROOT / "requirements.lock", ROOT / "boot.lock", ROOT / "pyproject.toml"]
    assert [path.name for path in locks if "://" in path.read_text()] == []


@pytest.mark.parametrize("name", ["requirements.lock", "boot.lock"])
def test_every_locked_package_carries_hashes(name: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
