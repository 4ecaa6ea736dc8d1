"""What a manager does while a bike is under inspection."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.checklist import PointAnswer
from domain.commands import AddNote, AnswerChecklist
from domain.commands import PointAnswer as GivenAnswer
from domain.orders import CancelReason, Compliance, Status, Verdict
from evals import catalogue
from evals.company_case import Case, advance, blocked, cancel, contact
from evals.company_intents import Task
from evals.company_people import WAKING
from evals.pictures import photo_id


def inspection(case: Case) -> Task:
    """Talk to the seller, fill the check, write the note, send the report; or give it up."""
    order, fate = case.order, case.fate
    if order.compliance is Compliance.BLOCKED:
        return blocked(case)
    if order.seller_contacted_at is None:
        return contact(case, "seller", since=order.status_since, minutes=6, words=catalogue.SELLER_TALKS)
    answered = WAKING.add_working(order.seller_contacted_at, fate.seller_answers)
    reason = fate.ends(Status.UNDER_INSPECTION)
    if reason is CancelReason.SELLER_UNRESPONSIVE:
        return cancel(case, reason, since=WAKING.add_working(order.seller_contacted_at, timedelta(hours=26)))
    if reason not in (None, CancelReason.FAILED_INSPECTION):
        return cancel(case, reason, since=answered)
    if order.missing_points:
        return _check(case, order.missing_points, since=answered, minutes=50, effort=25)
    if order.missing_photos:
        return _check(case, order.missing_photos, since=order.last_moved_at, minutes=75, effort=6, forgetful=False)
    if order.verdict is Verdict.RED or order.critical_failed:
        return _unfit(case)
    if not order.has_note:
        words = case.say("note", catalogue.NOTES)
        minutes = 300 if case.forgets("note", case.me.temper.forgets_notes) else 6
        return case.task(
            "note", lambda _now: AddNote(order=order.code, text=words), since=order.last_moved_at, minutes=minutes
        )
    return advance(case, Status.AWAITING_PAYMENT, case.say("report", catalogue.REPORTS), minutes=12, effort=8)


def _unfit(case: Case) -> Task:
    """A bike that failed: usually the end; sometimes the client wants it all the same, and a human has to decide."""
    if not case.fate.disputed or case.order.refused:
        return cancel(case, CancelReason.FAILED_INSPECTION, since=case.order.last_moved_at)
    if not case.order.has_note:
        words = case.say("note", catalogue.DISPUTED)
        return case.task(
            "note",
            lambda _now: AddNote(order=case.order.code, text=words),
            since=case.order.last_moved_at,
            minutes=20,
        )
    return advance(case, Status.AWAITING_PAYMENT, case.say("dispute", catalogue.DISPUTED), minutes=25)


def _check(
    case: Case, points: Sequence[int], *, since: datetime, minutes: float, effort: float, forgetful: bool = True
) -> Task:
    forgotten: frozenset[int] = frozenset()
    if forgetful and case.forgets("photos", case.me.temper.forgets_photos):
        artefacts = [point.number for point in case.checklist.points if point.artefact]
        forgotten = frozenset(case.dice.named("forgotten").sample(artefacts, 2))
    answers = tuple(_answer(case, point, with_photos=point not in forgotten) for point in points)
    return case.task(
        f"check:{len(points)}",
        lambda _now: AnswerChecklist(order=case.order.code, answers=answers),
        since=since,
        minutes=minutes,
        effort=effort,
    )


def _answer(case: Case, number: int, *, with_photos: bool) -> GivenAnswer:
    """What the manager finds at a point: the bike's flaws, or what makes it unfit."""
    point = case.checklist.point(number)
    assert point is not None
    photos = (photo_id(number),) if point.artefact and with_photos else ()
    if number == case.checklist.verdict_point:
        verdict = case.fate.verdict
        red = verdict is Verdict.RED
        return GivenAnswer(
            point=number,
            answer=PointAnswer.PROBLEM.value if red else PointAnswer.OK.value,
            comment="Не рекомендуем" if red else "",
            verdict=verdict,
            photos=photos,
        )
    if case.fate.rejection is not None and case.fate.rejection[0] == number:
        _, flag, words = case.fate.rejection
        flags = () if flag is None else (flag,)
        return GivenAnswer(point=number, answer="problem", comment=words, photos=photos, flags=flags)
    if number == 8 and case.order.is_hardtail:
        return GivenAnswer(point=number, answer="na")
    if number in case.fate.flaws:
        return GivenAnswer(point=number, answer="problem", comment=case.fate.flaws[number], photos=photos)
    return GivenAnswer(point=number, answer="ok", photos=photos)
