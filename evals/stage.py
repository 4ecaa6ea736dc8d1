"""The stage of scenarios and attacks: a small company on a scratch database, its orders, its time and its agents.

    async with stage(url) as company:
        order = await company.order("under_inspection", owner="Анна")
        turn = await company.say("Олег", "ai-rop", "что горит?", OfflineModel())
        await company.passes(timedelta(hours=5))

It is Wednesday noon in Moscow, everybody is on shift. Whatever happens, happens through the gate.
"""

import itertools
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import text
from uuid_utils.compat import uuid7

from agents.models.model import ChatModel
from agents.offline.model import OfflineModel
from agents.roster import Crew
from domain.commands import (
    AcceptOrder,
    AddNote,
    AdvanceOrder,
    AnswerChecklist,
    Command,
    IntakeOrders,
    NewOrder,
    PointAnswer,
    ReassignOrder,
    RecordClientDecision,
    RecordCompliance,
    RecordPayment,
    SweepClocks,
)
from domain.orders import ClientDecision, Compliance, Order, Status, Verdict
from domain.people import CRM_FEED, WATCHDOG, Actor, Channel, Role
from domain.timeline import ManualTimeline
from evals.bench.ground import NOON
from graph.runner import Runner, runner_of
from graph.threads import checkpoints
from guardrails.approval.proposals import Waiting
from guardrails.conversation import ask
from guardrails.decisive import decide
from guardrails.desk import Desk
from policy import load_policy
from prompts import Prompts
from store import (
    people,
    policies,
)
from store.agents import turns
from store.agents.turns import (
    NewTurn,
    Turn,
    TurnKind,
)
from store.database import Database
from store.desk import orders

STAFF: Final[Mapping[str, Role]] = MappingProxyType(
    {
        "Анна": Role.MANAGER,
        "Борис": Role.MANAGER,
        "Вера": Role.MANAGER,
        "Вера Соколова": Role.MANAGER,
        "Олег": Role.ADMIN,
        "Павел": Role.HEAD,
        "Ольга": Role.OWNER,
        "Виктор": Role.VIEWER,
    }
)
"""Who may work in the company; two of them are called Вера, where a scenario wants both."""
USUAL: Final = tuple(name for name in STAFF if name != "Вера Соколова")


