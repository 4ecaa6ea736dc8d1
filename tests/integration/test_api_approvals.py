"""Approvals over HTTP: who reads, who votes on what they saw, and what an edit is."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from domain.commands import AdvanceOrder, MassReassign
from domain.orders import Order, Status
from store.database import Database
from store.desk.approvals import Approval
from tests.integration.desk import Desk, Member
from tests.integration.door import Door, open_door, problem


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        yield door


async def asked(door: Door) -> tuple[Order, Approval]:
    """An order whose payment waits for two people's confirmation."""
    company = door.company
    order = await company.confirmed(await company.to_status(await company.order(), Status.AWAITING_PAYMENT))
    command = AdvanceOrder(order=order.code, to=Status.READY_FOR_SHIPMENT)
    waiting = await company.ask(command, company.by(order))
    return order, await company.approval(waiting.approval_id)


async def vote(door: Door, approval: Approval, by: Member, said: str = "approve", **more: Any) -> Any:
    body = {"vote": said, "hash": approval.arguments_hash, **more}
    return await door.post(f"/api/approvals/{approval.id}/votes", body, by=by)


async def test_a_request_is_read_with_its_evidence_and_votes(door: Door) -> None:
    order, approval = await asked(door)
    await vote(door, approval, door.company.head)
    card = (await door.get(f"/api/approvals/{approval.id}", by=door.company.admin)).json()
    assert card["approval"]["arguments"] == {"order": order.code, "to": "ready_for_shipment", "reason": ""}
    assert card["approval"]["evidence"]["client_total_eur"] == "2739.2"
    assert [(one["name"], one["vote"]) for one in card["votes"]] == [("Павел", "approve")]
    page = (await door.get("/api/approvals", by=door.company.owner, status="pending")).json()
    assert [one["id"] for one in page["items"]] == [approval.id]
    assert (await door.get("/api/approvals", by=door.company.owner, status="done")).json()["items"] == []


async def test_who_asked_may_read_their_request_and_other_managers_may_not(door: Door) -> None:
    order, approval = await asked(door)
    for manager in door.company.managers:
        status = (await door.get(f"/api/approvals/{approval.id}", by=manager)).status_code
        assert status == (200 if manager.id == order.owner_id else 403)


async def test_the_last_vote_of_the_quorum_carries_the_effect_out(door: Door) -> None:
    order, approval = await asked(door)
    first = await vote(door, approval, door.company.head)
    assert (first.json()["status"], first.json()["approving"], first.json()["quorum"]) == ("pending", 1, 2)
    second = await vote(door, approval, door.company.owner)
    assert second.json()["status"] == "done"
    assert (await door.company.see(order)).status is Status.READY_FOR_SHIPMENT


async def test_a_vote_on_something_else_than_was_seen_is_stale(door: Door) -> None:
    _, approval = await asked(door)
    body = {"vote": "approve", "hash": "0" * 32}
    answer = await door.post(f"/api/approvals/{approval.id}/votes", body, by=door.company.head)
    assert problem(answer, 409, "stale")["params"]["present"] == approval.arguments_hash


async def test_nobody_votes_twice_nor_without_the_right(door: Door) -> None:
    order, approval = await asked(door)
    await vote(door, approval, door.company.head)
    problem(await vote(door, approval, door.company.head), 409, "conflict")
    body = problem(await vote(door, approval, door.company.admin), 403, "forbidden")
    assert body["allowed"] == ["head", "owner"]
    keeper = next(member for member in door.company.managers if member.id == order.owner_id)
    problem(await vote(door, approval, keeper), 403, "forbidden")


async def test_a_rejection_needs_its_reason(door: Door) -> None:
    _, approval = await asked(door)
    assert problem(await vote(door, approval, door.company.head, "reject"), 422, "invalid-input")["field"] == "reason"
    answer = await vote(door, approval, door.company.head, "reject", reason="нет денег на счёте")
    assert answer.json()["status"] == "rejected"
    late = problem(await vote(door, approval, door.company.owner), 409, "conflict")
    assert (late["params"]["state"], late["allowed"]) == ("rejected", ["pending"])


@pytest.mark.parametrize(
    ("body", "field", "allowed"),
    [
        ({"vote": "perhaps", "hash": "ab" * 16}, "vote", "approve"),
        ({"vote": "approve"}, "hash", None),
        ({"vote": "approve", "hash": "not a hash"}, "hash", None),
        ({"vote": "approve", "hash": "ab" * 16, "twice": True}, "twice", "reason"),
    ],
)
async def test_a_ballot_that_is_none_is_told_why(
    door: Door, body: dict[str, Any], field: str, allowed: str | None
) -> None:
    _, approval = await asked(door)
    answer = await door.post(f"/api/approvals/{approval.id}/votes", body, by=door.company.head)
    found = problem(answer, 422, "invalid-input")
    assert found["field"] == field
    assert allowed is None or allowed in found["allowed"]


async def test_an_edit_is_a_new_request_on_which_its_editor_cannot_vote(door: Door) -> None:
    company = door.company
    anna = company.anna
    orders = await company.orders(24)
    theirs = tuple(order.code for order in orders if order.owner_id == anna.id)
    waiting = await company.ask(MassReassign(from_manager=anna.id, orders=theirs, reason="отпуск"), company.admin.actor)
    body = {"changes": {"reason": "увольнение"}}
    answer = await door.send("PUT", f"/api/approvals/{waiting.approval_id}", by=company.head, json=body)
    assert answer.status_code == 201
    new = answer.json()["approval"]
    assert answer.headers["location"] == f"/api/approvals/{new}"
    edited = await company.approval(new)
    assert (edited.arguments["reason"], edited.supersedes) == ("увольнение", waiting.approval_id)
    assert (await company.approval(waiting.approval_id)).status == "superseded"
    problem(await vote(door, edited, company.head), 403, "forbidden")
    assert (await vote(door, edited, company.owner)).json()["status"] == "done"


async def test_an_edit_that_changes_what_is_fixed_or_nothing_is_refused(door: Door) -> None:
    _, approval = await asked(door)
    path = f"/api/approvals/{approval.id}"
    fixed = await door.send("PUT", path, by=door.company.head, json={"changes": {"to": "closed"}})
    assert problem(fixed, 422, "invalid-input")["allowed"] == ["reason"]
    same = await door.send("PUT", path, by=door.company.head, json={"changes": {"reason": ""}})
    assert problem(same, 422, "invalid-input")["field"] == "changes"
    unknown = await door.send("PUT", "/api/approvals/999", by=door.company.head, json={"changes": {"reason": "?"}})
    problem(unknown, 404, "not-found")
