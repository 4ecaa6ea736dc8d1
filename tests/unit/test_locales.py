"""The catalogues: both complete and alike, everything that is shown has its text, and no text is dead."""

import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from api.approvals import Status as ApprovalStatus
from api.pages import approvals as approval_pages
from api.pages import decisions, faults, journal_words, machine_words, rule_words
from api.pages.chat import NOTES as CHAT_NOTES
from api.pages.frame import THEMES
from api.pages.heat import SPANS as HEAT_SPANS
from api.pages.order import ACTORS
from api.pages.places import Place
from api.pages.pulse import SPANS
from api.pages.pulse_behind import SHOWN
from api.pages.queue import AGES
from api.pages.signals import HOLDS, STATES
from bots.cards import DECLINE_REASONS
from bots.cards.move import LOGISTICS, SUPPLIED_BY
from bots.cards.order_facts import PARTIES
from bots.handlers import blockers
from bots.handlers.dead import UNREACHABLE
from bots.handlers.order_moves import REWORK_REASONS
from bots.handlers.order_reports import MEDIA
from bots.taps import Do, Mine
from domain import errors as domain_errors
from domain import money
from domain.agency import Mode
from domain.arbitration import Stance
from domain.assessment import Demand, Trend
from domain.checklist import PointAnswer
from domain.crises import Calm
from domain.crises import Metric as CrisisMetric
from domain.digest_facts import UNITS
from domain.digests import NAMES
from domain.errors import (
    ConflictError,
    DeskError,
)
from domain.followups import StepState
from domain.heat import Metric
from domain.journal import Outcome
from domain.kpi import KPIS, Unit
from domain.lacking import Lack
from domain.notices import KEPT_APART, NoticeKind
from domain.orders import OPEN_STATUSES, CancelReason, ClientDecision, Compliance, DeliveryMethod, Status, Verdict
from domain.people import ActorKind, Channel, Role
from domain.policy import (
    Action,
    ClockKind,
    DigestKind,
    Evidence,
    FollowUpKey,
    Risk,
    Section,
    SignalCode,
    StepKey,
    TimeBase,
    TransitionKind,
    VerdictKind,
)
from domain.policy.agents import Duty, RoleKpi, Tool, ToolKind
from domain.progress import CALLS, STEPS
from domain.remarks import RemarkKey
from domain.rights import Somebody
from domain.scorecards import Praise, Tip
from domain.severity import Severity
from domain.shifts import AwayFor, Presence
from guardrails.approval.hindrance import Hindrance
from guardrails.approval.votes import Ballot
from locales import LOCALES, facts, sentences, texts
from policy import load_policy
from store import errors as store_errors
from store.feed import OPEN
from store.invariants import BROKEN
from store.views.behind import Age
from store.views.decision_seals import ChainState
from store.views.money_decisions import MoneyKind
from store.views.order_timeline import KINDS
from store.views.queue_pages import SORTS
from tests.unit import catalogues
from tests.unit.catalogues import Asked, Entry, catalogue
from tools.step_notice import DEFAULT_PROPOSAL, PROPOSAL_OF

POLICY = load_policy()
PLURALS = {"ru": {"one", "few", "many"}, "en": {"one", "other"}}
PLURAL_WORDS = {"zero", "one", "two", "few", "many"}

# Rooms whose refusals people read; quarantined events and prompts are spoken of on the command line only.
UNSPOKEN = {"quarantine", "prompt"}
SPEAKING = ("domain", "store", "tools", "guardrails", "agents", "bots")

# A photo or a point lacks by its number (`photo:5`); a note may lack where the reason demands one.
LACKING = {*(set(Evidence) - {Evidence.PHOTOS}), "photo", "cancel_note"}
MERGED = set(NoticeKind) - KEPT_APART - {NoticeKind.DIGEST}

# What the rules and people give as evidence of a signal, by name; anything else stands as it was given.
# What a thing may be when it refuses, as the rules name it.
STATES_OF = {
    "order": ("managed", "nobody-eligible", "unowned", "decided", "theirs", "history"),
    "payment": ("nothing-paid", "nothing-left", "paid-in-full", "confirmed"),
    "discount": ("paid", "given", Status.CANCELLED),
    "violation": ("resolved", "acknowledged", "not-extendable", "no-order", "held"),
    "signal": ("settled", "no-order"),
    "approval": ("done", "rejected", "expired", "superseded", "altered", "outgrown", "needs-none"),
    "postmortem": ("written", "open"),
    "clock": ("paused", "running"),
}