@dataclass(slots=True, kw_only=True)
class Stage:
    """The company and its agents."""

    desk: Desk
    timeline: ManualTimeline
    base: Runner
    prompts: Prompts
    offline: ChatModel
    people: dict[str, int] = field(default_factory=dict[str, int])
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    # ── people and orders ────────────────────────────────────────────────────────────────────────────────────────────
    async def hire(self, names: Sequence[str]) -> None:
        """These people come to work."""
        async with self.desk.db.transaction() as tx:
            await policies.register(tx, self.desk.policy, now=self.timeline.now())
            for name in names:
                self.people[name] = await people.add(
                    tx,
                    name=name,
                    role=STAFF[name],
                    team="default",
                    capacity=50,
                    telegram_id=1_000 + len(self.people),
                    now=self.timeline.now(),
                )

    def person(self, name: str) -> Actor:
        """Somebody of the staff, asking through Telegram."""
        return Actor.person(self.people[name], Channel.TELEGRAM)

    async def order(
        self,
        status: Status = Status.PENDING_MANAGER,
        *,
        owner: str | None = None,
        paid: Decimal = Decimal(0),
        **says: Any,
    ) -> Order:
        """An order of this owner, at most awaiting_payment; `says` is what the CRM says of it, and its note."""
        number, note = next(self._numbers), says.pop("note", None)
        usual = {
            "crm_id": f"crm-{number}",
            "client_name": "Иван Петров",
            "city": "Казань",
            "bike": "Canyon Spectral 29",
            "price_eur": Decimal(2000),
        }
        done = await self.done(IntakeOrders(orders=(NewOrder.model_validate(usual | says),)), CRM_FEED)
        order = await self.see(done.value[0].code)
        if owner is not None and order.owner_id != self.people[owner]:
            handed = ReassignOrder(order=order.code, manager_id=self.people[owner], reason="Так задано")
            await self.done(handed, self.person("Павел"))
        if note is not None:
            await self.done(AddNote(order=order.code, text=note), CRM_FEED)
        await self._moved(order, status)
        if paid:
            await self.done(RecordPayment(order=order.code, amount_eur=paid, reference=f"P-{number}"), CRM_FEED)
        return await self.see(order.code)

    async def _moved(self, order: Order, status: Status) -> None:
        """Along the path by its owner's reports."""
        path = (Status.PENDING_MANAGER, Status.UNDER_INSPECTION, Status.AWAITING_PAYMENT)
        by = Actor.person((await self.see(order.code)).owner_id or 0, Channel.TELEGRAM)
        if path.index(status) >= 1:
            await self.done(AcceptOrder(order=order.code), by)
        if path.index(status) >= 2:
            points = self.desk.policy.checklist
            answers = tuple(
                PointAnswer(
                    point=point.number,
                    answer="ok",
                    photos=(f"photo-{point.number}.jpg",) if point.artefact else (),
                    verdict=Verdict.GREEN if point.number == points.verdict_point else None,
                )
                for point in points.points
            )
            await self.done(AnswerChecklist(order=order.code, answers=answers), by)
            await self.done(AddNote(order=order.code, text="Осмотр закончен"), by)
            await self.done(AdvanceOrder(order=order.code, to=Status.AWAITING_PAYMENT), by)
            await self.done(RecordClientDecision(order=order.code, decision=ClientDecision.CONFIRMED), by)
            await self.done(RecordCompliance(order=order.code, state=Compliance.CLEAR), self.person("Павел"))

    async def see(self, code: str) -> Order:
        """The order as it stands."""
        async with self.desk.db.reading() as tx:
            return await orders.get(tx, code)

    async def done(self, command: Command, by: Actor) -> Any:
        """Something that happens at once."""
        done = await self.desk.gate.perform(command, by)
        assert not isinstance(done, Waiting), f"{command!r} waits for approval"
        return done

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────
    async def passes(self, span: timedelta) -> None:
        """Time goes by; then the watchdog looks until nothing is due."""
        self.timeline.forward(span)
        while True:
            swept = await self.done(SweepClocks(), WATCHDOG)
            if int(swept.value) + await decide(self.desk.gate, self.desk.approvals) == 0:
                return

    # ── agents ───────────────────────────────────────────────────────────────────────────────────────────────────────
    def runner(self, model_of: Callable[[str], ChatModel]) -> Runner:
        """The graph with these models behind its roles."""
        crew = Crew(self.desk.policy, self.prompts, model_of=model_of, offline=self.offline)
        return replace(self.base, crew=crew)

    async def say(self, who: str, role: str, words: str, model: ChatModel) -> Turn:
        """Somebody says something to a role, whose turn is carried out."""
        async with self.desk.db.reading() as tx:
            person = await people.get(tx, self.people[who])
        asked = await ask(self.desk, person, role, words, channel=Channel.TELEGRAM, locale="ru")
        return await self.carried_out(asked.turn_id, self.runner(lambda _role: model))

    async def turn(self, role: str, kind: TurnKind, words: str, about: Mapping[str, object], person: str | None) -> int:
        """A turn of any kind, as the desk itself or a person sets it off; it waits to be carried out."""
        new = NewTurn(
            thread=f"stage:{uuid7().hex}",
            role=role,
            kind=kind,
            channel=Channel.TELEGRAM.value,
            trace_id=uuid7().hex,
            words=words,
            person_id=None if person is None else self.people[person],
            about=about,
        )
        async with self.desk.db.transaction() as tx:
            turn_id = await turns.ask(tx, new, now=self.timeline.now())
        assert turn_id is not None
        return turn_id

    async def carried_out(self, turn_id: int, runner: Runner) -> Turn:
        """The turn after its run."""
        await runner.run(turn_id)
        async with self.desk.db.reading() as tx:
            return await turns.get(tx, turn_id)

    # ── what stands in the database ──────────────────────────────────────────────────────────────────────────────────
    async def rows(self, statement: str, **parameters: object) -> list[dict[str, Any]]:
        """What a query reads."""
        async with self.desk.db.reading() as tx:
            return [dict(row) for row in (await tx.execute(text(statement), parameters)).mappings()]


@asynccontextmanager
async def stage(url: str, staff: Sequence[str] = USUAL) -> AsyncGenerator[Stage]:
    """The company on an empty migrated database, its staff at work."""
    db, timeline, policy = Database(url), ManualTimeline(NOON), load_policy()
    try:
        async with checkpoints(url) as saver:
            desk, prompts, offline = Desk.of(db, policy, timeline), Prompts.load(), OfflineModel()
            crew = Crew(policy, prompts, model_of=lambda _role: offline, offline=offline)
            base = runner_of(desk, crew, saver)
            made = Stage(desk=desk, timeline=timeline, base=base, prompts=prompts, offline=offline)
            await made.hire(staff)
            yield made
    finally:
        await db.close()
