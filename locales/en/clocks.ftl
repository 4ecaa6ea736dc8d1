# Clocks: name, reminder and breach of every kind.

clock-accept = accepting the order
clock-first_contact = first contact with the seller
clock-client_reply = reply to the client
clock-stage = stage limit
clock-client_decision = client's decision
clock-payment = client's payment
clock-follow_up = follow-up with the client
clock-task = task
clock-blocker = blocker
clock-signal = handling the signal
clock-approval = decision on the request
clock-movement = movement on the order

reminder-accept = Time to accept the order
reminder-first_contact = Time to contact the seller
reminder-client_reply = The client waits for a reply
reminder-stage = The stage is nearly due
reminder-client_decision = Time to ask the client for a decision
reminder-payment = Time to check the client's payment
reminder-follow_up = Time to follow up with the client
reminder-task = The task is nearly due
reminder-blocker = Time to remove the blocker
reminder-signal = The signal is nearly due
reminder-approval = The request expires soon without a decision
reminder-movement = Nothing has moved on the order

breach-accept = The order was not accepted in time
breach-first_contact = The seller was not contacted in time
breach-client_reply = The client got no reply in time
breach-stage = The stage is overdue
breach-client_decision = There is still no decision from the client
breach-payment = The payment was not confirmed in time
breach-follow_up = Nobody followed up with the client in time
breach-task = The task is overdue
breach-blocker = The blocker was not removed in time
breach-signal = The signal was not handled in time
breach-approval = The request expired without a decision
breach-movement = The order stands still

proposal-extend = extend the deadline, if there is a reason
proposal-reassign = give the order to another manager
proposal-task = set the manager a task
