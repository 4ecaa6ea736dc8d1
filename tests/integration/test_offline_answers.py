"""What the offline model says of a real company is grounded in what it was told; it promises and claims nothing."""

import json
from zoneinfo import ZoneInfo

from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from agents.offline.answers import worded
from agents.offline.model import OfflineModel
from domain.arbitration import Stance
from domain.commands import RuleConflict, TakePosition
from domain.orders import Status
from domain.people import Actor, ActorKind, Channel
from domain.queries import (
    HotList,
    LoadForecast,
    LookAtApprovals,
    LookAtCalendar,
    LookAtCircles,
    LookAtDecisions,
    LookAtKpis,
    LookAtManagers,
    LookAtOrder,
    LookAtQueue,
    LookAtSignals,
    Precedents,
    Query,
)
from guardrails.reading import Reader
from guardrails.text.claims import unfounded_claims
from guardrails.text.foreign import as_data
from guardrails.text.grounding import Grounds
from guardrails.text.promises import promises
from locales import texts
from store.database import Database
from tests.integration.busy_company import BusyCompany
from tests.integration.desk import Desk

ZONE = ZoneInfo("Europe/Moscow")
ROP = Actor(kind=ActorKind.AGENT, name="ai-rop", channel=Channel.GRAPH)
ALL: tuple[Query, ...] = (
    LookAtQueue(),
    HotList(),
    LookAtKpis(),
    LookAtManagers(),
    LoadForecast(),
    LookAtCircles(role="ai-ceo"),
    LookAtSignals(),
    LookAtDecisions(limit=30),
    LookAtApprovals(),
    LookAtCalendar(),
    Precedents(),
)


async def test_every_answer_about_real_facts_passes_the_checks_of_texts(db: Database) -> None:
    desk = await Desk.open(db)
    await BusyCompany(desk, 1).work(120, hours=24 * 12)
    codes = [row["code"] for row in await desk.rows("SELECT code FROM orders ORDER BY id LIMIT 15")]
    reader = Reader(desk.db, desk.policy, desk.timeline)
    for query in (*ALL, *(LookAtOrder(order=code) for code in codes)):
        answer = await reader.ask(query, ROP)
        told = ToolMessage(as_data(answer.facts), tool_call_id="1", name=query.name)
        for words in ("что там", "what is there"):
            said = await OfflineModel().complete([HumanMessage(words), AIMessage(""), told], [], deadline_s=1)
            grounds = Grounds([answer.facts], words=words, zone=ZONE)
            assert grounds.ungrounded(said.text) == [], said.text[-700:]
            assert promises(said.text) == []
            assert unfounded_claims(said.text, done=()) == []


async def test_precedents_and_circles_are_told_in_words(db: Database) -> None:
    desk = await Desk.open(db)
    order = await desk.to_status(await desk.order(), Status.UNDER_INSPECTION)
    for role, stance in (("ai-rop", Stance.PROCEED), ("ai-grc", Stance.HOLD)):
        await desk.do(TakePosition(order=order.code, stance=stance, reason="Есть причина"), Actor.agent(role))
    say = texts("ru")
    reader = Reader(desk.db, desk.policy, desk.timeline)
    ceo = Actor.agent("ai-ceo")

    async def told(query: Query) -> str:
        return worded([(query.name, json.loads(as_data((await reader.ask(query, ceo)).facts)))], say)

    assert "круги спорят: по порядку приоритетов прав AI-GRC (задержать)" in await told(Precedents(order=order.code))
    await desk.do(RuleConflict(order=order.code, reason="AI-GRC прав"), ceo)
    assert "18 ноября, 12:00, заказ" in await told(Precedents())
    assert "круги сейчас не спорят" in await told(Precedents(order=order.code))
    assert "AI-РОП" in await told(LookAtCircles(role="ai-rop"))
    journal = await told(LookAtDecisions(order=order.code))
    assert "кто: AI-РОП" in journal
    assert "2026-" not in journal
