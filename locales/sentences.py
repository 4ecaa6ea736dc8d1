"""Sentences that take more than one key: next steps, what lacks for a move, refusals. Plain text, for every door."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from domain import remarks
from domain.errors import DeskError
from domain.orders import Status
from domain.people import Role
from domain.policy import ClockKind
from locales import Param, Texts, times
from locales.allowed import listed
from locales.amounts import euros

# What a step's text falls back on where the order was given its step without looking closer (imports, the auditor).
_STEP_DEFAULTS: Mapping[str, Param] = {
    "count": 1,
    "remaining": 1,
    "total": 28,
    "points": "—",
    "carrier": "—",
    "tracking_number": "—",
}
_STEP_NUMBERS = ("count", "remaining", "total")
_GROUPED = ("checklist", "photo")


def step(key: str, params: Mapping[str, object], texts: Texts) -> str:
    """The next step of an order in words; `params` as `domain.next_step` made them."""
    given = {name: str(value) for name, value in params.items()}
    known: dict[str, Param] = {**_STEP_DEFAULTS, **{name: value for name, value in given.items() if value}}
    numbers = {name: int(str(value)) for name, value in known.items() if name in _STEP_NUMBERS}
    return texts.get(f"step-{key}", **{**known, **numbers})


def missing(items: Iterable[str], texts: Texts) -> list[str]:
    """What lacks for a move, one line a kind: points and photos by their numbers (`checklist:14` and the like)."""
    points: defaultdict[str, list[int]] = defaultdict(list)
    single: list[str] = []
    for item in items:
        name, colon, number = item.partition(":")
        if colon and name in _GROUPED:
            points[name].append(int(number))
        else:
            single.append(texts.get(f"missing-{item}"))
    grouped = [
        texts.get(f"missing-{name}", count=len(points[name]), points=ranges(points[name]))
        for name in _GROUPED
        if points[name]
    ]
    return [*grouped, *single]


def ranges(numbers: Sequence[int]) -> str:
    """Numbers with runs of three and more joined: «1–4, 7, 8»."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        f"{run[0]}\N{EN DASH}{run[-1]}" if len(run) > 2 else ", ".join(str(number) for number in run) for run in runs
    )


# Which family of texts names a fact of a remark.
_FACTS: Mapping[str, str] = {
    "source": "status",
    "target": "status",
    "status": "status",
    "reason": "reason",
    "decision": "decision",
    "outcome": "approval",
}


def reason(kept: str, texts: Texts) -> str:
    """A kept reason or resolution: the system's own remark in words, somebody's own words as they are."""
    said = remarks.read(kept)
    if said is None:
        return kept
    facts = {name: texts.get(f"{_FACTS[name]}-{value}") for name, value in said.facts.items()}
    words = texts.get(f"remark-{said.key}", **facts)
    return texts.get("remark-with-words", remark=words, words=said.words) if said.words else words


def status(name: object, texts: Texts) -> str:
    """A status by its machine name, or the name itself when it is none."""
    key = f"status-{name}"
    return texts.get(key) if texts.has(key) else str(name)


def refusal(error: DeskError, texts: Texts) -> str:
    """An expected error in words: what is the matter, and what is possible instead."""
    make = _SENTENCES.get(error.code)
    if make is not None:
        return make(error, texts)
    key = f"error-{error.code}"
    return texts.get(key if texts.has(key) else "error-error", **_params(error))


def _params(error: DeskError) -> dict[str, Param]:
    return {name: value for name, value in error.params.items() if name.isidentifier()}


def _not_found(error: DeskError, texts: Texts) -> str:
    own = f"error-not-found-{error.params.get('kind')}"
    if texts.has(own):
        return texts.get(own)
    kind, name = f"thing-{error.params.get('kind')}", _name(error, texts)
    return texts.get("error-not-found", thing=texts.get(kind if texts.has(kind) else "thing-other", name=name))


def _name(error: DeskError, texts: Texts) -> str:
    """A clock is called by its kind, everything else by its number, code or name."""
    name = str(error.params.get("name", ""))
    return texts.get(f"clock-{name}") if name in tuple(ClockKind) else name


def _invalid_input(error: DeskError, texts: Texts) -> str:
    field = str(error.params.get("field", ""))
    if "longest" in error.params:
        return texts.get("error-too-long", longest=error.params["longest"], given=error.params["given"])
    own = next((key for key in _own_sentences(field, error) if texts.has(key)), None)
    if own is not None:
        return texts.get(own, **_params(error) | _facts_of(error, texts))
    if "bound" in error.params:
        key = f"error-bound-{error.params['bound']}"
        return texts.get(key, field=_field(field, texts), limit=error.params["bound_at"])
    allowed = ", ".join(listed(error.allowed, texts))
    key = "error-invalid-allowed" if allowed else "error-invalid-input"
    return texts.get(key, field=_field(field, texts), allowed=allowed)


