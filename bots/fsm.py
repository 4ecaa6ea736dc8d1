"""Conversation state in PostgreSQL: what the bot has asked survives restarts, whichever worker hears the answer."""

from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import Database
from store.talk import chat

_handling: ContextVar[AsyncConnection | None] = ContextVar("handling", default=None)


class PostgresStorage(BaseStorage):
    """aiogram's storage over `chat_states`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @contextmanager
    def within(self, tx: AsyncConnection) -> Generator[None]:
        """Let what is remembered in this block be committed with `tx`, or forgotten with it.

        An update that is handled again must find the conversation as it was the first time.
        """
        token = _handling.set(tx)
        try:
            yield
        finally:
            _handling.reset(token)

    @asynccontextmanager
    async def _transaction(self) -> AsyncGenerator[AsyncConnection]:
        handling = _handling.get()
        if handling is not None:
            yield handling
            return
        async with self._db.transaction() as tx:
            yield tx

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        """Move the conversation to a state."""
        name = state.state if isinstance(state, State) else state
        async with self._transaction() as tx:
            await chat.set_state(tx, _key(key), name)

    async def get_state(self, key: StorageKey) -> str | None:
        """The conversation's state."""
        async with self._transaction() as tx:
            return await chat.state_of(tx, _key(key))

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        """Replace what the conversation has gathered."""
        async with self._transaction() as tx:
            await chat.set_data(tx, _key(key), data)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        """What the conversation has gathered."""
        async with self._transaction() as tx:
            return await chat.data_of(tx, _key(key))

    async def changed_at(self, key: StorageKey) -> datetime | None:
        """When the conversation took its last step, such as being asked something; wall time."""
        async with self._transaction() as tx:
            return await chat.changed_at(tx, _key(key))

    async def close(self) -> None:
        """Nothing of its own to close."""


def _key(key: StorageKey) -> str:
    return f"{key.bot_id}:{key.chat_id}:{key.user_id}:{key.thread_id or 0}"
