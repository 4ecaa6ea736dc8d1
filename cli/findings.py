"""What an examination of the installation consists of, and how it is carried out."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

import structlog

from cli.connect import database_url
from domain.errors import DeskError
from settings import Settings, load_settings

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: a fact, and when it is not as it should be, how to mend it."""

    ok: bool
    detail: str
    mend: str = ""


class Examination:
    """What the checks share; each part is looked up when the first check asks for it."""

    @cached_property
    def settings(self) -> Settings:
        """The settings; raises SettingsError."""
        return load_settings()

    @cached_property
    def database_url(self) -> str:
        """A server that answers and is new enough, the embedded one started; raises ServerError or its kin."""
        return database_url(self.settings)


@dataclass(frozen=True, slots=True)
class Check:
    """One question: a stable name, its answer, and the checks without whose success it cannot be asked."""

    name: str
    run: Callable[[Examination], Awaitable[Finding]]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report, as `doctor --json` gives it."""

    name: str
    ok: bool
    detail: str
    mend: str

    def as_json(self) -> Mapping[str, object]:
        """The line as JSON."""
        return asdict(self)


async def examine(checks: Sequence[Check]) -> list[Line]:
    """Ask every question in turn; one that cannot be asked, or breaks, is not ok."""
    examination = Examination()
    lines: dict[str, Line] = {}
    for check in checks:
        lacking = [name for name in check.needs if not lines[name].ok]
        finding = _not_asked(lacking) if lacking else await _answer(check, examination)
        lines[check.name] = Line(check.name, finding.ok, finding.detail, finding.mend)
    return list(lines.values())


def _not_asked(lacking: Sequence[str]) -> Finding:
    return Finding(ok=False, detail="not examined", mend=f"mend first: {', '.join(lacking)}")


async def _answer(check: Check, examination: Examination) -> Finding:
    try:
        return await check.run(examination)
    except DeskError as error:
        if "mend" not in error.params:
            return Finding(ok=False, detail=str(error))
        return Finding(ok=False, detail=str(error.params["problem"]), mend=str(error.params["mend"]))
    except Exception as error:  # the outermost loop: a broken check must not silence the others
        log.warning("a check broke", check=check.name, exc_info=error)
        return Finding(ok=False, detail=f"{type(error).__name__}: {error}", mend="see the log above")
