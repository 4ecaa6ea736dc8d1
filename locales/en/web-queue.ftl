# The page "Queue".
queue-filters = Filters
queue-search = Code, client, bike
queue-all-open = All open
queue-all-owners = All managers
queue-age = How long in the status
queue-any-age = Any age
queue-age-4h = over 4 hours
queue-age-24h = over a day
queue-age-72h = over three days
queue-age-7d = over a week
queue-severity = Severity
queue-any-severity = Any severity
queue-severity-of = severity: { $severity }
queue-sort = Order
queue-sort-urgency = Most urgent first
queue-sort-oldest = Longest in the status
queue-sort-newest = Newest first
queue-sort-price = Dearest first
queue-overdue = Overdue
queue-find = Find
queue-reset = Reset
queue-found = { $more ->
    [yes] { $count } orders and more
   *[no] { $count ->
        [one] { $count } order
       *[other] { $count } orders
    }
}
queue-due = Due
queue-price = Price
queue-levers = Actions
queue-act = Act
queue-act-on = Act on order { $code }
queue-urgent = urgent
queue-hot = hot
queue-held = { $name } is at it
queue-choose = Choice
queue-choose-one = Choose order { $code }
queue-bulk = Hand out the chosen
queue-bulk-reason = Why hand out
queue-bulk-limit = More than { $limit } at once need an approval
queue-handed-out = Orders handed out: { $orders }.
queue-left = Left as they are: { $orders }. While you chose, they were closed or went to somebody else.
queue-step = Next step
queue-broken = broken: { $clock }
queue-broken-since = Broken limit: { $clock }
queue-give = Give to
queue-least-loaded = The least loaded
queue-manager-load = { $name } ({ NUMBER($load, maximumFractionDigits: 1) } of { $capacity })
queue-reason = Reason
queue-give-button = Give
queue-task = A task for the owner
queue-task-due = Until
queue-task-button = Set the task
queue-snooze = Snooze:
queue-resolve = How it ended
queue-resolve-button = Close the violation
queue-pages = Pages
queue-first = To the beginning
queue-next = Next
queue-empty = There are no such orders.
