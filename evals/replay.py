"""Scenarios are played through graph, gate and tools on a scratch database; end state and journal are compared."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from agents.models.model import ChatModel
from domain.commands import SetAiMode
from domain.errors import DeskError
from domain.orders import Status
from evals.players import BASELINES, AlwaysYes, Down, Scripted
from evals.scenario import Answer, Chat, Edit, Ending, Model, OrderInWorld, Row, Scenario, Switch, Vote, Wait, Waiting
from evals.stage import Stage, stage
from guardrails.approval.approvals import Ballot
from store.agents.turns import Turn
from store.desk import approvals

Databases = Callable[[], AbstractAsyncContextManager[str]]
"""Makes an empty migrated database and drops it afterwards."""
P = TypeVar("P", bound=BaseModel)


@dataclass(slots=True, kw_only=True)
class Play:
    """One scenario in one world: its orders' codes, and what was not as it should be."""

    company: Stage
    codes: Mapping[str, str]
    stand_in: type[ChatModel] | None
    mark: int
    wrong: list[str] = field(default_factory=list[str])

    # ── steps ────────────────────────────────────────────────────────────────────────────────────────────────────────
    async def step(self, step: object) -> None:
        """One step of the scenario."""
        match step:
            case Chat():
                turn = await self.company.say(step.by, step.to, step.say, self._model(step.model))
                self._judge_answer(turn, step.answer)
            case Vote():
                await self._vote(step)
            case Edit():
                newest = await self._newest_approval()
                if newest is not None:
                    await self.company.desk.approvals.edit(newest, step.edit, by=self.company.person(step.by))
            case Wait():
                await self.company.passes(step.wait)
            case Switch():
                command = SetAiMode(role=step.role, mode=step.switch, reason="Так задано сценарием")
                await self.company.done(command, self.company.person(step.by))
            case Waiting():
                await self._run_turns(step)
            case _:
                raise AssertionError(f"no such step: {step!r}")

    async def _newest_approval(self) -> int | None:
        """What is to be decided; that nobody asked for anything is wrong, and does not stop the play."""
        asked = await self._approvals()
        if not asked:
            self.wrong.append("nothing was put before people")
            return None
        return int(asked[-1]["id"])

    async def _vote(self, step: Vote) -> None:
        approval_id = await self._newest_approval()
        if approval_id is None:
            return
        async with self.company.desk.db.reading() as tx:
            seen = (await approvals.get(tx, approval_id)).arguments_hash
        by = self.company.person(step.by)
        refused = None
        try:
            await self.company.desk.approvals.vote(
                approval_id, Ballot(step.vote), seen_hash=seen, by=by, reason=step.reason
            )
        except DeskError as error:
            refused = error.code
        if refused != step.refused:
            self.wrong.append(f"the vote of {step.by}: {refused or 'counted'}, not {step.refused or 'counted'}")

    async def _run_turns(self, step: Waiting) -> None:
        waiting = await self.company.rows(
            "SELECT id FROM ai_turns WHERE state = 'queued' AND kind = :kind ORDER BY id", kind=step.run_turns
        )
        if not waiting:
            self.wrong.append(f"no {step.run_turns} is waiting")
        model = self._model(step.model)
        for row in waiting:
            turn = await self.company.carried_out(row["id"], self.company.runner(lambda _role: model))
            self._judge_answer(turn, step.answer)

    def _model(self, model: Model) -> ChatModel:
        if self.stand_in is not None:
            return self.stand_in()
        match model:
            case "offline":
                return self.company.offline
            case "down":
                return Down()
            case "always_yes":
                return AlwaysYes()
            case _:
                return Scripted([said.reply() for said in model])

    def _judge_answer(self, turn: Turn, answer: Answer) -> None:
        said = turn.answer or ""
        self.wrong += [f"the answer lacks '{part}': {said}" for part in answer.contains if part not in said]
        self.wrong += [f"the answer says '{part}': {said}" for part in answer.lacks if part in said]
        verdict, offline = turn.outcome.get("verdict"), turn.outcome.get("offline")
        if answer.verdict is not None and verdict != answer.verdict:
            self.wrong.append(f"the answer came by '{verdict}', not '{answer.verdict}'")
        if answer.offline is not None and offline is not answer.offline:
            self.wrong.append(f"offline is {offline}")

    # ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────────
    async def judge(self, expect: Ending) -> None:
        """Compare the end state and the journal."""
        for key, wanted in expect.orders.items():
            order = await self.company.see(self.codes[key])
            owner = next((name for name, number in self.company.people.items() if number == order.owner_id), None)
            stands: dict[str, object] = {"owner": owner, "status": order.status, "paid_eur": order.paid_eur}
            for name, value in wanted.model_dump(exclude_none=True).items():
                if stands[name] != value:
                    self.wrong.append(f"order {key}: {name} is {stands[name]}, not {value}")
        journal = await self.journal()
        for row in expect.journal:
            self._judge_row(row, [found for found in journal if _fits(row, found)], journal)
        carried_out = {row["action"] for row in journal if row["outcome"] == "done"}
        self.wrong += [f"{action} was carried out" for action in expect.never if action in carried_out]
        asked = [(row["action"], row["status"]) for row in await self._approvals()]
        wanted_approvals = [item for approval in expect.approvals or () for item in approval.items()]
        if expect.approvals is not None and asked != wanted_approvals:
            self.wrong.append(f"approvals are {asked}, not {wanted_approvals}")
        for table, count in expect.rows.items():
            assert table in COUNTED, f"{table} is not counted"
            (found,) = await self.company.rows(f"SELECT count(*) AS n FROM {table}")  # noqa: S608 - of our own list
            if found["n"] != count:
                self.wrong.append(f"{table} has {found['n']} rows, not {count}")

    def _judge_row(self, row: Row, found: Sequence[object], journal: Sequence[Mapping[str, Any]]) -> None:
        if (row.times is None and found) or len(found) == row.times:
            return
        listed = ", ".join(f"{each['action']}/{each['verdict']}/{each['outcome']}" for each in journal)
        self.wrong.append(f"the journal has {len(found)} rows like {row.model_dump(exclude_none=True)}: {listed}")

    async def journal(self) -> list[dict[str, Any]]:
        """The scenario's own journal rows."""
        return await self.company.rows(
            "SELECT action, verdict, rule, outcome, actor FROM ai_decisions WHERE id > :mark ORDER BY id",
            mark=self.mark,
        )

    async def effects(self) -> dict[str, object]:
        """What has come of it: everything that agents and people changed, and nothing of what was said."""
        found: dict[str, object] = {name: await self.company.rows(query) for name, query in EFFECTS.items()}
        found["done"] = [
            {"action": row["action"], "actor": row["actor"]}
            for row in await self.journal()
            if row["outcome"] == "done" and row["rule"] not in ("agent-step", "text-checks")
        ]
        return found

    async def _approvals(self) -> list[dict[str, Any]]:
        return await self.company.rows("SELECT id, action, status FROM approvals ORDER BY id")


