"""Digests: rules gather the numbers into slots, the model writes words around them, code fills them in and sends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from agents.toolbox import ModelTool
from domain.commands import SendDigest
from domain.crises import codes_of
from domain.digest_facts import CHAINS, Value, chain, values
from domain.digests import filled, findings, outside
from domain.errors import DeskError
from domain.foreign import Fact
from domain.policy import DigestKind
from domain.queries import (
    HotList,
    LoadForecast,
    LookAtApprovals,
    LookAtCircles,
    LookAtDecisions,
    LookAtKpis,
    LookAtManagers,
    LookAtQueue,
    LookAtSignals,
    Precedents,
    Query,
)
from graph.duties.checks import claimed, is_done, promised, ungrounded
from graph.duties.digest_words import meanings, plain, worded
from graph.session import Session
from prompts import MOMENT
from store.agents.turns import TurnSupersededError

LONGEST: Final = 6_000
"""Characters of a filled digest."""
_MINUTE: Final = timedelta(minutes=1)
_LONGEST_PERIOD: Final = 99_999


@dataclass(slots=True)
class DigestDuty:
    """One digest of one turn; what it has gathered stays with it until it is sent."""

    kind: DigestKind
    figures: dict[str, Value] = field(default_factory=dict[str, Value])
    said: dict[str, str] = field(default_factory=dict[str, str])
    prompt_name: str = ""
    remembers: bool = False

    @property
    def task(self) -> str:
        """The duty's prompt, as the policy names it."""
        return self.prompt_name

    def slots(self, session: Session) -> Mapping[str, str]:
        """The present, the span, and the slots with their meaning."""
        moment = {
            "now": session.local_now,
            "period": self.said.get("period", ""),
            "slots": meanings(self.kind, self.said, session.texts),
        }
        return {name: value for name, value in moment.items() if name in MOMENT[session.prompt.duty]}

    async def gather(self, session: Session) -> Mapping[str, Fact]:
        """The values of all slots."""
        answers = await _answers(self.kind, session)
        crisis = codes_of(session.policy)
        self.figures = values(self.kind, answers, circles=_circles(answers, session), crisis=crisis)
        self.said = worded(self.figures, session.texts)
        return {"slots": self.said}

    def tools(self, session: Session) -> Sequence[ModelTool]:
        """None: everything is on the table."""
        return ()

    def findings(self, session: Session, text: str) -> Sequence[str]:
        """Slots, numbers of its own, promises, claims, and length."""
        found = findings(self.kind, text, self.said)
        words = outside(text)
        long = len(text) + sum(map(len, self.said.values())) > LONGEST
        return [
            *found,
            *ungrounded(session, words),
            *promised(session, words),
            *claimed(session, words),
            *([f"too-long: {LONGEST}"] if long else []),
        ]

    async def plain(self, session: Session) -> str | None:
        """The catalogue's text, with the same slots."""
        return plain(self.kind, self.figures, session.texts)

    async def enact(self, session: Session, text: str) -> str:
        """Fill the slots in; then keep the digest and tell its readers, unless it is only looked at."""
        written = filled(text, self.said)
        about = session.turn.about
        await session.told(step="digest", kind=self.kind.value, slots=self.said, facts=self.figures, template=text)
        if not about["send"]:
            return written
        command = SendDigest(
            kind=self.kind,
            period_from=datetime.fromisoformat(str(about["period_from"])),
            period_to=datetime.fromisoformat(str(about["period_to"])),
            locale="en" if session.turn.locale == "en" else "ru",
            template=text,
            slots=self.said,
            text=written,
        )
        try:
            done = await session.agency.act(session.run, command)
        except TurnSupersededError:
            raise
        except DeskError as error:  # the gate has journaled its refusal
            await session.told(step="refused", action=command.action.value, code=error.code)
            return written
        if is_done(done):
            session.done.append(command.action.value)
        return written


# ── facts ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _queries(kind: DigestKind, period: str) -> Sequence[Query]:
    people, kpis = LookAtManagers(period=period), LookAtKpis(period=period)
    queue, hot, signals, approvals = LookAtQueue(limit=5), HotList(limit=10), LookAtSignals(limit=30), LookAtApprovals()
    match kind:
        case DigestKind.SHIFT:
            return (kpis, queue, hot, signals, approvals, people)
        case DigestKind.DAILY:
            return (kpis, queue, hot, signals, approvals, people, LoadForecast())
        case DigestKind.CRISIS:
            return (queue, hot, signals, approvals, people)
        case DigestKind.BRIEF:
            return (kpis, hot, signals, approvals, LoadForecast(), Precedents(limit=3))
        case DigestKind.WEEKLY:
            return (kpis, signals, Precedents(limit=5))


async def _answers(kind: DigestKind, session: Session) -> dict[str, Any]:
    about = session.turn.about
    since = datetime.fromisoformat(str(about["period_from"]))
    minutes = min(max(1, (session.agency.now - since) // _MINUTE), _LONGEST_PERIOD)
    period = f"{minutes}m"
    answers: dict[str, Any] = {query.name: (await _looked(query, session)) for query in _queries(kind, period)}
    if kind in (DigestKind.BRIEF, DigestKind.WEEKLY):
        roles = session.policy.roles.roles
        answers["look_at_circles"] = [await _looked(LookAtCircles(role=role, period=period), session) for role in roles]
    if kind is DigestKind.WEEKLY:
        answers |= await _chains(period, session)
    return answers


async def _chains(period: str, session: Session) -> dict[str, Any]:
    """Signals settled in the span and those raised in it and still open, each with what was decided on its order.

    Half of the room for each, more where the other needs less; how many there were in all is told too.
    """
    settled = await _looked(LookAtSignals(settled=True, period=period, limit=50), session)
    opened = await _looked(LookAtSignals(period=period, limit=50), session)
    told, waiting = settled["signals"], opened["signals"]
    ended = told[: max(CHAINS // 2, CHAINS - len(waiting))]
    chains: list[Any] = []
    for signal in [*ended, *waiting[: CHAINS - len(ended)]]:
        decided: Sequence[Mapping[str, Any]] = ()
        if signal["order"] is not None:
            query = LookAtDecisions(order=signal["order"], period=period, limit=30)
            decided = (await _looked(query, session))["decisions"]
        chains.append(chain(signal, decided))
    return {"chains": chains, "chains_total": settled["in_period_total"] + opened["in_period_total"]}


async def _looked(query: Query, session: Session) -> Mapping[str, Any]:
    answer = await session.agency.look(session.run, query)
    session.learn(answer)
    return answer.facts


def _circles(answers: Mapping[str, Any], session: Session) -> dict[str, dict[str, Any]]:
    """Each circle with its roles, its priority, and whether anything of it is measured."""
    measured = {
        each["circle"]
        for each in answers.get("look_at_circles", ())
        if any(_has_value(kpi) for kpi in each["kpis"].values())
    }
    roles = session.policy.roles.roles.values()
    return {
        key: {
            "name": circle.name,
            "roles": [role.name for role in roles if role.circle == key],
            "priority": circle.priority,
            "measured": key in measured,
        }
        for key, circle in session.policy.circles.circles.items()
    }


def _has_value(kpi: Mapping[str, Any]) -> bool:
    return any(name.startswith("value_") and value is not None for name, value in kpi.items())
