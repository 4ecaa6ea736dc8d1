"""`./run token`, `./run user`, `./run import quarantine`: real processes that open the doors of the API."""

import json
from collections.abc import AsyncGenerator
from subprocess import CompletedProcess
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from store.access import auth, invitations
from store.database import Database
from store.talk import strangers
from tests.forks import said
from tests.integration.crm import Crm
from tests.integration.desk import Desk
from tests.integration.door import SAME_SITE, Door, open_door


def run(database_url: str, *arguments: str) -> "CompletedProcess[str]":
    return said({"PATH": "/usr/bin:/bin", "DATABASE_URL": database_url, "PORT": "8123"}, *arguments)


def told(database_url: str, *arguments: str) -> Any:
    """What a command says with --json."""
    done = run(database_url, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        yield door


async def test_a_fresh_company_gets_its_first_owner_and_their_login_link(database_url: str, db: Database) -> None:
    owner = told(database_url, "user", "add", "--name", "Ольга", "--role", "owner")
    assert owner == {"person_id": 1, "name": "Ольга", "role": "owner"}
    link = told(database_url, "user", "login", "--person", "1")["url"]
    assert link.startswith("http://127.0.0.1:8123/login/")
    async with db.transaction() as tx:
        rows = (await tx.exec_driver_sql("SELECT actor, rule, outcome FROM ai_decisions")).all()
        assert [tuple(row) for row in rows] == [("operator", "operator-sets-up-the-house", "done")] * 2


async def test_a_printed_link_signs_in_until_signed_out_and_a_printed_invitation_is_good_for_the_bot(
    database_url: str, door: Door
) -> None:
    head = str(door.company.head.id)
    link = run(database_url, "user", "login", "--person", head).stdout.strip()
    async with door.company.db.reading() as tx:
        door.wall.at = (await tx.exec_driver_sql("SELECT max(created_at) FROM one_time_codes")).scalar_one()
    path = link.removeprefix("http://127.0.0.1:8123")
    assert (await door.client.post(path, headers=SAME_SITE)).status_code == 303
    assert (await door.client.get("/api/orders")).status_code == 200
    assert told(database_url, "user", "logout", "--person", head)["ended"] == 1
    assert (await door.client.get("/api/orders")).status_code == 401
    said = told(database_url, "user", "invite", "--person", head)
    assert said["say"] == f"/start {said['code']}"
    async with door.company.db.transaction() as tx:
        person = await auth.use_code(tx, said["code"], purpose="invite", now=door.wall())
    assert person == door.company.head.id


async def test_an_invitation_is_a_link_once_the_bot_has_a_name_and_strangers_are_listed(
    database_url: str, door: Door
) -> None:
    anna, head = str(door.company.anna.id), str(door.company.head.id)
    assert told(database_url, "user", "invite", "--person", anna)["link"] is None
    assert told(database_url, "user", "strangers") == []
    async with door.company.db.transaction() as tx:
        await invitations.name_bot(tx, "bikewerk_bot")
        await strangers.met(tx, 999, name="Чужой", username=None, words="привет", update_id=1, now=door.wall())
    said = told(database_url, "user", "invite", "--person", anna, "--by", head)
    assert said["link"] == f"https://t.me/bikewerk_bot?start={said['code']}"
    assert await door.company.value("SELECT max(invited_by) FROM one_time_codes") == door.company.head.id
    (stranger,) = told(database_url, "user", "strangers")
    assert (stranger["telegram_id"], stranger["count"], stranger["last_words"]) == (999, 1, "привет")
    assert "привет" in run(database_url, "user", "strangers").stdout
    unknown = run(database_url, "user", "invite", "--person", "12345")
    assert (unknown.returncode, unknown.stdout) == (1, "")


async def test_a_created_token_opens_its_door_until_it_is_revoked(database_url: str, door: Door) -> None:
    crm = told(database_url, "token", "create", "--name", "CRM", "--scope", "crm")
    head = str(door.company.head.id)
    person = told(database_url, "token", "create", "--name", "отчёт", "--scope", "person", "--person", head)
    order = {"crm_id": "k-1", "client_name": "Иван", "bike": "Trek", "price_eur": 900}
    bearer = {"Authorization": f"Bearer {crm['token']}"}
    assert (await door.client.post("/api/crm/orders", json=order, headers=bearer)).status_code == 201
    bearer = {"Authorization": f"Bearer {person['token']}"}
    assert (await door.client.get("/api/orders", headers=bearer)).status_code == 200
    assert run(database_url, "token", "revoke", str(person["id"])).returncode == 0
    assert (await door.client.get("/api/orders", headers=bearer)).status_code == 401
    listed = told(database_url, "token", "list")
    assert {row["name"]: row["revoked_at"] is None for row in listed} == {"CRM": True, "отчёт": False}
    assert crm["token"] not in json.dumps(listed)


async def test_a_created_signing_secret_signs(database_url: str, door: Door) -> None:
    secret = told(database_url, "token", "create", "--name", "CRM", "--webhook")["webhook_secret"]
    assert Webhook(secret)
    async with door.company.db.reading() as tx:
        assert [hook.secret for hook in await auth.webhooks(tx)] == [secret]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("token", "create", "--name", "x", "--scope", "all"), "allowed: crm, person"),
        (("token", "create", "--name", "x", "--scope", "person"), "a person with --scope person"),
        (("token", "create", "--name", "x", "--scope", "person", "--person", "99"), "not-found: kind=person"),
        (("token", "revoke", "99"), "not-found: kind=token"),
        (("user", "add", "--name", "x", "--role", "boss"), "allowed: owner, head, admin, manager, viewer"),
        (("user", "add", "--name", "x", "--role", "viewer", "--by", "1"), "forbidden"),
        (("user", "login", "--person", "99"), "not-found: kind=person"),
        (("import", "quarantine", "--replay", "some"), "allowed: a number of the list, all"),
        (("import", "quarantine", "--replay", "1", "--discard", "1"), "either --replay or --discard"),
        (("import", "quarantine", "--replay", "99"), "not-found: kind=quarantine"),
    ],
)
async def test_what_will_not_do_is_told_with_what_would(
    database_url: str, door: Door, arguments: tuple[str, ...], said: str
) -> None:
    done = run(database_url, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].startswith("./run: ")
    assert said in done.stderr.splitlines()[-1]


async def test_the_quarantine_is_listed_replayed_and_discarded(database_url: str, door: Door) -> None:
    crm = Crm(door.company)
    order = await door.company.order()
    await crm.one("status_changed", order, status="teleported")
    await crm.one("note_added", "k-404", text="рано")
    rejected, waiting = told(database_url, "import", "quarantine")
    assert (rejected["state"], rejected["field"], rejected["event_id"]) == ("rejected", "data.status", "e-1")
    assert "inspection" in rejected["allowed"]
    assert (waiting["state"], waiting["error"], waiting["order"]) == ("waiting", "not-found", "k-404")
    assert "k-404" in run(database_url, "import", "quarantine").stdout
    replayed = told(database_url, "import", "quarantine", "--replay", "all")
    assert [one["outcome"] for one in replayed] == ["rejected", "waiting"]
    for number in (rejected["id"], waiting["id"]):
        done = run(database_url, "import", "quarantine", "--discard", str(number), "--reason", "ошибка CRM")
        assert done.returncode == 0, done.stderr
    assert told(database_url, "import", "quarantine") == []
    assert run(database_url, "import", "quarantine").stdout == "nothing is kept\n"
