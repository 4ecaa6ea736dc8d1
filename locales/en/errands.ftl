# Errands: what somebody does by hand after a decision was approved.

errand-money_refund = refund the client { $amount_eur } € ({ $reason })
errand-money_compensation = pay the client a compensation of { $amount_eur } € ({ $reason })
errand-money_discount = take off a discount of { $amount_eur } € and tell the client the new sum ({ $reason })
