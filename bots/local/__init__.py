"""A Telegram on this machine: a Bot API server and the people who talk to the bot, for the demo and the tests.

aiogram runs against it unchanged, without a token and without the network::

    telegram = LocalTelegram(path=Path(".data/telegram"))
    async with serving(telegram, port=8081) as url:
        bot = Bot(SANDBOX_TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
        await telegram.people.add_user(1, "Анна")
        await bot.send_message(1, "Здравствуйте")

What a bot meets (`/bot<token>/<method>`, `/file/bot<token>/<path>`)
    getMe, getUpdates, setWebhook, deleteWebhook, getWebhookInfo, sendMessage, sendPhoto, sendDocument, sendMediaGroup,
    sendMessageDraft, editMessageText, editMessageCaption, editMessageReplyMarkup, deleteMessage, answerCallbackQuery,
    sendChatAction, setMessageReaction, setMyCommands, getMyCommands, getChat, getChatMember, getChatMemberCount,
    getFile, createForumTopic, closeForumTopic. The rules, limits and refusals are Telegram's, in Telegram's words;
    `Limits` holds the numbers.
    Formatting: HTML only.

What a person does
    `LocalTelegram.people` in the process, the same over HTTP:

    ========================================  ====================================================================
    POST   /sandbox/api/users                 {id, first_name, username?}: a person who has pressed Start
    POST   /sandbox/api/groups                {title, members, id?}: a forum group with the bot as administrator
    GET    /sandbox/api/chats                 all chats
    POST   /sandbox/api/chats/C/block         and /unblock: the person blocks the bot
    GET    /sandbox/api/chats/C/messages      ?after=N: messages with greater ids, as they read now
    POST   /sandbox/api/chats/C/messages      {from, text, reply_to?, topic?}
    POST   /sandbox/api/chats/C/photos        multipart: from, photo, caption?, reply_to?, topic?
    POST   /sandbox/api/chats/C/callbacks     {from, message_id, data, wait?} -> {id, answer}
    GET    /sandbox/api/callbacks/Q           ?wait=seconds -> {id, answer}
    GET    /sandbox/events                    server-sent events, names only: `chats`, `chat:<id>`, `faults`
    ========================================  ====================================================================

    The page `/sandbox` shows several people side by side and lets one play any of them.

Trouble on demand
    `LocalTelegram.faults.plan(...)`, or POST /sandbox/api/faults {kind, calls?, seconds?, method?, chat_id?,
    retry_after?}; GET lists what is planned, DELETE clears it. Kinds: `flood` (429), `internal` (500), `bad_gateway`
    (502 with HTML), `hang` (no answer until the client gives up), `reset` (the connection breaks); and, with the call
    done: `drop` (its answer is lost), `late` (no answer until the client gives up), `slow` (after `retry_after`
    seconds). Without a method they meet every call but getUpdates, with `*` every call. Two meet what a poll brings:
    `twice` (the next poll brings it once more) and `shuffled` (the newest first). A person who blocks the bot is no
    fault: use `block`.

What was sent
    `LocalTelegram.sent`: the last 100,000 messages the server accepted, with the clock's reading; `too_fast`: how many
    were refused because the bot did not keep to the rates.

Time
    `clock` (seconds, monotonic) rules rates, polls and expiry, `wall` (Unix seconds) dates the messages. A test that
    moves its clock by hand calls `nudge()`, so that whoever waits looks again. `Limits().sped_up(60)` suits a company
    that lives 60 times faster.

Memory
    With `path` everything but `sent` and `faults` is written there at most once a second and on closing, and read at
    the start; each chat keeps its latest `kept` messages. A killed process loses the last second at most.

What differs from Telegram
    It is meant for loopback: no one signs in, requests with a foreign Host are refused. A person added is one who has
    pressed Start. A webhook may be plain HTTP, gets one update at a time, and method calls in its answer are ignored.
    Messages and edits count against the rates. Photos are PNG or JPEG in one size. Files by URL are not fetched.
"""

from bots.local.faults import Fault, FaultKind, Faults
from bots.local.files import Upload
from bots.local.limits import Limits, Rate
from bots.local.people import People
from bots.local.server import create_app, serving
from bots.local.state import SANDBOX_TOKEN, Sent
from bots.local.telegram import LocalTelegram

__all__ = [
    "SANDBOX_TOKEN",
    "Fault",
    "FaultKind",
    "Faults",
    "Limits",
    "LocalTelegram",
    "People",
    "Rate",
    "Sent",
    "Upload",
    "create_app",
    "serving",
]
