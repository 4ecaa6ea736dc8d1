"""The plan for a client who has not decided: what is due when, the drafts, and what is pressed once they are sent."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncConnection

from bots.card import Button, Card, keyboard
from bots.cards.subject import order_of
from bots.door import TelegramDoor
from bots.taps import Do, OrderTap
from bots.words import Words, lines
from domain.followups import FollowUp, StepState, is_undecided
from domain.orders import ClientDecision, Order
from store.talk.outbox import Notification

MARKS = {StepState.DONE: "✅", StepState.OVERTAKEN: "➖", StepState.DUE: "❗", StepState.AHEAD: "▫️"}


def plan_card(words: Words, order: Order, steps: Sequence[FollowUp]) -> Card:
    """Every step with its time; the text of the one that comes next, and what the client said."""
    said = [
        words.say(
            "plan-step",
            mark=MARKS[step.state],
            step=words.plain(f"followup-{step.key}"),
            at=words.moment(step.due_at),
            state=words.plain(f"followup-{step.state}"),
        )
        for step in steps
    ]
    text = lines(words.say("plan-title", code=order.code, bike=order.bike), "", *said, "", words.say("plan-by-hand"))
    coming = following(steps)
    mine = [] if coming is None else by_hand(words, order, coming.key)
    return Card(text, keyboard(*mine, *answers(words, order), [open_order(words, order)]))


def following(steps: Sequence[FollowUp]) -> FollowUp | None:
    """The step that is due, or the nearest one ahead."""
    return next((step for step in steps if step.state in (StepState.DUE, StepState.AHEAD)), None)


def by_hand(words: Words, order: Order, step: str) -> list[list[Button]]:
    """The text to copy, and that it is sent."""
    return [
        [
            (words.plain("button-draft"), OrderTap(do=Do.DRAFT, order=order.id, version=order.version, arg=step)),
            (words.plain("button-sent"), OrderTap(do=Do.SENT, order=order.id, version=order.version, arg=step)),
        ]
    ]


def answers(words: Words, order: Order) -> list[list[Button]]:
    """What the client answered."""
    return [
        [
            (
                words.plain(f"button-answer-{decision}"),
                OrderTap(do=Do.DECIDED, order=order.id, version=order.version, arg=decision.value),
            )
            for decision in (ClientDecision.CONFIRMED, ClientDecision.DECLINED)
        ]
    ]


def open_order(words: Words, order: Order) -> Button:
    """The way to the order's card."""
    return words.plain("button-open"), OrderTap(do=Do.OPEN, order=order.id)


def draft(words: Words, order: Order, step: str) -> Markup:
    """The draft alone, to be copied with one touch."""
    return words.say("draft-to-copy", draft=words.plain(f"followup-{step}-draft", bike=order.bike))


def written_draft(words: Words, order: Order, step: str, *, role: str, text: str) -> Card | None:
    """A role's draft for this client, to be copied with one touch; pointless once the client has decided."""
    if not is_undecided(order):
        return None
    head = words.say("draft-by-role", role=role, code=order.code, step=words.plain(f"followup-{step}"))
    return Card(lines(head, words.say("draft-to-copy", draft=text)), keyboard(*by_hand(words, order, step)))


async def follow_up(tx: AsyncConnection, _door: TelegramDoor, words: Words, notification: Notification) -> Card | None:
    """A draft for an undecided client, the owner's to send; pointless once the client has decided."""
    order, key = await order_of(tx, notification), str(notification.params["step"])
    if order is None or order.owner_id != notification.person_id or not is_undecided(order):
        return None
    due = words.due(datetime.fromisoformat(str(notification.params["due_at"])))
    head = words.say("card-follow-up", code=order.code, step=words.plain(f"followup-{key}"), due=due)
    text = words.say("card-follow-up-draft", draft=words.plain(f"followup-{key}-draft", bike=order.bike))
    rows = [*by_hand(words, order, key), *answers(words, order), [open_order(words, order)]]
    return Card(lines(head, text), keyboard(*rows))
