# My shift: working time, going away and coming back.
shift-title = <b>My shift, { $day }</b>
shift-hours = Working time today: { $hours } ({ $zone })
shift-day-off = Today is your day off (time { $zone }).
shift-on = ✅ You are on shift, it ends { $until }.{ $who ->
    [manager] { " " }New orders come to you.
   *[leader] { "" }
}
shift-on-always = ✅ You are on shift round the clock.{ $who ->
    [manager] { " " }New orders come to you.
   *[leader] { "" }
}
shift-off = 🌙 You are not on shift now, it begins { $opens }.{ $who ->
    [manager] { " " }If an order comes to you before that, the time to answer runs from the shift's beginning.
   *[leader] { " " }Until then only what is critical disturbs you.
}
shift-away = 🚪 You are away, you will be back { $back }.{ $who ->
    [manager] { " " }Meanwhile new orders go to your colleagues.
   *[leader] { " " }Until then only what is critical disturbs you.
}{ $later ->
    [yes] { " " }Your shift begins { $opens }.
   *[no] { "" }
}
shift-waiting = { $how ->
    [single] Waits for your answer: { $codes }. If you leave and cannot answer in time, a colleague gets it at once.
   *[several] Wait for your answer: { $codes }. If you leave, colleagues at once get those that you cannot answer in time.
}
shift-waiting-away = { $how ->
    [single] Will wait for you: { $codes }.
   *[several] Will wait for you: { $codes }.
}

button-away-30m = Away for 30 min
button-away-2h = Away for 2 hours
button-away-day = Until the day's end
button-away-next = Until the next shift
button-away-date = Until a date…
button-back-at-work = ✅ I am here

ask-away = On which day are you at work again? For example: 25.11
note-away = Fine, you will be back { $until }.
note-away-handed = Orders not accepted yet went to colleagues: { $codes }.
note-away-back = If you are back earlier, press “I am here”: /shift
note-back = Welcome back!
invalid-away_until = Choose a day within a year, from tomorrow on, for example: 25.11
remark-away = The manager went away before accepting the order
