"""The machine room: what waits and what got stuck is seen and mended; keys are shown once; heads alone let in."""

import re
from collections.abc import AsyncGenerator

import pytest
from sqlalchemy import text

from store import heartbeats
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.door import SAME_SITE, Door, open_door

FETCHED = {**SAME_SITE, "HX-Request": "true"}


@pytest.fixture
async def door(db: Database) -> AsyncGenerator[Door]:
    async with open_door(await Desk.open(db)) as door:
        yield door


async def page(door: Door) -> str:
    answer = await door.client.get("/system")
    assert answer.status_code == 200, answer.text
    return answer.text


async def post(door: Door, path: str, **form: object) -> tuple[int, str]:
    answer = await door.client.post(path, data={name: str(value) for name, value in form.items()}, headers=FETCHED)
    return answer.status_code, answer.text


async def test_leaders_alone_see_the_machine_room(door: Door) -> None:
    for member, status in ((door.company.admin, 200), (door.company.anna, 403), (door.company.viewer, 403)):
        await door.sign_in(member)
        assert (await door.client.get("/system")).status_code == status
        assert (await door.client.get("/system/checks")).status_code == status
        if status == 403:
            assert (await post(door, "/system/quarantine/replay"))[0] == 403
            assert (await post(door, "/system/keys", name="x", scope="crm"))[0] == 403


async def test_heads_let_people_in_and_an_admin_sees_no_lever_for_it_and_is_refused(door: Door) -> None:
    await door.sign_in(door.company.admin)
    assert 'action="/system/invite"' not in await page(door)
    for path, form in (
        ("/system/invite", {"person_id": door.company.anna.id}),
        ("/system/keys", {"name": "CRM", "scope": "crm"}),
        ("/system/sessions/end", {"person_id": door.company.anna.id}),
    ):
        assert (await post(door, path, **form))[0] == 403, path
    await door.sign_in(door.company.head)
    status, window = await post(door, "/system/invite", person_id=door.company.anna.id)
    assert (status, "data-secret" in window) == (200, True)
    assert (await post(door, "/system/invite", person_id=door.company.owner.id))[0] == 403


async def test_one_browser_of_somebody_is_signed_out_and_the_others_stay(door: Door) -> None:
    company = door.company
    for _ in range(2):
        await door.sign_in(company.anna)
        door.client.cookies.clear()
    await door.sign_in(company.owner)
    door.client.cookies.clear()
    await door.sign_in(company.head)
    theirs = "SELECT id FROM sessions WHERE revoked_at IS NULL AND person_id = :id ORDER BY id"
    first, second = await company.column(theirs, id=company.anna.id)
    (above,) = await company.column(theirs, id=company.owner.id)
    page = (await door.client.get("/system")).text
    assert all(f'id="session-{number}"' in page for number in (first, second, above))
    assert f'name="only" value="{above}"' not in page
    assert (await post(door, "/system/sessions/end", person_id=company.anna.id, only=first))[0] == 200
    assert await company.column(theirs, id=company.anna.id) == [second]
    assert (await post(door, "/system/sessions/end", person_id=company.owner.id, only=above))[0] == 403


@pytest.mark.parametrize("scope", ["crm", "webhook", "person"])
async def test_a_key_is_shown_once_works_and_ends_when_it_is_revoked(door: Door, scope: str) -> None:
    await door.sign_in(door.company.head)
    _, window = await post(door, "/system/keys", name="Касса", scope=scope)
    secret = re.search(r"data-secret>([^<]+)<", window)
    assert secret is not None
    listed = await page(door)
    assert ("Касса" in listed, secret[1] in listed) == (True, False)
    assert secret[1] not in str(await door.company.decisions("create_key"))
    if scope == "person":
        headers = {"Authorization": f"Bearer {secret[1]}"}
        door.client.cookies.clear()
        assert (await door.client.get("/api/orders", headers=headers)).status_code == 200
        await door.sign_in(door.company.head)
    key = re.search(r'id="key-(token|webhook)-(\d+)"', listed)
    assert key is not None
    assert (await post(door, "/system/keys/revoke", kind=key[1], number=key[2]))[0] == 200
    assert "Касса" not in await page(door)
    assert (await post(door, "/system/keys/revoke", kind=key[1], number=key[2]))[0] == 404


