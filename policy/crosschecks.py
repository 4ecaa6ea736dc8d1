"""Checks between the parts of the policy that no single value can make; each raises `PolicyError`."""

from collections.abc import Collection, Iterable
from enum import StrEnum
from itertools import pairwise
from typing import Final

from domain.authority import Action, VerdictKind, judge
from domain.errors import PolicyError
from domain.notices import NoticeKind
from domain.orders import OPEN_STATUSES, TERMINAL, DeliveryMethod, Status
from domain.people import ActorKind, Role
from domain.policy import (
    ClockKind,
    ConstraintKind,
    Evidence,
    Policy,
    Risk,
    SignalCode,
    StatusRule,
    StepKey,
    TimeBase,
)
from domain.policy.values import write_duration
from domain.severity import Severity

BRINGS_ITS_OWN_LIMIT: Final = frozenset({ClockKind.STAGE, ClockKind.SIGNAL})


def crosscheck(policy: Policy) -> None:
    """Raise `PolicyError` for the first contradiction within or between files."""
    for check in (
        _statuses,
        _transitions,
        _cancelling,
        _checklist,
        _clocks,
        _calendars,
        _severities,
        _assignment,
        _circles,
        _signals,
        _authority,
        _approvals,
        _money,
        _priorities,
        _targets,
    ):
        check(policy)


def _wrong(file: str, key: str, problem: str, allowed: Iterable[object] = ()) -> PolicyError:
    return PolicyError(file=f"{file}.yaml", key=key, problem=problem, allowed=[str(value) for value in allowed])


def _complete(file: str, key: str, given: Collection[str], needed: Iterable[StrEnum]) -> None:
    needed = tuple(needed)
    for name in needed:
        if name not in given:
            raise _wrong(file, f"{key}.{name}", "is missing", needed)


def _known(file: str, key: str, given: object, allowed: Iterable[object]) -> None:
    allowed = tuple(allowed)
    if given not in allowed:
        raise _wrong(file, key, f"'{given}' is unknown", allowed)


def _unique(file: str, keys: Iterable[tuple[str, object]]) -> None:
    seen = set[object]()
    for key, value in keys:
        if value in seen:
            raise _wrong(file, key, f"'{value}' stands twice")
        seen.add(value)


def _statuses(policy: Policy) -> None:
    statuses = policy.lifecycle.statuses
    _complete("lifecycle", "statuses", statuses, Status)
    _complete("lifecycle", "transit_limits", policy.lifecycle.transit_limits, DeliveryMethod)
    for status, rule in statuses.items():
        key = f"statuses.{status}"
        if status in TERMINAL:
            if rule != StatusRule():
                raise _wrong("lifecycle", key, "a terminal status has no limit and no next step", ["{}"])
            continue
        if (rule.stage_limit is None) == (not rule.limit_by_delivery):
            problem = "an open status needs exactly one limit"
            raise _wrong(
                "lifecycle", f"{key}.stage_limit", problem, ["a duration such as 48h", "limit_by_delivery: true"]
            )
        if rule.next_step is None:
            raise _wrong("lifecycle", f"{key}.next_step", "an open status needs a next step", StepKey)


def _transitions(policy: Policy) -> None:
    rules = policy.lifecycle.transitions
    _unique("lifecycle", ((f"transitions.{i}", f"{rule.source} -> {rule.target}") for i, rule in enumerate(rules)))
    for i, rule in enumerate(rules):
        if rule.source in TERMINAL:
            raise _wrong("lifecycle", f"transitions.{i}.from", f"nothing leaves '{rule.source}'", OPEN_STATUSES)
        if rule.source is rule.target:
            raise _wrong(
                "lifecycle",
                f"transitions.{i}.to",
                "a move leads to another status",
                [status for status in Status if status is not rule.source],
            )
        if (rule.target is Status.CANCELLED) != (Evidence.CANCEL_REASON in rule.evidence):
            problem = "a cancellation, and nothing else, demands a reason code"
            raise _wrong("lifecycle", f"transitions.{i}.evidence", problem, [Evidence.CANCEL_REASON])
    reached = _reachable(policy)
    for status in Status:
        if status not in reached:
            raise _wrong("lifecycle", "transitions", f"no way leads to '{status}'", reached)
        if status not in TERMINAL and not policy.lifecycle.targets(status):
            raise _wrong("lifecycle", "transitions", f"no way leads out of '{status}'", Status)


def _reachable(policy: Policy) -> list[Status]:
    reached, ahead = list[Status](), [Status.PENDING_MANAGER]
    while ahead:
        here = ahead.pop()
        if here not in reached:
            reached.append(here)
            ahead.extend(policy.lifecycle.targets(here))
    return reached


def _cancelling(policy: Policy) -> None:
    cancel = policy.lifecycle.cancel
    for i, reason in enumerate(cancel.note_needed_for):
        _known("lifecycle", f"cancel.note_needed_for.{i}", reason, cancel.reasons)


def _checklist(policy: Policy) -> None:
    checklist = policy.checklist
    numbers = [point.number for point in checklist.points]
    for i, number in enumerate(numbers):
        if number != i + 1:
            raise _wrong("checklist", f"points.{i}.number", f"{number} is out of order", [i + 1])
    _unique("checklist", ((f"points.{i}.key", point.key) for i, point in enumerate(checklist.points)))
    _known("checklist", "verdict_point", checklist.verdict_point, numbers)
    _unique("checklist", ((f"forced_red.{i}.flag", red.flag) for i, red in enumerate(checklist.forced_red)))
    for i, red in enumerate(checklist.forced_red):
        for j, number in enumerate(red.points):
            _known("checklist", f"forced_red.{i}.points.{j}", number, numbers)


def _clocks(policy: Policy) -> None:
    clocks = policy.clocks
    _complete("clocks", "kinds", clocks.kinds, ClockKind)
    for kind, rule in clocks.kinds.items():
        if (rule.limit is None) != (kind in BRINGS_ITS_OWN_LIMIT):
            allowed = ["null"] if kind in BRINGS_ITS_OWN_LIMIT else ["a duration such as 2h"]
            raise _wrong(
                "clocks", f"kinds.{kind}.limit", "the subject brings the limit of stage and signal only", allowed
            )
        if rule.severity is Severity.CRITICAL and rule.time is TimeBase.WORKING:
            raise _wrong("clocks", f"kinds.{kind}.time", "a critical clock runs around the clock", [TimeBase.CALENDAR])
    if not 0 < clocks.remind_at < 1:
        raise _wrong("clocks", "remind_at", "a reminder comes before the breach", ["more than 0, less than 1"])
    for i, step in enumerate(clocks.stuck):
        _known("clocks", f"stuck.{i}.signal", step.signal, SignalCode)
    for i, (earlier, later) in enumerate(pairwise(clocks.stuck), start=1):
        if later.after <= earlier.after or later.severity.rank < earlier.severity.rank:
            raise _wrong("clocks", f"stuck.{i}", "steps grow in time and never fall in severity")
    for i, status in enumerate(clocks.stuck_in):
        _known("clocks", f"stuck_in.{i}", status, OPEN_STATUSES)
    _unique("clocks", ((f"snooze.{i}.key", option.key) for i, option in enumerate(clocks.snooze)))
    if clocks.kinds[ClockKind.APPROVAL].limit != policy.approvals.expires_after:
        problem = "differs from expires_after in approvals.yaml"
        raise _wrong("clocks", "kinds.approval.limit", problem, [write_duration(policy.approvals.expires_after)])


def _calendars(policy: Policy) -> None:
    calendars = policy.calendars
    _known("calendars", "default", calendars.default, calendars.calendars)
    for team, calendar in calendars.teams.items():
        _known("calendars", f"teams.{team}", calendar, calendars.calendars)


def _severities(policy: Policy) -> None:
    limits = policy.severity.limits
    _complete("severity", "limits", limits, Severity)
    if limits[Severity.CRITICAL].time is TimeBase.WORKING:
        raise _wrong("severity", "limits.critical.time", "critical runs around the clock", [TimeBase.CALENDAR])
    for milder, graver in pairwise(Severity):
        if limits[graver].limit >= limits[milder].limit:
            raise _wrong("severity", f"limits.{graver}.limit", f"must be shorter than the limit of '{milder}'")


def _assignment(policy: Policy) -> None:
    weights = policy.assignment.stage_weights
    _complete("assignment", "stage_weights", weights, OPEN_STATUSES)
    for status in weights:
        _known("assignment", f"stage_weights.{status}", status, OPEN_STATUSES)
    _complete("assignment", "constraints", policy.assignment.constraints, ConstraintKind)


def _circles(policy: Policy) -> None:
    circles = policy.circles
    for name, role in circles.roles.items():
        _known("circles", f"roles.{name}.circle", role.circle, circles.circles)
    _known("circles", "arbiter", circles.arbiter, circles.roles)
    arbiters_circle = circles.roles[circles.arbiter].circle
    for name, circle in circles.circles.items():
        if (circle.priority is None) != (name == arbiters_circle):
            problem = "every circle but the arbiter's has a priority"
            raise _wrong("circles", f"circles.{name}.priority", problem, ["1 and more"])
    for i, hearing in enumerate(circles.hears):
        _known("circles", f"hears.{i}.from", hearing.source, circles.roles)
        _known("circles", f"hears.{i}.to", hearing.target, circles.roles)


def _signals(policy: Policy) -> None:
    _complete("signals", "codes", policy.signals.codes, SignalCode)
    for code, rule in policy.signals.codes.items():
        _known("signals", f"codes.{code}.circle", rule.circle, policy.circles.circles)


def _authority(policy: Policy) -> None:
    rules = policy.authority.rules
    _unique("authority", ((f"rules.{i}.name", rule.name) for i, rule in enumerate(rules)))
    for i, rule in enumerate(rules):
        if (ActorKind.PERSON in rule.actors) != bool(rule.roles):
            raise _wrong(
                "authority", f"rules.{i}.roles", "a rule names roles when, and only when, it names people", Role
            )


def _approvals(policy: Policy) -> None:
    approvals = policy.approvals
    _complete("approvals", "voters", approvals.voters, Risk)
    lists = {f"voters.{risk}": roles for risk, roles in approvals.voters.items()}
    lists["default_voters"] = approvals.default_voters
    for key, roles in lists.items():
        for i, role in enumerate(roles):
            _may_vote(f"{key}.{i}", role, policy)
    if not frozenset(Role).intersection(*approvals.voters.values()):
        raise _wrong("approvals", "voters", "nobody could vote when all risks come together", Role)


def _may_vote(key: str, role: Role, policy: Policy) -> None:
    verdict = judge(
        Action.VOTE_APPROVAL,
        ActorKind.PERSON,
        role,
        owns_order=False,
        risks=frozenset(),
        amount_eur=None,
        policy=policy,
    )
    if verdict.kind is not VerdictKind.ALLOW:
        raise _wrong("approvals", key, f"authority.yaml does not let '{role}' vote ({verdict.rule})")


def _money(policy: Policy) -> None:
    money = policy.money
    _complete("money", "delivery", money.delivery, DeliveryMethod)
    ends = [band.below if band.below is not None else band.up_to for band in money.service_fees]
    for i, (lower, upper) in enumerate(pairwise(ends), start=1):
        if lower is not None and upper is not None and upper <= lower:
            raise _wrong("money", f"service_fees.{i}", f"the band ends at {upper}, not above {lower}")
    last, highest = len(ends) - 1, money.price_window.maximum_eur
    if money.service_fees[last].up_to != highest:
        raise _wrong("money", f"service_fees.{last}.up_to", "the last band ends where the price window does", [highest])


def _priorities(policy: Policy) -> None:
    notifications = policy.notifications
    _complete("notifications", "priorities", notifications.priorities, NoticeKind)
    if notifications.retry.longest_wait < notifications.retry.first_wait:
        raise _wrong("notifications", "retry.longest_wait", "is shorter than first_wait")


def _targets(policy: Policy) -> None:
    for i, status in enumerate(policy.targets.critical_stages):
        _known("targets", f"critical_stages.{i}", status, OPEN_STATUSES)
    for i, status in enumerate(policy.crisis.triggers.shipment_blocked.statuses):
        _known("crisis", f"triggers.shipment_blocked.statuses.{i}", status, OPEN_STATUSES)
