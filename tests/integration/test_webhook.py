"""Updates by webhook: who may bring them, what is stored, and changing over from polling and back."""

import asyncio
import json
from collections.abc import AsyncGenerator

import httpx
import pytest
from asgi_lifespan import LifespanManager

from api.app import create_app
from bots.inbox import receive
from bots.local import Limits, LocalTelegram, serving
from bots.local.serving import serving_app
from bots.local.testing import bot_at
from bots.receiving import Webhook, hooked, listen
from guardrails.desk import Desk as OpenDesk
from guardrails.updates import SECRET_HEADER, WEBHOOK_PATH, chat_of, webhook_secret
from store import heartbeats
from store.database import Database
from tests.integration.desk import Desk
from tests.integration.phone import FREE

SECRET = "s3cret_-"
UPDATE = {
    "update_id": 7,
    "message": {"message_id": 1, "chat": {"id": 42, "type": "private"}, "date": 0, "text": "/help"},
}


@pytest.fixture
async def company(db: Database) -> Desk:
    return await Desk.open(db)


@pytest.fixture
async def client(company: Desk) -> AsyncGenerator[httpx.AsyncClient]:
    app = create_app(OpenDesk.of(company.db, company.policy, company.timeline), webhook_secret=SECRET)
    async with (
        LifespanManager(app) as manager,
        httpx.AsyncClient(transport=httpx.ASGITransport(app=manager.app), base_url="http://desk.test") as client,
    ):
        yield client


async def post(client: httpx.AsyncClient, content: str, secret: str | None = SECRET) -> int:
    headers = {"Content-Type": "application/json"} | ({} if secret is None else {SECRET_HEADER: secret})
    return (await client.post(WEBHOOK_PATH, content=content, headers=headers)).status_code


async def test_an_update_is_stored_with_its_job_before_it_is_answered_and_only_once(
    client: httpx.AsyncClient, company: Desk
) -> None:
    assert [await post(client, json.dumps(UPDATE)) for _ in range(2)] == [200, 200]
    assert await company.rows("SELECT update_id, chat_id, body FROM inbox_updates") == [
        {"update_id": 7, "chat_id": 42, "body": UPDATE}
    ]
    (job,) = await company.rows("SELECT lock, args FROM procrastinate_jobs WHERE task_name = 'handle_update'")
    assert (job["lock"], job["args"]) == ("chat:42", {"update_id": 7})


@pytest.mark.parametrize("secret", [None, "", "s3cret_", "s3cret_-x", "ы"])
async def test_who_does_not_say_the_secret_brings_nothing(
    client: httpx.AsyncClient, company: Desk, secret: str | None
) -> None:
    headers = httpx.Headers([] if secret is None else [(SECRET_HEADER.encode(), secret.encode())])
    assert (await client.post(WEBHOOK_PATH, json=UPDATE, headers=headers)).status_code == 403
    assert await company.value("SELECT count(*) FROM inbox_updates") == 0


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ("{", 400),
        ("[]", 422),
        ("{}", 422),
        ('{"update_id": true}', 422),
        ('{"update_id": -1}', 422),
        (f'{{"update_id": {2**63}}}', 422),
        (json.dumps({"update_id": 1, "x": "y" * 1024**2}), 413),
    ],
)
async def test_what_is_no_update_is_refused(
    client: httpx.AsyncClient, company: Desk, content: str, status: int
) -> None:
    assert await post(client, content) == status
    assert await company.value("SELECT count(*) FROM inbox_updates") == 0


async def test_without_a_webhook_the_place_does_not_exist(company: Desk) -> None:
    app = create_app(OpenDesk.of(company.db, company.policy, company.timeline))
    transport = httpx.ASGITransport(app=app)
    async with LifespanManager(app), httpx.AsyncClient(transport=transport, base_url="http://desk.test") as client:
        assert await post(client, json.dumps(UPDATE)) == 404


