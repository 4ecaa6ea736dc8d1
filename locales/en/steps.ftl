# The next step on an order: one key for every StepKey.

step-resolve_blocker = { $count ->
    [1] Remove the blocker: the order stands still until then
   *[other] Remove { $count } blockers: the order stands still until then
}
step-await_approval = Wait for the head's decision
step-await_owner = Wait: somebody is being found for this order
step-accept_order = Accept the order
step-contact_seller = Contact the seller
step-fill_checklist = { $remaining ->
    [one] Fill the checklist: { $remaining } point of { $total } is left
   *[other] Fill the checklist: { $remaining } points of { $total } are left
}
step-attach_photos = { $remaining ->
    [1] Attach a photo to point { $points }
   *[other] Attach photos to points { $points }
}
step-set_verdict = Give the final verdict
step-write_note = Write a note on the inspection
step-decide_dispute = A disputed case: talk to the client and send it for approval
step-send_report = Send the report to the client and move the order on
step-resolve_compliance = Compliance blocks the deal: settle it with the head
step-ask_client_decision = Ask the client for a decision
step-follow_up_client = The client is thinking: follow up
step-cancel_declined = The client declined: cancel the order and give the reason
step-clear_compliance = Wait for the compliance screening
step-await_payment = Wait for the client's payment
step-confirm_payment = Confirm the payment
step-arrange_dispatch = Agree on the dispatch with the seller and choose a carrier
step-set_dispatch_date = Set the dispatch date
step-enter_tracking = Get the tracking number ({ $carrier }) and enter it
step-move_to_transit = Everything is ready: move the order into transit
step-watch_delivery = Watch the delivery: { $carrier }, { $tracking_number }
step-confirm_delivery = The delivery is nearly due: ask whether the bike has arrived
step-move_to_delivered = The delivery is confirmed: move the order on
step-resolve_claim = Settle the client's claim
step-close_order = Make sure the client is happy and close the order
