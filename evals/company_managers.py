"""What a manager does next on an order, and when: one function a status, as a table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.checklist import PointAnswer
from domain.commands import (
    AcceptOrder,
    AddNote,
    AdvanceOrder,
    AnswerChecklist,
    CancelOrder,
    CloseBlocker,
    Command,
    DeclineOrder,
    OpenBlocker,
    OpenClaim,
    RecordContact,
    SetLogistics,
)
from domain.commands import PointAnswer as GivenAnswer
from domain.orders import CancelReason, ClientDecision, Compliance, Status, Verdict
from domain.policy import Checklist
from evals import catalogue
from evals.company_fate import Dice, Fate
from evals.company_intents import Does, Task
from evals.company_people import OFFICES, WAKING, Colleague
from evals.company_view import OrderView

LYING = 14.0  # how many times longer a step takes that is put off
NUDGES = 3  # talks with a silent client before the request is given up


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One order before the eyes of its owner."""

    order: OrderView
    fate: Fate
    dice: Dice
    me: Colleague
    checklist: Checklist

    def task(
        self,
        name: str,
        wish: Callable[[datetime], Command],
        *,
        since: datetime,
        minutes: float,
        effort: float = 2,
        quick: bool = False,
        urgent: bool = False,
    ) -> Task:
        """A task of mine; `minutes` is the usual delay, stretched by my pace, and much more where I let it lie."""
        temper = self.me.temper
        own = f"{name}:{self.me.id}"
        lies = self.dice.chance(f"lies:{own}", temper.lets_lie)
        return Task(
            name=own,
            since=since,
            delay=self.dice.minutes(own, minutes * temper.pace * (LYING if lies else 1)),
            effort=timedelta(minutes=effort * temper.pace),
            quick=quick,
            urgent=urgent,
            wish=lambda now: Does(person_id=self.me.id, command=wish(now), order=self.order.code),
        )

    def forgets(self, what: str, share: float) -> bool:
        """Whether I forget this on this order."""
        return self.dice.chance(f"{what}:{self.me.id}", share)

    def say(self, name: str, words: Sequence[str]) -> str:
        """Something people write."""
        return self.dice.pick(f"say {name}", words)


def manager_task(case: Case) -> Task | None:
    """The one thing the owner would do next on the order; None while they wait for somebody else."""
    if case.order.approval_pending:
        return None
    if case.order.blockers:
        return _unblock(case)
    return BY_STATUS[case.order.status](case)


def _unblock(case: Case) -> Task:
    order, blocker = case.order, case.order.blockers[0]
    over = OFFICES.add_working(order.last_moved_at, case.fate.trouble_lasts)
    resolution = case.say(f"over {blocker}", catalogue.TROUBLES_OVER)
    return case.task(
        f"unblock:{blocker}",
        lambda _now: CloseBlocker(blocker_id=blocker, resolution=resolution),
        since=over,
        minutes=40,
    )


def _pending(case: Case) -> Task:
    order, temper = case.order, case.me.temper
    reason = case.fate.ends(Status.PENDING_MANAGER)
    if reason is not None:
        return _cancel(case, reason, since=order.since, minutes=temper.accept / temper.pace + 4)
    minutes = temper.accept / temper.pace  # already the person's own: the pace must not count twice
    if case.forgets("declines", temper.declines):
        words = case.say("decline", catalogue.DECLINES)
        return case.task(
            "decline", lambda _now: DeclineOrder(order=order.code, reason=words), since=order.since, minutes=minutes
        )
    return case.task(
        "accept",
        lambda _now: AcceptOrder(order=order.code, version=order.version),
        since=order.since,
        minutes=minutes,
        effort=1,
        quick=True,
        urgent=True,
    )


def _inspection(case: Case) -> Task:
    order, fate = case.order, case.fate
    if order.compliance is Compliance.BLOCKED:
        return _blocked(case)
    if order.seller_contacted_at is None:
        return _contact(case, "seller", since=order.status_since, minutes=6, words=catalogue.SELLER_TALKS)
    answered = WAKING.add_working(order.seller_contacted_at, fate.seller_answers)
    reason = fate.ends(Status.UNDER_INSPECTION)
    if reason is CancelReason.SELLER_UNRESPONSIVE:
        return _cancel(case, reason, since=WAKING.add_working(order.seller_contacted_at, timedelta(hours=26)))
    if reason not in (None, CancelReason.FAILED_INSPECTION):
        return _cancel(case, reason, since=answered)
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
    return _advance(case, Status.AWAITING_PAYMENT, case.say("report", catalogue.REPORTS), minutes=12, effort=8)


def _unfit(case: Case) -> Task:
    """A bike that failed: usually the end; sometimes the client wants it all the same, and a human has to decide."""
    if not case.fate.disputed or case.order.refused:
        return _cancel(case, CancelReason.FAILED_INSPECTION, since=case.order.last_moved_at)
    if not case.order.has_note:
        words = case.say("note", catalogue.DISPUTED)
        return case.task(
            "note",
            lambda _now: AddNote(order=case.order.code, text=words),
            since=case.order.last_moved_at,
            minutes=20,
        )
    return _advance(case, Status.AWAITING_PAYMENT, case.say("dispute", catalogue.DISPUTED), minutes=25)


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
    photos = (f"demo-{case.order.key}-{number}.jpg",) if point.artefact and with_photos else ()
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