async def test_changing_from_polling_to_the_webhook_and_back_loses_nothing(company: Desk) -> None:
    telegram = LocalTelegram(limits=Limits(overall=FREE, private_chat=FREE, webhook_retry_seconds=0))
    await telegram.people.add_user(1, "Анна")
    desk = OpenDesk.of(company.db, company.policy, company.timeline)
    app = create_app(desk, webhook_secret=SECRET)

    async def nothing() -> None:
        """The application holds nobody."""

    async with (
        serving(telegram) as url,
        bot_at(url) as bot,
        serving_app(app, before_leaving=nothing) as own,
    ):
        hook = Webhook(f"{own}{WEBHOOK_PATH}", SECRET)
        await telegram.people.write(1, 1, "раз")
        await receive(bot, company.db, None, wait=0)  # stored, and not confirmed yet
        await telegram.people.write(1, 1, "два")
        assert await hooked(bot, hook) == ""
        await delivered(telegram)
        await telegram.people.write(1, 1, "три")
        await delivered(telegram)
        await telegram.people.block(1)
        await bot.delete_webhook()
        await telegram.people.unblock(1)
        await telegram.people.write(1, 1, "четыре")
        stop = asyncio.Event()
        polling = asyncio.create_task(listen(bot, company.db, stop, None))
        await delivered(telegram)
        stop.set()
        await polling
    bodies = await company.column("SELECT body FROM inbox_updates ORDER BY update_id")
    said = [body["message"]["text"] for body in bodies if "message" in body]
    assert said == ["раз", "два", "три", "четыре"]
    assert {chat_of(body) for body in bodies} == {1}


async def delivered(telegram: LocalTelegram) -> None:
    """Until Telegram has no update left."""
    async with asyncio.timeout(20):
        while telegram.memory.pending:
            await telegram.bell.wait()


async def test_a_webhook_set_by_somebody_else_is_taken_back_and_a_failing_one_is_told(company: Desk) -> None:
    telegram = LocalTelegram(limits=Limits(webhook_retry_seconds=1000))
    await telegram.people.add_user(1, "Анна")
    async with serving(telegram) as url, bot_at(url) as bot:
        await bot.set_webhook("http://127.0.0.1:1/other")
        assert await hooked(bot, Webhook("http://127.0.0.1:1/ours", SECRET)) == ""
        assert (await bot.get_webhook_info()).url == "http://127.0.0.1:1/ours"
        await telegram.people.write(1, 1, "?")
        while telegram.memory.webhook is None or telegram.memory.webhook.last_error_message is None:
            await telegram.bell.wait()
        assert "Connection failed" in await hooked(bot, Webhook("http://127.0.0.1:1/ours", SECRET))


async def test_two_pollers_on_one_token_are_noted_with_the_time(company: Desk) -> None:
    telegram = LocalTelegram()
    stop = asyncio.Event()
    async with serving(telegram) as url, bot_at(url) as bot, bot_at(url) as other:
        rings = telegram.bell.rings
        polling = asyncio.create_task(listen(bot, company.db, stop, None))
        while telegram.bell.rings == rings:
            await telegram.bell.wait()
        async with asyncio.timeout(20):
            while not await conflict(company.db):
                await other.get_updates(timeout=0)
        stop.set()
        await polling


async def conflict(db: Database) -> bool:
    async with db.reading() as tx:
        beats = {beat.name: beat.detail for beat in await heartbeats.listed(tx)}
    return "terminated by other getUpdates" in str(beats.get("telegram-in", {}).get("conflict"))


@pytest.mark.parametrize(
    ("body", "chat"),
    [
        ({"callback_query": {"from": {"id": 5}, "message": {"chat": {"id": -7}}}}, -7),
        ({"callback_query": {"from": {"id": 5}, "inline_message_id": "x"}}, 5),
        ({"my_chat_member": {"chat": {"id": 8}, "from": {"id": 5}}}, 8),
        ({"edited_message": {"chat": {"id": 9}}}, 9),
        ({"poll": {"id": "1"}}, None),
    ],
)
def test_the_chat_of_an_update_is_found_whatever_its_kind(body: dict[str, object], chat: int | None) -> None:
    assert chat_of({"update_id": 1, **body}) == chat


def test_a_secret_that_nobody_chose_is_telegrams_form_and_tells_nothing_of_the_token() -> None:
    made = webhook_secret("1:token", None)
    assert (len(made), made.isalnum(), "token" in made) == (64, True, False)
    assert made == webhook_secret("1:token", None) != webhook_secret("2:token", None)
    assert webhook_secret("1:token", SECRET) == SECRET
