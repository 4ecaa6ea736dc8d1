# The leaders' overview: queue, what burns, managers, KPIs, journal, the AI's switch.

queue-title = <b>{ $hot ->
    [yes] Hot orders: { $count }
   *[no] Open orders: { $count }
}, late: { $late }</b>
queue-status = { $status }: { $count }, late { $late }, the oldest for { $oldest }
list-queue-empty = There are no open orders.
list-hot-empty = There are no hot orders.
list-line = { $mark ->
    [first] ⚡
   *[none] •
} <b>#{ $code }</b> { $bike }
    { $status }, { $left }, { $owner }
ask-status = Which orders?
ask-owner = Whose orders?
button-by-status = By status
button-by-owner = By manager
button-status = { $status }: { $count }
button-every-status = Every status
button-every-owner = Every manager
button-owner = { $name }: { $count }

crisis-title = 🚨 <b>Burning: { $count }, critical: { $critical }</b>
crisis-empty = Nothing burns now.
crisis-approvals = Waiting for a decision: { $count } (/approvals)
crisis-undelivered = Messages not delivered: { $count } (/dead)
crisis-line = { $number }. { $severity ->
    [critical] 🔴
   *[other] 🟠
} { $about ->
    [order] #{ $order }: { $what }
   *[none] { $what }
} · { $left }{ $taken ->
    [yes] {" "}· { $name } is at it
   *[no] { "" }
}

managers-title = <b>Managers: { $count }, on shift: { $on_shift }, breaches today: { $breaches }</b>
managers-empty = No managers yet.
managers-line = • { $name }: { $load } of { $capacity }, { $presence }, breaches today: { $breaches }
presence-on = on shift
presence-off = shift { $opens }
presence-away = away until { $until }
presence-away-open = away
presence-unreachable = not reachable in Telegram
manager-title = <b>{ $name }</b>, { $presence }
manager-load = Load { $load } of { $capacity }, open orders: { $count }
manager-limit = Load limit: { $load }, no new orders beyond it
ask-load-limit = Up to which load shall { $name } get new orders? The usual one: { $capacity }. Open orders stay.
ask-load-limit-why = Why does the load limit of { $name } change? Write it in one message.
note-load-limit = Load limit recorded: { $name }, up to { $load }.
note-load-limit-off = Load limit lifted: { $name }. The usual one holds.
button-load-limit = Load limit
button-at-most = Up to { $load }
button-no-limit = Lift the limit
manager-stage = • { $status }: { $count }
manager-today = Today: breaches { $breaches }, accepted { $accepted }, delivered { $delivered }
away-day = Away: 1 day
away-three = 3 days
away-week = A week
note-away-marked = Noted: away until { $until }. No new orders come.
note-back-marked = Noted: back at work.
button-mark-back = Back at work
button-their-orders = All orders

kpi-title = <b>{ $period ->
    [today] Today
    [week] 7 days
   *[month] 30 days
}: worse { $worse }, better { $better }</b>
kpi-empty = No data for this time.
kpi-line = { $trend ->
    [bad] 🔴
    [good] 🟢
   *[other] ⚪
} { $name }: { $value }{ $known ->
    [yes] , was { $before }
   *[no] { "" }
}
button-kpi-period = { $chosen ->
    [yes] ✓ { "" }
   *[no] { "" }
}{ $period ->
    [today] Today
    [week] 7 days
   *[month] 30 days
}

journal-title = <b>The last decisions</b>
journal-empty = No decisions yet.
journal-line = { $number }. { $at }, { $who }: { $what }{ $about ->
    [order] , order #{ $order }
   *[none] { "" }
}{ $done ->
    [yes] { "" }
   *[no] {" "}({ $outcome })
}
journal-row = <b>Row { $id }: { $what }</b>
journal-who = { $who }, { $at }
journal-order = Order #{ $order }
journal-verdict = Verdict: { $verdict }, rule <code>{ $rule }</code>
journal-outcome = Outcome: { $outcome }
journal-asked = <b>What was asked</b>
journal-facts = <b>On which facts</b>
journal-result = <b>What came of it</b>
journal-fact = • { $name }: { $value }
judged-allow = allowed
judged-needs_approval = needs a human
judged-refuse = refused
judged-shadow = recorded only
thing-decision = journal row { $name }
button-by-author = This author's decisions

ai-whom = { $command ->
    [pause] Who is to be stopped?
    [shadow] Who is only to record, without acting?
   *[resume] Who is to act again?
}
ai-everybody = Everybody
