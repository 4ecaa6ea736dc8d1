# Talk with the roles: what is seen while a role works.
progress-gather = <b>{ $role }</b>: gathering the facts…
progress-think = <b>{ $role }</b>: thinking…
progress-consult = <b>{ $role }</b>: asking a colleague…
progress-check = <b>{ $role }</b>: checking the answer…
progress-act = <b>{ $role }</b>: carrying it out…
progress-look_at_queue = <b>{ $role }</b>: looking at the queue…
progress-look_at_order = <b>{ $role }</b>: opening the order…
progress-hot_list = <b>{ $role }</b>: looking at what is hot…
progress-look_at_kpis = <b>{ $role }</b>: working out the figures…
progress-look_at_managers = <b>{ $role }</b>: checking the managers' load…
progress-load_forecast = <b>{ $role }</b>: making a forecast…
progress-look_at_circles = <b>{ $role }</b>: looking at the circles' figures…
progress-look_at_signals = <b>{ $role }</b>: checking the signals…
progress-look_at_decisions = <b>{ $role }</b>: reading the decision journal…
progress-look_at_approvals = <b>{ $role }</b>: looking at what awaits a decision…
progress-look_at_calendar = <b>{ $role }</b>: looking at who is on shift…
progress-precedents = <b>{ $role }</b>: looking for similar decisions…

# Groups: leaders' rooms.
room-leaders-only = In a group I answer leaders only. Write to me privately, I will help with your orders there.
room-setup-in-group = Send /setup in a group with topics where the bot is an administrator.
room-needs-topics = This group has no topics. Turn topics on in its settings, make the bot an administrator who may manage topics, and send /setup again.
room-only-words = Roles read text only here. Send photos for the check to me privately.
room-not-set-up = This group is not connected, so I show nothing of the work here. Write to me privately, or connect a group with topics: /setup
room-strangers = { $count ->
    [one] There is { $count } member in this group whom
   *[other] There are { $count } members in this group whom
} I do not know (people without access to the bot, or other bots). They would read whatever I write here. Remove them, or invite to the bot those who work with us, and send /setup again.
room-stranger = 🔒 There is a member here whom I do not know: { $name }. I answer our people only, so I show nothing of the work in this group any more. Once only our people are left, a leader sends /setup.
room-no-rights = Topics cannot be made: { $reason }. Let the bot manage topics and send /setup again.
room-ready = ✅ Done: each AI role has its topic. Write there, and the role answers there. Only leaders are answered here.
room-soon = ✅ The group is connected. Telegram asks for patience, topics still to be made: { $count }. They will come by themselves.

# Buttons under a role's answer.
talk-approval = Request #{ $id }
talk-chosen = Your answer: { $choice }
talk-chosen-already = You have answered this question already.
notice-room_post = message in a group's topic

# Digests on demand.
digest-head = 📊 <b>Digests</b>
digest-line = • { $title } – { $last }
digest-not-yet = none so far
digest-none = “{ $kind }”: there has been none yet. Ask for one of now: /digest
digest-now = { $kind }: now
digest-asked = “{ $kind }”: being written, it will come here.
report-name-shift = Shift
report-name-daily = Day
report-name-crisis = Crisis
report-name-brief = Leaders
report-name-weekly = Week
talk-no-words = Write the question after the command, for example: { $command } what is hot?
talk-role = { $code } – { $name }
talk-que = Queue
talk-hot = What is hot
talk-req = Requests
talk-no-requests = Nothing awaits a decision.

# The topic of a crisis in a group.
crisis-topic = 🚨 { $number }: { $code }
crisis-open = 🚨 <b>Crisis #{ $number }: { $code }</b>, severity { $severity }
crisis-metric = { $name }: <b>{ $value }</b>
crisis-owner = Responsible: { $owner }
crisis-due = To be dealt with by: { $due }
crisis-acknowledged = 👀 { $code }: somebody is on it.
crisis-snoozed = 💤 { $code }: put off.
crisis-resolved = ✅ { $code }: closed. This topic closes.
crisis-rejected = { $code }: found to be a false alarm. This topic closes.
crisis-because = Outcome: { $reason }
