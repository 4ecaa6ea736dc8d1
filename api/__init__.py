"""The HTTP door: the CRM feed, what people read and do, sign-in, health, metrics; `api/app.py` assembles it."""
