"""The catalogues as they are written, and where the code asks for their texts."""

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fluent.syntax import FluentParser
from fluent.syntax import ast as fluent
from fluent.syntax.visitor import Visitor
from jinja2 import Environment, nodes

from locales import FOLDER
from settings import ROOT

ROOMS: tuple[str, ...] = tuple(
    tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["root_packages"]
)
KEY = re.compile(r"[a-z]+(-[a-zA-Z0-9_]+)*")
# What gives texts: mappings have a `get` as well, and people of the demo `say` something.
CATALOGUES = re.compile(r"(.*\.)?_?(say|said|texts|words)(\(.*\))?")


class _References(Visitor):
    """Variables of an entry, those of its selectors apart; the selections themselves; the words between."""

    def __init__(self) -> None:
        self.variables: list[str] = []
        self.selections: list[fluent.SelectExpression] = []
        self.words: list[str] = []

    def visit_VariableReference(self, node: fluent.VariableReference) -> None:  # noqa: N802 - the visitor's naming
        self.variables.append(node.id.name)

    def visit_SelectExpression(self, node: fluent.SelectExpression) -> None:  # noqa: N802 - the visitor's naming
        self.selections.append(node)
        self.generic_visit(node)

    def visit_TextElement(self, node: fluent.TextElement) -> None:  # noqa: N802 - the visitor's naming
        self.words.append(node.value)


