# Reasons and resolutions that the system itself writes down: one key for every RemarkKey.

remark-moved = Status changed: { $source } → { $target }
remark-movement = Work on the order went on
remark-order-ended = Work on the order has ended: { $status }
remark-order-cancelled = Order cancelled. { $reason }
remark-cancel-reason = { $reason }
remark-contact = Contact recorded
remark-client-decided = The client { $decision }
remark-followed-up = The client was followed up
remark-paid-in-full = The client has paid in full
remark-not-accepted = The order was not accepted in time
remark-handed-over = The order went to another manager
remark-new-owner = The order has a new owner
remark-task-done = Task done
remark-extended = Deadline extended
remark-approval-ended = Outcome of the request: { $outcome }
remark-signal-settled = Signal settled
remark-event-taken-in = The CRM's event was taken in
remark-reachable = The person can be reached again
remark-history = Known from imported history
remark-ruled = The arbiter has ruled between the circles

# A remark of the system with a person's words on it.
remark-with-words = { $remark }: { $words }
