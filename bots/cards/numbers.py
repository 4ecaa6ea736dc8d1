"""One's own scorecard, worded kindly: numbers only where there are any, one thing that went well, one tip."""

from datetime import timedelta

from bots.card import Card, keyboard
from bots.taps import MineTap, My, MyTap
from bots.words import Words, lines
from domain.kpi import MINUTE
from domain.measures import Spread, Tally
from domain.scorecards import PERIODS, Numbers, Scorecard, praise, tip
from locales.times import span


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
    return [*_figures(words, card.present, card.former), *_said(words, card)]


def _figures(words: Words, present: Numbers, former: Numbers) -> list[str]:
    figures = {
        "taken": (str(present.taken), str(former.taken)),
        "closed": (str(present.closed), str(former.closed)),
        "accepted": (_tally(words, present.accepted), _tally(words, former.accepted)),
        "documented": (_tally(words, present.documented), _tally(words, former.documented)),
        "stay": (_spread(words, present.stay), _spread(words, former.stay)),
    }
    empty = former.is_empty
    said = [
        words.say("numbers-line", name=words.plain(f"numbers-{key}"), value=now)
        if empty
        else words.say("numbers-line-before", name=words.plain(f"numbers-{key}"), value=now, before=before)
        for key, (now, before) in figures.items()
    ]
    return [*said, *_broken(words, present, former)]


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
    present, former = card.present, card.former
    facts = {
        "of": present.kept.of,
        "kept": present.kept.hits,
        "share": present.kept.share or 0,
        "former_share": former.kept.share or 0,
        "accepted": _tally(words, present.accepted),
        "closed": present.closed,
        "former_closed": former.closed,
        "stay": _spread(words, present.stay),
        "former_stay": _spread(words, former.stay),
    }
    good, better = praise(card), tip(card)
    return [
        "",
        words.say("numbers-too-little")
        if good is None
        else words.say("numbers-praise", what=words.plain(f"praise-{good}", **facts)),
        *([] if better is None else [words.say("numbers-tip", what=words.plain(f"tip-{better}", **facts))]),
    ]


def _tally(words: Words, tally: Tally) -> str:
    return words.plain("numbers-of", hits=tally.hits, of=tally.of) if tally.of else words.plain("numbers-nothing")


def _spread(words: Words, spread: Spread) -> str:
    if spread.median is None:
        return words.plain("numbers-nothing")
    if spread.median < MINUTE:
        return words.plain("numbers-moment")
    return span(timedelta(seconds=spread.median), texts=words.texts)
