"""The 28-point check on the phone: sections, points, one point, the end."""

from hashlib import sha256

from markupsafe import Markup

from bots.card import Button, Card, columns, keyboard
from bots.taps import Check, CheckTap, Do, OrderTap
from bots.words import Words, clip, lines
from domain.checklist import Progress, allowed_flags, may_be_na
from domain.orders import Verdict
from domain.policy import ChecklistPoint, Policy
from guardrails.check_view import CheckView
from locales import sentences
from store.desk.check import PointLine

BAR = 10
COMMENT_CHARS = 600
FINDINGS = 6


def progress_bar(words: Words, check: Progress) -> Markup:
    """How far the check has come, to be seen at a glance: «▓▓▓▓░░░░░░ 12 из 28»."""
    full = max(check.answered * BAR // check.total, min(check.answered, 1))
    return words.say("check-bar", bar="▓" * full + "░" * (BAR - full), answered=check.answered, total=check.total)


def check_sections(words: Words, view: CheckView, policy: Policy) -> Card:
    """The check by section, with what is left in each, and where to go on."""
    buttons: list[Button] = []
    for section in dict.fromkeys(point.section for point in policy.checklist.points):
        numbers = [point.number for point in policy.checklist.points if point.section is section]
        remaining = len(set(view.lacking).intersection(numbers))
        label = words.plain(
            "button-section", name=words.plain(f"section-{section}"), left=remaining, total=len(numbers)
        )
        buttons.append((label, CheckTap(do=Check.SECTION, order=view.order.id, arg=section.value)))
    back = (words.plain("button-back"), OrderTap(do=Do.OPEN, order=view.order.id))
    text = lines(_title(words, view), progress_bar(words, view.progress), *lacks(words, view.progress))
    return Card(text, keyboard(_onward(words, view, policy), *columns(buttons, 1), [_finish(words, view)], [back]))


def _title(words: Words, view: CheckView) -> Markup:
    return words.say("check-title", code=view.order.code, bike=view.order.bike)


def lacks(words: Words, check: Progress) -> list[Markup]:
    """What is still needed, one line a kind."""
    said: list[Markup] = []
    if check.missing_points:
        said.append(words.say("check-unanswered", points=sentences.ranges(check.missing_points)))
    if check.missing_photos:
        said.append(words.say("check-photos", points=sentences.ranges(check.missing_photos)))
    return said


def _onward(words: Words, view: CheckView, policy: Policy, *, number: int = 0) -> list[Button]:
    """The button to the next point that lacks something, behind `number`; the end when nothing lacks any more."""
    following = view.following(number)
    if following is None:
        return [] if view.lacking or not number else [_finish(words, view)]
    key = "button-onward" if number else "button-go-on"
    label = words.plain(key, number=following, name=point_name(words, policy, following))
    return [(label, CheckTap(do=Check.POINT, order=view.order.id, point=following))]


def _finish(words: Words, view: CheckView) -> Button:
    label = words.plain("button-what-lacks" if view.lacking else "button-finish")
    return label, CheckTap(do=Check.FINISH, order=view.order.id)


def point_name(words: Words, policy: Policy, number: int) -> str:
    """What the point is called."""
    point = policy.checklist.point(number)
    assert point is not None
    return words.plain(f"point-{point.key}")


def check_section(words: Words, view: CheckView, policy: Policy, section: str) -> Card:
    """The points of a section with their answers."""
    points = [point for point in policy.checklist.points if point.section.value == section]
    rows = [[point_button(words, view, point)] for point in points]
    if any(number in view.progress.missing_points for number in _at_once(points, policy)):
        tap = CheckTap(do=Check.SECTION_OK, order=view.order.id, arg=section)
        rows.append([(words.plain("button-section-ok"), tap)])
    if all(point.number not in view.lacking for point in points):
        rows.append(_onward(words, view, policy))
    rows.append([(words.plain("button-back"), CheckTap(do=Check.SECTIONS, order=view.order.id))])
    head = words.say("check-section", name=words.plain(f"section-{section}"), code=view.order.code)
    return Card(lines(head, view.order.bike, progress_bar(words, view.progress)), keyboard(*rows))


def point_button(words: Words, view: CheckView, point: ChecklistPoint) -> Button:
    """A point with its answer, and whether its photo lacks."""
    line = view.points.get(point.number)
    label = words.plain(
        "button-point",
        number=point.number,
        name=words.plain(f"point-{point.key}"),
        state=(line.answer if line else None) or "none",
        photo="need" if point.number in view.progress.missing_photos else "no",
    )
    return label, CheckTap(do=Check.POINT, order=view.order.id, point=point.number)


def _at_once(points: list[ChecklistPoint], policy: Policy) -> list[int]:
    """What "everything else is in order" means: the verdict is given by itself."""
    return [point.number for point in points if point.number != policy.checklist.verdict_point]


def still_open(view: CheckView, policy: Policy, section: str) -> tuple[int, ...]:
    """The points of a section that "everything else is in order" would answer now."""
    points = [point for point in policy.checklist.points if point.section.value == section]
    return tuple(number for number in _at_once(points, policy) if number in view.progress.missing_points)


# ── one point ────────────────────────────────────────────────────────────────────────────────────────────────────────
def check_point(words: Words, view: CheckView, policy: Policy, number: int) -> Card:
    """One point: what is known of it, its answers, the next one under the same thumb."""
    point = policy.checklist.point(number)
    assert point is not None
    line = view.points.get(number)
    answered = line is not None and line.answer is not None
    section = (
        words.plain("button-to-section", name=words.plain(f"section-{point.section}")),
        CheckTap(do=Check.SECTION, order=view.order.id, arg=point.section.value),
    )
    onward = _onward(words, view, policy, number=number)
    text = lines(
        words.say("check-point", number=number, name=words.plain(f"point-{point.key}"), code=view.order.code),
        words.say("check-bike", bike=view.order.bike),
        progress_bar(words, view.progress),
        "",
        *point_lines(words, view, number),
        None if answered else words.say("check-photo-hint"),
    )
    return Card(
        text,
        keyboard(
            onward if answered else [],
            *answer_rows(words, view, policy, point),
            _beside(words, view, number),
            [] if answered else onward,
            [section],
        ),
    )


def point_lines(words: Words, view: CheckView, number: int) -> list[Markup]:
    """What is known of a point: answer, by whom, comment, findings, photos, what lacks."""
    line = view.points.get(number)
    needed = number in view.progress.missing_photos
    if line is None:
        return [words.say("check-artefact")] if needed else []
    said: list[Markup] = []
    if line.answer:
        answer = words.plain(f"verdict-{line.verdict}" if line.verdict else f"answer-{line.answer}")
        said.append(
            words.say("check-answered", answer=answer, state=line.answer, by=line.by or "—", at=words.moment(line.at))
        )
    said += [words.say("check-flag", flag=words.plain(f"flag-{flag}")) for flag in line.flags]
    if line.comment:
        said.append(words.say("check-comment", comment=clip(line.comment, COMMENT_CHARS)))
    if line.photos:
        said.append(words.say("check-photo-count", count=len(line.photos)))
    return [*said, words.say("check-artefact")] if needed else said


def answer_rows(words: Words, view: CheckView, policy: Policy, point: ChecklistPoint) -> list[list[Button]]:
    """The answers to a point, the one that stands marked; findings that force the verdict red are one tap each."""
    line = view.points.get(point.number)
    seen = line.stamp if line else ""

    def tap(key: str, do: Check, arg: str = "", *, stands: bool) -> Button:
        stamped = "" if do is Check.PROBLEM else seen
        target = CheckTap(do=do, order=view.order.id, point=point.number, arg=".".join(filter(None, (arg, stamped))))
        return words.plain("button-answer", label=words.plain(key), stands="yes" if stands else "no"), target

    standing = line.answer if line else None
    if point.number == policy.checklist.verdict_point:
        rows = [
            [tap(f"button-verdict-{each}", Check.VERDICT, each.value, stands=bool(line) and line.verdict == each)]
            for each in Verdict
        ]
    else:
        row = [
            tap("button-ok", Check.OK, stands=standing == "ok"),
            tap("button-problem", Check.PROBLEM, stands=standing == "problem"),
        ]
        if may_be_na(point, view.order):
            row.append(tap("button-na", Check.NA, stands=standing == "na"))
        rows = [row]
    flags = allowed_flags(point.number, view.order, policy.checklist)
    raised = line.flags if line else ()
    return [*rows, *([tap(f"button-flag-{flag}", Check.FLAG, flag, stands=flag in raised)] for flag in flags)]


def _beside(words: Words, view: CheckView, number: int) -> list[Button]:
    """Comment and photos of a point."""
    line = view.points.get(number)
    row: list[Button] = [(words.plain("button-comment"), CheckTap(do=Check.COMMENT, order=view.order.id, point=number))]
    if line is not None and line.photos:
        label = words.plain("button-photos", count=len(line.photos))
        row.append((label, CheckTap(do=Check.PHOTOS, order=view.order.id, point=number)))
    return row


def photo_mark(ref: str) -> str:
    """What stands for a photo in a button: its reference is too long."""
    return sha256(ref.encode()).hexdigest()[:10]


def check_photos(words: Words, view: CheckView, policy: Policy, number: int) -> Card:
    """The photos of a point, each with the button that takes it away."""
    line = view.points.get(number)
    refs = line.photos if line else ()
    rows: list[Button] = [
        (
            words.plain("button-drop", number=place),
            CheckTap(do=Check.DROP, order=view.order.id, point=number, arg=photo_mark(ref)),
        )
        for place, ref in enumerate(refs, start=1)
    ]
    back = (words.plain("button-back"), CheckTap(do=Check.POINT, order=view.order.id, point=number))
    name = point_name(words, policy, number)
    head = words.say("check-point", number=number, name=name, code=view.order.code)
    return Card(lines(head, words.say("check-photo-count", count=len(refs))), keyboard(*columns(rows, 2), [back]))


# ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def check_finish(words: Words, view: CheckView, policy: Policy) -> Card:
    """What still lacks as buttons that lead there; when nothing does, the next legal move."""
    back = (words.plain("button-back"), CheckTap(do=Check.SECTIONS, order=view.order.id))
    if view.lacking:
        points = [policy.checklist.point(number) for number in view.lacking]
        buttons = [point_button(words, view, point) for point in points if point is not None]
        text = lines(_title(words, view), progress_bar(words, view.progress), "", *lacks(words, view.progress))
        return Card(text, keyboard(*columns(buttons, 2 if len(buttons) > 7 else 1), [back]))
    verdict = view.progress.verdict
    text = lines(
        _title(words, view),
        progress_bar(words, view.progress),
        words.say("check-complete"),
        words.say("card-verdict", verdict=words.plain(f"verdict-{verdict}")) if verdict else None,
        *_findings(words, view, policy),
        *_before_moving(words, view),
    )
    return Card(text, keyboard(*_moves(words, view), [back]))


def _findings(words: Words, view: CheckView, policy: Policy) -> list[Markup]:
    found = view.progress.problems
    said = [
        words.say(
            "check-finding",
            number=number,
            name=point_name(words, policy, number),
            comment=clip(_of(view, number).comment, 120),
        )
        for number in found[:FINDINGS]
    ]
    return [*said, words.say("list-more", count=len(found) - FINDINGS)] if len(found) > FINDINGS else said


def _of(view: CheckView, number: int) -> PointLine:
    return view.points[number]


def _before_moving(words: Words, view: CheckView) -> list[Markup]:
    """What the next move lacks beside the check, and whom it has to wait for."""
    said: list[Markup] = []
    for move in view.moves:
        status = words.plain(f"status-{move.to}")
        said += [
            words.say("check-move-lacks", status=status, what=each)
            for each in sentences.missing(move.missing, words.texts)
        ]
        if move.needs_approval:
            said.append(words.say("check-move-approval", status=status))
    return said


def _moves(words: Words, view: CheckView) -> list[list[Button]]:
    order = view.order
    rows: list[list[Button]] = []
    for move in view.moves:
        if "note" in move.missing:
            rows.append([(words.plain("button-note"), OrderTap(do=Do.NOTE, order=order.id, version=order.version))])
        if not move.missing:
            tap = OrderTap(do=Do.MOVE, order=order.id, version=order.version, arg=move.to.value)
            rows.append([(words.plain("button-way", state="ready", status=words.plain(f"status-{move.to}")), tap)])
    return rows
