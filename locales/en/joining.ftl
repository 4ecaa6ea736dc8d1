# At the bot's door: invitations, the greeting, the help, the menu of commands, strangers.
join-stranger = Hello! This is the working bot of BikeWerk, it answers staff only. If you work with us, ask an admin for an invitation.
join-locked = Too many wrong codes in a row. { $minutes ->
    [one] Try again in { $minutes } minute
   *[other] Try again in { $minutes } minutes
}, or ask an admin for a new invitation.
join-moved = Done: you work from this account now, the former one is disconnected.
join-farewell = This account is no longer connected to the BikeWerk bot. If that is a mistake, ask an admin for a new invitation.

error-not-found-invitation = There is no such invitation. Check that the whole code was copied, or ask an admin for a new one.
error-conflict-invitation = { $state ->
    [yours] You are connected already, the code was not needed.
    [taken] This account is connected to somebody else: { $name }. Open the invitation from your own account.
    [used] This invitation has been used. Ask an admin for a new one.
    [expired] The invitation has expired. Ask an admin for a new one.
   *[left] This invitation is no longer valid. Please talk to an admin.
}
thing-invitation = the invitation

home-card = Hello, { $name }! You are in BikeWerk, your role: { $role }. What the bot can do: /help
button-hot = 🔥 Hot
button-queue = All orders
button-my-shift = 🕘 My shift
button-my-numbers = 📈 My numbers

help-unknown = There is no such command.
help-head = This is what you find here:
help-line = { $command } – { $what }
help-words = You can simply write a question: AI-ROP answers. A reply to an order's card becomes a note.

menu-start = begin with an invitation
menu-orders = my orders by urgency
menu-queue = all orders by urgency
menu-hot = hot orders
menu-order = an order's card, for example: /order 1042
menu-shift = my shift, going away and coming back
menu-me = my numbers
menu-crisis = what burns right now
menu-approvals = what waits for people's decision
menu-managers = managers: load, shifts, breaches
menu-kpi = the KPIs of a period
menu-digest = digests: the latest and one of now
menu-journal = who decided what, for example: /journal 1042
menu-pause = stop an AI role, or all
menu-shadow = let an AI role only write down, doing nothing
menu-resume = let an AI role act again
menu-setup = the roles' topics in a group (send it there)
menu-dead = what did not arrive or was not handled
menu-strangers = who knocked without an invitation
menu-ai = what the AI roles may do now
menu-rop = ask AI-ROP, for example: /rop what burns?
menu-ceo = ask AI-CEO
menu-rom = ask AI-ROM
menu-ask = ask another role: /ask ai-cfo
menu-help = this help

strangers-head = <b>Knocked without an invitation: { $count }</b>
strangers-none = There were no strangers.
strangers-line = • { $name } ({ $username }), { $at }: { $said }
    { $count ->
        [one] { $count } message
       *[other] { $count } messages
    }{ $guesses ->
        [0] { "" }
       *[other] , wrong codes: { $guesses }
    }

card-joined = { $how ->
    [moved] 🔁 { $name } ({ $role }) now writes from another Telegram account. The former one is disconnected.
   *[new] 👋 { $name } ({ $role }) can be reached in Telegram now.
}
digest-joined = { $count ->
    [one] { $count } person joined the bot
   *[other] { $count } people joined the bot
}
notice-joined = somebody joined the bot
