# Errors: one key for every code of domain/errors.py, refined by kind and state.

error-error = That did not work. We are looking into it.
error-not-found = Not found: { $thing }.
error-invalid-input = This value is not acceptable: { $field }.
error-invalid-allowed = This value will not do: { $field }. These will: { $allowed }
error-bound-ge = Too little ({ $field }): { $limit } at least.
error-bound-gt = Too little ({ $field }): more than { $limit } is needed.
error-bound-le = Too much ({ $field }): { $limit } at most.
error-bound-lt = Too much ({ $field }): less than { $limit } is needed.
error-bound-min_length = Too short ({ $field }). The least is { $limit }.
error-bound-max_length = Too long ({ $field }). The most is { $limit }.
error-bound-max_digits = The number is too long ({ $field }): { $limit } digits at most.
error-bound-decimal_places = The number is too exact ({ $field }): { $limit } digits after the point at most.
error-transition-refused = From “{ $source }” there is no way to “{ $target }”.
error-transition-allowed = Possible: { $allowed }.
error-evidence-missing = To move to “{ $target }”, this is missing:
error-forbidden = You may not do this.
error-forbidden-own = Only the one who handles the order, or a lead, may do this.
error-forbidden-card = Another manager handles this order: they and the leaders see its card.
error-forbidden-leaders = This is for leaders only. What you can do here: /help
error-forbidden-voters = Votes on this request: { $allowed }.
error-forbidden-page = This page is not for your role. It is open to: { $allowed }.
error-too-large = Too much at once. Send it in parts.
error-forbidden-self = Your own request is approved by somebody else.
error-forbidden-loosen = Any admin may stop the AI; a head or the owner lets it go on.
error-stale = Things changed while the card was open. This is how they stand now.
error-conflict = This cannot be done now.
error-conflict-order = The order is in “{ $status }” now, and this cannot be done there.
error-conflict-order-fits = It can be done in: { $allowed }.
error-conflict-order-theirs = This person handles the order already: choose somebody else.
error-conflict-order-history = This order comes from imported history: it can only be looked at.
error-conflict-order-managed = A manager has this order already: it can be given to somebody else.
error-conflict-order-nobody-eligible = No manager is eligible now. Name the one who gets the order.
error-conflict-order-unowned = The order has no owner yet: there is nobody to remind.
error-conflict-order-decided = The order does not wait for the client to decide now.
error-conflict-approval = { $state ->
    [done] This request is approved already.
    [rejected] This request is rejected already.
    [expired] This request has expired, it is too late to decide.
    [superseded] This request was replaced by a new one.
    [altered] This request was changed behind the desk’s back: no vote on it counts. Ask anew, and tell an admin.
    [outgrown] Circumstances changed, the decision must be asked for anew.
    [needs-none] Like this it needs no decision by people: reject the request and do it at once.
   *[other] This request needs no decision any more.
}
error-conflict-vote = You have voted on this request already.
error-conflict-violation = { $state ->
    [not-extendable] This deadline is not extended: close the matter once its cause is removed.
    [no-order] This breach is about no order: it can be taken, snoozed or closed.
    [acknowledged] This was acknowledged once already: now remove the cause, or ask a leader for more time.
   *[other] This matter is closed already.
}
error-conflict-held = Somebody is at it already: { $by }.
error-conflict-claim = There is no open claim on this order.
error-conflict-signal = { $state ->
    [no-order] This signal is about no order: it can be taken, snoozed or closed.
   *[other] This signal is closed already.
}
error-conflict-crisis = { $state ->
    [outside] The metric of this crisis is not back inside its bound yet. If the crisis is over all the same, confirm it explicitly.
   *[unmeasured] Nothing measures this crisis yet: confirm explicitly that it is over.
}
error-conflict-postmortem = { $state ->
    [written] The postmortem of this crisis has been written already.
   *[open] A postmortem is written when the crisis is closed.
}
error-conflict-telegram = This Telegram account is linked to somebody else already.
error-conflict-task = This task is closed already.
error-conflict-blocker = This blocker is removed already.
error-conflict-clock = { $state ->
    [paused] The clock “{ $name }” is paused already.
   *[other] The clock “{ $name }” is not paused.
}
error-conflict-notification = This message is on its way or has arrived.
error-conflict-positions = There are no two open opposite positions on this.
error-conflict-payment = { $state ->
    [paid-in-full] This order is paid in full already: { $paid }. No new payment can be recorded.
    [nothing-paid] The client has paid nothing on this order yet, so there is nothing to give back.
    [nothing-left] There is nothing more to give back: the client has paid { $paid }, and people have decided to return { $returned }.
   *[confirmed] This payment is confirmed already.
}
error-conflict-discount = { $state ->
    [paid] A discount is given before the payment is confirmed. A refund or a compensation can be proposed now.
    [given] The whole service fee has gone into discounts already, no more can be given.
   *[other] The order is in “{ $status }” now. A discount is given while the order is open and its payment not confirmed.
}
error-too-long = Too long: { $longest } characters fit, and here are { $given }.
error-conflict-job = This job is no longer among those that failed.
error-conflict-update = This action has been handled already.
error-conflict-ruling = This ruling has been overruled already.
error-conflict-company = There is nobody to give it to: add at least one admin.
error-policy-invalid = The rules have a mistake: { $file }, { $key }.
error-settings-invalid = The settings have a mistake: { $problems }.
error-database-server = The database cannot be used: { $problem }.
error-database-unavailable = The database does not answer. Try again in a minute.
error-outcome-unknown = The connection to the database broke, and it is unclear whether the action was written. Check, and repeat it if need be.
error-model-unavailable = No language model answers right now. Orders, due times and approvals work as before; try again in a minute.
error-model-nonsense = The language model answered with something that makes no sense. Ask again, or in other words.