@dataclass(frozen=True, slots=True)
class Selection:
    """One choice between variants: by which variable, under which keys."""

    variable: str
    variants: Mapping[str, str]
    exact: frozenset[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of a locale."""

    key: str
    file: str
    variables: tuple[str, ...]
    attributes: frozenset[str]
    selections: tuple[Selection, ...]
    words: str


def _selection(node: fluent.SelectExpression) -> Selection:
    selector = node.selector
    assert isinstance(selector, fluent.VariableReference)
    named = {variant: variant.key for variant in node.variants}
    written = {
        key.name if isinstance(key, fluent.Identifier) else key.value: " ".join(_of(variant.value).variables)
        for variant, key in named.items()
    }
    exact = frozenset(key.value for key in named.values() if isinstance(key, fluent.NumberLiteral))
    return Selection(selector.id.name, written, exact)


def _of(node: Any) -> _References:
    found = _References()
    found.visit(node)
    return found


def _entry(message: fluent.Message, path: Path) -> Entry:
    found = _of(message)
    return Entry(
        key=message.id.name,
        file=path.name,
        variables=tuple(found.variables),
        attributes=frozenset(attribute.id.name for attribute in message.attributes),
        selections=tuple(map(_selection, found.selections)),
        words=" ".join(found.words),
    )


@cache
def written(locale: str) -> tuple[Entry, ...]:
    """Every text of a locale in the order of its files; a line that cannot be read fails."""
    entries: list[Entry] = []
    for path in sorted((FOLDER / locale).glob("*.ftl")):
        for node in FluentParser().parse(path.read_text("utf-8")).body:
            assert not isinstance(node, fluent.Junk), f"{path.name}: {node.content}"
            if isinstance(node, fluent.Message):
                entries.append(_entry(node, path))
    return tuple(entries)


def catalogue(locale: str) -> dict[str, Entry]:
    """The texts of a locale by key."""
    return {entry.key: entry for entry in written(locale)}


# ── where the code asks ──────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Asked:
    """A call for a text: its key, or the pattern of its key, and the names it fills in (None: it passes a mapping)."""

    where: str
    key: str | re.Pattern[str]
    names: frozenset[str] | None


@cache
def trees() -> Mapping[str, ast.Module]:
    """Every source file of the house, parsed."""
    paths = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in paths}


def constants() -> frozenset[str]:
    """Every string of the code that could be a text's key."""
    found = (node.value for node in _nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return frozenset(filter(KEY.fullmatch, found)) | frozenset(str(asked.key) for asked in _asked_by_pages())


def patterns() -> frozenset[re.Pattern[str]]:
    """Every f-string of the code, and every joined name of a page, that makes the key of a text."""
    made = (_pattern(node) for node in _nodes() if isinstance(node, ast.JoinedStr))
    by_pages = (asked.key for asked in _asked_by_pages() if isinstance(asked.key, re.Pattern))
    return frozenset(pattern for pattern in made if pattern is not None) | frozenset(by_pages)


def asked() -> list[Asked]:
    """Every call that asks for a text by a key that stands in the code."""
    return [*_asked_by_code(), *_asked_by_pages()]


def _nodes() -> Iterator[ast.AST]:
    return (node for tree in trees().values() for node in ast.walk(tree))


def _asked_by_code() -> Iterator[Asked]:
    for where, tree in trees().items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and node.args and _asks(node.func)):
                continue
            names = frozenset(word.arg for word in node.keywords if word.arg is not None)
            passed = None if any(word.arg is None for word in node.keywords) else names
            for key in _keys(node.args[0]):
                yield Asked(f"{where}:{node.lineno}", key, passed)


def _asks(called: ast.expr) -> bool:
    if not isinstance(called, ast.Attribute):
        return False
    return called.attr in ("get", "say", "plain") and CATALOGUES.fullmatch(ast.unparse(called.value)) is not None


def _keys(node: ast.expr) -> Iterable[str | re.Pattern[str]]:
    """A key, a key made of parts, or one of two."""
    match node:
        case ast.Constant(value=str(key)) if "-" in key and KEY.fullmatch(key):
            return [key]
        case ast.JoinedStr():
            pattern = _pattern(node)
            return [] if pattern is None else [pattern]
        case ast.IfExp():
            return [*_keys(node.body), *_keys(node.orelse)]
        case _:
            return []


def _pattern(node: ast.JoinedStr) -> re.Pattern[str] | None:
    first = node.values[0] if node.values else None
    if not (isinstance(first, ast.Constant) and re.fullmatch(r"[a-z]+(-[a-z_]+)*-", str(first.value))):
        return None
    parts = (re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in node.values)
    return re.compile("".join(parts))


@cache
def _asked_by_pages() -> tuple[Asked, ...]:
    found: list[Asked] = []
    for path in sorted((ROOT / "api" / "pages" / "templates").rglob("*.html")):
        for call in Environment(autoescape=True).parse(path.read_text("utf-8")).find_all(nodes.Call):
            if not (isinstance(call.node, nodes.Name) and call.node.name == "t"):
                continue
            names = frozenset(word.key for word in call.kwargs)
            found += [Asked(path.name, key, names) for key in _template_keys(call.args[0], path.name)]
    return tuple(found)


def _template_keys(key: nodes.Expr, where: str) -> list[str | re.Pattern[str]]:
    """A page asks for its texts by name, or by the first part of a name: t("status-" ~ order.status)."""
    match key:
        case nodes.Const():
            return [key.value]
        case nodes.Concat(nodes=[nodes.Const() as first, *rest]):
            parts = (re.escape(part.value) if isinstance(part, nodes.Const) else ".+" for part in (first, *rest))
            return [re.compile("".join(parts))]
        case nodes.CondExpr(expr1=one, expr2=nodes.Expr() as other):
            return [*_template_keys(one, where), *_template_keys(other, where)]
        case _:
            raise AssertionError(f"{where}: a page asks for its texts by name or by the beginning of one: {key}")


def raised(error: str, word: str, *, rooms: Iterable[str]) -> set[str]:
    """The literal values of one keyword of an error wherever these rooms raise it."""
    return {
        keyword.value.value
        for where, tree in trees().items()
        if where.split("/")[0] in rooms and not where.startswith("bots/local/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == error
        for keyword in node.keywords
        if keyword.arg == word and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str)
    }
