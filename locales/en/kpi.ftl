# The KPIs of AI-ROP: one key for every KPI of domain/kpi.py; units, targets, table headings.

kpi-pending_manager_orders = Orders waiting for a manager
kpi-time_to_next_status = Time to the next status, median
kpi-share_over_72h = Share without movement for over 72 h
kpi-sla_breach_rate = SLA breach rate
kpi-cycle_time = From request to delivery, median
kpi-cycle_time_p90 = From request to delivery, 90 % take no longer
kpi-share_without_owner = Share without an owner
kpi-share_without_next_step = Share without a next step
kpi-inspection_to_payment = Conversion from inspection to payment
kpi-payment_to_shipment = Conversion from payment to shipment
kpi-reaction_time = Reaction time of managers, median
kpi-repeated_escalations = Share of repeated escalations
kpi-sla_breach_rate_critical = SLA breach rate on critical stages
kpi-with_owner_and_next_step = Share with an owner and a next step
kpi-escalations_complete = Escalations with owner, deadline, resolution
kpi-delivered = Orders delivered

kpi-value-orders = { NUMBER($value, maximumFractionDigits: 1) }
kpi-value-hours = { NUMBER($value, minimumFractionDigits: 1, maximumFractionDigits: 1) } h
kpi-value-days = { NUMBER($value, minimumFractionDigits: 1, maximumFractionDigits: 1) } days
kpi-value-minutes = { NUMBER($value, minimumFractionDigits: 1, maximumFractionDigits: 1) } min
kpi-value-share = { NUMBER($value, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) }
kpi-value-points = { NUMBER($value, minimumFractionDigits: 1, maximumFractionDigits: 1) } pp
kpi-rise = +{ $value }
kpi-drop = −{ $value }

kpi-target-fall = falls by { NUMBER($bound, style: "percent", maximumFractionDigits: 0) }
kpi-target-below = below { NUMBER($bound, style: "percent", maximumFractionDigits: 0) }
kpi-target-at_least = at least { NUMBER($bound, style: "percent", maximumFractionDigits: 0) }
kpi-met-yes = yes
kpi-met-no = no
kpi-met-unclear = cannot be told

kpi-column-name = KPI
kpi-column-value = value
kpi-column-before = before
kpi-column-after = after
kpi-column-change = change
kpi-column-of = of
kpi-column-target = target
kpi-column-met = met

kpi-period = { $since } to { $until } (UTC)
kpi-periods = Before: from { $since }. Introduced: { $at }. After: until { $until } (UTC)
kpi-periods-open = { $periods }, not over yet
