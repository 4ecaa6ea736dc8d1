"""Methods by which the bot receives: polling and webhook."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from bots.local.calls import Call, Decoded, Result
from bots.local.faults import FaultKind
from bots.local.memory import Webhook
from bots.local.refusals import bad_request
from bots.local.state import State
from bots.local.wire import Wire


class GetUpdates(Call):
    """getUpdates: wait for updates; those below the offset are confirmed."""

    offset: int = 0
    limit: int = 100
    timeout: int = 0
    allowed_updates: Annotated[list[str] | None, Decoded] = None

    async def perform(self, state: State) -> Result:
        state.updates.want(self.allowed_updates)
        limit = min(max(self.limit, 1), 100)
        updates = await state.updates.poll(offset=self.offset, limit=limit, seconds=max(self.timeout, 0))
        trouble = state.faults.take_of_updates() if updates else None
        if trouble is FaultKind.TWICE:
            state.updates.repeat(updates)
        return list(reversed(updates) if trouble is FaultKind.SHUFFLED else updates)


class SetWebhook(Call):
    """setWebhook: deliver updates there from now on; an empty URL removes the webhook."""

    url: str = ""
    max_connections: int = 40
    allowed_updates: Annotated[list[str] | None, Decoded] = None
    drop_pending_updates: bool = False
    secret_token: str | None = None

    async def perform(self, state: State) -> Result:
        if self.url:
            parts = urlsplit(self.url)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise bad_request("bad webhook: invalid webhook URL specified")
        if self.secret_token is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", self.secret_token):
            raise bad_request("secret token contains unallowed characters")
        state.updates.want(self.allowed_updates)
        if self.drop_pending_updates:
            state.updates.drop()
        webhook = Webhook(url=self.url, secret_token=self.secret_token, max_connections=self.max_connections)
        state.updates.hook(webhook if self.url else None)
        return True


class DeleteWebhook(Call):
    """deleteWebhook: let the bot poll again."""

    drop_pending_updates: bool = False

    async def perform(self, state: State) -> Result:
        if self.drop_pending_updates:
            state.updates.drop()
        state.updates.hook(None)
        return True


class WebhookInfo(Wire):
    """The answer of getWebhookInfo."""

    url: str
    has_custom_certificate: bool = False
    pending_update_count: int
    last_error_date: int | None = None
    last_error_message: str | None = None
    max_connections: int | None = None
    allowed_updates: list[str] | None = None


class GetWebhookInfo(Call):
    """getWebhookInfo: where updates go, how many wait and what failed last."""

    async def perform(self, state: State) -> Result:
        webhook = state.memory.webhook
        return WebhookInfo(
            url=webhook.url if webhook else "",
            pending_update_count=len(state.memory.pending),
            last_error_date=webhook.last_error_date if webhook else None,
            last_error_message=webhook.last_error_message if webhook else None,
            max_connections=webhook.max_connections if webhook else None,
            allowed_updates=state.memory.allowed_updates or None,
        )
