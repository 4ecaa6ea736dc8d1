# The 28-point check in the bot. Telegram's tags: values are escaped by the code.

check-title = <b>Check, order №{ $code }</b>
    { $bike }
check-bar = { $bar } { $answered } of { $total }
check-section = <b>{ $name }</b>, order №{ $code }
check-point = <b>{ $number }. { $name }</b>, order №{ $code }
check-bike = { $bike }
check-answered = { $state ->
    [ok] ✅
    [problem] ⚠️
   *[na] ➖
} <b>{ $answer }</b> ({ $by }, { $at })
check-flag = ❗ { $flag }: the verdict is red
check-comment = 💬 { $comment }
check-photo-count = { $count ->
    [0] No photos yet
   *[other] 📷 Photos: { $count }
}
check-artefact = 📷 A photo is needed
check-photo-hint = Send photos here as a message: one, or several at once.
check-unanswered = Not answered: { $points }
check-photos = 📷 Photos missing at points: { $points }
check-photos-elsewhere = { $count } more from other systems, they cannot be shown here.
check-red-comment = The verdict is red
check-complete = All answers and photos are there.
check-finding = ⚠️ { $number }. { $name }: { $comment }
check-move-lacks = Before moving to “{ $status }” this is still missing: { $what }
check-move-approval = Moving to “{ $status }” is for the head to decide: they will get a request.
check-section-answered = { $count ->
    [one] ✅ In order: { $count } point ({ $points }). Other answers stay as they are.
   *[other] ✅ In order: { $count } points ({ $points }). Other answers stay as they are.
}
check-section-done = Everything here is answered already, nothing has changed.
check-stale = Point { $number } was answered otherwise while the card was open. This is the answer on record.

note-problem = ⚠️ Point { $number }: the problem is on record.
note-comment = 💬 Point { $number }: the comment is on record.
note-comment-corrected = ✏️ Order №{ $code }, point { $number }: the comment is corrected.
note-of-point = Point { $number }: { $text }
note-check-over = The check is over: your words about point { $number } became a note on the order.
note-noted-on = 📝 The note on order №{ $code } is saved.
note-correction = Correction: { $text }
note-corrected = ✏️ The correction is a new note on order №{ $code }.
note-photo-dropped = The photo is gone from point { $number }.

ask-problem = Order №{ $code }, point { $number } “{ $name }”: describe the problem in one message. A photo with a caption will do.
ask-comment = Order №{ $code }, point { $number } “{ $name }”: write the comment in one message.

button-section-ok = ✅ Everything else is in order
button-go-on = ▶️ Go on: { $number }. { $name }
button-check-on = ▶️ Go on with the check
button-onward = ➡️ Next: { $number }. { $name }
button-what-lacks = What is missing?
button-finish = 🏁 Finish the check
button-to-section = ← { $name }
button-answer = { $stands ->
    [yes] ● { $label }
   *[no] { $label }
}
button-flag-dead_battery = ❗ Dead battery
button-flag-cracked_frame = ❗ Cracked frame
button-flag-cracked_fork = ❗ Cracked fork
button-flag-serial_stolen = ❗ Serial number found stolen
button-comment = 💬 Comment
button-photos = 📷 Photos: { $count }
button-drop = Remove photo { $number }
