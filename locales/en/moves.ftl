# Work on an order on the phone: its card, the steps of a move, contacts, blockers, payment, the client's decision.

order-bike = 🚲 { $bike }, { $price }
order-deal = 💶 The client pays { $total } in all: delivery ({ $method }) { $delivery }, service { $service }
order-method = Delivery: { $method }
order-city = 📍 { $city }
order-client = 👤 Client: { $name }
order-reach = How to reach the client: { $ways }
order-seller = Seller: { $name }
order-route = 📍 { $city }, delivery: { $method }
order-money = 💶 To pay { $total }, received { $paid }
order-arrived = 📦 Delivered: { $at }
order-claim = ❗ The client has an open claim
order-contact = { $party ->
    [seller] with the seller
   *[client] with the client
} { $at }{ $how ->
    [none] { "" }
   *[other] , { $how }
}
order-contacts = 📞 Contacts: { $said }
order-blocker = ⛔ { $text }
    Removed by { $owner }, due: { $due }
order-approval = ⚖️ Request #{ $id } waits for a decision: { $until }
order-way = { $ready ->
    [yes] ✅ “{ $status }”: everything is ready
   *[no] ▫️ “{ $status }”: missing { $lacks }
}{ $human ->
    [yes] . People have to decide
   *[no] { "" }
}

medium-phone = by phone
medium-chat = in a chat

move-title = <b>Order #{ $code }</b>: { $source } → { $target }
move-lacks = Missing: { $lacks }
move-human = ⚖️ People will have to decide: { $risks }
cancel-title = <b>Cancel order #{ $code }</b>, { $bike }?
cancel-note = Note: { $note }

button-leave = ✖️ To the order
button-confirm = ✅ Confirm
button-cancel-now = Yes, cancel the order
button-way = { $state ->
    [ready] ➡️ { $status }
    [back] ↩️ Back: { $status }
   *[lacking] ▫️ { $status }
}
button-unblock-of = Remove blocker: { $text }
button-plan = 🗓 Plan and texts for the client
button-paid = 💶 The client says they have paid
button-claim = The client is unhappy
button-claim-end = Settle the claim
button-supply-note = 📝 Write a note
button-supply-decision = Record the client's decision
button-supply-delivered = 📦 Name the day of delivery
button-supply-logistics = 🚚 Fill in the dispatch
button-mend-carrier = ✏️ Carrier
button-mend-dispatch_date = ✏️ Date
button-mend-tracking_number = ✏️ Number
button-medium-phone = ☎️ By phone
button-medium-chat = 💬 In a chat
button-no-note = Without a note
button-day = { $named ->
    [-1] Yesterday
    [0] Today
    [1] Tomorrow
   *[other] { $day }
}
button-other-day = Another day

note-waits = ⏳ Request #{ $id } is on its way. { $quorum ->
    [1] One person decides
   *[other] Votes needed: { $quorum }
}, who may vote: { $voters }.
    Decision by: { $until }. You will hear the outcome here.
voter = { $name } ({ $role })
note-shipped = 🚚 The dispatch of order #{ $code } is recorded.
note-contact-how = 📞 Recorded: { $how }.

ask-rework = Why does order #{ $code } go back into the check? Choose or write.
rework-client_asks = The client asks to check once more
rework-photos = Photos are missing
rework-point = One of the points is unclear
rework-wear = The wear must be looked at
ask-cancel-why = Reason for the cancellation: { $reason }. { $needed ->
    [yes] Write a note, this reason needs one.
   *[no] You may add a note in one message.
}
ask-arrived = When did the client get the bike of order #{ $code }? Choose or write, such as 25.11.

ask-paid-sum = How much, as the client says, is paid for order #{ $code }? Choose or write, such as 1500.
ask-paid-number = Amount: { $amount }. Which number does the payment have? Write it as on the receipt.
paid-title = <b>Order #{ $code }</b>: the client reports a payment of { $amount }
paid-number = Payment number: { $number }
paid-human = The head or the owner checks that it has arrived and confirms it. Send the request?
button-paid-all = All of it: { $amount }
button-paid-plain = There is no number
button-paid-now = ✅ Send the request

ask-claim = What is the client of order #{ $code } unhappy with? Write it in one message.
ask-claim-end = How did the claim on order #{ $code } end? Write it in one message.
note-claim = ❗ The claim is recorded. While it is open, the order cannot be closed.
note-claim-end = ✅ The claim is settled.

