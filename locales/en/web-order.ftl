# The order's page.
sheet-page-title = Order { $code }
sheet-to-queue = To the queue
sheet-claim-open = claim open
sheet-of-history = from history
sheet-next-step = Next step:
sheet-no-step = Nothing is to be done on this order.
sheet-urgent-because = First in the queue: { $reason }
sheet-client-name = Client
sheet-client-hidden = contacts are shown to whoever runs the order
sheet-city-name = City
sheet-delivery = Delivery
sheet-seller-name = Seller
sheet-in-status = In this status
sheet-created = Requested
sheet-crm = CRM { $number }
sheet-listing = Listing
sheet-approval-number = Request { $id }
sheet-approval-waits = { $quorum ->
    [1] Decided by:
   *[other] Decided by two of:
}
sheet-approval-open = Open the request
sheet-because = Reason: { $reason }
sheet-approve = Approve
sheet-reject = Reject
sheet-voted = Vote counted: { $given } of { $quorum }. Request: { $status }.
sheet-remind-of = What to remind of (optional)
sheet-hurry = Put first
sheet-unhurry = Back in line by its deadline
sheet-do = Do it

sheet-moves = Where to next
sheet-moves-none = The order is over, there is nothing more to do.
sheet-kind-money = client's money
sheet-kind-legal = legal risk
sheet-kind-disputed = disputed move
sheet-kind-rework = rework
sheet-lacks = Lacking:
sheet-ready = Everything is ready
sheet-move = Move
sheet-ask-move = Ask
sheet-cancel = Cancel
sheet-confirm = Confirm
sheet-not-yours = not yours to make
sheet-to-check = To the check
sheet-to-deal = To the deal
sheet-move-waits = { $quorum ->
    [1] Decided by:
   *[other] Decided by two of:
}
sheet-move-asked = Asked already:
sheet-move-waits-after = The order moves once the request is approved.
sheet-choose = Choose
sheet-cancel-note = Note (needed for reasons with an asterisk)
sheet-carrier = Carrier
sheet-tracking = Tracking number
sheet-dispatch-date = Dispatch date
sheet-arrival = Delivered
sheet-client-confirmed = The client has confirmed the purchase
sheet-delivery-confirmed = The delivery is confirmed
sheet-delivered-at = When it was delivered (empty: now)
sheet-note-of-check = Note on the outcome of the check
sheet-move-word = Comment (optional)

sheet-check = Check, 28 points
sheet-check-progress = { $answered } of { $total } answered
sheet-verdict = verdict: { $verdict }
sheet-photos-missing = photos lack at points: { $points }
sheet-section-left = { $left ->
    [0] done, points: { $total }
   *[other] { $left } of { $total } left
}
sheet-unanswered = no answer
sheet-critical = critical
sheet-photo-needed = photo needed
sheet-photo-of = Photo { $number } of point { $point }
sheet-photos-unseen = { $count ->
    [one] There is { $count } photo that cannot be shown: no bot is connected.
   *[other] There are { $count } photos that cannot be shown: no bot is connected.
}
sheet-photo-none-1 = photo
sheet-photo-none-2 = unavailable
sheet-photos-by-bot = Attach photos in Telegram, on the order's card. Those already attached stay.
sheet-answer = Answer
sheet-mend = Correct
sheet-answer-point = Answer point { $number }
sheet-flags = Dangerous findings (the verdict turns red)
sheet-comment = Comment
sheet-save = Save
sheet-leave = Leave as it is
sheet-rest-fine = { $count ->
    [one] { $count } more point without photos is fine
   *[other] { $count } more points without photos are fine
}

sheet-limits = Deadlines and violations
sheet-limits-none = No deadlines and no violations.
sheet-broken = violation
sheet-severity = severity { $severity }
sheet-held-by = { $name } is at it until { $until }
sheet-clocks = Deadlines that run now
sheet-clock = Timer
sheet-vote-approve = for
sheet-vote-reject = against
sheet-paused = paused until { $until }
sheet-resume = Resume
sheet-extend = Extend
sheet-pause = Pause
sheet-minutes = By how many minutes
sheet-pause-most = At most, minutes

sheet-work = Tasks and blockers
sheet-work-none = No open tasks or blockers.
sheet-blocker-tag = blocker
sheet-blocker-new = Blocker
sheet-blocker-what = What stands in the way
sheet-blocker-who = Who removes it
sheet-blocker-due = Remove by
sheet-task = Task
sheet-task-step = Next step: { $step }
sheet-whose = Whose task
sheet-of-owner = The order owner's
sheet-done = Done
sheet-follow-up = Draft of a reminder to the client
sheet-note = Note
sheet-contact_client = Contact with the client
sheet-contact_seller = Contact with the seller
sheet-contact-new = Contact
sheet-contact-with = With whom
sheet-contact-way = Who began
sheet-contact-medium = How
sheet-contact-text = What it was about (optional)
sheet-party-client = with the client
sheet-party-seller = with the seller
sheet-direction-out = we did
sheet-direction-in = they wrote to us
sheet-medium-phone = phone
sheet-medium-chat = chat

