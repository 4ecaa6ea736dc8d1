"""Who may come in: tokens, logins, invitations, sessions."""