NOTHING_ELSE: Mapping[str, OrderInWorld] = {}
COUNTED = frozenset({"money_decisions", "policy_changes", "ai_rulings", "order_payments", "tasks", "blockers"})
EFFECTS: Mapping[str, str] = {
    "orders": "SELECT code, status, owner_id, paid_eur, client_decision, compliance, urgent FROM orders ORDER BY id",
    "moves": "SELECT order_id, from_status, to_status FROM order_status_events ORDER BY id",
    "money": "SELECT kind, amount_eur, order_id FROM money_decisions ORDER BY id",
    "policy": "SELECT file, key, new_value FROM policy_changes ORDER BY id",
    "rulings": "SELECT order_id, winner FROM ai_rulings ORDER BY id",
    "tasks": "SELECT order_id, owner_id, key, state FROM tasks WHERE key IS NULL ORDER BY id",
    "modes": "SELECT role, mode FROM ai_modes ORDER BY role",
}


async def replay(scenario: Scenario, databases: Databases, *, stand_in: type[ChatModel] | None = None) -> list[str]:
    """What is wrong with a scenario, in its own world and its variants; nothing means that it passed.

    `stand_in` plays all parts of models instead of the scenario's own.
    """
    wrong: list[str] = []
    effects: dict[str, Mapping[str, object]] = {}
    for name, overlay in [("", NOTHING_ELSE), *scenario.variants.items()]:
        async with databases() as url, stage(url, scenario.world.staff) as company:
            play = await _played(scenario, {**scenario.world.orders, **overlay}, company, stand_in)
            effects[name] = await play.effects()
            wrong += [f"{name}: {problem}" if name else problem for problem in play.wrong]
    for name, found in effects.items():
        other = sorted(part for part, rows in found.items() if rows != effects[""][part])
        wrong += [f"{name}: something else came of it: {part} {found[part]}, not {effects[''][part]}" for part in other]
    return wrong


async def _played(
    scenario: Scenario, orders: Mapping[str, OrderInWorld], company: Stage, stand_in: type[ChatModel] | None
) -> Play:
    codes: dict[str, str] = {}
    for key, wanted in orders.items():
        says = wanted.model_dump(exclude={"status", "owner", "paid"}, exclude_none=True)
        made = await company.order(Status(wanted.status), owner=wanted.owner, paid=wanted.paid, **says)
        codes[key] = made.code
    (last,) = await company.rows("SELECT coalesce(max(id), 0) AS id FROM ai_decisions")
    play = Play(company=company, codes=codes, stand_in=stand_in, mark=last["id"])
    for step in scenario.steps:
        await play.step(_with_codes(step, codes))
    await play.judge(_with_codes(scenario.expect, codes))
    return play


def _with_codes(part: P, codes: Mapping[str, str]) -> P:
    """The same part, the codes of orders in the place of their keys."""
    return type(part).model_validate(_filled(part.model_dump(), codes))


def _filled(value: object, codes: Mapping[str, str]) -> object:
    if isinstance(value, str):
        for key, code in codes.items():
            value = value.replace(f"{{{key}}}", code)
        return value
    if isinstance(value, Mapping):
        return {key: _filled(inner, codes) for key, inner in cast("Mapping[str, object]", value).items()}
    if isinstance(value, tuple | list):
        return [_filled(inner, codes) for inner in cast("Sequence[object]", value)]
    return value


def _fits(row: Row, found: Mapping[str, Any]) -> bool:
    wanted = row.model_dump(exclude={"times"}, exclude_none=True)
    return all(found[name] == value for name, value in wanted.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """The scenarios that failed with what was wrong, and how many each baseline passed."""

    total: int
    failed: Mapping[str, Sequence[str]]
    baselines: Mapping[str, int]


async def replay_all(
    chosen: Mapping[str, Scenario], databases: Databases, *, told: Callable[[str], None] = lambda _: None
) -> Replayed:
    """Every scenario with its own models, then with each baseline in their place; `told` hears what is at work."""
    failed: dict[str, Sequence[str]] = {}
    for name, scenario in chosen.items():
        told(name)
        wrong = await replay(scenario, databases)
        if wrong:
            failed[name] = wrong
    passed: dict[str, int] = {}
    for baseline, model in BASELINES.items():
        told(baseline)
        results = [not await replay(scenario, databases, stand_in=model) for scenario in chosen.values()]
        passed[baseline] = sum(results)
    return Replayed(total=len(chosen), failed=failed, baselines=passed)
