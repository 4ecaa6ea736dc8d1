# The page "Managers": the team, one manager, calendar, constraints.
managers-all = All managers
managers-team = { $count ->
    [one] { $count } manager
   *[other] { $count } managers
}
managers-own = My numbers
managers-none = There are no managers yet.
managers-load = Load
managers-load-of = { NUMBER($load, maximumFractionDigits: 1) } of { $capacity }
managers-presence = Shift
managers-presence-on = on shift
managers-presence-off = off shift
managers-presence-away = away
managers-until = until { $at }
managers-opens = begins { $at }
managers-stage-pending_manager = To accept
managers-stage-under_inspection = Inspection
managers-stage-awaiting_payment = Payment
managers-stage-ready_for_shipment = To ship
managers-stage-in_transit = In transit
managers-stage-delivered = Delivered
managers-breaches = Missed
managers-accepted = Accepted
managers-declined = Declined
managers-not-accepted = no answer: { $count }
managers-telegram-linked = linked
managers-telegram-blocked = bot blocked
managers-telegram-none = not linked
managers-invite = invite
managers-numbers = Numbers
managers-card = of the period and of the one before
managers-card-mine = your numbers of the period and of the one before, seen by you and the leaders
managers-card-none = Nothing to show for this time yet: there were no orders and no deadlines.
managers-broken = Missed deadlines
managers-orders = { $count ->
    [0] No open orders
    [one] { $count } open order
   *[other] { $count } open orders
}
managers-orders-all = In the queue
managers-orders-none = All is done for now.
managers-today = Today
managers-day-off = day off
managers-back = Back at work
managers-away = Set away
managers-away-until = Away until
managers-away-about = New orders go to colleagues. Orders that cannot be accepted in time are handed over at once.
managers-limits = Constraints
managers-capacity = Capacity
managers-max-load = Limit of load
managers-unlimited = no limit
managers-ebikes = E-bikes
managers-ebikes-yes = gets them
managers-ebikes-no = gets none
managers-no-ebikes = No e-bikes
managers-limits-set = Changed
managers-limits-approved = approved by { $names }
managers-limit = Change the constraints
managers-limit-why = Why
managers-limit-about = The new constraints replace the former ones and hold for new orders only.
managers-calendar = The next two weeks
managers-calendar-team = the team's calendar
managers-calendar-own = a personal calendar
managers-day = Day
managers-hours = Hours
managers-day-note = Note
managers-day-away = away
