# An order: statuses, verdicts, decisions, ways of delivery, cancel reasons.

status-pending_manager = Waiting for a manager
status-under_inspection = Inspection
status-awaiting_payment = Client's decision and payment
status-ready_for_shipment = Ready for shipment
status-in_transit = In transit
status-delivered = Delivered
status-closed = Closed
status-cancelled = Cancelled

verdict-green = green
verdict-yellow = yellow
verdict-red = red

decision-confirmed = confirmed the purchase
decision-declined = declined
decision-thinking = is thinking

compliance-unknown = not screened yet
compliance-clear = clear
compliance-blocked = blocked

delivery-ems = EMS
delivery-cargo = cargo
delivery-premium_individual = premium, shipped alone
delivery-premium_consolidated = premium, consolidated

reason-client_changed_mind = Client changed their mind
reason-bike_unavailable = Bike already sold
reason-seller_unresponsive = Seller does not answer
reason-seller_fraud_suspected = Looks like fraud
reason-quality_mismatch = Worse than described
reason-failed_inspection = Failed the inspection
reason-price_out_of_compliance = Price outside the window
reason-compliance_block = Blocked by compliance
reason-payment_not_received = Payment not received
reason-duplicate_order = Duplicate request
reason-internal_failure = Our own mistake
reason-logistics_impossible = Cannot be shipped
reason-client_unreachable = Client cannot be reached
reason-other = Another reason

severity-low = low
severity-medium = medium
severity-high = high
severity-critical = critical

role-owner = owner
role-head = head
role-admin = admin
role-manager = manager
role-viewer = viewer

money = €{ $amount }

quoted = “{ $words }”
