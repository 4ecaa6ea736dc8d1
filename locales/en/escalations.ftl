# Escalations and signals: the leaders' cards, their buttons, questions and the short history.

card-escalation = 🚨 <b>{ $about ->
    [order] Order #{ $code }: { $what }
   *[none] { $what }
}</b>
card-escalation-over = ✅ <b>Closed. { $about ->
    [order] Order #{ $code }: { $what }
   *[none] { $what }
}</b>
card-escalation-step = Step { $level } of 3, severity { $severity }
card-escalation-order = { $bike }: { $status }
card-resolution = Outcome: { $resolution }
card-resolved-by = Closed: { $by }, { $at }
card-by-itself = the system
card-signal-open = ⚠️ <b>{ $about ->
    [order] Order #{ $name }: { $what }
    [person] { $what }: { $name }
   *[none] { $what }
}</b>
card-signal-over = ✅ <b>Closed. { $about ->
    [order] Order #{ $name }: { $what }
    [person] { $what }: { $name }
   *[none] { $what }
}</b>
card-signal-said = Details: { $said }
card-signal-severity = Severity: { $severity }
card-signal-due = Settle: { $due }

history-title = <b>What has been done</b>
history-line = • { $at }, { $who }: { $what }
history-taken = at it until { $until }
history-snoozed = put away until { $until }
history-given = order handed over, now with { $to }
history-task = task “{ $text }”, due { $due }
history-extended = more time until { $until } ({ $reason })
history-resolved = closed: { $resolution }
history-rejected = rejected: { $resolution }

note-task = 📌 Task set: { $name }, order #{ $code }, due { $due }.
note-extended = ⏳ Order #{ $code } has time until { $until }.
note-signal-rejected = Signal rejected. { $by }: { $resolution }

ask-task-due = By when is the task due? The working hours of whoever does it count.
ask-task = What is to be done on order #{ $code }? For { $name }, due { $due }. Write it in one message.
ask-extend = How much more time?
ask-extend-reason = { $hours } h more for order #{ $code }. Write the reason in one message.
ask-reject-signal = Why is this no problem? Write it in one message.
ask-crisis-over = A crisis ends by its metric or by a leader's word. The system looks at the metric: it must be back inside its bound and stay there.
button-crisis-calm = The metric is back in its bound
button-crisis-insist = It is over: on my word

task-due-2h = In 2 hours
task-due-4h = In 4 hours
task-due-day = A working day
task-due-three_days = 3 working days

give-title = Who should get order #{ $code } ({ $bike })?
give-nobody = There is nobody to give it to now.
give-unfit = Cannot take it:
give-unfit-line = • { $name }: { $why }, load { $load } of { $capacity }
give-manager = { $best ->
    [yes] ⭐ { $name }: { $load } of { $capacity }, least loaded
   *[no] { $name }: { $load } of { $capacity }
}{ $shift ->
    [on] , on shift
   *[off] , shift { $opens }
}
barrier-refused = did not take this order before
barrier-unreachable = not reachable in Telegram
barrier-away = away
barrier-full = no room
barrier-constraint = such orders are limited
barrier-no_shift = no shifts in the calendar

button-task = 📌 Task
button-extend = More time
button-extend-by = +{ $hours } h
button-assign = Assign a manager
button-reject-signal = Not a problem
button-open-approval = Open the request
button-open-signal = Open the signal
