# The pages of sign-in and of the API's description.

web-title = BikeWerk order desk
web-link-docs = Description of the API
web-link-sandbox = Sandbox: the local Telegram
web-sign-out = Sign out
web-sign-in-title = Sign in
web-sign-in-text = Press the button to sign in. The link works once.
web-sign-in = Sign in
web-link-used-title = The link does not work
web-link-used-text = It has been used, or more than ten minutes have passed. Ask for a new one.
web-docs-body = Body:
web-docs-parameter = Parameter
web-docs-place = In
web-docs-meaning = Meaning
