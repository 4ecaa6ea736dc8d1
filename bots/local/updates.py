"""What the bot has yet to receive: the queue, the long poll, who may hold it (Bot API, "Getting updates")."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

from bots.local.memory import Memory, Webhook
from bots.local.refusals import RefusedError, conflict
from bots.local.wire import CallbackQuery, ChatMemberUpdated, Message, Update

# Telegram leaves these out unless they are asked for by name.
ONLY_BY_NAME = frozenset({"chat_member", "message_reaction", "message_reaction_count"})

POLLED_TWICE = "terminated by other getUpdates request; make sure that only one bot instance is running"
POLLED_BESIDE_WEBHOOK = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class Bell:
    """Wakes everyone who waits; each looks again at what it waits for. `rings` counts, so that a change shows."""

    def __init__(self) -> None:
        self.rings = 0
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake all who wait now."""
        self.rings += 1
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, seconds: float | None = None) -> None:
        """Until the next ring, at most `seconds`."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)


class Updates:
    """The queue of one bot; at most one reader holds it."""

    def __init__(self, memory: Memory, clock: Callable[[], float], bell: Bell) -> None:
        self._memory = memory
        self._clock = clock
        self._bell = bell
        self._turn = 0
        self._why_lost: RefusedError | None = None
        self.closed = False

    def push(
        self,
        *,
        message: Message | None = None,
        edited_message: Message | None = None,
        callback_query: CallbackQuery | None = None,
        my_chat_member: ChatMemberUpdated | None = None,
    ) -> None:
        """Queue one update, unless the bot does not want its kind."""
        update = Update(
            update_id=self._memory.last_update_id + 1,
            message=message,
            edited_message=edited_message,
            callback_query=callback_query,
            my_chat_member=my_chat_member,
        )
        kind = next(name for name, value in update if name != "update_id" and value is not None)
        wanted = self._memory.allowed_updates
        if kind not in wanted if wanted else kind in ONLY_BY_NAME:
            return
        self._memory.last_update_id = update.update_id
        self._memory.pending.append(update)
        self._bell.ring()

    def want(self, kinds: Sequence[str] | None) -> None:
        """Which kinds to queue from now on; None leaves the setting as it is, an empty list is the default."""
        if kinds is not None:
            self._memory.allowed_updates = list(kinds)

    def confirm(self, offset: int) -> None:
        """Forget updates below `offset`; a negative one keeps only the last `-offset`."""
        pending = self._memory.pending
        first = next((place for place, update in enumerate(pending) if update.update_id >= offset), len(pending))
        forgotten = max(len(pending) + offset, 0) if offset < 0 else first
        if forgotten and pending:
            del pending[:forgotten]
            self._bell.ring()

    async def poll(self, *, offset: int, limit: int, seconds: float) -> list[Update]:
        """Up to `limit` updates, waiting for the first one at most so many seconds.

        Raises 409 while a webhook is set, and in the earlier of two polls.
        """
        if self._memory.webhook:
            raise conflict(POLLED_BESIDE_WEBHOOK)
        self._take_over(conflict(POLLED_TWICE))
        turn, deadline = self._turn, self._clock() + seconds
        self.confirm(offset)
        while True:
            if turn != self._turn and self._why_lost:
                raise self._why_lost
            left = deadline - self._clock()
            if self._memory.pending or left <= 0 or self.closed:
                return self._memory.pending[:limit]
            await self._bell.wait(left)

    def hook(self, webhook: Webhook | None) -> None:
        """Deliver to this webhook, or with None let the bot poll again; a poll that waits now ends with 409."""
        if webhook is None and self._memory.webhook is None:
            return
        self._memory.webhook = webhook
        self._take_over(conflict("terminated by setWebhook request"))

    def drop(self) -> None:
        """Forget all that waits."""
        self._memory.pending.clear()
        self._bell.ring()

    def close(self) -> None:
        """Let a waiting poll go with what there is."""
        self.closed = True
        self._bell.ring()

    def _take_over(self, why: RefusedError) -> None:
        self._turn += 1
        self._why_lost = why
        self._bell.ring()
