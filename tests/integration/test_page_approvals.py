"""The page of approvals: one request at a time with all a voter relies on, votes on what was seen, edits, past ones."""

import re
from collections.abc import AsyncGenerator
from decimal import Decimal

import httpx
import pytest

from domain.commands import ProposeRefund, RecordPayment
from domain.orders import Order
from domain.people import CRM_FEED
from guardrails.approval.approvals import Ballot
from store.database import Database
from store.desk.approvals import Approval
from tests.integration.asking import payable
from tests.integration.desk import Desk, Member
from tests.integration.door import SAME_SITE, Door, open_door

FETCHED = {**SAME_SITE, "HX-Request": "true"}


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        yield door


async def paid(door: Door) -> Order:
    """An order whose money has come."""
    order = await payable(door.company)
    payment = RecordPayment(order=order.code, amount_eur=Decimal(900), reference=f"P-{order.id}")
    await door.company.do(payment, CRM_FEED)
    return await door.company.see(order)


async def refund(door: Door, amount: int, *, by: Member | None = None, order: Order | None = None) -> Approval:
    """A refund that waits for people; asked for by the order's manager unless said."""
    order = order or await paid(door)
    actor = door.company.by(order) if by is None else by.actor
    command = ProposeRefund.model_validate({"order": order.code, "amount_eur": amount, "reason": "Скол на раме"})
    return await door.company.approval((await door.company.ask(command, actor)).approval_id)


async def page(door: Door, address: str = "/approvals") -> str:
    answer = await door.client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


def seen_hash(shown: str) -> str:
    """The hash that the open request carries in its forms."""
    found = re.search(r'name="hash" value="([0-9a-f]+)"', shown)
    assert found is not None
    return found[1]


async def vote(door: Door, approval: Approval, said: str, seen: str, reason: str = "") -> httpx.Response:
    form = {"vote": said, "hash": seen, "reason": reason}
    return await door.client.post(f"/approvals/{approval.id}/vote", data=form, headers=FETCHED)


async def test_the_request_that_ends_first_is_open_with_everything_that_a_voter_relies_on(door: Door) -> None:
    first = await refund(door, 700)
    await refund(door, 40)
    await door.sign_in(door.company.head)
    shown = await page(door)
    assert f'href="/approvals/{first.id}" aria-current="true"' in shown
    for said in ("700\xa0€", "Скол на раме", "деньги клиента", "руководитель, владелец", "Голоса: 0 из 2", "1 из 2"):
        assert said in shown, said
    assert seen_hash(shown) == first.arguments_hash


async def test_after_a_vote_the_next_that_waits_is_shown_and_the_vote_is_told(door: Door) -> None:
    first, second = await refund(door, 40), await refund(door, 50)
    await door.sign_in(door.company.head)
    answer = await vote(door, first, "approve", seen_hash(await page(door)))
    assert answer.headers["hx-redirect"] == f"/approvals/{second.id}?voted={first.id}"
    shown = await page(door, answer.headers["hx-redirect"])
    assert f"Ваш голос по запросу {first.id} учтён" in shown
    assert (await door.company.approval(first.id)).status == "done"
    answer = await vote(door, second, "reject", seen_hash(shown), "Фото нет")
    assert answer.headers["hx-redirect"] == f"/approvals?voted={second.id}"
    assert "Ничего не ждёт решения" in await page(door, answer.headers["hx-redirect"])
    assert (await door.company.approval(second.id)).outcome["reason"] == "Фото нет"


async def test_a_browser_without_scripts_votes_too(door: Door) -> None:
    approval = await refund(door, 40)
    await door.sign_in(door.company.head)
    form = {"vote": "approve", "hash": seen_hash(await page(door))}
    answer = await door.client.post(f"/approvals/{approval.id}/vote", data=form, headers=SAME_SITE)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/approvals?voted={approval.id}")