sheet-deal-title = Deal
sheet-client-decision = Client's decision
sheet-compliance = Compliance
sheet-claim-text = What the client complains about
sheet-money-title = Money by tariff
sheet-money-caption = What the deal is made of: from the client, our cost, ours
sheet-component = Component
sheet-of-client = From the client
sheet-our-cost = Cost
sheet-ours = Ours
sheet-actual = Actual
sheet-component-bike = Bike
sheet-component-service = Service
sheet-component-delivery = Delivery
sheet-component-repacking = Repacking
sheet-component-insurance = Insurance
sheet-component-payment = Payment system
sheet-total = Total (actual: received)
sheet-margin-share = Planned margin: { NUMBER($share, maximumFractionDigits: 1) } % of the client's total{ $low ->
    [yes] , below the bound of { NUMBER($bound, maximumFractionDigits: 1) } %
   *[no] { "" }
}
sheet-margin-actual = Actual costs do not reach the system yet, so no actual margin is shown.
sheet-no-tariff = The price is outside the tariff: neither total nor margin can be worked out.
sheet-decided-discount = Discount: { $amount }
sheet-decided-refund = Refund: { $amount }
sheet-decided-compensation = Compensation: { $amount }
sheet-payment-confirmed = payment confirmed
sheet-payment-reference = Payment number
sheet-payment-reported = Payment reported: { $amount }, number { $reference }
sheet-payment-settled = Payment confirmed: { $amount }
sheet-ask-confirm = Ask for confirmation
sheet-amount = Amount, €
sheet-propose_discount = Discount
sheet-propose_refund = Refund
sheet-propose_compensation = Compensation
sheet-compensation-for = For what
sheet-ground-scratch = scratch
sheet-ground-saddle_grips_wear = worn saddle or grips
sheet-ground-pads = brake pads
sheet-ground-chain = chain
sheet-ground-tyre = tyre
sheet-ground-fork_service = fork service
sheet-ground-minor_transport_damage = minor transport damage
sheet-ground-delay_over_two_weeks = delay of more than two weeks
sheet-ground-severe_defect = severe defect
sheet-ground-wrong_bike = wrong bike
sheet-ground-loss = loss
sheet-people-decide = This only asks: people decide.
sheet-ask = Ask
sheet-refuse-legally = Legal refusal

sheet-rights = Who may do what
sheet-rights-note = By the rules in force, for the order as it stands. Above { $bound } two people decide; an amount not yet named counts as large.
sheet-deed = Action
sheet-somebody-owner = Owner
sheet-somebody-head = Head
sheet-somebody-admin = Admin
sheet-somebody-manager_own = The order's manager
sheet-somebody-manager_other = Another manager
sheet-somebody-viewer = Viewer
sheet-may = yes
sheet-may-not = no
sheet-may-ask = { $quorum ->
    [1] asks, decided by:
   *[other] asks, decided by two of:
}

sheet-life = Everything in its order
sheet-life-kinds = What to show
sheet-life-all = All
sheet-life-status = status
sheet-life-decision = decision
sheet-life-message = message
sheet-life-clock = deadline
sheet-life-note = note
sheet-life-payment = money
sheet-life-none = Nothing of the kind has happened yet.
sheet-life-newest = To the newest
sheet-life-older = Older
sheet-by-rule = by the rule { $rule }
sheet-verdict-allow = Allowed
sheet-verdict-needs_approval = Needs people's consent
sheet-verdict-refuse = Refused
sheet-verdict-shadow = Written down only
sheet-message-queued = queued
sheet-message-sending = being sent
sheet-message-sent = sent
sheet-message-failed = not sent, to be tried again
sheet-message-dead = not delivered
sheet-message-unknown = unknown whether it arrived
sheet-message-merged = merged into a digest
sheet-clock-opened = deadline set
sheet-clock-reminded = reminder
sheet-clock-breached = deadline missed
sheet-clock-escalated = escalation
sheet-clock-held = taken on
sheet-clock-resolved = violation settled
sheet-clock-closed = deadline stopped
sheet-in-time = in time
sheet-late = late
sheet-until = until: { $until }
sheet-actor-watchdog = timer
sheet-actor-dispatcher = dispatcher
sheet-actor-postman = message delivery
sheet-actor-crm = CRM
sheet-actor-operator = command line
sheet-actor-system = system

web-stale-now = The order is now in the status “{ $status }”; the page has been refreshed.
thing-photo = photo { $name }
