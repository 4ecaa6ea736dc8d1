"""Who may come in: invitations, passwords, sign-ins, sessions, keys of programs. Secrets never stand in a command.

`at` is wall time, in which codes, sessions and keys live.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from domain.commands.base import NO_NUL, Command, Id
from domain.policy import Action

Hash = Annotated[str, StringConstraints(min_length=64, max_length=64), NO_NUL]
"""SHA-256, hex."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True), NO_NUL]
KeyKind = Literal["token", "webhook"]


class OwnCommand(Command):
    """About one person's own way in; the gate lets them, whatever their role."""

    person_id: Id
    at: AwareDatetime


class InvitePerson(Command):
    """A link, good once and for a week, that ties the person's Telegram to them."""

    action: ClassVar[Action] = Action.INVITE_PERSON
    person_id: Id
    invited_by: Id | None = None
    at: AwareDatetime


class SetPassword(OwnCommand):
    """A login and a password; all the person's sessions end, but the one to `keep`.

    The hash stays out of the journal.
    """

    action: ClassVar[Action] = Action.SET_PASSWORD
    login: Annotated[str, StringConstraints(min_length=3, max_length=40), NO_NUL]
    hashed: Annotated[str, StringConstraints(max_length=300), NO_NUL] = Field(exclude=True, repr=False)
    keep: Id | None = None


class GiveLoginLink(OwnCommand):
    """A link that signs the person in on the pages, good once and for ten minutes."""

    action: ClassVar[Action] = Action.GIVE_LOGIN_LINK


class OpenSession(OwnCommand):
    """The person has proved who they are in a browser: a new session, in place of whichever was there.

    `browser` is the hash of the mark by which this browser is known again.
    """

    action: ClassVar[Action] = Action.OPEN_SESSION
    how: Literal["password", "link"]
    device: Annotated[str, StringConstraints(max_length=300), NO_NUL] = ""
    browser: Hash | None = None
    instead_of: Hash | None = None


class EndSessions(OwnCommand):
    """Sign the person out: everywhere, in `only` one browser, or everywhere but in the one to `keep`."""

    action: ClassVar[Action] = Action.END_SESSIONS
    only: Id | None = None
    keep: Id | None = None


class CreateKey(Command):
    """A token of the API (as one person) or of the CRM feed, or a secret that signs the feed."""

    action: ClassVar[Action] = Action.CREATE_KEY
    kind: KeyKind
    name: Name
    scope: Literal["crm", "person"] = "crm"
    person_id: Id | None = None
    at: AwareDatetime


class RevokeKey(Command):
    """A token or a signing secret is worth nothing any more."""

    action: ClassVar[Action] = Action.REVOKE_KEY
    kind: KeyKind
    number: Id
    at: AwareDatetime
