"""Photos that have come in: where they were put, or the question where they belong."""

from collections.abc import Sequence

from markupsafe import Markup

from bots.card import Button, Card, columns, keyboard
from bots.cards.check import answer_rows, point_lines, point_name
from bots.taps import Check, CheckTap, PhotoTap, Put
from bots.words import Words, lines
from domain.policy import Policy
from guardrails.check_view import CheckView
from store.talk.photos import (
    Batch,
    ChatPhoto,
)
from store.views.listings import OrderLine


def photos_put(words: Words, view: CheckView, policy: Policy, batch: Batch, photos: Sequence[ChatPhoto]) -> Card:
    """What was put where, with the way back, the point's answers and the next point."""
    assert batch.point is not None
    number, point = batch.point, policy.checklist.point(batch.point)
    assert point is not None
    line = view.points.get(number)
    answered = line is not None and line.answer is not None
    following = view.following(number)
    known = len(photos) - sum(photo.added for photo in photos)
    text = lines(
        words.say("photo-put", number=number, count=len(photos)),
        words.say("photo-place", code=view.order.code, bike=view.order.bike, name=point_name(words, policy, number)),
        words.say("photo-known", count=known) if known else None,
        "",
        *point_lines(words, view, number),
    )
    onward: list[Button] = []
    if following is not None:
        label = words.plain("button-onward", number=following, name=point_name(words, policy, following))
        onward.append((label, CheckTap(do=Check.POINT, order=view.order.id, point=following)))
    elif answered:
        onward.append((words.plain("button-finish"), CheckTap(do=Check.FINISH, order=view.order.id)))
    comment = (words.plain("button-comment"), CheckTap(do=Check.COMMENT, order=view.order.id, point=number))
    opened = (words.plain("button-open-point"), CheckTap(do=Check.POINT, order=view.order.id, point=number))
    wrong = (words.plain("button-not-here"), PhotoTap(do=Put.WHERE, batch=batch.id))
    rows = [] if answered else answer_rows(words, view, policy, point)
    return Card(text, keyboard(onward if answered else [], *rows, [comment, opened], [wrong]))


def photos_where(
    words: Words, batch: Batch, photos: Sequence[ChatPhoto], orders: Sequence[OrderLine], *, note: str | None = None
) -> Card:
    """To which order do they belong?"""
    text = lines(
        note,
        words.say("photo-where" if orders else "photo-no-orders", count=len(photos)),
    )
    buttons: list[Button] = [
        (words.plain("button-order", code=line.code, bike=line.bike), _tap(Put.ORDER, batch, line.id))
        for line in orders
    ]
    again = [] if orders else [(words.plain("button-where-again"), _tap(Put.WHERE, batch))]
    return Card(text, keyboard(*columns(buttons, 1), again, _leave(words, batch)))


def photos_point(
    words: Words,
    view: CheckView,
    policy: Policy,
    batch: Batch,
    photos: Sequence[ChatPhoto],
    *,
    section: str = "",
    note: str | None = None,
) -> Card:
    """To which point of this order? Those that wait for a photo come first."""
    points = policy.checklist.points
    wanted = [
        point
        for point in points
        if (point.section.value == section if section else point.number in view.progress.missing_photos)
    ]
    buttons = [
        (
            words.plain("button-photo-point", number=point.number, name=words.plain(f"point-{point.key}")),
            _tap(Put.POINT, batch, view.order.id, str(point.number)),
        )
        for point in wanted
    ]
    sections = [
        (words.plain("button-photo-section", name=words.plain(f"section-{each}")), each.value)
        for each in dict.fromkeys(point.section for point in points)
        if each.value != section
    ]
    leafed = [(label, _tap(Put.SECTION, batch, view.order.id, name)) for label, name in sections]
    other = (words.plain("button-other-order"), _tap(Put.WHERE, batch, arg="all"))
    head = words.say("photo-which-point", code=view.order.code, bike=view.order.bike, count=len(photos))
    return Card(lines(note, head), keyboard(*columns(buttons, 1), *columns(leafed, 2), [other], _leave(words, batch)))


def photos_away(words: Words, count: int) -> Card:
    """They belong nowhere."""
    return Card(words.say("photo-away", count=count))


def _leave(words: Words, batch: Batch) -> list[Button]:
    """Out of the question: leave them where they are, or away with them."""
    stay = [] if batch.order_id is None else [(words.plain("button-stay"), _tap(Put.STAY, batch))]
    return [*stay, (words.plain("button-photo-away"), _tap(Put.AWAY, batch))]


def _tap(do: Put, batch: Batch, order: int = 0, arg: str = "") -> PhotoTap:
    return PhotoTap(do=do, batch=batch.id, order=order, arg=arg)


def photos_refused(words: Words, key: str) -> Markup:
    """Why something is not taken, and what is."""
    return lines(words.say(key), words.say("photo-allowed"))
