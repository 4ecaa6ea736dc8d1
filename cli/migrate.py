"""`./run migrate`: bring the database to the newest schema."""

import asyncio

import typer

from cli.connect import database_url
from settings import load_settings
from store.migrate import migrate as upgrade


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(migrate)


def migrate() -> None:
    """Bring the database to the newest schema; harmless when it is there already."""
    revision = asyncio.run(upgrade(database_url(load_settings())))
    typer.echo(revision)
