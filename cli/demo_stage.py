"""What runs in a demo once its ground is laid: the local Telegram, the desk's services, the company's people.

Imported late: it brings the web and Telegram libraries, which take seconds.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from bots.local import SANDBOX_TOKEN, Limits, LocalTelegram, serving
from cli.demo_ground import TELEGRAM_FOLDER, Ground
from cli.demo_said import Said
from cli.serve import SERVICES, Running, run_together, running
from domain.people import Channel, Role
from domain.timeline import Timeline
from evals.company_people import STAFF, Colleague
from evals.founding import alive, colleagues
from evals.hands import GateHands
from evals.hands_crm import CrmHands
from evals.hands_telegram import DemoHands, TelegramHands
from evals.live import LiveCompany
from evals.pictures import picture
from guardrails.desk import Desk
from settings import Settings
from store import people
from store.access import auth
from store.database import Database
from store.imported import founding
from store.timeline import SystemTimeline, set_timeline

LOOPBACK = "127.0.0.1"
ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to
SAVE_SECONDS = 5.0
NEWS_SECONDS = 60.0
CRM_TOKEN = "demo-crm"  # noqa: S105 - a name
BREACHED = 2


async def play(settings: Settings, url: str, ground: Ground, said: Said, *, speed: float, stop: asyncio.Event) -> None:
    """Let the company work until `stop` is set."""
    async with _company_time(url, ground, speed) as timeline:
        telegram = LocalTelegram(
            path=settings.data_dir / TELEGRAM_FOLDER,
            limits=Limits().sped_up(speed),
            wall=lambda: timeline.now().timestamp(),
        )
        for hire in STAFF:
            await telegram.people.add_user(hire.telegram_id, hire.name, hire.username)
        async with (
            serving(telegram, host=LOOPBACK, port=settings.port + 1) as telegram_url,
            running(
                settings,
                url,
                token=SANDBOX_TOKEN,
                telegram_url=telegram_url,
                sandbox_url=f"{telegram_url}/sandbox",
                speed=speed,
            ) as run,
        ):
            for point in run.desk.policy.checklist.points:  # the history that was lived on paper has sent them
                telegram.keep_photo(picture(point.number))
            stage = Stage(said, run, telegram, telegram_url, ground.seed, speed)
            await run_together([*(run.service(name) for name in SERVICES), stage.live, stage.keep_time], stop)
        said.line("demo-stopped", when=said.when(timeline.now()))


@asynccontextmanager
async def _company_time(url: str, ground: Ground, speed: float) -> AsyncGenerator[Timeline]:
    """Company time goes on from where it stood, and is noted at the end."""
    db = Database(url, pool_size=1, max_overflow=1)
    try:
        async with db.transaction() as tx:
            timeline = await set_timeline(tx, company_at=ground.company_at, speed=speed)
        yield timeline
        await _save(db, timeline.now())
    finally:
        await db.close()


async def _save(db: Database, at: datetime) -> None:
    async with db.transaction() as tx:
        await founding.write_mark(tx, {"company_at": at.isoformat()})


@dataclass(frozen=True, slots=True)
class Stage:
    """What runs beside the desk's own services."""

    said: Said
    run: Running
    telegram: LocalTelegram
    telegram_url: str
    seed: int
    speed: float

    @property
    def desk(self) -> Desk:
        """The desk of this process."""
        return self.run.desk

    @property
    def address(self) -> str:
        """Where people of this machine reach the pages."""
        host = self.run.settings.host
        return f"http://{LOOPBACK if host in ANYWHERE else host}:{self.run.settings.port}"

    async def live(self, stop: asyncio.Event) -> None:
        """The company's people, as soon as the desk's door is open."""
        staff = await colleagues(self.desk.db, self.desk)
        company = alive(self.seed, staff, self.desk.policy)
        async with CrmHands.at(self.address, await self._crm_token(), self.desk.timeline) as crm:
            if not await crm.is_let_in(stop):
                return
            await self._greet()
            hands = DemoHands(crm, self._phones(staff), GateHands(self.desk.gate, self.desk.approvals, Channel.WEB))
            people_at_work = LiveCompany(self.desk, company, hands)
            news = asyncio.create_task(self._tell(people_at_work))
            try:
                await people_at_work.run(stop)
            finally:
                news.cancel()

    async def keep_time(self, stop: asyncio.Event) -> None:
        """Note company time every few seconds: a killed demo resumes where it was."""
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), SAVE_SECONDS)
            await _save(self.desk.db, self.desk.timeline.now())

    def _phones(self, staff: Sequence[Colleague]) -> TelegramHands:
        by_name = {hire.name: hire.telegram_id for hire in STAFF}
        chats = {person.id: by_name[person.name] for person in staff}
        return TelegramHands(self.telegram, chats, self.desk.policy.checklist)

    async def _crm_token(self) -> str:
        """A token for this run; those of earlier runs are worth nothing any more."""
        now = SystemTimeline().now()
        async with self.desk.db.transaction() as tx:
            for known in await auth.tokens(tx):
                if known.name == CRM_TOKEN and known.revoked_at is None:
                    await auth.revoke_token(tx, known.id, now=now)
            _, secret = await auth.add_token(tx, name=CRM_TOKEN, scope="crm", person_id=None, now=now)
        return secret

    async def _greet(self) -> None:
        said = self.said
        async with self.desk.db.transaction() as tx:
            (guest, *_) = await people.with_roles(tx, (Role.HEAD,))
            code = await auth.add_code(tx, purpose="login", person_id=guest.id, now=SystemTimeline().now())
        said.space()
        said.line("demo-title", speed=self.speed, when=said.when(self.desk.timeline.now()))
        said.space()
        pages = self.desk.public_url or self.address
        said.line("demo-login", url=f"{pages}/login/{code}")
        said.line("demo-login-note", name=guest.name)
        said.line("demo-admin", url=f"{pages}/")
        said.line("demo-sandbox", url=f"{self.telegram_url}/sandbox")
        said.line("demo-docs", url=f"{pages}/docs")
        said.space()
        said.line("demo-stop")

    async def _tell(self, company: LiveCompany) -> None:
        """A line about what happens, now and then, where somebody looks on."""
        while sys.stdout.isatty():
            await asyncio.sleep(NEWS_SECONDS)
            view = company.living.view
            self.said.line(
                "demo-now",
                when=self.said.when(self.desk.timeline.now()),
                open=len(view.orders),
                overdue=sum(order.level >= BREACHED for order in view.orders),
                cards=len(view.cards),
                approvals=len(view.approvals),
            )
