"""The short history on a card: who did what, and when."""

from datetime import datetime

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncConnection

from bots.door import TelegramDoor
from bots.words import Words, clip, lines
from store.views import card_history
from store.views.card_history import Deed

TOLD = 5
QUOTED = 120


async def history(
    tx: AsyncConnection,
    door: TelegramDoor,
    words: Words,
    kind: str,
    subject_id: int,
    *,
    order_id: int | None,
    since: datetime,
) -> Markup | None:
    """The last deeds about a violation or a signal; None when nobody has done anything."""
    done = await card_history.deeds(tx, kind, subject_id, order_id=order_id, since=since, limit=TOLD)
    if not done:
        return None
    return lines("", words.say("history-title"), *(_line(door, words, deed) for deed in done))


def _line(door: TelegramDoor, words: Words, deed: Deed) -> Markup:
    return words.say(
        "history-line", at=words.moment(deed.at), who=who(door, deed.actor, deed.name), what=_what(words, deed)
    )


def who(door: TelegramDoor, actor: str, name: str | None) -> str:
    """A person by name, a role as the company calls it, everything else as the journal has it."""
    roles = door.desk.policy.roles.roles
    if name is not None:
        return name
    return roles[actor].name if actor in roles else actor


def _what(words: Words, deed: Deed) -> Markup:
    result, proposed = deed.result, deed.proposed
    match deed.action:
        case "assign_order" | "reassign_order":
            return words.say("history-given", to=deed.to or "—")
        case "create_task":
            return words.say(
                "history-task", text=clip(str(proposed.get("text", "")), QUOTED), due=_moment(words, proposed["due_at"])
            )
        case "extend_clock":
            reason = clip(str(proposed.get("reason", "")), QUOTED)
            return words.say("history-extended", until=_moment(words, result["due_at"]), reason=reason)
        case "resolve" | "resolve_signal":
            key = "history-rejected" if result.get("status") == "rejected" else "history-resolved"
            return words.say(key, resolution=clip(words.reason(str(result["resolution"])), QUOTED))
        case _:
            taken = deed.action == "acknowledge" or result.get("status") == "acknowledged"
            key = "history-taken" if taken else "history-snoozed"
            return words.say(key, until=_moment(words, result["until"]))


def _moment(words: Words, written: object) -> str:
    return words.moment(datetime.fromisoformat(str(written)))
