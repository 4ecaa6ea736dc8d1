"""The slots of a digest in words of its language, and the plain text that has them all."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from domain.digest_facts import Value
from domain.digests import SLOTS, SlotRule, placed
from domain.policy import DigestKind
from locales import Texts

FAMILIES: Final[Mapping[str, str]] = {
    "status": "status",
    "action": "action",
    "signal": "signal",
    "severity": "severity",
    "kpi": "kpi",
}
"""Fields of a row that are codes, and the family of their texts."""

LISTS: Final[Mapping[str, str | None]] = {"voters": "role", "actions": "action", "roles": None}
"""Fields of a row that are lists, and the family of their texts; without one, names that stand as they are."""

DECISIONS: Final = frozenset({"decide_approval", "decide_signal", "decide_order", "decide_load"})
"""Rows that begin with their number."""

LOCAL: Final = re.compile(r"\d{4}-(?P<month>\d\d)-(?P<day>\d\d)(?: (?P<clock>\d\d:\d\d))?")
"""How the facts tell a wall time (`tools/looking/times.py`), or a day."""

NUMBERS: Final = frozenset({"value", "before", "load_percent", "expected"})


def worded(values: Mapping[str, Value], texts: Texts) -> dict[str, str]:
    """Every slot's value as it will be read."""
    return {name: _worded(value, texts) for name, value in values.items()}


def meanings(kind: DigestKind, values: Mapping[str, str], texts: Texts) -> str:
    """The slots one a line with what they mean, and which must stand there or on a line alone: what a model is told."""
    rules = [rule for rule in SLOTS[kind] if rule.name in values]
    return "\n".join(
        f"{placed(rule.name)} {texts.get(f'report-slot-{rule.name}')}{_marks(rule, texts)}" for rule in rules
    )


def _marks(rule: SlotRule, texts: Texts) -> str:
    marks = [name for name, stands in (("required", rule.required), ("block", rule.block)) if stands]
    return f" ({', '.join(texts.get(f'report-mark-{name}') for name in marks)})" if marks else ""


def plain(kind: DigestKind, values: Mapping[str, Value], texts: Texts) -> str:
    """The catalogue's text of a digest, with its slots open."""
    lines = [texts.get(f"report-title-{kind}")]
    for name, value in values.items():
        label = texts.get(f"report-slot-{name}")
        block = not isinstance(value, int | Mapping)
        lines += ["", f"{label}:", placed(name)] if block else [f"{label}: {placed(name)}"]
    return "\n".join(lines)


def _worded(value: Value, texts: Texts) -> str:
    if isinstance(value, int):
        return texts.get("report-count", value=value)
    if isinstance(value, Mapping):
        return _row(value, texts)
    return "\n".join(_listed(row, texts) for row in value) or texts.get("report-nothing")


def _listed(row: Mapping[str, Any], texts: Texts) -> str:
    """A row in its list; decisions bring their number."""
    return _row(row, texts) if row["row"] in DECISIONS else f"• {_row(row, texts)}"


def _row(row: Mapping[str, Any], texts: Texts) -> str:
    params = {field: _field(field, value, row, texts) for field, value in row.items() if field != "row"}
    return texts.get(f"report-row-{row['row']}", **params).strip()


def _field(field: str, value: Any, row: Mapping[str, Any], texts: Texts) -> str:
    if field in LISTS:
        family = LISTS[field]
        said = [_coded(family, str(each), texts) for each in cast("Sequence[object]", value)]
        return ", ".join(said) or texts.get("report-nothing")
    if value is None:
        return texts.get("report-nothing" if field == "order" else "report-unknown")
    if field in NUMBERS:
        unit = str(row.get("unit", "percent" if field == "load_percent" else "orders"))
        return texts.get(f"report-number-{unit}", value=value)
    told = LOCAL.fullmatch(str(value))
    return _dated(told, texts) if told else _coded(FAMILIES.get(field), str(value), texts)


def _dated(told: re.Match[str], texts: Texts) -> str:
    """A wall time of the facts as people say it: «19 ноября в 09:00», a day alone «19 ноября»."""
    day = {"day": str(int(told["day"])), "month": texts.get(f"month-{int(told['month'])}")}
    return texts.get("time-date", clock=told["clock"], **day) if told["clock"] else texts.get("time-day", **day)


def _coded(family: str | None, code: str, texts: Texts) -> str:
    return texts.get(f"{family}-{code}") if family is not None and texts.has(f"{family}-{code}") else code
