"""The gate: deny by default, one journal row for every action, all or nothing."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from domain.commands import (
    AcceptOrder,
    AddNote,
    AddPerson,
    AdvanceOrder,
    CancelOrder,
    Command,
    CompleteTask,
    CreateTask,
    IntakeOrders,
    ReassignOrder,
    RecordPayment,
    SetAvailability,
    SetConstraint,
    SweepClocks,
)
from domain.errors import ConflictError, EvidenceMissingError, ForbiddenError, NotFoundError, StaleError
from domain.journal import Outcome
from domain.notices import Notice, NoticeKind
from domain.orders import CancelReason, Status
from domain.people import CRM_FEED, WATCHDOG, Actor, ActorKind, Channel, Role
from domain.policy import Action
from store.database import Database
from store.journal import EFFECT_TABLES
from tests.integration.desk import Desk
from tools.registry import TOOLS, Context, Effect, Tool

ELSEWHERE = {
    Action.VOTE_APPROVAL: "Approvals.vote",
    Action.EDIT_APPROVAL: "Approvals.edit",
    Action.EXPIRE_APPROVAL: "Approvals.expire",
    Action.REPLAY_EVENT: "the CRM feed",
}
"""Actions of the authority rules that no command carries, and who serves them."""


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db)


def _commands(kind: type[Command] = Command) -> list[type[Command]]:
    """Every concrete command type."""
    found = [kind] if "action" in vars(kind) else []
    return found + [command for below in kind.__subclasses__() for command in _commands(below)]


async def _footprint(desk: Desk) -> Mapping[str, int]:
    """How many rows every table of effects, clocks, jobs and messages holds, and the sum of order versions."""
    tables = [*EFFECT_TABLES, "clocks", "orders", "people", "procrastinate_jobs"]
    counts = {table: await desk.value(f"SELECT count(*) FROM {table}") for table in tables}
    return counts | {"versions": await desk.value("SELECT coalesce(sum(version), 0) FROM orders")}


# ── the table of commands and actions ────────────────────────────────────────────────────────────────────────────────
def test_every_command_type_has_exactly_one_tool() -> None:
    assert set(TOOLS) == set(_commands())


def test_every_command_type_has_an_action_name_of_its_own() -> None:
    names = [command.action for command in _commands()]
    assert len(names) == len(set(names))


def test_every_action_of_the_rules_is_served_by_a_command_or_knowingly_elsewhere() -> None:
    served = {command.action for command in _commands()}
    assert served | set(ELSEWHERE) == set(Action)
    assert served & set(ELSEWHERE) == set()


# ── who may ──────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_what_no_rule_allows_is_refused(desk: Desk) -> None:
    order = await desk.order()
    stranger = Actor(kind=ActorKind.AGENT, name="ai-cro", channel=Channel.GRAPH)
    with pytest.raises(ForbiddenError) as refused:
        await desk.do(AddNote(order=order.code, text="Позвоните клиенту"), stranger)
    assert refused.value.params["rule"] == "no-rule"


async def test_a_viewer_only_looks(desk: Desk) -> None:
    order = await desk.order()
    with pytest.raises(ForbiddenError, match="viewer-looks-only"):
        await desk.do(AddNote(order=order.code, text="Позвоните клиенту"), desk.viewer.actor)


async def test_a_manager_works_only_on_own_orders(desk: Desk) -> None:
    order = await desk.order()
    stranger = next(manager for manager in desk.managers if manager.id != order.owner_id)
    with pytest.raises(ForbiddenError):
        await desk.do(AcceptOrder(order=order.code), stranger.actor)
    assert (await desk.do(AcceptOrder(order=order.code), desk.by(order))).outcome is Outcome.DONE


async def test_a_demoted_person_loses_their_rights_at_once(desk: Desk) -> None:
    order = await desk.order()
    await desk.do(AddNote(order=order.code, text="Первая"), desk.admin.actor)
    await desk.alter(desk.admin, role="viewer")
    with pytest.raises(ForbiddenError):
        await desk.do(AddNote(order=order.code, text="Вторая"), desk.admin.actor)


async def test_an_inactive_person_may_nothing(desk: Desk) -> None:
    order = await desk.order()
    await desk.alter(desk.owner, active=False)
    with pytest.raises(ForbiddenError):
        await desk.do(AddNote(order=order.code, text="Я ещё здесь"), desk.owner.actor)


async def test_a_person_whom_nobody_knows_may_nothing_and_is_journaled(desk: Desk) -> None:
    order = await desk.order()
    with pytest.raises(ForbiddenError):
        await desk.do(AddNote(order=order.code, text="Кто я?"), Actor.person(999, Channel.API))
    assert (await desk.decisions("add_note"))[-1]["actor"] == "person:999"


async def test_a_manager_may_set_only_their_own_shift(desk: Desk) -> None:
    away = desk.now.replace(hour=20)
    await desk.do(SetAvailability(person_id=desk.anna.id, away_until=away), desk.anna.actor)
    with pytest.raises(ForbiddenError):
        await desk.do(SetAvailability(person_id=desk.boris.id, away_until=away), desk.anna.actor)


async def test_nobody_admits_a_person_above_themselves(desk: Desk) -> None:
    with pytest.raises(ForbiddenError, match="not-above-oneself"):
        await desk.do(AddPerson(person_name="Вторая Ольга", role=Role.OWNER), desk.head.actor)
    await desk.do(AddPerson(person_name="Второй Павел", role=Role.HEAD), desk.head.actor)
    with pytest.raises(ForbiddenError):
        await desk.do(AddPerson(person_name="Кто угодно", role=Role.MANAGER), desk.admin.actor)


async def test_a_telegram_account_speaks_for_one_person_only(desk: Desk) -> None:
    newcomer = AddPerson(person_name="Галина", role=Role.MANAGER, telegram_id=desk.anna.telegram_id)
    with pytest.raises(ConflictError):
        await desk.do(newcomer, desk.head.actor)


async def test_a_timer_only_proposes_to_move_an_order(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.UNDER_INSPECTION)
    await desk.full_check(order)
    waiting = await desk.ask(AdvanceOrder(order=order.code, to=Status.AWAITING_PAYMENT), WATCHDOG)
    assert waiting.voters == {Role.ADMIN, Role.HEAD, Role.OWNER}
    assert (await desk.see(order)).status is Status.UNDER_INSPECTION


# ── what a refusal leaves ────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_refusal_leaves_a_journal_row_and_nothing_else(desk: Desk) -> None:
    order = await desk.order()
    before = await _footprint(desk)
    with pytest.raises(ForbiddenError):
        await desk.do(CancelOrder(order=order.code, reason_code=CancelReason.OTHER, note="Хочу"), desk.viewer.actor)
    assert await _footprint(desk) == before
    row = (await desk.decisions("cancel_order"))[-1]
    assert (row["outcome"], row["verdict"], row["rule"]) == ("refused", "refuse", "viewer-looks-only")
    assert (row["role"], row["order_id"]) == ("viewer", order.id)
    assert row["proposed"]["reason_code"] == "other"


async def test_a_move_without_evidence_is_journaled_with_what_lacks(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.UNDER_INSPECTION)
    before = await _footprint(desk)
    with pytest.raises(EvidenceMissingError) as refused:
        await desk.do(AdvanceOrder(order=order.code, to=Status.AWAITING_PAYMENT), desk.by(order))
    assert await _footprint(desk) == before
    row = (await desk.decisions("advance_order"))[-1]
    assert (row["outcome"], row["verdict"], row["rule"]) == ("refused", "allow", "evidence-missing")
    assert row["result"]["missing"] == list(refused.value.missing)


async def test_an_order_that_does_not_exist_is_refused_and_journaled(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        await desk.do(AddNote(order="нет-такого", text="?"), desk.admin.actor)
    row = (await desk.decisions("add_note"))[-1]
    assert (row["outcome"], row["order_id"]) == ("refused", None)


async def test_a_stale_version_is_refused(desk: Desk) -> None:
    order = await desk.order()
    await desk.do(AddNote(order=order.code, text="Уточнил размер"), desk.by(order))
    with pytest.raises(StaleError) as refused:
        await desk.do(AcceptOrder(order=order.code, version=order.version), desk.by(order))
    assert refused.value.params["seen"] == order.version
    present = await desk.see(order)
    await desk.do(AcceptOrder(order=order.code, version=present.version), desk.by(order))


async def test_a_stranger_learns_nothing_from_a_stale_version(desk: Desk) -> None:
    order = await desk.order()
    with pytest.raises(ForbiddenError):
        await desk.do(AcceptOrder(order=order.code, version=99), desk.viewer.actor)


# ── faults ───────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_an_unexpected_fault_rolls_everything_back_and_leaves_a_failed_row(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await desk.order()
    before = await _footprint(desk)
    accept = TOOLS[AcceptOrder]

    async def accept_and_go_on(tx: AsyncConnection, command: AcceptOrder, context: Context) -> Effect:
        effect = await accept.run(tx, command, context)
        told = Notice(person_id=desk.admin.id, kind=NoticeKind.TASK)
        return replace(effect, notices=[told], proposals=[SweepClocks()])

    async def break_down(_tx: AsyncConnection, _command: SweepClocks, _context: Context) -> Effect:
        raise ZeroDivisionError

    monkeypatch.setitem(TOOLS, AcceptOrder, Tool(AcceptOrder, accept_and_go_on))
    monkeypatch.setitem(TOOLS, SweepClocks, Tool(SweepClocks, break_down))
    with capture_logs() as logged, pytest.raises(ZeroDivisionError):
        await desk.do(AcceptOrder(order=order.code), desk.by(order))
    assert await _footprint(desk) == before
    assert (await desk.see(order)) == order
    rows = await desk.decisions("accept_order")
    assert [(row["outcome"], row["rule"], row["order_id"]) for row in rows] == [("failed", "unexpected", order.id)]
    assert rows[0]["result"] == {"error": "unexpected", "type": "ZeroDivisionError"}
    assert [(line["log_level"], line["trace_id"]) for line in logged] == [("error", rows[0]["trace_id"])]


async def test_a_fault_in_the_database_leaves_a_failed_row_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    order = await desk.order()

    async def break_a_constraint(tx: AsyncConnection, _command: AddNote, context: Context) -> Effect:
        await tx.execute(text("INSERT INTO ai_assignments (order_id) VALUES (:id)"), {"id": context.the_order.id})
        return Effect()

    monkeypatch.setitem(TOOLS, AddNote, Tool(AddNote, break_a_constraint))
    with capture_logs(), pytest.raises(IntegrityError):
        await desk.do(AddNote(order=order.code, text="?"), desk.by(order))
    assert (await desk.decisions("add_note"))[-1]["outcome"] == "failed"


# ── what an effect leaves ────────────────────────────────────────────────────────────────────────────────────────────
async def test_every_effect_refers_to_a_row_of_the_journal(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.DELIVERED)
    other = await desk.order()
    due = desk.now.replace(hour=12)
    task = await desk.do(CreateTask(order=other.code, text="Уточнить размер", due_at=due), desk.admin.actor)
    await desk.do(CompleteTask(task_id=task.value), desk.admin.actor)
    await desk.do(ReassignOrder(order=other.code, reason="Отпуск"), desk.admin.actor)
    await desk.do(RecordPayment(order=order.code, amount_eur=order.price_eur, reference="P-1"), CRM_FEED)
    await desk.pass_time(days=4)
    verified = await desk.verify()
    assert verified.orphans == dict.fromkeys(EFFECT_TABLES, 0)
    assert {table for table in EFFECT_TABLES if await desk.value(f"SELECT count(*) FROM {table}")} == {
        *EFFECT_TABLES
    } - {"blockers"}


async def test_a_journal_row_says_who_asked_in_which_role_under_which_rule_and_policy(desk: Desk) -> None:
    order = await desk.order()
    done = await desk.do(AcceptOrder(order=order.code), desk.by(order))
    row = (await desk.decisions(uid=done.decision))[0]
    assert (row["actor_kind"], row["actor"]) == ("person", f"person:{order.owner_id}")
    assert (row["role"], row["channel"], row["rule"]) == ("manager", "telegram", "manager-works-own-orders")
    assert (row["author"], row["author_version"]) == ("rules", desk.policy.version)
    assert row["facts"]["version"] == order.version
    assert row["result"] == {"from": "pending_manager", "to": "under_inspection"}


async def test_what_changes_nothing_is_journaled_as_unchanged(desk: Desk) -> None:
    request = desk.request()
    await desk.do(IntakeOrders(orders=(request,)), CRM_FEED)
    again = await desk.do(IntakeOrders(orders=(request,)), CRM_FEED)
    assert again.outcome is Outcome.UNCHANGED
    assert [row["outcome"] for row in await desk.decisions("intake_order")] == ["done", "unchanged"]


async def test_asking_twice_for_the_same_approval_is_journaled_twice_but_asked_once(desk: Desk) -> None:
    constraint = SetConstraint(manager_id=desk.anna.id, no_ebikes=True, reason="Нет опыта с батареями")
    agent = Actor(kind=ActorKind.AGENT, name="ai-rom", channel=Channel.GRAPH)
    first = await desk.ask(constraint, agent)
    second = await desk.ask(constraint, agent)
    assert (second.approval_id, second.known) == (first.approval_id, True)
    assert [row["outcome"] for row in await desk.decisions("set_constraint")] == ["waiting", "waiting"]
    assert len(await desk.messages(kind="approval_request")) == len(first.voters)
