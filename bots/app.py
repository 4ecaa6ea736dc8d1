"""How the Telegram door is built: a bot, its dispatcher with one router per purpose, and the desk behind them."""

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.fsm.strategy import FSMStrategy

from bots.door import TelegramDoor
from bots.fsm import PostgresStorage
from bots.group_gate import GroupGate
from bots.handlers import routers
from bots.pace import Pace, Pacer
from bots.turning import Turning
from guardrails.desk import Desk


def build(
    desk: Desk, token: str, api_url: str | None = None, *, locale: str = "ru", speed: float = 1.0
) -> TelegramDoor:
    """The door behind `token`; `api_url` leads to another Bot API server than Telegram's own.

    `speed`: how many times faster than Telegram's that server's limits are, as in the demo.
    """

    session = AiohttpSession(api=TelegramAPIServer.from_base(api_url)) if api_url else AiohttpSession()
    bot = Bot(token, session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))
    pace = Pace(desk.policy.notifications, speed)
    session.middleware(Pacer(desk.db, pace))
    storage = PostgresStorage(desk.db)
    dispatcher = Dispatcher(storage=storage, fsm_strategy=FSMStrategy.USER_IN_TOPIC)
    door = TelegramDoor(desk=desk, bot=bot, dispatcher=dispatcher, storage=storage, pace=pace, locale=locale)
    dispatcher["door"] = door
    for kind in (dispatcher.message, dispatcher.edited_message, dispatcher.callback_query):
        kind.outer_middleware(GroupGate())
        kind.outer_middleware(Turning())
    dispatcher.include_routers(*routers())
    return door
