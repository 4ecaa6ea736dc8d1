# The bot's cards. These carry Telegram's tags: the code escapes what is filled in.
card-repeat = <i>Possibly a repeat: the earlier message may have arrived.</i>
card-new-order = 🆕 <b>New order #{ $code }</b>
card-order = <b>Order #{ $code }</b> · { $status }
card-accept-until = Accept by: { $due }
card-progress = Check: { $answered } of { $total }
card-verdict = Verdict: { $verdict }
card-decision = Client: { $decision }
card-compliance = Compliance: { $compliance }
card-shipping = Dispatch: { $carrier }, tracking { $tracking }, date { $date }
card-next = ➡️ { $step }
card-due = Due: { $due }
card-reassigned = This order is yours now.
card-next_step = The order's next step
card-taken-away = Order #{ $code } ({ $bike }) is no longer yours.
card-because = Reason: { $reason }
card-nudge = 🔔 <b>{ $by } reminds you of the order</b>{ $said ->
    [yes] : { $text }
   *[no] { "" }
}
card-urgent = ⚡ First in the queue: { $reason }
card-escalated = 📣 { $by }: { $reason }
card-clock = { $mark ->
    [reminder] ⏰
   *[breach] ❗
} <b>{ $what }</b>
card-escalation-owner = Owner: { $name }
card-proposal = AI-ROP proposes: { $proposal }
card-held = { $name } is on it until { $until }
card-errand = 📌 Task: { $text }
    Due: { $due }
card-task = 📌 Task on order #{ $code }: { $text }
    Due: { $due }
card-follow-up = ✉️ <b>Order #{ $code }, the client has not decided</b>
    { $step }
    Due: { $due }
    A draft, yours to send:
card-follow-up-draft = <blockquote>{ $draft }</blockquote>
card-blocker-notice = ⛔ Blocker on order #{ $code }: { $text }
    Due: { $due }
card-signal = ⚠️ { $what }
card-signal-about = ⚠️ { $what }: { $about }
approval-title = ⚖️ <b>Request #{ $id }</b>: { $what }
approval-order = Order #{ $code }, { $bike }: { $status }
approval-to = New status: { $status }
approval-risks = Why a human is needed: { $risks }
approval-amount = Amount: { $amount }
approval-why = Reason: { $why }
approval-evidence = The client owes { $total }, received { $paid }
approval-votes = Votes in favour: { $given } of { $quorum }
approval-expires = Decide by: { $due }
approval-status = Outcome: { $status }
approval-vote = { $vote ->
    [approve] ✅
   *[reject] ❌
} { $name }
approval-vote-because = { $vote }: { $reason }
digest-title = 📬 <b>Messages have piled up; here is what matters</b>
digest-new_order = { $count ->
    [one] { $count } new order
   *[other] { $count } new orders
}
digest-reminder = { $count ->
    [one] { $count } reminder
   *[other] { $count } reminders
}
digest-breach = { $count ->
    [one] { $count } missed deadline
   *[other] { $count } missed deadlines
}
digest-escalation = { $count ->
    [one] { $count } escalation
   *[other] { $count } escalations
}
digest-alarm = { $count ->
    [one] { $count } alarm
   *[other] { $count } alarms
}
digest-stuck = { $count ->
    [one] { $count } order without movement
   *[other] { $count } orders without movement
}
digest-reassigned = { $count ->
    [one] { $count } order given to you
   *[other] { $count } orders given to you
}
digest-taken_away = { $count ->
    [one] { $count } order went to somebody else
   *[other] { $count } orders went to others
}
digest-approval_outcome = { $count ->
    [one] { $count } decision on a request
   *[other] { $count } decisions on requests
}
digest-next_step = { $count ->
    [one] { $count } next step
   *[other] { $count } next steps
}
digest-nudge = { $count ->
    [one] { $count } reminder of an order
   *[other] { $count } reminders of orders
}
digest-task = { $count ->
    [one] { $count } task
   *[other] { $count } tasks
}
digest-follow_up = { $count ->
    [one] { $count } draft for a client
   *[other] { $count } drafts for clients
}
digest-blocker = { $count ->
    [one] { $count } blocker
   *[other] { $count } blockers
}
digest-ruling = { $count ->
    [one] { $count } ruling
   *[other] { $count } rulings
}
digest-signal = { $count ->
    [one] { $count } signal
   *[other] { $count } signals
}
notice-new_order = new order
notice-reminder = reminder
notice-breach = missed deadline
notice-escalation = escalation
notice-alarm = alarm
notice-stuck = no movement
notice-reassigned = order handed over
notice-taken_away = order went to somebody else
notice-approval_request = request for a decision
notice-approval_outcome = decision on a request
notice-next_step = next step
notice-nudge = reminder of an order
notice-task = task
notice-follow_up = draft for a client
notice-blocker = blocker
notice-signal = signal
notice-digest = digest
notice-ruling = ruling
notice-agent_answer = a role's answer
card-ruling = ⚖️ Ruling { $id } on order №{ $code }: { $stance ->
        [hold] hold it
       *[proceed] it may go on
    }
card-ruling-sides = { $winner } against { $losers }, { $rule ->
        [stricter-of-equals] of equals the stricter position holds
       *[order-of-priority] by the order of priority
    }
card-ruling-reason = { $reason }
card-ruling-human = A head or an owner may overrule it.

card-answer = <b>{ $role }</b>
card-answer-part = <b>{ $role }</b> · { $part } of { $parts }
