"""The model of the turn's bench, in a process of its own: it calls for the queue, then answers, both at once."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from evals.model_server import Asked, ModelServer, Reply, calls, says, serving

MODEL: Final = "stub"
ORDERS: Final = 12
"""In the queue."""
ANSWER: Final = f"В очереди {ORDERS} заказов: сначала те, у кого ближе срок. Менеджеры на смене, заказы разобраны."
ROOT: Final = Path(__file__).resolve().parents[2]
_FORGOTTEN: Final = Asked(body={}, authorization="", peer=0)


def _script(server: ModelServer, asked: Asked) -> Reply:
    server.asked[-1] = _FORGOTTEN  # thousands of requests with all their tools would fill the memory
    return says(ANSWER) if asked.messages[-1]["role"] == "tool" else calls("look_at_queue")


async def _serve() -> None:
    server = ModelServer(())
    server.script = lambda asked: _script(server, asked)
    async with serving(server) as url:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)  # until whoever started it is done with it


@asynccontextmanager
async def model_apart() -> AsyncGenerator[str]:
    """The model in a process of its own, so that its processor time is not ours; gives its base URL."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "evals.bench.turn_stub", cwd=ROOT, stdin=pipe, stdout=pipe
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.stdin.close()
        await process.wait()


if __name__ == "__main__":
    asyncio.run(_serve())
