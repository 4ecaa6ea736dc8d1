"""The CRM feed: events become commands and pass the gate like everybody's (docs/DOMAIN.md 2)."""
