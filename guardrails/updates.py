"""Telegram's updates at the door, whichever way they come: stored with their jobs, and only then confirmed."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from domain.errors import InvalidInputError
from store.database import Database
from store.talk import inbox
from store.talk.inbox import NewUpdate

RECEIVER: Final = "telegram-in"
"""The heartbeat of whoever receives: how, and what went wrong last."""
_UNSTORABLE: Final = dict.fromkeys((0, *range(0xD800, 0xE000)), "\N{REPLACEMENT CHARACTER}")
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
WEBHOOK_PATH: Final = "/telegram/webhook"


async def take(db: Database, bodies: Sequence[Mapping[str, Any]]) -> int:
    """Store updates, each with its job, in one commit; how many were new. Raises InvalidInputError for what is none."""
    updates = [_update(body) for body in bodies]
    async with db.transaction() as tx:
        return await inbox.put(tx, updates)


def webhook_secret(token: str, given: str | None) -> str:
    """What Telegram has to say with each update: the given secret, or one that only who knows the token can tell."""
    return given or hmac.new(token.encode(), b"telegram webhook", hashlib.sha256).hexdigest()


def _update(body: Mapping[str, Any]) -> NewUpdate:
    update_id = body.get("update_id")
    if not isinstance(update_id, int) or isinstance(update_id, bool) or not 0 <= update_id < 2**63:
        raise InvalidInputError(field="update_id", value=str(update_id)[:40], allowed=("a whole number",))
    return NewUpdate(update_id=update_id, chat_id=chat_of(body), body=_storable(body))


def _storable(value: Any) -> Any:
    """The same without what PostgreSQL takes in no text (a zero character, half a surrogate pair): it never gets rid of
    an update that it cannot store, and every later one would wait behind it."""
    match value:
        case str():
            return value.translate(_UNSTORABLE)
        case Mapping():
            return {_storable(key): _storable(each) for key, each in cast("Mapping[str, Any]", value).items()}
        case list():
            return [_storable(each) for each in cast("list[Any]", value)]
        case _:
            return value


def chat_of(body: Mapping[str, Any]) -> int | None:
    """The chat an update belongs to, whatever its kind; a tap on a message that is gone belongs to who tapped."""
    events = [cast("dict[str, Any]", value) for value in body.values() if isinstance(value, dict)]
    for event in events:
        message: object = event.get("message")
        for holder, key in ((event, "chat"), (message, "chat"), (event, "from"), (event, "user")):
            found = _id(holder, key)
            if found is not None:
                return found
    return None


def _id(holder: object, key: str) -> int | None:
    inner: object = cast("dict[str, Any]", holder).get(key) if isinstance(holder, dict) else None
    number: object = cast("dict[str, Any]", inner).get("id") if isinstance(inner, dict) else None
    return number if isinstance(number, int) else None
