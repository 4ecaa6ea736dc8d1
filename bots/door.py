"""The Telegram door as its handlers and its delivery know it: the desk behind it, the bot, the pace, the language."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from aiogram import Bot, Dispatcher

from bots.fsm import PostgresStorage
from bots.pace import Pace
from bots.words import Words
from guardrails.desk import Desk
from locales import texts
from store.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramDoor:
    """What handlers and delivery share."""

    desk: Desk
    bot: Bot
    dispatcher: Dispatcher
    storage: PostgresStorage
    pace: Pace
    locale: str

    def words(self, reader: Person) -> Words:
        """The language, time zone and present of one reader."""
        zone = self.desk.gate.calendars.of(reader).tz
        return Words(texts=texts(self.locale), zone=ZoneInfo(zone), now=self.desk.timeline.now())

    async def close(self) -> None:
        """Close the connections to Telegram."""
        await self.bot.session.close()
