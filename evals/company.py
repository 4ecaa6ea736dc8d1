"""How a small used-bike company behaves: one model for the live demo and for simulations in virtual time.

The clock and the random source are arguments; nothing here reads a file, a database or the time. Whoever runs the model
shows it what people see (`WorkView`) and carries out what they want (`Intent`, by `evals/hands.py`)::

    company = Company(Random(7), people, Habits(), policy.checklist)
    for order in company.arrivals(since, now): ...      # new requests
    for intent in company.intents(view, now): ...       # what people do, and what clients and carriers report
    wake_at = company.next_at()                         # nothing happens before, unless the view changes

Every delay and decision is drawn once per order, task and person from the company's salt: the same seed and the same
history of views give the same intents, and the same request meets the same fate under any way of working.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from domain.commands import NewOrder
from domain.people import Role
from domain.policy import Checklist
from evals.company_arrivals import Inflow
from evals.company_fate import Dice, Fate, fate_of
from evals.company_intents import Intent, Plan, Task
from evals.company_leaders import card_task, order_tasks, signal_task, vote_task
from evals.company_managers import Case, manager_task
from evals.company_people import Colleague, Habits
from evals.company_view import ApprovalView, CardView, OrderView, SignalView, WorkView
from evals.company_world import world_tasks

TRY_AGAIN = timedelta(minutes=12)
TRIES = 6
AWAY_FOR = timedelta(hours=2)
MOVED_WITHIN_MINUTES = 15.0  # how soon, usually, a reminder that is heeded moves somebody


class Company:
    """The people of one company with what they have in mind."""

    def __init__(self, rng: Random, people: Sequence[Colleague], habits: Habits, checklist: Checklist) -> None:
        self._salt = rng.getrandbits(64)
        self._people = {person.id: person for person in people}
        self._admins = [person for person in people if person.role is Role.ADMIN] or [
            person for person in people if person.role in (Role.HEAD, Role.OWNER)
        ]
        self._habits = habits
        self._checklist = checklist
        self._inflow = Inflow(self._salt, habits)
        self._seen: dict[str, OrderView] = {}
        self._fates: dict[str, Fate] = {}
        self._plans: dict[str, dict[str, Plan]] = {}
        self._busy: dict[int, datetime] = {}

    def arrivals(self, since: datetime, until: datetime) -> list[NewOrder]:
        """The requests that arrive after `since` and not after `until`."""
        return self._inflow.between(since, until)

    def intents(self, view: WorkView, now: datetime) -> list[Intent]:
        """What people want to do at this moment, and what the world reports: the urgent first, then the longest due.

        A person does one thing after another, in their own working time; only the urgent interrupts. At most one wish
        concerns one order: what else is due there is wanted at the next call, in the light of what came of it. What was
        wanted before and did not happen is wanted again a little later, a few times.
        """
        self.think_over(view, now)
        due = sorted(
            (not plan.task.urgent, at, plan.key, plan)
            for plan in self._all_plans()
            if (at := plan.at) is not None and at <= now
        )
        wishes: dict[str, Intent] = {}
        for *_, plan in due:
            if plan.about not in wishes and (wish := self._act(plan, view, now)) is not None:
                wishes[plan.about] = wish
        return list(wishes.values())

    def next_at(self) -> datetime | None:
        """The earliest instant at which somebody may want something, as things stand; None when nobody ever will."""
        return min((at for plan in self._all_plans() if (at := self._ready(plan)) is not None), default=None)

    def _all_plans(self) -> Iterator[Plan]:
        return (plan for plans in self._plans.values() for plan in plans.values())

    def _ready(self, plan: Plan) -> datetime | None:
        if plan.at is None or plan.doer is None:
            return plan.at
        return plan.at if plan.task.urgent else max(plan.at, self._busy.get(plan.doer.id, plan.at))

    def _act(self, plan: Plan, view: WorkView, now: datetime) -> Intent | None:
        doer, task = plan.doer, plan.task
        if doer is not None:
            busy_until = max(self._busy.get(doer.id, now), now)
            if busy_until > now and not task.urgent:
                return None
            if doer.id in view.away:
                plan.at = doer.calendar.opening_at_or_after(now + AWAY_FOR)
                return None
            present = doer.is_at_phone(self._salt, now) if task.quick else doer.is_at_work(now)
            if not present:
                plan.at = doer.after(now, timedelta(minutes=1), salt=self._salt, quick=task.quick)
                return None
            self._busy[doer.id] = busy_until + task.effort
        plan.tries += 1
        plan.at = now + TRY_AGAIN * plan.tries if plan.tries < TRIES else None
        return task.wish(now)

    # ── what is planned ──────────────────────────────────────────────────────────────────────────────────────────────
    def think_over(self, view: WorkView, now: datetime) -> None:
        """Bring the plans up to what people see now; plans of what they see no more are forgotten."""
        subjects: set[str] = set()
        for order in view.orders:
            subject = f"order:{order.key}"
            subjects.add(subject)
            if self._seen.get(subject) is not order:
                self._seen[subject] = order
                self._plan(subject, order.code, self._order_tasks(order), now, level=order.level)
        for card in view.cards:
            subjects.add(subject := f"card:{card.violation_id}")
            self._plan(subject, card.order or subject, self._card_tasks(card), now, level=card.level)
        for approval in view.approvals:
            subjects.add(subject := f"approval:{approval.id}")
            self._plan(subject, approval.order or subject, self._vote_tasks(approval, view), now)
        for signal in view.signals:
            subjects.add(subject := f"signal:{signal.id}")
            self._plan(subject, signal.order or subject, self._signal_tasks(signal), now)
        for subject in self._plans.keys() - subjects:
            del self._plans[subject]
            self._seen.pop(subject, None)
            self._fates.pop(subject, None)

    def _order_tasks(self, order: OrderView) -> Iterable[tuple[Colleague | None, Task]]:
        subject = f"order:{order.key}"
        dice = Dice(self._salt, order.key)
        fate = self._fates.get(subject)
        if fate is None:
            fate = self._fates[subject] = fate_of(dice, order.delivery_method, self._habits)
        for task in world_tasks(order, fate):
            yield None, task
        yield from order_tasks(order, self._admins, dice)
        owner = self._people.get(order.owner_id or 0)
        if owner is None or owner.role is not Role.MANAGER:
            return
        case = Case(order=order, fate=fate, dice=dice, me=owner, checklist=self._checklist)
        task = manager_task(case)
        if task is not None:
            yield owner, task

    def _card_tasks(self, card: CardView) -> Iterable[tuple[Colleague, Task]]:
        holder = self._people.get(card.holder_id)
        if holder is not None:
            yield holder, card_task(card, holder, Dice(self._salt, f"violation {card.violation_id}"))

    def _signal_tasks(self, signal: SignalView) -> Iterable[tuple[Colleague, Task]]:
        dice = Dice(self._salt, f"signal {signal.id}")
        me = dice.pick("whose", self._admins)
        yield me, signal_task(signal, me, dice)

    def _vote_tasks(self, approval: ApprovalView, view: WorkView) -> Iterable[tuple[Colleague, Task]]:
        disputed = approval.disputed
        dice = Dice(self._salt, f"approval {approval.id}")
        for person_id in sorted(approval.deciders - view.away):
            voter = self._people.get(person_id)
            if voter is not None:
                yield voter, vote_task(approval, voter, dice, disputed=disputed)

    def _plan(
        self,
        subject: str,
        about: str,
        tasks: Iterable[tuple[Colleague | None, Task]],
        now: datetime,
        *,
        level: int = 0,
    ) -> None:
        """Keep the plans of tasks that are still there, with their instants; plan the new ones."""
        known = self._plans.get(subject, {})
        plans: dict[str, Plan] = {}
        for doer, task in tasks:
            plan = known.get(task.name)
            if plan is None:
                at = self._time_for(task, doer)
                plan = Plan(key=f"{subject}:{task.name}", about=about, task=task, doer=doer, at=at, level=level)
            plan.task = task
            if level > plan.level:
                self._remind(plan, now, level)
            plans[task.name] = plan
        self._plans[subject] = plans

    def _time_for(self, task: Task, doer: Colleague | None) -> datetime:
        if doer is None:
            return task.since
        return doer.after(task.since, task.delay, salt=self._salt, quick=task.quick)

    def _remind(self, plan: Plan, now: datetime, level: int) -> None:
        """The order's clocks have climbed: whoever heeds that comes to it soon."""
        plan.level = level
        doer = plan.doer
        if doer is None or plan.at is None or plan.at <= now or plan.task.since > now:
            return
        dice = Dice(self._salt, f"{plan.key}:reminded {level}")
        if dice.chance("heeds", doer.temper.heeds):
            delay = dice.minutes("soon", MOVED_WITHIN_MINUTES * doer.temper.pace)
            plan.at = min(plan.at, doer.after(now, delay, salt=self._salt, quick=plan.task.quick))
