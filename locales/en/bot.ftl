# Talking with the bot: questions, confirmations, buttons.
note-accepted = ✅ Accepted, good luck with the check!
note-declined = You declined order #{ $code }: { $reason }. It goes to another manager.
note-noted = 📝 Note saved.
note-contact-seller = 📞 Contact with the seller recorded.
note-contact-client = 📞 Contact with the client recorded.
note-decision = Recorded: the client { $decision }.
note-delivered = 📦 Delivery confirmed.
note-moved = ✅ New status: { $status }
note-cancelled = The order is cancelled.
note-blocked = ⛔ Blocker recorded, to be removed by { $due }.
note-resolved = ✅ Closed. { $by }: { $resolution }
note-given = Order #{ $code } goes to { $name }. Decided by { $by }
note-resent = Message #{ $id } is sent again.
note-resent-alike = Sent again: { $count }.
note-rehandled = Update #{ $id } will be handled again.
question-forgotten = This question is out of date: the bot has been updated meanwhile. Open the card again, for example with /orders.
question-expired = I asked you something{ $code ->
    [none] { "" }
   *[other] { " " }about order #{ $code }
}, but more than { $span } have passed since. So this message is not recorded anywhere, and the question is dropped. If it was the answer, open the card{ $code ->
    [none] { "" }
   *[other] { " " }(/order #{ $code })
} and answer again. If it is a new question, simply send it once more.
tap-forgotten = This button does not work any more: the bot has been updated. Open the card again; /help lists the commands.

ask-decline = Why do you decline order #{ $code }?
ask-decline-reason = Write the reason in one message.
ask-note = Write a note on order #{ $code }.
ask-decision = What did the client of order #{ $code } decide?
ask-carrier = Who carries order #{ $code }? Choose or write the carrier.
ask-dispatch_date = When is order #{ $code } dispatched? Choose or write, such as 25.11, today or tomorrow.
ask-tracking_number = Which tracking number does order #{ $code } have? Write it in one message.
ask-cancel = Why is order #{ $code } cancelled?
ask-resolution = How did it end? One message, please.
ask-snooze = For how long?
ask-reject = Why do you reject request #{ $id }? One message, please.
decline-busy = Too much work
decline-away = I am away
decline-language = I do not speak the seller's language
decline-bike = I do not know this kind of bike
decline-other = Another reason
reason-escalation = Handed over after an escalation
resolution-unblocked = Out of the way
snooze-30m = 30 min
snooze-2h = 2 hours
snooze-tomorrow = Until tomorrow
button-next = 💡 What next?
button-accept = ✅ Accept
button-decline = Decline
button-check = 📋 Check, 28 points
button-seller = 📞 Seller
button-client = 📞 Client
button-decision = Client's decision
button-decision-confirmed = Confirmed
button-decision-thinking = Thinking
button-decision-declined = Declined
button-logistics = 🚚 Logistics
button-delivered = 📦 Delivered
button-note = 📝 Note
button-blocker = ⛔ Blocker
button-cancel = Cancel the order
button-back = ← Back
button-section = { $left ->
    [0] ✅ { $name }
   *[other] { $name }: { $left } of { $total } left
}
button-point = { $state ->
    [ok] ✅
    [problem] ⚠️
    [na] ➖
   *[none] ▫️
} { $number }. { $name }{ $photo ->
    [need] {" "}📷
   *[no] {""}
}
button-ok = ✅ Fine
button-problem = ⚠️ Problem
button-na = ➖ Not applicable
button-verdict-green = 🟢 Green
button-verdict-yellow = 🟡 Yellow
button-verdict-red = 🔴 Red
button-acknowledge = I am on it
button-snooze = Snooze
button-resolve = Resolve
button-give = Hand over
button-least-loaded = To the least loaded
button-approve = ✅ Approve
button-reject = ❌ Reject
button-open = Open the order
button-order = #{ $code } { $bike }
button-mine = My orders
button-resend = Send #{ $id } again
ai-all = <b>All roles: { $mode }</b>{ $why }
ai-role = { $name }: { $mode }{ $why }
ai-why = { " " }({ $by }: { $reason })
ai-operator = operator
ai-by-hand = Decided in Telegram
mode-act = acting
mode-shadow = only writing down
role-mode-act = acts
role-mode-shadow = only writes down
role-mode-off = does not work
mode-off = stopped

button-resend-alike = All { $count } again: { $reason }
button-rehandle = Handle #{ $id } again
list-more = …and { $count } more
list-dead = <b>Undelivered messages: { $count }</b>
list-dead-empty = There are no undelivered messages and no unhandled updates.
dead-line = #{ $id }, { $kind }: { $reason }
dead-no-telegram = the person has no Telegram linked
dead-blocked = the person has blocked the bot
dead-unknown = unknown whether it arrived
dead-refused = Telegram refused it ({ $answer })
list-dead-updates = <b>Unhandled taps and words: { $count }</b>
dead-update-line = #{ $id }: { $who }, { $reason }