thing-order = order #{ $name }
thing-person = person
thing-manager = manager
thing-approval = request { $name }
thing-violation = breach
thing-task = task
thing-blocker = blocker
thing-clock = clock “{ $name }”
thing-signal = signal { $name }
thing-notification = message { $name }
thing-crisis = crisis { $name }
thing-ruling = ruling { $name }
thing-role = role { $name }
thing-turn = question { $name }
thing-other = { $name }

# Frequent refusals by field; for the others the field itself is named.
invalid-order = Name the order's number, for example: /order 1042
invalid-due_at = The deadline must lie in the future.
invalid-due_at-far = The deadline is too far away: { $days } days ahead at most.
invalid-owner_id = Choose somebody who works at the company now.
invalid-minutes-pause = The pause is too long. The longest is { $longest_minutes }
invalid-effective_from = Write a day, for example: 2026-11-25
invalid-effective_from-day = The change can come into force on any day from { $first } to { $last }.
invalid-value-same = That is the present value. Write another one.
invalid-value-digits = The number is too long: { $digits } digits at most.
invalid-price_eur-window = The price does not fit: the company takes bikes from { $low } to { $high }.
invalid-state-price = A bike for { $price } is above the limit of { $high }: its shipping cannot be allowed.
invalid-orders = Choose orders that have a manager.
invalid-person_id-scope = A person's access is given in their name; the other kinds of access name nobody.
invalid-max_load = The limit of load is a number above zero.
invalid-person_name = A name has 1 to 100 characters.
invalid-telegram_id = A Telegram number is a whole number above zero.
invalid-period = A period lasts from one minute to 400 days.
invalid-until = A period cannot end in the future.
invalid-goal = Write what will be when the plan is done: 3 to 500 characters.
invalid-cause = The cause: write 3 to 2,000 characters.
invalid-done = What was done: write 3 to 2,000 characters.
invalid-effect = What came of it: write 3 to 2,000 characters.
invalid-protection = Protection for the future: write 3 to 2,000 characters.
invalid-changes = Change at least one value.
invalid-_key = The form is out of date. Reload the page and send it again.
invalid-cursor = The list has changed. Open it from the beginning.
invalid-after = The list has changed. Open it from the beginning.
invalid-button = This button does nothing any more. Open the card again.
invalid-comment = A description in words is needed here, 2,000 characters at most.
invalid-reason = Write the reason in one message: from a few words to 2,000 characters.
invalid-resolution = Write how it ended: from a few words to 2,000 characters.
invalid-text = The text is empty or too long.
invalid-note = The text is too long.
invalid-answer = This answer does not fit this point.
invalid-verdict = Choose a verdict: green, yellow or red.
invalid-photos = At most 20 photos can be attached to one point.
invalid-carrier = The carrier's name is too long.
invalid-tracking_number = That does not look like a tracking number: it has 5 to 40 Latin letters and digits, such as 1234567890.
invalid-dispatch_date = I do not understand the date. Write, for example, 25.11.
invalid-dispatch_day = That dispatch date does not fit: it is not before the order itself and at most a year ahead. Write, for example, 25.11.
invalid-delivered_at = That date of delivery does not fit: it is neither in the future nor before the dispatch. Write, for example, 25.11.
invalid-manager_id = The order cannot be given to this person.

# What lacks for a move: the names of domain/lifecycle.py.
missing-checklist = { $count ->
    [1] an answer to point { $points }
   *[other] answers to points { $points }
}
missing-photo = { $count ->
    [1] a photo for point { $points }
   *[other] photos for points { $points }
}
missing-owner = an owner
missing-verdict = the final verdict
missing-note = a note on the inspection
missing-client_decision = the client's consent
missing-compliance = compliance clearance
missing-carrier = the carrier
missing-tracking_number = the tracking number
missing-dispatch_date = the dispatch date
missing-delivery_confirmation = the delivery confirmation
missing-claim_closed = the claim settled
missing-cancel_reason = the cancel reason
missing-cancel_note = a note on the cancel reason
missing-reason = the reason
