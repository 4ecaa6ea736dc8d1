"""The rules as people read them: each value of the typed policy with its path, its labels and its unit."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Final, cast, get_args, get_origin

from annotated_types import Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from domain.orders import DeliveryMethod, Status
from domain.people import ActorKind, Role
from domain.policy import Action, ClockKind, Policy, Risk, SignalCode, TimeBase, VerdictKind
from domain.severity import Severity
from locales.words import Words
from policy.changing import located
from policy.loading import FIELDS

FILES: Final = tuple(FIELDS)
WORDS: Final = (
    *("accept_attempts", "acknowledgement_lifetime", "actions", "actors", "after", "after_resolving", "age"),
    *("answer_lifetime", "arbiter"),
    *("at", "at_least", "attempts", "audience", "autonomy", "below", "breached_share", "broken_by", "by_hand"),
    *("by_hand_within", "calendars", "calm_for", "cancel", "cancel_spike", "carriers", "chat_per_second", "circle"),
    *("circles", "closes", "codes", "compensations", "constraints", "cost", "critical", "critical_stages", "day"),
    *("default", "default_capacity", "default_voters", "delivery", "effective_from", "escalations_complete", "every"),
    *("evidence", "exceptions", "excludes", "expires_after", "fee", "first_wait", "fixed_eur", "from", "full_refund"),
    *("global_per_second", "group_per_minute", "hears", "high_risk_overdue", "history", "in_bulk", "insurance", "key"),
    *("kinds", "l2_after", "l3_after", "ladder", "leak_above_eur", "length", "limit", "limits", "locale"),
    *("longest_wait", "low_margin_below", "mass_above", "mass_together", "maximum_eur", "measured_over", "minimum_eur"),
    *("more_than", "name", "no_delivery", "number", "opens", "options", "outage", "outside_working_time", "own_only"),
    *("pause_max", "payment_fee_rate", "penalty", "pending_manager_orders_fall", "pending_spike", "points", "price"),
    *("price_window", "priorities", "priority", "purpose", "quiet_hours", "rate", "rate_limits", "reasons"),
    *("remind_at", "repacking", "response_delay", "retry", "role", "roles", "rules", "run", "service_fees"),
    *("severities", "severity", "share_over_72h_fall", "shipment_blocked", "signal", "silence"),
    *("sla_breach_rate_critical_below", "snooze", "stage_limit", "stage_weights", "statuses", "steps"),
    *("storm_threshold", "stuck", "stuck_in", "time", "time_zone", "times_daily_mean", "times_median", "to"),
    *("told_again_after", "tools", "transitions", "triggers", "two_people_above_eur", "until", "up_to", "verdict"),
    *("version", "voters", "weekly", "what", "when", "window", "windows", "with_owner_and_next_step"),
    "without_movement",
)
"""Names of fields that have words; others are shown as they stand in the files."""
_FAMILIES: Final[Mapping[type[StrEnum], str]] = {
    ClockKind: "clock",
    Status: "status",
    Severity: "severity",
    Risk: "risk",
    SignalCode: "signal",
    Role: "role",
    Action: "action",
    DeliveryMethod: "delivery",
    ActorKind: "decisions-kind",
    VerdictKind: "decisions-verdict",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """One value: where it stands (its key, of these names), how that reads, and the value's words."""

    key: str
    names: tuple[str, ...]
    labels: Sequence[str]
    value: str


def section_lines(policy: Policy, file: str, words: Words) -> Mapping[str, Sequence[RuleLine]]:
    """The values of a file by the key of its section."""
    content = getattr(policy, FIELDS[file])
    sections: dict[str, list[RuleLine]] = {}
    for path, value, info in _leaves((), content, None):
        names = tuple(str(part) for part in path)
        line = RuleLine(
            key=".".join(names),
            names=names,
            labels=[label(part, words) for part in path[1:]],
            value=_named(path[-1], value, words) or worded(value, info, words),
        )
        sections.setdefault(label(path[0], words), []).append(line)
    return sections


def value_words(policy: Policy, file: str, key: str, words: Words) -> Mapping[str, str]:
    """The values at and below a key, in words, by their whole keys. Raises like `policy.changing.located`."""
    names = located(policy, file, key)
    lines = [line for section in section_lines(policy, file, words).values() for line in section]
    return {line.key: line.value for line in lines if line.names[: len(names)] == names}


def label(part: object, words: Words) -> str:
    """A name in a path: a field's or a known value's words, else as it is written."""
    if isinstance(part, StrEnum):
        return _known(part, words)
    if isinstance(part, int):
        return f"№{part + 1}"
    return words.plain(f"policy-word-{part}") if part in WORDS else str(part)


def _named(field: object, value: object, words: Words) -> str | None:
    """A value that is written as text and has words of its own."""
    if not isinstance(value, str):
        return None
    keys = {"signal": f"signal-{value}", "circle": f"circle-{value}", "until": f"policy-until-{value}"}
    key = keys.get(str(field), "")
    return words.plain(key) if words.texts.has(key) else None


def worded(value: object, info: FieldInfo | None, words: Words) -> str:
    """A value as people read it, with its unit."""
    match value:
        case None:
            return words.plain("policy-none")
        case bool():
            return words.plain("fact-is-true" if value else "fact-is-false")
        case timedelta():
            return words.span(value)
        case Decimal():
            return _number(value, info, words)
        case time():
            return value.strftime("%H:%M")
        case StrEnum():
            return _known(value, words)
        case str() | int():
            return str(value)
        case AbstractSet():
            return ", ".join(sorted(worded(each, None, words) for each in cast("AbstractSet[object]", value)))
        case Sequence():
            return ", ".join(worded(each, None, words) for each in cast("Sequence[object]", value)) or "—"
        case _:
            return str(value)


def _number(value: Decimal, info: FieldInfo | None, words: Words) -> str:
    limits = [] if info is None else [*info.metadata, *_limits(info.annotation)]
    if any(isinstance(limit, Le) and limit.le == 1 for limit in limits):
        return words.plain("policy-percent", value=float(value * 100))
    if any(getattr(limit, "decimal_places", None) == 2 for limit in limits):
        return words.money(value)
    return format(value.normalize(), "f")


def _limits(annotation: object) -> Iterator[Any]:
    """What bounds the values inside an annotation: `Money | None` says what money does."""
    if get_origin(annotation) is Annotated:
        for said in get_args(annotation)[1:]:
            yield from said.metadata if isinstance(said, FieldInfo) else (said,)
    for part in get_args(annotation):
        yield from _limits(part)


def _known(value: StrEnum, words: Words) -> str:
    if isinstance(value, TimeBase):
        return words.plain(f"policy-time-{value.value}")
    family = _FAMILIES.get(type(value))
    return value.value if family is None else words.plain(f"{family}-{value.value}")


def _leaves(
    path: tuple[object, ...], value: object, info: FieldInfo | None
) -> Iterator[tuple[tuple[object, ...], object, FieldInfo | None]]:
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from _leaves((*path, field.alias or name), getattr(value, name), field)
    elif isinstance(value, Mapping):
        for name, inner in cast("Mapping[object, object]", value).items():
            yield from _leaves((*path, name), inner, info)
    elif isinstance(value, list | tuple) and any(isinstance(each, BaseModel) for each in cast("list[object]", value)):
        for place, inner in enumerate(cast("list[object]", value)):
            yield from _leaves((*path, place), inner, info)
    else:
        yield path, value, info
