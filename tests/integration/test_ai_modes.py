"""The switches of the role agents: who may turn them, what they do at once, how every door shows them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from bots.taps import SwitchTap
from domain.agency import EVERY_ROLE, SWITCHED_OFF, Mode
from domain.commands import RemindOwner, SetAiMode
from domain.errors import ForbiddenError, NotFoundError
from domain.journal import Outcome
from domain.people import OPERATOR
from store.agents import usage
from store.agents.usage import Usage
from store.database import Database
from tests.integration.agents_asking import ROP, ordered
from tests.integration.desk import Desk
from tests.integration.door import open_door, problem
from tests.integration.phone import line


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db)


def _mode(mode: Mode, role: str = EVERY_ROLE) -> SetAiMode:
    return SetAiMode(role=role, mode=mode, reason="Проверяем ответы")


# ── what a switch does ───────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_role_that_is_off_does_nothing_even_when_ordered_by_name(desk: Desk) -> None:
    order = await desk.order()
    await desk.do(_mode(Mode.OFF, "ai-rop"), desk.admin.actor)
    with pytest.raises(ForbiddenError) as refused:
        await desk.do(RemindOwner(order=order.code), ROP)
    assert refused.value.params["rule"] == SWITCHED_OFF
    with pytest.raises(ForbiddenError):
        await ordered(desk, RemindOwner(order=order.code), desk.owner)
    assert await desk.messages(kind="nudge") == []


async def test_in_shadow_it_is_written_down_and_not_done(desk: Desk) -> None:
    order = await desk.order()
    await desk.do(_mode(Mode.SHADOW), desk.head.actor)
    done = await desk.do(RemindOwner(order=order.code), ROP)
    (row,) = await desk.decisions("remind")
    assert (done.outcome, row["outcome"], row["proposed"]["order"]) == (Outcome.SHADOW, "shadow", order.code)
    assert await desk.messages(kind="nudge") == []


async def test_the_stricter_of_the_two_switches_holds(desk: Desk) -> None:
    order = await desk.order()
    await desk.do(_mode(Mode.OFF), desk.owner.actor)
    await desk.do(_mode(Mode.SHADOW, "ai-rop"), desk.owner.actor)
    with pytest.raises(ForbiddenError):
        await desk.do(RemindOwner(order=order.code), ROP)
    await desk.do(_mode(Mode.ACT), desk.owner.actor)
    assert (await desk.do(RemindOwner(order=order.code), ROP)).outcome is Outcome.SHADOW


# ── who turns it ─────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_an_admin_stops_the_ai_and_a_head_an_owner_or_the_operator_lets_it_go_on(desk: Desk) -> None:
    for mode in (Mode.SHADOW, Mode.OFF):
        await desk.do(_mode(mode), desk.admin.actor)
    for mode in (Mode.SHADOW, Mode.ACT):
        with pytest.raises(ForbiddenError) as refused:
            await desk.do(_mode(mode), desk.admin.actor)
        assert (refused.value.params["rule"], refused.value.allowed) == ("heads-loosen", ("owner", "head"))
    for looser in (desk.head.actor, desk.owner.actor, OPERATOR):
        await desk.do(_mode(Mode.ACT), looser)
        await desk.do(_mode(Mode.OFF), desk.admin.actor)


async def test_turning_it_is_journaled_with_what_was_and_why_and_twice_is_once(desk: Desk) -> None:
    done = await desk.do(_mode(Mode.OFF, "ai-ceo"), desk.admin.actor)
    (row,) = await desk.decisions("set_ai_mode", uid=done.decision)
    assert (row["result"], row["facts"]) == (
        {"role": "ai-ceo", "mode": "off"},
        {"was": "act", "reason": "Проверяем ответы"},
    )
    assert (await desk.do(_mode(Mode.OFF, "ai-ceo"), desk.admin.actor)).outcome is Outcome.UNCHANGED


async def test_neither_managers_nor_the_roles_themselves_turn_a_switch(desk: Desk) -> None:
    for stranger in (desk.anna.actor, desk.viewer.actor, ROP):
        with pytest.raises(ForbiddenError):
            await desk.do(_mode(Mode.ACT), stranger)
    with pytest.raises(ForbiddenError):
        await ordered(desk, _mode(Mode.OFF), desk.owner)


async def test_an_unknown_role_is_refused_with_those_there_are(desk: Desk) -> None:
    with pytest.raises(NotFoundError) as refused:
        await desk.do(_mode(Mode.OFF, "ai-cook"), desk.owner.actor)
    assert "ai-rop" in refused.value.allowed


# ── the doors ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_api_turns_switches_and_tells_modes_use_and_limits(desk: Desk) -> None:
    async with desk.db.transaction() as tx:
        used = Usage(role="ai-rop", model="m", calls=2, tokens_in=100, tokens_out=20, cost_eur=Decimal("0.5"))
        await tx.execute(text(usage.ADD), usage.increments(desk.now.date(), [used]))
    async with open_door(desk) as door:
        body = {"role": "ai-rop", "mode": "shadow", "reason": "Проверяем ответы"}
        answer = await door.post("/api/ai/mode", body, by=desk.admin)
        assert (answer.status_code, answer.json()["result"]) == (200, {"role": "ai-rop", "mode": "shadow"})
        report: Mapping[str, Any] = (await door.get("/api/ai", by=desk.admin)).json()
        problem(await door.post("/api/ai/mode", {**body, "mode": "act"}, by=desk.admin), 403, "forbidden")
        problem(await door.get("/api/ai", by=desk.anna), 403, "forbidden")
    roles = {role["role"]: role for role in report["roles"]}
    rop = roles["ai-rop"]
    assert (report["mode"], rop["mode"], rop["switch"]["set_by"], roles["ai-ceo"]["mode"]) == (
        "act",
        "shadow",
        "Олег",
        "act",
    )
    assert (rop["tokens"], rop["models"][0]["calls"], rop["tokens_a_day"]) == (120, 2, 6_000_000)


async def test_leaders_turn_it_in_the_bot(desk: Desk) -> None:
    async with line(desk) as phone:
        said = await phone.write(desk.admin, "/pause ai-rop странные ответы")
        assert "AI-РОП: не работает (Олег: странные ответы)" in said
        assert "AI-CEO: действует" in said
        assert "руководитель или владелец" in await phone.write(desk.admin, "/resume ai-rop")
        assert "AI-РОП: действует" in await phone.write(desk.head, "/resume ai-rop")
        assert "Кому только записывать" in await phone.write(desk.admin, "/shadow")
        shadow = SwitchTap(command="shadow", role="*")
        assert "Общий режим: роли только записывают" in await phone.press(desk.admin, shadow)
        assert "только для руководителей" in await phone.write(desk.anna, "/pause")
        assert "Общий режим: роли только записывают" in await phone.write(desk.owner, "/ai")