FAMILIES: dict[str, Iterable[str]] = {
    "chat-note": CHAT_NOTES,
    "system-about": [name for name in machine_words.ABOUT if name != "order"],
    **{f"system-{kind}": names for kind, names in machine_words.CALLED.items()},
    "policy-until": ["next_working_day"],
    "web-fault": [str(status.value) for status in faults.SAID],
    "system-held": OPEN,
    "system-invariant": [str(number) for number, _ in enumerate(BROKEN, 1)],
    "system-outbox": ("queued", "sending", "failed", "unknown", "dead"),
    "system-scope": ("crm", "webhook", "person"),
    "system-set": Mode,
    "chat-step": [*STEPS.values(), *CALLS, "act", "refused"],
    "heat-day": [*map(str, range(1, 8)), *(f"short-{day}" for day in range(1, 8))],
    "circle": POLICY.circles.circles,
    "circles-stance": Stance,
    "crises-calm": Calm,
    "crises-metric": CrisisMetric,
    "crises-part": ["cause", "done", "effect", "protection"],
    "duty": Duty,
    "hears": [topic for each in POLICY.circles.hears for topic in each.what],
    "kpi-lacks": Lack,
    "kpi-of-role": [key for key in RoleKpi if key not in KPIS],
    "managers-presence": Presence,
    "managers-stage": OPEN_STATUSES,
    "mode": Mode,
    "signals-hold": [*HOLDS, "of"],
    "signals-state": STATES,
    "signals-status": ["open", "acknowledged", "snoozed", "resolved", "rejected"],
    "tool": [tool for tool in Tool if tool.kind in (ToolKind.READ, ToolKind.CONSULT)],
    "heat-metric": Metric,
    "heat-period": HEAT_SPANS,
    "heat-stage": OPEN_STATUSES,
    "heat-unit": Metric,
    "pulse-age": get_args(Age),
    "pulse-chart": ["open", "broken", "delivered", "words-lines", "words-bars"],
    "pulse-met": ["yes", "no"],
    "pulse-show": SHOWN,
    "pulse-trend": [*Trend, "none"],
    "queue-age": AGES,
    "queue-sort": SORTS,
    "place": Place,
    "decisions-period": decisions.SPANS,
    "decisions-verdict": VerdictKind,
    "decisions-kind": ActorKind,
    "decisions-channel": Channel,
    "decisions-actor": journal_words.HOUSE,
    "decisions-noted": facts.NOTED,
    "decisions-chain": [*ChainState, "state"],
    "fact": [*facts.LABELS, "is-true", "is-false"],
    "policy-file": rule_words.FILES,
    "policy-time": TimeBase,
    "policy-word": rule_words.WORDS,
    "approvals-hindrance": Hindrance,
    "approvals-said": Ballot,
    "approvals-state": approval_pages.STATES,
    "web-period": SPANS,
    "web-theme": THEMES,
    "action": Action,
    "answer": PointAnswer,
    "approval": get_args(ApprovalStatus),
    "ask": LOGISTICS,
    "blocker": blockers.REASONS,
    "blocker-awaits": blockers.AWAITED,
    "blocker-who": [blockers.MYSELF, *blockers.AWAITED],
    "breach": ClockKind,
    "button-answer": [ClientDecision.CONFIRMED, ClientDecision.DECLINED],
    "button-away": AwayFor,
    "button-crisis": ["calm", "insist"],
    "button-decision": ClientDecision,
    "button-flag": [flag.flag for flag in POLICY.checklist.forced_red],
    "button-medium": MEDIA,
    "button-mend": LOGISTICS,
    "button-mine": Mine,
    "button-supply": [do.name.lower() for do in SUPPLIED_BY.values() if do is not Do.OPEN],
    "button-verdict": Verdict,
    "clock": [*ClockKind, "order", "about"],
    "compliance": Compliance,
    "dead": UNREACHABLE,
    "decision": ClientDecision,
    "decline": DECLINE_REASONS,
    "delivery": DeliveryMethod,
    "digest": MERGED,
    "flag": [flag.flag for flag in POLICY.checklist.forced_red],
    "followup": [*FollowUpKey, *(f"{key}-draft" for key in FollowUpKey), *StepState],
    "kpi": KPIS,
    "kpi-column": ["name", "value", "before", "after", "change", "of", "target", "met"],
    "kpi-met": ["yes", "no", "unclear"],
    "kpi-target": Demand,
    "kpi-value": Unit,
    "judged": VerdictKind,
    "medium": MEDIA,
    "mine": [*Mine, *(f"{which}-empty" for which in Mine)],
    "missing": LACKING,
    "note-contact": PARTIES,
    "notice": NoticeKind,
    "outcome": [*Outcome, "held", "resolved", "extended"],
    "point": [point.key for point in POLICY.checklist.points],
    "praise": Praise,
    "proposal": {DEFAULT_PROPOSAL, *PROPOSAL_OF.values()},
    "reason": CancelReason,
    "remark": RemarkKey,
    "reminder": ClockKind,
    "report-number": UNITS,
    "report-row": [
        *("period", "hot", "nearest", "approval", "person", "signal", "kpi", "day", "ruling", "missing", "chain"),
        *("decide_approval", "decide_signal", "decide_order", "decide_load"),
    ],
    "report-slot": NAMES,
    "report-title": DigestKind,
    "rework": REWORK_REASONS,
    "risk": Risk,
    "role": Role,
    "role-mode": Mode,
    "section": Section,
    "severity": Severity,
    "sheet-actor": ACTORS,
    "sheet-clock": ["opened", "reminded", "breached", "escalated", "held", "resolved", "closed"],
    "sheet-component": [part.key for part in money.components(Decimal(2000), DeliveryMethod.CARGO, POLICY)],
    "sheet-decided": MoneyKind,
    "sheet-ground": POLICY.money.compensations,
    "sheet-kind": [kind for kind in TransitionKind if kind is not TransitionKind.NORMAL],
    "sheet-life": ["all", *KINDS],
    "sheet-somebody": Somebody,
    "sheet-verdict": VerdictKind,
    "sheet-vote": Ballot,
    "signal": SignalCode,
    "snooze": [option.key for option in POLICY.clocks.snooze],
    "status": Status,
    "step": StepKey,
    "tip": Tip,
    "verdict": Verdict,
}

