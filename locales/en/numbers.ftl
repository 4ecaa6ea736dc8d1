# My numbers: one's own only, not compared with colleagues.
numbers-title = 📈 <b>My numbers for { $days } { $days ->
    [one] day
   *[other] days
}</b>
numbers-period = From { $since } until now, in brackets { $days ->
    [one] the { $days } day before
   *[other] the { $days } days before
}
numbers-open = { $count ->
    [0] No open orders now
   *[other] Open now: { $count }
}
numbers-none = Nothing to show for this time yet: you had no orders and no deadlines.
numbers-line = { $name }: { $value }
numbers-line-before = { $name }: { $value } ({ $before })
numbers-taken = Orders received
numbers-closed = Orders closed
numbers-accepted = Accepted in time
numbers-documented = Fully documented
numbers-stay = Usually in one status
numbers-of = { $hits } of { $of }
numbers-nothing = no data
numbers-moment = less than a minute
numbers-kind = { $kind } – { $count }
numbers-before = { " " }({ $count })
numbers-broken = Missed deadlines: { $kinds }{ $before }
numbers-broken-none = No missed deadlines{ $before }
numbers-praise = 👍 { $what }
numbers-tip = 💡 { $what }
numbers-too-little = Few cases yet, so this is preliminary.
button-period = { $days } { $days ->
    [one] day
   *[other] days
}

praise-all-kept = Every deadline was met: { $of } of { $of }. Excellent!
praise-fewer-broken = You are in time more often than before: { NUMBER($share, style: "percent", maximumFractionDigits: 0) } instead of { NUMBER($former_share, style: "percent", maximumFractionDigits: 0) }.
praise-accepted-in-time = You accept orders in time: { $accepted }.
praise-all-documented = All orders are fully documented, colleagues need not search for anything.
praise-faster = Your orders move faster: { $stay } in one status instead of { $former_stay }.
praise-more-closed = More closed than last time: { $closed } instead of { $former_closed }.
praise-some-kept = There is success: { $kept } of { $of } done in time.
praise-closed = { $closed ->
    [one] { $closed } order brought to its end, thank you!
   *[other] { $closed } orders brought to their end, thank you!
}

tip-accept = What would help most is a quick answer to new orders. If you cannot, decline at once or say in /shift that you are away: a colleague gets the order.
tip-contact = What would help most is a call to the seller right after accepting. Record it with the button “Seller”.
tip-client = What would help most is a quick answer to the client, be it a short one. Record the talk with the button “Client”.
tip-follow-through = What would help most is to begin the day with /orders: those with the least time come first.
tip-tasks = What would help most is to close tasks and blockers on the day they are done.
tip-document = Before the next step have a look at the card: are all points, the note and the contact with the seller there?
tip-slower = Orders stay in a status longer than before: { $stay } instead of { $former_stay }. The button “What next?” on the card tells the next step.
tip-keep-on = Nothing needs to change, keep it up.