def _own_sentences(field: str, error: DeskError) -> Iterator[str]:
    """The keys of a field's own sentence, the closest first: the broken rule's, then the field's."""
    last = field.rpartition(".")[2]
    if "rule" in error.params:
        yield f"invalid-{last}-{error.params['rule']}"
    yield f"invalid-{last}"


def _field(field: str, texts: Texts) -> str:
    """A field by the name under which facts show it, or by its machine name."""
    key = f"fact-{field.rpartition('.')[2]}"
    return texts.get(key) if texts.has(key) else field


def _facts_of(error: DeskError, texts: Texts) -> dict[str, Param]:
    """Amounts, lengths and dates among the parameters, as people write them."""
    return {name: _WORDED[name](str(value), texts) for name, value in error.params.items() if name in _WORDED}


def _amount(value: str, texts: Texts) -> str:
    return euros(Decimal(value), texts)


def _length(minutes: str, texts: Texts) -> str:
    return times.span(timedelta(minutes=int(minutes)), texts=texts)


def _day(value: str, texts: Texts) -> str:
    return times.whole_day(date.fromisoformat(value), texts=texts)


# The parameters of a refused value that are more than a number.
_WORDED: Mapping[str, Callable[[str, Texts], str]] = {
    "low": _amount,
    "high": _amount,
    "price": _amount,
    "recorded": _amount,
    "longest_minutes": _length,
    "first": _day,
    "last": _day,
}


def _transition_refused(error: DeskError, texts: Texts) -> str:
    source, target = status(error.params["source"], texts), status(error.params["target"], texts)
    refused = texts.get("error-transition-refused", source=source, target=target)
    allowed = ", ".join(texts.get("quoted", words=status(name, texts)) for name in error.allowed)
    return f"{refused} {texts.get('error-transition-allowed', allowed=allowed)}" if allowed else refused


def _evidence_missing(error: DeskError, texts: Texts) -> str:
    head = texts.get("error-evidence-missing", target=status(error.params["target"], texts))
    return "\n".join([head, *(f"• {line}" for line in missing(error.missing, texts))])


def _roles(error: DeskError, texts: Texts) -> str:
    return ", ".join(texts.get(f"role-{role}") for role in error.allowed if role in tuple(Role))


def _forbidden(error: DeskError, texts: Texts) -> str:
    match error.params.get("rule"):
        case "voters":
            return texts.get("error-forbidden-voters", allowed=_roles(error, texts))
        case "pages-by-role":
            return texts.get("error-forbidden-page", allowed=_roles(error, texts))
        case "heads-loosen":
            return texts.get("error-forbidden-loosen")
        case "not-your-own-request":
            return texts.get("error-forbidden-self")
        case "managers-see-their-own-orders":
            return texts.get("error-forbidden-card")
        case "leaders-only" | "digest-audience":
            return texts.get("error-forbidden-leaders")
        case _:
            own = error.params.get("role") == Role.MANAGER
            return texts.get("error-forbidden-own" if own else "error-forbidden")


def _conflict(error: DeskError, texts: Texts) -> str:
    kind, state = error.params.get("kind"), str(error.params.get("state", ""))
    if kind == "violation" and state == "held":
        return texts.get("error-conflict-held", by=str(error.params.get("by", "")))
    if kind == "order" and state in tuple(Status):
        return _order_in_status(error, state, texts)
    key = f"error-conflict-order-{state}" if kind == "order" else f"error-conflict-{kind}"
    if not texts.has(key):
        return texts.get("error-conflict")
    sums = {name: _euros(error, f"{name}_eur", texts) for name in ("paid", "returned")}
    return texts.get(key, state=state, name=_name(error, texts), status=status(state, texts), **sums)


def _order_in_status(error: DeskError, state: str, texts: Texts) -> str:
    refused = texts.get("error-conflict-order", status=status(state, texts))
    fitting = ", ".join(
        texts.get("quoted", words=status(name, texts)) for name in error.allowed if name in tuple(Status)
    )
    return f"{refused} {texts.get('error-conflict-order-fits', allowed=fitting)}" if fitting else refused


def _euros(error: DeskError, name: str, texts: Texts) -> str:
    return euros(Decimal(str(error.params.get(name, 0))), texts)


_SENTENCES = {
    "not-found": _not_found,
    "invalid-input": _invalid_input,
    "transition-refused": _transition_refused,
    "evidence-missing": _evidence_missing,
    "forbidden": _forbidden,
    "conflict": _conflict,
}
