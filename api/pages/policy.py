"""The rules in force, readable; a change is a proposal with its difference, decided by people, in force from a day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Any, Final, Literal, cast

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import RedirectResponse, Response

from api.identity import require_own_page
from api.pages.board import Asked, Board, Panel
from api.pages.levers import answered, key_of, said
from api.pages.places import Place
from api.pages.route import PageRoute, is_fetched
from api.pages.rule_words import FILES, section_lines, value_words
from api.pages.visit import Visit, at
from domain.commands import NO_NUL, Id, ProposePolicyChange
from domain.errors import InvalidInputError
from domain.policy import Action
from domain.validation import parse
from guardrails.approval.proposals import Waiting
from locales import sentences
from policy.changing import changed, contradiction, standing
from store import (
    people,
    policies,
    policy_changes,
)
from store.policies import Version
from store.views import approval_lines
from store.views.approval_lines import ApprovalFilter

router = APIRouter(include_in_schema=False, route_class=PageRoute)

LINES: Final = 20
VERSIONS: Final = 6
SHOWN: Final = 12
KEEP: Final = ("clocks", "lifecycle", "severity", "calendars", "approvals")
"""Files whose change leaves running clocks as they are."""
File = Literal[
    "policy", "lifecycle", "checklist", "clocks", "calendars", "assignment", "severity", "crisis", "circles", "roles",
    "agents", "followups", "digests", "signals", "authority", "approvals", "money", "targets", "notifications",
]  # fmt: skip
Words = Annotated[str, Field(max_length=500), NO_NUL]


class Rules(Asked):
    """Which file is read; which key of it is to be changed, and into what."""

    file: File = "clocks"
    key: Annotated[str, Field(max_length=200), NO_NUL] | None = None
    value: Words | None = None
    after: Id | None = None


async def rules(visit: Visit, tx: AsyncConnection, asked: Rules) -> Mapping[str, Any]:
    """The values of one file by section."""
    policy = visit.desk.policy
    known = {version.version: version.loaded_at for version in await policies.recent(tx, limit=VERSIONS)}
    return {
        "files": FILES,
        "sections": section_lines(policy, asked.file, visit.words),
        "version": policy.version,
        "since": known.get(policy.version),
    }


async def proposal(visit: Visit, _tx: AsyncConnection, asked: Rules) -> Mapping[str, Any]:
    """The form for one key, with the difference that a new value makes."""
    shown: dict[str, Any] = {"present": None, "raw": "", "diff": [], "problem": None, "contradicts": None}
    today = visit.desk.rules.today(visit.words.now)
    shown |= {"today": today, "tomorrow": today + timedelta(days=1), "last": today + timedelta(days=366)}
    if asked.key is None:
        return shown
    try:
        raw = standing(visit.desk.policy, asked.file, asked.key)
    except InvalidInputError as error:
        return {**shown, "problem": sentences.refusal(error, visit.words.texts)}
    present = value_words(visit.desk.policy, asked.file, asked.key, visit.words)
    shown |= {"present": present, "raw": raw if isinstance(raw, str | int) else "", "keeps": asked.file in KEEP}
    if asked.value is None:
        return shown
    try:
        after = changed(visit.desk.policy, asked.file, asked.key, asked.value)
    except InvalidInputError as error:
        return {**shown, "problem": sentences.refusal(error, visit.words.texts)}
    new = value_words(after, asked.file, asked.key, visit.words)
    keys = [key for key in dict.fromkeys((*present, *new)) if present.get(key) != new.get(key)]
    return {
        **shown,
        "diff": [(key, present.get(key), new.get(key)) for key in keys],
        "contradicts": contradiction(after),
    }


async def upcoming(visit: Visit, tx: AsyncConnection, _asked: Rules) -> Mapping[str, Any]:
    """What waits for people, what has its day ahead, and what could not come into force."""
    waiting = [
        line
        for line in await approval_lines.pending(tx, ApprovalFilter(alive_at=visit.words.now), limit=200)
        if line.action == Action.PROPOSE_POLICY_CHANGE
    ]
    return {
        "waiting": waiting,
        "days": {line.id: visit.words.day(date.fromisoformat(line.arguments["effective_from"])) for line in waiting},
        "ahead": await policy_changes.upcoming(tx, on=visit.desk.rules.today(visit.words.now)),
        "refused": visit.desk.rules.refused,
    }


async def history(visit: Visit, tx: AsyncConnection, asked: Rules) -> Mapping[str, Any]:
    """Approved changes, the newest first, and what the last versions changed."""
    kept = await policy_changes.newest(tx, before=asked.after, limit=LINES + 1)
    lines = kept[:LINES]
    named = await people.by_ids(tx, sorted({voter for line in lines for voter in line.approved_by}))
    versions = await policies.recent(tx, limit=VERSIONS + 1)
    pairs = list(pairwise(versions if len(versions) > VERSIONS else [*versions, None]))
    return {
        "lines": lines,
        "names": {line.id: ", ".join(named[voter].name for voter in line.approved_by) for line in lines},
        "following": lines[-1].id if len(kept) > LINES else None,
        "versions": [(new, _differences(old, new)) for new, old in pairs if new is not None],
        "shown": SHOWN,
        "current": visit.desk.policy.version,
    }


def _differences(old: Version | None, new: Version) -> Sequence[tuple[str, str, str]] | None:
    """Which values differ, as they are written; None for the first version known."""
    if old is None:
        return None
    before, after = dict(_flat("", old.body)), dict(_flat("", new.body))
    keys = [key for key in dict.fromkeys((*before, *after)) if before.get(key) != after.get(key) and key != "version"]
    return [(key, before.get(key, "—"), after.get(key, "—")) for key in keys]


def _flat(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inner in cast("Mapping[str, object]", value).items():
            yield from _flat(f"{path}.{name}" if path else name, inner)
    elif isinstance(value, list):
        items = cast("list[object]", value)
        if any(isinstance(item, dict | list) for item in items):
            for place, inner in enumerate(items):
                yield from _flat(f"{path}.{place}", inner)
        else:
            yield path, ", ".join(sorted(str(item) for item in items))
    else:
        yield path, "—" if value is None else str(value)


@router.post("/policy/propose")
async def propose(request: Request, visit: Annotated[Visit, Depends(at(Place.POLICY))]) -> Response:
    """Ask people for the change; a wrong value is refused with what is allowed."""
    require_own_page(request)
    form = await request.form()
    given = {name: str(form.get(name, "")) for name in ("file", "key", "value", "reason", "effective_from")}
    command = parse(ProposePolicyChange, given)
    done = await visit.desk.gate.perform(command, visit.asker.actor, key=key_of(request, form, visit))
    if not is_fetched(request) and isinstance(done, Waiting):
        return RedirectResponse(f"/policy?file={command.file}", 303)
    return answered(request, form, said(visit, command, done))


BOARD: Final = Board(
    Place.POLICY,
    Rules,
    (
        Panel("rules", ("policy",), rules, every="60s"),
        Panel("proposal", ("policy", "approvals"), proposal),
        Panel("upcoming", ("policy", "approvals"), upcoming, every="60s"),
        Panel("history", ("policy",), history),
    ),
)
BOARD.install(router)