async def test_a_vote_on_something_else_than_was_shown_or_too_late_is_refused_with_the_present_state(
    door: Door,
) -> None:
    approval = await refund(door, 40)
    await door.sign_in(door.company.head)
    stale = await vote(door, approval, "approve", "0" * 32)
    assert stale.status_code == 409
    assert "всё изменилось" in stale.text
    assert stale.headers["hx-trigger"] == "live:approvals"
    await door.company.vote(approval.id, door.company.owner, Ballot.REJECT, reason="Нет")
    late = await vote(door, approval, "approve", approval.arguments_hash)
    assert late.status_code == 409
    assert "уже отклонён" in late.text
    assert "голосовать уже не нужно" in await page(door, f"/approvals/{approval.id}")


async def test_a_rejection_needs_its_reason_and_a_strange_ballot_is_none(door: Door) -> None:
    approval = await refund(door, 40)
    await door.sign_in(door.company.head)
    assert (await vote(door, approval, "reject", approval.arguments_hash)).status_code == 422
    assert (await vote(door, approval, "perhaps", approval.arguments_hash)).status_code == 422
    assert (await door.company.approval(approval.id)).status == "pending"


@pytest.mark.parametrize(("who", "why"), [("admin", "роль по такому запросу не голосует"), ("head", "ваш запрос")])
async def test_who_may_not_vote_sees_why_and_no_buttons(door: Door, who: str, why: str) -> None:
    approval = await refund(door, 40, by=door.company.head)
    member: Member = getattr(door.company, who)
    await door.sign_in(member)
    shown = await page(door)
    assert why in shown
    assert 'value="approve"' not in shown
    assert (await vote(door, approval, "approve", approval.arguments_hash)).status_code == 403


async def test_who_has_voted_waits_for_the_others(door: Door) -> None:
    approval = await refund(door, 700)
    await door.sign_in(door.company.head)
    await vote(door, approval, "approve", approval.arguments_hash)
    shown = await page(door)
    assert "Вы уже проголосовали" in shown
    assert "Голоса: 1 из 2" in shown


async def test_another_amount_is_a_new_request_on_which_the_editor_does_not_vote(door: Door) -> None:
    approval = await refund(door, 200)
    await door.sign_in(door.company.head)
    path = f"/approvals/{approval.id}/edit"
    assert (await door.client.post(path, data={"amount_eur": "много"}, headers=FETCHED)).status_code == 422
    answer = await door.client.post(path, data={"amount_eur": "120,50"}, headers=FETCHED)
    new = int(answer.headers["hx-redirect"].rpartition("/")[2])
    shown = await page(door, answer.headers["hx-redirect"])
    assert "120,50\xa0€" in shown
    assert "ваша правка" in shown
    assert (await door.company.approval(approval.id)).status == "superseded"
    assert (await door.company.approval(new)).supersedes == approval.id


async def test_past_requests_are_listed_by_state_a_page_at_a_time(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.pages.approvals.LINES", 2)
    order = await paid(door)
    rejected: list[int] = []
    for amount in (11, 12, 13):
        approval = await refund(door, amount, order=order)
        await door.company.vote(approval.id, door.company.head, Ballot.REJECT, reason="Нет")
        rejected.append(approval.id)
    await door.sign_in(door.company.head)
    first = await page(door, "/approvals?state=rejected")
    following = re.search(r'href="(/approvals\?[^"]+)" rel="next"', first)
    assert following is not None
    rest = await page(door, following[1].replace("&amp;", "&"))
    listed = [int(number) for number in re.findall(r'<li id="request-(\d+)"', first + rest)]
    assert listed == sorted(rejected, reverse=True)
    assert (await door.client.get("/approvals?state=maybe")).status_code == 422


async def test_managers_are_not_shown_the_requests_of_the_desk(door: Door) -> None:
    approval = await refund(door, 40)
    await door.sign_in(door.company.anna)
    for path in ("/approvals", f"/approvals/{approval.id}"):
        assert (await door.client.get(path)).status_code == 403
    assert (await vote(door, approval, "approve", approval.arguments_hash)).status_code == 403


async def test_a_form_of_another_site_does_not_vote(door: Door) -> None:
    approval = await refund(door, 40)
    await door.sign_in(door.company.head)
    form = {"vote": "approve", "hash": approval.arguments_hash}
    answer = await door.client.post(
        f"/approvals/{approval.id}/vote", data=form, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert (await door.company.approval(approval.id)).status == "pending"