ask-blocker-why = What stands in the way of order #{ $code }? Choose or write it in one message.
blocker-seller_silent = The seller does not answer
blocker-client_silent = The client does not answer
blocker-no_documents = The bike has no papers
blocker-carrier_refused = The carrier refused
blocker-price_changed = The seller changed the price
blocker-our_side = A delay on our side
ask-blocker-who = { $text }. Whom does it depend on?
blocker-who-me = On me
blocker-who-seller = The seller
blocker-who-client = The client
blocker-who-carrier = The carrier
blocker-awaits-seller = { $text } (waiting for the seller)
blocker-awaits-client = { $text } (waiting for the client)
blocker-awaits-carrier = { $text } (waiting for the carrier)
ask-blocker-due = { $text }. By when should it be removed? Choose or write, such as 25.11 or tomorrow 12:00.
button-until = { $name ->
    [hours] In 4 hours
    [evening] This evening
   *[tomorrow] Tomorrow noon
}: { $due }
note-unblocked-words = ✅ The blocker is removed. If it matters how, add a note.

plan-title = 🗓 <b>Order #{ $code }</b>, { $bike }: the client is thinking
plan-step = { $mark } { $at }: { $step } ({ $state })
plan-by-hand = You send the texts yourself: open the text, copy it, send it to the client and press “Sent”.
draft-to-copy = <pre>{ $draft }</pre>
contact-followed-up = Sent to the client: { $step }
button-draft = 📄 Show the text
button-sent = ✉️ Sent
button-answer-confirmed = 👍 The client takes it
button-answer-declined = 👎 The client declined
note-followed-up = ✉️ Recorded: the client has been written to.

invalid-deadline = That deadline is not clear. Write, for example, 25.11, tomorrow 12:00 or 18:30.
invalid-paid_sum = That sum is not clear. Write a number in euro, such as 1500 or 1500,50.
invalid-amount_eur = This amount does not fit: it is a number above zero, in euro, with two digits after the point at most.
invalid-amount_eur-window = This amount does not fit: it can be from { $low } to { $high }.
invalid-amount_eur-recorded = Another amount ({ $recorded }) is recorded under this number: check the amount and the number.
invalid-reference = A payment's number has 1 to 100 characters.
invalid-blocker_owner = Choose by a button whom it depends on.

mine-all = <b>My orders: { $count }</b>
mine-now = <b>Pressing: { $count }</b>
mine-me = <b>Waiting for me: { $count }</b>
mine-all-empty = You have no open orders.
mine-now-empty = None of your orders presses.
mine-me-empty = No order waits for you at the moment.
mine-page = Page { $page } of { $pages }
mine-line = { $mark ->
    [first] ⚡
    [late] ❗
   *[none] •
} <b>#{ $code }</b> { $bike }
    { $status }, { $left }
order-code = #{ $code }
button-mine-all = All
button-mine-now = ⚡ Pressing
button-mine-me = 👉 Waiting for me

order-decided-by = Decided by: { $by }
outcome-request = { $status ->
    [done] ✅
    [rejected] ❌
    [expired] ⌛
   *[other] ⚠️
} <b>Request #{ $id }: { $said }</b>
    { $what }
outcome-vote = { $vote ->
    [approve] In favour
   *[reject] Against
}: { $name }{ $reason ->
    [none] { "" }
   *[other] . { $reason }
}
outcome-order = Order #{ $code }
outcome-desk = the desk
outcome-held = 🤝 { $by } takes on what is overdue: { $clock }. Until: { $until }
outcome-resolved = ✅ { $by } settles what was overdue: { $clock }
outcome-extended = 🕒 { $by } gives more time: { $clock }. New deadline: { $until }
digest-escalation_outcome = { $count ->
    [one] { $count } outcome of an escalation
   *[other] { $count } outcomes of escalations
}
notice-escalation_outcome = outcome of an escalation
button-to-list = ← To the list
clock-order = Order #{ $code }, { $bike } · { $status }
clock-about = About: { $text }
button-unblock = Remove the blocker
draft-by-role = ✍️ { $role }, order #{ $code }: “{ $step }” for this client. Read it, change it, send it yourself:
