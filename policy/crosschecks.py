"""Checks between the parts of the policy that no single value can make; each raises `PolicyError`."""

from itertools import pairwise
from typing import Final

from domain.authority import Action, VerdictKind, judge
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
from policy.complaints import complete, known, unique, wrong
from policy.rolechecks import ROLE_CHECKS

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
        _followups,
        *ROLE_CHECKS,
    ):
        check(policy)


def _statuses(policy: Policy) -> None:
    statuses = policy.lifecycle.statuses
    complete("lifecycle", "statuses", statuses, Status)
    complete("lifecycle", "transit_limits", policy.lifecycle.transit_limits, DeliveryMethod)
    for status, rule in statuses.items():
        key = f"statuses.{status}"
        if status in TERMINAL:
            if rule != StatusRule():
                raise wrong("lifecycle", key, "a terminal status has no limit and no next step", ["{}"])
            continue
        if (rule.stage_limit is None) == (not rule.limit_by_delivery):
            problem = "an open status needs exactly one limit"
            raise wrong(
                "lifecycle", f"{key}.stage_limit", problem, ["a duration such as 48h", "limit_by_delivery: true"]
            )
        if rule.next_step is None:
            raise wrong("lifecycle", f"{key}.next_step", "an open status needs a next step", StepKey)


def _transitions(policy: Policy) -> None:
    rules = policy.lifecycle.transitions
    unique("lifecycle", ((f"transitions.{i}", f"{rule.source} -> {rule.target}") for i, rule in enumerate(rules)))
    for i, rule in enumerate(rules):
        if rule.source in TERMINAL:
            raise wrong("lifecycle", f"transitions.{i}.from", f"nothing leaves '{rule.source}'", OPEN_STATUSES)
        if rule.source is rule.target:
            raise wrong(
                "lifecycle",
                f"transitions.{i}.to",
                "a move leads to another status",
                [status for status in Status if status is not rule.source],
            )
        if (rule.target is Status.CANCELLED) != (Evidence.CANCEL_REASON in rule.evidence):
            problem = "a cancellation, and nothing else, demands a reason code"
            raise wrong("lifecycle", f"transitions.{i}.evidence", problem, [Evidence.CANCEL_REASON])
    reached = _reachable(policy)
    for status in Status:
        if status not in reached:
            raise wrong("lifecycle", "transitions", f"no way leads to '{status}'", reached)
        if status not in TERMINAL and not policy.lifecycle.targets(status):
            raise wrong("lifecycle", "transitions", f"no way leads out of '{status}'", Status)


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
        known("lifecycle", f"cancel.note_needed_for.{i}", reason, cancel.reasons)


def _checklist(policy: Policy) -> None:
    checklist = policy.checklist
    numbers = [point.number for point in checklist.points]
    for i, number in enumerate(numbers):
        if number != i + 1:
            raise wrong("checklist", f"points.{i}.number", f"{number} is out of order", [i + 1])
    unique("checklist", ((f"points.{i}.key", point.key) for i, point in enumerate(checklist.points)))
    known("checklist", "verdict_point", checklist.verdict_point, numbers)
    unique("checklist", ((f"forced_red.{i}.flag", red.flag) for i, red in enumerate(checklist.forced_red)))
    for i, red in enumerate(checklist.forced_red):
        for j, number in enumerate(red.points):
            known("checklist", f"forced_red.{i}.points.{j}", number, numbers)


def _clocks(policy: Policy) -> None:
    clocks = policy.clocks
    complete("clocks", "kinds", clocks.kinds, ClockKind)
    for kind, rule in clocks.kinds.items():
        if (rule.limit is None) != (kind in BRINGS_ITS_OWN_LIMIT):
            allowed = ["null"] if kind in BRINGS_ITS_OWN_LIMIT else ["a duration such as 2h"]
            raise wrong(
                "clocks", f"kinds.{kind}.limit", "the subject brings the limit of stage and signal only", allowed
            )
        if rule.severity is Severity.CRITICAL and rule.time is TimeBase.WORKING:
            raise wrong("clocks", f"kinds.{kind}.time", "a critical clock runs around the clock", [TimeBase.CALENDAR])
    if not 0 < clocks.remind_at < 1:
        raise wrong("clocks", "remind_at", "a reminder comes before the breach", ["more than 0, less than 1"])
    for i, step in enumerate(clocks.stuck):
        known("clocks", f"stuck.{i}.signal", step.signal, SignalCode)
    for i, (earlier, later) in enumerate(pairwise(clocks.stuck), start=1):
        if later.after <= earlier.after or later.severity.rank < earlier.severity.rank:
            raise wrong("clocks", f"stuck.{i}", "steps grow in time and never fall in severity")
    for i, status in enumerate(clocks.stuck_in):
        known("clocks", f"stuck_in.{i}", status, OPEN_STATUSES)
    unique("clocks", ((f"snooze.{i}.key", option.key) for i, option in enumerate(clocks.snooze)))
    if clocks.kinds[ClockKind.APPROVAL].limit != policy.approvals.expires_after:
        problem = "differs from expires_after in approvals.yaml"
        raise wrong("clocks", "kinds.approval.limit", problem, [write_duration(policy.approvals.expires_after)])


