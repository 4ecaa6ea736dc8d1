"""Telegram's limits as numbers, and the pace at which messages may leave.

Sources: the Bot API reference (lengths, counts, sizes) and the Bots FAQ, "My bot is hitting limits" (rates).
"""

import math
from collections.abc import Hashable
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Rate:
    """`count` messages in `seconds` on average, of which `burst` may leave at the same instant."""

    count: float
    seconds: float
    burst: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the server accepts; the defaults are Telegram's real values.

    Telegram documents no size for the "short bursts" it lets pass in a private chat, nor the life of a callback query:
    5 messages and 15 seconds are the cautious end of what is seen in practice.
    """

    overall: Rate = Rate(30, 1, burst=30)
    private_chat: Rate = Rate(1, 1, burst=5)
    group_chat: Rate = Rate(20, 60, burst=20)
    text_chars: int = 4096
    caption_chars: int = 1024
    callback_bytes: int = 64
    keyboard_buttons: int = 100
    answer_chars: int = 200
    callback_seconds: float = 15
    draft_seconds: float = 30
    action_seconds: float = 5
    delete_seconds: int = 48 * 3600
    photo_bytes: int = 10 * 1024**2
    upload_bytes: int = 50 * 1024**2
    download_bytes: int = 20 * 1024**2
    webhook_retry_seconds: float = 1
    webhook_timeout_seconds: float = 60

    def sped_up(self, factor: float) -> "Limits":
        """The same limits for a company whose time runs `factor` times faster than the wall clock."""

        def faster(rate: Rate) -> Rate:
            return replace(rate, count=rate.count * factor, burst=math.ceil(rate.burst * factor))

        return replace(
            self,
            overall=faster(self.overall),
            private_chat=faster(self.private_chat),
            group_chat=faster(self.group_chat),
        )


@dataclass(slots=True)
class Pace:
    """Generic cell rate algorithm: one number per key says when its bucket will be empty again."""

    _empty_at: dict[Hashable, float] = field(default_factory=dict[Hashable, float])

    def delay(self, key: Hashable, rate: Rate, cost: int, now: float) -> float:
        """Seconds until `cost` messages fit; 0 when they fit now. A batch above the burst counts as the burst."""
        step = rate.seconds / rate.count
        empty_at = max(self._empty_at.get(key, now), now) + step * min(cost, rate.burst)
        late = empty_at - now - step * rate.burst
        return late if late > 1e-9 else 0.0

    def spend(self, key: Hashable, rate: Rate, cost: int, now: float) -> None:
        """Book `cost` messages; ask `delay` first."""
        self._empty_at[key] = max(self._empty_at.get(key, now), now) + rate.seconds / rate.count * min(cost, rate.burst)
