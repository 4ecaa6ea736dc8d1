# Digests of the role agents: titles, slots with their meaning, and the rows that fill them.

card-report = 📊 <b>{ $role }</b>
thing-digest = digest { $name }
notice-report = digest of a role

report-title-shift = Shift digest
report-title-daily = Daily operations digest
report-title-crisis = Crisis digest
report-title-brief = Daily brief for the leaders
report-title-weekly = Weekly retrospective: signal, action, effect

report-slot-period = Period
report-slot-open_orders = Open orders
report-slot-overdue_orders = Overdue orders
report-slot-hot_orders = Orders on the hot list
report-slot-hot_list = What burns
report-slot-approvals_open = Requests that wait for people
report-slot-approvals = Requests that wait for a decision
report-slot-people = People: overloaded or away
report-slot-signals_open = Open signals
report-slot-signals = The most important signals
report-slot-nearest = To hand over to the next shift, the nearest deadlines
report-slot-kpis = KPIs of the period (the previous one in brackets)
report-slot-forecast = Forecast of new orders and load
report-slot-crisis = Signs of the crisis
report-slot-pulse = Pulse of the company (the previous period in brackets)
report-slot-decisions = The main decisions
report-slot-rulings = Rulings on conflicts of circles
report-slot-missing = Unclear: who lacks part of the data (nothing is said of it)
report-slot-chains_shown = Signals shown
report-slot-chains = Signal, action, effect
report-slot-chains_more = Further signals of the period, not shown here

report-mark-required = required
report-mark-block = a line of its own
report-count = { $value }
report-nothing = none
report-unknown = no data
report-number-percent = { NUMBER($value, maximumFractionDigits: 1) }%
report-number-hours = { NUMBER($value, maximumFractionDigits: 1) } h
report-number-minutes = { NUMBER($value, maximumFractionDigits: 1) } min
report-number-orders = { NUMBER($value, maximumFractionDigits: 1) }

report-row-period = { $since } – { $until }
report-row-hot = { $order }: { $status }, owner { $owner }, due { $due }
report-row-nearest = { $order }: { $status }, owner { $owner }, due { $due }
report-row-approval = Request { $approval }: { $action }, order { $order }, decided by: { $voters }, until { $due }
report-row-person = { $name }: { $state ->
        [away] away
       *[full] overloaded
    }, load { $load_percent }, open orders { $orders }
report-row-signal = { $signal } ({ $severity }), order { $order }, { $circle_name } ({ $roles }), due { $due }
report-row-kpi = { $kpi }: { $value } ({ $before }){ $trend ->
        [good] , better
        [bad] , worse
       *[other] { "" }
    }
report-row-day = { $date }: orders expected { $expected }, load { $load_percent }{ $over ->
        [yes] , too few people
       *[no] { "" }
    }{ $thin ->
        [yes] , little data
       *[no] { "" }
    }
report-row-ruling = Ruling { $number } of { $ruled }: order { $order }, the position of { $circle_name } holds
report-row-missing = { $role_name } ({ $circle_name }): KPIs with data { $known } of { $total }
report-row-chain = { $signal }, order { $order }, { $raised }. Actions: { $actions }. Effect: { $effect ->
        [measured] measured and written down
        [settled] signal closed { $settled }, not measured
       *[open] not seen yet, the signal is open
    }
report-row-decide_approval = { $number }. Decide request { $approval } ({ $action }, order { $order }). People decide: { $voters }. Due: { $due }. Expected effect: the order waits no longer. { $uncertain ->
        [yes] The circle has no data, the effect cannot be confirmed.
       *[no] { "" }
    }
report-row-decide_signal = { $number }. Settle the signal “{ $signal }” (order { $order }). Owner: { $roles }, { $circle_name }. Due: { $due }. Expected effect: the cause is gone, the signal closed. { $uncertain ->
        [yes] The circle has no data, the effect cannot be confirmed.
       *[no] { "" }
    }
report-row-decide_order = { $number }. Bring order { $order } back in time ({ $status }). Owner: { $owner }, { $circle_name }. Due: { $due }. Expected effect: fewer broken limits. { $uncertain ->
        [yes] The circle has no data, the effect cannot be confirmed.
       *[no] { "" }
    }
report-row-decide_load = { $number }. Add people for { $due }: forecast load { $load_percent }. Owner: { $roles }, { $circle_name }. The head decides. Expected effect: the queue does not grow. { $uncertain ->
        [yes] The circle has no data, the effect cannot be confirmed.
       *[no] { "" }
    }

report-words = Write the digest on these facts.
report-preview = Not sent: { $role }, { $kind }, { $verdict } ({ $model })