def _awaiting(case: Case) -> Task | None:
    order, fate = case.order, case.fate
    if order.compliance is Compliance.BLOCKED:
        return _blocked(case)
    if order.client_decision is ClientDecision.DECLINED:
        return _cancel(case, CancelReason.CLIENT_CHANGED_MIND, since=order.last_moved_at)
    if order.client_decision is ClientDecision.CONFIRMED and order.paid_eur >= order.total_eur:
        if order.compliance is not Compliance.CLEAR:
            return None
        return _advance(case, Status.READY_FOR_SHIPMENT, "клиент оплатил полностью", minutes=35, again=order.asked)
    silent = fate.ends(Status.AWAITING_PAYMENT)
    gives_up = silent in (CancelReason.CLIENT_UNREACHABLE, CancelReason.PAYMENT_NOT_RECEIVED)
    if gives_up and silent is not None and order.client_contacts >= NUDGES and not order.paid_eur:
        return _cancel(case, silent, since=order.last_moved_at, minutes=300)
    return _contact(
        case,
        "client",
        name=f"nudge:{order.client_contacts}",
        since=order.last_moved_at,
        minutes=600,
        words=catalogue.CLIENT_TALKS,
    )


def _ready(case: Case) -> Task:
    order = case.order
    if case.fate.dispatch_trouble is not None and not order.troubles:
        return _block(case, case.fate.dispatch_trouble, since=order.status_since, minutes=150)
    if not order.carrier:
        carrier = case.say("carrier", catalogue.CARRIERS[order.delivery_method])
        days = case.dice.named("dispatch").randint(1, 3)
        return case.task(
            "carrier",
            lambda now: SetLogistics(
                order=order.code, carrier=carrier, dispatch_date=(now + timedelta(days=days)).date()
            ),
            since=order.last_moved_at,
            minutes=200,
            effort=8,
        )
    if not order.tracking_number:
        number = f"{case.dice.pick('track', ('RB', 'CX', 'EE'))}{case.dice.named('number').randrange(10**8, 10**9)}DE"
        return case.task(
            "tracking",
            lambda _now: SetLogistics(order=order.code, tracking_number=number),
            since=order.last_moved_at,
            minutes=420,
            effort=3,
        )
    return _advance(case, Status.IN_TRANSIT, "продавец отправил", minutes=45)


def _transit(case: Case) -> Task | None:
    order, fate = case.order, case.fate
    if order.delivery_confirmed_at is not None:
        return _advance(case, Status.DELIVERED, "клиент получил", minutes=60)
    if fate.transit_trouble is None or order.troubles:
        return None
    stuck_at = order.status_since + fate.transit * fate.trouble_from
    return _block(case, fate.transit_trouble, since=stuck_at, minutes=90)


def _delivered(case: Case) -> Task | None:
    order = case.order
    if order.claim_open:
        return None
    claim = case.fate.claim
    if claim is not None and not order.claimed:
        return case.task(
            "claim", lambda _now: OpenClaim(order=order.code, text=claim), since=order.status_since, minutes=240
        )
    return _advance(case, Status.CLOSED, "клиент доволен", minutes=500)


def _blocked(case: Case) -> Task:
    above = case.order.total_eur == 0
    reason = CancelReason.PRICE_OUT_OF_COMPLIANCE if above else CancelReason.COMPLIANCE_BLOCK
    return _cancel(case, reason, since=case.order.last_moved_at)


def _cancel(case: Case, reason: CancelReason | None, *, since: datetime, minutes: float = 35) -> Task:
    assert reason is not None
    note = catalogue.CANCEL_NOTES[reason]
    return case.task(
        f"cancel:{reason}:{case.order.asked}",
        lambda _now: CancelOrder(order=case.order.code, reason_code=reason, note=note),
        since=since,
        minutes=minutes,
        effort=4,
    )


def _contact(
    case: Case, party: str, *, since: datetime, minutes: float, words: Sequence[str], name: str | None = None
) -> Task:
    said = case.say(name or party, words)
    command = RecordContact.model_validate({"order": case.order.code, "party": party, "text": said})
    return case.task(
        name or f"contact:{party}",
        lambda _now: command,
        since=since,
        minutes=minutes,
        effort=6,
        urgent=party == "seller",
    )


def _advance(case: Case, to: Status, reason: str, *, minutes: float, effort: float = 2, again: int = 0) -> Task:
    return case.task(
        f"advance:{to}:{again}",
        lambda _now: AdvanceOrder(order=case.order.code, to=to, reason=reason),
        since=case.order.last_moved_at,
        minutes=minutes,
        effort=effort,
    )


def _block(case: Case, trouble: str, *, since: datetime, minutes: float) -> Task:
    hours = timedelta(hours=case.dice.pick("promised", (6, 9, 14)))

    def wish(now: datetime) -> Command:
        return OpenBlocker(order=case.order.code, text=trouble, due_at=case.me.calendar.add_working(now, hours))

    return case.task("block", wish, since=since, minutes=minutes, effort=5)


BY_STATUS: Mapping[Status, Callable[[Case], Task | None]] = {
    Status.PENDING_MANAGER: _pending,
    Status.UNDER_INSPECTION: _inspection,
    Status.AWAITING_PAYMENT: _awaiting,
    Status.READY_FOR_SHIPMENT: _ready,
    Status.IN_TRANSIT: _transit,
    Status.DELIVERED: _delivered,
}
