"""What a login and a password must be (docs/ARCHITECTURE.md, The way in): long, and not what is tried first."""

import re
import unicodedata
from typing import Final

from domain.errors import InvalidInputError

SHORTEST: Final = 10
LONGEST: Final = 200
FEWEST_LETTERS: Final = 5
"""Different characters: below it a password is a pattern."""

LOGIN: Final = re.compile(r"[a-z0-9а-яё][a-z0-9а-яё._@-]{2,39}")

OBVIOUS: Final = frozenset(
    {
        *("password", "passwort", "passw0rd", "p@ssword", "p@ssw0rd", "пароль", "парольпароль", "passwordpassword"),
        *("qwerty", "qwertyuiop", "qwertyui", "qwertz", "asdfghjkl", "zxcvbnm", "йцукен", "йцукенгшщз", "фывапролдж"),
        *("letmein", "welcome", "changeme", "iloveyou", "sunshine", "princess", "football", "baseball", "superman"),
        *("administrator", "admin", "adminadmin", "root", "user", "guest", "test", "testtest", "default", "secret"),
        *("bikewerk", "bike", "велосипед", "dragon", "monkey", "trustno", "master", "hello", "привет", "qazwsxedc"),
        *("1qaz2wsx", "q1w2e3r4t", "qwertyqwerty", "абвгдежзий", "abcdefghij", "1q2w3e4r", "zaq12wsx", "love", "люблю"),
    }
)
"""Words that stand first in every list of guesses; with digits and signs around them they are no better."""
_ROWS: Final = ("01234567890", "09876543210", "abcdefghijklmnopqrstuvwxyz", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя")


def plain_login(given: str) -> str:
    """The login as it is kept: case aside. Raises InvalidInputError."""
    login = unicodedata.normalize("NFKC", given).strip().casefold()
    if not LOGIN.fullmatch(login):
        raise InvalidInputError(field="login", value=login[:40], allowed=("3 to 40 letters, digits, . _ @ -",))
    return login


def plain_password(given: str) -> str:
    """The password as it is hashed: however a keyboard has put its letters together."""
    return unicodedata.normalize("NFKC", given)


def require_strong(given: str, *, login: str, name: str) -> str:
    """The password as it is hashed. Raises InvalidInputError that says what is asked, never what was given."""
    password = plain_password(given)
    if not SHORTEST <= len(password) <= LONGEST or "\x00" in password or _is_obvious(password.casefold(), login, name):
        raise InvalidInputError(
            field="password", value="", allowed=(f"{SHORTEST} to {LONGEST} characters", "nothing that is guessed first")
        )
    return password


def _is_obvious(password: str, login: str, name: str) -> bool:
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password)
    own = {login, name.casefold(), *name.casefold().split()} - {""}
    return (
        len(set(password)) < FEWEST_LETTERS
        or password in OBVIOUS
        or core in OBVIOUS | own
        or not core  # digits and signs alone
        or any(password in row * 2 for row in _ROWS)
    )
