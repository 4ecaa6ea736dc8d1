"""The company's people live: in company time, in this process, through Telegram and the CRM's HTTP door."""

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from domain.errors import DeskError
from evals.board import Board
from evals.company import Company
from evals.company_intents import Intent, Reports
from evals.company_view import WorkView
from evals.hands import Hands, kind_of
from guardrails.desk import Desk

log = structlog.get_logger()

PULSE_SECONDS = 0.5
LOOK_AGAIN_SECONDS = 3.0  # after the database did not answer


@dataclass(slots=True)
class Living:
    """What the people did since the start, and the last view they had; for whoever looks on."""

    done: Counter[str] = field(default_factory=Counter[str])
    failed: Counter[str] = field(default_factory=Counter[str])
    view: WorkView = field(default_factory=WorkView)


class LiveCompany:
    """Asks the model what people want, twice a second, and lets the hands do it; one thing at a time each."""

    def __init__(self, desk: Desk, company: Company, hands: Hands) -> None:
        self._desk = desk
        self._company = company
        self._hands = hands
        self._board = Board(desk.db, desk.policy)
        self._at_work: dict[tuple[int | None, str], asyncio.Task[None]] = {}
        self._turns: dict[int | None, asyncio.Lock] = {}
        self.living = Living()

    async def run(self, stop: asyncio.Event) -> None:
        """Live until `stop` is set; what is in somebody's hands then is dropped, as when a phone is put away."""
        since = self._desk.timeline.now()
        try:
            while not stop.is_set():
                now = self._desk.timeline.now()
                pause = PULSE_SECONDS
                try:
                    await self._hands.take_in(self._company.arrivals(since, now))
                    since = now
                    self.living.view = await self._board.read()
                except DeskError as error:
                    log.warning("the company cannot look at its desk", error=str(error))
                    pause = LOOK_AGAIN_SECONDS
                else:
                    for intent in self._company.intents(self.living.view, now):
                        self._begin(intent)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), pause)
        finally:
            for task in list(self._at_work.values()):
                task.cancel()
            await asyncio.gather(*self._at_work.values(), return_exceptions=True)

    def _begin(self, intent: Intent) -> None:
        """Start on it, unless the same hands are at the same thing already."""
        who = None if isinstance(intent, Reports) else intent.person_id
        key = (who, repr(intent))
        if key in self._at_work:
            return
        task = asyncio.create_task(self._carry_out(intent, who))
        self._at_work[key] = task
        task.add_done_callback(lambda _: self._at_work.pop(key, None))

    async def _carry_out(self, intent: Intent, who: int | None) -> None:
        """In the person's turn; the outermost loop of whoever acts: a surprise is logged and counted, life goes on."""
        turn = self._turns.setdefault(who, asyncio.Lock()) if who is not None else asyncio.Lock()
        async with turn:
            try:
                came_true = await self._hands.carry_out(intent)
            except Exception:
                log.exception("hands failed", kind=kind_of(intent))
                came_true = False
        (self.living.done if came_true else self.living.failed)[kind_of(intent)] += 1
