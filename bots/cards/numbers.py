"""One's own scorecard, worded kindly: numbers only where there are any, one thing that went well, one tip."""

from bots.card import Card, keyboard
from bots.taps import MineTap, My, MyTap
from bots.words import Words, lines
from domain.scorecards import PERIODS, Numbers, Scorecard, praise, tip
from locales.numbers import facts, figures


def numbers_card(words: Words, card: Scorecard) -> Card:
    """The scorecard of one period, with the other periods a tap away."""
    periods = [
        (words.plain("button-period", days=length.days), MyTap(do=My.NUMBERS, arg=str(length.days)))
        for length in PERIODS
        if length != card.length
    ]
    orders = (words.plain("button-mine"), MineTap())
    return Card(lines(*_head(words, card), *_body(words, card)), keyboard([*periods, orders]))


def _head(words: Words, card: Scorecard) -> list[str]:
    since = words.now - card.length
    return [
        words.say("numbers-title", days=card.length.days),
        words.say("numbers-period", since=words.moment(since), days=card.length.days),
        "",
        words.say("numbers-open", count=card.open_now),
    ]


def _body(words: Words, card: Scorecard) -> list[str]:
    if card.present.is_empty:
        return [words.say("numbers-none")]
    return [*_figures(words, card), *_said(words, card)]


def _figures(words: Words, card: Scorecard) -> list[str]:
    empty = card.former.is_empty
    said = [
        words.say("numbers-line", name=words.plain(f"numbers-{key}"), value=now)
        if empty
        else words.say("numbers-line-before", name=words.plain(f"numbers-{key}"), value=now, before=before)
        for key, (now, before) in figures(card, words.texts).items()
    ]
    return [*said, *_broken(words, card.present, card.former)]


def _broken(words: Words, present: Numbers, former: Numbers) -> list[str]:
    """Broken limits by kind; nothing of them where none was decided."""
    if not present.kept.of:
        return []
    before = words.plain("numbers-before", count=sum(former.broken.values())) if former.kept.of else ""
    if not present.broken:
        return [words.say("numbers-broken-none", before=before)]
    kinds = ", ".join(
        words.plain("numbers-kind", kind=words.plain(f"clock-{kind}"), count=count)
        for kind, count in present.broken.items()
    )
    return [words.say("numbers-broken", kinds=kinds, before=before)]


def _said(words: Words, card: Scorecard) -> list[str]:
    told = facts(card, words.texts)
    good, better = praise(card), tip(card)
    return [
        "",
        words.say("numbers-too-little")
        if good is None
        else words.say("numbers-praise", what=words.plain(f"praise-{good}", **told)),
        *([] if better is None else [words.say("numbers-tip", what=words.plain(f"tip-{better}", **told))]),
    ]
