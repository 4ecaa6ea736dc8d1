# Actions, risks and states of requests for approval.

action-intake_order = Take in a request
action-accept_order = Accept the order
action-decline_order = Decline the order
action-advance_order = Move the order to another status
action-cancel_order = Cancel the order
action-answer_checklist = Answer points of the check
action-add_note = Add a note
action-record_contact = Record a contact
action-record_client_decision = Record the client's decision
action-record_payment = Record a payment
action-record_delivery = Confirm the delivery
action-record_compliance = Record the compliance answer
action-set_logistics = Set the logistics
action-open_claim = Open a claim
action-close_claim = Close the claim
action-assign_order = Assign a manager
action-reassign_order = Give the order to somebody else
action-create_task = Set a task
action-complete_task = Complete a task
action-open_blocker = Open a blocker
action-close_blocker = Remove a blocker
action-acknowledge = Acknowledge
action-snooze = Snooze
action-resolve = Resolve
action-extend_clock = Extend a deadline
action-pause_clock = Pause a clock
action-resume_clock = Resume a clock
action-remind = Remind
action-escalate = Escalate
action-raise_signal = Raise a signal
action-resolve_signal = Settle a signal
action-set_availability = Change availability
action-set_constraint = Limit a manager's load
action-add_person = Add a person
action-send_digest = Send a digest
action-vote_approval = Vote
action-edit_approval = Edit a request
action-expire_approval = Let a request expire
action-mass_reassign = Give away many orders at once
action-audit_orders = Audit unattended orders
action-watch_signals = Watch the open signals
action-resend_notification = Send a message again
action-replay_event = Replay an event
action-import_history = Import history

# How an action ended, by the journal.
outcome-done = done
outcome-waiting = waits for a decision
outcome-refused = refused
outcome-failed = failed
outcome-unchanged = unchanged
outcome-shadow = only in the journal

risk-money = client's money
risk-legal = legal risk
risk-disputed = disputed move
risk-mass = mass change
risk-policy = change of rules

approval-pending = waits for a decision
approval-done = approved
approval-rejected = rejected
approval-expired = expired without a decision
approval-superseded = replaced by a new request
approval-failed = approved, but could not be carried out
approval-unknown = approved, the outcome is being found out