def _calendars(policy: Policy) -> None:
    calendars = policy.calendars
    known("calendars", "default", calendars.default, calendars.calendars)
    for team, calendar in calendars.teams.items():
        known("calendars", f"teams.{team}", calendar, calendars.calendars)


def _severities(policy: Policy) -> None:
    limits = policy.severity.limits
    complete("severity", "limits", limits, Severity)
    if limits[Severity.CRITICAL].time is TimeBase.WORKING:
        raise wrong("severity", "limits.critical.time", "critical runs around the clock", [TimeBase.CALENDAR])
    for milder, graver in pairwise(Severity):
        if limits[graver].limit >= limits[milder].limit:
            raise wrong("severity", f"limits.{graver}.limit", f"must be shorter than the limit of '{milder}'")


def _assignment(policy: Policy) -> None:
    weights = policy.assignment.stage_weights
    complete("assignment", "stage_weights", weights, OPEN_STATUSES)
    for status in weights:
        known("assignment", f"stage_weights.{status}", status, OPEN_STATUSES)
    complete("assignment", "constraints", policy.assignment.constraints, ConstraintKind)


def _circles(policy: Policy) -> None:
    circles, roles = policy.circles, policy.roles.roles
    known("circles", "arbiter", circles.arbiter, roles)
    for name, circle in circles.circles.items():
        if (circle.priority is None) != (name == roles[circles.arbiter].circle):
            problem = "every circle but the arbiter's has a priority"
            raise wrong("circles", f"circles.{name}.priority", problem, ["1 and more"])
    for i, hearing in enumerate(circles.hears):
        known("circles", f"hears.{i}.from", hearing.source, roles)
        known("circles", f"hears.{i}.to", hearing.target, roles)


def _signals(policy: Policy) -> None:
    complete("signals", "codes", policy.signals.codes, SignalCode)
    for code, rule in policy.signals.codes.items():
        known("signals", f"codes.{code}.circle", rule.circle, policy.circles.circles)


def _authority(policy: Policy) -> None:
    rules = policy.authority.rules
    unique("authority", ((f"rules.{i}.name", rule.name) for i, rule in enumerate(rules)))
    for i, rule in enumerate(rules):
        if (ActorKind.PERSON in rule.actors) != bool(rule.roles):
            raise wrong(
                "authority", f"rules.{i}.roles", "a rule names roles when, and only when, it names people", Role
            )


def _approvals(policy: Policy) -> None:
    approvals = policy.approvals
    complete("approvals", "voters", approvals.voters, Risk)
    lists = {f"voters.{risk}": roles for risk, roles in approvals.voters.items()}
    lists["default_voters"] = approvals.default_voters
    for key, roles in lists.items():
        for i, role in enumerate(roles):
            _may_vote(f"{key}.{i}", role, policy)
    if not frozenset(Role).intersection(*approvals.voters.values()):
        raise wrong("approvals", "voters", "nobody could vote when all risks come together", Role)


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
        raise wrong("approvals", key, f"authority.yaml does not let '{role}' vote ({verdict.rule})")


def _money(policy: Policy) -> None:
    money = policy.money
    complete("money", "delivery", money.delivery, DeliveryMethod)
    ends = [band.below if band.below is not None else band.up_to for band in money.service_fees]
    for i, (lower, upper) in enumerate(pairwise(ends), start=1):
        if lower is not None and upper is not None and upper <= lower:
            raise wrong("money", f"service_fees.{i}", f"the band ends at {upper}, not above {lower}")
    last, highest = len(ends) - 1, money.price_window.maximum_eur
    if money.service_fees[last].up_to != highest:
        raise wrong("money", f"service_fees.{last}.up_to", "the last band ends where the price window does", [highest])


def _priorities(policy: Policy) -> None:
    notifications = policy.notifications
    complete("notifications", "priorities", notifications.priorities, NoticeKind)
    if notifications.retry.longest_wait < notifications.retry.first_wait:
        raise wrong("notifications", "retry.longest_wait", "is shorter than first_wait")


def _targets(policy: Policy) -> None:
    for i, status in enumerate(policy.targets.critical_stages):
        known("targets", f"critical_stages.{i}", status, OPEN_STATUSES)
    for i, status in enumerate(policy.crisis.triggers.shipment_blocked.statuses):
        known("crisis", f"triggers.shipment_blocked.statuses.{i}", status, OPEN_STATUSES)


def _followups(policy: Policy) -> None:
    steps = policy.followups.steps
    unique("followups", ((f"steps.{i}.key", step.key) for i, step in enumerate(steps)))
    for i, (earlier, later) in enumerate(pairwise(steps), start=1):
        if later.after <= earlier.after:
            raise wrong("followups", f"steps.{i}.after", f"must be later than '{earlier.key}'")
    for i, step in enumerate(steps, start=1):
        if step.releases != (i == len(steps)):
            raise wrong("followups", f"steps.{i - 1}.releases", "the last step, and only it, lets the bike go")
