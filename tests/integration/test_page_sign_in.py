"""Signing in by password: nothing is given away, guessing costs, sessions are new, own, and can be ended."""

import re
from collections.abc import AsyncGenerator

import httpx
import pytest
from argon2 import PasswordHasher

from api.throttle import Rates
from domain.commands import EndSessions, InvitePerson, RevokeKey, SetPassword
from domain.errors import ConflictError, ForbiddenError, InvalidInputError
from domain.passwords import plain_login, require_strong
from domain.people import OPERATOR
from guardrails.passwords import Passwords
from store.access import auth
from store.database import Database
from tests.integration.desk import Desk, Member
from tests.integration.door import SAME_SITE, Door, open_door, problem

PASSWORD = "верная лошадь 7"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
FETCHED = {**SAME_SITE, "HX-Request": "true"}


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        yield door


async def set_password(door: Door, member: Member, login: str, password: str = PASSWORD) -> None:
    hashed = await Passwords(QUICK).hashed(password)
    command = SetPassword(person_id=member.id, login=login, hashed=hashed, at=door.wall())
    await door.desk.gate.perform(command, OPERATOR)


async def enter(door: Door, login: str, password: str, **form: str) -> httpx.Response:
    return await door.client.post("/login", data={"login": login, "password": password, **form}, headers=SAME_SITE)


async def signed_in(door: Door) -> bool:
    return (await door.client.get("/api/orders")).status_code == 200


