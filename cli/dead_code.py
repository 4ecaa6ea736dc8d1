"""`python -m cli.dead_code`: functions, classes and buttons that nobody uses, found by vulture from 60 % on.

Below 80 % vulture also names what is no code: fields of records, which travel as JSON and SQL, and the words of
`domain/`, which come from policy, database and CRM. Those are left out here; what a framework calls by itself is
named in `pyproject.toml`.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from vulture.core import Item, Vulture  # pyright: ignore[reportMissingTypeStubs] - it has none

from settings import ROOT

SCHEMA = ("store/tables", "store/migrations")
"""Tables are used as a whole, and migrations by their tool."""

TEMPLATES = ROOT / "api" / "pages" / "templates"
ATTRIBUTE = re.compile(r"\b[a-z_]+\.([a-z_]+)")


def main() -> int:
    """Name what is dead; 1 when there is anything."""
    found = dead()
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


def dead(paths: Sequence[Path] = ()) -> list[str]:
    """What nobody uses in these files or folders (all that pyproject.toml lists), one line each."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["vulture"]
    vulture = Vulture(ignore_names=config["ignore_names"], ignore_decorators=config["ignore_decorators"])
    searched = [str(path) for path in paths or [ROOT / path for path in config["paths"]]]
    vulture.scavenge(searched)  # pyright: ignore[reportUnknownMemberType] - untyped
    unused = vulture.get_unused_code(min_confidence=config["min_confidence"])
    return [item.get_report() for item in unused if not _is_data(item) and item.name not in _asked_by_pages()]


@cache
def _asked_by_pages() -> frozenset[str]:
    """What the templates of the pages ask their values for: `w.ago(...)`, `visit.leads`."""
    found = (ATTRIBUTE.findall(path.read_text(encoding="utf-8")) for path in TEMPLATES.rglob("*.html"))
    return frozenset(name for names in found for name in names)


def _is_data(item: Item) -> bool:
    if any(Path(item.filename).is_relative_to(ROOT / schema) for schema in SCHEMA):
        return True
    if item.typ not in ("variable", "attribute"):
        return False
    inside = Path(item.filename).is_relative_to(ROOT / "domain")
    return item.first_lineno in _fields(item.filename, words=inside)


@cache
def _fields(path: Path, *, words: bool) -> frozenset[int]:
    """The lines of this file on which a record has a field or, where asked for, an enumeration a word."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return frozenset(line for each in classes for line in _lines(each, words=words))


def _lines(record: ast.ClassDef, *, words: bool) -> Iterator[int]:
    enumeration = any("Enum" in ast.unparse(base) for base in record.bases)
    for node in record.body:
        if isinstance(node, ast.AnnAssign) or (words and enumeration and isinstance(node, ast.Assign)):
            yield node.lineno


if __name__ == "__main__":
    sys.exit(main())
