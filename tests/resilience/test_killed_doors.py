"""The doors die by kill -9 too: the API under the CRM's posts, bot and worker under people's taps."""

import asyncio
import random
import socket

import httpx

from bots.local import LocalTelegram
from bots.taps import Do, OrderTap
from domain.commands import AcceptOrder
from domain.orders import Order
from store import invariants
from store.access import auth
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.tables import Member
from tests.resilience.conftest import at_work, eventually, move_in, services

API_KILLS = 4
POSTS_A_KILL = 12
TAP_KILLS = 4
TAPS_A_KILL = 6

CONTACTS = "SELECT order_id, count(*) AS n FROM order_notes WHERE kind = 'contact_seller' GROUP BY order_id"


async def test_what_a_killed_api_did_not_answer_is_taken_in_once_when_the_crm_repeats_it(
    db: Database, environment: dict[str, str]
) -> None:
    chance = random.Random(20261121)
    desk = await Desk.open(db, capacity=1_000)
    async with db.transaction() as tx:
        _, token = await auth.add_token(tx, name="crm", scope="crm", person_id=None, now=desk.now)
    port = _free_port()
    async with (
        services(["api"], environment | {"PORT": str(port)}) as (api,),
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {token}"}, timeout=30
        ) as crm,
    ):
        for kill in range(API_KILLS):
            await eventually(lambda: _ready(crm), "the API answers")
            ids = [f"crm-{kill}-{number}" for number in range(POSTS_A_KILL)]
            posts = [asyncio.create_task(_post(crm, crm_id)) for crm_id in ids]
            strike = chance.randrange(POSTS_A_KILL)
            for number, answered in enumerate(asyncio.as_completed(posts)):
                await answered
                if number == strike:
                    await api.kill()
            async with db.reading() as tx:
                assert await invariants.broken(tx) == {}, "nothing is left half done"
            await api.start()
            await eventually(lambda: _ready(crm), "the API answers again")
            answers = [await _post(crm, crm_id) for crm_id in ids]
            assert set(answers) <= {200, 201}, answers
        assert await api.stop() == 0
    known = await desk.column("SELECT crm_id FROM orders")
    assert len(known) == len(set(known)) == API_KILLS * POSTS_A_KILL
    assert (await desk.verify()).ok


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


async def _ready(crm: httpx.AsyncClient) -> bool:
    try:
        return (await crm.get("/readyz")).is_success
    except httpx.TransportError:
        return False


async def _post(crm: httpx.AsyncClient, crm_id: str) -> int | None:
    """The answer's status; None when there was none."""
    request = {"crm_id": crm_id, "client_name": "Иван", "bike": "Trek", "price_eur": 1500}
    try:
        return (await crm.post("/api/crm/orders", json=request)).status_code
    except httpx.TransportError:
        return None


async def test_each_tap_takes_effect_once_although_bot_and_worker_are_killed_among_them(
    db: Database, telegram: tuple[LocalTelegram, str], environment: dict[str, str]
) -> None:
    chance = random.Random(20261121)
    desk = await Desk.open(db, capacity=1_000)
    state = telegram[0]
    await move_in(desk, state)
    orders = await desk.orders(TAP_KILLS * TAPS_A_KILL)
    for order in orders:
        await desk.do(AcceptOrder(order=order.code), desk.by(order))
    orders = [await desk.see(order) for order in orders]
    async with services(["worker", "bot"], environment) as (worker, bot):
        cards = await _cards(desk, state)
        for kill in range(TAP_KILLS):
            await eventually(lambda: at_work(desk, 1), "a worker at work")
            before, strike = await _handled_count(desk), chance.randrange(TAPS_A_KILL // 2)
            for order in orders[kill * TAPS_A_KILL :][:TAPS_A_KILL]:
                await _press(desk, state, order, cards)
            await eventually(lambda than=before + strike: _handled_more(desk, than), "work is going on")
            victim = bot if kill % 2 else worker
            await victim.kill()
            await victim.start()
        await state.people.write(desk.anna.telegram_id, desk.anna.telegram_id, "/help")
        await eventually(lambda: _handled(desk, len(orders) + len(cards) + 1), "every tap and word handled")
        assert [await service.stop() for service in (worker, bot)] == [0, 0]
    contacts = {row["order_id"]: row["n"] for row in await desk.rows(CONTACTS)}
    assert contacts == {order.id: 1 for order in orders}
    async with db.reading() as tx:
        assert await invariants.broken(tx) == {}
    assert (await desk.verify()).ok


async def _cards(desk: Desk, telegram: LocalTelegram) -> dict[int, int]:
    """A message of the bot in each manager's chat: Telegram lets a button be pressed that is no longer under it."""
    for manager in desk.managers:
        await telegram.people.write(manager.telegram_id, manager.telegram_id, "/help")
    await eventually(lambda: _handled(desk, len(desk.managers)), "the bot answers")
    return {manager.id: await _said(telegram, manager) for manager in desk.managers}


async def _said(telegram: LocalTelegram, to: Member) -> int:
    messages = await telegram.people.messages(to.telegram_id)
    return next(message.message_id for message in messages if message.sender.id != to.telegram_id)


async def _press(desk: Desk, telegram: LocalTelegram, order: Order, cards: dict[int, int]) -> None:
    """The order's owner taps "seller called"."""
    owner = next(member for member in desk.managers if member.id == order.owner_id)
    tap = OrderTap(do=Do.SELLER, order=order.id, version=order.version)
    await telegram.people.press(owner.telegram_id, owner.telegram_id, cards[owner.id], tap.pack())


async def _handled_count(desk: Desk) -> int:
    return int(await desk.value("SELECT count(*) FROM inbox_updates WHERE handled_at IS NOT NULL"))


async def _handled_more(desk: Desk, than: int) -> bool:
    return await _handled_count(desk) > than


async def _handled(desk: Desk, taps: int) -> bool:
    unhandled = await desk.value("SELECT count(*) FROM inbox_updates WHERE handled_at IS NULL")
    return not unhandled and await _handled_count(desk) >= taps