# Words of other alphabets that stand in Russian texts: names, commands, units of the trade.
LATIN = {
    *(
        "AI",
        "API",
        "Enter",
        "Shift",
        "BikeWerk",
        "CEO",
        "CRM",
        "EMS",
        "HEIC",
        "JPEG",
        "PNG",
        "SLA",
        "Telegram",
        "Ctrl",
        "UTC",
        "WebP",
    ),
    *("ai", "ask", "ceo", "cfo", "pause", "resume", "rom", "rop", "shadow"),
    *("dead", "demo", "fresh", "help", "hot", "me", "order", "orders", "queue", "run", "shift", "start", "strangers"),
}


@pytest.fixture(params=LOCALES)
def locale(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# ── the two catalogues ───────────────────────────────────────────────────────────────────────────────────────────────
def test_both_languages_have_the_same_texts_in_the_same_files() -> None:
    filed = {locale: {(entry.file, entry.key) for entry in catalogues.written(locale)} for locale in LOCALES}
    assert filed["ru"] ^ filed["en"] == set()


def test_no_text_stands_twice(locale: str) -> None:
    counted = Counter(entry.key for entry in catalogues.written(locale))
    assert {key: count for key, count in counted.items() if count > 1} == {}


def test_a_text_has_the_same_variables_and_attributes_in_both_languages() -> None:
    ru, en = catalogue("ru"), catalogue("en")

    def shape(entry: Entry) -> tuple[set[str], frozenset[str]]:
        return set(entry.variables), entry.attributes

    assert [key for key in ru.keys() & en.keys() if shape(ru[key]) != shape(en[key])] == []


def test_a_count_has_every_plural_form_of_its_language(locale: str) -> None:
    lame = {
        entry.key: sorted(selection.variants)
        for entry in catalogues.written(locale)
        for selection in entry.selections
        if PLURAL_WORDS & selection.variants.keys() and not PLURALS[locale] <= selection.variants.keys()
    }
    assert lame == {}


def test_a_plural_form_says_its_number_because_one_is_also_twenty_one_in_russian() -> None:
    dumb = [
        (entry.key, form)
        for entry in catalogues.written("ru")
        for selection in entry.selections
        for form, inside in selection.variants.items()
        if form in PLURAL_WORDS
        and selection.variable not in inside.split()
        and entry.variables.count(selection.variable) < 2
    ]
    assert dumb == []


# ── natural Russian, as far as a machine can tell ────────────────────────────────────────────────────────────────────
def test_russian_texts_hold_no_english_words() -> None:
    left = {
        entry.key: sorted(foreign)
        for entry in catalogues.written("ru")
        if (foreign := {*re.findall(r"[A-Za-z]{2,}", re.sub(r"<[^>]*>|/[a-z]+|ai-[a-z]+", " ", entry.words))} - LATIN)
    }
    assert left == {}


def test_russian_texts_say_you_formally() -> None:
    familiar = re.compile(r"\b(ты|тебя|тебе|тобой|твой|твоя|твоё|твои|твоего)\b", re.IGNORECASE)
    assert [entry.key for entry in catalogues.written("ru") if familiar.search(entry.words)] == []


def test_roles_are_called_in_russian_as_the_company_calls_them() -> None:
    misnamed = re.compile(r"AI-(ROP|ROM)\b|ИИ-")
    assert [entry.key for entry in catalogues.written("ru") if misnamed.search(entry.words)] == []


# ── everything that is shown ─────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("family", FAMILIES)
def test_every_value_that_people_see_has_its_text(family: str, locale: str) -> None:
    assert [name for name in FAMILIES[family] if not texts(locale).has(f"{family}-{name}")] == []


def test_every_error_of_the_family_has_its_text(locale: str) -> None:
    kinds = [*vars(domain_errors).values(), *vars(store_errors).values()]
    codes = {kind.code for kind in kinds if isinstance(kind, type) and issubclass(kind, DeskError)}
    assert [code for code in codes if not texts(locale).has(f"error-{code}")] == []


@pytest.mark.parametrize(("error", "family"), [("NotFoundError", "thing"), ("ConflictError", "error-conflict")])
def test_whatever_the_rules_refuse_has_a_name(error: str, family: str, locale: str) -> None:
    kinds = catalogues.raised(error, "kind", rooms=SPEAKING) - UNSPOKEN
    assert kinds
    assert [kind for kind in kinds if not texts(locale).has(f"{family}-{kind}")] == []


def test_every_month_and_weekday_has_its_name(locale: str) -> None:
    keys = [*(f"month-{month}" for month in range(1, 13)), *(f"demo-weekday-{day}" for day in range(7))]
    assert [key for key in keys if not texts(locale).has(key)] == []


def test_every_text_that_the_code_names_is_there() -> None:
    known = catalogue("ru").keys()
    assert [asked for asked in catalogues.asked() if not _meant(asked, known)] == []


def test_whoever_asks_for_a_text_fills_in_exactly_its_variables() -> None:
    known = catalogue("ru")
    wrong = [
        (asked.where, asked.key, sorted(asked.names ^ set(known[asked.key].variables)))
        for asked in catalogues.asked()
        if isinstance(asked.key, str) and asked.names is not None and asked.key in known
        if asked.names ^ set(known[asked.key].variables)
    ]
    assert wrong == []


def test_the_bot_writes_numbers_of_orders_as_the_language_does() -> None:
    code = {path: path.read_text() for room in ("cards", "handlers") for path in Path("bots", room).glob("*.py")}
    assert [str(path) for path, text in code.items() if "№{" in text] == []


def test_no_text_is_dead() -> None:
    constants, patterns = catalogues.constants(), catalogues.patterns()
    dead = [
        key
        for key in catalogue("ru")
        if key not in constants and not (any(made.fullmatch(key) for made in patterns) and _belongs(key))
    ]
    assert dead == []


def _meant(asked: Asked, known: Iterable[str]) -> bool:
    if isinstance(asked.key, str):
        return asked.key in known
    return any(asked.key.fullmatch(key) for key in known)


def _belongs(key: str) -> bool:
    """Whether a key that is put together from parts is one that can come out; the longest family decides."""
    family = max((name for name in FAMILIES if key.startswith(f"{name}-")), key=len, default=None)
    return family is None or key.removeprefix(f"{family}-") in {str(name) for name in FAMILIES[family]}


def test_no_state_in_which_something_is_refused_is_told_as_another_one(locale: str) -> None:
    """A state that the sentence does not know would fall into the branch of another one, or into the plainest text."""
    said = [
        sentences.refusal(ConflictError(kind=kind, state=state, name="1042"), texts(locale))
        for kind, states in STATES_OF.items()
        for state in states
    ]
    assert len(said) == len(set(said))
    assert texts(locale).get("error-conflict") not in said
