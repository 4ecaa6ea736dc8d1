"""Approvals: asked for, voted on, edited, ended, expired (docs/DOMAIN.md 8)."""
