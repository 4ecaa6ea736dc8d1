"""Telegram: what people see and press there, and the local stand-in for it (`bots.local`)."""
