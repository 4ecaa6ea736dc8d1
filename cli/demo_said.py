"""What the demo prints: in the people's language, on stdout; progress goes to stderr, on a terminal only."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from cli.demo_ground import Ground
from evals.founding import LIVE, Span
from locales import Texts
from locales.times import day


class Said:
    """The demo's words."""

    def __init__(self, words: Texts) -> None:
        self._words = words
        self._zone = ZoneInfo(LIVE.zone)

    def line(self, key: str, **params: str | float) -> None:
        """One line."""
        typer.echo(self._words.get(key, **params))

    def space(self) -> None:
        """An empty line."""
        typer.echo()

    def when(self, at: datetime) -> str:
        """«пт, 20 ноября, 09:54»."""
        local = at.astimezone(self._zone)
        weekday = self._words.get(f"demo-weekday-{local.weekday()}")
        date = day(local.date(), now=at, zone=self._zone, texts=self._words)
        return self._words.get("demo-when", weekday=weekday, date=date, clock=f"{local:%H:%M}")

    def founding(self, span: Span) -> Callable[[float], None]:
        """Say that the history begins; what is returned hears how far it is."""
        self.line("demo-founding", start=self.when(span.starts_at), end=self.when(span.ends_at))
        console = Console(stderr=True)
        if not console.is_terminal:
            return lambda _share: None
        columns = (TextColumn("{task.percentage:>3.0f} %"), BarColumn(), TimeElapsedColumn())
        progress = Progress(*columns, console=console, transient=True)
        task = progress.add_task("", total=1.0)
        progress.start()

        def heard(share: float) -> None:
            progress.update(task, completed=share)
            if share >= 1:
                progress.stop()

        return heard

    def ground(self, ground: Ground) -> None:
        """Say whether the company is new."""
        if ground.orders is None:
            self.line("demo-resumed", when=self.when(ground.company_at))
        else:
            self.line("demo-founded", seconds=round(ground.seconds, 1), orders=ground.orders)
