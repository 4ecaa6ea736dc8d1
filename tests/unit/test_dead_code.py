"""The search for dead code: what it finds, and what it takes for data."""

from pathlib import Path

from cli.dead_code import dead

CODE = """
from dataclasses import dataclass
from enum import StrEnum


@dataclass
class Used:
    field: int


class Button(StrEnum):
    PRESSED = "pressed"
    NEVER_SHOWN = "never"


class NeverMade:
    pass


def never_called() -> None:
    print(Used(1), Button.PRESSED)


LEFT_OVER = 5
"""


def test_functions_classes_constants_and_buttons_that_nobody_uses_are_found_and_fields_are_not(tmp_path: Path) -> None:
    path = tmp_path / "example.py"
    path.write_text(CODE)
    names = {line.split("'")[1] for line in dead([path])}
    assert names == {"never_called", "NeverMade", "NEVER_SHOWN", "LEFT_OVER"}


def test_nothing_in_the_house_is_dead() -> None:
    assert dead() == []
