"""What a browser calls itself, in the two words by which people know it."""

import re
from typing import Final

_BROWSERS: Final = (
    ("Edge", re.compile(r"Edg(e|A|iOS)?/")),
    ("Yandex", re.compile(r"YaBrowser/")),
    ("Opera", re.compile(r"OPR/|Opera")),
    ("Firefox", re.compile(r"Firefox/|FxiOS/")),
    ("Chrome", re.compile(r"Chrome/|CriOS/")),
    ("Safari", re.compile(r"Safari/")),
)
_SYSTEMS: Final = (
    ("iPhone", re.compile(r"iPhone")),
    ("iPad", re.compile(r"iPad")),
    ("Android", re.compile(r"Android")),
    ("Windows", re.compile(r"Windows")),
    ("macOS", re.compile(r"Macintosh|Mac OS")),
    ("Linux", re.compile(r"Linux|X11")),
)


def device(user_agent: str) -> str:
    """«Firefox, Windows»; what is not known stays as it is, shortened."""
    browser = next((name for name, told in _BROWSERS if told.search(user_agent)), None)
    system = next((name for name, told in _SYSTEMS if told.search(user_agent)), None)
    return ", ".join(part for part in (browser, system) if part) or user_agent[:60]