async def test_dead_letters_are_sent_again_one_by_one_and_all_alike(door: Door) -> None:
    await door.company.order()
    await door.company.order()
    async with door.company.db.transaction() as tx:
        await tx.exec_driver_sql("UPDATE notifications SET state = 'dead', error = 'chat not found'")
    await door.sign_in(door.company.admin)
    listed = await page(door)
    numbers = re.findall(r'id="letter-(\d+)"', listed)
    assert (len(numbers) >= 2, "chat not found" in listed) == (True, True)
    assert (await post(door, "/do/resend_notification", notification_id=numbers[0]))[0] == 200
    await post(door, "/system/resend-alike", notification_id=numbers[1])
    assert await door.company.value("SELECT count(*) FROM notifications WHERE state = 'dead'") == 0
    assert len(await door.company.decisions("resend_notification")) == len(numbers)


async def test_a_kept_event_is_shown_with_its_reason_tried_again_and_let_go(door: Door) -> None:
    event = {"id": "e-1", "type": "order.delivered", "order": "none", "occurred_at": "2026-11-18T08:00:00Z"}
    await door.feed("events", [event])
    kept = await door.company.column("SELECT id FROM quarantine")
    assert len(kept) == 1
    await door.sign_in(door.company.admin)
    listed = await page(door)
    assert (f'id="held-{kept[0]}"' in listed, "e-1" in listed) == (True, True)
    status, words = await post(door, "/system/quarantine/replay")
    assert (status, "Повторено: 1, принято: 0" in words) == (200, True)
    assert (await post(door, "/system/quarantine/discard", number=kept[0], reason=""))[0] == 422
    assert (await post(door, "/system/quarantine/discard", number=kept[0], reason="Проба"))[0] == 200
    assert f'id="held-{kept[0]}"' not in await page(door)


async def test_roles_are_stopped_with_a_reason_and_only_heads_let_them_go_on(door: Door) -> None:
    await door.sign_in(door.company.admin)
    assert (await post(door, "/do/set_ai_mode", role="*", mode="off"))[0] == 422
    assert (await post(door, "/do/set_ai_mode", role="*", mode="off", reason="Сбой"))[0] == 200
    assert "Сбой" in await page(door)
    assert (await post(door, "/do/set_ai_mode", role="*", mode="act", reason="Хватит"))[0] == 403
    await door.sign_in(door.company.head)
    assert (await post(door, "/do/set_ai_mode", role="*", mode="act", reason="Починили"))[0] == 200


async def test_silent_workers_are_marked_and_the_data_is_checked_on_demand(door: Door) -> None:
    async with door.company.db.transaction() as tx:
        await tx.exec_driver_sql(
            "INSERT INTO heartbeats (name, at, detail) VALUES ('worker', clock_timestamp(), '{}'),"
            " ('sealer', clock_timestamp() - interval '1 hour', '{}')"
        )
    await door.company.order()
    await door.sign_in(door.company.admin)
    beats = dict(re.findall(r'<tr id="beat-(\w+)">(.*?)</tr>', await page(door), re.DOTALL))
    assert ("молчит" in beats["sealer"], "молчит" in beats["worker"]) == (True, False)
    checks = (await door.client.get("/system/checks")).text
    assert checks.count("верно") == 8


