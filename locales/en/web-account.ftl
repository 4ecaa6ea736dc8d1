# Signing in by password, and the page "My access".
place-account = My access
entry-login = Login
entry-password = Password
entry-wrong = The login or the password is not right.
entry-other-way = No password? Write /web to the bot: it sends a one-time link. So does the command
account-password = Login and password
account-present = Present password
account-new = New password
account-again = New password once more
account-rule = At least 10 characters, not your name or login, nothing that is guessed first. Other sessions will end.
account-save = Save
account-password-set = Saved. Other sessions have ended.
account-sessions = Where you are signed in
account-device = Device
account-seen = Last seen
account-ago = { $span } ago
account-here = here
account-end = End
account-end-on = End the session: { $device }
account-end-others = End all but this one
account-ended = { $count ->
    [one] { $count } session ended.
   *[other] { $count } sessions ended.
}
invalid-login = A login has 3 to 40 letters, digits and . _ @ -
invalid-password = The password is too weak. At least 10 characters, and nothing that is guessed first.
invalid-again = The passwords differ.
invalid-present = The present password is not right.
error-conflict-login = The login "{ $name }" is taken.
error-conflict-person = { $name } does not work here any more.
error-too-many-requests = Too many attempts. Try again in { $retry_after } s.
thing-session = session

web-link-say = A link to the web admin. It works once, within ten minutes:
    { $link }
web-link-nowhere = The address of the web admin is not set up. Ask an administrator.
web-link-private = I send sign-in links in a private chat only: write /web to me there
web-link-again = The link has been sent already. For a new one write /web again.
menu-web = sign in to the web admin

action-invite_person = Invite a person
action-set_password = Change the password
action-give_login_link = Give a sign-in link
action-open_session = Sign in
action-end_sessions = End sessions
action-create_key = Create a key
action-revoke_key = Revoke a key
