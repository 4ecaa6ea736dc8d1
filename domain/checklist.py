"""The 28-point check: what an answer may be, and how far a check has come (docs/DOMAIN.md 3)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import InvalidInputError
from domain.orders import Order, Verdict
from domain.policy import Checklist, ChecklistPoint, NotApplicable, Policy


class PointAnswer(StrEnum):
    """What may be said of a point."""

    OK = "ok"
    PROBLEM = "problem"
    NA = "na"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to one point; `photos` are file references.

    Only the verdict point carries `verdict`: red is a problem, green and yellow are ok. `flags` are findings that force
    the verdict red (`forced_red` in `checklist.yaml`), such as `serial_stolen` at point 5.
    """

    point: int
    answer: PointAnswer
    comment: str = ""
    photos: tuple[str, ...] = ()
    verdict: Verdict | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a check has come; points by number, in the order of the list.

    `missing_photos` also names open points whose photo will be needed. `verdict` is red as soon as a flag forces it.
    """

    answered: int
    total: int
    missing_points: tuple[int, ...]
    missing_photos: tuple[int, ...]
    problems: tuple[int, ...]
    critical_failed: tuple[int, ...]
    verdict: Verdict | None

    @property
    def complete(self) -> bool:
        """Whether every point is answered and every required photo attached."""
        return not self.missing_points and not self.missing_photos


def may_be_na(point: ChecklistPoint, order: Order) -> bool:
    """Whether "not applicable" is an answer to this point for this bike."""
    match point.not_applicable:
        case NotApplicable.ALWAYS:
            return True
        case NotApplicable.HARDTAIL:
            return order.is_hardtail
        case NotApplicable.NEVER:
            return False


def allowed_flags(number: int, order: Order, checklist: Checklist) -> tuple[str, ...]:
    """The red flags that may be reported at a point of this bike."""
    return tuple(
        red.flag for red in checklist.forced_red if number in red.points and (order.is_ebike or not red.ebike_only)
    )


def validate_answer(point: int, answer: Answer, order: Order, policy: Policy) -> Answer:
    """Return the answer when it is acceptable for this point of this order.

    Raises `InvalidInputError` naming the field and what is allowed: unknown point, "not applicable" where the point
    applies, a problem without a comment, a verdict missing, misplaced or contradicting the answer, a flag where it
    cannot be reported or on a point that is not a problem.
    """
    known = policy.checklist.point(point)
    if known is None:
        numbers = [str(each.number) for each in policy.checklist.points]
        raise InvalidInputError(field="point", value=point, allowed=numbers)
    if answer.point != point:
        raise InvalidInputError(field="point", value=answer.point, allowed=[str(point)])
    if answer.answer is PointAnswer.NA and not may_be_na(known, order):
        raise InvalidInputError(field="answer", value=answer.answer, allowed=[PointAnswer.OK, PointAnswer.PROBLEM])
    if answer.answer is PointAnswer.PROBLEM and not answer.comment.strip():
        raise InvalidInputError(field="comment", value=answer.comment, allowed=["text"])
    _validate_verdict(answer, policy.checklist)
    _validate_flags(answer, order, policy.checklist)
    return answer


def _validate_verdict(answer: Answer, checklist: Checklist) -> None:
    if answer.point != checklist.verdict_point:
        if answer.verdict is not None:
            raise InvalidInputError(field="verdict", value=answer.verdict, allowed=["null"])
        return
    if answer.verdict is None:
        raise InvalidInputError(field="verdict", value="", allowed=list(Verdict))
    fitting = PointAnswer.PROBLEM if answer.verdict is Verdict.RED else PointAnswer.OK
    if answer.answer is not fitting:
        raise InvalidInputError(field="answer", value=answer.answer, allowed=[fitting])


def _validate_flags(answer: Answer, order: Order, checklist: Checklist) -> None:
    allowed = allowed_flags(answer.point, order, checklist)
    for flag in answer.flags:
        if flag not in allowed:
            raise InvalidInputError(field="flags", value=flag, allowed=allowed)
    if answer.flags and answer.answer is not PointAnswer.PROBLEM:
        raise InvalidInputError(field="answer", value=answer.answer, allowed=[PointAnswer.PROBLEM])


def stamp(answer: str, verdict: str | None, flags: Sequence[str], at: datetime) -> str:
    """A short mark of one answer at one moment: a button that carries another one shows what is no more."""
    written = "|".join((answer, verdict or "", ",".join(flags), at.isoformat()))
    return hashlib.sha256(written.encode()).hexdigest()[:6]


def amended(comment: str, *, instead_of: str, added: str) -> str:
    """A comment without one of its parts, and with a new one at the end; what stands there already is not repeated."""
    block = f"\n{comment}\n"
    if instead_of and f"\n{instead_of}\n" in block:
        block = block.replace(f"\n{instead_of}\n", "\n", 1)
    if added and f"\n{added}\n" not in block:
        block += f"{added}\n"
    return block.strip("\n")


def progress(answers: Mapping[int, Answer], order: Order, policy: Policy) -> Progress:
    """How far the check of this order has come.

    "Not applicable" where the point does apply (the bike's description was corrected since) counts as not answered.
    """
    points = policy.checklist.points
    given = {point.number: answers[point.number] for point in points if _is_answered(point, answers, order)}
    problems = tuple(number for number, answer in given.items() if answer.answer is PointAnswer.PROBLEM)
    return Progress(
        answered=len(given),
        total=len(points),
        missing_points=tuple(point.number for point in points if point.number not in given),
        missing_photos=tuple(point.number for point in points if _lacks_photo(point, given, order)),
        problems=problems,
        critical_failed=tuple(point.number for point in points if point.critical and point.number in problems),
        verdict=_verdict(given, order, policy.checklist),
    )


def _is_answered(point: ChecklistPoint, answers: Mapping[int, Answer], order: Order) -> bool:
    answer = answers.get(point.number)
    return answer is not None and (answer.answer is not PointAnswer.NA or may_be_na(point, order))


def _lacks_photo(point: ChecklistPoint, given: Mapping[int, Answer], order: Order) -> bool:
    if not point.artefact:
        return False
    answer = given.get(point.number)
    if answer is None:
        return not may_be_na(point, order)
    return answer.answer is not PointAnswer.NA and not answer.photos


def _verdict(given: Mapping[int, Answer], order: Order, checklist: Checklist) -> Verdict | None:
    """Red when a flag forces it, else what the verdict point says, else what the order already carries."""
    forcing = {red.flag for red in checklist.forced_red}
    if any(forcing.intersection(answer.flags) for answer in given.values()):
        return Verdict.RED
    final = given.get(checklist.verdict_point)
    return final.verdict if final is not None and final.verdict is not None else order.verdict
