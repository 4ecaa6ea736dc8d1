"""The 28-point check on the phone: sections, points, one point."""

from typing import Any

from bots.card import Button, Card, columns, keyboard
from bots.cards.order import progress_line
from bots.taps import Check, CheckTap, Do, OrderTap
from bots.words import Words, lines
from domain.checklist import Progress
from domain.policy import Policy
from guardrails.order_card import OrderCard


def check_sections(words: Words, card: OrderCard, policy: Policy) -> Card:
    """The check by section, with what is left in each."""
    left = {*card.check.missing_points, *card.check.missing_photos}
    buttons: list[Button] = []
    for section in dict.fromkeys(point.section for point in policy.checklist.points):
        numbers = [point.number for point in policy.checklist.points if point.section is section]
        remaining = len(left.intersection(numbers))
        label = words.plain(
            "button-section", name=words.plain(f"section-{section}"), left=remaining, total=len(numbers)
        )
        buttons.append((label, CheckTap(do=Check.SECTION, order=card.order.id, arg=section.value)))
    back = (words.plain("button-back"), OrderTap(do=Do.OPEN, order=card.order.id))
    text = lines(
        words.say("check-title", code=card.order.code), progress_line(words, card.check), *_lacks(words, card.check)
    )
    return Card(text, keyboard(*columns(buttons, 1), [back]))


def _lacks(words: Words, check: Progress) -> list[Any]:
    said = [
        words.say("check-photos", points=", ".join(map(str, check.missing_photos))) if check.missing_photos else None
    ]
    return [each for each in said if each is not None]


def check_section(words: Words, card: OrderCard, policy: Policy, section: str) -> Card:
    """The points of a section with their answers."""
    given = {answer.point: answer for answer in card.answers}
    rows: list[list[Button]] = []
    for point in policy.checklist.points:
        if point.section.value != section:
            continue
        answer = given.get(point.number)
        state = "none" if answer is None else answer.answer
        photo = "need" if point.number in card.check.missing_photos else "no"
        label = words.plain(
            "button-point", number=point.number, name=words.plain(f"point-{point.key}"), state=state, photo=photo
        )
        rows.append([(label, CheckTap(do=Check.POINT, order=card.order.id, point=point.number))])
    rows.append([(words.plain("button-section-ok"), CheckTap(do=Check.SECTION_OK, order=card.order.id, arg=section))])
    rows.append([(words.plain("button-back"), CheckTap(do=Check.SECTIONS, order=card.order.id))])
    return Card(
        words.say("check-section", name=words.plain(f"section-{section}"), code=card.order.code), keyboard(*rows)
    )


def check_point(words: Words, card: OrderCard, policy: Policy, number: int) -> Card:
    """One point: its answer buttons, and how to attach photos."""
    point = policy.checklist.point(number)
    assert point is not None

    def tap(label: str, do: Check, arg: str = "") -> Button:
        return words.plain(label), CheckTap(do=do, order=card.order.id, point=number, arg=arg)

    given = next((answer for answer in card.answers if answer.point == number), None)
    rows: list[list[Button]]
    if number == policy.checklist.verdict_point:
        rows = [[tap(f"button-verdict-{verdict}", Check.VERDICT, verdict)] for verdict in ("green", "yellow", "red")]
    else:
        rows = [[tap("button-ok", Check.OK), tap("button-problem", Check.PROBLEM), tap("button-na", Check.NA)]]
    rows.append(
        [(words.plain("button-back"), CheckTap(do=Check.SECTION, order=card.order.id, arg=point.section.value))]
    )
    text = lines(
        words.say("check-point", number=number, name=words.plain(f"point-{point.key}")),
        words.say("check-answered", answer=words.plain(f"answer-{given.answer}"), photos=len(given.photos))
        if given
        else None,
        words.say("check-artefact") if point.artefact else words.say("check-photo-hint"),
    )
    return Card(text, keyboard(*rows))
