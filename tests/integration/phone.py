"""People with phones: the real bot over real HTTP against the local Bot API server, the staff pressing its buttons."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiogram.exceptions import AiogramError
from aiogram.filters.callback_data import CallbackData

from bots.app import build
from bots.delivery import Delivered, Later, PostOffice, Settled, deliver
from bots.door import TelegramDoor
from bots.handling import handle_update
from bots.inbox import receive
from bots.local import SANDBOX_TOKEN, Limits, LocalTelegram, Rate, serving
from bots.local.files import Upload
from bots.local.testing import hang_up, png
from domain.policy import Policy
from guardrails.desk import Desk as OpenDesk
from tests.integration.desk import POLICY, Desk, Member

FREE = Rate(100_000, 1, burst=100_000)
UNLIMITED = Limits(overall=FREE, private_chat=FREE, group_chat=FREE)


def hurried(policy: Policy = POLICY) -> Policy:
    """The policy with delivery as fast as it goes: what is tested is not Telegram's pace."""
    fast = {"global_per_second": 10_000, "chat_per_second": 10_000, "group_per_minute": 600_000}
    rates = policy.notifications.rate_limits.model_copy(update=fast)
    return policy.model_copy(update={"notifications": policy.notifications.model_copy(update={"rate_limits": rates})})


class Line:
    """The company's Telegram: what the bot sends and what people do, step by step in the test's hand."""

    def __init__(self, company: Desk, telegram: LocalTelegram, door: TelegramDoor, address: str) -> None:
        self.company = company
        self.telegram = telegram
        self.door = door
        self.address = address
        self.post = PostOffice.of(door)
        self._offset: int | None = None

    async def deliver(self) -> list[Delivered | Later | Settled]:
        """Deliver everything that is queued, the most urgent first, as the worker would."""
        queued = await self.company.column(
            "SELECT id FROM notifications WHERE state IN ('queued', 'failed', 'unknown') ORDER BY priority, id"
        )
        return [await deliver(self.post, notification_id) for notification_id in queued]

    async def listen(self) -> int:
        """Receive and handle what people have done; how many updates there were."""
        before = await self.company.value("SELECT count(*) FROM inbox_updates")
        self._offset = await receive(self.door.bot, self.door.desk.db, self._offset, wait=0) or self._offset
        waiting = await self.company.column(
            "SELECT update_id FROM inbox_updates WHERE handled_at IS NULL ORDER BY update_id"
        )
        for update_id in waiting:
            await handle_update(self.door, update_id)
        return int(await self.company.value("SELECT count(*) FROM inbox_updates")) - int(before)

    async def insist(self, *, tries: int = 5) -> None:
        """Listen as the queue does: what Telegram's trouble broke off is handled again."""
        for _ in range(tries):
            try:
                await self.listen()
            except AiogramError:
                continue
            return
        raise AssertionError(f"not handled in {tries} tries")

    async def says(self, who: Member) -> list[str]:
        """What the person reads in their chat, the oldest first, as it reads now."""
        return [
            message.words
            for message in await self.telegram.people.messages(who.telegram_id)
            if message.sender.id != who.telegram_id
        ]

    async def write(self, who: Member, text: str) -> str:
        """The person writes; the bot's last answer."""
        await self.telegram.people.write(who.telegram_id, who.telegram_id, text)
        await self.listen()
        return (await self.says(who))[-1]

    async def photo(self, who: Member) -> str:
        """The person sends a photo; the bot's last answer."""
        upload = Upload("bike.png", png())
        await self.telegram.people.send_photo(who.telegram_id, who.telegram_id, upload)
        await self.listen()
        return (await self.says(who))[-1]

    async def press(self, who: Member, tap: CallbackData) -> str:
        """The person presses the button that carries `tap` on their newest card; what card or alert says then."""
        data = tap.pack()
        message = await self._with_button(who, data)
        query = await self.telegram.people.press(who.telegram_id, who.telegram_id, message, data)
        await self.listen()
        answer = await self.telegram.people.answer(query, wait=0)
        return answer.text if answer is not None and answer.text else await self._reads(who, message)

    async def forge(self, who: Member, tap: CallbackData) -> str:
        """The person sends a tap that no button of theirs carries; what the alert, or else the last message, says."""
        await self.write(who, "/start")
        message = (await self.telegram.people.messages(who.telegram_id))[-1].message_id
        query = await self.telegram.people.press(who.telegram_id, who.telegram_id, message, tap.pack())
        await self.listen()
        answer = await self.telegram.people.answer(query, wait=0)
        return answer.text if answer is not None and answer.text else (await self.says(who))[-1]

    async def buttons(self, who: Member) -> list[str]:
        """The callback data on the person's newest card with buttons."""
        for message in reversed(await self.telegram.people.messages(who.telegram_id)):
            if message.reply_markup is not None:
                return [button.callback_data or "" for row in message.reply_markup.inline_keyboard for button in row]
        return []

    async def card(self, who: Member) -> int:
        """The person's newest message with buttons."""
        messages = await self.telegram.people.messages(who.telegram_id)
        return next(message.message_id for message in reversed(messages) if message.reply_markup is not None)

    async def _with_button(self, who: Member, data: str) -> int:
        for message in reversed(await self.telegram.people.messages(who.telegram_id)):
            rows = message.reply_markup.inline_keyboard if message.reply_markup is not None else ()
            if any(button.callback_data == data for row in rows for button in row):
                return message.message_id
        raise AssertionError(f"no button {data}; there are {await self.buttons(who)}")

    async def _reads(self, who: Member, message_id: int) -> str:
        found = [m for m in await self.telegram.people.messages(who.telegram_id) if m.message_id == message_id]
        return found[0].words


@asynccontextmanager
async def line(company: Desk, *, telegram: LocalTelegram | None = None) -> AsyncGenerator[Line]:
    """The company's staff, linked and within reach."""
    state = telegram or LocalTelegram(limits=UNLIMITED)
    async with serving(state) as url:
        for member in company.people.values():
            await state.people.add_user(member.telegram_id, member.name)
        desk = OpenDesk.of(company.db, hurried(company.policy), company.timeline)
        door = build(desk, SANDBOX_TOKEN, url)
        made = Line(company, state, door, url)
        try:
            yield made
        finally:
            await hang_up(made.door.bot)  # a test that starts the bot anew has another
            await hang_up(door.bot)
