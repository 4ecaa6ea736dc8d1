"""What the role agents are told: one Markdown file per role and duty, `prompts/<role>/<duty>.md`, in Russian.

A prompt leaves `{{slots}}` open: who the role is (`domain.roles.charter`, from the policy) and what the moment brings
(`MOMENT`). Its version is its place and a digest of its text, so that the journal knows which words a model was given.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Self

from domain.errors import PolicyError
from domain.policy import Duty, Roles
from domain.roles import CHARTER

HERE: Final = Path(__file__).parent

MOMENT: Final[Mapping[Duty, tuple[str, ...]]] = {
    Duty.CHAT: ("now", "asker", "asker_role"),
    Duty.CONSULT: ("now", "asker"),
    Duty.NEXT_STEPS: ("now",),
    Duty.FOLLOW_UP: ("now",),
    Duty.DIGEST_SHIFT: ("now", "period", "slots"),
    Duty.DIGEST_DAILY: ("now", "period", "slots"),
    Duty.DIGEST_CRISIS: ("now", "slots"),
    Duty.REVIEW: ("now", "period"),
    Duty.BRIEF: ("now", "period", "slots"),
    Duty.ARBITRATION: ("now",),
    Duty.RETROSPECTIVE: ("now", "period", "slots"),
}
"""What the moment brings to each duty; every prompt of the duty uses all of it.

`now` is company time in words, `asker` who asks (a person, or in `consult` a role), `asker_role` what that person is,
`period` the span that the numbers are of, `slots` the `[[slots]]` that code will fill, one a line with its meaning.
"""

_SLOT: Final = re.compile(r"\{\{([a-z_]+)\}\}")
_BRACES: Final = re.compile(r"\{\{|\}\}")
_DIGITS: Final = 8


@dataclass(frozen=True)
class Prompt:
    """The words for one role and duty, with their slots open."""

    role: str
    duty: Duty
    text: str

    @cached_property
    def version(self) -> str:
        """`<role>/<duty>@` and the first digits of the text's SHA-256."""
        return f"{self.role}/{self.duty}@{hashlib.sha256(self.text.encode()).hexdigest()[:_DIGITS]}"

    @cached_property
    def slots(self) -> frozenset[str]:
        """The slots that the text leaves open."""
        return frozenset(_SLOT.findall(self.text))

    @property
    def known(self) -> tuple[str, ...]:
        """The slots that a prompt of this duty may have."""
        return (*CHARTER, *MOMENT[self.duty])

    def filled(self, values: Mapping[str, str]) -> str:
        """The text with its slots filled, once: what looks like a slot inside a value stays as it is.

        Raises `PolicyError` for a slot without a value, and for a value that no prompt of this duty has a slot for.
        """
        for slot in sorted(self.slots - set(values)):
            raise _wrong(self, slot, "the slot has no value", sorted(values))
        for name in sorted(set(values) - set(self.known)):
            raise _wrong(self, name, "no prompt of this duty has such a slot", self.known)
        return _SLOT.sub(lambda slot: values[slot[1]], self.text)


class Prompts(Mapping[tuple[str, str], Prompt]):
    """All prompts by role and duty."""

    def __init__(self, prompts: Mapping[tuple[str, str], Prompt]) -> None:
        self._prompts = dict(prompts)

    @classmethod
    def load(cls, directory: Path = HERE) -> Self:
        """Read the folder.

        Raises `PolicyError` (`file`, `key`, `problem`; `allowed`) for a file that is no prompt of a duty, an empty one,
        a slot that is not known, and a slot of the moment that is not used.
        """
        paths = [path for path in sorted(directory.rglob("*")) if path.is_file() and _is_ours(path, directory)]
        prompts = [_read(path, directory) for path in paths]
        return cls({(prompt.role, prompt.duty): prompt for prompt in prompts})

    def of(self, role: str) -> Mapping[str, Prompt]:
        """The prompts of a role by duty; none for a role without prompts."""
        return {duty: prompt for (name, duty), prompt in self._prompts.items() if name == role}

    def agree_with(self, roles: Roles) -> None:
        """Raise `PolicyError` for a duty without a prompt, and for a prompt that no role or duty of a role asks for."""
        needed = {(name, duty) for name, role in roles.roles.items() for duty in role.duties}
        for role, duty in sorted(needed - set(self._prompts)):
            raise PolicyError(file=_file(role, duty), key="", problem=f"the prompt for '{duty}' of '{role}' is missing")
        for role, duty in sorted(set(self._prompts) - needed):
            allowed = roles.roles[role].duties if role in roles.roles else tuple(roles.roles)
            what = "duty of this role" if role in roles.roles else "role"
            raise PolicyError(file=_file(role, duty), key="", problem=f"there is no such {what}", allowed=allowed)

    def __getitem__(self, key: tuple[str, str]) -> Prompt:
        """The prompt of a role for a duty."""
        return self._prompts[key]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """The roles and duties that have one."""
        return iter(self._prompts)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._prompts)


def _is_ours(path: Path, directory: Path) -> bool:
    return path != directory / "__init__.py" and "__pycache__" not in path.parts


def _read(path: Path, directory: Path) -> Prompt:
    place = path.relative_to(directory)
    if len(place.parts) != 2 or place.suffix != ".md" or place.stem not in tuple(Duty):
        allowed = [f"<role>/{duty}.md" for duty in Duty]
        raise PolicyError(
            file=f"prompts/{place.as_posix()}", key="", problem="this is no prompt of a duty", allowed=allowed
        )
    prompt = Prompt(role=place.parts[0], duty=Duty(place.stem), text=path.read_text("utf-8").strip())
    _check(prompt)
    return prompt


def _check(prompt: Prompt) -> None:
    if not prompt.text:
        raise _wrong(prompt, "", "the prompt is empty")
    for slot in sorted(prompt.slots - set(prompt.known)):
        raise _wrong(prompt, slot, "the slot is unknown", prompt.known)
    for slot in MOMENT[prompt.duty]:
        if slot not in prompt.slots:
            raise _wrong(prompt, slot, "the slot is not used", MOMENT[prompt.duty])
    if _BRACES.search(_SLOT.sub("", prompt.text)):
        raise _wrong(prompt, "", "braces that are no slot", [f"{{{{{slot}}}}}" for slot in prompt.known])


def _wrong(prompt: Prompt, key: str, problem: str, allowed: tuple[str, ...] | list[str] = ()) -> PolicyError:
    return PolicyError(file=_file(prompt.role, prompt.duty), key=key, problem=problem, allowed=allowed)


def _file(role: str, duty: str) -> str:
    return f"prompts/{role}/{duty}.md"
