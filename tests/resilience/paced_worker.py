"""A worker whose Telegram is faster: `python -m tests.resilience.paced_worker DATABASE_URL TELEGRAM_URL SPEED`."""

import asyncio
import sys

from bots.app import build
from bots.delivery import PostOffice
from bots.local import SANDBOX_TOKEN
from guardrails.desk import open_desk
from jobs.worker import run_worker


async def work(url: str, telegram_url: str, speed: str) -> None:
    """Work until killed."""
    desk = await open_desk(url)
    door = build(desk, SANDBOX_TOKEN, telegram_url, speed=float(speed))
    await run_worker(desk, door, PostOffice.of(door), stop=asyncio.Event())


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:4]))
