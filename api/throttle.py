"""How often somebody may knock: sliding windows, kept in this process."""

import math
import time
from dataclasses import dataclass

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from api.problems import TooManyRequestsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Requests a minute: attempts to sign in and failed signatures by address, the feed by sender, chat by person.

    Wrong passwords count by quarters of an hour: `guesses` from one place for one login, `guesses_in_all` for one login
    from everywhere that is not a browser in which its person has signed in before.
    """

    sign_in: int = 20
    guesses: int = 10
    guesses_in_all: int = 100
    failed: int = 60
    feed: int = 60_000
    chat: int = 30


class Throttle:
    """Counts by kind and by whoever knocks; beyond the rate `TooManyRequestsError` says when to come again."""

    def __init__(self, rates: Rates) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._sign_in = RateLimitItemPerMinute(rates.sign_in, namespace="sign-in")
        self._guesses = RateLimitItemPerMinute(rates.guesses, 15, namespace="guesses")
        self._guesses_in_all = RateLimitItemPerMinute(rates.guesses_in_all, 15, namespace="guesses-in-all")
        self._failed = RateLimitItemPerMinute(rates.failed, namespace="failed")
        self._feed = RateLimitItemPerMinute(rates.feed, namespace="feed")
        self._chat = RateLimitItemPerMinute(rates.chat, namespace="chat")

    async def sign_in(self, address: str) -> None:
        """Somebody at this address tries a one-time code."""
        await self._hit(self._sign_in, address)

    async def guess(self, login: str, address: str, *, known_browser: str | None) -> None:
        """Somebody tries a password for this login.

        A browser that the person has used before counts by itself, so that guessers elsewhere lock nobody out.
        """
        if known_browser is not None:
            await self._hit(self._guesses, f"{login} in {known_browser}")
            return
        await self._hit(self._guesses, f"{login} at {address}")
        await self._hit(self._guesses_in_all, login)

    async def guessed(self, login: str, address: str, *, known_browser: str | None) -> None:
        """The password was right: what was wrong before it, from the same place, is forgotten."""
        place = f"at {address}" if known_browser is None else f"in {known_browser}"
        await self._limiter.clear(self._guesses, f"{login} {place}")

    async def feed(self, sender: str) -> None:
        """This sender delivers."""
        await self._hit(self._feed, sender)

    async def chat(self, person_id: int) -> None:
        """This person speaks with a role."""
        await self._hit(self._chat, str(person_id))

    async def failed(self, address: str) -> None:
        """A token or signature from this address was wrong."""
        await self._hit(self._failed, address)

    async def may_try(self, address: str) -> None:
        """Refuse an address that was wrong too often, before anything is looked up."""
        if not await self._limiter.test(self._failed, address):
            raise await self._refusal(self._failed, address)

    async def _hit(self, item: RateLimitItem, who: str) -> None:
        if not await self._limiter.hit(item, who):
            raise await self._refusal(item, who)

    async def _refusal(self, item: RateLimitItem, who: str) -> TooManyRequestsError:
        window = await self._limiter.get_window_stats(item, who)
        wait = max(1, math.ceil(window.reset_time - time.time()))
        return TooManyRequestsError(limit=f"{item.amount} a minute", retry_after=wait)
