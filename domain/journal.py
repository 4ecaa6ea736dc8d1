"""The decision journal as values: what one row of `ai_decisions` says, and how rows and seals are hashed.

Rows carry their own hash, so writers never wait for each other. A sealing job later links settled rows in batches:
each seal hashes the one before it and every (id, row hash) it covers. A changed row no longer matches its hash; a
removed row leaves a link without a row; a row slipped in behind a seal has no link.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

import orjson

GENESIS = hashlib.sha256(b"holacracy journal").digest()


class Outcome(StrEnum):
    """How the action ended."""

    DONE = "done"
    WAITING = "waiting"
    REFUSED = "refused"
    FAILED = "failed"
    UNCHANGED = "unchanged"
    SHADOW = "shadow"


def _money(value: object) -> object:
    """Money as a string without trailing zeros, so that what comes back from the database reads as what went in."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, frozenset | set):
        return sorted(cast("frozenset[str]", value))
    raise TypeError(f"not a journal value: {value!r}")


def canonical(value: object) -> bytes:
    """The one byte form of a value that hashes are taken over; instants in it must be UTC."""
    return orjson.dumps(value, default=_money, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


COST_KEPT = Decimal("0.000001")
"""What a model call costs is kept to a millionth of a euro."""
_INTEGERS = range(-(2**63), 2**63)
JSON_FIELDS = frozenset({"facts", "proposed", "result", "measured_effect"})


def _is_unsteady(value: object) -> bool:
    """Whether it holds a number that jsonb gives back in another form: a large whole float, a zero with its sign."""
    if isinstance(value, float):
        return value.is_integer() and (abs(value) >= 1e15 or not value)
    if isinstance(value, dict):
        return any(map(_is_unsteady, cast("dict[str, object]", value).values()))
    if isinstance(value, list | tuple):
        return any(map(_is_unsteady, cast("Sequence[object]", value)))
    return False


def _steady(value: object) -> object:
    """The JSON value with such numbers written as they will be read: as integers, beyond 64 bits as text."""
    match value:
        case float() if value.is_integer() and abs(value) >= 1e15:
            return int(value) if int(value) in _INTEGERS else str(value)
        case float():
            return value or 0.0
        case dict():
            return {key: _steady(item) for key, item in cast("dict[str, object]", value).items()}
        case list():
            return [_steady(item) for item in cast("list[object]", value)]
        case _:
            return value


def plain(value: object) -> object:
    """The value in JSON's own types."""
    return orjson.loads(canonical(value))


def as_kept(value: object) -> object:
    """The value in JSON's own types as the database gives them back."""
    return _steady(plain(value))


def digest(value: object) -> str:
    """A short fingerprint of facts or arguments: sha-256, first 16 bytes, hex."""
    return hashlib.sha256(canonical(value)).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the journal: who did what on which facts, under which rule, and what came of it."""

    uid: UUID
    at: datetime
    actor_kind: str
    actor: str
    role: str | None
    channel: str
    author: str
    author_version: str
    action: str
    verdict: str
    rule: str
    outcome: Outcome
    trace_id: str
    subject_kind: str | None = None
    subject_id: int | None = None
    order_id: int | None = None
    facts: Mapping[str, object] = field(default_factory=dict[str, object])
    proposed: Mapping[str, object] = field(default_factory=dict[str, object])
    approval_id: int | None = None
    approvers: Sequence[int] = ()
    result: Mapping[str, object] = field(default_factory=dict[str, object])
    expected_effect: str | None = None
    about: UUID | None = None
    measured_effect: Mapping[str, object] | None = None
    cost_eur: Decimal | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    latency_ms: float | None = None


HASHED = tuple(Entry.__slots__)


def content_hash(content: Mapping[str, object]) -> bytes:
    """The hash of one row over all its meaning fields, as written or as read back."""
    return hashlib.sha256(canonical({name: content[name] for name in HASHED})).digest()


def entry_content(entry: Entry) -> dict[str, object]:
    """The row's fields by name."""
    return {name: getattr(entry, name) for name in HASHED}


def steady(entry: Entry) -> Entry:
    """The row with its JSON and its cost in the form that the database gives back, so that its hash holds."""
    if entry.cost_eur is not None:
        entry = replace(entry, cost_eur=entry.cost_eur.quantize(COST_KEPT, ROUND_HALF_UP))
    unsteady = [name for name in JSON_FIELDS if _is_unsteady(getattr(entry, name))]
    if not unsteady:
        return entry
    return replace(
        entry, **cast("Mapping[str, Any]", {name: _steady(plain(getattr(entry, name))) for name in unsteady})
    )


def seal_hash(previous: bytes, links: Iterable[tuple[int, bytes]]) -> bytes:
    """The hash of a seal over the seal before it and its links in order of decision id."""
    chain = hashlib.sha256(previous)
    for decision_id, row_hash in links:
        chain.update(decision_id.to_bytes(8, "big"))
        chain.update(row_hash)
    return chain.digest()
