# The page "Pulse".
pulse-now = Now
pulse-kpis = Main indicators
pulse-open = At work
pulse-open-note = open orders
pulse-overdue = Overdue
pulse-overdue-note = the order's deadline has passed
pulse-approvals = Wait for a decision
pulse-approvals-none = Nothing waits for a human.
pulse-oldest = oldest: { $span }
pulse-crises = Crises
pulse-crises-none = There is no open crisis.
pulse-crises-overdue = { $overdue ->
    [0] within their limits
   *[other] past their limit: { $overdue }
}
pulse-trend-good = better
pulse-trend-bad = worse
pulse-trend-same = no change
pulse-trend-none = nothing to compare with
pulse-target = Target: { $target }
pulse-met-yes = met
pulse-met-no = missed
pulse-trends = Trends
pulse-hourly = by hour
pulse-daily = by day
pulse-chart-open = Orders at work
pulse-chart-broken = Broken limits
pulse-chart-delivered = Delivered orders
pulse-chart-words-lines = { $name }: from { $first } to { $last }, at most { $most }
pulse-chart-words-bars = { $name }: { $total } in all, at most { $most } at a time, first { $first }, last { $last }
pulse-line-open = open
pulse-line-pending = wait for a manager
pulse-line-broken = limits broken
pulse-line-delivered = delivered
pulse-as-table = The same numbers as a table
pulse-until = As of
pulse-queue = Queue by status
pulse-queue-ages = by age in the status
pulse-age-under_4h = up to 4 hours
pulse-age-from_4h_to_24h = from 4 hours to a day
pulse-age-from_24h_to_72h = from one day to three
pulse-age-over_72h = longer than three days
pulse-age-all = any age
pulse-hot = On fire
pulse-hot-none = Nothing burns: all limits are kept.
pulse-expires = to decide: { $left }
pulse-decide = Decide
pulse-decide-on = Decide on request { $id }
pulse-decisions = Last decisions of AI and rules
pulse-decisions-none = There have been no decisions yet.
pulse-all = All
pulse-behind = Behind this number
pulse-back = ← To the pulse
pulse-found = { $count ->
    [one] { $count } line
   *[other] { $count } lines
}
pulse-show = Which part
pulse-show-hits = Counted: { $count }
pulse-show-rest = Others: { $count }
pulse-show-all = All: { $count }
pulse-when = When
pulse-lasted = How long it lasts or lasted
pulse-move = Move
pulse-status-now = Status now

desk-rules = Rules
desk-escalated = { $step ->
    [1] told the owner of a broken limit
    [2] raised a broken limit to the duty admin
   *[3] raised a broken limit to all admins
}
desk-reminded = reminded of a limit
desk-reassigned = handed over: { $given } → { $taken }
desk-advanced = moving to “{ $status }”
desk-digest = { $title }
desk-limit = Limit “{ $clock }”: { $due }
