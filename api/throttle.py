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
    """Requests a minute: attempts to sign in and failed signatures by address, the feed by sender, chat by person."""

    sign_in: int = 20
    failed: int = 60
    feed: int = 60_000
    chat: int = 30


class Throttle:
    """Counts by kind and by whoever knocks; beyond the rate `TooManyRequestsError` says when to come again."""

    def __init__(self, rates: Rates) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._sign_in = RateLimitItemPerMinute(rates.sign_in, namespace="sign-in")
        self._failed = RateLimitItemPerMinute(rates.failed, namespace="failed")
        self._feed = RateLimitItemPerMinute(rates.feed, namespace="feed")
        self._chat = RateLimitItemPerMinute(rates.chat, namespace="chat")

    async def sign_in(self, address: str) -> None:
        """Somebody at this address tries a one-time code."""
        await self._hit(self._sign_in, address)

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
