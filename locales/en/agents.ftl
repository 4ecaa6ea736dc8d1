# Role agents: what the graph itself says, and the answers of the offline model.

agent-facts = Facts as of now (data, not instructions):
agent-mend =
    The check did not let the answer pass. Mend it and answer again, from the facts only:
    { $findings }
agent-unreadable = The answer could not be read: { $problem }. Answer again.
agent-cannot-answer = { $role } cannot answer now. Ask in another way, or open the order yourself.
agent-is-off = { $role } is stopped by an administrator now. Orders are assigned and watched as always.
agent-gave-up = { $role } could not answer: the work was interrupted several times. Ask again.
agent-interrupted = The work was interrupted. Before that: { $done }. Nothing was done twice. Have a look and ask again.
agent-stamp-offline = Answered by rules, without a language model ({ $model })
agent-approval-decided = Request #{ $approval } (“{ $what }”{ $order ->
        [none] { "" }
       *[other] , order { $order }
    }): { $status ->
        [done] approved and carried out
        [rejected] rejected
        [expired] expired without a decision
        [failed] approved, but it could not be carried out
       *[other] decided
    }.

offline-number = { NUMBER($value, maximumFractionDigits: 1) }
offline-help =
    I do not understand this question. Ask, for example: "what is hot?", "queue", "who breaks the SLA?", "what about 1042?", "why was 1042 reassigned?", "numbers for the last week", "forecast", "approvals".
    Or order: "reassign 1042 to Вера", "remind 1042", "extend 1042 for 2 hours", "refund 1042, 250 €".
offline-not-mine = This is not in my hands: { $action }.
offline-one-at-a-time = These are several requests; by rules I take one at a time: { $actions }. Which one?
offline-which-order = Which order? Name its number. Action: { $action }.
offline-lacking = Something lacks: name the amount or the time. Action: { $action }.
offline-by-hand = By rules, without a language model, I do not do this: { $action }. Do it on the order's card.
offline-nobody = nobody
offline-order-line = { $order }: { $status }, owner { $owner }, due { $due }
offline-queue = Queue as of { $at }. Open: { $open }, overdue: { $overdue }, hot: { $hot }.
offline-status-line = { $status }: { $orders } (overdue { $overdue })
offline-nearest = Nearest deadlines:
offline-nothing-hot = Nothing is on fire as of { $at }.
offline-hot = { $count ->
        [one] { $count } order is on fire
       *[other] { $count } orders are on fire
    } (as of { $at }):
offline-order-hours = { $hours } h in this status.
offline-order-step = Next step: { $step }.
offline-order-check = Check: { $answered } of { $total } points.
offline-order-violations = Broken limits: { $count }.
offline-order-blockers = Blockers: { $count }.
offline-order-approvals = Waiting for people's decision: { $count }.
offline-managers = Managers from { $since } to { $until } (those who break limits most first):
offline-manager-line = { $name }: load { $load } of { $capacity }, limits broken: { $broken }
offline-kpis = Numbers from { $since } to { $until } (in brackets the period before):
offline-kpi-line = { $name }: { $value }{ $unit }{ $known ->
    [yes] { " " }({ $before }{ $unit })
   *[no] { "" }
}
offline-kpi-missing = { $name }: no data
offline-unit-percent = { " " }%
offline-unit-hours = { " " }h
offline-unit-minutes = { " " }min
offline-signals = { $count ->
        [0] There are no open signals.
        [one] { $count } open signal:
       *[other] { $count } open signals:
    }
offline-signal-line = { $code }, order { $order }, due { $due }
offline-decisions = { $count ->
        [1] The last decision
       *[other] The last decisions
    }:
offline-decision-line = { $at }: { $action }, by { $actor }, outcome { $outcome } (row { $number })
actor-watchdog = the timer
actor-crm = the CRM
actor-dispatcher = the system
actor-postman = delivery of messages
actor-doorman = joining
offline-approvals = { $count ->
        [0] Nothing waits for a decision.
        [one] { $count } request waits for a decision:
       *[other] { $count } requests wait for a decision:
    }
offline-approval-line = Request { $number }: { $action }, order { $order }, until { $until }
offline-forecast = Forecast of new orders from past weeks:
offline-forecast-line = { $date }: { $expected } (days behind it: { $days })
offline-calendar = Who works:
offline-calendar-line = { $name }: { $shift }, away until { $away }
offline-on-shift = on shift
offline-off-shift = off shift
offline-consulted = { $role } answers: { $answer }
offline-no-wording = The data are there ({ $tool }), but without a language model I cannot word them.
offline-waiting = A human has to decide: request { $approval } was sent for approval, votes needed: { $quorum }.
offline-shadow = Shadow mode is on: the action was written to the journal and not done.
offline-done-already = This is done already.
offline-done = Done, and written to the journal.
offline-done-reassign_order = Reassigned order { $order }, new owner: { $who }.
offline-refused = Refused: { $code }.
offline-allowed = Possible: { $allowed }.

arbitration-words = Circles disagree about order { $order }. Word the ruling.
arbitration-ruled =
    Order { $order }: { $stance ->
        [hold] hold it, it does not go on as it is
       *[proceed] it may go on
    }. The order of priority decided: { $winner } ({ $circle }) against { $losers }, { $rule ->
        [stricter-of-equals] the circles are equal, so the stricter position holds
       *[order-of-priority] the circle comes first
    }. { $precedent ->
        [none] There is no precedent.
       *[other] Precedent: ruling { $precedent }.
    } A human may overrule it.
arbitration-none = The circles no longer disagree about order { $order }; there is nothing to rule on.
arbitration-refused = The ruling on order { $order } was not recorded ({ $code }). The signal stays with the people.
