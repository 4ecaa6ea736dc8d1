"""Passwords are hashed by argon2; an unknown login costs a guesser as much time as a wrong password."""

import asyncio
import secrets
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE: Final = 2
"""Hashes worked out side by side: each takes 64 MiB, and a crowd of guessers must not take them all."""
HASHER: Final = PasswordHasher()


class Passwords:
    """Hashes and compares, off the event loop."""

    def __init__(self, hasher: PasswordHasher = HASHER) -> None:
        self._hasher = hasher
        self._places = asyncio.Semaphore(AT_ONCE)

    async def hashed(self, password: str) -> str:
        """What is kept of a password."""
        async with self._places:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, kept: str | None, password: str) -> bool:
        """Whether it is the password; where there is none, it takes as long to say no."""
        async with self._places:
            same = await asyncio.to_thread(_same, self._hasher, kept or _nobodys(self._hasher), password)
        return same and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether it was hashed with parameters that are no longer ours."""
        return self._hasher.check_needs_rehash(kept)


def _same(hasher: PasswordHasher, kept: str, password: str) -> bool:
    _nobodys(hasher)  # made by whoever comes first, so that an unknown login never takes longer
    try:
        return hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys(hasher: PasswordHasher) -> str:
    """The hash of a password that nobody has."""
    return hasher.hash(secrets.token_urlsafe(32))
