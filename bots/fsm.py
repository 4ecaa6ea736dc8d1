"""Conversation state in PostgreSQL: what the bot has asked survives restarts, whichever worker hears the answer."""

from collections.abc import Mapping
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from store import chat
from store.database import Database


class PostgresStorage(BaseStorage):
    """aiogram's storage over `chat_states`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        """Move the conversation to a state."""
        name = state.state if isinstance(state, State) else state
        async with self._db.transaction() as tx:
            await chat.set_state(tx, _key(key), name)

    async def get_state(self, key: StorageKey) -> str | None:
        """The conversation's state."""
        async with self._db.reading() as tx:
            return await chat.state_of(tx, _key(key))

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        """Replace what the conversation has gathered."""
        async with self._db.transaction() as tx:
            await chat.set_data(tx, _key(key), data)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        """What the conversation has gathered."""
        async with self._db.reading() as tx:
            return await chat.data_of(tx, _key(key))

    async def close(self) -> None:
        """Nothing of its own to close."""


def _key(key: StorageKey) -> str:
    return f"{key.bot_id}:{key.chat_id}:{key.user_id}:{key.thread_id or 0}"
