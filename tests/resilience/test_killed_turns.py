"""Workers die by kill -9 while role agents are at work: each turn has one answer, each deed is done once at most."""

from pathlib import Path

from evals.model_server import Asked, ModelServer, Reply, calls, says, serving
from store.database import Database
from store.timeline import set_timeline
from tests.integration.conversing import no_orphans, talking
from tests.integration.desk import Desk
from tests.resilience.conftest import eventually, services

KILLS = 2
TURNS_A_KILL = 3


def _remind_then_report(asked: Asked) -> Reply:
    if any(message["role"] == "tool" for message in asked.messages):
        return says("Готово.")
    words = next(str(said["content"]) for said in reversed(asked.messages) if said["role"] == "user")
    return calls("remind", order=words.split()[-1])


async def test_turns_survive_killed_workers(db: Database, tmp_path: Path) -> None:
    desk = await Desk.open(db)
    async with desk.db.transaction() as tx:
        await set_timeline(tx, company_at=desk.now, speed=1.0)
    orders = await desk.orders(KILLS * TURNS_A_KILL)
    server = ModelServer(_remind_then_report)
    async with serving(server) as model_url, talking(desk) as talk:
        environment = {
            "DATABASE_URL": db.url,
            "DATA_DIR": str(tmp_path),
            "OPENAI_API_KEY": "sk-test",
            "OPENAI_BASE_URL": model_url,
            "MODEL": "stub",
        }
        async with services(["worker"], environment) as (worker,):
            for burst in range(KILLS):
                for order in orders[burst * TURNS_A_KILL : (burst + 1) * TURNS_A_KILL]:
                    await talk.put(desk.admin, f"напомни по {order.code}")
                seen = len(server.asked)
                await eventually(lambda seen=seen: _more(server, seen), "the model is asked")
                await worker.kill()
                await worker.start()
            await eventually(lambda: _ended(desk), "every turn has ended")
            assert await worker.stop() == 0
    assert await desk.column("SELECT DISTINCT state FROM ai_turns") == ["done"]
    reminded = await desk.column("SELECT order_id FROM ai_decisions WHERE action = 'remind' AND outcome = 'done'")
    assert sorted(reminded) == sorted({*reminded})
    assert await desk.value("SELECT count(*) FROM notifications WHERE kind = 'agent_answer'") == len(orders)
    await no_orphans(desk)


async def _more(server: ModelServer, seen: int) -> bool:
    return len(server.asked) > seen


async def _ended(desk: Desk) -> bool:
    return not await desk.value("SELECT count(*) FROM ai_turns WHERE state IN ('queued', 'running')")
