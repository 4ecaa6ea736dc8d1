"""A person's numbers in words: what is told of a scorecard, on whatever surface."""

from collections.abc import Mapping
from datetime import timedelta

from domain.kpi import MINUTE
from domain.measures import Spread, Tally
from domain.scorecards import Scorecard
from locales import Param, Texts
from locales.times import span


def tally(counted: Tally, texts: Texts) -> str:
    """«7 из 9»; nothing counted is said to be no data."""
    return texts.get("numbers-of", hits=counted.hits, of=counted.of) if counted.of else texts.get("numbers-nothing")


def usual(stay: Spread, texts: Texts) -> str:
    """The median length of a stay."""
    if stay.median is None:
        return texts.get("numbers-nothing")
    if stay.median < MINUTE:
        return texts.get("numbers-moment")
    return span(timedelta(seconds=stay.median), texts=texts)


def figures(card: Scorecard, texts: Texts) -> Mapping[str, tuple[str, str]]:
    """Each figure of a scorecard now and in the span before, by the end of its name's key `numbers-<key>`."""
    present, former = card.present, card.former
    return {
        "taken": (str(present.taken), str(former.taken)),
        "closed": (str(present.closed), str(former.closed)),
        "accepted": (tally(present.accepted, texts), tally(former.accepted, texts)),
        "documented": (tally(present.documented, texts), tally(former.documented, texts)),
        "stay": (usual(present.stay, texts), usual(former.stay, texts)),
    }


def facts(card: Scorecard, texts: Texts) -> Mapping[str, Param]:
    """What the praises and the tips speak of."""
    present, former = card.present, card.former
    return {
        "of": present.kept.of,
        "kept": present.kept.hits,
        "share": present.kept.share or 0,
        "former_share": former.kept.share or 0,
        "accepted": tally(present.accepted, texts),
        "closed": present.closed,
        "former_closed": former.closed,
        "stay": usual(present.stay, texts),
        "former_stay": usual(former.stay, texts),
    }
