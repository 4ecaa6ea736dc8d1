"""Delivery of updates to the bot's webhook: in order, with the secret, again and again until it is accepted."""

import httpx

from bots.local.memory import Webhook
from bots.local.state import State
from bots.local.wire import Update

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name, not a secret
MAX_DOUBLINGS = 6


class Courier:
    """Posts one update at a time; an update is confirmed by any 2xx answer."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def run(self) -> None:
        """Until the server closes: deliver whatever waits while a webhook is set."""
        failures = 0
        # The proxy of this machine's environment is not for loopback.
        async with httpx.AsyncClient(timeout=self._state.limits.webhook_timeout_seconds, trust_env=False) as client:
            while not self._state.updates.closed:
                webhook, pending = self._state.memory.webhook, self._state.memory.pending
                if webhook is None or not pending:
                    await self._state.bell.wait()
                    continue
                update = pending[0]
                problem = await _problem(client, webhook, update)
                if problem is None:
                    failures = 0
                    self._state.updates.confirm(update.update_id + 1)
                    continue
                webhook.last_error_date, webhook.last_error_message = int(self._state.wall()), problem
                self._state.bell.ring()
                await self._pause(webhook, self._state.limits.webhook_retry_seconds * 2 ** min(failures, MAX_DOUBLINGS))
                failures += 1

    async def _pause(self, webhook: Webhook, seconds: float) -> None:
        until = self._state.clock() + seconds
        while webhook is self._state.memory.webhook and not self._state.updates.closed:
            left = until - self._state.clock()
            if left <= 0:
                return
            await self._state.bell.wait(left)


async def _problem(client: httpx.AsyncClient, webhook: Webhook, update: Update) -> str | None:
    """What went wrong with one delivery, in Telegram's words; None when it was accepted."""
    headers = {"Content-Type": "application/json"}
    if webhook.secret_token:
        headers[SECRET_HEADER] = webhook.secret_token
    body = update.model_dump_json(by_alias=True, exclude_none=True)
    try:
        answer = await client.post(webhook.url, content=body, headers=headers)
    except httpx.TimeoutException:
        return "Read timeout expired"
    except httpx.HTTPError as error:
        return f"Connection failed: {type(error).__name__}"
    if answer.is_success:
        return None
    return f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"