# ── coming in ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_login_and_password_open_a_session_and_the_journal_says_so(door: Door) -> None:
    await set_password(door, door.company.head, "pavel")
    answer = await enter(door, " Pavel ", PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert await signed_in(door)
    (row,) = await door.company.decisions("open_session")
    assert (row["actor"], row["proposed"]["how"]) == (f"person:{door.company.head.id}", "password")


async def test_an_unknown_login_a_wrong_password_and_somebody_without_one_are_answered_alike(door: Door) -> None:
    await set_password(door, door.company.head, "pavel")
    await set_password(door, door.company.boris, "boris")
    await door.company.alter(door.company.boris, active=False)
    answers = [await enter(door, login, "не тот пароль") for login in ("pavel", "nobody", "boris", "")]
    assert {answer.status_code for answer in answers} == {422}
    assert len({re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}) == 1
    assert not await signed_in(door)


async def test_an_unknown_login_costs_as_much_as_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    passwords = Passwords(QUICK)
    kept = await passwords.hashed(PASSWORD)
    verify = PasswordHasher.verify

    def counting(self: PasswordHasher, kept: str | bytes, given: str | bytes) -> bool:
        compared.append(str(kept).rsplit("$", 2)[0])
        return verify(self, kept, given)

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    assert not await passwords.matches(None, PASSWORD)
    assert not await passwords.matches(kept, "не тот")
    assert await passwords.matches(kept, PASSWORD)
    assert (len(compared), len(set(compared))) == (3, 1)


async def test_a_password_of_older_parameters_is_hashed_anew_when_it_is_used(door: Door) -> None:
    await set_password(door, door.company.head, "pavel")
    before = await door.company.value("SELECT password_hash FROM people WHERE login = 'pavel'")
    await enter(door, "pavel", PASSWORD)
    after = await door.company.value("SELECT password_hash FROM people WHERE login = 'pavel'")
    assert before != after
    await enter(door, "pavel", PASSWORD)
    assert await door.company.value("SELECT password_hash FROM people WHERE login = 'pavel'") == after


@pytest.mark.parametrize(
    ("after", "where"),
    [
        ("/queue?overdue=true", "/queue?overdue=true"),
        ("//evil.test", "/"),
        ("/\\evil.test", "/"),
        ("/\t/evil.test", "/"),
        ("https://evil.test", "/"),
        ("javascript:alert(1)", "/"),
        ("/\r\nSet-Cookie: a=b", "/"),
    ],
)
async def test_after_signing_in_one_stays_on_this_site(door: Door, after: str, where: str) -> None:
    await set_password(door, door.company.head, "pavel")
    answer = await enter(door, "pavel", PASSWORD, next=after)
    assert answer.headers["location"] == where


async def test_who_is_sent_to_the_sign_in_comes_back_to_the_same_view(door: Door) -> None:
    sent = await door.client.get("/queue?overdue=true", follow_redirects=True)
    assert 'name="next" value="/queue?overdue=true"' in sent.text


async def test_another_site_cannot_sign_a_visitor_in_by_password(door: Door) -> None:
    await set_password(door, door.company.head, "pavel")
    form = {"login": "pavel", "password": PASSWORD}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.test"}, {}):
        assert (await door.client.post("/login", data=form, headers=headers)).status_code == 403
    assert not await signed_in(door)


async def test_a_session_planted_before_the_sign_in_is_worth_nothing_after_it(door: Door) -> None:
    await set_password(door, door.company.head, "pavel")
    door.client.cookies.set("desk", "planted-by-somebody", domain="desk.test")
    await enter(door, "pavel", PASSWORD)
    values = [cookie.value for cookie in door.client.cookies.jar if cookie.name == "desk"]
    assert "planted-by-somebody" not in values[-1:]
    first = values[-1]
    assert first is not None
    await enter(door, "pavel", PASSWORD)  # once more in the same browser: the first session has ended
    door.client.cookies.clear()
    door.client.cookies.set("desk", first)
    assert not await signed_in(door)


# ── guessing ─────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_wrong_passwords_cost_and_a_right_one_resets(db: Database) -> None:
    async with open_door(await Desk.open(db), rates=Rates(guesses=3, sign_in=100)) as door:
        await set_password(door, door.company.head, "pavel")
        wrong = [(await enter(door, "pavel", "не тот")).status_code for _ in range(2)]
        right = (await enter(door, "pavel", PASSWORD)).status_code
        door.client.cookies.clear()
        again = [(await enter(door, "pavel", "не тот")).status_code for _ in range(4)]
        assert (wrong, right, again) == ([422, 422], 303, [422, 422, 422, 429])


async def test_a_guesser_elsewhere_does_not_lock_the_person_out_of_their_own_browser(db: Database) -> None:
    async with open_door(await Desk.open(db), rates=Rates(guesses=3, guesses_in_all=4, sign_in=100)) as door:
        await set_password(door, door.company.head, "pavel")
        await enter(door, "pavel", PASSWORD)
        own = dict(door.client.cookies)
        await door.client.post("/logout", headers=SAME_SITE)
        door.client.cookies.clear()
        assert [(await enter(door, "pavel", "не тот")).status_code for _ in range(6)][-1] == 429
        assert (await enter(door, "pavel", PASSWORD)).status_code == 429
        door.client.cookies.set("desk-known", own["desk-known"])
        assert (await enter(door, "pavel", PASSWORD)).status_code == 303


async def test_one_address_cannot_try_one_password_on_everybody(db: Database) -> None:
    async with open_door(await Desk.open(db), rates=Rates(sign_in=5)) as door:
        answers = [(await enter(door, f"person{number}", "пароль пароль")).status_code for number in range(7)]
        # The window slides by a weighted count: across its edge one more may pass than its rate.
        assert answers in ([422] * 5 + [429] * 2, [422] * 6 + [429])


# ── what a password must be ──────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "weak", ["", "короткий1", "1234567890", "aaaaaaaaaaaa", "Password2026!", "qwertyuiop", "pavel123456", "Павел12345"]
)
def test_what_is_guessed_first_is_no_password(weak: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        require_strong(weak, login="pavel", name="Павел")
    assert weak == "" or weak not in str(refused.value)


def test_a_login_is_the_same_whatever_its_case_and_holds_no_surprises() -> None:
    assert plain_login(" Pavel.K ") == "pavel.k"
    for wrong in ("", "ab", "a b c", "-pavel", "p" * 41, "пав\x00ел"):
        with pytest.raises(InvalidInputError):
            plain_login(wrong)


# ── one's own account ────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_person_sets_a_password_and_every_other_session_ends(door: Door) -> None:
    await door.sign_in(door.company.viewer)
    elsewhere = dict(door.client.cookies)
    door.client.cookies.clear()
    await door.sign_in(door.company.viewer)
    form = {"login": "viktor", "password": PASSWORD, "again": PASSWORD}
    answer = await door.client.post("/account/password", data=form, headers=FETCHED)
    assert "Сохранено" in answer.text
    assert await signed_in(door)
    door.client.cookies.clear()
    door.client.cookies.update(elsewhere)
    problem(await door.client.get("/api/orders"), 401, "unauthenticated")
    (row,) = await door.company.decisions("set_password")
    assert "argon2" not in str(row)
    door.client.cookies.clear()
    assert (await enter(door, "viktor", PASSWORD)).status_code == 303


async def test_the_present_password_is_asked_for_and_guessing_it_is_slowed_down(db: Database) -> None:
    async with open_door(await Desk.open(db), rates=Rates(guesses=2)) as door:
        await set_password(door, door.company.head, "pavel")
        await door.sign_in(door.company.head)
        form = {"login": "pavel", "password": "другая лошадь 8", "again": "другая лошадь 8", "present": "не тот"}
        answers = [await door.client.post("/account/password", data=form, headers=FETCHED) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [422, 422, 429]


async def test_a_login_belongs_to_one_person(door: Door) -> None:
    await set_password(door, door.company.head, "pavel")
    with pytest.raises(ConflictError):
        await set_password(door, door.company.admin, "pavel")


async def test_sessions_are_listed_with_their_device_and_ended_one_by_one(door: Door) -> None:
    await door.sign_in(door.company.anna)
    elsewhere = dict(door.client.cookies)
    door.client.cookies.clear()
    door.client.headers["user-agent"] = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
    await door.sign_in(door.company.anna)
    listed = (await door.client.get("/account")).text
    numbers = re.findall(r'id="session-(\d+)"', listed)
    assert (len(numbers), "Firefox, Windows" in listed) == (2, True)
    other = min(map(int, numbers))
    await door.client.post("/account/sessions/end", data={"only": str(other)}, headers=FETCHED)
    assert await signed_in(door)
    door.client.cookies.clear()
    door.client.cookies.update(elsewhere)
    assert not await signed_in(door)


async def test_nobody_ends_a_session_of_somebody_else_from_their_own_account(door: Door) -> None:
    await door.sign_in(door.company.owner)
    number = await door.company.value("SELECT id FROM sessions")
    door.client.cookies.clear()
    await door.sign_in(door.company.anna)
    answer = await door.client.post("/account/sessions/end", data={"only": str(number)}, headers=FETCHED)
    assert answer.status_code == 404
    assert await door.company.value("SELECT count(*) FROM sessions WHERE revoked_at IS NULL") == 2


async def test_a_head_signs_a_manager_out_but_not_an_owner_and_invites_nobody_above(door: Door) -> None:
    company = door.company
    await door.desk.gate.perform(EndSessions(person_id=company.anna.id, at=door.wall()), company.head.actor)
    for command in (
        EndSessions(person_id=company.owner.id, at=door.wall()),
        InvitePerson(person_id=company.owner.id, at=door.wall()),
    ):
        with pytest.raises(ForbiddenError):
            await door.desk.gate.perform(command, company.head.actor)
    with pytest.raises(ForbiddenError):
        await door.desk.gate.perform(EndSessions(person_id=company.boris.id, at=door.wall()), company.anna.actor)


async def test_a_head_revokes_the_crms_token_and_their_own_but_not_an_owners(door: Door) -> None:
    company = door.company
    tokens: dict[str | None, int] = {}
    async with company.db.transaction() as tx:
        for member in (None, company.head, company.owner):
            name, person_id = (None, None) if member is None else (member.name, member.id)
            scope = "crm" if member is None else "person"
            tokens[name], _ = await auth.add_token(tx, name="t", scope=scope, person_id=person_id, now=door.wall())
    for name in (None, company.head.name):
        revoked = RevokeKey(kind="token", number=tokens[name], at=door.wall())
        await door.desk.gate.perform(revoked, company.head.actor)
    theirs = RevokeKey(kind="token", number=tokens[company.owner.name], at=door.wall())
    with pytest.raises(ForbiddenError):
        await door.desk.gate.perform(theirs, company.head.actor)


@pytest.mark.parametrize("change", [{"role": "viewer"}, {"active": False}])
async def test_sessions_and_links_end_with_the_role_they_were_made_for(door: Door, change: dict[str, object]) -> None:
    link = await door.link(door.company.admin)
    await door.sign_in(door.company.admin)
    await door.company.alter(door.company.admin, **change)
    assert not await signed_in(door)
    assert (await door.client.post(link, headers=SAME_SITE)).status_code == 410


async def test_the_lasting_mark_is_kept_as_a_hash(door: Door) -> None:
    await door.sign_in(door.company.head)
    mark = door.client.cookies["desk-known"]
    kept = await door.company.value("SELECT browser_hash FROM sessions")
    assert bytes(kept) == auth.digest(mark)
