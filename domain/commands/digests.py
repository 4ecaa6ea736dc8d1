"""A digest is kept and its readers are told; whether and when is a duty's code, a model only words it."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, StringConstraints

from domain.commands.base import NO_NUL, Command
from domain.policy import Action, DigestKind

DigestText = Annotated[str, StringConstraints(min_length=1, max_length=8000), NO_NUL]
SlotText = Annotated[str, StringConstraints(max_length=4000), NO_NUL]


class SendDigest(Command):
    """Keep the digest of a span, once a kind, end and language, and tell its readers."""

    action: ClassVar[Action] = Action.SEND_DIGEST
    kind: DigestKind
    period_from: AwareDatetime
    period_to: AwareDatetime
    locale: Literal["ru", "en"]
    template: DigestText
    slots: Mapping[str, SlotText]
    text: DigestText