async def test_another_site_turns_no_lever_of_the_machine_room(door: Door) -> None:
    await door.sign_in(door.company.owner)
    for path in ("keys", "invite", "sessions/end", "keys/revoke", "quarantine/replay", "quarantine/discard"):
        form = {"name": "x", "scope": "crm", "person_id": "1", "kind": "token", "number": "1"}
        answer = await door.client.post(f"/system/{path}", data=form, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403, path
    assert await door.company.value("SELECT count(*) FROM api_tokens") == 0


async def _failed(door: Door, task: str, args: str, lock: str | None = None) -> int:
    insert = text(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts, queueing_lock)"
        " VALUES ('feed', :task, CAST(:args AS jsonb), 'failed', 8, :lock) RETURNING id"
    )
    async with door.company.db.transaction() as tx:
        return int((await tx.execute(insert, {"task": task, "args": args, "lock": lock})).scalar_one())


async def test_jobs_that_were_given_up_are_counted_named_and_tried_again(door: Door) -> None:
    first, second, third = [await _failed(door, "follow", f'{{"order": "100{number}"}}') for number in range(3)]
    await door.sign_in(door.company.admin)
    listed = await page(door)
    assert "Не выполнено заданий: 3" in listed
    assert 'href="/orders/1002"' in listed
    assert (await post(door, "/do/retry_job", job_id=first))[0] == 200
    assert (await post(door, "/do/retry_job", job_id=first))[0] == 409
    status, words = await post(door, "/system/jobs/retry")
    assert (status, "Снова в очереди: 2 задания." in words) == (200, True)
    waiting = "SELECT id FROM procrastinate_jobs WHERE task_name = 'follow' AND status = 'todo' ORDER BY id"
    assert await door.company.column(waiting) == [first, second, third]
    assert [row["outcome"] for row in await door.company.decisions("retry_job")].count("done") == 3
    assert "Снова в очереди: 0 заданий." in (await post(door, "/system/jobs/retry"))[1]


async def test_a_periodic_job_that_failed_is_left_to_its_rhythm(door: Door) -> None:
    job = await _failed(door, "watch.sweep", "{}", lock="watch.sweep")
    await door.sign_in(door.company.admin)
    listed = await page(door)
    assert ("повторится само" in listed, 'action="/do/retry_job"' in listed) == (True, False)
    assert (await post(door, "/do/retry_job", job_id=job))[0] == 409


async def test_jobs_that_can_be_tried_again_stand_first_and_have_their_lever_however_many_others_failed(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.pages.system.LINES", 2)
    mine = [await _failed(door, "follow", f'{{"order": "100{number}"}}') for number in range(2)]
    for number in range(3):
        await _failed(door, "watch.sweep", "{}", lock=f"watch.sweep:{number}")
    await door.sign_in(door.company.admin)
    listed = await page(door)
    assert re.findall(r'<tr id="job-(\d+)"', listed) == [str(job) for job in reversed(mine)]
    assert 'action="/system/jobs/retry"' in listed


async def test_how_the_models_behave_is_shown_as_the_worker_told_it_and_not_longer_than_it_lives(door: Door) -> None:
    told = [
        {"name": "gpt-4.1", "failures": 5, "rests_s": 25.0},
        {"name": "gpt-4.1-mini", "failures": 2, "rests_s": 0.0},
        {"name": "own", "failures": 0, "rests_s": 0.0},
    ]
    await door.sign_in(door.company.admin)
    assert "Нет данных: рабочий процесс" in await page(door)
    async with door.company.db.transaction() as tx:
        await heartbeats.beat(tx, "worker", {"models": told})
    rows = re.findall(r'<tr id="model-\d">(.*?)</tr>', await page(door), re.DOTALL)
    assert ["отдыхает" in rows[0], "2 сбоя подряд" in rows[1], "готова" in rows[2]] == [True, True, True]
    assert ["1,85" in rows[0], "цена неизвестна" in rows[2]] == [True, True]
    async with door.company.db.transaction() as tx:
        await tx.exec_driver_sql("UPDATE heartbeats SET at = at - interval '1 hour'")
    assert 'id="model-1"' not in await page(door)
