"""How pages are written: the templates, the language and colours a browser asks for, addresses of the static files."""

import hashlib
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.identity import desk_of
from locales import LOCALES, texts

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
THEMES: Final = ("auto", "light", "dark")
_KEPT: Final = frozenset({HTTPStatus.OK, HTTPStatus.NOT_MODIFIED})
_YEAR: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Look:
    """The language and the colours of one browser, kept in its cookies."""

    locale: str
    theme: str


def look_of(request: Request) -> Look:
    """What this browser has chosen; the desk's language and the system's colours where it has not."""
    locale = request.cookies.get("locale", "")
    theme = request.cookies.get("theme", "")
    return Look(
        locale=locale if locale in LOCALES else desk_of(request).locale, theme=theme if theme in THEMES else "auto"
    )


@cache
def asset(name: str) -> str:
    """The address of a static file with its content's hash: a browser may keep it for ever."""
    content = (STATIC / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:10]}"


class Assets(StaticFiles):
    """The static files; those asked for by their own hash are kept by the browser."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file."""
        response = await super().get_response(path, scope)
        asked = bytes(scope.get("query_string", b"")).decode("latin-1")
        if asked and response.status_code in _KEPT and asset(path).endswith(f"?{asked}"):
            response.headers["Cache-Control"] = _YEAR
        return response


TEMPLATES: Final = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.globals["asset"] = asset


def written(look: Look, template: str, **values: Any) -> str:
    """The template in the browser's language; `t` is the catalogue."""
    return TEMPLATES.get_template(template).render(t=texts(look.locale).get, look=look, **values)
