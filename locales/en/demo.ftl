# The demo company: what ./run demo prints.

demo-founding = The company is founded, living through its history: { $start } to { $end }
demo-founded = History ready in { $seconds } s: { $orders } { $orders ->
    [one] request
   *[other] requests
}
demo-resumed = The company goes on from where it stopped: { $when }
demo-title = The company BikeWerk is at work. Speed { $speed } to 1, company time: { $when }
demo-admin = Workplace          { $url }
demo-login = Sign in with one press { $url }
demo-login-note = ({ $name }, the link works once and for 10 minutes)
demo-sandbox = Local Telegram     { $url }
demo-docs = API description    { $url }
demo-stop = Stop: Ctrl-C. The next start goes on from here, ./run demo --fresh begins anew.
demo-now = { $when }: { $open } in work, { $overdue } overdue, { $cards } escalated, { $approvals } waiting for a vote
demo-stopped = Stopped: { $when }
demo-when = { $weekday }, { $date }, { $clock }
demo-weekday-0 = Mon
demo-weekday-1 = Tue
demo-weekday-2 = Wed
demo-weekday-3 = Thu
demo-weekday-4 = Fri
demo-weekday-5 = Sat
demo-weekday-6 = Sun
