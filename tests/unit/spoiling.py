"""Copies of the shipped policy, to change and to spoil."""

import shutil
from pathlib import Path
from typing import Final, cast

import yaml

import policy as policy_folder

SHIPPED: Final = Path(policy_folder.__file__).parent
REMOVE: Final = object()


def copy_policy(target: Path) -> Path:
    """Copy the shipped policy files into an empty folder."""
    for file in SHIPPED.glob("*.yaml"):
        shutil.copy(file, target)
    return target


def spoil(folder: Path, file: str, key: str, value: object) -> None:
    """Set (or remove) the value at a dotted key of a file, and write the file back."""
    path = folder / file
    root: object = yaml.safe_load(path.read_text("utf-8"))
    *way, last = key.split(".")
    here = root
    for step in way:
        here = (
            cast("dict[str, object]", here)[step] if isinstance(here, dict) else cast("list[object]", here)[int(step)]
        )
    if isinstance(here, list):
        cast("list[object]", here)[int(last)] = value
    elif value is REMOVE:
        del cast("dict[str, object]", here)[last]
    else:
        cast("dict[str, object]", here)[last] = value
    path.write_text(yaml.safe_dump(root, allow_unicode=True), "utf-8")
